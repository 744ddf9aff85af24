"""Cox and Aalen-Johansen against R's survival; survival.R made the numbers read here."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cox_regression, cumulative_incidence, mean_time

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "survival.json").read_text())
COEFFICIENT = 1e-6  # R stops Newton at a relative change of the likelihood of 1e-9
STD_ERROR = 1e-5
CURVE = 1e-8  # the same sums in another order, 15 digits stored

HEART = ["age", "year", "surgery", "transplant"]
TIED = ["x", "is_mentored"]
COX = {
    "heart efron": {},
    "heart breslow": {"ties": "breslow"},
    "heart clustered": {"cluster": "id"},
    "heart weighted clustered": {"cluster": "id", "weights": "case_weight"},
    "heart strata": {"strata": "surgery"},
    "heart strata weighted breslow clustered": {
        "strata": "surgery",
        "cluster": "id",
        "weights": "case_weight",
        "ties": "breslow",
    },
    "tied efron weighted": {"weights": "weight", "robust": False},
    "tied efron weighted clustered": {"weights": "weight", "cluster": "person"},
    "tied breslow clustered": {"cluster": "person", "ties": "breslow"},
}


def heart() -> pd.DataFrame:
    """One row per patient and state: before and after the transplant."""
    return pd.read_csv(FOLDER / "heart.csv")


def competing() -> pd.DataFrame:
    records = pd.read_csv(FOLDER / "competing.csv", keep_default_na=False)
    return records.assign(
        event=records["cause"] == "promoted", is_mentored=records["arm"] == "mentored"
    )


@pytest.mark.parametrize("name", COX)
def test_cox_regression_equals_r(name):
    if name.startswith("heart"):
        records, entry, exit_ = heart(), "start", "stop"
        covariates = [x for x in HEART if x != COX[name].get("strata")]
    else:
        records, entry, exit_, covariates = competing(), "entry", "exit", TIED
    fit = cox_regression(
        records, entry=entry, exit=exit_, event="event", covariates=covariates, **COX[name]
    )
    assert fit.coefficients == pytest.approx(R[name]["coefficients"], abs=COEFFICIENT)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(R[name]["std_errors"], abs=STD_ERROR)
    assert [fit.loglik_null, fit.loglik] == pytest.approx(R[name]["loglik"], abs=CURVE * 100)


def test_the_naive_analysis_credits_transplants_with_the_time_patients_lived_to_get_one():
    """Ever transplanted cuts the hazard by four fifths; from the day of the transplant, not."""
    records = heart()
    right = cox_regression(
        records, entry="start", exit="stop", event="event", covariates=HEART
    ).tidy()
    ever = records.groupby("id", as_index=False).agg(
        {"stop": "max", "event": "max", "transplant": "max"}
        | dict.fromkeys(["age", "year", "surgery"], "first")
    )
    naive = cox_regression(ever, entry=None, exit="stop", event="event", covariates=HEART).tidy()
    assert naive["estimate"].to_numpy() == pytest.approx(
        R["heart naive"]["coefficients"], abs=COEFFICIENT
    )
    assert naive["ci_high"].iloc[-1] < np.log(0.35)
    assert right["ci_low"].iloc[-1] < 0 < right["ci_high"].iloc[-1]
    assert abs(right["estimate"].iloc[-1]) < 0.02


@pytest.mark.parametrize("arm", ["comparison", "mentored"])
@pytest.mark.parametrize("weights", [None, "weight"])
def test_cumulative_incidence_equals_r_with_delayed_entry_and_ties(arm, weights):
    of_r = R[f"aalen-johansen {'weighted ' if weights else ''}{arm}"]
    records = competing().query("arm == @arm")
    columns = {"entry": "entry", "exit": "exit", "cause": "cause", "weights": weights}
    found = cumulative_incidence(records, at=of_r["times"], **columns).tidy()
    means = mean_time(records, at=[8], **columns).tidy().set_index("state")["estimate"]
    for cause, mean in zip(["left", "promoted"], of_r["mean_time_to_8"], strict=True):
        rows = found[found["state"] == cause]
        assert rows["estimate"].to_numpy() == pytest.approx(of_r[cause], abs=CURVE)
        # Ours is missing, not 0, as long as nobody has had the event.
        error = rows["std_error"].fillna(0).to_numpy()
        assert error == pytest.approx(of_r[f"{cause}_error"], abs=CURVE)
        assert means[cause] == pytest.approx(mean, abs=CURVE)


def test_clustered_errors_of_a_weighted_survival_curve_equal_r():
    of_r = R["kaplan-meier weighted clustered"]
    records = competing()
    records["cause"] = records["cause"].where(records["cause"] == "", "any")
    found = cumulative_incidence(
        records,
        entry="entry",
        exit="exit",
        cause="cause",
        weights="weight",
        cluster="person",
        at=of_r["times"],
    ).tidy()
    rows = found[found["state"] == "event-free"]
    assert rows["estimate"].to_numpy() == pytest.approx(of_r["survival"], abs=CURVE)
    known = rows["std_error"].notna().to_numpy()
    assert known.sum() == len(rows) - 1  # the last step, where nobody is left, has no variation
    assert rows["std_error"].to_numpy()[known] == pytest.approx(
        np.array(of_r["error"])[known], abs=CURVE
    )
