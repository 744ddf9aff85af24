"""Curves and products in the model of starts: what they are, and that other rows get the same."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from mentor_outcomes.errors import StudyError
from mentor_outcomes.logit import design_matrix, design_of_starts, many_levelled, pooled_logit
from mentor_outcomes.logit.splines import spline_knots, spline_pieces
from mentor_outcomes.study import Groups

SAME = 1e-8
"""Both maximise the same likelihood."""


def history(n=5000, seed=2):
    """Person-months whose hazard bends with tenure and depends on grade and gender together."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "tenure_months": rng.exponential(50, n) + 6,
            "age": rng.normal(42, 9, n).round(),
            "grade": rng.integers(1, 4, n).astype("float64"),
            "gender": rng.choice(["f", "m"], n),
        }
    )
    periods = rng.integers(0, 8, n)
    bend = -((frame["tenure_months"] / 40 - 1.2) ** 2)
    odds = (
        -1.5 + 0.4 * bend + 0.05 * periods + 0.3 * (frame["grade"] == 2) * (frame["gender"] == "f")
    )
    return frame, periods, rng.random(n) < expit(odds)


SETTINGS = Groups(
    exact=("grade",),
    covariates=("tenure_months", "age", "gender"),
    splines=("tenure_months", "age"),
    interactions=(("grade", "tenure_months"), ("tenure_months", "age"), ("grade", "gender")),
)


def test_knots_stand_at_four_quantiles_of_what_is_observed():
    values = np.r_[np.arange(101.0), np.nan]
    assert spline_knots(values) == (5.0, 35.0, 65.0, 95.0)
    assert spline_knots(np.array([1.0, 2.0, 3.0] * 10)) == ()
    assert spline_knots(np.full(3, np.nan)) == ()


def test_a_spline_is_a_cubic_between_its_knots_and_straight_beyond():
    # Knots 0, 1, 2, 4. Second piece by hand at 3: 3^3 - (3-2)^3 * 4/2 + 0, over 4^2 = 25/16.
    knots = (0.0, 1.0, 2.0, 4.0)
    assert spline_pieces(np.array([-1.0, 0.5, 3.0]), knots)[:, 0] == pytest.approx(
        [0, 0.125 / 16, 25 / 16]
    )
    # Third piece at 3: (3-1)^3 - (3-2)^3 * 3/2, over 16.
    assert spline_pieces(np.array([3.0]), knots)[0, 1] == pytest.approx(6.5 / 16)
    beyond = spline_pieces(np.array([4.0, 5.0, 6.0, 7.0]), knots)
    assert np.diff(beyond, n=2, axis=0) == pytest.approx(0, abs=1e-12)
    assert (spline_pieces(np.array([-3.0, 0.0]), knots) == 0).all()


def test_fitted_probabilities_are_those_of_a_logit_with_dummies_written_out():
    frame, periods, starts = history()
    design = design_of_starts(frame, SETTINGS)
    fit = pooled_logit(starts, design.columns, intercepts=periods)
    by_hand = {}
    for name in ("tenure_months", "age"):
        x = frame[name].to_numpy()
        t = np.quantile(x, [0.05, 0.35, 0.65, 0.95])
        by_hand[name] = x
        for j in (0, 1):
            cube = np.maximum(x - t[j], 0) ** 3
            cube -= np.maximum(x - t[2], 0) ** 3 * (t[3] - t[j]) / (t[3] - t[2])
            cube += np.maximum(x - t[3], 0) ** 3 * (t[2] - t[j]) / (t[3] - t[2])
            by_hand[f"{name} {j}"] = cube / 1e4
    for grade in (2, 3):
        own = (frame["grade"] == grade).to_numpy(dtype="float64")
        by_hand[f"grade {grade}"] = own
        by_hand[f"grade {grade} by tenure"] = own * by_hand["tenure_months"]
        by_hand[f"grade {grade} by gender"] = own * (frame["gender"] == "m")
    by_hand["gender"] = (frame["gender"] == "m").to_numpy(dtype="float64")
    by_hand["both"] = by_hand["tenure_months"] * by_hand["age"] / 100
    dummies = pd.get_dummies(pd.Series(periods), dtype="float64")
    full = pd.concat([pd.DataFrame(by_hand), dummies], axis=1)
    oracle = sm.GLM(starts.astype(float), full, family=sm.families.Binomial()).fit(tol=1e-14)
    assert len(fit.names) == len(by_hand)
    assert np.allclose(fit.hazard(design.columns, periods), oracle.fittedvalues, rtol=0, atol=SAME)
    assert fit.log_likelihood == pytest.approx(oracle.llf, abs=SAME)


def test_other_rows_are_scored_with_the_knots_and_means_of_the_rows_fitted_on():
    frame, _, _ = history()
    design = design_of_starts(frame, SETTINGS)
    some = frame.iloc[5:40]
    pd.testing.assert_frame_equal(design.like(some), design.columns.iloc[5:40])
    alone = design_of_starts(some, SETTINGS).columns
    assert not np.allclose(
        alone["tenure_months (spline, second)"],
        design.columns.iloc[5:40]["tenure_months (spline, second)"],
    )


