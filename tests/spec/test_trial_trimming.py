"""Cutting large weights of stacked trials: what is large is so beside its own trial."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.groups import Trimming, stacked_trial_weights


def with_launch_trial(seed: int) -> pd.DataFrame:
    """Sixty trials with 2 % of starts, but the first: there a programme is launched, 20 % start."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"trial": np.repeat(np.arange(60), 200)})
    rows["x"] = rng.normal(size=len(rows))
    log_odds = np.where(rows["trial"] == 0, -1.7, -4.3) + 0.7 * rows["x"]
    return rows.assign(started=rng.random(len(rows)) < 1 / (1 + np.exp(-log_odds)))


def gap_in_trial(rows: pd.DataFrame, weights: pd.Series, trial: int) -> float:
    """Weighted mean of x of those who started less that of the others, in one trial, in SDs."""
    own = rows[rows["trial"] == trial]
    arms = [own[own["started"]], own[~own["started"]]]
    means = [np.average(arm["x"], weights=weights[arm.index]) for arm in arms]
    return (means[0] - means[1]) / arms[0]["x"].std()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cutting_large_weights_leaves_the_adjustment_within_a_busy_trial(seed):
    """Large beside its own trial counts: beside all trials, all weights of the launch are large."""
    rows = with_launch_trial(seed)
    ask = {"trial": "trial", "is_treated": "started", "covariates": ["x"]}
    whole, cut = (
        stacked_trial_weights(
            rows, **ask, method="inverse_probability", trim=Trimming(weight_quantile=quantile)
        )
        for quantile in (1.0, 0.99)
    )
    # Pooled over the trials, the quantile moves the difference by .28 to .41.
    moved = gap_in_trial(rows, cut.weights, 0) - gap_in_trial(rows, whole.weights, 0)
    assert abs(moved) < 0.05
    assert cut.tidy().set_index("arm").loc["comparison", "n_truncated"] > 0
    launch = cut.weights[(rows["trial"] == 0) & ~rows["started"]]
    assert np.isclose(launch, launch.max()).mean() < 0.1
