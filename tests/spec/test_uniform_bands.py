"""Bands that hold all points at once, where their width is known."""

import numpy as np
import pytest
from scipy import stats

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.uniform_bands import simultaneous_critical_value

SIMULATED = 0.025
"""Some three errors of a quantile of 40,000 draws."""


def critical_value(covariance, confidence=0.95, seed=1) -> float:
    rng = np.random.default_rng(seed)
    return simultaneous_critical_value(np.asarray(covariance), confidence, rng=rng)


def test_of_one_point_it_is_the_normal_quantile():
    assert critical_value([[4.0]]) == pytest.approx(1.959963984540054, abs=1e-12)


def test_of_independent_points_each_is_held_with_the_root_of_the_confidence():
    independent = stats.norm.isf((1 - 0.95 ** (1 / 5)) / 2)
    assert critical_value(np.diag([1.0, 4.0, 9.0, 0.01, 100.0])) == pytest.approx(
        independent, abs=SIMULATED
    )


def test_of_points_that_say_the_same_it_is_that_of_one():
    assert critical_value(np.ones((6, 6))) == pytest.approx(1.96, abs=SIMULATED)


def test_two_correlated_points_lie_between():
    """The largest of two with correlation .9, by integrating over the square."""
    found = critical_value([[1.0, 0.9], [0.9, 1.0]])
    both = stats.multivariate_normal([0, 0], [[1.0, 0.9], [0.9, 1.0]])
    inside = both.cdf([found, found], lower_limit=[-found, -found])
    assert inside == pytest.approx(0.95, abs=0.004)


def test_units_change_nothing_and_the_same_seed_gives_the_same_value():
    root = np.random.default_rng(2).normal(size=(8, 8))
    covariance = root @ root.T
    scale = np.diag(np.arange(1.0, 9.0))
    assert critical_value(covariance) == critical_value(scale @ covariance @ scale)


def test_a_larger_confidence_makes_a_wider_band():
    assert critical_value(np.eye(4), 0.99) > critical_value(np.eye(4), 0.90)


@pytest.mark.parametrize("covariance", [[[1.0, 0.0], [0.0, 0.0]], [[np.nan]], np.zeros((0, 0))])
def test_points_without_an_error_are_refused(covariance):
    with pytest.raises(EstimationError, match="error"):
        critical_value(covariance)
