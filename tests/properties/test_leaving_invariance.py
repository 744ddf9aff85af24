"""Rows on leaving do not hang on row order, names or units, and change nothing they are given."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import lee_bounds, tipping_point
from tests.leaving_study import LeavingStudy, leaving_study

SAME = 1e-10
"""The same sums in another order."""
FIGURES = ["estimate", "std_error", "ci_low", "ci_high", "n_mentored", "n_comparison"]
NAMES = ("log_pay", "mood")


@pytest.fixture(scope="module")
def study() -> LeavingStudy:
    return leaving_study(8, n=500)


def tables_of(study: LeavingStudy) -> dict[str, pd.DataFrame]:
    return {field.name: getattr(study.tables, field.name) for field in fields(study.tables)}


def assert_same(found: LeavingStudy, expected: LeavingStudy) -> None:
    for name in NAMES:
        ours, theirs = found.rows(name), expected.rows(name)
        pd.testing.assert_index_equal(ours.index, theirs.index)
        assert ours["reason"].equals(theirs["reason"])
        assert ours["error_type"].equals(theirs["error_type"])
        for column in FIGURES:
            # p-values of the interval and reaches are found by a search.
            assert ours[column].to_numpy() == pytest.approx(
                theirs[column].to_numpy(), abs=1e-8, nan_ok=True
            )
        assert found.attrition(name).round(9).equals(expected.attrition(name).round(9))


def test_something_is_estimated(study):
    for name in NAMES:
        assert (study.rows(name)["status"] == "estimated").sum() > 6


def test_the_order_of_rows_changes_nothing(study):
    shuffled = {
        name: frame.sample(frac=1, random_state=3).reset_index(drop=True)
        for name, frame in tables_of(study).items()
    }
    assert_same(study.but(**shuffled), study)


def test_other_names_for_people_and_sets_change_nothing(study):
    tables = tables_of(study)
    names = pd.concat([frame["person_id"] for frame in tables.values()]).unique()
    others = np.random.default_rng(1).permutation(len(names))
    new_name = dict(zip(names, [f"x{number}" for number in others], strict=True))
    renamed = {
        name: frame.assign(person_id=frame["person_id"].map(new_name))
        for name, frame in tables.items()
    }
    for name in ("sets", "weights"):
        renamed[name] = renamed[name].assign(set_id=10_000 - 7 * renamed[name]["set_id"])
    assert_same(study.but(**renamed), study)


def test_nothing_given_is_changed(study):
    before = {name: frame.copy(deep=True) for name, frame in tables_of(study).items()}
    for name in NAMES:
        study.rows(name)
        study.attrition(name)
    for name, frame in tables_of(study).items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_points_on_another_scale_scale_all_but_shares_and_sds(study):
    waves = study.tables.person_waves
    tenfold = study.but(person_waves=waves.assign(mood=10 * waves["mood"] - 3))
    ours, theirs = tenfold.rows("mood", sd=5.0), study.rows("mood", sd=0.5)
    factor = np.where(theirs["unit"] == "points", 10, 1)
    expected = theirs["estimate"].to_numpy() * factor
    assert ours["estimate"].to_numpy() == pytest.approx(expected, abs=1e-8, nan_ok=True)


def test_pay_in_another_currency_changes_nothing(study):
    months = study.tables.person_months
    other = study.but(person_months=months.assign(log_pay=months["log_pay"] + np.log(7.46)))
    ours, theirs = other.rows("log_pay"), study.rows("log_pay")
    assert ours["estimate"].to_numpy() == pytest.approx(
        theirs["estimate"].to_numpy(), abs=1e-8, nan_ok=True
    )


def test_kept_as_assigned_nobody_is_mentored_since(study):
    groups = replace(study.groups, comparators_mentored_later="as_assigned")
    assigned = leaving_study(8, n=500, groups=groups)
    for name in NAMES:
        assert (assigned.attrition(name)["n_mentored_since"] == 0).all()
        assert (study.attrition(name)["n_mentored_since"] > 0).any()


def invented(rng: np.random.Generator, n: int = 60) -> pd.DataFrame:
    """Rows of recurring people with tied values and unequal weights, some of them zero."""
    frame = pd.DataFrame(
        {
            "who": rng.integers(0, 40, n),
            "mentored": rng.random(n) < 0.5,
            "seen": rng.random(n) < rng.uniform(0.4, 0.95),
            "pay": rng.integers(0, 5, n).astype("float64"),
            "weight": rng.integers(0, 4, n) / 4,
        }
    )
    return frame


@pytest.mark.parametrize("seed", range(30))
def test_bounds_hold_the_difference_and_turn_with_the_arms_and_the_sign(seed):
    frame = invented(np.random.default_rng(seed))
    more = {"outcome": "pay", "mentored": "mentored", "seen": "seen"}
    more |= {"weights": "weight", "cluster": "who"}
    found = lee_bounds(frame, **more)
    plain = tipping_point(frame, **more).estimate
    assert found.lower <= plain + SAME
    assert found.upper >= plain - SAME
    for turned in (
        lee_bounds(frame.assign(pay=-frame["pay"]), **more),
        lee_bounds(frame.assign(mentored=~frame["mentored"]), **more),
    ):
        assert (-turned.upper, -turned.lower) == pytest.approx((found.lower, found.upper), abs=SAME)
        assert turned.std_errors[[1, 0]] == pytest.approx(found.std_errors[:2], abs=SAME)
    shuffled = lee_bounds(frame.sample(frac=1, random_state=seed), **more)
    assert shuffled.std_errors == pytest.approx(found.std_errors, abs=SAME)
    doubled = lee_bounds(frame.assign(weight=2.5 * frame["weight"]), **more)
    assert doubled.interval() == pytest.approx(found.interval(), abs=1e-8)
