"""Spells cut into periods of ten days, by hand."""

import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import person_periods


def cut(entry, exit, event, width=10.0, **more):
    spells = pd.DataFrame({"person": range(len(exit)), "entry": entry, "exit": exit})
    spells = spells.assign(event=event, until=more.pop("until", None))
    return person_periods(spells, entry="entry", exit="exit", event="event", width=width, **more)


def as_rows(result) -> list[tuple]:
    return list(result.rows[["person", "period", "event"]].itertuples(index=False, name=None))


def test_an_event_lies_in_the_period_that_its_day_ends_or_falls_into():
    result = cut([0, 0], [20, 21], [True, True])
    assert as_rows(result) == [
        (0, 1, False),
        (0, 2, True),
        (1, 1, False),
        (1, 2, False),
        (1, 3, True),
    ]


def test_a_period_in_which_follow_up_was_to_end_is_left_out_event_or_not():
    """Followed to 25: periods 1 and 2 only. To leave out only the first would be a bias."""
    result = cut([0, 0], [25, 23], [False, True], until=[25, 25], followed_to="until")
    assert as_rows(result) == [(0, 1, False), (0, 2, False), (1, 1, False), (1, 2, False)]
    assert (result.n_spells_left_out, result.n_events_left_out) == (0, 1)
    seen = cut([0], [23], [True], until=[30], followed_to="until")
    assert as_rows(seen) == [(0, 1, False), (0, 2, False), (0, 3, True)]


def test_spells_that_end_within_a_period_are_refused_or_counted():
    with pytest.raises(EstimationError, match="2 of 4 spells end within a period"):
        cut([0, 0, 0, 0], [20, 29, 9, 5], [False, False, False, True])
    counted = cut([0, 0], [20, 29], [False, False], censored_within="count")
    assert as_rows(counted) == [(0, 1, False), (0, 2, False)] + [(1, k, False) for k in (1, 2, 3)]
    left_before = cut([0], [12], [False], until=[45], followed_to="until", censored_within="count")
    assert as_rows(left_before) == [(0, 1, False), (0, 2, False)]


def test_who_enters_within_a_period_counts_from_the_next_and_what_is_lost_is_counted():
    result = cut([10, 3, 3, 3], [20, 25, 8, 9], [True, True, True, False])
    assert as_rows(result) == [(0, 2, True), (1, 2, False), (1, 3, True)]
    assert (result.n_spells, result.n_spells_left_out, result.n_events_left_out) == (4, 2, 1)


def test_follow_up_that_ends_before_the_exit_is_refused():
    with pytest.raises(EstimationError, match="1 of 1 spells have a until before their exit"):
        cut([0], [30], [True], until=[20], followed_to="until")


def test_an_event_on_the_day_of_entry_lies_in_the_period_that_begins():
    assert as_rows(cut([10], [10], [True])) == [(0, 2, True)]


def test_a_multiple_of_the_width_ends_its_period_in_spite_of_rounding():
    """0.3 / 0.1 is 2.9999999999999996 in floating point."""
    assert 0.3 / 0.1 < 3
    assert len(cut([0.0], [0.3], [False], width=0.1).rows) == 3


def test_other_columns_ride_along():
    spells = pd.DataFrame({"exit": [2.0], "event": [1], "site": ["north"]}, index=["any"])
    rows = person_periods(spells, entry=None, exit="exit", event="event", width=1).rows
    assert rows["site"].tolist() == ["north", "north"]
    assert rows.index.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("spells", "width", "words"),
    [
        ({"exit": [1.0], "event": [1]}, 0, "width of a period is 0"),
        ({"exit": [1.0], "event": [1], "period": [1]}, 1, "called period already"),
        ({"exit": [-1.0], "event": [1]}, 1, "end before they begin"),
        ({"exit": [None], "event": [1]}, 1, "holds object"),
        ({"exit": [], "event": []}, 1, "no records"),
    ],
)
def test_what_cannot_be_cut_is_refused(spells, width, words):
    with pytest.raises(EstimationError, match=words):
        person_periods(pd.DataFrame(spells), entry=None, exit="exit", event="event", width=width)


