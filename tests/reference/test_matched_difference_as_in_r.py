"""Matched differences on a real panel against weighted regressions in R.

matched_difference.R made the numbers and the sets; it says who is compared with whom.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import MatchedDifference, matched_difference

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "matched_difference.json").read_text())
SAME = 1e-10
"""Sums of some thousand rows in another order; 15 digits are stored."""


@pytest.fixture(scope="module")
def found() -> MatchedDifference:
    sets = pd.read_csv(FOLDER / "matched_difference_sets.csv")
    panel = pd.read_csv(FOLDER / "matched_difference_panel.csv")
    return matched_difference(
        sets,
        panel,
        outcome="wage",
        periods_since_start=R["moments"],
        follow_up=followed(sets, panel),
    )


def followed(sets: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Every year from the start on; comparators to the year before their own start."""
    own_start = sets["person_id"].map(panel.groupby("person_id")["start"].first())
    rows = sets.assign(own_start=own_start).merge(
        pd.DataFrame({"period": range(1980, 1988)}), "cross"
    )
    is_followed = rows["period"] >= rows["start_period"]
    is_followed &= rows["is_mentored"] | (rows["own_start"] > rows["period"])
    return rows[is_followed].assign(weight=1 + rows["person_id"] % 5 / 10)


@pytest.mark.parametrize(("column", "name"), [("estimate", "estimates"), ("std_error", "errors")])
def test_estimates_and_clustered_errors_equal_weighted_regressions(found, column, name):
    assert found.points[column].to_numpy() == pytest.approx(np.array(R[name]), abs=SAME)


def test_people_are_counted_alike(found):
    assert found.n_people.tolist() == R["n_people"]
    for name in ("n_mentored", "n_comparison"):
        assert found.points[name].tolist() == R[name]


def test_moments_hang_together_alike(found):
    assert found.covariance([2, 4])[0, 1] == pytest.approx(R["covariance_2_4"], abs=SAME)


def test_means_over_windows_and_their_errors_are_alike(found):
    windows = found.over_windows([(0, 1), (2, 4)])
    by_r = np.array([R["window_0_1"], R["window_2_4"]])
    assert windows[["estimate", "std_error"]].to_numpy() == pytest.approx(by_r, abs=SAME)


def test_the_joint_test_of_the_years_before_is_alike(found):
    test = found.joint_test([-4, -3, -2], slopes=[-3.0, -2.0, -1.0])
    statistic, p_value = R["joint_test_of_4_3_2_before"]
    assert (test.statistic, test.p_value) == (
        pytest.approx(statistic, abs=1e-8),
        pytest.approx(p_value, abs=1e-8),
    )
    assert test.degrees_of_freedom == 3
