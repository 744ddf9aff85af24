"""Mentorships begun and asked for, worked by hand."""

import pandas as pd
import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables import Intake
from tests.tiny_study import FILES
from tests.tiny_tables import (
    broken,
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
        (",informal", ",buddy", "unknown kind: 1 more"),
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
    assert reason_of(intake, "requests") == "a later request for the same mentorship: 1 rows"
    assert len(intake.tables["mentorships"]) == 2


def test_all_requests_may_have_been_matched_or_none():
    assert len(tables({"requests": REQUESTS.replace("p05,2020-02-20,\n", "")})["mentorships"]) == 2
    assert len(tables({"requests": REQUESTS.replace(",m1", ",")})["mentorships"]) == 4


WITHOUT_IDS = (
    "mentorship_id,mentor_id,protege_id,requested_on,started_on,ended_on,kind,cultivation_on,"
    "separation_on,redefinition_on,end_reason\n"
)


def exported(*rows: str) -> Intake:
    """A platform's file with no ids of its own: `mentor,protege,asked,started,ended`."""
    text = WITHOUT_IDS + "".join(f",{row},formal,,,,\n" for row in rows)
    return intake_of({"mentoring": text}, without=("requests",))


def test_where_the_provider_has_no_ids_they_are_made_of_who_and_when():
    intake = exported(
        "p07,p01,2020-01-15,2020-03-01,2020-06-30",
        "p07,p01,2020-08-01,2020-09-01,",  # the same two again, later
        "p08,p01,2020-01-15,2020-03-01,",  # another mentor
        "p07,p04,2020-01-15,2020-03-01,",  # another protégé
    )
    mentorships = intake.tables["mentorships"]
    assert mentorships["mentorship_id"].nunique() == 4
    assert counts_of(intake, "mentoring") == (4, 4, 0, 0)
    again = exported("p07,p01,2020-01-15,2020-03-01,2020-12-31")
    assert set(again.tables["mentorships"]["mentorship_id"]) < set(mentorships["mentorship_id"])


def test_one_mentorship_told_twice_is_one_or_contradicts_itself():
    intake = exported(*["p07,p01,2020-01-15,2020-03-01,2020-06-30"] * 2)
    assert broken(intake, "mentoring") == [(3, "same_row_again")]
    intake = exported("p07,p01,2020-01-15,2020-03-01,2020-06-30", "p07,p01,2020-01-15,2020-03-01,")
    assert [rule for _, rule in broken(intake, "mentoring")] == ["contradicting_rows"] * 2


def test_a_request_may_stand_in_the_file_of_mentorships_itself():
    intake = exported("p07,p01,2020-01-15,2020-03-01,", ",p05,2020-02-20,,", ",p06,,,")
    asked = intake.tables["mentorships"].set_index("protege_id")["requested_on"]
    assert asked[pseudonym_of("p01")] == pd.Timestamp("2020-01-15")
    assert asked[pseudonym_of("p05")] == pd.Timestamp("2020-02-20")
    assert broken(intake, "mentoring") == [(4, "neither_asked_nor_begun")]


def test_of_the_days_of_a_request_in_two_files_the_first_counts():
    text = WITHOUT_IDS + "m1,p07,p01,2020-01-20,2020-03-01,,formal,,,,\n"
    for day, first in (("2020-01-10", "2020-01-10"), ("2020-01-25", "2020-01-20")):
        requests = f"protege_id,requested_on,mentorship_id\np01,{day},m1\n"
        made = intake_of({"mentoring": text, "requests": requests}).tables["mentorships"]
        assert made["requested_on"].tolist() == [pd.Timestamp(first)]


def test_a_request_for_a_mentorship_in_quarantine_goes_there_too():
    own = MENTORING.replace("m1,p07", "m1,p01")
    intake = intake_of({"mentoring": own})
    assert broken(intake, "mentoring") == [(2, "own_mentor")]
    assert broken(intake, "requests") == [(2, "no_such_mentorship")]
