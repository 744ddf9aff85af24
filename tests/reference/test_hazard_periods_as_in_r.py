"""Hazard ratios before and after 12 months beside R's, on rows that R cut (hazard_periods.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates.event_answers.event_hazards import set_cox
from mentor_outcomes.estimates.event_answers.hazard_periods import (
    FIRST_YEAR,
    FLAG_OF,
    LATER,
    before_and_after,
    by_time_since_start,
)
from mentor_outcomes.estimates.event_answers.spell_hazards import time_varying_cox

HERE = Path(__file__).parent
R = json.loads((HERE / "hazard_periods.json").read_text())


@pytest.mark.parametrize(("place", "variant"), [(0, FIRST_YEAR), (1, LATER)])
def test_the_ratios_on_the_sets_equal_an_interaction_with_time_in_r(place, variant):
    """Patients have two rows each and weights; R fits one model to both parts of the follow-up."""
    colon = pd.read_csv(HERE / "cox_colon.csv")
    records = pd.DataFrame(
        {
            "person_id": colon["id"],
            "arm": np.where(colon["lev_5fu"] == 1, "mentored", "comparison"),
            "entry": 0.0,
            "exit": colon["time"].astype("float64"),
            "cause": np.where(colon["status"] == 1, "event", ""),
            "weight": colon["weight"],
        }
    )
    fit = set_cox(before_and_after(records)[variant])
    assert fit.coefficients[0] == pytest.approx(R["sets"]["coefficients"][place], abs=1e-6)
    error = np.sqrt(fit.covariance[0, 0])
    assert error == pytest.approx(R["sets"]["errors"][place], rel=1e-5)


def progression() -> pd.DataFrame:
    """Stretches before and after the progression of a patient, who may have died by it."""
    found = pd.read_csv(HERE / "hazard_progression.csv").query("until > 0")
    is_exposed = (found["progressed"] == 1) & (found["since"] < found["until"])
    whole = pd.DataFrame(
        {
            "person_id": found["id"],
            "entry": 0.0,
            "exit": found["until"].astype("float64"),
            "event": found["died"] == 1,
            "is_mentored": False,
            "since_start": np.nan,
            "age": found["age"],
        }
    )
    since = found.loc[is_exposed, "since"].astype("float64")
    after = whole[is_exposed].assign(entry=since, is_mentored=True, since_start=0.0)
    before = whole.assign(
        exit=whole["exit"].mask(is_exposed, found["since"].astype("float64")),
        event=whole["event"] & ~is_exposed,
    )
    return pd.concat([before[before["exit"] > 0], after], ignore_index=True)


def test_the_ratios_since_the_exposure_began_equal_those_of_two_flags_in_r():
    cut = by_time_since_start(progression())
    assert len(cut) == R["n_rows"]
    fit = time_varying_cox(cut, exposure=list(FLAG_OF.values()), adjust_for=["age"])
    errors = np.sqrt(np.diag(fit.covariance))[:2]
    np.testing.assert_allclose(fit.coefficients[:2], R["everyone"]["coefficients"], atol=1e-6)
    np.testing.assert_allclose(errors, R["everyone"]["errors"], rtol=1e-5)
