"""Models of whole panels do not hang on row order, names or units, and change nothing given."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import (
    event_time_effects,
    fixed_effects,
    hausman,
    random_effects,
)
from mentor_outcomes.estimates.panel.fixed_effects import LINEARMODELS, ONE_PASS

SAME = 1e-9
"""Relative: the same sums in another order, solved."""
COLUMNS = {"unit": "person", "period": "year", "outcome": "pay"}


def made() -> pd.DataFrame:
    rng = np.random.default_rng(12)
    person, year = np.repeat(np.arange(70), 8), np.tile(np.arange(8), 70)
    frame = pd.DataFrame({"person": [f"p{n:03d}" for n in person], "year": year})
    frame["mentored"] = year >= rng.integers(1, 14, 70)[person]
    frame["hours"] = rng.normal(size=len(frame)) + rng.normal(size=70)[person]
    frame["pay"] = frame["mentored"] + frame["hours"] + rng.normal(size=len(frame)) + 10
    return frame[rng.random(len(frame)) < 0.8].reset_index(drop=True)


def found(panel: pd.DataFrame, columns=COLUMNS) -> pd.DataFrame:
    """All estimates and errors, one row each."""
    both = {**columns, "regressors": ["mentored", "hours"]}
    tables = [fixed_effects(panel, **both, engine=e).tidy() for e in (LINEARMODELS, ONE_PASS)]
    tables.append(random_effects(panel, **both, period_effects=True).tidy())
    tables.append(random_effects(panel, **both, means=False).tidy())
    tables.append(hausman(panel, **both).tidy())
    moments = event_time_effects(
        panel, **columns, exposure="mentored", regressors=["hours"], leads=3, lags=3
    )
    tables.append(moments.tidy())
    named = [table.assign(model=number) for number, table in enumerate(tables)]
    return pd.concat(named, ignore_index=True)


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    for name in ("estimate", "std_error", "p_value", "chi_square"):
        expected = other[name].to_numpy(dtype=float)
        assert one[name].to_numpy(dtype=float) == pytest.approx(
            expected, rel=SAME, abs=1e-11, nan_ok=True
        )


def test_the_order_and_index_of_rows_change_nothing():
    panel = made()
    shuffled = panel.sample(frac=1, random_state=1)
    assert_same(found(shuffled), found(panel))


@pytest.mark.parametrize("means", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_decides_nothing_about_people_who_move_between_clusters(seed, means):
    """Random effects refuse them in any order; without movers, clusters of people are as good."""
    panel = made()
    number = panel["person"].str[1:].astype(int)
    moving = panel.assign(team=(number + panel["year"] // 4) % 7)
    staying = panel.assign(team=number % 7)
    asked = {**COLUMNS, "regressors": ["mentored", "hours"], "cluster": "team", "means": means}
    errors = []
    for rows in (moving, moving.sample(frac=1, random_state=seed)):
        with pytest.raises(EstimationError, match="lie in more than one team") as refused:
            random_effects(rows, **asked)
        errors.append(str(refused.value))
    assert errors[0] == errors[1]
    one, other = (
        random_effects(rows, **asked).tidy()
        for rows in (staying, staying.sample(frac=1, random_state=seed))
    )
    assert other["std_error"].to_numpy() == pytest.approx(one["std_error"].to_numpy(), rel=SAME)
    asked = {**COLUMNS, "regressors": ["hours"], "cluster": "team", "error": "areg"}
    one, other = (
        fixed_effects(rows, **asked).covariance
        for rows in (moving, moving.sample(frac=1, random_state=seed))
    )
    assert other == pytest.approx(one, rel=SAME)


def test_other_names_of_people_and_columns_change_nothing():
    panel = made()
    names = panel["person"].unique()
    others = np.random.default_rng(2).permutation(len(names))
    renamed = panel.assign(person=panel["person"].map(dict(zip(names, others, strict=True))))
    renamed = renamed.rename(columns={"person": "id", "year": "t"})
    assert_same(found(renamed, {"unit": "id", "period": "t", "outcome": "pay"}), found(panel))


def test_periods_counted_from_another_year_change_nothing():
    panel = made()
    assert_same(found(panel.assign(year=panel["year"] + 2015)), found(panel))


def test_an_outcome_in_another_unit_scales_estimates_and_errors_and_no_p_value():
    panel = made()
    plain, scaled = found(panel), found(panel.assign(pay=100 * panel["pay"] - 7))
    constant = plain["term"] == "(constant)"
    assert constant.sum() == 1
    plain, scaled = plain[~constant], scaled[~constant]
    for name, factor in (("estimate", 100), ("std_error", 100), ("p_value", 1), ("chi_square", 1)):
        assert scaled[name].to_numpy(dtype=float) == pytest.approx(
            factor * plain[name].to_numpy(dtype=float), rel=1e-7, abs=1e-9, nan_ok=True
        )


def test_a_regressor_in_another_unit_has_a_coefficient_in_that_unit():
    panel = made()
    for engine in (LINEARMODELS, ONE_PASS):
        one, other = (
            fixed_effects(p, **COLUMNS, regressors=["hours"], engine=engine)
            for p in (panel, panel.assign(hours=1e6 + 1000 * panel["hours"]))
        )
        assert other.coefficients * 1000 == pytest.approx(one.coefficients, rel=1e-7)
        assert other.covariance * 1e6 == pytest.approx(one.covariance, rel=1e-7)


def test_what_is_common_to_a_period_or_constant_in_a_person_moves_no_within_coefficient():
    panel = made()
    extra = panel["year"] ** 2 + panel["person"].str[1:].astype(int) / 7
    one, other = (
        fixed_effects(p, **COLUMNS, regressors=["mentored", "hours"], engine=ONE_PASS)
        for p in (panel, panel.assign(pay=panel["pay"] + extra))
    )
    assert other.coefficients == pytest.approx(one.coefficients, rel=SAME)
    assert other.covariance == pytest.approx(one.covariance, rel=SAME)


def test_nothing_given_is_changed():
    panel = made()
    before = panel.copy(deep=True)
    found(panel)
    pd.testing.assert_frame_equal(panel, before)
