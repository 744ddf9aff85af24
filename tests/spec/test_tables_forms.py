"""Dates and numbers in a provider's form: declared, decided by all values, or refused as open."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Layout
from mentor_outcomes.study.source import DATE_FORMS
from mentor_outcomes.tables.forms import read_day, read_number
from tests.tiny_tables import broken, intake_of, rows_of, tables

LEAVES = "person_id,from,until\n"
PAY = "person_id,effective_on,annual_pay\n"


def leaves(*spans: str, layout: Layout | None = None) -> list[tuple[str, str]]:
    """From and until of leaves of p01, p02, ... as the table has them."""
    text = LEAVES + "".join(f"p0{n},{span}\n" for n, span in enumerate(spans, start=1))
    table = tables({"leaves": text}, layouts=_of("leaves", layout))["leaves"]
    days = table[["from", "until"]].apply(lambda days: days.dt.strftime("%Y-%m-%d"))
    return sorted(tuple(row) for row in days.fillna("").itertuples(index=False))


def pay(*amounts: str, layout: Layout | None = None) -> list[float]:
    """Annual pay of p01, p02, ..."""
    text = PAY + "".join(f'p0{n},2020-01-01,"{pay}"\n' for n, pay in enumerate(amounts, start=1))
    table = tables({"pay": text}, layouts=_of("pay", layout))["pay_history"]
    return [rows_of(table, f"p0{n}")["annual_pay"].item() for n in range(1, 1 + len(amounts))]


def _of(source: str, layout: Layout | None) -> Mapping[str, Layout]:
    return {} if layout is None else {source: layout}


def refused(function, *values: str, layout: Layout | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        function(*values, layout=layout)
    for value in values:
        assert value not in str(caught.value)
    return caught.value


WRITTEN = {
    "YYYY-MM-DD": "2021-03-04",
    "YYYY/MM/DD": "2021/03/04",
    "YYYYMMDD": "20210304",
    "DD.MM.YYYY": "04.03.2021",
    "DD/MM/YYYY": "04/03/2021",
    "DD-MM-YYYY": "04-03-2021",
    "MM/DD/YYYY": "03/04/2021",
    "MM-DD-YYYY": "03-04-2021",
    "DD-MON-YYYY": "04-MAR-2021",
}


def test_every_form_that_a_study_may_declare_is_read():
    assert set(WRITTEN) == set(DATE_FORMS)
    for form, text in WRITTEN.items():
        assert read_day(text, form) == date(2021, 3, 4)
        assert leaves(f"{text},", layout=Layout(dates=form)) == [("2021-03-04", "")]


@pytest.mark.parametrize(
    ("form", "one", "decisive"),
    [
        ("YYYY/MM/DD", "2021/03/04", "2021/3/31"),
        ("YYYYMMDD", "20210304", "20210331"),
        ("DD.MM.YYYY", "04.03.2021", "4.3.2021"),
        ("DD/MM/YYYY", "04/03/2021", "31/03/2021"),
        ("MM/DD/YYYY", "03/04/2021", "3/31/2021"),
        ("DD-MM-YYYY", "04-03-2021", "31-03-2021"),
        ("MM-DD-YYYY", "03-04-2021", "03-31-2021"),
        ("DD-MON-YYYY", "04-MAR-2021", "31-mar-2021"),
    ],
)
def test_a_form_that_the_values_decide_is_found_and_reported(form, one, decisive):
    text = f"{LEAVES}p01,{one},\np02,{decisive},\n"
    intake = intake_of({"leaves": text})
    days = intake.tables["leaves"]["from"]
    assert pd.Timestamp("2021-03-04") in days.tolist()
    assert intake.counts.set_index("source").loc["leaves", "form"] == f"dates {form}"


def test_plain_dates_need_no_report():
    counts = intake_of().counts.set_index("source")
    assert pd.isna(counts.loc["leaves", "form"])


def test_dates_that_can_be_read_two_ways_are_refused_until_one_decides():
    refusal = refused(leaves, "03/04/2021,05/06/2021", "01/02/2021,")
    assert "can be read as DD/MM/YYYY and as MM/DD/YYYY: in none of 3 different" in refusal.found
    assert 'declare the form under sources.leaves in params.yaml: `dates: "DD/MM/YYYY"`' in (
        refusal.remedy
    )
    assert leaves("03/04/2021,05/06/2021", layout=Layout(dates="MM/DD/YYYY")) == [
        ("2021-03-04", "2021-05-06")
    ]
    # The 13th, in whichever column, decides for all.
    assert ("2021-04-03", "2021-06-05") in leaves("03/04/2021,05/06/2021", "13/02/2021,")


def test_dates_of_both_orders_in_one_file_contradict_each_other():
    refusal = refused(leaves, "13/04/2021,", "04/14/2021,", "04/15/2021,")
    assert "contradict each other: 1 different ones can only be DD/MM/YYYY, 2 only MM/DD" in (
        refusal.found
    )


def test_a_date_in_another_form_than_the_rest_cannot_be_used():
    text = f"{LEAVES}p01,31.03.2021,\np02,30.04.2021,\np03,2021/04/03,\n"
    intake = intake_of({"leaves": text})
    assert broken(intake, "leaves") == [(4, "from_unreadable")]
    declared = intake_of({"leaves": text}, layouts={"leaves": Layout(dates="YYYY/MM/DD")})
    assert broken(declared, "leaves") == [(2, "from_unreadable"), (3, "from_unreadable")]


def test_a_date_as_a_workbook_stores_it_is_the_same_day_in_every_form():
    spans = leaves("31.03.2021,", "30.04.2021,", "2021-04-03 00:00:00,")
    assert ("2021-04-03", "") in spans


@pytest.mark.parametrize("day", ["0202-03-01", "0020-03-01", "1899-12-31"])
def test_a_day_of_long_ago_is_a_slip(day):
    intake = intake_of({"leaves": f"{LEAVES}p01,{day},\np02,2021-04-03,\n"})
    assert broken(intake, "leaves") == [(2, "from_unreadable")]


@pytest.mark.parametrize(
    ("from_", "until", "layout"),
    [
        ("2021-03-04", "9999-12-31", None),
        ("2021-03-04", "4712-12-31", None),
        ("31.03.2021", "31.12.9999", None),
        ("3/31/2021", "12/31/9999", None),
        ("31-MAR-2021", "31-DEC-4712", None),
        ("20210331", "99991231", None),
        ("31.03.2021", "9999-12-31", None),  # a constant of the system, not a date of the file
        ("31.03.2021", "31.12.2999", Layout(open_ends=("31.12.2999",))),
        ("2021-03-04 00:00:00", "9999-12-31 00:00:00", None),
    ],
)
def test_the_end_of_time_is_no_end_in_every_form(from_, until, layout):
    (span,) = leaves(f"{from_},{until}", layout=layout)
    assert span[1] == ""


def test_an_end_of_time_that_nobody_declared_is_a_day_like_others():
    assert leaves("2021-03-04,2999-12-31") == [("2021-03-04", "2999-12-31")]


def test_times_belong_to_moments_only():
    assert leaves("2021-03-04 00:00,2021-03-05T00:00:00Z") == [("2021-03-04", "2021-03-05")]
    text = f"{LEAVES}p01,2021-03-04 08:30,\n"
    assert broken(intake_of({"leaves": text}), "leaves") == [(2, "from_unreadable")]
    survey = "person_id,wave,answered_on,b1,b2,b3\np01,1,13/06/2020 9:05 PM,5,1,5\n"
    answered = tables({"survey": survey})["survey_answers"]["answered_on"]
    assert answered.tolist() == [pd.Timestamp("2020-06-13")]


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("39081", 39081, 39081),
        ("39081.50", 39081.5, None),
        ("39081,50", None, 39081.5),
        ("39,081.50", 39081.5, None),
        ("39.081,50", None, 39081.5),
        ("1,234,567", 1234567, None),
        ("39,081", 39081, 39.081),
        ("0,875", None, 0.875),
        ("3,90", None, 3.9),
        ("39,0815", None, 39.0815),
        ("-1.5e3", -1500, None),
        ("1,23,456", None, None),
        ("39 081", None, None),
        ("1e999", None, None),
        ("", None, None),
    ],
)
def test_a_number_with_a_decimal_point_or_comma_and_thousands_apart(text, point, comma):
    assert read_number(text, ".") == point
    assert read_number(text, ",") == comma


def test_the_decimal_mark_is_found_from_all_numbers_of_a_source():
    assert pay("39081.50", "39,081") == [39081.5, 39081]
    assert pay("39081,5", "39.081") == [39081.5, 39081]
    assert pay("39081", "41000") == [39081, 41000]
    text = PAY + 'p01,2020-01-01,"39081,5"\n'
    counts = intake_of({"pay": text}).counts.set_index("source")
    assert counts.loc["pay", "form"] == "decimal commas"


def test_numbers_that_can_be_read_two_ways_are_refused_until_one_decides():
    refusal = refused(pay, "39,081", "41,000")
    assert "can be read in two ways: in all 2 that have a comma or a point" in refusal.found
    assert pay("39,081", layout=Layout(decimal=".")) == [39081]
    assert pay("39,081", layout=Layout(decimal=",")) == [39.081]
    # 1.234.567 has thousands apart twice: no decimals.
    assert pay("39.081", "1.234.567") == [39081, 1234567]


def test_numbers_of_both_marks_in_one_file_contradict_each_other():
    refusal = refused(pay, "39081.50", "41000,25")
    assert "1 different ones can only be read with a decimal point, 1 only with" in refusal.found


def test_a_form_is_of_one_source_and_not_of_the_next():
    made = tables(
        {
            "pay": PAY + 'p01,2020-01-01,"39081,5"\n',
            "ratings": "person_id,rated_on,rating,rater_id\np01,31/12/2019,3.5,p08\n",
        }
    )
    assert made["pay_history"]["annual_pay"].tolist() == [39081.5]
    assert made["ratings"]["rating"].tolist() == [3.5]
    assert made["ratings"]["rated_on"].tolist() == [pd.Timestamp("2019-12-31")]


def test_a_date_of_birth_is_a_year():
    people = "person_id,birth_year,gender,education\np01,17.05.1990,,\np02,01.02.1985,,\n"
    made = intake_of({"people": people}).tables["people"]
    assert rows_of(made, "p01")["birth_year"].tolist() == [1990]
