"""Lee bounds of which at least so many people are cut off: wider, never narrower, by hand."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import lee_bounds
from mentor_outcomes.estimates.panel.trimmed_people import people_from_the_end, trimmed_people

EXACT = 1e-12


def people(mentored, comparison) -> pd.DataFrame:
    """One row per person; None: not seen."""
    values = [*mentored, *comparison]
    return pd.DataFrame(
        {
            "pay": np.array(values, dtype="float64"),
            "mentored": [True] * len(mentored) + [False] * len(comparison),
            "seen": [value is not None for value in values],
            "who": range(len(values)),
        }
    )


def bounds(frame, **more):
    return lee_bounds(frame, outcome="pay", mentored="mentored", seen="seen", **more)


ONE_IN_TEN = people(range(1, 11), [*range(1, 10), None])
"""All ten of the mentored are seen, nine of ten comparators: one of the mentored is cut off."""


def test_so_many_people_go_at_either_end_though_the_shares_ask_for_fewer():
    found = bounds(ONE_IN_TEN, minimum_trimmed=3)
    assert (found.share_needed, found.share_trimmed) == pytest.approx((0.1, 0.3), abs=EXACT)
    assert found.n_trimmed == 3
    assert found.lower == pytest.approx(np.mean(range(1, 8)) - 5, abs=EXACT)
    assert found.upper == pytest.approx(np.mean(range(4, 11)) - 5, abs=EXACT)


def test_where_as_many_go_anyway_nothing_changes():
    plain = bounds(ONE_IN_TEN)
    assert (plain.n_trimmed, plain.share_trimmed) == (1, pytest.approx(0.1, abs=EXACT))
    least = bounds(ONE_IN_TEN, minimum_trimmed=1)
    pd.testing.assert_frame_equal(least.tidy(), plain.tidy(), rtol=1e-12)


def test_the_error_keeps_that_of_the_share_needed_since_in_truth_it_may_be_the_larger():
    """Cut at 7 the mean of those kept is 7 - E max(7 - pay, 0) / .7 = 4; all mentored are seen."""
    of_mean = (np.minimum(np.arange(1.0, 11) - 7, 0) / 0.7 + 3) / 10
    slope = (4 - 7) / 0.7  # of that mean as more is cut off
    of_share = np.array([0.1] * 9 + [-0.9]) / 10
    of_others = np.append(np.arange(1.0, 10) - 5, 0) / 9
    rows = np.concatenate([of_mean, slope * of_share - of_others])
    error = np.sqrt((rows**2).sum() * 20 / 19)
    assert bounds(ONE_IN_TEN, minimum_trimmed=3).std_errors[0] == pytest.approx(error, abs=EXACT)


def test_with_as_many_seen_of_both_arms_nobody_is_cut_off():
    found = bounds(people(range(10), range(10)), minimum_trimmed=3)
    assert found.n_trimmed == 0
    assert (found.share_trimmed, found.lower, found.upper) == pytest.approx((0, 0, 0), abs=EXACT)


def test_the_comparators_are_cut_where_more_of_them_are_seen():
    turned = ONE_IN_TEN.assign(mentored=~ONE_IN_TEN["mentored"])
    found = bounds(turned, minimum_trimmed=3)
    assert (found.trimmed, found.n_trimmed) == ("comparison", 3)
    assert found.lower == pytest.approx(5 - np.mean(range(4, 11)), abs=EXACT)
    assert found.upper == pytest.approx(5 - np.mean(range(1, 8)), abs=EXACT)


def test_people_are_counted_and_not_their_rows():
    """The highest two rows are one person's, so that a third row makes up two people."""
    frame = people([1, 2, 3, 4, 5, 6, 7, 8, 9, 9], [*range(1, 10), None])
    frame.loc[[8, 9], "who"] = 8
    found = bounds(frame, cluster="who", minimum_trimmed=2)
    assert found.share_trimmed == pytest.approx(0.3, abs=EXACT)
    assert found.lower == pytest.approx(np.mean(range(1, 8)) - 5, abs=EXACT)


def test_who_has_one_value_counts_the_same_part_of_its_weight_whatever_the_order():
    values, weights = np.array([5.0, 3, 3, 3, 3]), np.array([1.0, 4, 1, 1, 2])
    for order in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]):
        counted = people_from_the_end(values[order], weights[order], np.array(order), end="highest")
        # One of weight 1 of 9, then two of the four who share a weight of 8.
        assert counted.share_of(3) == pytest.approx((1 + 8 * 2 / 4) / 9, abs=EXACT)
        assert counted.people_in(5 / 9) == 3
        assert counted.people_in(4.9 / 9) == 2


def test_both_ends_are_cut_by_the_share_of_the_one_that_needs_more():
    values, weights = np.arange(8.0), np.array([5.0, 1, 1, 1, 1, 1, 1, 1])
    found = trimmed_people(values, weights, np.arange(8), needed=0.01, minimum=2)
    assert found.share == pytest.approx(6 / 12, abs=EXACT)
    assert found.n_people == 2


def test_too_few_people_to_cut_off_so_many_and_keep_as_many_are_refused():
    with pytest.raises(EstimationError, match=r"10 people are seen.*12 or more, to cut off 6"):
        bounds(ONE_IN_TEN, minimum_trimmed=6)
    assert bounds(ONE_IN_TEN, minimum_trimmed=5).n_trimmed == 5


@pytest.mark.parametrize("seed", range(20))
def test_bounds_widen_as_more_people_are_cut_off(seed):
    rng = np.random.default_rng(seed)
    n = 100
    frame = pd.DataFrame(
        {
            "pay": np.round(rng.normal(size=n), 1),
            "mentored": rng.random(n) < 0.5,
            "seen": rng.random(n) < 0.9,
            "who": rng.integers(0, 80, n),
            "weight": rng.exponential(size=n),
        }
    )
    more = {"weights": "weight", "cluster": "who"}
    found = [bounds(frame, **more, minimum_trimmed=least) for least in (0, 2, 5, 9)]
    assert (np.diff([one.lower for one in found]) <= EXACT).all()
    assert (np.diff([one.upper for one in found]) >= -EXACT).all()
    is_wider = found[3].upper - found[3].lower > found[0].upper - found[0].lower + EXACT
    assert is_wider == (found[3].share_trimmed > found[0].share_trimmed + EXACT)
    for one, least in zip(found, (0, 2, 5, 9), strict=True):
        assert one.n_trimmed >= least
    shuffled = bounds(frame.sample(frac=1, random_state=seed), **more, minimum_trimmed=5)
    assert (shuffled.lower, shuffled.upper) == pytest.approx(
        (found[2].lower, found[2].upper), abs=1e-10
    )
