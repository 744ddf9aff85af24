"""The promotions counted at ingest are those that the panel finds, in odd histories and a study."""

import ibis
import pandas as pd
import pytest

from mentor_outcomes import io, schema
from mentor_outcomes.panel.histories import employments, in_days
from mentor_outcomes.panel.jobs import job_states, promotions
from mentor_outcomes.tables.promotions import promotion_counts
from tests.tiny_tables import text_frame

SPELLS = text_frame("""\
person_id,spell,hired_on,left_on,exit_kind
a,1,2015-03-01,2017-06-30,voluntary
a,2,2018-02-01,2020-12-31,other
""")
KEY = ["found_by", "is_mass_change"]
HISTORIES = {
    "within a stay": "2015-03-01 2, 2016-01-01 3, 2019-01-01 4",
    "after the last exit": "2015-03-01 2, 2016-01-01 3, 2021-05-01 4",
    "between two stays": "2015-03-01 2, 2017-09-01 2, 2018-03-01 3",
    "before the first hire": "2014-12-01 2, 2015-04-01 3",
    "a rehire into a higher grade": "2015-03-01 2, 2018-02-01 4",
    "a mass change and a promotion on one day": "2015-03-01 2, 2016-01-01 3 mass, 2016-01-01 4",
    "a mass change alone": "2015-03-01 2, 2016-01-01 3 mass, 2016-06-01 4",
    "a code without a rise": "2015-03-01 2, 2016-01-01 2 promotion",
    "a code and a rise": "2015-03-01 2, 2016-01-01 3 promotion, 2017-01-01 4",
    "a code on the day of hire": "2015-03-01 2 promotion, 2016-01-01 3",
    "a mass change with a code": "2015-03-01 2, 2016-01-01 3 mass promotion",
    "a mass change and a code for another row": "2015-03-01 2, 2016-01-01 3 mass, "
    "2016-01-01 3 promotion",
    "two rows of a day, one a code": "2015-03-01 2, 2016-01-01 3, 2016-01-01 3 promotion",
}


def frames(history: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Jobs and spells of one person; entries are a day, a grade, and words: mass, promotion."""
    entries = [entry.split() for entry in history.split(", ")]
    jobs = pd.DataFrame([entry[:2] for entry in entries], columns=["effective_on", "grade"])
    jobs = jobs.assign(
        person_id="a",
        effective_on=pd.to_datetime(jobs["effective_on"]).astype("datetime64[us]"),
        sequence=jobs.groupby("effective_on").cumcount() + 1,
        grade=jobs["grade"].astype("int64"),
        is_mass_change=["mass" in entry for entry in entries],
        event_code=["promotion" if "promotion" in entry else "job_change" for entry in entries],
        **dict.fromkeys(("job_family", "unit_id", "site", "manager_id"), "x"),
        fte=1.0,
    )
    days = {name: pd.to_datetime(SPELLS[name]) for name in ("hired_on", "left_on")}
    return jobs, SPELLS.assign(**days, spell=SPELLS["spell"].astype("int64"))


def found_in_panel(jobs: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Counts as of PROMOTION_COUNTS, of the promotions that the panel makes events of."""
    stays = employments(in_days(ibis.memtable(spells)))
    days = promotions(in_days(ibis.memtable(jobs)), stays).execute()
    return days.groupby(KEY).size().rename("n_promotions").reset_index()


@pytest.mark.parametrize("kind", HISTORIES)
def test_both_tell_the_same_promotions_in_the_same_words(kind):
    jobs, spells = frames(HISTORIES[kind])
    counts = promotion_counts(jobs, spells)
    counts = counts[counts["n_promotions"] > 0].sort_values(KEY).reset_index(drop=True)
    pd.testing.assert_frame_equal(counts, found_in_panel(jobs, spells), check_dtype=False)


@pytest.mark.parametrize("kind", HISTORIES)
def test_those_by_grade_alone_are_the_promotions_of_the_job_states(kind):
    jobs, spells = frames(HISTORIES[kind])
    counts = promotion_counts(jobs, spells)
    single = counts[~counts["is_mass_change"] & (counts["found_by"] != "code_only")]
    stays = employments(in_days(ibis.memtable(spells)))
    states = job_states(in_days(ibis.memtable(jobs)), stays)
    assert states.filter(states.is_promotion).count().execute() == single["n_promotions"].sum()


def test_the_events_of_a_study_are_the_counted_promotions_within_its_window(finished):
    """Of the counted, events are those between observed_from and observed_to: recounted here."""
    jobs, spells = (io.read(t, finished) for t in (schema.JOB_HISTORY, schema.EMPLOYMENT_SPELLS))
    events = io.read(schema.PERSON_EVENTS, finished)
    told = events[events["event"] == "promotion"].groupby(KEY).size()
    every = found_in_panel(jobs, spells).set_index(KEY)["n_promotions"]
    counts = io.read(schema.PROMOTION_COUNTS, finished).set_index(KEY)["n_promotions"]
    pd.testing.assert_series_equal(counts[counts > 0], every, check_dtype=False, check_like=True)
    assert 0 < told.sum() < every.sum()
    assert (told <= every).all()
