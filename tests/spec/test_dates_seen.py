"""Whether the records cover the study's window, by the days of whole sources."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.study import StudySection
from mentor_outcomes.tables.dates_seen import dates_seen, window_notes

SECTION = StudySection(
    "Mentoring",
    observed_from=date(2020, 1, 1),
    observed_to=date(2021, 12, 31),
    mentoring_recorded_from=date(2019, 1, 1),
    enrolment="voluntary",
)


def people(n: int, first: str, last: str, column: str, person: str = "person_id") -> pd.DataFrame:
    """One event each of so many people, evenly from the first day to the last."""
    days = pd.date_range(first, last, periods=n).normalize().as_unit("us")
    return pd.DataFrame({person: [f"p{number}" for number in range(n)], column: days})


def employment(first_exit: str, last_exit: str, n: int = 40) -> pd.DataFrame:
    left = people(n, first_exit, last_exit, "left_on")
    return left.assign(hired_on=pd.Timestamp("2010-01-01").as_unit("us"))


def notes(**tables: pd.DataFrame) -> str:
    return " ".join(window_notes(tables, SECTION, minimum=10))


def test_first_and_last_day_of_each_kind_are_told():
    spells = employment("2019-05-01", "2021-12-20")
    row = dates_seen({"employment_spells": spells}, minimum=10).set_index("what").loc["exits"]
    assert (row["n"], row["first_on"], row["last_on"]) == (
        40,
        pd.Timestamp("2019-05-01"),
        pd.Timestamp("2021-12-20"),
    )


@pytest.mark.parametrize("n_people", [9, 10])
def test_days_of_few_people_are_not_told_however_many_rows_they_have(n_people):
    rows = people(40, "2019-01-01", "2021-12-31", "effective_on")
    pay = rows.assign(person_id=[f"p{number % n_people}" for number in range(40)])
    seen = dates_seen({"pay_history": pay}, minimum=10).iloc[0]
    assert seen["n"] == 40
    assert pd.isna(seen["first_on"]) == pd.isna(seen["last_on"]) == (n_people < 10)


def test_records_that_cover_the_window_have_no_note():
    assert not notes(
        employment_spells=employment("2019-06-01", "2021-12-20"),
        job_history=people(50, "2015-01-01", "2021-12-28", "effective_on"),
        mentorships=people(20, "2019-06-01", "2021-12-01", "started_on", "protege_id"),
    )


def test_exits_that_stop_before_the_study_ends_would_be_read_as_still_employed():
    said = notes(employment_spells=employment("2019-06-01", "2021-06-30"))
    assert "the last of the exits is dated 2021-06-30, the study ends 2021-12-31" in said
    assert "taken for still employed" in said


def test_a_silence_no_longer_than_those_before_is_no_sign():
    """Pay rounds each first of April: nine months after the last one say nothing."""
    rounds = [pd.Timestamp(f"{year}-04-01") for year in (2018, 2019, 2020, 2021)]
    pay = pd.DataFrame({"person_id": [f"p{n}" for n in range(40)], "effective_on": rounds * 10})
    assert not notes(pay_history=pay)
    assert "last of the pay changes is dated 2020-04-01" in notes(
        pay_history=pay[pay["effective_on"] < "2021"]
    )


def test_exits_that_begin_late_may_mean_that_leavers_were_left_out():
    said = notes(employment_spells=employment("2020-09-01", "2021-12-20"))
    assert "the first exit is dated 2020-09-01, the study begins 2020-01-01" in said
    assert "survivors" in said
    nobody = employment("2020-09-01", "2021-12-20").assign(left_on=pd.NaT)
    assert "nobody ever left" in notes(
        employment_spells=nobody.astype({"left_on": "datetime64[us]"})
    )


def test_job_and_pay_rows_that_begin_after_the_study_leave_its_first_months_unknown():
    jobs = people(50, "2020-03-01", "2021-12-28", "effective_on")
    assert "the first of the job changes is dated 2020-03-01, after observed_from" in notes(
        job_history=jobs
    )


def test_mentorships_before_recording_are_counted_and_a_year_without_any_is_told():
    early = people(20, "2018-06-01", "2021-12-01", "started_on", "protege_id")
    n_before = int((early["started_on"] <= "2019-01-01").sum())
    assert f"{n_before} of 20 mentorships began on or before" in notes(mentorships=early)
    late = people(20, "2020-02-01", "2021-12-01", "started_on", "protege_id")
    assert "the first mentorship began 2020-02-01, over a year after" in notes(mentorships=late)


def test_days_of_few_are_in_no_note():
    few = {
        "employment_spells": employment("2020-09-01", "2021-06-30", n=9),
        "mentorships": people(9, "2018-02-01", "2021-12-01", "started_on", "protege_id"),
    }
    said = notes(**few)
    assert "2020-09" not in said and "2021-06" not in said and "2018-02" not in said
    assert "of 9 mentorships began on or before" in said


def test_the_order_of_rows_changes_nothing():
    spells = employment("2020-09-01", "2021-06-30")
    again = spells.iloc[np.random.default_rng(3).permutation(len(spells))]
    assert notes(employment_spells=again) == notes(employment_spells=spells)
