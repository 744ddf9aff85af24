"""`mentor-outcomes check` and `suggest` say what is wrong and what fits, and write nothing."""

import copy
import re
import shutil
from io import StringIO

import pandas as pd
import pytest
import yaml
from rich.console import Console

from mentor_outcomes import cli
from mentor_outcomes.commands.intake_report import show_intake
from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.tables import Intake
from tests.pipeline import scratch
from tests.tiny_study import FILES, PARAMS, write_study

CORPUS = scratch.PROJECT / "tests" / "corpus"


def intake(quarantine=(), refusals=(), notes=(), remedies=None) -> Intake:
    counts = pd.DataFrame(
        [("jobs", 10, 7, 1, 2, "not finished: 1", "text, UTF-8, semicolons")],
        columns=[
            *("source", "rows_read", "rows_used", "rows_set_aside", "rows_quarantined"),
            *("reason", "form"),
        ],
    )
    columns = ["source", "file", "line", "column", "rule", "reason"]
    return Intake(
        tables={},
        quarantine=pd.DataFrame(list(quarantine), columns=columns),
        counts=counts,
        remedies=remedies or {},
        refusals=tuple(refusals),
        notes=tuple(notes),
    )


def shown(found: Intake, declared=("jobs",), width: int = 160) -> str:
    console = Console(file=StringIO(), width=width, highlight=False)
    show_intake(found, refusals=found.refusals, declared=declared, console=console)
    return console.file.getvalue()


def test_a_clean_intake_says_how_files_were_read_and_where_rows_went():
    said = shown(intake(notes=["jobs: 3 values corrected as the ledger says"]))
    assert "text, UTF-8, semicolons" in said
    assert "jobs: not finished: 1" in said
    assert "Note. jobs: 3 values corrected" in said
    assert "The run would go on. Nothing was written." in said
    assert "Rows that cannot be used" not in said


def test_each_problem_has_its_place_rule_count_and_fix():
    rows = [
        ("jobs", "raw/jobs.csv", n, "fte", "fte_outside", "have fte over 2") for n in range(2, 9)
    ]
    said = " ".join(
        shown(intake(rows, remedies={("jobs", "fte_outside"): "divide by 100."})).split()
    )
    assert "raw/jobs.csv, lines 2, 3, 4, 5, 6 and 2 more" in said
    assert "have fte over 2 (fte_outside)" in said
    assert "divide by 100." in said
    assert "7 rows would be left out" in said


def test_all_refusals_are_told_not_only_the_first():
    refusals = [
        SourceError("a file is missing.", expected="it.", remedy="put it there."),
        StudyError("`codes: {event_code: {[x]: ...}}`.", expected="words.", remedy="fill it in."),
    ]
    said = shown(intake(refusals=refusals), declared=["jobs", "pay"])
    assert "Stops the run (1). a file is missing." in said
    assert "What to do: put it there." in said
    assert "{event_code: {[x]: ...}}" in said, "brackets are not markup"
    assert "cannot be taken in: see below" in said
    assert "The run would stop: 2 of the above must be mended first." in said


def test_what_holds_of_several_sources_of_one_file_is_told_once():
    refusals = [
        SourceError(f"{n} rows of {source} have dates like 1/2.", expected="days.", remedy="dates.")
        for source, n in (("jobs", 8), ("leaves", 8), ("employment", 8), ("pay", 9))
    ]
    declared = ["employment", "jobs", "leaves", "pay"]
    notes = ["jobs: the file is in UTF-16", "leaves: the file is in UTF-16", "pay: hours are 40"]
    said = shown(intake(refusals=refusals, notes=notes), declared=declared)
    assert "(1). 8 rows of jobs have dates like 1/2. (The same of leaves, employment.)" in said
    assert "(2). 9 rows of pay have dates like 1/2." in said
    assert "The run would stop: 2 of the above" in said
    assert said.count("the file is in UTF-16") == 1
    assert "Note. jobs: the file is in UTF-16 (The same of leaves.)" in said


def test_lines_to_paste_are_not_broken_however_narrow_the_terminal():
    stub = "`codes: {event_code: {" + ", ".join(f"{n}: transfer" for n in range(30)) + "}}`"
    refusal = StudyError("unknown codes.", expected="our words.", remedy=f"write {stub}.")
    assert stub in shown(intake(refusals=[refusal]), width=80)


