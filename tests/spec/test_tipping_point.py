"""Tipping points worked by hand on ten people."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import tipping_point

EXACT = 1e-12
"""Sums of a few numbers, in another order."""
Z = 1.959963984540054


def people() -> pd.DataFrame:
    """Of five mentored three are seen, of five comparators four; one unseen mentored is silent."""
    return pd.DataFrame(
        {
            "who": range(10),
            "score": [4.0, 5, 6, np.nan, np.nan, 1, 2, 2, 3, np.nan],
            "mentored": [True] * 5 + [False] * 5,
            "seen": [True, True, True, False, False, True, True, True, True, False],
            "silent": [False, False, False, True, False, False, False, False, False, True],
        }
    )


def point(frame, **more):
    return tipping_point(frame, outcome="score", mentored="mentored", seen="seen", **more)


def test_without_a_departure_it_is_the_difference_of_those_seen():
    found = point(people())
    row = found.adjusted(pd.DataFrame({"delta_mentored": [0.0], "delta_comparison": [0.0]}))
    variance = (1 + 0 + 1) / 9 + (1 + 0 + 0 + 1) / 16
    assert row["estimate"].iloc[0] == pytest.approx(5 - 2, abs=EXACT)
    assert row["std_error"].iloc[0] == pytest.approx(np.sqrt(variance * 7 / 6), abs=EXACT)


def test_the_effect_is_zero_where_the_unseen_share_makes_up_for_it():
    # Two of five: (3 x 5 + 2 x (5 + delta)) / 5 = 2 at delta = -7.5.
    assert point(people()).to_zero() == pytest.approx(-7.5, abs=EXACT)
    assert point(people(), departs="silent").to_zero() == pytest.approx(-15, abs=EXACT)


def test_at_the_second_point_the_interval_touches_zero():
    found = point(people())
    delta = found.to_interval()
    assert found.to_zero() < delta < 0
    row = found.adjusted(pd.DataFrame({"delta_mentored": [delta], "delta_comparison": [0.0]}))
    assert row["ci_low"].iloc[0] == pytest.approx(0, abs=1e-9)


def test_a_harmful_effect_tips_the_other_way():
    turned = point(people().assign(score=-people()["score"]))
    assert turned.to_zero() == pytest.approx(7.5, abs=EXACT)
    assert turned.to_interval() == pytest.approx(-point(people()).to_interval(), abs=1e-9)


def test_an_interval_that_holds_zero_needs_no_departure():
    frame = people().assign(score=[1.0, 2, 6, np.nan, np.nan, 1, 2, 2, 3, np.nan])
    assert point(frame).to_interval() == 0


def test_the_grid_moves_both_arms():
    grid = (
        point(people())
        .grid([0.0, -7.5], [0.0, 15.0])
        .set_index(["delta_mentored", "delta_comparison"])
    )
    assert grid.loc[(0, 15.0), "estimate"] == pytest.approx(3 - 15 / 5, abs=EXACT)
    assert grid.loc[(-7.5, 0), "estimate"] == pytest.approx(0, abs=EXACT)
    assert grid["holds_zero"].tolist() == [False, True, True, True]


def test_the_error_holds_that_of_the_share_not_seen():
    row = point(people()).grid([-7.5], [0.0]).iloc[0]
    # (score - 5) / 3 of those seen, and -7.5 x (unseen - .4) / 5 of all the mentored.
    mentored = [-1 / 3 + 0.6, 0.6, 1 / 3 + 0.6, -0.9, -0.9]
    comparison = [1 / 4, 0, 0, -1 / 4]
    variance = np.square([*mentored, *comparison]).sum() * 7 / 6
    assert row["std_error"] == pytest.approx(np.sqrt(variance), abs=EXACT)


def test_if_everybody_is_seen_nothing_can_tip_it():
    frame = people().assign(seen=True, score=people()["score"].fillna(2.0))
    assert np.isnan(point(frame).to_zero())


def test_an_arm_of_which_nobody_is_seen_is_refused():
    frame = people().assign(seen=lambda d: d["mentored"] & d["seen"])
    with pytest.raises(EstimationError, match="nobody of an arm is seen"):
        point(frame)


@pytest.mark.parametrize("name", ["weights", "seen_weights"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [(-1.0, "1 of 10 rows have a w below zero"), (np.nan, "1 of 10 rows have no finite w")],
)
def test_weights_that_are_none_are_refused(name, wrong, words):
    with pytest.raises(EstimationError, match=words):
        point(people().assign(w=[wrong] + [1.0] * 9), **{name: "w"})


def test_an_infinite_score_is_refused():
    frame = people()
    frame.loc[0, "score"] = np.inf
    with pytest.raises(EstimationError, match="1 of 7 rows have no finite score"):
        point(frame)


def test_an_arm_of_weight_zero_is_told_in_words_of_its_own():
    frame = people().assign(w=[0.0] * 5 + [1.0] * 5, one=1.0)
    with pytest.raises(EstimationError, match="everybody in the mentored arm has a weight of zero"):
        point(frame, weights="w", seen_weights="one")


def test_people_of_weight_zero_do_not_count():
    found = point(people().assign(w=[0.0] + [1.0] * 9), weights="w")
    assert (found.n_mentored, found.n_comparison, found.n_people) == (2, 4, 6)
