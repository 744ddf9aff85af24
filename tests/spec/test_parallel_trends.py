"""Robust intervals under relative magnitudes: by hand, and against linear programmes."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq, linprog

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import parallel_trends
from mentor_outcomes.estimates.panel._one_moment_test import first_stage_value, is_accepted, pair_of


def far(correlation: float) -> float:
    """Errors up to the end of an interval whose other end is far away, at 95 %.

    The first stage may err in .005, whichever inequality it is; what it has let through is refused
    so often that both err in .05 together.
    """
    both = stats.multivariate_normal([0, 0], [[1.0, correlation], [correlation, 1.0]])
    first_stage = brentq(lambda c: both.cdf([c, c]) - 0.995, 2.0, 3.5, xtol=1e-13)
    return stats.norm.ppf(0.95 / 0.995 * stats.norm.cdf(first_stage))


def two_before_one_after(estimates=(0.0, 4.0, 10.0), covariance=None, **more):
    """Moments -2, -1, reference 0, and 1. Changes before: 4 - 0, and 0 - 4."""
    covariance = 0.01 * np.eye(3) if covariance is None else covariance
    settings = {"before": [-2, -1], "after": [1], "reference": 0} | more
    return parallel_trends(estimates, covariance, **settings)


def four_moments(seed: int):
    """Three before and two after, hanging together."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(5, 5))
    covariance = 0.05 * (root @ root.T + np.eye(5))
    return rng.normal(size=5), covariance


def test_changes_before_run_up_to_the_reference_and_what_is_identified_follows():
    found = two_before_one_after()
    assert found.changes.tolist() == [4.0, -4.0]
    assert found.largest_change == 4.0
    assert found.identified(0.5) == (8.0, 12.0)
    assert (found.estimate, found.std_error) == (10.0, pytest.approx(0.1))


@pytest.mark.parametrize("confidence", [0.90, 0.95, 0.99])
def test_at_magnitude_zero_it_is_the_plain_interval(confidence):
    estimates, covariance = four_moments(3)
    found = parallel_trends(
        estimates, covariance, before=[-3, -2, -1], after=[1, 2], reference=0, at=2
    )
    half = stats.norm.isf((1 - confidence) / 2) * np.sqrt(covariance[4, 4])
    low, high = found.interval(0.0, confidence)
    assert low == pytest.approx(estimates[4] - half, abs=1e-9)
    assert high == pytest.approx(estimates[4] + half, abs=1e-9)


def test_far_from_its_other_end_it_is_what_is_identified_and_a_one_sided_error():
    """Before: 4 up (variance .02), 4 down (.01); after: 10 (.01), nothing hangs together.

    x, the estimate less the effect, may be 4 by the first change: x - 4 and -x - 4 have the
    variance .01 + .02, and hang together by .02 - .01. The second change asks for less.
    """
    low, high = two_before_one_after().interval(1.0)
    assert far(1 / 3) == pytest.approx(1.6448536269514722, abs=0.03)  # hardly more than one-sided
    assert high == pytest.approx(14 + far(1 / 3) * np.sqrt(0.03), abs=1e-6)
    assert low == pytest.approx(6 - far(1 / 3) * np.sqrt(0.03), abs=1e-6)


def test_a_change_that_hangs_together_with_the_estimate_changes_the_error():
    """Cov(4 - 0, 10) = .005: x less the change has the variance .03 - .01, x and the change .04."""
    covariance = 0.01 * np.eye(3)
    covariance[1, 2] = covariance[2, 1] = 0.005
    low, high = two_before_one_after(covariance=covariance).interval(1.0)
    errors = far((0.02 - 0.01) / np.sqrt(0.02 * 0.04))
    assert low == pytest.approx(6 - errors * np.sqrt(0.02), abs=1e-6)
    assert high == pytest.approx(14 + errors * np.sqrt(0.04), abs=1e-6)


