"""Job histories: what changes the job, what only happens to be told in the same log."""

from datetime import date

import pytest

from mentor_outcomes.sources import raw_table
from mentor_outcomes.study import Layout
from mentor_outcomes.tables import Intake
from tests.tiny_tables import (
    broken,
    counts_of,
    intake_of,
    reason_of,
    received,
    rows_of,
    taken_in,
    text_frame,
)

HEADER = "person_id,effective_on,sequence,grade,job_family,unit_id,site,manager_id,fte,event_code\n"
HIRED = "p04,2019-01-01,1,1,finance,U2,south,p07,1,hire\n"


def jobs(*rows: str) -> Intake:
    """The history of p04, hired on line 2 of the file; each row as in the file without the id."""
    return intake_of({"jobs": HEADER + HIRED + "".join(f"p04,{row}\n" for row in rows)})


def days(intake: Intake) -> list[str]:
    rows = rows_of(intake.tables["job_history"], "p04")
    return rows["effective_on"].dt.strftime("%Y-%m-%d").tolist()


@pytest.mark.parametrize(
    "event", ["leave", "return", "pay_change", "data_change", "suspension", "other"]
)
def test_an_event_that_leaves_the_job_as_it_is_is_no_change_of_it(event):
    intake = jobs(f"2020-05-01,1,1,finance,U2,south,p07,1,{event}")
    assert days(intake) == ["2019-01-01"]
    assert reason_of(intake, "jobs") == "no change of the job: 1 rows"


@pytest.mark.parametrize(
    "row",
    [
        "2020-05-01,1,2,finance,U2,south,p07,1,data_change",
        "2020-05-01,1,1,finance,U2,south,p08,1,pay_change",
        "2020-05-01,1,1,finance,U2,,p07,1,leave",
        "2020-05-01,1,1,finance,U2,south,p07,0.5,return",
        "2020-05-01,1,1,finance,U2,south,p07,1,transfer",
        "2020-05-01,1,1,finance,U2,south,p07,1,",
    ],
)
def test_other_rows_are_changes_even_if_the_event_speaks_of_something_else(row):
    intake = jobs(row)
    assert days(intake) == ["2019-01-01", "2020-05-01"]
    assert counts_of(intake, "jobs") == (2, 2, 0, 0)


def test_the_row_before_is_that_of_the_same_person():
    # p03 has the very job that p04 has, and no row before.
    text = HEADER + HIRED + "p03,2019-02-01,1,1,finance,U2,south,p07,1,other\n"
    assert len(intake_of({"jobs": text}).tables["job_history"]) == 2


def test_an_exit_row_is_of_another_table_whatever_it_lacks():
    intake = jobs("2020-05-01,1,,,,,,,exit")
    assert not intake.refusals
    assert reason_of(intake, "jobs") == "an event of another table: 1 rows"
    assert broken(jobs("2020-05-01,1,,,,,,,transfer"), "jobs") == [(3, "no_grade")]


def test_a_row_without_a_sequence_is_the_only_one_of_its_day():
    intake = jobs("2020-05-01,,2,finance,U2,south,p07,1,promotion")
    assert rows_of(intake.tables["job_history"], "p04")["sequence"].tolist() == [1, 1]
    two = jobs(
        "2020-05-01,,2,finance,U2,south,p07,1,promotion",
        "2020-05-01,,3,finance,U2,south,p07,1,promotion",
    )
    assert broken(two, "jobs") == [(3, "contradicting_rows"), (4, "contradicting_rows")]


def test_all_rows_of_a_day_stay_in_sequence():
    intake = jobs(
        "2020-05-01,2,2,finance,U3,south,p07,1,transfer",
        "2020-05-01,1,2,finance,U2,south,p07,1,promotion",
    )
    rows = rows_of(intake.tables["job_history"], "p04")
    assert rows["sequence"].tolist() == [1, 1, 2]
    assert rows["unit_id"].tolist() == ["U2", "U2", "U3"]


def test_full_time_as_a_percentage_cannot_be_used():
    assert broken(jobs("2020-05-01,1,1,finance,U2,,,100,transfer"), "jobs") == [
        (3, "fte_outside_0_to_2")
    ]
    assert days(jobs("2020-05-01,1,1,finance,U2,,,0,transfer"))[1:] == ["2020-05-01"]


def test_rows_after_the_extract_are_plans():
    layout = Layout(extracted_on=date(2020, 1, 1))
    text = HEADER + HIRED + "p04,2020-05-01,1,2,finance,U2,south,p07,1,promotion\n"
    intake = intake_of({"jobs": text}, layouts={"jobs": layout})
    assert days(intake) == ["2019-01-01"]
    assert reason_of(intake, "jobs") == "dated after the extract: 1 rows"


def test_a_declared_extra_column_makes_a_change_too():
    text = HEADER.replace("\n", ",cost_centre\n") + HIRED.replace("\n", ",C1\n")
    text += "p04,2020-05-01,1,1,finance,U2,south,p07,1,data_change,C2\n"
    raw = received()
    raw["jobs"] = raw_table("jobs", text_frame(text), extra={"cost_centre": "text"})
    history = rows_of(taken_in(raw).tables["job_history"], "p04")
    assert history["cost_centre"].tolist() == ["C1", "C2"]


def test_rows_entered_late_are_noted():
    entered = ("2019-02-01", "2019-01-31", "2018-12-01", "")
    rows = [
        f"p0{number},2019-01-01,1,1,finance,U2,,,1,hire,{day}\n"
        for number, day in enumerate(entered, start=4)
    ]
    text = HEADER.replace("\n", ",entered_on\n") + "".join(rows)
    # 31 days after 1 January is 1 February: one of three.
    assert intake_of({"jobs": text}).notes == (
        "jobs: 33.3% of 3 rows were entered more than 30 days after the day they are dated",
    )
