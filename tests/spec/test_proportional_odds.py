"""Proportional odds by hand, against statsmodels, and what is refused."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import proportional_odds
from mentor_outcomes.estimates.panel._cumulative_logit import LevelRows, level_fit, row_scores

SAME = 1e-6


def two_groups(low=(30, 10), high=(20, 40)) -> pd.DataFrame:
    """Of 50 without and 50 with: how many have the low and the high of two levels."""
    rows = [
        (float(is_high), float(is_with), count)
        for is_high, counts in enumerate((low, high))
        for is_with, count in enumerate(counts)
    ]
    return pd.DataFrame(rows, columns=["level", "with_mentor", "n"])


def answers(n=400, seed=1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    z = (rng.random(n) < 0.4).astype("float64")
    y = np.round(0.5 * x + 0.4 * z + rng.logistic(size=n)).clip(-4, 4)
    weight = rng.uniform(0.3, 2.0, n)
    return pd.DataFrame({"y": y, "z": z, "x": x, "weight": weight, "person": np.arange(n) // 2})


def test_with_two_levels_it_is_the_odds_ratio_of_a_table():
    """Odds of the high level: 20/30 without, 40/10 with; the error is Woolf's."""
    fit = proportional_odds(two_groups(), outcome="level", covariates=["with_mentor"], weights="n")
    assert fit.thresholds == pytest.approx([np.log(30 / 20)], abs=SAME)
    assert fit.coefficients == pytest.approx([np.log((40 / 10) / (20 / 30))], abs=SAME)
    woolf = np.sqrt(1 / 30 + 1 / 20 + 1 / 10 + 1 / 40)
    row = fit.tidy().iloc[0]
    assert row["std_error"] == pytest.approx(woolf, abs=SAME)
    assert row["odds_ratio"] == pytest.approx(6.0)
    assert row["odds_ratio_low"] == pytest.approx(6.0 * np.exp(-1.959964 * woolf), rel=1e-6)
    assert np.isnan(row["proportionality_chi_square"])


def test_without_weights_it_is_statsmodels_ordered_model():
    data = answers()
    fit = proportional_odds(data, outcome="y", covariates=["z", "x"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops at the limit of its own rounding
        model = OrderedModel(data["y"].astype(int), data[["z", "x"]], distr="logit")
        theirs = model.fit(method="bfgs", gtol=1e-10, maxiter=1000, disp=0)
    assert fit.coefficients == pytest.approx(theirs.params[["z", "x"]].to_numpy(), abs=SAME)
    assert fit.loglik == pytest.approx(theirs.llf, abs=SAME)
    assert fit.tidy()["std_error"].to_numpy() == pytest.approx(theirs.bse[["z", "x"]], abs=1e-5)


def test_whole_weights_are_repeated_rows():
    data = answers(120)
    times = 1 + np.arange(len(data)) % 3
    repeated = proportional_odds(
        data.loc[data.index.repeat(times)], outcome="y", covariates=["z", "x"]
    )
    weighted = proportional_odds(
        data.assign(n=times), outcome="y", covariates=["z", "x"], weights="n"
    )
    assert weighted.covariance == pytest.approx(repeated.covariance, abs=1e-8)
    clustered, by_hand = (
        proportional_odds(frame, outcome="y", covariates=["z", "x"], weights=w, cluster="row")
        for frame, w in (
            (data.assign(n=times, row=data.index), "n"),
            (data.assign(row=data.index).loc[data.index.repeat(times)], None),
        )
    )
    assert clustered.covariance == pytest.approx(by_hand.covariance, abs=1e-8)


def test_scores_and_information_are_derivatives_of_the_likelihood():
    data = answers(60)
    levels, level = np.unique(data["y"], return_inverse=True)
    columns = data[["z", "x"]].to_numpy()
    rows = LevelRows(level, columns, data["weight"].to_numpy(), len(levels))
    m = len(levels) - 1
    at = np.r_[np.linspace(-2, 2, m), 0.3, -0.2]

    def fit_at(values):
        return level_fit(values[:m], values[m:], rows)

    for j, step in enumerate(np.eye(len(at)) * 1e-5):
        above, below = fit_at(at + step), fit_at(at - step)
        slope = (above.loglik - below.loglik) / 2e-5
        assert row_scores(fit_at(at), rows)[:, j].sum() == pytest.approx(slope, abs=1e-6)
        change = (row_scores(above, rows) - row_scores(below, rows)).sum(axis=0) / 2e-5
        assert -fit_at(at).information[j] == pytest.approx(change, abs=1e-6)


def test_an_odds_ratio_that_changes_along_the_scale_is_seen():
    """Mentoring spreads answers out: more high ones and more low ones, on average the same."""
    rng = np.random.default_rng(3)
    z = rng.integers(0, 2, 2000).astype("float64")
    y = np.round(rng.logistic(size=2000) * (1 + z)).clip(-4, 4)
    row = proportional_odds(
        pd.DataFrame({"y": y, "z": z, "person": np.arange(2000)}),
        outcome="y",
        covariates=["z"],
        cluster="person",
    ).tidy()
    assert row["proportionality_p_value"].iloc[0] < 1e-6


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"y": 3.0}, "the outcome y has the same value in every row"),
        ({"z": 1.0}, "z has the same value in every row"),
        ({"z": lambda d: 2 * d["x"] + 1}, "one follows from the others"),
        ({"weight": 0.0}, "have a weight of zero or less"),
        ({"y": np.nan}, "have no finite y"),
        ({"y": np.arange(1000.0)}, "the outcome y holds 1000 values"),
        ({"z": lambda d: d["y"]}, "no finite maximum"),
        ({"person": 1}, "all rows have one and the same person"),
    ],
)
def test_what_cannot_be_estimated_is_refused(change, found):
    data = answers(1000).assign(**change)
    with pytest.raises(EstimationError, match=found):
        proportional_odds(
            data, outcome="y", covariates=["z", "x"], weights="weight", cluster="person"
        )


def test_the_name_of_one_covariate_is_no_list():
    with pytest.raises(EstimationError, match="covariates"):
        proportional_odds(answers(), outcome="y", covariates="z")
