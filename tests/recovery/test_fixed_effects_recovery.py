"""Panel models on panels of known truth: what they find, and where two-way effects mislead."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import (
    event_time_effects,
    fixed_effects,
    hausman,
    random_effects,
)
from mentor_outcomes.estimates.panel.fixed_effects import ONE_PASS

COLUMNS = {"unit": "person", "period": "year", "outcome": "pay"}
PEOPLE, YEARS = 400, 10
NEVER = 10**6


def staggered(rng, *, people=PEOPLE, never=0.2, effect=lambda since: 1.0 + 0 * since):
    """Starts in years 2 to 8; `effect` of the years since the start; pay wanders within people."""
    start = rng.integers(2, 9, people)
    start[rng.random(people) < never] = NEVER
    person, year = np.repeat(np.arange(people), YEARS), np.tile(np.arange(YEARS), people)
    since = year - start[person]
    is_mentored = since >= 0
    own = np.where(is_mentored, effect(np.where(is_mentored, since, 0)), 0.0)
    wander = rng.normal(0, 0.3, (people, YEARS)).cumsum(axis=1).ravel()
    pay = (
        own + rng.normal(size=people)[person] + 0.4 * year + wander + rng.normal(0, 0.5, len(year))
    )
    panel = pd.DataFrame({"person": person, "year": year, "mentored": is_mentored, "pay": pay})
    return panel, own[is_mentored].mean()


def test_the_one_pass_solver_finds_a_constant_effect_and_its_error_in_gappy_panels():
    """120 panels: the mean is right, the stated error is the spread, intervals hold the truth."""
    rng = np.random.default_rng(11)
    rows = []
    for _ in range(120):
        panel, _ = staggered(rng, people=80)
        panel = panel[rng.random(len(panel)) < 0.7]
        fit = fixed_effects(panel, **COLUMNS, regressors=["mentored"], engine=ONE_PASS)
        rows.append(fit.tidy().iloc[0][["estimate", "std_error", "ci_low", "ci_high"]].to_list())
    estimate, error, low, high = np.array(rows).T
    spread = estimate.std(ddof=1)
    assert abs(estimate.mean() - 1) < 3 * spread / np.sqrt(120)
    assert error.mean() == pytest.approx(spread, rel=0.17)
    # At 95 %, fewer than 106 of 120 would happen once in 1,000 times.
    assert ((low <= 1) & (high >= 1)).sum() >= 106


def growing(since):
    return 0.3 * (since + 1.0)


def test_effects_that_grow_pull_two_way_fixed_effects_below_the_mean_effect():
    """The earlier started serve as comparators while they still grow (Goodman-Bacon 2021)."""
    panel, mean_effect = staggered(np.random.default_rng(3), effect=growing)
    row = fixed_effects(panel, **COLUMNS, regressors=["mentored"]).tidy().iloc[0]
    assert row["ci_high"] < mean_effect
    assert row["estimate"] < 0.75 * mean_effect


def test_without_the_never_mentored_the_pull_is_stronger_still():
    at = {}
    for never in (0.0, 0.2, 0.6):
        panel, mean_effect = staggered(np.random.default_rng(5), never=never, effect=growing)
        fit = fixed_effects(panel, **COLUMNS, regressors=["mentored"])
        at[never] = fit.coefficients[0] / mean_effect
    assert at[0.0] < at[0.2] < at[0.6] < 1
    assert at[0.0] < 0.25


def test_an_effect_that_does_not_grow_is_found_where_starts_are_staggered():
    panel, _ = staggered(np.random.default_rng(3))
    row = fixed_effects(panel, **COLUMNS, regressors=["mentored"]).tidy().iloc[0]
    assert abs(row["estimate"] - 1) < 3 * row["std_error"]


def test_leads_and_lags_find_effects_that_grow_alike_for_all_starts():
    panel, _ = staggered(np.random.default_rng(8), people=1200, never=0.4, effect=growing)
    found = event_time_effects(panel, **COLUMNS, exposure="mentored", leads=4, lags=8)
    truth = np.where(found.moments >= 0, growing(found.moments), 0)
    distance = (found.coefficients - truth)[:-1] / np.sqrt(np.diag(found.covariance))[:-1]
    assert np.abs(distance).max() < 3.5
    assert found.test_of_leads().p_value > 0.01
    assert not found.goes_off


def test_a_movement_before_the_start_is_seen_by_the_leads():
    panel, _ = staggered(np.random.default_rng(8))
    before = panel.groupby("person")["mentored"].shift(-2, fill_value=False)
    panel["pay"] += 0.5 * (before & ~panel["mentored"])
    found = event_time_effects(panel, **COLUMNS, exposure="mentored", leads=4, lags=4)
    assert found.test_of_leads().p_value < 1e-4


def test_an_exposure_that_goes_off_and_takes_its_effect_along_is_found_at_every_lag():
    rng = np.random.default_rng(6)
    panel, _ = staggered(rng, people=1500, effect=lambda since: 0.0 * since)
    first = panel["year"] - panel.groupby("person")["mentored"].cumsum() + 1
    length = rng.integers(1, 4, 1500)[panel["person"]]
    panel["mentored"] &= panel["year"] < first + length
    panel["pay"] += 0.8 * panel["mentored"]
    found = event_time_effects(panel, **COLUMNS, exposure="mentored", leads=3, lags=4)
    assert found.goes_off
    truth = np.where(found.moments >= 0, 0.8, 0)
    error = np.sqrt(np.diag(found.covariance))
    assert np.abs((found.coefficients - truth) / error).max() < 3.5


def levels(rng, *, selected: float, people=150):
    """Hours follow a talent that raises pay by itself, as far as `selected` says."""
    person, year = np.repeat(np.arange(people), 6), np.tile(np.arange(6), people)
    talent = rng.normal(size=people)
    hours = selected * talent[person] + rng.normal(size=people)[person] + rng.normal(size=len(year))
    pay = 0.5 * hours + talent[person] + rng.normal(0, 0.7, len(year))
    panel = pd.DataFrame({"person": person, "year": year, "hours": hours, "pay": pay})
    return panel[rng.random(len(panel)) < 0.8]


def test_components_and_both_coefficients_are_found():
    """Talent's slope on mean hours is 1 / (1 + 1 + 1/5): between is .5 + that, within .5."""
    panel = levels(np.random.default_rng(1), selected=1.0, people=4000)
    found = random_effects(panel, **COLUMNS, regressors=["hours"])
    table = found.tidy().set_index("part")
    assert abs(table.loc["within", "estimate"] - 0.5) < 3 * table.loc["within", "std_error"]
    between = found.tidy().iloc[2]
    assert between["estimate"] == pytest.approx(0.5 + 1 / 2.2, abs=0.05)
    assert found.components.within == pytest.approx(0.49, rel=0.05)
    assert found.components.between == pytest.approx(1 - 1 / 2.2, rel=0.08)


