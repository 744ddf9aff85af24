"""What must not change a survival estimate: row order, names, units, and where rows are cut."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cox_regression, cumulative_incidence, mean_time
from mentor_outcomes.estimates.inference.risk_intervals import risk_intervals
from mentor_outcomes.estimates.survival._aalen_johansen import aalen_johansen, influences_at

SAME = 1e-10  # sums in another order
TIMES = {"entry": "entry", "exit": "exit"}
AT = [0.0, 2.0, 5.0, 8.0]


def invented(seed: int, n: int = 120) -> pd.DataFrame:
    """Ties, delayed entry, events on the day of entry, weights, and people in both arms."""
    rng = np.random.default_rng(seed)
    entry = np.where(rng.random(n) < 0.6, 0, rng.integers(0, 4, n)).astype(float)
    cause = rng.choice(["", "left", "promoted"], n, p=[0.4, 0.3, 0.3])
    length = rng.integers(0, 10, n)
    return pd.DataFrame(
        {
            "person": [f"p{number}" for number in rng.integers(0, n // 2, n)],
            "entry": entry,
            "exit": entry + np.where(cause == "", np.maximum(length, 1), length),
            "cause": cause,
            "event": cause == "promoted",
            "arm": rng.choice(["comparison", "mentored"], n),
            "mentored": rng.random(n) < 0.5,
            "x": rng.normal(size=n),
            "site": rng.choice(["north", "south"], n),
            "weight": rng.uniform(0.2, 2.0, n),
        }
    )


def everything(records: pd.DataFrame, *, unit: float = 1.0) -> np.ndarray:
    """Every number of the three models in a row; times in `unit`s of those of `invented`."""
    cox = cox_regression(
        records,
        event="event",
        covariates=["mentored", "x"],
        strata="site",
        weights="weight",
        cluster="person",
        same_day=0.5 * unit,
        **TIMES,
    )
    shared = {
        "cause": "cause",
        "by": "arm",
        "weights": "weight",
        "cluster": "person",
        "at": np.array(AT) * unit,
        "same_day": 0.5 * unit,
    }
    risks = cumulative_incidence(records, **shared, **TIMES)
    times = mean_time(records, **shared, **TIMES)
    return np.concatenate(
        [
            cox.coefficients,
            cox.covariance.ravel(),
            risks.estimates.ravel(),
            risks.covariance.ravel(),
            risks.n_at_risk.ravel(),
            risks.n_events.ravel(),
            times.estimates.ravel() / unit,
            times.covariance.ravel() / unit**2,
        ]
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_and_the_names_of_people_change_nothing(seed):
    records = invented(seed)
    shuffled = records.sample(frac=1, random_state=seed)
    renamed = shuffled.assign(person=shuffled["person"].map(lambda name: f"q{name[::-1]}"))
    assert everything(renamed) == pytest.approx(everything(records), abs=SAME)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_days_or_months_give_the_same_estimates(seed):
    records = invented(seed)
    in_months = records.assign(entry=records["entry"] / 30.4375, exit=records["exit"] / 30.4375)
    assert everything(in_months, unit=1 / 30.4375) == pytest.approx(everything(records), abs=SAME)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cutting_rows_in_time_changes_nothing(seed):
    """Every row longer than one is cut in two at a day of its own."""
    records = invented(seed)
    middle = records["entry"] + np.floor((records["exit"] - records["entry"]) / 2)
    is_cut = (middle > records["entry"]) & (middle < records["exit"])
    before = records[is_cut].assign(exit=middle[is_cut], cause="", event=False)
    after = records.assign(entry=middle.where(is_cut, records["entry"]))
    cut = pd.concat([before, after])
    assert len(cut) > len(records) + 50
    assert everything(cut) == pytest.approx(everything(records), abs=SAME)


def test_records_are_left_as_they_were():
    records = invented(4)
    copy = records.copy(deep=True)
    everything(records)
    pd.testing.assert_frame_equal(records, copy)


@pytest.mark.parametrize("integrated", [False, True])
def test_influence_is_the_derivative_by_a_cluster_s_weight(integrated):
    """Against a difference quotient: its own error is about step squared, 1e-10."""
    records = invented(5, n=40)
    model = mean_time if integrated else cumulative_incidence
    step = 1e-5

    def promoted(weight: np.ndarray) -> float:
        found = model(
            records.assign(weight=weight), cause="cause", weights="weight", at=[8.0], **TIMES
        )
        return float(found.estimates[0, found.states.index("promoted"), 0])

    cause = records["cause"].map({"": -1, "left": 0, "promoted": 1}).to_numpy()
    rows = risk_intervals(records, is_event=cause >= 0, weights="weight", cluster="person", **TIMES)
    influence = influences_at(aalen_johansen(rows, cause, 2), [8.0], integrated=integrated)[1, :, 0]
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    for cluster in range(rows.n_clusters):
        grown = np.where(rows.cluster == cluster, step, 0.0)
        quotient = promoted(rows.weight * (1 + grown)) - promoted(rows.weight * (1 - grown))
        assert influence[cluster] == pytest.approx(quotient / (2 * step), abs=1e-8)


def test_cox_with_ties_is_the_plain_sum_over_risk_sets():
    """Slow, by the definition: the score of Efron's likelihood is zero at the estimate."""
    records = invented(6, n=60)
    fit = cox_regression(records, event="event", covariates=["mentored", "x"], **TIMES)
    x = records[["mentored", "x"]].to_numpy(dtype=float)
    entry, event = records["entry"].to_numpy(), records["event"].to_numpy()
    end = records["exit"] + np.where(event & (records["exit"] == records["entry"]), 0.5, 0.0)
    risk = np.exp(x @ fit.coefficients)
    score = x[event].sum(axis=0)
    for time in np.unique(end[event]):
        tied = event & (end == time).to_numpy()
        at_risk = ((entry < time) & (end >= time)).to_numpy()
        for place in range(tied.sum()):
            weight = risk * (at_risk - tied * place / tied.sum())
            score -= weight @ x / weight.sum()
    assert score == pytest.approx(0, abs=1e-9)
