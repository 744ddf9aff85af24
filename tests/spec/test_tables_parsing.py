"""Text becomes dates, numbers, flags and grades strictly; messages say shapes, never values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources import raw_table
from mentor_outcomes.tables.parsing import parse
from tests.tiny_study import FILES
from tests.tiny_tables import STUDY, rows_of, tables

NO_DAY = "not a day of the calendar in the form 2016-02-29"


def read(texts: list[str | None], kind: str) -> list:
    received = raw_table("pay", pd.DataFrame({"x": pd.Series(texts, dtype="str")}), "pay.csv")
    return parse(received, "x", kind).tolist()


def refused(texts: list[str | None], kind: str) -> str:
    with pytest.raises(SourceError) as caught:
        read(texts, kind)
    return str(caught.value)


def test_dates_are_iso_and_the_end_of_time_is_an_open_end():
    assert read(["2024-02-29", None], "date") == [pd.Timestamp("2024-02-29"), pd.NaT]
    assert read(["9999-12-31", "4712-12-31"], "end_date") == [pd.NaT, pd.NaT]
    assert "(it is an end-of-time date)" in refused(["9999-12-31"], "date")


def test_a_moment_is_its_day():
    assert read(["2024-03-01 23:59:59", "2024-03-02"], "moment") == [
        pd.Timestamp("2024-03-01"),
        pd.Timestamp("2024-03-02"),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "shape"),
    [
        ("31.02.2016", "date", f"is of the shape ##.##.####, {NO_DAY}"),
        ("31/12/2020", "end_date", f"is of the shape ##/##/####, {NO_DAY}"),
        ("2020-02-30", "date", f"is of the shape ####-##-##, {NO_DAY}"),
        ("2020-02-30 10:00", "moment", f"is of the shape ####-##-## ##:##, {NO_DAY}"),
        ("2020-01-01 10:00:00", "date", f"is of the shape ####-##-## ##:##:##, {NO_DAY}"),
        ("1 March 2020", "date", "holds letters"),
        ("Miller", "date", "holds letters"),
        ("?", "date", "holds signs other than digits"),
        ("39081 EUR", "number", "holds letters"),
        ("39,081", "number", "holds a comma; write 39081.00"),
        ("41.000,50", "number", "holds a comma; write 39081.00"),
        ("1,204", "whole", "holds a comma; write 39081"),
        ("39 081", "number", "holds a space"),
        ("39081 ", "number", "has a space before or after it"),
        ("$39081", "number", "holds signs other than digits"),
        ("nan", "number", "holds letters"),
        ("1e999", "number", "is of the shape #e###"),
        ("3.5", "whole", "is of the shape #.#"),
        ("yes", "flag", "is another word or number"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_shape_and_line_only(text, kind, shape):
    good = {"flag": "1", "number": "7", "whole": "7"}.get(kind, "2020-01-01")
    message = refused([good, text, good, None, text], kind)
    assert (
        f"2 of 5 values of x in pay.csv (lines 3, 6) cannot be read (the first {shape})" in message
    )
    assert text not in message


def test_one_value_that_cannot_be_read_is_spoken_of_in_the_singular():
    message = refused(["7", "x"], "number")
    assert "1 of 2 values of x in pay.csv (line 3) cannot be read (it holds letters)." in message
    assert "1 of 1 value of x in" in refused(["x"], "number")


def test_many_lines_are_counted_and_only_the_first_named():
    message = refused(["x"] * 10, "number")
    assert "10 of 10 values of x in pay.csv (lines 2, 3, 4 and 7 more)" in message


def test_numbers_flags_and_whole_numbers():
    assert read(["1", "-2.50", ".5", "4e4"], "number") == [1, -2.5, 0.5, 40000]
    assert read(["3", "3.0"], "whole") == [3, 3]
    assert read(["true", "FALSE", "1", "0"], "flag") == [True, False, True, False]
    assert np.isnan(read([None], "number")[0])


def test_a_required_value_that_is_missing_is_refused():
    text = FILES["employment.csv"].replace("p01,2018-03-01", "p01,")
    with pytest.raises(SourceError, match=r"1 of 9 rows of employment has no hired_on: "):
        tables({"employment": text})


def test_grades_are_numbers_or_ranks_in_the_declared_list():
    text = FILES["job_history.csv"]
    for number, name in enumerate(("Junior", "Senior", "Lead", "Head", "Chief"), start=1):
        text = text.replace(f",1,{number},sales", f",1,{name},sales")
        text = text.replace(f",1,{number},finance", f",1,{name},finance")
    named = replace(STUDY.study, grades=("Junior", "Senior", "Lead", "Head", "Chief"))
    by_name = tables({"jobs": text}, section=named)["job_history"]
    pd.testing.assert_frame_equal(by_name, tables()["job_history"])
    assert rows_of(by_name, "p01")["grade"].tolist() == [2, 3]

    with pytest.raises(SourceError, match=r"study\.grades does not list: Chief"):
        tables({"jobs": text}, section=replace(named, grades=named.grades[:4]))
    with pytest.raises(SourceError, match="values of grade in jobs") as caught:
        tables({"jobs": text})
    assert caught.value.remedy == (
        "list the grades from lowest to highest under study.grades in params.yaml."
    )
    one = FILES["job_history.csv"].replace(",1,5,sales", ",1,Chief,sales")
    with pytest.raises(SourceError, match=r"study\.grades does not list: 1, 2, 3"):
        tables({"jobs": one}, section=named)


@pytest.mark.parametrize("id_", ["4217.0", "4217.", "4E+05", "4.2E+05"])
def test_an_id_that_a_spreadsheet_made_a_number_is_refused(id_):
    with pytest.raises(SourceError) as caught:
        tables({"people": FILES["people.csv"].replace("p06", id_)})
    assert "1 of 8 rows of people has a person_id that ends in `.0`" in str(caught.value)
    assert id_ not in str(caught.value)


@pytest.mark.parametrize("id_", ["0042", "4E05", "4217", "1.2"])
def test_an_id_may_look_like_a_number_as_long_as_it_was_kept(id_):
    replaced = {
        source: FILES[file].replace("p06", id_)
        for source, file in {
            "people": "people.csv",
            "employment": "employment.csv",
            "jobs": "job_history.csv",
            "leaves": "leaves.csv",
        }.items()
    }
    assert len(rows_of(tables(replaced)["people"], id_)) == 1


def test_spaces_around_an_id_are_refused():
    with pytest.raises(SourceError, match="person_id with spaces around it"):
        tables({"people": FILES["people.csv"].replace("p06", "p06 ")})
