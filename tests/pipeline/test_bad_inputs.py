"""What is wrong with an input is said in one paragraph, and nothing is half-written."""

import copy
import re
from pathlib import Path

import pytest
import yaml

from mentor_outcomes import io, schema
from mentor_outcomes.errors import MentorOutcomesError, SourceError, StudyError
from pipelines import ingest, score
from tests.tiny_study import ANSWERS, FILES, PARAMS, qualtrics, write_study


def written(folder: Path) -> dict[str, bytes]:
    """Every file below data/, by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted((folder / "data").rglob("*"))
        if path.is_file()
    }


def refused(folder: Path, monkeypatch, kind: type[MentorOutcomesError]) -> str:
    """The message with which ingest refuses the study in `folder`, after checking its form."""
    monkeypatch.chdir(folder)
    before = written(folder)
    with pytest.raises(kind) as caught:
        ingest.main()
    message = str(caught.value)
    assert re.fullmatch(r"Found: .+ Expected: .+ What to do: .+", message)
    assert "\n" not in message
    assert not re.search(r"\bp0[1-8]\b", message), "a person's id"
    assert not re.search(r"Surname|192\.0\.2|example\.org", message), "a person's name or address"
    assert caught.value.__context__ is None, "a chained error may quote what was read"
    assert written(folder) == before
    return message


def changed(**settings) -> dict:
    """The tiny study's settings with some sections changed."""
    return copy.deepcopy(PARAMS) | settings


