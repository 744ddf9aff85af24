"""What must not change Fine-Gray and discrete hazards: row order, names, units; and what their
errors must equal: the derivative of the estimate by each person's weight."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import (
    cumulative_incidence,
    discrete_hazard,
    fine_gray,
    person_periods,
)
from mentor_outcomes.estimates.survival._subdistribution import moments, subdistribution_times
from mentor_outcomes.estimates.survival._uncensored import censoring_group

SAME = 1e-9  # sums in another order, and Newton's last step


def invented(seed: int, n: int = 150) -> pd.DataFrame:
    """Ties, events on day 0, two causes, censoring in the days of events."""
    rng = np.random.default_rng(seed)
    cause = rng.choice(["", "left", "promoted"], n, p=[0.3, 0.3, 0.4])
    return pd.DataFrame(
        {
            "person": [f"p{number}" for number in rng.integers(0, n // 2, n)],
            "exit": rng.integers(0, 15, n) * 10.0,
            "cause": cause,
            "event": cause == "promoted",
            "mentored": rng.random(n) < 0.5,
            "x": rng.normal(size=n),
            "site": rng.choice(["north", "south"], n),
        }
    )


def both(records: pd.DataFrame, *, unit: float = 1.0) -> np.ndarray:
    """Every number of the two models in a row; times in `unit`s of those of `invented`."""
    covariates = ["mentored", "x"]
    subdistribution = fine_gray(
        records,
        exit="exit",
        cause="cause",
        of="promoted",
        covariates=covariates,
        by_censoring="site",
        cluster="person",
        same_day=0.5 * unit,
    )
    cut = person_periods(
        records,
        entry=None,
        exit="exit",
        event="event",
        width=30 * unit,
        censored_within="count",
        same_day=0.5 * unit,
    )
    numbers = [
        subdistribution.coefficients,
        subdistribution.covariance.ravel(),
        [subdistribution.loglik, cut.n_spells_left_out],
    ]
    for link in ("logit", "cloglog"):
        hazards = discrete_hazard(
            cut.rows,
            event="event",
            period="period",
            covariates=covariates,
            link=link,
            cluster="person",
        )
        numbers += [hazards.coefficients, hazards.covariance.ravel(), [hazards.loglik]]
        numbers += [hazards.intercepts, hazards.intercept_errors]
    return np.concatenate(numbers)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_and_the_names_of_people_change_nothing(seed):
    records = invented(seed)
    shuffled = records.sample(frac=1, random_state=seed)
    renamed = shuffled.assign(
        person=shuffled["person"].map(lambda name: f"q{name[::-1]}"),
        site=shuffled["site"].map({"north": "z", "south": "a"}),
    )
    assert both(renamed) == pytest.approx(both(records), abs=SAME)


@pytest.mark.parametrize("unit", [1 / 30.4375, 24.0])
def test_the_unit_of_time_changes_nothing(unit):
    records = invented(4)
    in_units = records.assign(exit=records["exit"] * unit)
    assert both(in_units, unit=unit) == pytest.approx(both(records), abs=SAME)


def test_the_unit_of_a_covariate_changes_its_coefficient_alone():
    records = invented(5)
    columns = {"exit": "exit", "cause": "cause", "of": "promoted", "covariates": ["mentored", "x"]}
    fit = fine_gray(records, **columns)
    other = fine_gray(records.assign(x=records["x"] * 100 + 5000), **columns)
    assert other.coefficients * [1, 100] == pytest.approx(fit.coefficients, abs=SAME)
    assert other.tidy()["p_value"].to_numpy() == pytest.approx(fit.tidy()["p_value"], abs=1e-7)
    assert other.loglik == pytest.approx(fit.loglik, abs=SAME)


@pytest.mark.parametrize("seed", [1, 2])
def test_numbering_periods_otherwise_changes_nothing(seed):
    rows = person_periods(
        invented(seed),
        entry=None,
        exit="exit",
        event="event",
        width=30,
        censored_within="count",
    ).rows
    columns = {"event": "event", "period": "period", "covariates": ["mentored", "x"]}
    fit = discrete_hazard(rows, link="cloglog", **columns)
    other = discrete_hazard(rows.assign(period=rows["period"] * 3 - 50), link="cloglog", **columns)
    assert other.coefficients == pytest.approx(fit.coefficients, abs=SAME)
    assert other.intercepts == pytest.approx(fit.intercepts, abs=SAME)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_censored_after_events_the_risk_sets_are_those_that_aalen_johansen_implies(seed):
    """Everybody's weights at t sum to n G(t-) (1 - incidence before t), exactly, under any ties."""
    records = invented(seed)
    records = records[records["exit"] > 0]
    exit, cause = records["exit"].to_numpy(), records["cause"].to_numpy()
    group = censoring_group(exit, cause == "", "after_events")
    times = subdistribution_times(
        exit, cause == "promoted", cause == "left", np.zeros(len(exit), dtype=int), [group]
    )
    total = times.n_tied / np.diff(moments(np.zeros(1), exit[:, None], times).hazard[:, 0])
    incidence = cumulative_incidence(
        records, entry=None, exit="exit", cause="cause", at=times.distinct - 1e-6
    ).tidy()
    before = incidence[incidence["state"] == "promoted"]["estimate"].to_numpy()
    assert total == pytest.approx(len(records) * times.uncensored[0] * (1 - before), rel=1e-12)


