"""Lee bounds worked by hand on eight people."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import lee_bounds

EXACT = 1e-12
"""Sums of a few numbers, in another order."""
ONE_SIDED, TWO_SIDED = 1.6448536269514722, 1.959963984540054


def people(mentored, comparison) -> pd.DataFrame:
    """One row per person; None: not seen."""
    values = [*mentored, *comparison]
    return pd.DataFrame(
        {
            "pay": np.array(values, dtype="float64"),
            "mentored": [True] * len(mentored) + [False] * len(comparison),
            "seen": [value is not None for value in values],
        }
    )


def bounds(frame, **more):
    return lee_bounds(frame, outcome="pay", mentored="mentored", seen="seen", **more)


KEPT = people([1, 2, 3, 6], [1, 2, 3, None])
"""All of the mentored are seen, three of four comparators: a quarter of the mentored goes."""


def test_the_arm_of_which_more_are_seen_loses_its_extremes():
    found = bounds(KEPT)
    assert (found.trimmed, found.share_trimmed) == ("mentored", 0.25)
    assert found.lower == pytest.approx((1 + 2 + 3) / 3 - 2, abs=EXACT)
    assert found.upper == pytest.approx((2 + 3 + 6) / 3 - 2, abs=EXACT)
    assert (found.n_mentored, found.n_comparison, found.n_people) == (4, 3, 8)


def test_the_error_adds_those_of_the_cut_the_share_and_the_other_arm():
    """The lower bound, cut at 3: below it the mean is 3 - E max(3 - pay, 0) / .75 = 2."""
    mentored = [-(8 / 3 - 1) / 4, -(4 / 3 - 1) / 4, 1 / 4, 1 / 4]
    slope = (2 - 3) / 0.75  # of the mean as more is cut off
    of_share = [-(1 - 0.75) / 4] * 3 + [-(0 - 0.75) / 4]
    own = [(1 - 2) / 3, 0, (3 - 2) / 3, 0]
    comparison = [slope * s - o for s, o in zip(of_share, own, strict=True)]
    variance = np.square([*mentored, *comparison]).sum() * 8 / 7
    assert bounds(KEPT).std_errors[0] == pytest.approx(np.sqrt(variance), abs=EXACT)


def test_where_the_mentored_are_lost_the_comparators_are_cut():
    found = bounds(people([1, 2, 3, None], [1, 2, 3, 6]))
    assert found.trimmed == "comparison"
    assert found.lower == pytest.approx(2 - 11 / 3, abs=EXACT)
    assert found.upper == pytest.approx(2 - 2, abs=EXACT)


def test_equal_values_on_the_cut_go_in_parts_so_that_exactly_the_share_goes():
    found = bounds(people([1, 3, 3, 3], [0, 0, None]))
    # A third of four: 4/3 of a person. From below Ann and a third of another; from above 4/3 of
    # those at 3, of whom 5/3 stay beside the 1.
    assert found.upper == pytest.approx(3, abs=EXACT)
    assert found.lower == pytest.approx((1 + 3 * 5 / 3) / (8 / 3), abs=EXACT)


def test_weights_count_like_people():
    frame = KEPT.assign(weight=[2.0, 1, 1, 1, 3, 1, 1, 2], who=range(8))
    repeated = frame.loc[frame.index.repeat(frame["weight"].astype(int))]
    weighted = bounds(frame, weights="weight", cluster="who")
    plain = bounds(repeated, cluster="who")
    assert (weighted.lower, weighted.upper) == pytest.approx((plain.lower, plain.upper), abs=EXACT)
    assert weighted.std_errors == pytest.approx(plain.std_errors, abs=EXACT)


def test_if_nobody_is_lost_both_bounds_are_the_difference_and_the_interval_is_the_usual_one():
    found = bounds(people([1, 2, 6], [0, 1, 2]))
    assert (found.lower, found.upper) == pytest.approx((2, 2), abs=EXACT)
    variance = (4 + 1 + 9) / 9 + 2 / 9
    half = TWO_SIDED * np.sqrt(variance * 6 / 5)
    assert found.interval() == pytest.approx((2 - half, 2 + half), abs=1e-9)
    assert not found.direction_is_known()


def test_far_bounds_reach_out_one_sidedly_only():
    found = bounds(people([0.0, 100, 200, 300], [0.0, 100, None, None]))
    below, above, _ = found.std_errors
    width = (found.upper - found.lower) / max(below, above)
    low, high = found.interval()
    reach = (found.lower - low) / below
    assert (high - found.upper) / above == pytest.approx(reach, abs=EXACT)
    assert ONE_SIDED < reach < TWO_SIDED or width == 0


def test_the_p_value_is_where_the_interval_begins_to_hold_zero():
    found = bounds(people([5.0, 6, 7, 9, 5.5], [1, 2, 3, 2, None]))
    p_value = found.tidy()["p_value"].iloc[0]
    low, _ = found.interval(1 - p_value)
    assert found.lower > 0
    assert low == pytest.approx(0, abs=1e-6)
    assert bounds(KEPT).tidy()["p_value"].tolist() == [1.0, 1.0]


def test_the_shares_seen_are_compared_per_100_people():
    row = bounds(KEPT).seen_difference().iloc[0]
    assert row["estimate"] == 25
    error = 100 * np.sqrt((3 * 0.25**2 + 0.75**2) / 16 * 8 / 7)
    assert row["std_error"] == pytest.approx(error, abs=1e-10)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (people([1, 2], [None, None]), "nobody of the comparison arm is seen"),
        (people([None, None], [1, 2]), "nobody of the mentored arm is seen"),
        (people([1, 2], []), "the comparison arm is empty"),
        (people([1, 2], [3]).assign(pay=[1, -np.inf, 3]), "1 of 3 rows have no finite pay"),
        (people([1, 2], [3]).assign(pay=[1, np.nan, 3]), "1 of 3 rows have no finite pay"),
    ],
)
def test_what_bounds_nothing_is_refused(frame, words):
    with pytest.raises(EstimationError, match=words):
        bounds(frame)


def test_weights_below_zero_are_refused():
    with pytest.raises(EstimationError, match="2 of 8 rows have a weight below zero"):
        bounds(KEPT.assign(weight=[-1.0, -1, 1, 1, 1, 1, 1, 1]), weights="weight")


@pytest.mark.parametrize(
    "frame",
    [people([1.5], [1.0]), people([2, 2, 2, 2], [2, 2, None]), people([0.1] * 3, [0.3] * 7)],
)
def test_where_nothing_varies_there_are_bounds_but_no_interval(frame):
    """One person in each arm, or one value: an interval of no width would find anything."""
    rows = bounds(frame).tidy()
    assert np.isfinite(rows["estimate"]).all()
    assert rows[["std_error", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)


def test_where_all_are_seen_their_shares_have_no_interval():
    row = bounds(people([1, 2, 6], [0, 1, 2])).seen_difference().iloc[0]
    assert row["estimate"] == 0
    assert np.isnan(row["std_error"]) and np.isnan(row["ci_low"])


def test_people_of_weight_zero_do_not_count():
    more = pd.concat([KEPT, people([9.0], [9.0])], ignore_index=True)
    weighed = bounds(more.assign(weight=[1.0] * 8 + [0.0] * 2), weights="weight")
    assert (weighed.n_mentored, weighed.n_comparison, weighed.n_people) == (4, 3, 8)
    pd.testing.assert_frame_equal(weighed.tidy(), bounds(KEPT).tidy())


def test_an_arm_of_weight_zero_is_told_from_an_empty_one():
    weighed = KEPT.assign(weight=np.where(KEPT["mentored"], 0.0, 1.0))
    with pytest.raises(EstimationError, match="everybody in the mentored arm has a weight of zero"):
        bounds(weighed, weights="weight")
