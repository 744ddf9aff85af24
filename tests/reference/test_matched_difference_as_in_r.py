"""Matched differences on a real panel against weighted regressions in R.

matched_difference.R made the numbers and the sets; it says who is compared with whom.
"""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import MatchedDifference, matched_difference

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "matched_difference.json").read_text())
SAME = 1e-10
"""Sums of some thousand rows in another order; 15 digits are stored."""


BOTH = pytest.mark.parametrize("cluster", [("person_id",), ("person_id", "set_id")])


@lru_cache
def found(cluster: tuple[str, ...]) -> MatchedDifference:
    sets = pd.read_csv(FOLDER / "matched_difference_sets.csv")
    panel = pd.read_csv(FOLDER / "matched_difference_panel.csv")
    return matched_difference(
        sets,
        panel,
        outcome="wage",
        periods_since_start=R["moments"],
        follow_up=followed(sets, panel),
        cluster=cluster,
    )


def by_r(cluster: tuple[str, ...]) -> dict:
    return R[" and ".join(cluster)]


def followed(sets: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Every year from the start on; comparators to the year before their own start."""
    own_start = sets["person_id"].map(panel.groupby("person_id")["start"].first())
    rows = sets.assign(own_start=own_start).merge(
        pd.DataFrame({"period": range(1980, 1988)}), "cross"
    )
    is_followed = rows["period"] >= rows["start_period"]
    is_followed &= rows["is_mentored"] | (rows["own_start"] > rows["period"])
    return rows[is_followed].assign(weight=1 + rows["person_id"] % 5 / 10)


def test_estimates_equal_weighted_regressions():
    estimates = found(("person_id", "set_id")).points["estimate"].to_numpy()
    assert estimates == pytest.approx(np.array(R["estimates"]), abs=SAME)


@BOTH
def test_clustered_errors_equal_those_of_weighted_regressions(cluster):
    errors = found(cluster).points["std_error"].to_numpy()
    assert errors == pytest.approx(np.array(by_r(cluster)["errors"]), abs=SAME)


@BOTH
def test_people_are_counted_alike(cluster):
    assert found(cluster).n_people.tolist() == R["n_people"]
    for name in ("n_mentored", "n_comparison"):
        assert found(cluster).points[name].tolist() == R[name]


@BOTH
def test_moments_hang_together_alike(cluster):
    covariance = found(cluster).covariance([2, 4])[0, 1]
    assert covariance == pytest.approx(by_r(cluster)["covariance_2_4"], abs=SAME)


@BOTH
def test_means_over_windows_and_their_errors_are_alike(cluster):
    windows = found(cluster).over_windows([(0, 1), (2, 4)])
    expected = np.array([by_r(cluster)["window_0_1"], by_r(cluster)["window_2_4"]])
    assert windows[["estimate", "std_error"]].to_numpy() == pytest.approx(expected, abs=SAME)


@BOTH
def test_the_joint_test_of_the_years_before_is_alike(cluster):
    test = found(cluster).joint_test([-4, -3, -2], slopes=[-3.0, -2.0, -1.0])
    statistic, p_value = by_r(cluster)["joint_test_of_4_3_2_before"]
    assert (test.statistic, test.p_value) == (
        pytest.approx(statistic, abs=1e-8),
        pytest.approx(p_value, abs=1e-8),
    )
    assert test.degrees_of_freedom == 3