def test_products_stand_beside_the_columns_themselves_and_mean_zero_numbers():
    frame = pd.DataFrame(
        {"age": [20.0, 30.0, 40.0, 50.0], "tenure_months": [6.0, 6.0, 12.0, 12.0]}
        | {"gender": ["f", "f", "f", "m"]}
    )
    pairs = [("age", "tenure_months"), ("gender", "age")]
    design = design_matrix(frame, ["age", "tenure_months", "gender"], interactions=pairs)
    assert design.columns["age x tenure_months"].tolist() == [45, 15, 15, 45]
    assert design.columns["gender=m x age"].tolist() == [0, 0, 0, 15]
    assert {"age", "tenure_months", "gender=m"} <= set(design.columns)
    assert design.covariates_of["gender=m x age"] == ("gender", "age")


def test_a_missing_number_bends_nothing_and_is_marked():
    values = np.r_[np.linspace(0, 100, 50), np.nan]
    frame = pd.DataFrame({"age": values, "gender": ["f", "m", "f"] * 17})
    design = design_matrix(
        frame, ["age", "gender"], splines=["age"], interactions=[("gender", "age")]
    )
    last = design.columns.iloc[-1]
    assert last[["age", "age (spline, second)", "age (spline, third)"]].tolist() == [0, 0, 0]
    assert last["age_missing"] == 1
    assert last.drop("age_missing").filter(like="x").tolist() == [0]


def test_too_few_values_for_a_curve_make_a_straight_line_and_say_so():
    frame = pd.DataFrame({"past_promotions": [0.0, 1.0, 2.0] * 20})
    design = design_matrix(frame, ["past_promotions"], splines=["past_promotions"])
    assert list(design.columns) == ["past_promotions"]
    assert "straight line" in design.dropped["past_promotions (spline)"]


def test_levels_that_never_met_have_no_score():
    frame = pd.DataFrame({"site": ["x", "x", "y", "y", "z"], "gender": ["f", "m", "f", "m", "f"]})
    design = design_matrix(frame, ["site", "gender"], interactions=[("site", "gender")])
    assert "no such people" in design.dropped["site=z x gender=m"]
    others = pd.DataFrame({"site": ["z", "z", "y"], "gender": ["m", "f", "m"]})
    assert design.like(others).isna().any(axis=1).tolist() == [True, False, False]


@pytest.mark.parametrize("missing_cell", [(0, 0), (0, 1), (2, 0), (2, 1)])
def test_whichever_combination_does_not_occur_the_model_is_the_same(missing_cell):
    """With a cell empty a saturated model gives back the shares of the other five."""
    rng = np.random.default_rng(7)
    place, side = rng.integers(0, 3, 900), rng.integers(0, 2, 900)
    kept = ~((place == missing_cell[0]) & (side == missing_cell[1]))
    frame = pd.DataFrame(
        {"site": np.array(list("xyz"))[place[kept]], "gender": np.array(["f", "m"])[side[kept]]}
    )
    starts = rng.random(len(frame)) < 0.1 + 0.2 * place[kept] * side[kept] + 0.05 * side[kept]
    design = design_matrix(frame, ["site", "gender"], interactions=[("site", "gender")])
    periods = np.zeros(len(frame), dtype=int)
    fit = pooled_logit(starts, design.columns, intercepts=periods)
    assert len(fit.names) == 4
    shares = frame.assign(starts=starts).groupby(["site", "gender"])["starts"].transform("mean")
    assert np.allclose(fit.hazard(design.columns, periods), shares, rtol=0, atol=SAME)
    absent = pd.DataFrame({"site": ["xyz"[missing_cell[0]]], "gender": ["fm"[missing_cell[1]]]})
    assert design.like(absent).isna().all(axis=None)


def test_an_exact_column_of_many_levels_stays_out_with_its_interactions_and_it_is_said():
    frame, _, _ = history(200)
    frame = frame.assign(unit_id=[f"u{n % 31}" for n in range(200)])
    settings = Groups(exact=("unit_id",), covariates=("age",), interactions=(("unit_id", "age"),))
    many = many_levelled(frame, settings.exact)
    assert many == ["unit_id"]
    design = design_of_starts(frame, settings, without=many)
    assert list(design.columns) == ["age"]
    assert "matched on only" in design.dropped["unit_id"]


def test_a_spline_of_levels_and_a_product_of_strangers_are_refused():
    frame, _, _ = history(50)
    with pytest.raises(StudyError, match=r"groups\.splines names gender, whose values count as"):
        design_matrix(frame, ["gender"], splines=["gender"])
    with pytest.raises(StudyError, match=r"groups\.interactions names grade, which is not among"):
        design_matrix(frame, ["age"], interactions=[("age", "grade")])
