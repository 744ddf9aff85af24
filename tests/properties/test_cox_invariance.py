"""What must not change a Cox regression: row order, names, units, cuts in time, repeated rows."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import cox_regression
from mentor_outcomes.estimates.survival._partial_likelihood import moments, score_residuals
from mentor_outcomes.estimates.survival.cox_diagnostics import (
    baseline_hazard,
    martingale_residuals,
    proportionality,
    schoenfeld_residuals,
    score_residual_table,
)

SAME = 1e-9  # sums in another order, Newton's steps end below this
COVARIATES = ["mentored", "rating", "age"]
SEEDS = [1, 2, 3]


def invented(seed: int, n: int = 150) -> pd.DataFrame:
    """Ties, delayed entry, events on the day of entry, weights, people and mentors that cross."""
    rng = np.random.default_rng(seed)
    entry = np.where(rng.random(n) < 0.6, 0, rng.integers(0, 6, n)).astype(float)
    is_event = rng.random(n) < 0.6
    length = np.where(is_event, rng.integers(0, 12, n), rng.integers(1, 12, n))
    return pd.DataFrame(
        {
            "row": np.arange(n),
            "person": [f"p{number}" for number in rng.integers(0, n // 2, n)],
            "mentor": [f"m{number}" for number in rng.integers(0, n // 4, n)],
            "entry": entry,
            "exit": entry + length,
            "event": is_event,
            "mentored": rng.random(n) < 0.5,
            "rating": rng.normal(size=n),
            "age": rng.integers(20, 60, n),
            "site": rng.choice(["north", "south"], n),
            "weight": rng.uniform(0.2, 2.0, n),
        }
    )


def fitted(records: pd.DataFrame, *, unit: float = 1.0, **more):
    model = {"strata": "site", "weights": "weight", "cluster": ("person", "mentor")} | more
    return cox_regression(
        records,
        entry="entry",
        exit="exit",
        event="event",
        covariates=COVARIATES,
        same_day=0.5 * unit,
        **model,
    )


def numbers(fit, *, transforms=("km", "identity", "events")) -> np.ndarray:
    """Coefficients, errors by two clusters, likelihoods, tests of proportionality, hazards."""
    at = {"mentored": 1, "rating": 0, "age": 40}
    tests = [
        proportionality(fit, kind, clustered=clustered).chi_square
        for kind in transforms
        for clustered in (False, True)
    ]
    hazard = baseline_hazard(fit, at)["cumulative_hazard"]
    likelihoods = [fit.loglik_null, fit.loglik]
    return np.concatenate(
        [fit.coefficients, fit.covariance.ravel(), likelihoods, *tests, hazard.to_numpy()]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_and_the_names_of_people_change_nothing(seed):
    records = invented(seed)
    other = records.sample(frac=1, random_state=seed)
    for name in ("person", "mentor", "site"):
        other[name] = "z" + other[name].str[::-1]
    before, after = fitted(records), fitted(other)
    assert numbers(after) == pytest.approx(numbers(before), abs=SAME, rel=SAME)
    back = np.argsort(other["row"].to_numpy())
    assert martingale_residuals(after)[back] == pytest.approx(
        martingale_residuals(before), abs=SAME
    )
    pd.testing.assert_frame_equal(
        score_residual_table(after).iloc[back].reset_index(drop=True), score_residual_table(before)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_days_or_months_change_nothing(seed):
    """Neither does the unit of a covariate, but for its own coefficient."""
    records, month = invented(seed), 30.4375
    in_months = records.assign(entry=records["entry"] / month, exit=records["exit"] / month)
    before = numbers(fitted(records))
    assert numbers(fitted(in_months, unit=1 / month)) == pytest.approx(before, abs=SAME, rel=SAME)
    in_decades = fitted(records.assign(age=records["age"] / 10))
    assert in_decades.coefficients / [1, 1, 10] == pytest.approx(before[:3], abs=SAME)


@pytest.mark.parametrize("seed", SEEDS)
def test_cutting_rows_in_two_changes_nothing(seed):
    """At a time of each row's own, between whole days; ranks of rows alone would change."""
    records = invented(seed)
    rng = np.random.default_rng(seed)
    length = records["exit"] - records["entry"]
    at = records["entry"] + length * rng.uniform(0.01, 0.99, len(records))
    is_cut = length > 0
    before = records[is_cut].assign(exit=at[is_cut], event=False)
    cut = pd.concat([before, records.assign(entry=at.where(is_cut, records["entry"]))])
    whole, pieces = fitted(records), fitted(cut)
    assert numbers(pieces) == pytest.approx(numbers(whole), abs=SAME, rel=SAME)
    by_row = pd.Series(martingale_residuals(pieces)).groupby(cut["row"].to_numpy()).sum()
    assert by_row.to_numpy() == pytest.approx(martingale_residuals(whole), abs=SAME)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_rows_listed_twice_are_rows_of_weight_two_to_breslow_and_no_news_to_clustered_errors(ties):
    """Efron takes repeated rows for tied events; weights of two for everybody change nothing."""
    records = invented(4)
    doubled = records.assign(weight=2 * records["weight"])
    once, weighted = fitted(records, ties=ties), fitted(doubled, ties=ties)
    assert weighted.coefficients == pytest.approx(once.coefficients, abs=SAME)
    assert weighted.covariance == pytest.approx(once.covariance, rel=1e-7)
    assert weighted.model_covariance == pytest.approx(once.model_covariance / 2, rel=1e-7)
    if ties == "breslow":
        twice = fitted(pd.concat([records, records]), ties=ties)
        assert twice.coefficients == pytest.approx(once.coefficients, abs=SAME)
        assert twice.covariance == pytest.approx(once.covariance, rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_residuals_add_up_to_what_the_likelihood_s_maximum_makes_zero(seed):
    records = invented(seed)
    fit, weight = fitted(records), records["weight"].to_numpy()
    assert weight @ martingale_residuals(fit) == pytest.approx(0, abs=SAME)
    assert weight @ score_residual_table(fit).to_numpy() == pytest.approx(np.zeros(3), abs=1e-7)
    schoenfeld = schoenfeld_residuals(fit)
    at_event = weight[schoenfeld["row"]]
    assert at_event @ schoenfeld[COVARIATES].to_numpy() == pytest.approx(np.zeros(3), abs=1e-7)


def test_two_ways_with_a_column_of_its_own_value_per_row_are_one_way():
    """V2 = V12 then: errors by person and row are errors by person."""
    records = invented(5)
    by_person = fitted(records, cluster="person")
    both = fitted(records, cluster=("person", "row"))
    assert both.covariance == pytest.approx(by_person.covariance, rel=1e-8, abs=1e-12)


def test_the_test_of_proportionality_is_that_of_rows_cut_at_every_event():
    """Slow, by the definition: rows cut at each event time, with covariate x time as columns."""
    records = invented(6).query("exit > entry")
    fit = fitted(records, weights="weight", cluster="row")
    times = np.unique(records.loc[records["event"], "exit"])
    cuts = records.merge(pd.DataFrame({"to": np.r_[times, np.inf]}), how="cross")
    cuts["from"] = cuts["to"].map(dict(zip(np.r_[times, np.inf], np.r_[0, times], strict=True)))
    cuts = cuts[(cuts["from"] < cuts["exit"]) & (cuts["to"] > cuts["entry"])]
    event = cuts["event"] & (cuts["exit"] <= cuts["to"])
    cuts = cuts.assign(entry=cuts[["entry", "from"]].max(axis=1), event=event)
    cuts["exit"] = cuts[["exit", "to"]].min(axis=1)
    now = np.minimum(cuts["to"], times[-1])
    changing = [f"{name} x time" for name in COVARIATES]
    cuts[changing] = cuts[COVARIATES].astype(float).mul(now - times.mean(), axis=0).to_numpy()
    wide = cox_regression(
        cuts,
        entry="entry",
        exit="exit",
        event="event",
        covariates=[*COVARIATES, *changing],
        strata="site",
        weights="weight",
        cluster="row",
    )
    rows = wide.rows
    null = moments(np.r_[fit.coefficients * rows.scale[:3], np.zeros(3)], rows.at_risk)
    plain = proportionality(fit, "identity").chi_square[-1]
    assert plain == pytest.approx(
        null.score @ np.linalg.solve(null.information, null.score), rel=1e-7
    )
    slope = np.linalg.solve(null.information[:3, :3], null.information[:3, 3:])
    parts = np.array([rows.at_risk.weight * r for r in score_residuals(null, rows.at_risk)])
    clear = pd.DataFrame((parts[3:] - slope.T @ parts[:3]).T)
    by_row = clear.groupby(cuts["row"].to_numpy()[rows.at_risk.times.row]).sum().to_numpy()
    clustered = proportionality(fit, "identity", clustered=True).chi_square[-1]
    assert clustered == pytest.approx(
        null.score[3:] @ np.linalg.solve(by_row.T @ by_row, null.score[3:]), rel=1e-7
    )


def test_records_are_left_as_they_were():
    records = invented(7)
    copy = records.copy(deep=True)
    numbers(fitted(records))
    pd.testing.assert_frame_equal(records, copy)
