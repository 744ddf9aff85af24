"""Proportional odds against R's clm and polr; proportional_odds.R made the numbers read here."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import proportional_odds

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "proportional_odds.json").read_text())
WINE = pd.read_csv(FOLDER / "proportional_odds_wine.csv")
HOUSING = pd.read_csv(FOLDER / "proportional_odds_housing.csv")
SAME = 1e-6  # R stops at a small gradient
SAME_ERROR = 1e-5  # polr's Hessian is numerical

WINES = {
    "wine": {"outcome": "rating"},
    "wine weighted": {"outcome": "rating", "weights": "weight"},
    "wine many levels": {"outcome": "response"},
}


def of_wine(name: str, cluster: str | None = None):
    return proportional_odds(WINE, covariates=["warm", "contact"], cluster=cluster, **WINES[name])


@pytest.mark.parametrize("name", WINES)
def test_thresholds_coefficients_and_likelihood_equal_clm(name):
    fit = of_wine(name)
    assert fit.thresholds == pytest.approx(R[name]["thresholds"], abs=SAME)
    assert fit.coefficients == pytest.approx(R[name]["coefficients"], abs=SAME)
    assert fit.loglik == pytest.approx(R[name]["loglik"][0], abs=SAME)


@pytest.mark.parametrize("name", WINES)
def test_errors_equal_clm(name):
    assert of_wine(name).std_errors == pytest.approx(R[name]["std_errors"], abs=SAME_ERROR)


@pytest.mark.parametrize("name", WINES)
def test_errors_by_judge_equal_the_clustered_sandwich(name):
    fit = of_wine(name, cluster="judge")
    assert fit.std_errors == pytest.approx(R[name]["clustered"], abs=SAME_ERROR)
    assert fit.n_clusters == 9


def test_the_levels_of_a_score_with_many_values_are_all_of_them():
    assert len(of_wine("wine many levels").levels) == WINE["response"].nunique() > 20


def test_counts_as_weights_equal_polr():
    covariates = [name for name in HOUSING.columns if name not in ("satisfaction", "n")]
    fit = proportional_odds(HOUSING, outcome="satisfaction", covariates=covariates, weights="n")
    of_r = R["housing"]
    assert fit.thresholds == pytest.approx(of_r["thresholds"], abs=SAME)
    assert fit.coefficients == pytest.approx(of_r["coefficients"], abs=SAME)
    assert fit.std_errors == pytest.approx(of_r["std_errors"], abs=SAME_ERROR)
    assert fit.loglik == pytest.approx(of_r["loglik"][0], abs=SAME)


def test_the_test_of_proportionality_equals_a_score_test_with_numerical_derivatives():
    assert of_wine("wine").trend_chi_square == pytest.approx(R["trend"]["chi_square"], abs=1e-7)
    assert np.all(np.array(R["trend"]["chi_square"]) > 1e-3)
