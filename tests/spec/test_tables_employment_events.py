"""Spells out of an event log: hire, exit, rehire, exit, in this order, worked by hand for p03."""

import pandas as pd
import pytest

from mentor_outcomes.study import Layout
from mentor_outcomes.tables import Intake
from tests.tiny_tables import broken, counts_of, intake_of, reason_of, rows_of

HEADER = "person_id,effective_on,sequence,event_code,exit_kind\n"
OTHERS = "p01,2018-03-01,1,hire,\n"
"""Line 2 of the file; those of p03 begin on line 3."""


def log(*rows: str, exit_dated: str | None = "last_day", **layout: object) -> Intake:
    """The log of p03, each row `2016-05-01 1 hire`, with the kind behind an exit."""
    lines = [",".join(["p03", *row.split(" ")]) for row in rows]
    text = HEADER + OTHERS + "".join(f"{line}{',' * (4 - line.count(','))}\n" for line in lines)
    declared = Layout(shape="events", exit_dated=exit_dated, **layout)
    return intake_of({"employment": text}, layouts={"employment": declared})


def spells(intake: Intake) -> list[tuple[str, str, str]]:
    """First day, last day and kind of exit of each spell of p03."""
    assert not [r for r in intake.refusals if "may be left out" not in r.found]
    rows = rows_of(intake.tables["employment_spells"], "p03")
    assert rows["spell"].tolist() == list(range(1, 1 + len(rows)))
    days = rows[["hired_on", "left_on"]].apply(lambda days: days.dt.strftime("%Y-%m-%d"))
    told = pd.concat([days, rows["exit_kind"]], axis="columns").fillna("")
    return [tuple(row) for row in told.itertuples(index=False)]


def test_hire_exit_and_rehire_are_two_spells():
    intake = log("2016-05-01 1 hire", "2018-06-30 1 exit voluntary", "2020-02-01 1 rehire")
    assert spells(intake) == [("2016-05-01", "2018-06-30", "voluntary"), ("2020-02-01", "", "")]
    assert counts_of(intake, "employment") == (4, 4, 0, 0)


def test_an_exit_dated_the_day_after_is_the_day_before():
    intake = log("2016-05-01 1 hire", "2018-07-01 1 exit voluntary", exit_dated="day_after")
    assert spells(intake) == [("2016-05-01", "2018-06-30", "voluntary")]


def test_nobody_guesses_how_exits_are_dated():
    (refusal,) = log("2016-05-01 1 hire", exit_dated=None).refusals
    assert refusal.expected == "exit_dated: last_day (the last day employed) or day_after."


def test_the_order_of_rows_in_the_file_does_not_matter():
    intake = log("2020-02-01 1 rehire", "2018-06-30 1 exit voluntary", "2016-05-01 1 hire")
    assert [hired for hired, _, _ in spells(intake)] == ["2016-05-01", "2020-02-01"]


def test_of_several_events_on_a_day_the_sequence_says_which_came_first():
    rows = ("2016-05-01 1 hire", "2018-07-01 1 exit other", "2018-07-01 2 rehire")
    assert spells(log(*rows, exit_dated="day_after")) == [
        ("2016-05-01", "2018-06-30", "other"),
        ("2018-07-01", "", ""),
    ]
    # The other way round the rehire comes with no exit before it, and the exit ends it.
    rows = ("2016-05-01 1 hire", "2018-07-01 2 exit other", "2018-07-01 1 rehire")
    assert broken(log(*rows), "employment") == [(3, "hire_without_exit")]


def test_without_a_sequence_an_exit_comes_before_the_rehire_of_its_day():
    rows = ("2016-05-01  hire", "2018-07-01  rehire", "2018-07-01  exit other")
    assert spells(log(*rows, exit_dated="day_after")) == [
        ("2016-05-01", "2018-06-30", "other"),
        ("2018-07-01", "", ""),
    ]


def test_two_exits_of_one_day_take_the_stay_along():
    rows = ("2016-05-01  hire", "2018-07-01  exit other", "2018-07-01  exit voluntary")
    assert broken(log(*rows), "employment") == [
        (3, "event_in_quarantine"),
        (4, "contradicting_rows"),
        (5, "contradicting_rows"),
    ]


def test_a_rehire_on_the_last_day_overlaps_and_neither_stay_can_be_used():
    rows = ("2016-05-01 1 hire", "2018-07-01 1 exit other", "2018-07-01 2 rehire")
    intake = log(*rows, "2019-06-30 1 exit other", "2020-02-01 1 rehire")
    assert broken(intake, "employment") == [(n, "overlapping_spells") for n in (3, 4, 5, 6)]
    assert spells(intake) == [("2020-02-01", "", "")]


