"""Weighted group-time effects against R's lm with weights; see group_time_weighted.R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from mentor_outcomes.estimates import GroupTimeEffects, group_time_effects

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "group_time_weighted.json").read_text())
SAME = 1e-8  # the same sums in another order
NAMES = [name for name in R if name != "made_by"]


def males() -> pd.DataFrame:
    """The men, each with the made-up chance of not having joined a union by the end of a year."""
    men = pd.read_csv(FOLDER / "group_time_males.csv").sort_values(["nr", "year"])
    log_odds = -4 + 0.1 * men["school"] + 0.4 * men["married"] + men["nr"] % 5 / 4
    hazard = expit(log_odds + 0.2 * (men["year"] - 1980)).where(men["year"] > 1980, 0.0)
    return men.assign(chance=(1 - hazard).groupby(men["nr"]).cumprod())


MALES = males()


def found_for(name: str) -> GroupTimeEffects:
    data, adjusted, cut = name.split()
    kept = (MALES["nr"] + MALES["year"]) % 7 != 0 if data == "gaps" else MALES["nr"] > 0
    return group_time_effects(
        MALES[kept],
        unit="nr",
        period="year",
        start="start",
        outcome="wage",
        comparison="not_yet",
        covariates=["school", "exper", "married"] if adjusted == "covariates" else (),
        chance_unstarted="chance",
        truncate_weights_at=0.9 if cut == "cut" else 1.0,
    )


@pytest.mark.parametrize("name", NAMES)
def test_cells_and_their_errors_equal_a_weighted_regression_in_r(name):
    expected = pd.DataFrame(R[name]["cells"])
    cells = found_for(name).tidy()
    assert cells[["group", "period"]].to_numpy().tolist() == (
        expected[["group", "period"]].to_numpy().tolist()
    )
    for column in expected:
        assert np.allclose(cells[column], expected[column], rtol=0, atol=SAME), column


@pytest.mark.parametrize("name", NAMES)
def test_the_overall_effect_and_its_error_equal_r(name):
    overall = found_for(name).tidy(aggregate="group").iloc[-1]
    found = overall[["estimate", "std_error"]].to_numpy(dtype="float64")
    assert found == pytest.approx(R[name]["overall"], rel=0, abs=SAME)


def test_the_weights_matter_on_these_data():
    """Otherwise equality would say nothing of them: effects differ by up to half an error."""
    whole, cut = (
        pd.DataFrame(R[f"males covariates {name}"]["cells"]).query("period >= group")
        for name in ("whole", "cut")
    )
    plain = group_time_effects(
        MALES,
        unit="nr",
        period="year",
        start="start",
        outcome="wage",
        comparison="not_yet",
        covariates=["school", "exper", "married"],
    ).cells.query("period >= group")
    moved = np.abs(whole["estimate"].to_numpy() - plain["estimate"].to_numpy())
    assert (moved / whole["std_error"].to_numpy()).max() > 0.25
    assert np.abs(whole["estimate"] - cut["estimate"]).max() > 1e-3
