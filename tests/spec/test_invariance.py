"""Measurement invariance on answers whose fit is known on paper."""

import math

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError, SchemaError
from mentor_outcomes.measures import invariance
from mentor_outcomes.measures.invariance import _judged, _judged_alone
from mentor_outcomes.measures.one_factor import fit_one_factor
from mentor_outcomes.measures.one_factor_likelihood import discrepancy, score_and_information
from mentor_outcomes.measures.one_factor_parameters import Moments, one_factor_layout
from tests.made_answers import drawn_answers, exact_answers, stacked, with_covariances

EXACT = 1e-8  # scoring stops at steps of 1e-10
ITEMS = ["i1", "i2", "i3"]


def steps_of(**parts: pd.DataFrame) -> pd.DataFrame:
    items, groups = stacked(parts)
    return invariance(items, groups=groups).tidy().set_index("step")


def test_loadings_of_three_items_are_the_closed_form():
    """l1 = sqrt(s12 s13 / s23) = 2, residual s11 - l1^2 = 1, and so on."""
    answers = exact_answers([2, 1, 0.5], [1, 2, 3], intercepts=[4, 3, 5])
    fit = fit_one_factor([Moments.of(answers.to_numpy())], one_factor_layout(3, 1), ITEMS)
    assert fit.values[0] == pytest.approx([2, 1, 0.5, 1, 2, 3, 4, 3, 5, 1, 0], abs=EXACT)
    assert (fit.chi2, fit.df) == (0, 0)


def test_a_wider_factor_with_another_mean_leaves_all_three_steps_at_a_perfect_fit():
    """Group b: factor SD 2, mean 1.5, the same loadings 1, .8, 1.2 and intercepts."""
    loadings, intercepts = np.array([1, 0.8, 1.2]), np.array([4, 3.5, 4.2])
    found = steps_of(
        a=exact_answers(loadings, intercepts=intercepts),
        b=exact_answers(2 * loadings, intercepts=intercepts + 1.5 * loadings),
    )
    assert found["chi2"].to_numpy() == pytest.approx([0, 0, 0], abs=EXACT)
    assert found["df"].tolist() == [0, 2, 4]
    assert found["cfi"].to_numpy() == pytest.approx([1, 1, 1])
    assert found["srmr"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-6)
    assert found["holds"].tolist() == ["cannot be tested", "yes", "yes"]
    assert found["n_people"].tolist() == [128] * 3 and found["n_groups"].tolist() == [2] * 3


def test_degrees_of_freedom_are_those_counted_by_hand():
    """Five items, three groups: moments 3 (5 + 15), parameters 3 x 15; each step gives back 2 x 4.

    Equal loadings save 10 and free two factor variances; equal intercepts save 10, free two means.
    """
    answers = {label: exact_answers([1, 1.1, 0.9, 1, 1.2], n_times=1) for label in "abc"}
    assert steps_of(**answers)["df"].tolist() == [15, 23, 31]


def test_one_item_with_another_intercept_breaks_scalar_and_not_metric():
    loadings = [1, 1, 1, 1]
    found = steps_of(
        a=exact_answers(loadings, intercepts=[4, 4, 4, 4]),
        b=exact_answers(loadings, intercepts=[4, 4, 4, 5.5]),
    )
    assert found["holds"].tolist() == ["yes", "yes", "no"]
    assert found["chi2"][:2].to_numpy() == pytest.approx([0, 0], abs=EXACT)
    assert "intercepts differ" in found["verdict"]["scalar"]


def test_one_item_with_another_loading_breaks_metric_and_with_it_scalar():
    found = steps_of(a=exact_answers([1, 1, 1, 1]), b=exact_answers([1, 1, 1, -0.2]))
    assert found["holds"].tolist() == ["yes", "no", "no"]
    assert "loadings differ" in found["verdict"]["scalar"]


def test_cfi_rests_on_the_baseline_of_uncorrelated_items_in_each_group():
    """Loadings and residuals 1: correlations 1/2, determinant 1/2, baseline 64 ln 2 per group.

    Its df are 2 x 3; with the scalar chi-square x of 4 df: 1 - (x - 4) / (128 ln 2 - 6).
    """
    found = steps_of(
        a=exact_answers([1, 1, 1]), b=exact_answers([1, 1, 1], intercepts=[0, 0, 1.0])
    ).loc["scalar"]
    excess = found["chi2"] - 4
    assert excess > 0
    assert found["cfi"] == pytest.approx(1 - excess / (128 * math.log(2) - 6), abs=EXACT)
    assert found["rmsea"] == pytest.approx(math.sqrt(2 * excess / (128 * 4)), abs=EXACT)


def test_with_three_items_the_configural_model_cannot_be_tested_and_has_no_rmsea():
    """0 / 0 is no RMSEA of 0, so the metric model's is no rise, and CFI decides alone."""
    found = steps_of(a=exact_answers([1, 1, 1]), b=exact_answers([1, 1, 0.95]))
    assert found["holds"]["configural"] == "cannot be tested"
    assert found["rmsea"].isna().tolist() == [True, False, False]
    assert found["delta_rmsea"].isna().tolist() == [True, True, False]
    assert found["delta_cfi"].isna().tolist() == [True, False, False]
    assert "RMSEA is not defined" in found["verdict"]["metric"]


