"""Received files are read as text, strictly, and what does not fit is refused with its place."""

import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Source
from tests.tiny_study import qualtrics

WANTED = frozenset({"person_id", "site", "hired_on", "left_on", "b", "name", "n"})
ANSWERS = frozenset({"person_id", "wave", "answered_on", "b1", "b2", "b3", "b9"})


def put(folder, name: str, text: str, encoding: str = "utf-8") -> None:
    (folder / name).write_bytes(text.encode(encoding))


def read(folder, text: str, **source):
    put(folder, "people.csv", text)
    return read_source("people", Source(path="people.csv", **source), folder, wanted=WANTED)


def refused(folder, text: str, **source) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, text, **source)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None  # a chained error would quote the row
    return str(caught.value)


def test_every_value_is_text_and_only_the_empty_one_is_missing(tmp_path):
    raw = read(tmp_path, "person_id,name,n\n007,NA,1.50\n008,,null\n")
    assert raw.frame["person_id"].tolist() == ["007", "008"]
    assert raw.frame["name"].isna().tolist() == [False, True]
    assert raw.frame.loc[0, "name"] == "NA"
    assert raw.frame["n"].tolist() == ["1.50", "null"]
    assert raw.lines.tolist() == [2, 3]
    assert raw.paths == ("people.csv",)


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(tmp_path):
    put(tmp_path, "people.csv", "person_id,b\r\n1,x\r\n\r\n", encoding="utf-8-sig")
    raw = read_source("people", Source(path="people.csv"), tmp_path, wanted=WANTED)
    assert list(raw.frame.columns) == ["person_id", "b"]
    assert raw.frame["b"].tolist() == ["x"]


def test_lines_count_the_line_breaks_inside_quoted_values(tmp_path):
    raw = read(tmp_path, 'person_id,b\n1,"two\nlines"\n2,x\n3,"a, b"\n')
    assert raw.lines.tolist() == [2, 4, 5]
    assert raw.frame["b"].tolist() == ["two\nlines", "x", "a, b"]


def test_declared_columns_come_under_our_names_and_the_others_stay(tmp_path):
    raw = read(
        tmp_path,
        "Employee_ID,person_id,team\nA1,internal,x\n",
        columns={"person_id": "Employee_ID", "site": ""},
        extra={"team": "text"},
    )
    assert raw.frame["person_id"].tolist() == ["A1"]
    assert raw.frame["site"].isna().all()
    assert sorted(raw.frame.columns) == ["person_id", "site", "team"]
    assert raw.extra == {"team": "text"}


def test_a_missing_declared_column_is_refused_with_the_nearest_header(tmp_path):
    message = refused(tmp_path, "Employe_ID,b\nA1,x\n", columns={"person_id": "Employee_ID"})
    assert "no column Employee_ID" in message
    assert "nearest to Employee_ID is Employe_ID" in message


def test_a_header_that_means_something_else_is_not_suggested(tmp_path):
    columns = {"hired_on": "Hire Date", "left_on": "Leave Date"}
    message = refused(tmp_path, "person_id,Leave Date\n1,x\n", columns=columns)
    assert "no column Hire Date. Expected" in message
    assert "correct the header named for hired_on under `columns`" in message
    message = refused(tmp_path, "hired_at,left_on\n1,x\n", columns={"hired_on": "left_at"})
    assert "nearest to left_at is hired_at." in message
    message = refused(tmp_path, "hired_on,left_on\n1,x\n", columns={"hired_on": "hired"})
    assert "nearest to hired is hired_on." in message, "our own name for it is what was sought"


def test_fewer_header_rows_than_the_profile_has_are_refused(tmp_path):
    put(tmp_path, "survey_1.csv", "a,b\n1,2\n")
    with pytest.raises(SourceError, match=r"survey_1.csv has fewer than 3 rows"):
        read_source("survey", WAVES, tmp_path, wanted=ANSWERS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("person_id,b\n1,x\n2,y,SECRET\n", "line 3 of people.csv has 3 fields"),
        (
            "person_id,b\n1,x\nSECRET\n1\n",
            "line 3 of people.csv has 1 field, and 1 more line does not fit.",
        ),
        ("person_id,b\n1,x\n\n2,SECRET\n", "line 3 of people.csv has no fields"),
        ("person_id,b,b\n1,x,SECRET\n", "b more than once"),
        ("person_id,b,\n1,x,SECRET\n", "columns without a name"),
        ("person_id,b\n", "a header and no rows"),
        ("", "people.csv is empty."),
        ("\n \n", "people.csv is empty."),
        ("\nperson_id\nSECRET\n", "people.csv begins with an empty line"),
        (
            'person_id,b\n1,"SECRET\n2,x\n3,x\n',
            "line 2 of people.csv has a quote that does not close its value",
        ),
        (
            'person_id,b\n1,"SECRET" x\n',
            "line 2 of people.csv has a quote that does not close its value",
        ),
    ],
)
def test_what_is_not_a_strict_table_is_refused_without_quoting_it(tmp_path, text, found):
    message = refused(tmp_path, text)
    assert found in message
    assert "SECRET" not in message


