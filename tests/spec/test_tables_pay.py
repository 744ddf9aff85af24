"""Amounts of pay into full-time yearly pay in one currency, worked by hand."""

from dataclasses import replace

import pytest

from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.study import Layout
from mentor_outcomes.tables import Intake
from tests.tiny_tables import LENIENT, broken, counts_of, intake_of, reason_of, rows_of

FULL_TIME = Layout(shape="amounts", pay_is="full_time")
ACTUAL = Layout(shape="amounts", pay_is="actual")


def pay(header: str, *rows: str, layout: Layout = FULL_TIME, **ingest: object) -> Intake:
    """Rows of p01; `header` names the columns beside the person and the day."""
    text = f"person_id,effective_on,{header}\n" + "".join(f"p01,{row}\n" for row in rows)
    return intake_of({"pay": text}, layouts={"pay": layout}, ingest=replace(LENIENT, **ingest))


def annual(*arguments: object, **settings: object) -> list[float]:
    """Annual pay of p01, in order of the days."""
    intake = pay(*arguments, **settings)
    assert not intake.refusals
    return rows_of(intake.tables["pay_history"], "p01")["annual_pay"].tolist()


def refused(*arguments: object, **settings: object) -> MentorOutcomesError:
    (refusal,) = pay(*arguments, **settings).refusals
    return refusal


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("year", 1200),
        ("month", 12 * 1200),
        ("half_month", 24 * 1200),
        ("two_weeks", 26 * 1200),
        ("week", 52 * 1200),
        ("hour", 40 * 52 * 1200),
    ],
)
def test_amounts_of_every_period_become_a_year(per, expected):
    settings = {"full_time_hours_per_week": 40.0}
    assert annual("amount,per", f"2020-01-01,1200,{per}", **settings) == [expected]
    declared = replace(FULL_TIME, pay_per=per)
    assert annual("amount", "2020-01-01,1200", layout=declared, **settings) == [expected]


def test_a_period_in_the_file_goes_before_the_one_declared():
    declared = replace(FULL_TIME, pay_per="month")
    rows = ("2020-01-01,1000,", "2021-01-01,24000,year")
    assert annual("amount,per", *rows, layout=declared) == [12000, 24000]


def test_amounts_for_nobody_knows_what_are_refused():
    refusal = refused("amount,per", "2020-01-01,1000,", "2021-01-01,24000,year")
    assert refusal.found == (
        "1 of 2 rows of pay does not say what the amount is paid for: pay.csv (line 2)."
    )
    assert "`pay_per: year`" in refusal.remedy


def test_hourly_pay_needs_the_weekly_hours_of_full_time():
    assert "nothing says how many hours full-time work is" in (
        refused("amount,per", "2020-01-01,20,hour").found
    )
    # 30 hours are three quarters of 40.
    assert annual("amount,per,hours_per_week,fte", "2020-01-01,20,hour,30,0.75") == [20 * 40 * 52]
    # What the study declares goes first.
    assert annual(
        "amount,per,hours_per_week,fte", "2020-01-01,20,hour,30,0.75", full_time_hours_per_week=35.0
    ) == [20 * 35 * 52]


@pytest.mark.parametrize(
    "row", ["20,hour,,0.5", "20,hour,20,", "20,hour,20,0", "20,hour,40,100", "20,hour,173,1"]
)
def test_hourly_pay_without_hours_that_full_time_work_may_have_cannot_be_used(row):
    rows = (f"2020-01-01,{row}", "2021-01-01,20,hour,40,1")
    intake = pay("amount,per,hours_per_week,fte", *rows)
    assert broken(intake, "pay") == [(2, "no_hours")]
    assert annual("amount,per,hours_per_week,fte", *rows) == [20 * 40 * 52]


def test_actual_pay_is_divided_by_the_share_of_full_time():
    rows = ("2020-01-01,30000,year,1", "2021-01-01,15600,year,0.5")
    assert annual("amount,per,fte", *rows, layout=ACTUAL) == [30000, 31200]
    assert annual("amount,per,fte", *rows, layout=FULL_TIME) == [30000, 15600]


@pytest.mark.parametrize("fte", ["", "0", "-1", "50"])
def test_actual_pay_without_a_share_cannot_be_used(fte):
    rows = ("2020-01-01,30000,year,1", f"2021-01-01,15600,year,{fte}")
    intake = pay("amount,per,fte", *rows, layout=ACTUAL)
    assert broken(intake, "pay") == [(3, "no_share_of_full_time")]