def test_the_robust_test_keeps_its_rate_and_sees_selection():
    """200 panels without selection: at 5 %, more than 21 rejections happen once in 1,000 times."""
    rng = np.random.default_rng(9)
    arguments = {**COLUMNS, "regressors": ["hours"]}
    clean = [hausman(levels(rng, selected=0.0), **arguments).p_value for _ in range(200)]
    assert 1 <= (np.array(clean) < 0.05).sum() <= 21
    chosen = [hausman(levels(rng, selected=1.0), **arguments).p_value for _ in range(10)]
    assert max(chosen) < 0.01


def test_the_classical_test_rejects_too_often_where_rows_hang_together_within_people():
    """Pay and hours that both drift within people: the robust test allows it, the classical not."""
    rng = np.random.default_rng(10)
    rejected = {"classical": 0, "robust": 0}
    for _ in range(100):
        panel = levels(rng, selected=0.0, people=120)
        drift = (panel["year"] - 2.5).to_numpy()
        slopes = rng.normal(size=(2, 120))[:, panel["person"]]
        panel = panel.assign(
            hours=panel["hours"] + slopes[0] * drift,
            pay=panel["pay"] + 0.5 * slopes[0] * drift + slopes[1] * drift,
        )
        for kind in rejected:
            found = hausman(panel, **COLUMNS, regressors=["hours"], kind=kind)
            rejected[kind] += found.p_value < 0.05
    assert rejected["robust"] <= 13
    assert rejected["classical"] > 2 * rejected["robust"]
