"""Mentorships begun and asked for, worked by hand."""

import pandas as pd
import pytest

from mentor_outcomes.errors import SourceError
from tests.tiny_study import FILES
from tests.tiny_tables import (
    counts_of,
    intake_of,
    pseudonym_of,
    reason_of,
    rows_of,
    tables,
)

MENTORING = FILES["mentoring.csv"]
REQUESTS = FILES["mentoring_requests.csv"]


def of_protege(person: str, **changes: str) -> pd.DataFrame:
    return rows_of(tables(changes)["mentorships"], person, "protege_id")


def test_a_request_gives_its_day_to_the_mentorship_it_led_to():
    row = of_protege("p01").loc[0]
    assert row["requested_on"] == pd.Timestamp("2020-01-15")
    assert row["started_on"] == pd.Timestamp("2020-03-01")
    assert row["mentor_id"] == pseudonym_of("p07")
    assert row["mentorship_id"] == pseudonym_of("m1", "mentorship")
    assert row["cultivation_on"] == pd.Timestamp("2020-09-01")


def test_a_request_never_matched_is_a_row_without_a_start():
    row = of_protege("p05").loc[0]
    assert row["requested_on"] == pd.Timestamp("2020-02-20")
    assert pd.isna(row["started_on"])
    assert pd.isna(row["mentor_id"])
    assert not row["mentor_is_manager"]


def test_the_mentor_is_the_manager_only_if_so_on_the_first_day():
    # p04 moved from manager p07 to p08 on 1 May 2020, the day the mentorship with p08 began.
    assert of_protege("p04")["mentor_is_manager"].tolist() == [True]
    earlier = MENTORING.replace("2020-05-01", "2020-04-30")
    assert of_protege("p04", mentoring=earlier)["mentor_is_manager"].tolist() == [False]
    assert of_protege("p01")["mentor_is_manager"].tolist() == [False]


def test_the_last_state_of_the_day_says_who_the_manager_is():
    jobs = FILES["job_history.csv"]
    back = jobs + "p04,2020-05-01,2,1,finance,U2,south,p07,1,manager_change\n"
    assert of_protege("p04", jobs=back)["mentor_is_manager"].tolist() == [False]


def test_without_job_history_or_requests_the_mentorships_stand_alone():
    mentorships = tables(without=("jobs", "requests"))["mentorships"]
    assert len(mentorships) == 2
    assert not mentorships["mentor_is_manager"].any()
    assert mentorships["requested_on"].isna().all()


def test_a_mentor_may_come_from_outside():
    outside = MENTORING.replace("m1,p07", "m1,coach")
    assert of_protege("p01", mentoring=outside).loc[0, "mentor_id"] == pseudonym_of("coach")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("m2,p08,p04", "m2,p04,p04", "the same person as mentor and as protégé"),
        ("2020-12-31", "2020-02-28", "ended_on before started_on"),
        ("2020-09-01", "2019-09-01", "cultivation_on before started_on"),
        ("2020-05-01,,", ",,", "has neither a started_on nor a request"),
        ("2020-05-01,,", ",2021-01-01,", "an end or a phase and no started_on"),
        (",informal", ",buddy", "unknown kind: buddy (1)"),
        ("m2,", "m1,", "have the mentorship_id of another row, and something else in it"),
        (",p04,", ",q99,", "protege_id that the source people does not have"),
        ("2020-03-01", "2020-01-14", "started_on before requested_on"),
    ],
)
def test_a_mentorship_that_cannot_be_is_refused(old, new, found):
    assert old in MENTORING
    with pytest.raises(SourceError) as caught:
        tables({"mentoring": MENTORING.replace(old, new)})
    assert found in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (",m1", ",m7", "a mentorship_id that the source mentoring does not have"),
        (",m1", ",m2", "a mentorship of somebody else"),
        (
            "p05,2020-02-20,",
            "p05,2020-02-20,\np05,2020-02-20,",
            "repeats the protege_id and requested_on",
        ),
    ],
)
def test_a_request_that_cannot_be_is_refused(old, new, found):
    assert old in REQUESTS
    with pytest.raises(SourceError) as caught:
        tables({"requests": REQUESTS.replace(old, new)})
    assert found in str(caught.value)


def test_of_two_requests_for_a_mentorship_the_first_counts_and_the_other_is_set_aside():
    later = REQUESTS.replace("p05,2020-02-20,", "p01,2020-02-20,m1")
    intake = intake_of({"requests": later})
    assert intake.tables["mentorships"]["requested_on"].min() == pd.Timestamp("2020-01-15")
    assert counts_of(intake, "requests") == (2, 1, 1, 0)
    assert reason_of(intake, "requests") == "a later request for the same mentorship: 1"
    assert len(intake.tables["mentorships"]) == 2


def test_all_requests_may_have_been_matched_or_none():
    assert len(tables({"requests": REQUESTS.replace("p05,2020-02-20,\n", "")})["mentorships"]) == 2
    assert len(tables({"requests": REQUESTS.replace(",m1", ",")})["mentorships"]) == 4