def test_an_hourly_rate_is_that_of_full_time_already():
    row = "2020-01-01,20,hour,0.5,20"
    assert annual("amount,per,fte,hours_per_week", row, layout=ACTUAL) == [20 * 40 * 52]


def test_actual_pay_in_a_file_without_shares_is_refused():
    assert "holds actual pay, and no share of full time" in (
        refused("amount,per", "2020-01-01,30000,year", layout=ACTUAL).found
    )


def test_nobody_guesses_whether_pay_is_that_of_full_time():
    refusal = refused("amount,per", "2020-01-01,3,year", layout=Layout(shape="amounts"))
    assert refusal.expected == "pay_is: full_time, or actual (what a part-timer really gets)."


def test_currencies_are_changed_at_one_fixed_rate():
    rows = ("2020-01-01,30000,year,EUR", "2021-01-01,40000,year,USD")
    rates = {"currency_rates": {"USD": 0.9}}
    assert annual("amount,per,currency", *rows, **rates) == [30000, 0.9 * 40000]
    # The study's own currency is worth one, whatever the rates say.
    assert annual("amount,per,currency", rows[0], currency_rates={"EUR": 7.0}) == [30000]


def test_a_currency_without_a_rate_is_refused_with_a_stub():
    rows = [f"202{year}-01-01,{3 + year},year,{'CHF' if year < 3 else 'SEK'}" for year in range(4)]
    refusal = refused("amount,per,currency", *rows)
    assert refusal.found == "pay.csv has 4 amounts in currencies without a rate: CHF (3 rows)."
    assert "`currency_rates: {CHF: ...}`" in refusal.remedy


def test_an_amount_without_a_currency_among_others_with_one_cannot_be_used():
    rows = ("2020-01-01,30000,year,EUR", "2021-01-01,40000,year,")
    assert broken(pay("amount,per,currency", *rows), "pay") == [(3, "no_currency")]
    # Where none has one, all are in the study's.
    assert annual("amount,per,currency", "2020-01-01,30000,year,") == [30000]


def test_the_last_row_of_a_day_says_what_holds():
    rows = ("2020-01-01,2,31000,year", "2020-01-01,1,30000,year", "2020-01-01,3,30500,year")
    intake = pay("sequence,amount,per", *rows)
    assert intake.tables["pay_history"]["annual_pay"].tolist() == [30500]
    assert reason_of(intake, "pay") == "changed again on the same day: 2 rows"


def test_two_amounts_of_a_day_without_an_order_are_none():
    rows = ("2020-01-01,30000,year", "2020-01-01,31000,year", "2021-01-01,32000,year")
    intake = pay("amount,per", *rows)
    assert broken(intake, "pay") == [(2, "contradicting_rows"), (3, "contradicting_rows")]
    assert intake.tables["pay_history"]["annual_pay"].tolist() == [32000]


def test_rows_that_say_the_same_again_are_no_change():
    rows = (
        "2020-01-01,30000,year",
        "2020-07-01,2500,month",
        "2021-01-01,2500.0000000001,month",
        "2022-01-01,30000.01,year",
    )
    intake = pay("amount,per", *rows)
    assert intake.tables["pay_history"]["annual_pay"].tolist() == [30000, 30000.01]
    assert reason_of(intake, "pay") == "no change of pay: 2 rows"
    assert counts_of(intake, "pay") == (4, 2, 2, 0)


def test_pay_of_nothing_cannot_be_used():
    rows = ("2020-01-01,0,year", "2021-01-01,-5,month", "2022-01-01,1,year")
    assert broken(pay("amount,per", *rows), "pay") == [
        (2, "pay_not_above_0"),
        (3, "pay_not_above_0"),
    ]


def test_annual_pay_needs_no_more_than_that():
    text = "person_id,effective_on,annual_pay\np01,2020-01-01,30000\np01,2021-01-01,30000\n"
    intake = intake_of({"pay": text})
    assert counts_of(intake, "pay") == (2, 1, 1, 0)


def test_annual_pay_in_several_currencies_is_changed_too():
    text = "person_id,effective_on,annual_pay,currency\np01,2020-01-01,30000,EUR\n"
    text += "p01,2021-01-01,40000,USD\np01,2022-01-01,41000,\n"
    rates = replace(LENIENT, currency_rates={"USD": 0.9})
    intake = intake_of({"pay": text}, ingest=rates)
    assert intake.tables["pay_history"]["annual_pay"].tolist() == [30000, 36000]
    assert broken(intake, "pay") == [(4, "no_currency")]
    (refusal,) = intake_of({"pay": text}).refusals
    assert refusal.found.startswith("pay.csv has 1 amounts in currencies without a rate")
