"""Weights of stacked trials find the effect in invented stacks whose truth is known.

Sixty stacks of 3,000 rows in ten trials. Starting hangs on x and on the trial, the outcome on x,
and so does the effect: among the treated (ATT) it is another than among those who might well have
been in either arm (ATO). Tolerance: four errors of the mean over the stacks; a design without
weights misses the truth by more than twenty.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from mentor_outcomes.groups import stacked_trial_weights

N_STACKS, N_ROWS, N_TRIALS = 60, 3000, 10
COVARIATES = ["x", "z"]


def stack(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The rows, each row's own effect, and its probability of being treated."""
    rows = pd.DataFrame(
        {
            "trial": rng.integers(0, N_TRIALS, N_ROWS),
            "x": rng.normal(size=N_ROWS),
            "z": rng.choice(["a", "b"], N_ROWS),
        }
    )
    chance = expit(-2 + 0.9 * rows["x"] + 0.5 * (rows["z"] == "b") + 0.1 * rows["trial"])
    started = rng.random(N_ROWS) < chance
    effect = 0.5 + 0.4 * rows["x"]
    outcome = 2 * rows["x"] + (rows["z"] == "b") + 0.3 * rows["trial"] + rng.normal(size=N_ROWS)
    rows = rows.assign(started=started, y=outcome + started * effect)
    return rows, effect.to_numpy(), chance.to_numpy()


def errors(method: str) -> np.ndarray:
    found = []
    for seed in np.random.SeedSequence(8).spawn(N_STACKS):
        rows, effect, chance = stack(np.random.default_rng(seed))
        treated = rows["started"].to_numpy()
        if method == "unweighted":
            weights = np.ones(N_ROWS)
        else:
            weights = stacked_trial_weights(
                rows, trial="trial", is_treated="started", covariates=COVARIATES, method=method
            ).weights.to_numpy()
        means = [np.average(rows["y"][arm], weights=weights[arm]) for arm in (treated, ~treated)]
        about = treated * (1 - chance if method == "overlap_weights" else 1.0)
        found.append(means[0] - means[1] - np.average(effect, weights=about))
    return np.array(found)


@pytest.mark.parametrize("method", ["overlap_weights", "entropy_balancing", "inverse_probability"])
def test_each_method_finds_the_effect_of_its_own_estimand(method):
    found = errors(method)
    assert abs(found.mean()) < 4 * found.std() / np.sqrt(N_STACKS)


def test_without_weights_the_effect_is_missed():
    found = errors("unweighted")
    assert found.mean() > 20 * found.std() / np.sqrt(N_STACKS)