BAD_FILES = {
    "missing column": (
        "people.csv",
        FILES["people.csv"].replace("birth_year", "year_of_birth"),
        "raw/people.csv has no column birth_year. The header nearest to birth_year is "
        "year_of_birth.",
    ),
    "two of one id": (
        "people.csv",
        FILES["people.csv"] + "p02,1986,man,bachelor\n",
        "2 of 9 rows of people have the person_id of another row, and something else about the "
        "same person: raw/people.csv (lines 3, 10).",
    ),
    "exit before hire": (
        "employment.csv",
        FILES["employment.csv"].replace("2020-09-15", "2015-09-15"),
        "1 of 9 rows of employment has left_on before hired_on: raw/employment.csv (line 5). That "
        "is 11.1% of the rows, more than the 1.0% that may be left out.",
    ),
    "answer outside the scale": (
        "survey_02.csv",
        qualtrics([*ANSWERS["survey_02.csv"], ("0", "1", "p04", "7", "2", "8")], "2020-12-09"),
        "b1 has 1 answer outside 1-5 in raw/survey_02.csv (line 26) (code seen: 7).",
    ),
    "text for a date": (
        "leaves.csv",
        FILES["leaves.csv"].replace("2020-03-01", "1 March 2020"),
        "1 of 2 rows of leaves has from that cannot be read (one holds letters): raw/leaves.csv "
        "(line 2). That is 50.0% of the rows, more than the 1.0% that may be left out.",
    ),
    "a totals row": (
        "pay_history.csv",
        FILES["pay_history.csv"] + "Total,124000.5\n",
        "line 5 of raw/pay_history.csv has 2 fields.",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
@pytest.mark.parametrize("ran_before", [False, True])
def test_a_bad_file_is_refused_in_one_paragraph(tmp_path, monkeypatch, case, ran_before):
    if ran_before:
        monkeypatch.chdir(write_study(tmp_path))
        ingest.main()
    name, text, found = BAD_FILES[case]
    write_study(tmp_path, {name: text})
    assert f"Found: {found} Expected: " in refused(tmp_path, monkeypatch, SourceError)
    assert ran_before == (tmp_path / "data").exists()


def test_a_missing_file_is_refused_in_one_paragraph(tmp_path, monkeypatch):
    write_study(tmp_path)
    (tmp_path / "raw/ratings.csv").unlink()
    message = refused(tmp_path, monkeypatch, SourceError)
    assert "Found: there is no file raw/ratings.csv." in message


def test_a_misspelt_key_is_refused_with_the_nearest_one(tmp_path, monkeypatch):
    settings = changed()
    settings["study"]["enrollment"] = settings["study"].pop("enrolment")
    write_study(tmp_path, params=settings)
    message = refused(tmp_path, monkeypatch, StudyError)
    assert "`enrollment`" in message
    assert "enrolment" in message


def test_a_private_key_without_fingerprint_stops_before_anything_is_read(tmp_path, monkeypatch):
    settings = changed()
    settings["study"]["pseudonyms"] = {"key": "private"}
    write_study(tmp_path, params=settings)
    monkeypatch.setenv("MENTOR_OUTCOMES_KEY", "ab" * 32)
    message = refused(tmp_path, monkeypatch, StudyError)
    assert re.search(r'write fingerprint: "[0-9a-f]{8}" under study\.pseudonyms', message)


def test_a_source_no_longer_declared_leaves_no_table_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(write_study(tmp_path))
    ingest.main()
    score.main()
    assert (tmp_path / "data/tables/survey_answers.parquet").exists()
    settings = changed()
    del settings["sources"]["survey"], settings["sources"]["leaves"]
    write_study(tmp_path, params=settings)
    ingest.main()
    score.main()
    names = {Path(name).stem for name in written(tmp_path)}
    assert names == {
        *("people", "employment_spells", "job_history", "pay_history", "ratings", "mentorships"),
        *("offers", "unit_output", "ingest_counts", "quarantine", "promotion_counts"),
        *("scale_scores", "scale_quality"),
        *("scale_invariance", "response_rates"),
    }


def test_running_again_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.chdir(write_study(tmp_path))
    ingest.main()
    score.main()
    before = written(tmp_path)
    ingest.main()
    score.main()
    assert written(tmp_path) == before


def test_set_aside_answers_are_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(write_study(tmp_path))
    ingest.main()
    counts = io.read(schema.INGEST_COUNTS).set_index("source").loc["survey"]
    assert (counts["rows_read"], counts["rows_used"], counts["rows_set_aside"]) == (8, 5, 3)
    assert "not finished: 1" in counts["reason"]


def test_rows_that_may_be_left_out_are_counted_and_kept_apart(tmp_path, monkeypatch):
    settings = changed(ingest={"max_share_quarantined": 0.2})
    exit_before_hire = FILES["employment.csv"].replace("2020-09-15", "2015-09-15")
    monkeypatch.chdir(write_study(tmp_path, {"employment.csv": exit_before_hire}, settings))
    ingest.main()
    (row,) = io.read(schema.QUARANTINE).itertuples(index=False)
    assert row[:5] == (
        *("employment", "raw/employment.csv", 5),
        *("left_on", "left_on_before_hired_on"),
    )
    counts = io.read(schema.INGEST_COUNTS).set_index("source").loc["employment"]
    assert (counts["rows_read"], counts["rows_used"], counts["rows_quarantined"]) == (9, 8, 1)
    assert len(io.read(schema.EMPLOYMENT_SPELLS)) == 8


def test_the_ledger_of_corrections_mends_a_row_until_its_source_is_mended(tmp_path, monkeypatch):
    entry = {
        "source": "employment",
        "where": {"person_id": "p03"},
        "column": "left_on",
        "wrong": "2015-09-15",
        "right": "2020-09-15",
        "why": "year mistyped",
        "dated": "2024-05-02",
    }
    settings = changed(ingest={"corrections": "raw/corrections.yaml"})
    exit_before_hire = FILES["employment.csv"].replace("2020-09-15", "2015-09-15")
    write_study(tmp_path, {"employment.csv": exit_before_hire}, settings)
    (tmp_path / "raw/corrections.yaml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ingest.main()
    assert io.read(schema.QUARANTINE).empty
    write_study(tmp_path, params=settings)
    message = refused(tmp_path, monkeypatch, SourceError)
    assert "remove the entry: the source has been mended." in message
