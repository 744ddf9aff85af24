"""Where a logit has no answer it says why, in the names that the study file uses."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from mentor_outcomes.errors import EstimationError, SeparationError
from mentor_outcomes.logit import design_matrix, pooled_logit


def history(n=6000, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "tenure_months": rng.exponential(50, n),
            "grade": rng.integers(1, 4, n),
            "gender": rng.choice(["f", "m"], n, p=[0.6, 0.4]),
            "unit_id": rng.choice(list("abcdef"), n),
            "last_rating": rng.normal(3, 0.7, n),
            "age": rng.integers(22, 60, n) * 1.0,
        }
    )
    site = frame["unit_id"].map(dict(a="x", b="x", c="y", d="y", e="z", f="z"))
    starts = rng.random(n) < expit(-2 + 0.4 * (frame["last_rating"] - 3))
    return frame.assign(site=site), starts, rng.integers(0, 8, n)


FRAME, STARTS, PERIODS = history()
IS_CELL = (FRAME["grade"] == 3) & (FRAME["gender"] == "m")


def refused(frame, starts, covariates, kind=EstimationError, periods=PERIODS, **columns):
    design = design_matrix(frame, covariates, **columns)
    with pytest.raises(kind) as caught:
        pooled_logit(starts, design.columns, intercepts=periods, covariates_of=design.covariates_of)
    return caught.value


def test_three_columns_of_which_one_follows_from_two_are_named():
    half = FRAME["tenure_months"] / 2 - 2 * FRAME["last_rating"]
    error = refused(
        FRAME.assign(months_in_grade=half),
        STARTS,
        ["tenure_months", "age", "last_rating", "months_in_grade"],
    )
    assert "months_in_grade follows from tenure_months and last_rating." in error.found
    assert "age" not in error.found.replace("months_in_grade", "")
    assert "remove months_in_grade or tenure_months or last_rating" in error.remedy


def test_what_follows_from_another_only_within_periods_is_named_too():
    born = 2020 - FRAME["age"] + PERIODS / 12
    error = refused(FRAME.assign(birth_year=born), STARTS, ["age", "last_rating", "birth_year"])
    assert "within each period age and birth_year repeat each other." in error.found


def test_levels_within_levels_are_named_by_their_covariates():
    error = refused(FRAME, STARTS, ["unit_id", "gender", "site"])
    assert "Every level of unit_id lies within one level of site." in error.found
    assert "site lies within" not in error.found
    assert "follows from" in error.found and "site=" in error.found
    assert "gender" not in error.found
    assert "remove site or unit_id from the covariates" in error.remedy


def test_two_dependencies_are_told_apart():
    frame = FRAME.assign(twice=2 * FRAME["age"] + 1, thrice=1 - 3 * FRAME["last_rating"])
    error = refused(frame, STARTS, ["age", "last_rating", "twice", "thrice"])
    assert (
        "age and twice repeat each other; last_rating and thrice repeat each other" in error.found
    )


def test_a_product_that_repeats_other_columns_is_named_as_such():
    is_high = (FRAME["grade"] > 1).astype("float64")
    frame = FRAME.assign(is_high=is_high, high_age=is_high * FRAME["age"])
    error = refused(
        frame, STARTS, ["is_high", "age", "high_age"], interactions=[("is_high", "age")]
    )
    assert "is_high x age follows from" in error.found and "high_age" in error.found
    assert "remove the interaction behind is_high x age" in error.remedy


def test_a_level_that_always_starts_is_named():
    error = refused(FRAME, STARTS | (FRAME["unit_id"] == "e"), ["unit_id"], SeparationError)
    assert "everybody with unit_id=e has the event" in error.found
    assert "match on unit_id exactly" in error.remedy


def test_the_most_frequent_level_that_always_starts_is_named_though_it_is_no_column():
    error = refused(FRAME, STARTS | (FRAME["gender"] == "f"), ["age", "gender"], SeparationError)
    assert "gender=f foretells the event; all those so singled out have it" in error.found
    many = FRAME["unit_id"].mode()[0]
    error = refused(FRAME, STARTS | (FRAME["unit_id"] == many), ["unit_id"], SeparationError)
    assert f"unit_id={many} foretells the event; all those so singled out have it" in error.found


def test_a_combination_of_levels_that_always_starts_is_named_as_the_interaction():
    error = refused(
        FRAME,
        STARTS | IS_CELL,
        ["grade", "gender", "age"],
        SeparationError,
        categories=["grade"],
        interactions=[("grade", "gender")],
    )
    assert "everybody with grade=3 x gender=m has the event" in error.found
    assert "remove [grade, gender] from groups.interactions" in error.remedy


def test_a_combination_of_levels_that_never_starts_has_hazard_zero():
    design = design_matrix(
        FRAME, ["grade", "gender"], categories=["grade"], interactions=[("grade", "gender")]
    )
    fit = pooled_logit(STARTS & ~IS_CELL, design.columns, intercepts=PERIODS)
    hazard = fit.hazard(design.columns, PERIODS)
    assert (hazard[IS_CELL] == 0).all()
    assert (hazard[~IS_CELL] > 0).all()


def test_a_cell_of_the_base_levels_is_singled_out_by_several_columns_and_they_are_named():
    base = FRAME["gender"].mode()[0]
    never = (FRAME["grade"] == 3) & (FRAME["gender"] == base)
    error = refused(
        FRAME.assign(grade=FRAME["grade"].where(FRAME["grade"] > 1, 2)),
        STARTS & ~never,
        ["grade", "gender", "age"],
        SeparationError,
        categories=["grade"],
        interactions=[("grade", "gender")],
    )
    assert "none of those so singled out has it" in error.found
    named = error.found.split("answer: ")[1].split(" together")[0]
    assert set(named.replace(" and ", ", ").split(", ")) == {"grade=3", "grade=3 x gender=m"}


def test_a_number_that_foretells_starts_within_one_level_is_named_with_the_level():
    is_third = FRAME["grade"] == 3
    starts = np.where(is_third, FRAME["age"] > 45, STARTS)
    error = refused(
        FRAME,
        starts,
        ["grade", "age", "last_rating"],
        SeparationError,
        categories=["grade"],
        interactions=[("grade", "age")],
    )
    named = error.found.split("answer: ")[1].split(" together")[0]
    assert set(named.split(" and ")) == {"grade=3", "grade=3 x age"}
    assert "it divides those with the event from those without" in error.found
    assert "last_rating" not in error.found


def test_a_curve_that_foretells_starts_is_to_be_made_straight():
    middle = (FRAME["age"] > 30) & (FRAME["age"] < 45)
    error = refused(FRAME, middle, ["age", "last_rating"], SeparationError, splines=["age"])
    assert "age (spline, second)" in error.found and "last_rating" not in error.found
    assert "remove age from groups.splines" in error.remedy


def test_a_covariate_that_foretells_starts_by_itself_is_named_and_not_its_curve():
    error = refused(
        FRAME, FRAME["age"] > 55, ["age", "last_rating"], SeparationError, splines=["age"]
    )
    assert "answer: age foretells the event" in error.found
    assert "groups.splines" not in error.remedy


def test_periods_in_which_everybody_starts_are_named():
    error = refused(FRAME, STARTS | np.isin(PERIODS, [3, 6]), ["age"])
    assert "in 2 periods everybody" in error.found
    assert "(periods 3, 6)" in error.found


def test_a_column_that_is_the_same_for_everybody_of_a_period_is_named():
    error = refused(FRAME.assign(year=PERIODS // 2 * 1.0), STARTS, ["age", "year"])
    assert "year does not vary within any period" in error.found
    assert "remove year from the covariates" in error.remedy
