"""Mean counts against R: with deaths by the formula written out, without by survival's survfit."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import mean_count

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "mean_count.json").read_text())
ESTIMATE = 1e-10  # the same sums in another order, 15 digits stored
STD_ERROR = 1e-7  # R's are from difference quotients of step 1e-4: its square, and some
JACKKNIFE = 0.04  # leaving each of 32 to 48 patients out differs from ours by about 1 / n
COLUMNS = {"entry": "start", "exit": "stop", "event": "event", "cluster": "id"}
ARMS = ("placebo", "pyridoxine", "thiotepa")


def bladder() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "bladder_recurrences.csv")


def of_arm(arm: str, weights: str | None) -> pd.DataFrame:
    of_r = R[f"bladder {arm}{' weighted' if weights else ''}"]
    found = mean_count(
        bladder(), terminal="gone", by="arm", weights=weights, at=of_r["times"], **COLUMNS
    ).tidy()
    return found[found["term"] == arm]


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("weights", [None, "weight"])
def test_recurrences_until_death_equal_r(arm, weights):
    of_r = R[f"bladder {arm}{' weighted' if weights else ''}"]
    found = of_arm(arm, weights)
    assert found["estimate"].to_numpy() == pytest.approx(of_r["estimates"], abs=ESTIMATE)
    assert found["std_error"].to_numpy() == pytest.approx(of_r["std_errors"], abs=STD_ERROR)


@pytest.mark.parametrize("arm", ARMS)
def test_errors_are_about_those_of_leaving_one_patient_out_at_a_time(arm):
    errors = of_arm(arm, None)["std_error"].to_numpy()
    jackknife = np.array(R[f"bladder {arm}"]["jackknife_errors"])
    assert errors == pytest.approx(jackknife, rel=JACKKNIFE)
    assert (errors < jackknife).all()


@pytest.mark.parametrize("arm", ["placebo", "rIFN-g"])
def test_without_a_terminal_event_it_is_the_mean_function_of_r(arm):
    of_r = R[f"cgd {arm}"]
    records = pd.read_csv(FOLDER / "cgd_infections.csv").assign(gone=0)
    found = mean_count(records, terminal="gone", by="arm", at=of_r["times"], **COLUMNS).tidy()
    found = found[found["term"] == arm]
    assert found["estimate"].to_numpy() == pytest.approx(of_r["estimates"], abs=ESTIMATE)
    assert found["std_error"].to_numpy() == pytest.approx(of_r["std_errors"], abs=ESTIMATE)


def test_deaths_taken_for_losses_would_promise_recurrences_to_the_dead():
    """In the placebo arm 11 of 48 patients die: the mean function of those lost is too large."""
    records = bladder().query("arm == 'placebo'")
    assert (records["id"].nunique(), records["gone"].sum()) == (48, 11)
    columns = {**COLUMNS, "at": [48]}
    right = mean_count(records, terminal="gone", **columns).estimates.item()
    lost = mean_count(records.assign(gone=0), terminal="gone", **columns).estimates.item()
    assert lost > 1.15 * right