def test_near_its_other_end_the_test_is_cut_off_below():
    """One change of .1 with variance .01, an estimate with variance .01, M = 1, worked through."""
    found = parallel_trends([0.1, 2.0], 0.01 * np.eye(2), before=[-1], after=[1], reference=0)
    assert found.changes.tolist() == [-0.1]
    error = np.sqrt(0.02)  # of x - v and of -x - v alike; the two do not hang together
    first_stage = stats.norm.ppf(0.995**0.5)
    kept = 0.95 / 0.995

    def excess(x: float) -> float:
        largest, other = (x - 0.1) / error, (-x - 0.1) / error
        below = stats.norm.cdf(other)
        critical = stats.norm.ppf(below + kept * (stats.norm.cdf(first_stage) - below))
        return largest - critical

    end = brentq(excess, 0.1, 1.0, xtol=1e-13)
    low, high = found.interval(1.0)
    assert (low, high) == (pytest.approx(2.0 - end, abs=1e-8), pytest.approx(2.0 + end, abs=1e-8))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("magnitude", [0.3, 1.0, 2.5])
def test_what_is_identified_is_what_linear_programmes_find(seed, magnitude):
    """Over the differences without mentoring at both moments after, and which change is largest."""
    estimates, covariance = four_moments(seed)
    moments = np.array([-3.0, -1.5, -1.0, 1.0, 4.0])
    found = parallel_trends(
        estimates, covariance, before=moments[:3], after=moments[3:], reference=0.0, at=4.0
    )
    effects = []
    changes = np.diff([*estimates[:3], 0.0]) / np.diff([*moments[:3], 0.0])
    for largest in np.abs(changes):
        # d1 and d2 are the differences without mentoring at moments 1 and 4.
        allowed = magnitude * largest
        steps = np.array([[1.0, 0.0], [-1 / 3, 1 / 3]])
        limits = np.full(4, allowed)
        for sign in (1, -1):
            solved = linprog(
                [0.0, sign],
                A_ub=np.vstack([steps, -steps]),
                b_ub=limits,
                bounds=[(None, None)] * 2,
                method="highs",
            )
            effects.append(estimates[4] - solved.x[1])
    assert found.identified(magnitude) == (
        pytest.approx(min(effects), abs=1e-9),
        pytest.approx(max(effects), abs=1e-9),
    )


@pytest.mark.parametrize("seed", range(8))
def test_intervals_hold_what_is_identified_and_grow_with_the_magnitude(seed):
    estimates, covariance = four_moments(seed)
    found = parallel_trends(estimates, covariance, before=[-3, -2, -1], after=[1, 2], reference=0)
    ends = [found.interval(magnitude) for magnitude in (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)]
    assert np.all(np.diff([low for low, _ in ends]) < 0)
    assert np.all(np.diff([high for _, high in ends]) > 0)
    assert ends[3][0] < found.identified(1.0)[0]
    assert ends[3][1] > found.identified(1.0)[1]


def test_the_breakdown_magnitude_is_where_the_interval_begins_to_hold_zero():
    found = two_before_one_after()
    magnitude = found.breakdown()

    def lower_end(m: float) -> float:
        variance = 0.01 + 0.02 * m * m
        return 10 - 4 * m - far((0.02 * m * m - 0.01) / variance) * np.sqrt(variance)

    by_hand = brentq(lower_end, 1, 4, xtol=1e-10)
    assert magnitude == pytest.approx(by_hand, abs=1e-6)
    assert found.interval(magnitude - 1e-4)[0] > 0
    assert found.interval(magnitude + 1e-4)[0] < 0


def test_the_breakdown_of_a_loss_is_that_of_the_same_gain():
    gain, loss = two_before_one_after(), two_before_one_after(estimates=(0.0, 4.0, -10.0))
    assert loss.breakdown() == pytest.approx(gain.breakdown(), abs=1e-7)


def test_an_effect_that_the_plain_interval_cannot_tell_from_zero_breaks_down_at_once():
    assert two_before_one_after(estimates=(0.0, 4.0, 0.1)).breakdown() == 0.0


def test_stretches_of_other_lengths_are_compared_by_their_slope():
    """Twice as long a stretch with twice the change is the same drift per month."""
    short = parallel_trends([4.0, 10.0], np.eye(2), before=[-1], after=[1], reference=0)
    long = parallel_trends([8.0, 10.0], np.diag([4.0, 1.0]), before=[-2], after=[1], reference=0)
    assert long.interval(1.0) == pytest.approx(short.interval(1.0), abs=1e-9)
    in_months = parallel_trends([4.0, 10.0], np.eye(2), before=[-6], after=[6], reference=0)
    assert in_months.interval(1.0) == pytest.approx(short.interval(1.0), abs=1e-9)


