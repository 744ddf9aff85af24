"""Leaves out of an event log: from the first day away to the day before the return."""

import pandas as pd

from mentor_outcomes.study import Layout
from mentor_outcomes.tables import Intake
from tests.tiny_tables import broken, counts_of, intake_of, reason_of, rows_of

HEADER = "person_id,effective_on,sequence,event_code\n"


def log(*rows: str, person: str = "p05") -> Intake:
    """The log of p05, hired in April 2019, or of p02: 2017 to June 2019, and from February 2020."""
    text = HEADER + "".join(",".join([person, *row.split(" ")]) + "\n" for row in rows)
    return intake_of({"leaves": text}, layouts={"leaves": Layout(shape="events")})


def leaves(intake: Intake, person: str = "p05") -> list[tuple[str, str]]:
    assert not [r for r in intake.refusals if "may be left out" not in r.found]
    rows = rows_of(intake.tables["leaves"], person)[["from", "until"]]
    days = rows.apply(lambda days: days.dt.strftime("%Y-%m-%d")).fillna("")
    return [tuple(row) for row in days.itertuples(index=False)]


def test_a_leave_ends_the_day_before_the_return():
    intake = log("2020-03-01 1 leave", "2020-09-01 1 return")
    assert leaves(intake) == [("2020-03-01", "2020-08-31")]
    assert counts_of(intake, "leaves") == (2, 2, 0, 0)


def test_a_leave_that_becomes_another_kind_of_leave_goes_on():
    intake = log("2020-03-01 1 leave", "2020-06-01 1 leave", "2020-09-01 1 return")
    assert leaves(intake) == [("2020-03-01", "2020-08-31")]
    assert reason_of(intake, "leaves") == "a leave that goes on: 1 rows"


def test_two_leaves_with_a_return_between_are_two():
    rows = ("2020-03-01 1 leave", "2020-04-01 1 return", "2020-06-01 1 leave")
    assert leaves(log(*rows)) == [("2020-03-01", "2020-03-31"), ("2020-06-01", "")]


def test_back_and_away_again_on_one_day_are_two_leaves():
    rows = (
        "2020-03-01 1 leave",
        "2020-04-01 1 return",
        "2020-04-01 2 leave",
        "2020-05-01 1 return",
    )
    assert leaves(log(*rows)) == [("2020-03-01", "2020-03-31"), ("2020-04-01", "2020-04-30")]


def test_a_leave_taken_back_on_its_first_day_is_none():
    rows = ("2020-03-01 1 leave", "2020-03-01 2 return", "2020-06-01 1 leave")
    intake = log(*rows)
    assert leaves(intake) == [("2020-06-01", "")]
    assert reason_of(intake, "leaves") == "a leave of no day: 2 rows"
    assert counts_of(intake, "leaves") == (3, 1, 2, 0)


def test_a_return_without_a_leave_cannot_be_used():
    intake = log("2020-03-01 1 return", "2020-04-01 1 leave", "2020-05-01 1 return")
    assert broken(intake, "leaves") == [(2, "return_without_leave")]
    intake = log("2020-04-01 1 leave", "2020-05-01 1 return", "2020-06-01 1 return")
    assert broken(intake, "leaves") == [(4, "return_without_leave")]


def test_a_leave_open_at_the_exit_is_not_ended_by_a_return_after_the_rehire():
    rows = ("2019-05-01 1 leave", "2020-03-01 1 return", "2020-06-01 1 leave")
    intake = log(*rows, person="p02")
    assert leaves(intake, "p02") == [("2019-05-01", ""), ("2020-06-01", "")]
    assert broken(intake, "leaves") == [(3, "return_without_leave")]


def test_a_leave_in_each_of_two_spells_does_not_go_on_from_one_to_the_other():
    intake = log("2019-05-01 1 leave", "2020-06-01 1 leave", "2020-07-01 1 return", person="p02")
    assert leaves(intake, "p02") == [("2019-05-01", ""), ("2020-06-01", "2020-06-30")]
    assert counts_of(intake, "leaves") == (3, 3, 0, 0)


def test_leaves_as_spans_may_not_end_before_they_begin():
    text = "person_id,from,until\np05,2020-03-01,2020-02-29\np06,2020-03-01,2020-03-01\n"
    intake = intake_of({"leaves": text})
    assert broken(intake, "leaves") == [(2, "until_before_from")]
    assert intake.tables["leaves"]["until"].tolist() == [pd.Timestamp("2020-03-01")]
