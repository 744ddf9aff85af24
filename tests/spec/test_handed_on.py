"""What censored rows would have weighed goes on to those still followed: worked by hand."""

import numpy as np
import pytest

from mentor_outcomes.estimates.weights.handed_on import handed_on

EXACT = 1e-12


def ones(rows, period, at_end):
    return np.ones(len(rows))


def shares(last, fate, weights_since=ones, weight=None):
    """fate: gone, censored or there."""
    fate = np.array(fate)
    return handed_on(
        np.ones(len(fate)) if weight is None else np.array(weight, dtype="float64"),
        last=np.array(last),
        is_censored=fate == "censored",
        is_there=fate == "there",
        weights_since=weights_since,
    )


def test_without_censoring_all_keep_their_weight():
    found = shares([0, 5, 5, 2], ["gone", "there", "there", "gone"], weight=[1, 2, 3, 4])
    assert found == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=EXACT)


def test_a_censored_row_hands_on_to_those_still_followed_only():
    """One of four left before the censoring, one of the remaining two after it."""
    found = shares([0, 1, 2, 3], ["gone", "censored", "gone", "there"])
    assert found == pytest.approx([1 / 4, 0, 3 / 4 / 2, 3 / 4 / 2], abs=EXACT)


def test_who_is_censored_in_a_period_was_there_for_half_of_it():
    found = shares([0, 0, 0, 0], ["gone", "censored", "there", "there"])
    assert found == pytest.approx([1 / 3.5, 0, 2.5 / 3.5 / 2, 2.5 / 3.5 / 2], abs=EXACT)


def test_weights_for_being_uncensored_share_out_what_is_handed_on():
    def weights_since(rows, period, at_end):
        return np.where(rows == 2, 3.0, 1.0) if period == 1 and at_end else np.ones(len(rows))

    found = shares([0, 0, 1, 1], ["gone", "censored", "there", "there"], weights_since)
    assert found == pytest.approx([2 / 7, 0, 5 / 7 * 3 / 4, 5 / 7 / 4], abs=EXACT)


def test_a_factor_common_to_all_in_a_period_changes_nothing():
    """Stabilised weights differ from others by such a factor, which may change with time."""
    ends = ([0, 1, 2, 3, 3], ["gone", "censored", "gone", "there", "there"])
    doubled = shares(
        *ends, lambda rows, period, at_end: np.full(len(rows), 2.0 ** (period + at_end))
    )
    assert doubled == pytest.approx(shares(*ends), abs=EXACT)


def test_horizons_may_come_at_different_times():
    found = shares([1, 3, 3, 2], ["there", "there", "gone", "censored"])
    # The first holds a quarter; of the rest the third is handed on to two.
    assert found == pytest.approx([1 / 4, 3 / 8, 3 / 8, 0], abs=EXACT)


def test_nobody_has_no_shares():
    assert len(shares([], [])) == 0