def score_by_weights(b: float, weight: np.ndarray, records: pd.DataFrame) -> float:
    """Fine and Gray's score with case weights in it and in the product limits; by definition."""
    exit, x = records["exit"].to_numpy(), records["x"].to_numpy()
    cause, site = records["cause"].to_numpy(), records["site"].to_numpy()

    def uncensored_before(when: float, of_site: str) -> float:
        own = site == of_site
        left = 1.0
        for u in np.unique(exit[own & (cause == "") & (exit < when)]):
            is_censored = own & (cause == "") & (exit == u)
            at_risk = own & (exit > u) | is_censored
            left *= 1 - weight[is_censored].sum() / weight[at_risk].sum()
        return left if when <= exit[own].max() else 0.0

    score = 0.0
    for t in np.unique(exit[cause == "promoted"]):
        stays = np.array(
            [
                1.0
                if exit[i] >= t
                else uncensored_before(t, site[i]) / uncensored_before(exit[i], site[i])
                if cause[i] == "left"
                else 0.0
                for i in range(len(exit))
            ]
        )
        risk = weight * stays * np.exp(b * x)
        is_event = (cause == "promoted") & (exit == t)
        score += (weight * is_event) @ (x - risk @ x / risk.sum())
    return score


def test_the_errors_are_the_derivatives_of_the_estimate_by_each_persons_weight():
    """With ties, and two censoring groups of unequal length: d b = -(d score / d w) / slope."""
    records = invented(6, n=40)
    records = records[records["exit"] > 0].reset_index(drop=True)
    records.loc[records["site"] == "south", "exit"] = records["exit"].clip(upper=100)
    fit = fine_gray(
        records,
        exit="exit",
        cause="cause",
        of="promoted",
        covariates=["x"],
        by_censoring="site",
    )
    b, ones, step = fit.coefficients[0], np.ones(len(records)), 1e-5
    assert score_by_weights(b, ones, records) == pytest.approx(0, abs=1e-8)
    slope = (
        score_by_weights(b + step, ones, records) - score_by_weights(b - step, ones, records)
    ) / (2 * step)
    moved = []
    for i in range(len(records)):
        change = np.zeros(len(records))
        change[i] = step
        up, down = (score_by_weights(b, ones + s * change, records) for s in (1, -1))
        moved.append((up - down) / (2 * step))
    influence = -np.array(moved) / slope
    assert fit.covariance[0, 0] == pytest.approx((influence**2).sum(), rel=1e-6)
    known = fine_gray(
        records,
        exit="exit",
        cause="cause",
        of="promoted",
        covariates=["x"],
        by_censoring="site",
        censoring="known",
    )
    assert known.covariance[0, 0] != pytest.approx((influence**2).sum(), rel=1e-3)