def test_times_before_zero_are_refused():
    with pytest.raises(EstimationError, match="1 of 1 spells begin before time 0"):
        cut([-5], [20], [True])


CUT = pd.DataFrame(
    {
        "person": ["a", "a", "b", "c"],
        "entry": [0, 1.5, 0, 0],
        "exit": [1.5, 1.8, 3, 2],
        "event": [False, True, False, False],
        "grade": [1, 2, 1, 1],
    }
)
TIMES = {"entry": "entry", "exit": "exit", "event": "event", "width": 1}


def test_the_rows_of_a_unit_are_one_spell_however_they_are_cut():
    """a's event falls into period 2, in which a, b and c are at risk: 1/3."""
    counted = person_periods(CUT, unit="person", censored_within="count", **TIMES)
    whole = CUT.iloc[1:].assign(entry=0)
    expected = person_periods(whole, censored_within="count", **TIMES)
    assert as_rows(counted) == as_rows(expected)
    assert counted.rows.groupby("period")["event"].mean()[2] == pytest.approx(1 / 3)
    assert (counted.n_spells, counted.n_spells_left_out, counted.n_events_left_out) == (3, 0, 0)
    shuffled = CUT.iloc[[1, 3, 0, 2]]
    again = person_periods(shuffled, unit="person", censored_within="count", **TIMES)
    assert sorted(as_rows(again)) == sorted(as_rows(counted))
    # Only the refusal of spells that end within a period needs no joining: b and c end with one.
    assert as_rows(person_periods(CUT, unit="person", **TIMES)) == as_rows(expected)


def test_a_period_has_the_columns_of_the_row_in_which_it_begins():
    """Periods of 1 begin at 0, 1 and 2; the second row is in force from 1 on, the third not yet."""
    rows = pd.DataFrame({"entry": [0, 1, 2.2], "exit": [1, 2.2, 3], "grade": [1, 2, 3]})
    rows = rows.assign(person="a", event=[0, 0, 1])
    made = person_periods(rows, unit="person", **TIMES)
    assert made.rows["grade"].tolist() == [1, 2, 2]
    assert made.rows["event"].tolist() == [False, False, True]


def test_a_unit_that_is_away_or_has_an_event_begins_a_spell_of_its_own():
    rows = pd.DataFrame({"entry": [0, 1, 3], "exit": [1, 2, 4], "event": [1, 0, 0], "person": "a"})
    made = person_periods(rows, unit="person", **TIMES)
    assert as_rows(made) == [("a", 1, True), ("a", 2, False), ("a", 4, False)]
    assert made.n_spells == 3


def test_an_event_on_the_day_on_which_a_row_was_cut_is_of_the_period_that_ends():
    rows = pd.DataFrame({"entry": [0, 2], "exit": [2, 2], "event": [0, 1], "person": "a"})
    assert as_rows(person_periods(rows, unit="person", **TIMES)) == [
        ("a", 1, False),
        ("a", 2, True),
    ]


def test_rows_that_may_have_been_cut_within_a_period_are_refused_without_a_unit():
    with pytest.raises(EstimationError, match="1 of 4 rows begin within a period, when others end"):
        person_periods(CUT, censored_within="count", **TIMES)
    apart = CUT.assign(person=range(4))
    made = person_periods(apart, unit="person", censored_within="count", **TIMES)
    assert (made.n_spells, made.n_events_left_out) == (4, 1)


def test_rows_of_a_unit_that_overlap_are_refused():
    with pytest.raises(EstimationError, match="2 of 4 rows are of a person with rows that overlap"):
        person_periods(CUT.assign(entry=[0, 1, 0, 0]), unit="person", **TIMES)
