"""Group-time effects against means of changes written out in base R; see group_time.R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import group_time_effects

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "group_time.json").read_text())
MALES = pd.read_csv(FOLDER / "group_time_males.csv")
SAME = 1e-8  # the same sums in another order
NAMES = [name for name in R if name != "made_by"]


def found_for(name: str):
    data, comparison, adjusted = name.split()
    kept = (MALES["nr"] + MALES["year"]) % 7 != 0 if data == "gaps" else MALES["nr"] > 0
    return group_time_effects(
        MALES[kept],
        unit="nr",
        period="year",
        start="start",
        outcome="wage",
        comparison=comparison,
        covariates=["school", "exper", "married"] if adjusted == "covariates" else (),
    )


@pytest.mark.parametrize("name", NAMES)
def test_cells_equal_means_of_changes_in_r(name):
    expected = pd.DataFrame(R[name]["cells"])
    cells = found_for(name).tidy()
    assert cells[["group", "period"]].to_numpy().tolist() == (
        expected[["group", "period"]].to_numpy().tolist()
    )
    for column in expected:
        assert np.allclose(cells[column], expected[column], rtol=0, atol=SAME), column


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("aggregate", ["simple", "dynamic", "group", "calendar"])
def test_aggregates_and_their_errors_equal_r(name, aggregate):
    expected = pd.DataFrame(R[name]["aggregates"])
    expected = expected[expected["aggregate"] == aggregate]
    found = found_for(name).tidy(aggregate=aggregate)
    assert len(found) == len(expected)
    for column in ("at", "estimate", "std_error"):
        wanted = expected[column].to_numpy(dtype="float64")
        assert np.allclose(found[column], wanted, rtol=0, atol=SAME, equal_nan=True), column


@pytest.mark.parametrize("name", NAMES)
def test_joint_test_of_the_cells_before_equals_r(name):
    test = found_for(name).pre_trend_test()
    assert test.degrees_of_freedom == R[name]["wald"]["df"]
    assert np.isclose(test.statistic, R[name]["wald"]["statistic"], rtol=1e-6, atol=0)
