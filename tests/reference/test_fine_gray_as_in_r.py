"""Fine-Gray against R's cmprsk and survival; fine_gray.R made the numbers read here."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import fine_gray

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "fine_gray.json").read_text())
COEFFICIENT = 1e-6  # R stops its steps at relative changes of the likelihood near this
STD_ERROR = 1e-6
LOGLIK = 1e-7

MODELS = {
    "mgus2": {"of": "progression", "covariates": ["age", "male", "mspike"]},
    "pbc": {"of": "death", "covariates": ["age", "log_bili", "oedema"]},
    "transplant": {"of": "ltx", "covariates": ["age", "blood_o", "year"]},
}
CENSORING_GROUPS = {"mgus2": "male", "pbc": "treated", "transplant": "blood_o"}


def records(name: str) -> pd.DataFrame:
    """One row per patient: when the follow-up ended and by what."""
    return pd.read_csv(FOLDER / f"fine_gray_{name}.csv", keep_default_na=False)


def fitted(name: str, **more):
    return fine_gray(records(name), exit="exit", cause="cause", **(MODELS[name] | more))


def errors(fit) -> np.ndarray:
    return fit.tidy()["std_error"].to_numpy()


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_and_errors_are_those_of_crr(name):
    fit = fitted(name, tied_censoring="with_events")
    of_r = R[f"{name} crr"]
    assert fit.coefficients == pytest.approx(of_r["coefficients"], abs=COEFFICIENT)
    assert errors(fit) == pytest.approx(of_r["std_errors"], abs=STD_ERROR)
    assert [fit.loglik_null, fit.loglik] == pytest.approx(of_r["loglik"], abs=LOGLIK)


def test_the_commoner_event_can_be_the_cause():
    fit = fitted("mgus2", of="death", tied_censoring="with_events")
    of_r = R["mgus2 crr of death"]
    assert fit.coefficients == pytest.approx(of_r["coefficients"], abs=COEFFICIENT)
    assert errors(fit) == pytest.approx(of_r["std_errors"], abs=STD_ERROR)


@pytest.mark.parametrize("name", MODELS)
def test_by_censoring_groups_the_errors_are_the_formula_of_the_paper_which_crr_cuts_short(name):
    """crr 2.2-11 is reproduced to the last digits by leaving out other groups' events."""
    group = CENSORING_GROUPS[name]
    fit = fitted(name, tied_censoring="with_events", by_censoring=group)
    of_r = R[f"{name} crr by {group}"]
    assert fit.coefficients == pytest.approx(of_r["coefficients"], abs=COEFFICIENT)
    assert fit.loglik == pytest.approx(of_r["loglik"][1], abs=LOGLIK)
    assert errors(fit) == pytest.approx(R[f"{name} in full by hand"]["std_errors"], abs=STD_ERROR)
    assert R[f"{name} as crr by hand"]["std_errors"] == pytest.approx(of_r["std_errors"], abs=1e-9)
    assert errors(fit) == pytest.approx(of_r["std_errors"], rel=0.01)


@pytest.mark.parametrize("name", MODELS)
def test_censored_after_events_it_is_coxph_on_rows_of_finegray(name):
    """Errors without the term for the estimated weights, which coxph does not have."""
    fit = fitted(name, censoring="known")
    of_r = R[f"{name} finegray"]
    assert fit.coefficients == pytest.approx(of_r["coefficients"], abs=COEFFICIENT)
    assert errors(fit) == pytest.approx(of_r["std_errors"], abs=STD_ERROR)


@pytest.mark.parametrize("name", ["mgus2", "transplant"])
def test_clustered_errors_are_those_of_coxph_on_rows_of_finegray(name):
    fit = fitted(name, censoring="known", cluster="year")
    assert errors(fit) == pytest.approx(R[f"{name} finegray clustered"]["std_errors"], abs=1e-6)
    assert fit.n_clusters == records(name)["year"].nunique()


def test_the_two_conventions_for_ties_differ_where_months_are_tied():
    """Otherwise the tests above could not tell which one is fitted."""
    with_events = fitted("mgus2", tied_censoring="with_events").coefficients
    assert np.abs(fitted("mgus2").coefficients - with_events).max() > 100 * COEFFICIENT