def test_the_help_tells_the_exit_codes(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    assert "exit codes:" in capsys.readouterr().out


def test_a_wrong_command_line_ends_with_2():
    with pytest.raises(SystemExit) as ended:
        cli.main(["chek"])
    assert ended.value.code == 2


def test_a_refusal_is_one_paragraph_and_no_traceback(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("StudyError. Found: there is no params.yaml here.")
    assert said.err.count("\n") == 1


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Writes the tiny study with some files replaced, and goes there; never a line too narrow."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MENTOR_OUTCOMES_KEY", raising=False)

    def written(files: dict | None = None, **settings):
        folder = write_study(tmp_path / "study", files, copy.deepcopy(PARAMS) | settings)
        monkeypatch.chdir(folder)
        return folder

    return written


def test_check_of_a_clean_study_ends_with_0_and_writes_nothing(study, tmp_path, capsys):
    study()
    before = scratch.digests(tmp_path, ".")
    assert cli.main(["check"]) == 0
    said = capsys.readouterr().out
    assert "The run would go on. Nothing was written." in said
    assert said.startswith("Mentoring among eight\nObserved 2020-01-01 to 2021-12-31; mentoring")
    assert re.search(r"employment +exits +2 +few: not told +few: not told", said)
    assert scratch.digests(tmp_path, ".") == before


def test_check_tells_every_fault_of_every_source_and_no_person(study, capsys):
    study(
        {
            "employment.csv": FILES["employment.csv"].replace("2020-09-15", "2015-09-15"),
            "pay_history.csv": "person_id,effective_on\np01,2020-01-01\n",
            "ratings.csv": "",
        }
    )
    assert cli.main(["check"]) == 1
    said = capsys.readouterr().out
    assert "raw/pay_history.csv has no column annual_pay" in said
    assert "raw/ratings.csv is empty" in said
    assert "left_on_before_hired_on" in said
    assert "The run would stop: 3 of the above" in said
    for source in ("pay", "ratings"):
        assert re.search(rf"{source} +cannot be taken in", said)
    assert not re.search(r"\bp0[1-8]\b|Surname|192\.0\.2|example\.org", said)


def test_check_makes_no_key(study, tmp_path, capsys):
    settings = copy.deepcopy(PARAMS["study"]) | {"pseudonyms": {"key": "private"}}
    study(study=settings)
    assert cli.main(["check"]) == 1
    assert "there is no private key for pseudonyms yet" in capsys.readouterr().out
    assert not (tmp_path / "config").exists()


def test_check_says_the_same_whether_or_not_the_key_is_there(study, tmp_path, capsys):
    study()
    cli.main(["check"])
    public = capsys.readouterr().out
    key = tmp_path / "config" / "mentor_outcomes" / "pseudonym_key"
    key.parent.mkdir(parents=True)
    key.write_text("ab" * 32, encoding="utf-8")
    settings = copy.deepcopy(PARAMS["study"]) | {
        "pseudonyms": {"key": "private", "fingerprint": "00000000"}
    }
    study(study=settings)
    assert cli.main(["check"]) == 1, "another key's fingerprint"
    private = capsys.readouterr().out
    assert private.startswith(public.split("The run would")[0].rstrip())


def test_a_ledger_that_is_missing_is_one_of_the_refusals(study, capsys):
    study(ingest={"corrections": "raw/corrections.yaml"})
    assert cli.main(["check"]) == 1
    assert "there is no raw/corrections.yaml" in capsys.readouterr().out


def test_suggest_reads_names_only(study, capsys):
    folder = study()
    text = "Emp No,Start Date,End Date,Reason for Leaving,Surname\n000417,2020-01-01,,,Nobody\n"
    (folder / "raw" / "export.csv").write_text(text, encoding="utf-8")
    assert cli.main(["suggest", "raw/export.csv", "--source", "employment"]) == 0
    said = capsys.readouterr().out
    assert "person_id: Emp No" in said
    assert "000417" not in said and "Nobody" not in said
    assert "Not used, of 5 headers: Surname." in said


def test_suggest_finds_the_source_too(study, capsys):
    study()
    assert cli.main(["suggest", "raw/survey_01.csv"]) == 0
    said = capsys.readouterr().out
    assert "As survey, profile qualtrics" in said
    assert "# wave: from_file_name" in said


def test_suggest_refuses_a_source_that_does_not_exist(study, capsys):
    study()
    assert cli.main(["suggest", "raw/people.csv", "--source", "salaries"]) == 1
    assert "salaries is not a source" in capsys.readouterr().err


def test_suggest_does_not_take_a_row_of_values_for_names(study, capsys):
    folder = study()
    (folder / "raw" / "export.csv").write_text("000417,1990-01-01,5\n", encoding="utf-8")
    assert cli.main(["suggest", "raw/export.csv"]) == 1
    said = capsys.readouterr()
    assert "000417" not in said.out + said.err


def test_suggest_reads_the_sheet_that_is_named_and_writes_it_into_the_lines(study, capsys):
    folder = study()
    shutil.copy(CORPUS / "spreadsheets" / "several_sheets.xlsx", folder / "raw" / "export.xlsx")
    assert cli.main(["suggest", "raw/export.xlsx"]) == 1
    assert "has 3 sheets: Notes, Pay, Leaves" in capsys.readouterr().err
    assert cli.main(["suggest", "raw/export.xlsx", "--source", "pay", "--sheet", "Pay"]) == 0
    said = capsys.readouterr().out
    lines = yaml.safe_load(said.split("To paste into params.yaml and to check:")[1])
    assert lines["sources"]["pay"]["sheet"] == "Pay"
