"""Weighted group-time effects hang on nothing but values, starts, and how chances fell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentor_outcomes.estimates import GroupTimeEffects, group_time_effects
from mentor_outcomes.estimates.weights.unstarted import with_chances

SAME = 1e-9
"""The same sums in another order."""
AGGREGATES = ("simple", "dynamic", "group", "calendar")
FEW = settings(max_examples=4, deadline=None)
seeds = st.integers(0, 10_000)
N = 80


def invented(seed: int) -> pd.DataFrame:
    """80 people over five periods, a sixth of the values missing; chances fall as x foretells."""
    rng = np.random.default_rng(seed)
    start = rng.choice([1.0, 2.0, 3.0, 4.0, np.nan], N, p=[0.1, 0.15, 0.15, 0.1, 0.5])
    person, period = np.repeat(np.arange(N), 5), np.tile(np.arange(5), N)
    x = rng.normal(size=N)[person]
    hazard = rng.uniform(0.0, 0.3, (N, 5)) * (1 + (x > 0).reshape(N, 5))
    value = rng.normal(size=5 * N) + x * period + (period >= start[person])
    frame = pd.DataFrame({"person": person, "period": period, "start": start[person], "x": x})
    frame = frame.assign(value=value, chance=(1 - hazard).cumprod(axis=1).ravel())
    return frame.loc[rng.random(5 * N) > 1 / 6]


def fit(panel: pd.DataFrame, **more) -> GroupTimeEffects:
    asked = {"chance_unstarted": "chance", "truncate_weights_at": 0.95} | more
    return group_time_effects(
        panel,
        unit="person",
        period="period",
        start="start",
        outcome="value",
        comparison="not_yet",
        covariates=["x"],
        **asked,
    )


def figures(effects: GroupTimeEffects) -> np.ndarray:
    columns = ["estimate", "std_error", "n_mentored", "n_comparison"]
    frames = [effects.tidy(aggregate=name)[columns] for name in AGGREGATES]
    return pd.concat([effects.tidy()[columns], *frames]).to_numpy(dtype="float64")


def assert_same(first: GroupTimeEffects, second: GroupTimeEffects) -> None:
    assert np.isfinite(figures(first)).mean() > 0.8
    assert figures(first) == pytest.approx(figures(second), rel=SAME, abs=SAME, nan_ok=True)


@FEW
@given(seeds)
def test_the_order_of_rows_and_columns_changes_nothing(seed):
    panel = invented(seed)
    shuffled = panel.sample(frac=1, random_state=seed)[list(reversed(panel.columns))]
    assert_same(fit(panel), fit(shuffled))


@FEW
@given(seeds)
def test_other_names_for_the_people_change_nothing(seed):
    panel = invented(seed)
    names = np.random.default_rng(seed + 1).permutation(N)
    renamed = panel.assign(person=[f"p{names[who]:02d}" for who in panel["person"]])
    assert_same(fit(panel), fit(renamed))


@FEW
@given(seeds, st.floats(0.01, 100), st.floats(-50, 50))
def test_estimates_and_errors_scale_with_the_unit_and_ignore_the_origin(seed, unit, origin):
    panel = invented(seed)
    moved = figures(fit(panel.assign(value=panel["value"] * unit + origin)))
    scaled = figures(fit(panel)) * [unit, unit, 1, 1]
    assert moved == pytest.approx(scaled, rel=1e-7, abs=1e-7 * unit, nan_ok=True)


@FEW
@given(seeds)
def test_the_unit_of_a_covariate_changes_nothing(seed):
    panel = invented(seed)
    assert_same(fit(panel), fit(panel.assign(x=1000 * panel["x"] - 7)))


@FEW
@given(seeds)
def test_a_constant_factor_on_all_chances_of_a_person_changes_nothing(seed):
    """Whatever had made starts likely before the reference: only what was passed over since."""
    panel = invented(seed)
    factor = np.random.default_rng(seed + 2).uniform(0.001, 1, N)[panel["person"]]
    assert_same(fit(panel), fit(panel.assign(chance=panel["chance"] * factor)))


@FEW
@given(seeds)
def test_a_factor_that_everybody_has_in_a_period_changes_nothing(seed):
    """Weights count beside each other; a busy month for all makes nobody stand for more."""
    panel = invented(seed)
    factor = np.random.default_rng(seed + 3).uniform(0.5, 1, 5).cumprod()[panel["period"]]
    assert_same(fit(panel), fit(panel.assign(chance=panel["chance"] * factor)))


@FEW
@given(seeds)
def test_a_factor_that_grows_with_time_for_some_does_change_effects(seed):
    """So that the others could fail."""
    panel = invented(seed)
    passed_over = np.where(panel["x"] > 0, 0.7 ** panel["period"], 1.0)
    one, other = (figures(fit(p))[:, 0] for p in (panel, panel.assign(chance=passed_over)))
    assert np.nanmax(np.abs(one - other)) > 0.01


@FEW
@given(seeds)
def test_the_mentored_may_have_any_chance(seed):
    """They stand for themselves: chances from the start on are never looked at."""
    panel = invented(seed)
    chance = panel["chance"].where(~(panel["period"] >= panel["start"]), np.nan)
    assert_same(fit(panel), fit(panel.assign(chance=chance)))


@FEW
@given(seeds)
def test_what_is_given_is_left_as_it_was(seed):
    panel = invented(seed)
    before = panel.copy()
    fit(panel).tidy(aggregate="dynamic")
    pd.testing.assert_frame_equal(panel, before)


@FEW
@given(seeds)
def test_joined_chances_follow_their_rows_and_not_the_order_of_either_table(seed):
    panel = invented(seed).rename(columns={"person": "person_id", "chance": "chance_unstarted"})
    rng = np.random.default_rng(seed + 4)
    chances = panel[["person_id", "period", "chance_unstarted"]]
    known = chances[rng.random(len(chances)) < 0.7]
    asked = panel[["person_id"]], panel["period"] + 1
    place = rng.permutation(len(panel))
    plain = with_chances(asked[0], known, asked[1])
    moved = with_chances(
        asked[0].iloc[place], known.sample(frac=1, random_state=seed), asked[1].iloc[place]
    )
    assert moved.tolist() == plain[place].tolist()
    assert len(np.unique(plain)) > 20
