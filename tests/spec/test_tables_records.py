"""Pay, leaves, ratings, offers and unit output."""

from datetime import date

import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Layout
from tests.tiny_study import FILES
from tests.tiny_tables import broken, counts_of, intake_of, reason_of, rows_of, tables


@pytest.mark.parametrize(
    ("source", "file", "old", "new", "found"),
    [
        ("pay", "pay_history.csv", ",40000", ",0", "pay has annual_pay of 0 or less"),
        ("pay", "pay_history.csv", ",40000", ",", "pay has no annual_pay"),
        ("pay", "pay_history.csv", "2020-07-01", "2018-03-01", "person_id and effective_on"),
        ("leaves", "leaves.csv", "2020-08-31", "2020-02-29", "until before from"),
        ("ratings", "ratings.csv", "p04,", "p01,", "have the person_id and rated_on of another"),
        ("offers", "offers.csv", "o2", "o1", "have the offer_id of another row"),
        ("offers", "offers.csv", "true", "", "has no saw_programme"),
        ("unit_output", "unit_output.csv", "2020-02-01", "2020-02-29", "not the first day"),
        ("unit_output", "unit_output.csv", "2020-02-01", "2020-01-01", "unit_id and month"),
        ("jobs", "job_history.csv", "p08,0.8", "p08,80", "has fte outside 0-2"),
        ("jobs", "job_history.csv", "2020-07-01", "2018-03-01", "effective_on and sequence"),
        ("jobs", "job_history.csv", ",1,5,sales", ",1,0,sales", "has a grade below 1"),
    ],
)
def test_a_record_that_cannot_be_is_refused(source, file, old, new, found):
    assert old in FILES[file]
    with pytest.raises(SourceError) as caught:
        tables({source: FILES[file].replace(old, new)})
    assert found in str(caught.value)


def test_records_that_repeat_another_in_all_are_one():
    copies = {"ratings": FILES["ratings.csv"] + "p04,2019-12-31,4.0,p07\n"}
    intake = intake_of(copies)
    assert broken(intake, "ratings") == [(4, "same_row_again")]
    assert len(intake.tables["ratings"]) == 2


def test_a_leave_may_be_open():
    assert rows_of(tables()["leaves"], "p06")["until"].isna().all()


def test_managers_and_raters_are_under_the_same_pseudonyms_as_people():
    made = tables()
    assert set(made["ratings"]["rater_id"]) <= set(made["people"]["person_id"])
    assert set(made["job_history"]["manager_id"].dropna()) <= set(made["people"]["person_id"])


def test_records_dated_after_the_extract_are_plans():
    layouts = dict.fromkeys(("leaves", "ratings"), Layout(extracted_on=date(2020, 6, 30)))
    intake = intake_of(layouts=layouts)
    assert counts_of(intake, "leaves") == (2, 1, 1, 0)
    assert reason_of(intake, "leaves") == "dated after the extract: 1 rows"
    assert counts_of(intake, "ratings") == (2, 2, 0, 0)
