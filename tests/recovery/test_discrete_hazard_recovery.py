"""A known hazard ratio seen by wide periods only: found by the cloglog, not by the logit."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import discrete_hazard, person_periods

N_STUDIES = 200
SPREAD = 0.15  # of an SD over 200 studies by chance: three times 1 / sqrt(2 x 200)
COVERAGE = (0.90, 0.99)  # of 95 % intervals over 200 studies: 3 SDs of chance either side
TRUTH = 0.6
WIDTH = 90.0  # days


def spells(rng, n: int) -> pd.DataFrame:
    """Hazards 0.002 exp(x TRUTH) a day, half as much again in the second year.

    Many enter late, and the records of each end on a day of their own, most within a quarter.
    """
    x = (rng.random(n) < 0.5).astype(float)
    cumulative = rng.exponential(1 / np.exp(TRUTH * x)) / 0.002
    event_at = np.where(cumulative < 365, cumulative, 365 + (cumulative - 365) / 1.5)
    entry = np.where(rng.random(n) < 0.6, 0, rng.integers(0, 180, n))
    end = rng.integers(270, 720, n)
    seen = pd.DataFrame(
        {
            "person": np.arange(n),
            "entry": entry,
            "exit": np.minimum(event_at, end),
            "event": event_at <= end,
            "end": end,
            "x": x,
        }
    )
    return seen[seen["exit"] > seen["entry"]]


def test_cloglog_finds_the_hazard_ratio_of_the_days_behind_the_quarters():
    """Everyone is listed twice: only clustered errors know."""
    rng = np.random.default_rng(20241127)
    estimates, errors, plain, odds = [], [], [], []
    for _ in range(N_STUDIES):
        once = spells(rng, 300)
        rows = person_periods(
            pd.concat([once, once]),
            entry="entry",
            exit="exit",
            event="event",
            width=WIDTH,
            followed_to="end",
        ).rows
        rows = rows[rows["period"] <= 6]  # of the last, few are left
        columns = {"event": "event", "period": "period", "covariates": ["x"]}
        fit = discrete_hazard(rows, link="cloglog", cluster="person", **columns)
        estimates.append(fit.coefficients[0])
        errors.append(np.sqrt(fit.covariance[0, 0]))
        model_based = discrete_hazard(rows, link="cloglog", **columns)
        plain.append(np.sqrt(model_based.covariance[0, 0]))
        odds.append(discrete_hazard(rows, **columns).coefficients[0])
    estimates, errors = np.array(estimates), np.array(errors)
    sd = estimates.std(ddof=1)
    assert estimates.mean() == pytest.approx(TRUTH, abs=3.5 * sd / np.sqrt(N_STUDIES))
    assert errors.mean() / sd == pytest.approx(1, abs=SPREAD)
    assert COVERAGE[0] <= np.mean(np.abs(estimates - TRUTH) < 1.96 * errors) <= COVERAGE[1]
    assert np.mean(plain) / sd < 0.8  # too small by the root of 2
    assert np.mean(odds) > TRUTH + 0.05  # an odds ratio of a quarter is not a hazard ratio


def test_the_hazard_of_a_quarter_is_found_where_follow_up_ends_within_it():
    rng = np.random.default_rng(20241128)
    records = spells(rng, 40_000)
    rows = person_periods(
        records, entry="entry", exit="exit", event="event", width=WIDTH, followed_to="end"
    ).rows
    fit = discrete_hazard(
        rows[rows["period"] <= 4],
        event="event",
        period="period",
        covariates=["x"],
        link="cloglog",
        cluster="person",
    )
    hazard = fit.baseline()["hazard"].to_numpy()
    assert hazard == pytest.approx(1 - np.exp(-0.002 * WIDTH), abs=0.01)
