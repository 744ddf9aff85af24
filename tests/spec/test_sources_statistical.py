"""SPSS and Stata files: codes, labels and missing codes apart, dates whatever their format."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Source

WANTED = frozenset({"person_id", "answered_on", "wave", "js1", "js2", "js3"})
LABELS = {1: "disagree", 5: "agree", -99: "refused", 98: "not applicable"}


def read(folder, name: str, **source):
    return read_source("survey", Source(path=name, **source), folder, wanted=WANTED)


def refused(folder, name: str, **source) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, name, **source)
    assert caught.value.__context__ is None
    assert "SECRET" not in str(caught.value)
    return str(caught.value)


def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": ["007", "008  ", "", "010"],
            "js1": [5.0, -99.0, 98.0, -99.0],
            "js2": [1.5, np.nan, 1e15, 0.1],
            "js3": ["a", "x ", "NA", ""],
            "SECRET": ["Name", "Name", "Name", "Name"],
            "answered_on": [date(2020, 1, 31), None, date(1899, 12, 31), date(9999, 12, 31)],
        }
    )


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_an_spss_file_gives_codes_labels_and_counted_missing_codes(tmp_path, ending):
    pyreadstat.write_sav(
        answers(),
        str(tmp_path / f"survey.{ending}"),
        compress=ending == "zsav",
        missing_ranges={"js1": [-99, {"lo": 90, "hi": 98}], "js3": ["x"]},
        variable_value_labels={"js1": LABELS},
    )
    raw = read(tmp_path, f"survey.{ending}")
    frame = raw.frame.fillna("-")
    assert frame["person_id"].tolist() == ["007", "008", "-", "010"]
    assert frame["js1"].tolist() == ["5", "-", "-", "-"]
    assert frame["js2"].tolist() == ["1.5", "-", "1e+15", "0.1"]
    assert frame["js3"].tolist() == ["a", "-", "NA", "-"]
    assert frame["answered_on"].tolist() == ["2020-01-31", "-", "1899-12-31", "9999-12-31"]
    assert "SECRET" in raw.headers
    assert "SECRET" not in frame.columns
    assert raw.labels == {
        "js1": {"1": "disagree", "5": "agree", "-99": "refused", "98": "not applicable"}
    }
    assert raw.notes == (
        "js1: 2 values coded -99 (refused) are missing",
        "js1: 1 value coded 98 (not applicable) is missing",
        "js3: 1 value coded x is missing",
    )
    assert raw.numeric == {"js1", "js2"}
    assert raw.lines.tolist() == [1, 2, 3, 4]
    assert raw.form == "SPSS, UTF-8"


@pytest.mark.parametrize(
    ("form", "stored", "text"),
    [
        ("DATE9", datetime(2020, 1, 31), "2020-01-31"),
        ("ADATE8", datetime(2020, 1, 31), "2020-01-31"),
        ("SDATE10", datetime(2020, 1, 31), "2020-01-31"),
        ("DATETIME23.2", datetime(2020, 1, 31, 12, 30, 15), "2020-01-31 12:30:15"),
        ("DATETIME20", datetime(2020, 1, 31), "2020-01-31"),
        ("F12.0", datetime(2020, 1, 31), "13799808000"),
    ],
)
def test_spss_dates_are_read_in_every_width_of_their_format(tmp_path, form, stored, text):
    seconds = (stored - datetime(1582, 10, 14)).total_seconds()
    frame = pd.DataFrame({"person_id": ["1"], "answered_on": [seconds]})
    pyreadstat.write_sav(frame, str(tmp_path / "survey.sav"), variable_format={"answered_on": form})
    assert read(tmp_path, "survey.sav").frame["answered_on"].tolist() == [text]


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        ("%td", 21945, "2020-01-31"),
        ("%tdDD/NN/CCYY", 21945, "2020-01-31"),
        ("%d", 21945, "2020-01-31"),
        ("%tc", 21945 * 86_400_000 + 45_015_000, "2020-01-31 12:30:15"),
        ("%tcNN/DD/CCYY", 21945 * 86_400_000, "2020-01-31"),
        ("%tm", 721, "2020-02-01"),
        ("%9.0g", 21945, "21945"),
    ],
)
def test_stata_dates_are_read_in_every_form_of_theirs(tmp_path, form, number, text):
    frame = pd.DataFrame({"person_id": ["1"], "answered_on": [float(number)]})
    pyreadstat.write_dta(frame, str(tmp_path / "survey.dta"), variable_format={"answered_on": form})
    assert read(tmp_path, "survey.dta").frame["answered_on"].tolist() == [text]


@pytest.mark.parametrize(("form", "number"), [("%tw", 3000), ("%tC", 0), ("%td", 1e9)])
def test_stata_dates_that_cannot_be_told_are_refused(tmp_path, form, number):
    frame = pd.DataFrame({"person_id": ["SECRET"], "answered_on": [float(number)]})
    pyreadstat.write_dta(frame, str(tmp_path / "survey.dta"), variable_format={"answered_on": form})
    assert "column answered_on of survey.dta has times in a form" in refused(tmp_path, "survey.dta")


def test_a_stata_file_gives_codes_labels_and_counted_extended_missing_values(tmp_path):
    frame = pd.DataFrame(
        {
            "person_id": ["007", "008", "009", "b"],
            "js1": pd.Series([5, "a", "a", 1], dtype=object),
            "js2": [1.0, np.nan, 0.1, 2.5],
        }
    )
    pyreadstat.write_dta(
        frame,
        str(tmp_path / "survey.dta"),
        missing_user_values={"js1": ["a"]},
        variable_value_labels={"js1": {1: "disagree", 5: "agree", "a": "refused"}},
    )
    raw = read(tmp_path, "survey.dta")
    assert raw.frame["person_id"].tolist() == ["007", "008", "009", "b"]
    assert raw.frame["js1"].fillna("-").tolist() == ["5", "-", "-", "1"]
    assert raw.frame["js2"].fillna("-").tolist() == ["1", "-", "0.1", "2.5"]
    assert raw.labels == {"js1": {"1": "disagree", "5": "agree", "a": "refused"}}
    assert raw.notes == ("js1: 2 values coded a (refused) are missing",)
    assert raw.numeric == {"js1", "js2"}


def test_a_range_of_many_missing_codes_is_counted_and_not_listed(tmp_path):
    frame = pd.DataFrame({"person_id": list("abcdefgh"), "js1": np.arange(91.0, 99.0)})
    pyreadstat.write_sav(
        frame, str(tmp_path / "survey.sav"), missing_ranges={"js1": [{"lo": 90, "hi": 99}]}
    )
    raw = read(tmp_path, "survey.sav")
    assert raw.frame["js1"].isna().all()
    assert raw.notes[-1] == "js1: 3 values of 3 more codes are missing"
    assert len(raw.notes) == 6


def test_waves_whose_labels_are_turned_round_are_refused(tmp_path):
    for wave, labels in ((1, {1: "low", 5: "high"}), (2, {1: "Low ", 5: "HIGH"})):
        pyreadstat.write_sav(
            pd.DataFrame({"person_id": ["1"], "js1": [5.0]}),
            str(tmp_path / f"survey_{wave}.sav"),
            variable_value_labels={"js1": labels},
        )
    raw = read(tmp_path, "survey_*.sav", wave="from_file_name")
    assert raw.labels == {"js1": {"1": "low", "5": "high"}}
    pyreadstat.write_sav(
        pd.DataFrame({"person_id": ["1"], "js1": [5.0]}),
        str(tmp_path / "survey_3.sav"),
        variable_value_labels={"js1": {1: "high", 5: "low"}},
    )
    message = refused(tmp_path, "survey_*.sav", wave="from_file_name")
    assert "in survey_3.sav the code 1 of js1 is labelled high, which is the label of 5" in message


def test_damaged_and_empty_files_are_refused_and_crash_nothing(tmp_path):
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(answers().iloc[:0], str(path))
    assert "has a header and no rows" in refused(tmp_path, "survey.sav")
    pyreadstat.write_sav(answers(), str(path))
    content = path.read_bytes()
    for damaged in (b"", content[:100], content[:-30], b"SECRET" + content):
        path.write_bytes(damaged)
        assert "cannot be read: it is damaged" in refused(tmp_path, "survey.sav")
    (tmp_path / "survey.dta").write_bytes(content)
    assert "cannot be read: it is damaged" in refused(tmp_path, "survey.dta")
    assert "there is no file gone.sav" in refused(tmp_path, "gone.sav")
    pyreadstat.write_sav(answers(), str(path))
    with pytest.raises(StudyError, match="`encoding` is utf-9"):
        read(tmp_path, "survey.sav", encoding="utf-9")
