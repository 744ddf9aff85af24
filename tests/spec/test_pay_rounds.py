"""Yearly rounds of pay: found in the records, counted within a change, said in words."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.estimates import PayRounds, pay_rounds

MONTHS = Calendar(date(2020, 3, 1), date(2023, 2, 28))
"""Period 0 is March: a round in April is in periods 1, 13, 25."""


def rounds_of(raises: dict[str, list[int]], calendar=MONTHS, n_periods=36) -> PayRounds:
    """Of people whose pay rises by a tenth in the periods named."""
    rows = [
        {"who": who, "at": period, "pay": 10 + 0.1 * sum(raised <= period for raised in periods)}
        for who, periods in raises.items()
        for period in range(n_periods)
    ]
    return pay_rounds(pd.DataFrame(rows), unit="who", period="at", outcome="pay", calendar=calendar)


YEARLY = {"ann": [1, 13, 25], "bo": [1, 13, 18, 25], "cy": [13, 25]}


def test_the_share_of_changes_by_calendar_month():
    found = rounds_of(YEARLY)
    by_month = found.by_month.set_index("month")
    assert by_month["n_changes"].sum() == 9
    assert by_month.loc[4, "share"] == pytest.approx(8 / 9)
    assert by_month.loc[9, "share"] == pytest.approx(1 / 9)
    # In April three people are seen in three years, in March in two: the first month has none
    # before it.
    assert by_month.loc[4, "share_changed"] == pytest.approx(8 / 9)
    assert by_month.loc[3, "share_changed"] == 0


def test_a_month_with_most_changes_in_most_years_is_a_yearly_round():
    found = rounds_of(YEARLY)
    assert (found.month, found.is_yearly, found.n_years) == (4, True, 3)
    assert found.share == pytest.approx(8 / 9)


@pytest.mark.parametrize(
    "raises",
    [
        {"ann": [3, 17, 22], "bo": [8, 13, 30], "cy": [6, 26]},  # whenever
        {"ann": [1], "bo": [1], "cy": [1]},  # in one year only
        {"ann": [1, 20, 31], "bo": [1, 16, 33], "cy": [1, 22, 34], "di": [1], "ed": [1]},
        {"ann": []},
    ],
)
def test_otherwise_there_is_none_and_nothing_is_said(raises):
    found = rounds_of(raises)
    assert found.month is None
    assert found.words(12) == ""


def test_a_gap_in_the_records_hides_when_pay_changed():
    rows = pd.DataFrame({"who": "ann", "at": [0, 2, 3], "pay": [1.0, 2.0, 2.0]})
    found = pay_rounds(rows, unit="who", period="at", outcome="pay", calendar=MONTHS)
    assert found.by_month["n_changes"].sum() == 0


def test_the_order_of_rows_and_the_names_of_people_change_nothing():
    rows = pd.DataFrame(
        [(who, at, 10.0 + (at >= raised)) for who, raised in ((1, 4), (2, 9)) for at in range(20)],
        columns=["who", "at", "pay"],
    )
    settings = {"unit": "who", "period": "at", "outcome": "pay", "calendar": MONTHS}
    shuffled = rows.sample(frac=1, random_state=1).replace({"who": {1: 7, 2: 3}})
    pd.testing.assert_frame_equal(
        pay_rounds(rows, **settings).by_month, pay_rounds(shuffled, **settings).by_month
    )


@pytest.mark.parametrize("months", [0, 6, 11, 12, 13, 18, 24, 36])
@pytest.mark.parametrize("start_month", range(12))
def test_rounds_within_are_those_a_calendar_counts(months, start_month):
    """From the end of the month before the start: month 0 of the start to month `months`."""
    found = rounds_of(YEARLY)
    seen = sum((start_month + k) % 12 == 3 for k in range(months + 1))
    fewest, most = found.within(months)
    assert fewest <= seen <= most
    if months % 12 == 0:
        assert seen == (most if start_month == 3 else fewest)


def test_within_is_as_narrow_as_can_be():
    found = rounds_of(YEARLY)
    for months in (5, 11, 12, 18, 24):
        seen = {sum((start + k) % 12 == 3 for k in range(months + 1)) for start in range(12)}
        assert found.within(months) == (min(seen), max(seen))


def test_words_say_how_many_rounds_a_change_spans():
    found = rounds_of(YEARLY)
    assert found.words(12) == ", over 1 yearly pay round, 2 for who starts in April"
    assert found.words(24) == ", over 2 yearly pay rounds, 3 for who starts in April"
    assert found.words(11) == ", over 1 yearly pay round"
    assert found.words(18) == ", over 1 or 2 yearly pay rounds by the month of the start"
    assert found.words(5) == ", over 0 or 1 yearly pay round by the month of the start"


def test_quarters_have_their_round_too():
    quarters = Calendar(date(2020, 1, 1), date(2023, 12, 31), "quarter")
    found = rounds_of({"ann": [1, 5, 9, 13], "bo": [5, 9, 13]}, quarters, n_periods=16)
    assert found.month == 4
    assert found.words(12).endswith("2 for who starts in the quarter from April")
    assert np.allclose(found.by_month["share"], [0, 1, 0, 0])


def test_periods_of_a_year_tell_no_round():
    years = Calendar(date(2020, 1, 1), date(2023, 12, 31), "year")
    found = rounds_of({"ann": [1, 2, 3], "bo": [1, 2, 3]}, years, n_periods=4)
    assert found.month is None
    assert found.words(12) == ""
    assert found.by_month["n_changes"].tolist() == [6]
