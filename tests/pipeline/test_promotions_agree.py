"""The promotions counted at ingest are those that the panel finds, row for row of odd histories."""

import ibis
import pandas as pd
import pytest

from mentor_outcomes.panel.histories import employments, in_days
from mentor_outcomes.panel.jobs import job_states, promotions
from mentor_outcomes.tables.promotions import promotion_counts
from tests.tiny_tables import text_frame

SPELLS = text_frame("""\
person_id,spell,hired_on,left_on,exit_kind
a,1,2015-03-01,2017-06-30,voluntary
a,2,2018-02-01,2020-12-31,other
""")
HISTORIES = {
    "within a stay": "2015-03-01 2, 2016-01-01 3, 2019-01-01 4",
    "after the last exit": "2015-03-01 2, 2016-01-01 3, 2021-05-01 4",
    "between two stays": "2015-03-01 2, 2017-09-01 2, 2018-03-01 3",
    "before the first hire": "2014-12-01 2, 2015-04-01 3",
    "a rehire into a higher grade": "2015-03-01 2, 2018-02-01 4",
    "a mass change and a promotion on one day": "2015-03-01 2, 2016-01-01 3 mass, 2016-01-01 4",
    "a mass change alone": "2015-03-01 2, 2016-01-01 3 mass, 2016-06-01 4",
}


def frames(history: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Jobs and spells of one person; entries are a day, a grade, and `mass` for a mass change."""
    rows = [(*entry.split(), "")[:3] for entry in history.split(", ")]
    jobs = pd.DataFrame(rows, columns=["effective_on", "grade", "mass"])
    jobs = jobs.assign(
        person_id="a",
        effective_on=pd.to_datetime(jobs["effective_on"]).astype("datetime64[us]"),
        sequence=jobs.groupby("effective_on").cumcount() + 1,
        grade=jobs["grade"].astype("int64"),
        is_mass_change=jobs["mass"] == "mass",
        event_code="job_change",
        **dict.fromkeys(("job_family", "unit_id", "site", "manager_id"), "x"),
        fte=1.0,
    ).drop(columns="mass")
    days = {name: pd.to_datetime(SPELLS[name]) for name in ("hired_on", "left_on")}
    return jobs, SPELLS.assign(**days, spell=SPELLS["spell"].astype("int64"))


@pytest.mark.parametrize("kind", HISTORIES)
def test_both_definitions_are_one(kind):
    jobs, spells = frames(HISTORIES[kind])
    counts = promotion_counts(jobs, spells)
    single = counts[~counts["is_mass_change"] & (counts["found_by"] != "code_only")]
    stays = employments(in_days(ibis.memtable(spells)))
    states = job_states(in_days(ibis.memtable(jobs)), stays)
    assert single["n_promotions"].sum() == promotions(states).count().execute()