def step(name: str, **figures: float):
    return next(pd.DataFrame([{"step": name, "df": 4} | figures]).itertuples())


@pytest.mark.parametrize(
    ("delta_cfi", "delta_rmsea", "holds"),
    [
        (-0.010, 0.0149, "yes"),
        (-0.0101, 0.0, "no"),
        (0.0, 0.015, "doubtful"),
        (-0.010, 0.2, "doubtful"),
        (-0.011, 0.015, "no"),
        (0.002, -0.03, "yes"),
        (-0.009, np.nan, "yes"),
        (-0.011, np.nan, "no"),
        (0.96 - 0.97, 0.0, "yes"),  # -0.010000000000000009 in floating point
    ],
)
def test_cfi_denies_a_step_that_falls_by_more_than_a_hundredth_and_rmsea_alone_makes_it_doubtful(
    delta_cfi, delta_rmsea, holds
):
    row = step("metric", delta_cfi=delta_cfi, delta_rmsea=delta_rmsea)
    assert _judged(row)[0] == holds


def test_doubtful_loadings_leave_the_intercepts_to_be_judged():
    """Six loadings of 1, the last of them .62 in group b: RMSEA shows it, CFI hardly."""
    parts = {"a": exact_answers([1] * 6), "b": exact_answers([1] * 5 + [0.62])}
    found = steps_of(**parts)
    assert found["holds"].tolist() == ["yes", "doubtful", "yes"]
    assert "may differ between groups, by RMSEA alone" in found["verdict"]["metric"]
    parts["b"] += np.r_[np.zeros(5), 2]
    assert steps_of(**parts)["holds"].tolist() == ["yes", "doubtful", "no"]


def test_the_configural_model_has_to_fit_by_itself():
    assert _judged_alone(step("configural", cfi=0.90, srmr=0.08))[0] == "yes"
    assert _judged_alone(step("configural", cfi=0.89, srmr=0.01))[0] == "no"
    assert _judged_alone(step("configural", cfi=0.99, srmr=0.09))[0] == "no"


def test_the_gradient_is_that_of_the_discrepancy():
    """The score of the log likelihood is minus half the slope of chi-square."""
    rng = np.random.default_rng(3)
    groups = [
        Moments.of(drawn_answers(rng, n, [1, 0.8, 0.9, 0.7]).to_numpy()) for n in (80, 120, 60)
    ]
    layout = one_factor_layout(4, 3, equal_loadings=True, equal_intercepts=True)
    free = layout.gather(np.tile([0.9] * 4 + [0.7] * 4 + [3.9] * 4 + [1.2, 0.1], (3, 1)))
    free = free + rng.normal(0, 0.05, len(free))
    score, information = score_and_information(groups, layout, free)
    step = 1e-5
    slopes = [
        (
            discrepancy(groups, layout.spread(free + step * unit))
            - discrepancy(groups, layout.spread(free - step * unit))
        )
        / (2 * step)
        for unit in np.eye(len(free))
    ]
    assert score == pytest.approx(-np.array(slopes) / 2, abs=1e-4)  # second differences
    assert np.linalg.eigvalsh(information)[0] > 0


def test_incomplete_sheets_are_left_out_and_counted():
    items, groups = stacked({"a": exact_answers([1, 1, 1]), "b": exact_answers([1, 1, 1])})
    more = pd.concat([items, items[:5].assign(i1=np.nan)], ignore_index=True)
    found = invariance(more, groups=[*groups, *"aaabb"])
    assert found.n_left_out == 5
    assert found.n_by_group.to_dict() == {"a": 64, "b": 64}
    assert found.tidy()["n_left_out"].tolist() == [5] * 3


GOOD, LABELS = stacked({"a": exact_answers([1, 1, 1]), "b": exact_answers([1, 1, 1])})
IS_A = (LABELS == "a").to_numpy()


@pytest.mark.parametrize(
    ("items", "groups", "error", "says"),
    [
        (GOOD[["i1", "i2"]], LABELS, EstimationError, "2 items"),
        (GOOD, ["a"] * 128, EstimationError, "one group"),
        (GOOD, ["a"] * 109 + ["b"] * 19, EstimationError, "one group has 19 people .*group b"),
        (GOOD.assign(i1=GOOD["i1"].where(IS_A)), LABELS, EstimationError, "one group has 0 people"),
        (GOOD.assign(i2=GOOD["i2"].where(IS_A, 3.0)), LABELS, EstimationError, "answer to i2"),
        (GOOD.assign(i2=GOOD["i2"].where(IS_A, GOOD["i1"])), LABELS, EstimationError, "repeat"),
        (GOOD, LABELS[:-1], SchemaError, "128 answer sheets, 127 groups"),
        (GOOD, LABELS.where(LABELS.index > 1), SchemaError, "2 of them missing"),
        (GOOD.assign(i1="x"), LABELS, SchemaError, "no finite numbers"),
        (GOOD.assign(i1=np.inf), LABELS, SchemaError, "no finite numbers"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(items, groups, error, says):
    with pytest.raises(error, match=says):
        invariance(items, groups=groups)


def test_a_heywood_case_in_one_group_stops_the_comparison():
    proper = exact_answers([1, 1, 1])
    improper = with_covariances([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    items, groups = stacked({"a": proper, "b": improper})
    with pytest.raises(EstimationError, match="below zero for i1"):
        invariance(items, groups=groups)
