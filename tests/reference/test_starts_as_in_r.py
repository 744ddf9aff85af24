"""The model of who starts, with splines and interactions, as R finds it (starts.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.groups.calibration import c_statistic
from mentor_outcomes.groups.matching import whole_score_units
from mentor_outcomes.logit import design_of_starts, pooled_logit
from tests.spec.test_start_columns import SETTINGS

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "starts.json").read_text())
ROWS = pd.read_csv(FOLDER / "starts.csv")
SAME = 1e-8
"""Of a probability; both maximise the same likelihood, with other bases of the same curves."""


def fitted() -> tuple[object, np.ndarray]:
    design = design_of_starts(ROWS, SETTINGS)
    fit = pooled_logit(
        ROWS["starts"],
        design.columns,
        intercepts=ROWS["period"],
        covariates_of=design.covariates_of,
    )
    return fit, fit.log_odds(design.columns, ROWS["period"])


def test_fitted_probabilities_are_those_of_glm_with_natural_splines():
    fit, log_odds = fitted()
    assert np.allclose(1 / (1 + np.exp(-log_odds)), R["hazard"], rtol=0, atol=SAME)
    assert fit.log_likelihood == pytest.approx(R["log_likelihood"], abs=SAME)
    assert len(fit.names) == R["n_columns"]


def test_the_c_statistic_is_the_concordance_within_periods():
    _, log_odds = fitted()
    starts = (ROWS["starts"] == 1).to_numpy()
    found = c_statistic(whole_score_units(log_odds), starts, ROWS["period"].to_numpy())
    assert found == pytest.approx(R["c_statistic"], abs=1e-12)
