"""Text becomes dates, numbers, flags and grades strictly; messages tell shapes, never values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.parsing import parse
from tests.tiny_study import FILES
from tests.tiny_tables import STUDY, broken, intake_of, rows_of, tables

NO_DAY = "not a day of the calendar as YYYY-MM-DD"


def read(texts: list[str | None], kind: str) -> list:
    """The values of texts all of which can be read."""
    parsed = parse(pd.Series(texts, dtype="str"), kind)
    assert not parsed.is_unreadable.any()
    assert parsed.look == ""
    return parsed.values.tolist()


def test_dates_are_iso_and_the_end_of_time_is_an_open_end():
    assert read(["2024-02-29", None], "date") == [pd.Timestamp("2024-02-29"), pd.NaT]
    assert read(["9999-12-31", "4712-12-31"], "end_date") == [pd.NaT, pd.NaT]
    parsed = parse(pd.Series(["9999-12-31", "2024-01-01"], dtype="str"), "date")
    assert parsed.is_unreadable.tolist() == [True, False]
    assert parsed.look == "is an end-of-time date"


def test_a_moment_is_its_day_and_a_date_may_have_midnight_only():
    assert read(["2024-03-01 23:59:59", "2024-03-02", "2024-03-03T11:04 PM"], "moment") == [
        pd.Timestamp("2024-03-01"),
        pd.Timestamp("2024-03-02"),
        pd.Timestamp("2024-03-03"),
    ]
    assert read(["2024-03-01 00:00:00", "2024-03-01T00:00"], "date") == [
        pd.Timestamp("2024-03-01"),
        pd.Timestamp("2024-03-01"),
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
        ("41.000,50", "number", "is of the shape ##.###,##"),
        ("3.5", "whole", "is of the shape #.#"),
        ("1e300", "whole", "is of the shape #e###"),
        ("39 081", "number", "holds a space"),
        ("39081 ", "number", "has a space before or after it"),
        ("$39081", "number", "holds signs other than digits"),
        ("nan", "number", "holds letters"),
        ("1e999", "number", "is of the shape #e###"),
        ("yes", "flag", "is another word or number"),
        ("84", "year", "is of the shape ##"),
        ("1984.0", "year", "is of the shape ####.#"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_shape_only(text, kind, shape):
    good = {"flag": "1", "number": "7", "whole": "7"}.get(kind, "2020-01-01")
    parsed = parse(pd.Series([good, text, good, None, text], dtype="str"), kind)
    assert parsed.is_unreadable.tolist() == [False, True, False, False, True]
    assert parsed.look == shape
    assert text not in parsed.look


def test_a_row_that_cannot_be_read_is_quarantined_and_refused_where_it_is_too_many():
    text = FILES["leaves.csv"].replace("2020-03-01", "1 March 2020")
    assert broken(intake_of({"leaves": text}), "leaves") == [(2, "from_unreadable")]
    with pytest.raises(SourceError) as caught:
        tables({"leaves": text})
    assert caught.value.found == (
        "1 of 2 rows of leaves has from that cannot be read (one holds letters): leaves.csv "
        "(line 2). That is 50.0% of the rows, more than the 1.0% that may be left out."
    )


def test_many_lines_are_counted_and_only_the_first_named():
    days = "".join(f"p01,x,{100 + number}\n" for number in range(10))
    with pytest.raises(SourceError) as caught:
        tables({"pay": FILES["pay_history.csv"] + days})
    assert "10 of 13 rows of pay have effective_on" in caught.value.found
    assert "pay.csv (lines 5, 6, 7 and 7 more)" in caught.value.found


def test_which_look_is_told_does_not_depend_on_the_order_of_rows():
    texts = pd.Series(["x", "1 2", "?"], dtype="str")
    assert parse(texts, "number").look == parse(texts[::-1], "number").look == "holds a space"


def test_numbers_flags_whole_numbers_and_years():
    assert read(["1", "-2.50", ".5", "4e4", "41,000.50"], "number") == [
        1,
        -2.5,
        0.5,
        40000,
        41000.5,
    ]
    assert read(["3", "3.0"], "whole") == [3, 3]
    assert read(["true", "FALSE", "1", "0"], "flag") == [True, False, True, False]
    assert read(["1984", "1984-07-21"], "year") == [1984, 1984]
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

    with pytest.raises(SourceError, match=r"study\.grades does not list: 1 more"):
        tables({"jobs": text}, section=replace(named, grades=named.grades[:4]))
    with pytest.raises(
        SourceError, match="11 of 11 rows of jobs have a grade that is no number"
    ) as caught:
        tables({"jobs": text})
    assert caught.value.remedy == (
        "list the grades from lowest to highest under study.grades in params.yaml."
    )
    one = FILES["job_history.csv"].replace(",1,5,sales", ",1,Chief,sales")
    # Most grades are unknown: only those of three rows or more are named.
    with pytest.raises(SourceError, match=r"study\.grades does not list: 1, 2 and 2 more"):
        tables({"jobs": one}, section=named)
    # A single name among numbers is a row that cannot be used.
    assert broken(intake_of({"jobs": one}), "jobs") == [(12, "grade_unreadable")]


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


def test_an_id_with_spaces_around_it_is_nobodys():
    changed = {"people": FILES["people.csv"].replace("p06", "p06 ")}
    assert broken(intake_of(changed), "people") == [(7, "person_id_with_spaces")]
    assert broken(intake_of(changed), "employment") == [(8, "not_among_people")]