def test_tidy_has_a_row_per_magnitude():
    rows = two_before_one_after().tidy((0.5, 2.0))
    assert rows["magnitude"].tolist() == [0.5, 2.0]
    assert rows["estimate"].tolist() == [10.0, 10.0]
    assert rows["identified_low"].tolist() == [8.0, 2.0]
    assert (rows["ci_low"] < rows["identified_low"]).all()
    assert rows["error_type"].str.contains("Andrews, Roth & Pakes").all()


@pytest.mark.parametrize("correlation", [-1.0, -0.7, 0.0, 0.6, 0.99])
def test_the_first_stage_is_exceeded_by_one_of_two_normals_as_often_as_it_says(correlation):
    found = first_stage_value(correlation, 0.05)
    both = stats.multivariate_normal(
        [0, 0], [[1.0, correlation], [correlation, 1.0]], allow_singular=True
    )
    assert both.cdf([found, found]) == pytest.approx(0.995, abs=2e-5)


@pytest.mark.parametrize("k", [0.0, 0.7, 3.0])
def test_the_test_refuses_the_truth_as_rarely_as_it_says_whatever_the_violation(k):
    """In the worst case, x at k v exactly: 20,000 normal draws, three errors of a share of .05."""
    rng = np.random.default_rng(5)
    covariance = np.array([[1.0, 0.4], [0.4, 0.5]])
    v_true = 0.8
    draws = rng.multivariate_normal([k * v_true, v_true], covariance, 20_000)
    pair = pair_of(1.0, 0.5, 0.4, k)
    first_stage = first_stage_value(pair.correlation, 0.05)
    is_kept = [
        is_accepted(np.array([x]), v, k, pair, level=0.05, first_stage=first_stage)[0]
        for x, v in draws[:4000]
    ]
    assert np.mean(is_kept) > 0.95 - 3 * np.sqrt(0.05 * 0.95 / 4000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"before": [-1, -2]}, "in order: no"),
        ({"before": []}, "0 moments before"),
        ({"after": [-0.5]}, "in order: no"),
        ({"at": 7}, "asked one among"),
        ({"estimates": (0.0, 10.0)}, "2 estimates"),
        ({"estimates": (0.0, np.nan, 10.0)}, "missing or zero"),
        ({"covariance": np.diag([1.0, 0.0, 1.0])}, "missing or zero"),
    ],
)
def test_what_does_not_fit_is_refused(change, words):
    with pytest.raises(EstimationError, match=words):
        two_before_one_after(**change)


@pytest.mark.parametrize(("magnitude", "confidence"), [(-1, 0.95), (np.nan, 0.95), (1, 95)])
def test_magnitudes_and_confidences_that_are_none_are_refused(magnitude, confidence):
    with pytest.raises(EstimationError, match="was asked for"):
        two_before_one_after().interval(magnitude, confidence)


def moving_as_one():
    """The difference at 1 and the change before, 3 each with variance 1, differ by no error.

    As where everybody's pay is a straight line of their own.
    """
    together = np.array([[1.0, -1.0], [-1.0, 1.0]])
    return parallel_trends([-3.0, 3.0], together, before=[-1], after=[1], reference=0)


def test_an_inequality_without_error_holds_or_not_for_certain():
    """x, 3 less the effect, is at most 3 for sure: the effect is 0 or more.

    The other inequality, -x - 3 <= 0, has the error 2 and is tested alone. The change taken as one
    of -3 asks for an effect of 6 - 2 x 1.645 or more, and of 0 or less: for none.
    """
    low, high = moving_as_one().interval(1.0)
    assert low == pytest.approx(0.0, abs=1e-6)
    assert high == pytest.approx(6.0 + 2 * stats.norm.ppf(0.95), abs=1e-6)


@pytest.mark.parametrize("beside", [-1e-5, -1e-9, 1e-9, 1e-5])
def test_no_error_is_much_like_next_to_none(beside):
    """The first stage is no longer shared by two: .05 of an interval of 9."""
    found = moving_as_one()
    assert found.interval(1.0 + beside) == pytest.approx(found.interval(1.0), abs=0.05)


def test_a_breakdown_is_found_where_an_inequality_has_no_error():
    """Going on as before explains the difference, and nothing less does."""
    assert moving_as_one().breakdown() == pytest.approx(1.0, abs=1e-6)
