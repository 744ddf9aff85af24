"""Reliability and invariance against R's psych and lavaan; the R scripts made the numbers read."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.measures import invariance, reliability

FOLDER = Path(__file__).parent
PSYCH = json.loads((FOLDER / "reliability.json").read_text())
LAVAAN = json.loads((FOLDER / "invariance.json").read_text())
ALPHA = 1e-9  # the same sums in another order
OMEGA = 1e-6  # lavaan and fa stop when the likelihood changes by some 1e-10
CHI2 = 1e-6
FIT = 1e-6
TURNED = {"three": ["i2"], "four": ["i2", "i4"], "ten": [], "two": ["i2"]}
HIGHEST = {"three": 7, "four": 5, "ten": 5, "two": 7}
DATA_SETS = [name for name in LAVAAN if name != "versions"]


def found_for(name: str):
    answers = pd.read_csv(FOLDER / f"reliability_{name}.csv")
    return reliability(answers, reverse_keyed=TURNED[name], lowest=1, highest=HIGHEST[name])


@pytest.mark.parametrize("name", TURNED)
def test_alpha_its_interval_and_item_rest_correlations_equal_psych(name):
    found, of_r = found_for(name), PSYCH[name]
    assert found.n_people == of_r["n"]
    assert found.alpha.estimate == pytest.approx(of_r["alpha"], abs=ALPHA)
    assert [found.alpha.ci_low, found.alpha.ci_high] == pytest.approx(of_r["feldt"], abs=ALPHA)
    rests = found.items["item_rest_correlation"].to_numpy()
    assert rests == pytest.approx(of_r["item_rest"], abs=ALPHA)


@pytest.mark.parametrize("name", ["three", "four", "ten"])
def test_omega_total_equals_lavaan_and_psych(name):
    found, of_r = found_for(name).omega_total, PSYCH[name]
    assert found.estimate == pytest.approx(of_r["omega_lavaan"], abs=OMEGA)
    assert found.estimate == pytest.approx(of_r["omega_fa"], abs=OMEGA)


@pytest.mark.parametrize("name", ["three", "four", "ten"])
def test_the_interval_of_omega_is_made_from_the_error_that_lavaan_gives_it(name):
    found, error = found_for(name).omega_total, PSYCH[name]["omega_error_lavaan"]
    omega = PSYCH[name]["omega_lavaan"]
    reach = 1.959963984540054 * error / (omega * (1 - omega))
    centre = np.log(omega / (1 - omega))
    expected = [1 / (1 + np.exp(-(centre + sign * reach))) for sign in (-1, 1)]
    assert [found.ci_low, found.ci_high] == pytest.approx(expected, abs=OMEGA)


def test_spearman_brown_equals_r():
    found = found_for("two").spearman_brown
    assert found.estimate == pytest.approx(PSYCH["two"]["spearman_brown"], abs=ALPHA)


@pytest.mark.parametrize("name", DATA_SETS)
def test_all_three_steps_of_invariance_equal_lavaan(name):
    sheets = pd.read_csv(FOLDER / f"invariance_{name}.csv")
    found = invariance(sheets.drop(columns="group"), groups=sheets["group"]).tidy()
    for row in found.itertuples():
        of_r = LAVAAN[name][row.step]
        assert (row.df, row.n_people) == (of_r["df"], of_r["ntotal"])
        assert row.chi2 == pytest.approx(of_r["chisq"], abs=CHI2)
        assert row.cfi == pytest.approx(of_r["cfi"], abs=FIT)
        assert row.srmr == pytest.approx(of_r["srmr"], abs=FIT)
        if row.df:
            assert row.rmsea == pytest.approx(of_r["rmsea"], abs=FIT)
            assert row.p_value == pytest.approx(of_r["pvalue"], abs=FIT)


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("three_items_alike", ["cannot be tested", "yes", "yes"]),
        ("four_items_loadings_differ", ["yes", "no", "no"]),
        ("five_items_intercepts_differ", ["yes", "yes", "no"]),
        ("three_items_three_waves", ["cannot be tested", "yes", "no"]),
    ],
)
def test_what_was_made_to_differ_is_found(name, verdicts):
    sheets = pd.read_csv(FOLDER / f"invariance_{name}.csv")
    found = invariance(sheets.drop(columns="group"), groups=sheets["group"])
    assert found.tidy()["holds"].tolist() == verdicts
