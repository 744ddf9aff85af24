"""Robust intervals hold the effect as often as they say; bands hold a whole curve."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import matched_difference, parallel_trends

EFFECT = 1.0
BEFORE, AFTER = np.array([-18.0, -12.0, -6.0]), np.array([24.0])
N_DRAWS = 250


def covariance() -> np.ndarray:
    """Differences against a common reference hang together: half of each is its error."""
    return 0.04 * (np.eye(4) + np.ones((4, 4)))


def interval_of_each(drifts_before: np.ndarray, magnitude: float, rng) -> np.ndarray:
    """Intervals from normal estimates where the arms drifted apart so much per half year before.

    After the start they drift, all the time in one direction, by `magnitude` times the largest.
    """
    before = -np.cumsum(drifts_before[::-1])[::-1]
    violation = magnitude * np.abs(drifts_before).max() * AFTER[0] / 6
    mean = np.r_[before, EFFECT + violation]
    draws = rng.multivariate_normal(mean, covariance(), N_DRAWS)
    return np.array(
        [
            parallel_trends(draw, covariance(), before=BEFORE, after=AFTER, reference=0).interval(
                magnitude
            )
            for draw in draws
        ]
    )


@pytest.mark.parametrize(
    ("drifts", "magnitude"),
    [((0.0, 0.0, 0.0), 1.0), ((0.4, 0.0, 0.0), 0.5), ((0.1, -0.3, 0.2), 1.0)],
)
def test_with_the_worst_drift_that_is_allowed_95_of_100_intervals_hold_the_effect(
    drifts, magnitude
):
    """At least; three errors of a share of .95 in 250 draws are .041."""
    ends = interval_of_each(np.array(drifts), magnitude, np.random.default_rng(11))
    is_held = (ends[:, 0] <= EFFECT) & (ends[:, 1] >= EFFECT)
    assert is_held.mean() > 0.95 - 0.041


def test_where_one_drift_stands_out_no_more_than_95_of_100_hold_it():
    """Nothing is given away: the change that is the largest is plain, the other end far away."""
    ends = interval_of_each(np.array([0.0, 0.0, 4.0]), 1.0, np.random.default_rng(12))
    is_held = (ends[:, 0] <= EFFECT) & (ends[:, 1] >= EFFECT)
    assert is_held.mean() == pytest.approx(0.95, abs=0.041)


def test_the_plain_interval_loses_the_effect_under_the_same_drift():
    rng = np.random.default_rng(13)
    plain = interval_of_each(np.array([0.4, 0.0, 0.0]), 0.0, rng) + 0.5 * 0.4 * 4
    is_held = (plain[:, 0] <= EFFECT) & (plain[:, 1] >= EFFECT)
    assert is_held.mean() < 0.5


def test_a_uniform_band_holds_a_whole_curve_where_intervals_do_not():
    """200 panels of 60 pairs, no effect, errors that last: 8 moments together.

    Three errors of a share of .95 in 200 are .046.
    """
    rng = np.random.default_rng(14)
    n, moments = 60, range(0, 8)
    sets = pd.DataFrame(
        {
            "set_id": np.repeat(np.arange(n), 2),
            "person_id": np.arange(2 * n),
            "start_period": 1,
            "is_mentored": np.tile([True, False], n),
            "weight": 1.0,
        }
    )
    person, period = (grid.ravel() for grid in np.meshgrid(range(2 * n), range(9), indexing="ij"))
    of_band, of_intervals = [], []
    for _ in range(200):
        pay = np.cumsum(rng.normal(size=(2 * n, 9)), axis=1).ravel() + rng.normal(size=18 * n)
        panel = pd.DataFrame({"person_id": person, "period": period, "pay": pay})
        found = matched_difference(sets, panel, outcome="pay", periods_since_start=moments)
        rows = found.tidy()
        of_band.append(((rows["band_low"] <= 0) & (rows["band_high"] >= 0)).all())
        of_intervals.append(((rows["ci_low"] <= 0) & (rows["ci_high"] >= 0)).all())
    assert np.mean(of_band) == pytest.approx(0.95, abs=0.046)
    assert np.mean(of_intervals) < 0.90
