"""The one rule of chi-square tests of several estimates, by hand and through all who use it."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.all_zero import NOT_TESTABLE, all_zero_test
from mentor_outcomes.estimates.inference.wald_test import NOT_TESTED, wald_test
from mentor_outcomes.estimates.panel.group_time_result import _wald
from mentor_outcomes.estimates.survival.equality_result import equality_test

UNLIKE = np.array([[4.0, 1.0], [1.0, 9.0]])
SAME_TWICE = np.array([[4.0, 4.0, 1.0], [4.0, 4.0, 1.0], [1.0, 1.0, 9.0]])
"""Of three estimates of which the first two are one."""


def test_the_statistic_is_the_square_in_units_of_the_covariance():
    found = all_zero_test(np.array([2.0, 3.0]), UNLIKE)
    # The inverse is [[9, -1], [-1, 4]] / 35.
    assert found.chi_square == pytest.approx((9 * 4 - 2 * 6 + 4 * 9) / 35)
    assert found.degrees_of_freedom == 2
    assert found.p_value == pytest.approx(chi2.sf(60 / 35, 2))


def test_what_follows_from_others_adds_nothing_and_takes_no_degree_of_freedom():
    twice = all_zero_test(np.array([2.0, 2.0, 3.0]), SAME_TWICE)
    once = all_zero_test(np.array([2.0, 3.0]), UNLIKE)
    assert twice.chi_square == pytest.approx(once.chi_square, rel=1e-9)
    assert twice.degrees_of_freedom == once.degrees_of_freedom == 2
    assert twice.p_value == pytest.approx(once.p_value, rel=1e-9)


def test_units_do_not_decide_what_has_a_variance():
    """Of one estimate told in millionths the variance is 1e24 times that of the other."""
    unit = np.array([1e6, 1e-6])
    found = all_zero_test(unit * [2.0, 3.0], UNLIKE * np.outer(unit, unit))
    assert found.degrees_of_freedom == 2
    assert found.chi_square == pytest.approx(60 / 35)


@pytest.mark.parametrize(
    ("estimates", "covariance"),
    [
        ([2.0, 2.5, 3.0], SAME_TWICE),  # apart where nothing is said to vary
        ([1.0, 1.0], [[1.0, 2.0], [2.0, 1.0]]),  # an eigenvalue of -1
        ([1.0, 0.0], [[1.0, 0.0], [0.0, 0.0]]),  # one without variance
        ([1.0, 1.0], [[1.0, np.nan], [np.nan, 1.0]]),
        ([], np.zeros((0, 0))),
    ],
)
def test_where_the_covariance_does_not_say_how_sure_all_are_nothing_is_tested(
    estimates, covariance
):
    found = all_zero_test(np.array(estimates), np.array(covariance))
    assert str(found) == str(NOT_TESTABLE)
    assert np.isnan([found.chi_square, found.p_value]).all()


def test_with_as_many_estimates_as_people_nothing_is_tested_however_far_from_zero():
    """Three people's deviations sum to 0 and span two directions; the estimates lie outside."""
    deviations = np.array([[1.0, -2.0, 0.5], [0.5, 1.0, -1.0], [-1.5, 1.0, 0.5]])
    estimates = np.array([1.0, 1.0, 2.0])
    assert np.isnan(all_zero_test(estimates, deviations.T @ deviations).p_value)
    assert np.isnan(
        wald_test((-3, -2, -1), estimates, deviations.T @ deviations, slopes=estimates).p_value
    )
    with pytest.raises(EstimationError, match=r"3 effects before the start .* no more people"):
        _wald(estimates, deviations, 1e-12)


def test_moments_that_say_the_same_count_once_in_the_joint_test_and_its_trend():
    """Of pay nothing changed between the first two moments."""
    twice = wald_test((-4, -3, -2), np.array([2.0, 2, 3]), SAME_TWICE, slopes=np.array([1.0, 1, 2]))
    once = wald_test((-3, -2), np.array([2.0, 3]), UNLIKE, slopes=np.array([1.0, 2]))
    assert (twice.degrees_of_freedom, twice.moments) == (2, (-4, -3, -2))
    for name in ("statistic", "p_value", "smallest_detectable"):
        assert getattr(twice, name) == pytest.approx(getattr(once, name), rel=1e-9)


def test_a_joint_test_that_cannot_be_made_keeps_its_moments():
    found = wald_test((-4, -3, -2), np.array([2.0, 5, 3]), SAME_TWICE, slopes=np.ones(3))
    assert found.moments == (-4, -3, -2)
    assert np.isnan([found.statistic, found.p_value, found.smallest_detectable]).all()
    assert found.degrees_of_freedom == 0
    assert wald_test((), np.zeros(0), np.zeros((0, 0)), slopes=np.zeros(0)) == NOT_TESTED


def test_effects_that_follow_from_others_take_no_degree_of_freedom():
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=(2, 40))
    found = _wald(np.array([0.3, 0.3, 0.1]), np.column_stack([one, one, other]), 1e-12)
    assert (found.degrees_of_freedom, found.n_effects) == (2, 3)
    alone = _wald(np.array([0.3, 0.1]), np.column_stack([one, other]), 1e-12)
    assert found.statistic == pytest.approx(alone.statistic, rel=1e-9)


def test_groups_never_at_risk_together_are_refused_though_the_rule_would_pass_them():
    """Two pairs, each compared within itself: observed less expected sums to 0 in both."""
    pair = np.array([[1.0, -1.0], [-1.0, 1.0]])
    covariance = np.kron(np.eye(2), pair)
    observed = np.array([3.0, 1.0, 4.0, 2.0])
    expected = np.array([2.0, 2.0, 3.0, 3.0])
    assert all_zero_test((observed - expected)[:3], covariance[:3, :3]).degrees_of_freedom == 2
    with pytest.raises(EstimationError, match="not at risk of an event at the same times"):
        equality_test(
            "test", tuple("abcd"), np.ones(4), observed, expected, covariance, np.ones(4, bool), ""
        )


def test_an_equality_test_is_the_same_rule():
    variance = np.array([[2.0, -2.0], [-2.0, 2.0]])
    found = equality_test(
        "test",
        ("a", "b"),
        np.ones(2),
        np.array([3.0, 1]),
        np.array([1.0, 3]),
        variance,
        np.ones(2, bool),
        "",
    )
    assert (found.chi_square, found.degrees_of_freedom) == (pytest.approx(2.0), 1)
    assert found.p_value == pytest.approx(chi2.sf(2.0, 1))
    assert isinstance(found.tidy(), pd.DataFrame)
