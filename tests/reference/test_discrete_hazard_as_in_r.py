"""Hazards in discrete time against R's glm; discrete_hazard.R made the numbers read here."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import discrete_hazard, person_periods

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "discrete_hazard.json").read_text())
SAME = 1e-8  # R is let run until its rounding stops it

COVARIATES = ["levamisole_5fu", "nodes", "death"]
BASELINES = {"periods": "periods", "columns": ["period", "period_squared"]}
CLUSTERS = {
    "std_errors": None,
    "clustered": "patient",
    "two_ways": ("patient", "age"),
    "two_ways_crossed": ("age", "nodes"),
}


def patient_periods() -> pd.DataFrame:
    """Fifteen periods of 180 days, each patient twice: to the relapse and to death."""
    spells = pd.read_csv(FOLDER / "discrete_hazard_colon.csv")
    rows = person_periods(
        spells, entry=None, exit="time", event="event", width=180, censored_within="count"
    ).rows
    rows = rows[rows["period"] <= 15]
    return rows.assign(period_squared=rows["period"] ** 2)


def fitted(baseline: str, link: str, cluster=None):
    return discrete_hazard(
        patient_periods(),
        event="event",
        period="period",
        covariates=COVARIATES,
        link=link,
        cluster=cluster,
        baseline=BASELINES[baseline],
    )


def test_spells_are_cut_into_the_same_person_periods():
    rows = patient_periods()
    assert [len(rows)] == R["counts"]["rows"]
    assert [rows["event"].sum()] == R["counts"]["events"]


@pytest.mark.parametrize("link", ["logit", "cloglog"])
@pytest.mark.parametrize("baseline", BASELINES)
def test_coefficients_intercepts_and_deviance_equal_glm(baseline, link):
    fit = fitted(baseline, link)
    of_r = R[f"{baseline} {link}"]
    found = np.concatenate([fit.intercepts, fit.coefficients])
    assert found == pytest.approx(of_r["coefficients"], abs=SAME)
    assert fit.deviance == pytest.approx(of_r["deviance"][0], abs=SAME)


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("link", ["logit", "cloglog"])
@pytest.mark.parametrize("baseline", BASELINES)
def test_errors_equal_glm_and_its_sandwich_of_scores(baseline, link, cluster):
    fit = fitted(baseline, link, CLUSTERS[cluster])
    found = np.concatenate([fit.intercept_errors, fit.tidy()["std_error"]])
    assert found == pytest.approx(R[f"{baseline} {link}"][cluster], abs=SAME, nan_ok=True)