def test_a_rehire_with_no_exit_before_it_leaves_the_stay_before_unknown():
    intake = log("2016-05-01 1 hire", "2020-02-01 1 rehire", "2021-03-31 1 exit retirement")
    assert broken(intake, "employment") == [(3, "hire_without_exit")]
    assert spells(intake) == [("2020-02-01", "2021-03-31", "retirement")]


def test_an_exit_with_no_hire_before_it_cannot_be_used():
    intake = log("2015-01-31 1 exit other", "2016-05-01 1 hire")
    assert broken(intake, "employment") == [(3, "exit_without_hire")]
    assert spells(intake) == [("2016-05-01", "", "")]


def test_of_two_exits_in_a_row_nobody_knows_which_one_ended_the_stay():
    intake = log("2016-05-01 1 hire", "2018-06-30 1 exit other", "2018-07-31 1 exit voluntary")
    assert sorted(broken(intake, "employment")) == [
        (3, "two_exits"),
        (4, "two_exits"),
        (5, "exit_without_hire"),
    ]
    assert spells(intake) == []


def test_two_jobs_at_a_time_make_no_stay_of_one_day():
    rows = ("2012-01-01 1 hire", "2020-07-01 1 hire", "2020-07-02 1 exit other")
    assert spells(log(*rows, "2022-06-30 1 exit voluntary")) == []


def test_a_stay_does_not_bridge_an_exit_and_a_rehire_that_were_lost():
    rows = ("2012-01-01 1 hire", "2015-06-30 x exit other", "2018-01-01 x rehire")
    assert spells(log(*rows, "2021-06-30 1 exit voluntary")) == []


def test_those_who_never_came_are_no_employees():
    intake = log("2016-05-01 1 hire", "2016-05-01 2 exit other", exit_dated="day_after")
    assert broken(intake, "employment") == [
        (3, "left_on_before_hired_on"),
        (4, "left_on_before_hired_on"),
    ]
    assert spells(intake) == []
    # Dated on the last day it is a stay of one day.
    one_day = log("2016-05-01 1 hire", "2016-05-01 2 exit other")
    assert spells(one_day) == [("2016-05-01", "2016-05-01", "other")]


def test_an_exit_without_a_kind_takes_its_hire_along():
    intake = log("2016-05-01 1 hire", "2018-06-30 1 exit", "2020-02-01 1 rehire")
    assert broken(intake, "employment") == [(3, "half_an_exit"), (4, "half_an_exit")]
    assert spells(intake) == [("2020-02-01", "", "")]


def test_a_kind_on_another_row_than_an_exit_is_of_no_importance():
    assert spells(log("2016-05-01 1 hire anything")) == [("2016-05-01", "", "")]


@pytest.mark.parametrize(
    "exit_",
    [
        ("2018-06-31 1 exit voluntary",),
        ("2018-06-30 x exit voluntary",),
        (" 1 exit voluntary",),
        ("2018-06-30 1 exit voluntary", "2018-06-30 1 exit other"),
    ],
)
def test_who_has_an_exit_in_quarantine_is_not_believed_to_be_still_there(exit_):
    intake = log("2016-05-01 1 hire", *exit_)
    assert spells(intake) == []
    assert (3, "event_in_quarantine") in broken(intake, "employment")
    assert counts_of(intake, "employment")[3] == 1 + len(exit_)


def test_an_exit_in_quarantine_from_before_a_hire_is_not_its_exit():
    rows = ("2010-01-01 1 hire", "2015-01-31 x exit other", "2016-05-01 1 rehire")
    intake = log(*rows)
    assert broken(intake, "employment") == [(3, "hire_without_exit"), (4, "sequence_unreadable")]
    assert spells(intake) == [("2016-05-01", "", "")]


def test_a_copy_of_an_exit_is_no_exit_in_quarantine():
    rows = ("2016-05-01 1 hire", "2018-06-30 1 exit other", "2018-06-30 1 exit other")
    intake = log(*rows, "2020-02-01 1 rehire")
    assert broken(intake, "employment") == [(5, "same_row_again")]
    assert len(spells(intake)) == 2


def test_events_after_the_extract_are_plans():
    rows = ("2016-05-01 1 hire", "2021-12-31 1 exit retirement")
    intake = log(*rows, extracted_on=pd.Timestamp("2021-10-01").date())
    assert spells(intake) == [("2016-05-01", "", "")]
    assert reason_of(intake, "employment") == "dated after the extract: 1 rows"


def test_other_events_are_set_aside_and_do_not_come_between():
    rows = ("2016-05-01 1 hire", "2017-01-01 1 promotion", "2018-06-30 1 exit other")
    intake = log(*rows, "2018-06-30 2 data_change")
    assert spells(intake) == [("2016-05-01", "2018-06-30", "other")]
    assert counts_of(intake, "employment") == (5, 3, 2, 0)
    assert reason_of(intake, "employment") == "an event of another table: 2 rows"
