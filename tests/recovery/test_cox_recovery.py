"""A known hazard ratio of a time-varying exposure, found and covered, with heavy ties.

The generator is one of proportional hazards by construction: the day of an event is drawn by
inverting the cumulative hazard, before and after the exposure begins.
"""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cox_regression
from mentor_outcomes.estimates.survival.cox_diagnostics import baseline_hazard, proportionality

N_STUDIES = 200
SPREAD = 0.15  # of an SD over 200 studies by chance: three times 1 / sqrt(2 x 200)
COVERAGE = (0.90, 0.99)  # of 95 % intervals over 200 studies: 3 SDs of chance either side
TRUTH = {"is_mentored": 0.5, "rating": 0.3}
DAILY_HAZARD = 0.002
COLUMNS = {"entry": "entry", "exit": "exit", "event": "event", "covariates": [*TRUTH]}


def careers(rng, n: int, *, later: float = 0.0) -> pd.DataFrame:
    """One row per person and exposure state, seen from a day of tenure on, up to day 1000.

    Who has a high rating finds a mentor sooner. The log hazard ratio of the mentored is TRUTH's
    up to day 300 of tenure, and `later` more after.
    """
    rating = rng.normal(size=n)
    seen_from = rng.integers(0, 200, n)
    start = np.ceil(rng.exponential(400 * np.exp(-0.5 * rating)))
    hazard = DAILY_HAZARD * np.exp(TRUTH["rating"] * rating)
    ratio = np.exp(TRUTH["is_mentored"])
    to_spend = rng.exponential(size=n) / hazard  # in days of the unmentored's hazard
    early = np.maximum(300 - start, 0) * ratio
    beyond = to_spend - start - early
    mentored = np.where(
        beyond <= 0,
        start + (to_spend - start) / ratio,
        np.maximum(start, 300) + beyond / (ratio * np.exp(later)),
    )
    event_on = np.ceil(np.where(to_spend <= start, to_spend, mentored))
    people = pd.DataFrame({"person": np.arange(n), "rating": rating, "start": start})
    people = people.assign(entry=seen_from, exit=np.minimum(event_on, 1000), event=event_on <= 1000)
    people = people[people["exit"] > people["entry"]]
    before = people[people["entry"] < people["start"]]
    before = before.assign(
        event=before["event"] & (before["exit"] <= before["start"]),
        exit=before[["exit", "start"]].min(axis=1),
        is_mentored=False,
    )
    after = people[people["exit"] > people["start"]]
    after = after.assign(entry=after[["entry", "start"]].max(axis=1), is_mentored=True)
    return pd.concat([before, after], ignore_index=True)


def test_hazard_ratios_are_found_and_covered_and_the_test_of_proportionality_keeps_its_level():
    rng = np.random.default_rng(20261126)
    found, rejected = [], []
    for _ in range(N_STUDIES):
        fit = cox_regression(careers(rng, 300), cluster="person", **COLUMNS)
        found.append(fit.tidy())
        rejected.append(proportionality(fit, "events", clustered=True).p_value < 0.05)
    for j, (name, truth) in enumerate(TRUTH.items()):
        estimates = np.array([rows["estimate"][j] for rows in found])
        errors = np.array([rows["std_error"][j] for rows in found])
        sd = estimates.std(ddof=1)
        assert estimates.mean() == pytest.approx(truth, abs=3.5 * sd / np.sqrt(N_STUDIES)), name
        assert errors.mean() / sd == pytest.approx(1, abs=SPREAD), name
        covered = np.mean([rows["ci_low"][j] < truth < rows["ci_high"][j] for rows in found])
        assert COVERAGE[0] <= covered <= COVERAGE[1], name
    # 5 %, and three SDs of chance.
    assert (np.mean(rejected, axis=0) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / N_STUDIES)).all()


def test_a_hazard_ratio_that_fades_is_seen():
    rng = np.random.default_rng(20261127)
    rejected = []
    for _ in range(20):
        fit = cox_regression(careers(rng, 2000, later=-1.0), cluster="person", **COLUMNS)
        rejected.append(proportionality(fit, "events", clustered=True).p_value[0] < 0.05)
    assert np.mean(rejected) > 0.9


def test_the_baseline_hazard_is_that_of_the_generator():
    """Days are whole: the cumulative hazard by day 600 of tenure is 600 x the daily one."""
    rng = np.random.default_rng(20261128)
    found = []
    for _ in range(50):
        fit = cox_regression(careers(rng, 500), **COLUMNS)
        hazard = baseline_hazard(fit).query("time <= 600")["cumulative_hazard"]
        found.append(hazard.iloc[-1])
    sd = np.std(found, ddof=1)
    assert np.mean(found) == pytest.approx(600 * DAILY_HAZARD, abs=3.5 * sd / np.sqrt(50))
