"""Group-time effects hang on nothing but who had which value when, and who started when."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentor_outcomes.estimates import GroupTimeEffects, group_time_effects

SAME = 1e-9
"""The same sums in another order."""
AGGREGATES = ("simple", "dynamic", "group", "calendar")
FEW = settings(max_examples=4, deadline=None)
seeds = st.integers(0, 10_000)


def invented(seed: int) -> pd.DataFrame:
    """60 people over five periods, a sixth of the values missing."""
    rng = np.random.default_rng(seed)
    start = rng.choice([1.0, 2.0, 3.0, 4.0, np.nan], 60)
    person, period = np.repeat(np.arange(60), 5), np.tile(np.arange(5), 60)
    x = rng.normal(size=60)[person]
    value = rng.normal(size=300) + x * period + (period >= start[person])
    frame = pd.DataFrame({"person": person, "period": period, "start": start[person], "x": x})
    return frame.assign(value=value).loc[rng.random(300) > 1 / 6]


def fit(panel: pd.DataFrame) -> GroupTimeEffects:
    return group_time_effects(
        panel,
        unit="person",
        period="period",
        start="start",
        outcome="value",
        comparison="not_yet",
        covariates=["x"],
    )


def figures(effects: GroupTimeEffects) -> np.ndarray:
    columns = ["estimate", "std_error", "n_mentored", "n_comparison"]
    frames = [effects.tidy(aggregate=name)[columns] for name in AGGREGATES]
    return pd.concat([effects.tidy()[columns], *frames]).to_numpy(dtype="float64")


def assert_same(first: GroupTimeEffects, second: GroupTimeEffects) -> None:
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
    names = np.random.default_rng(seed + 1).permutation(60)
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
def test_the_unit_of_a_covariate_and_the_numbering_of_periods_change_nothing(seed):
    panel = invented(seed)
    other = panel.assign(
        x=1000 * panel["x"] - 7, period=panel["period"] + 2019, start=panel["start"] + 2019
    )
    assert_same(fit(panel), fit(other))


@FEW
@given(seeds)
def test_what_is_given_is_left_as_it_was(seed):
    panel = invented(seed)
    before = panel.copy()
    fit(panel).tidy(aggregate="dynamic")
    pd.testing.assert_frame_equal(panel, before)