def test_a_missing_file_and_a_pattern_without_files_are_refused(tmp_path):
    with pytest.raises(SourceError, match="there is no file people"):
        read_source("people", Source(path="people.csv"), tmp_path, wanted=WANTED)
    with pytest.raises(SourceError, match=r"no file matches pay_\*.csv"):
        read_source("pay", Source(path="pay_*.csv"), tmp_path, wanted=WANTED)


def test_a_pattern_reads_its_files_by_name_and_remembers_where_rows_stood(tmp_path):
    put(tmp_path, "pay_b.csv", "person_id\n3\n")
    put(tmp_path, "pay_a.csv", "person_id\n1\n2\n")
    raw = read_source("pay", Source(path="pay_*.csv"), tmp_path, wanted=WANTED)
    assert raw.frame["person_id"].tolist() == ["1", "2", "3"]
    assert raw.paths == ("pay_a.csv", "pay_b.csv")
    assert raw.files.tolist() == [0, 0, 1]
    assert raw.lines.tolist() == [2, 3, 2]


def test_files_of_one_pattern_must_have_the_same_columns_as_far_as_they_are_read(tmp_path):
    put(tmp_path, "pay_a.csv", "person_id,c\n1,\n")
    put(tmp_path, "pay_b.csv", "person_id,d\n1,\n")
    raw = read_source("pay", Source(path="pay_*.csv"), tmp_path, wanted=WANTED)
    assert list(raw.frame.columns) == ["person_id"]
    put(tmp_path, "pay_c.csv", "person,b\n3,\n")
    with pytest.raises(
        SourceError, match=r"pay_c.csv and pay_a.csv differ in the columns b, person_id: "
    ):
        read_source("pay", Source(path="pay_*.csv"), tmp_path, wanted=WANTED)


WAVES = Source(
    path="survey_*.csv", profile="qualtrics", wave="from_file_name", needed=("person_id",)
)


def test_a_qualtrics_file_gives_answers_under_the_reference_without_name_or_address(tmp_path):
    rows = [
        ("IP Address", "True", "p01", "5", "1", "5"),
        ("Survey Preview", "True", "p01", "1", "1", "1"),
        ("0", "1", "p02", "4", "", "2"),
        ("0", "0", "p03", "4", "", "2"),
        ("0", "1", "", "4", "", "2"),
    ]
    put(tmp_path, "survey_03.csv", qualtrics(rows, "2020-06-10"))
    raw = read_source("survey", WAVES, tmp_path, wanted=ANSWERS)
    assert list(raw.frame.columns) == ["person_id", "answered_on", "b1", "b2", "b3", "wave"]
    assert "IPAddress" in raw.headers
    assert raw.frame["person_id"].tolist() == ["p01", "p02"]
    assert raw.frame["wave"].tolist() == ["3", "3"]
    assert raw.frame["b2"].isna().tolist() == [False, True]
    assert sorted(raw.set_aside.values()) == [1, 1, 1]
    # The question texts break over two lines each: header rows end on line 1 + 40 / 2 + 1 + 1.
    assert raw.lines.tolist() == [24, 26]


def test_a_file_without_the_import_row_is_not_taken_for_qualtrics(tmp_path):
    text = qualtrics([("0", "1", "p01", "5", "1", "5")], "2020-06-10")
    put(tmp_path, "survey_01.csv", text.replace("ImportId", "x"))
    with pytest.raises(
        SourceError, match=r"in header row 3 of survey_01.csv, .* do not hold the word ImportId"
    ):
        read_source("survey", WAVES, tmp_path, wanted=ANSWERS)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["survey_first.csv"], "holds no numbers"),
        (["survey_2020_1.csv"], "holds 2 numbers"),
        (["survey_1.csv", "survey_01.csv"], "both are wave 1"),
    ],
)
def test_the_wave_is_the_one_number_in_the_file_name(tmp_path, names, found):
    for name in names:
        put(tmp_path, name, qualtrics([("0", "1", "p01", "5", "1", "5")], "2020-06-10"))
    with pytest.raises(SourceError, match=found):
        read_source("survey", WAVES, tmp_path, wanted=ANSWERS)


def test_a_question_that_one_wave_does_not_ask_is_noted(tmp_path):
    text = qualtrics([("0", "1", "p01", "5", "1", "5")], "2020-06-10")
    put(tmp_path, "survey_1.csv", text)
    put(tmp_path, "survey_2.csv", text.replace("UserLanguage,b1", "UserLanguage,b9"))
    raw = read_source("survey", WAVES, tmp_path, wanted=ANSWERS)
    assert raw.notes == (
        "survey_1.csv lacks b9: missing there",
        "survey_2.csv lacks b1: missing there",
    )
    assert raw.frame["b1"].isna().tolist() == [False, True]
