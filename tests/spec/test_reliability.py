"""Alpha, omega, Spearman-Brown and item-rest correlations, worked by hand."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError, SchemaError
from mentor_outcomes.measures import reliability
from mentor_outcomes.measures.reliability import alpha_with_interval
from mentor_outcomes.measures.straight_lining import share_straight_lined
from mentor_outcomes.study import Scale
from tests.made_answers import exact_answers, with_covariances

EXACT = 1e-9  # sums of small numbers, and scoring stopped at 1e-10
POINTS = {"lowest": -9, "highest": 9}


def test_omega_of_three_items_by_hand():
    """Covariances 2, 2, 1 give loadings sqrt(2 * 2 / 1), sqrt(2 * 1 / 2) = 2, 1, 1."""
    found = reliability(exact_answers([2, 1, 1]), **POINTS)
    assert found.omega_total.estimate == pytest.approx(4**2 / (4**2 + 3), abs=EXACT)
    # Variances 5, 2, 2 and 4^2 + 3 of the sum.
    assert found.alpha.estimate == pytest.approx(3 / 2 * (1 - 9 / 19), abs=EXACT)
    assert found.n_people == 64 and found.n_left_out == 0


def test_omega_is_of_points_not_of_standardised_items():
    """Residuals 1, 1, 4 beside loadings of 1: omega is 9 / 15 in points."""
    found = reliability(exact_answers([1, 1, 1], [1, 1, 4]), **POINTS)
    assert found.omega_total.estimate == pytest.approx(9 / 15, abs=EXACT)


def test_the_interval_of_alpha_by_the_table_of_f():
    """Four people, three items: 97.5 % of F is 6.599 with 3 and 6 df, 14.735 with 6 and 3."""
    items = pd.DataFrame([[1.0, 1, 1], [2, 2, 2], [3, 3, 2], [4, 4, 3]])
    alpha = alpha_with_interval(items.to_numpy())
    unreliable = 1 - 1.5 * (1 - 4 / (34 / 3))
    assert alpha.ci_low == pytest.approx(1 - unreliable * 6.599, abs=1e-4)  # the table's digits
    assert alpha.ci_high == pytest.approx(1 - unreliable / 14.735, abs=1e-4)


def test_a_higher_confidence_gives_wider_intervals_around_the_same_estimates():
    items = exact_answers([1, 1, 0.8])
    narrow, wide = (
        reliability(items, **POINTS, confidence=level).tidy().set_index("coefficient")
        for level in (0.80, 0.99)
    )
    known = ["alpha", "omega_total"]
    assert (narrow["estimate"] == wide["estimate"])[known].all()
    assert (narrow["ci_low"] > wide["ci_low"])[known].all()
    assert (narrow["ci_high"] < wide["ci_high"])[known].all()
    assert wide["ci_high"]["omega_total"] < 1


def test_item_rest_correlations_are_of_keyed_items_with_the_sum_of_the_others():
    """Loadings and residuals of 1: covariance of an item with two others 2, their variance 6."""
    items = exact_answers([1, -1, 1])
    found = reliability(items, reverse_keyed=["i2"], **POINTS).items
    assert found["item_rest_correlation"].to_numpy() == pytest.approx(2 / np.sqrt(2 * 6), abs=EXACT)
    assert not found["is_key_error"].any()


def test_an_item_keyed_the_wrong_way_is_named():
    found = reliability(exact_answers([1, -1, 1]), **POINTS)
    # i2 goes against two that go together: covariance -2; i1 with i2 + i3: 1 - 1 = 0.
    assert found.key_errors == ("i2",)
    assert found.alpha.estimate < 0


def test_two_items_have_spearman_brown_and_no_omega():
    """r = 1 / 2, doubled: 2 r / (1 + r) = 2 / 3."""
    found = reliability(exact_answers([1, 1], n_times=8), **POINTS)
    assert found.spearman_brown.estimate == pytest.approx(2 / 3, abs=EXACT)
    reach = 1.959963985 / np.sqrt(64 - 3)
    low = np.tanh(np.arctanh(0.5) - reach)
    assert found.spearman_brown.ci_low == pytest.approx(2 * low / (1 + low), abs=1e-8)
    assert np.isnan(found.omega_total.estimate)
    assert "not defined for two items" in found.omega_total.note


def test_three_items_have_no_spearman_brown():
    assert np.isnan(reliability(exact_answers([1, 1, 1]), **POINTS).spearman_brown.estimate)


def test_incomplete_sheets_are_left_out_and_counted():
    items = exact_answers([2, 1, 1])
    some = pd.concat([items, items[:3].assign(i2=np.nan)], ignore_index=True)
    found = reliability(some, **POINTS)
    assert (found.n_people, found.n_left_out) == (64, 3)
    assert found.omega_total.estimate == pytest.approx(16 / 19, abs=EXACT)


def test_the_record_is_frozen_and_what_is_given_is_not_changed():
    items = exact_answers([1, -1, 1])
    before = items.copy(deep=True)
    found = reliability(items, reverse_keyed=["i2"], **POINTS)
    pd.testing.assert_frame_equal(items, before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.confidence = 0.5


GOOD = exact_answers([2, 1, 1])


@pytest.mark.parametrize(
    ("items", "error", "says"),
    [
        (GOOD[["i1"]], SchemaError, "1 items"),
        (GOOD.assign(i1=99.0), SchemaError, "64 answers to i1 lie outside"),
        (GOOD.assign(i1="often"), SchemaError, "i1 hold no finite numbers"),
        (GOOD[["i1", "i2", "i2"]], SchemaError, "i2 stand there twice"),
        (GOOD.assign(i1=1.0), EstimationError, "gave the same answer to i1"),
        (GOOD.assign(i3=GOOD["i2"]), EstimationError, "repeat each other"),
        (GOOD[:29], EstimationError, "29 people with complete answers, fewer than 30"),
        (GOOD[:2], EstimationError, "2 people"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(items, error, says):
    with pytest.raises(error, match=says) as refused:
        reliability(items, **POINTS)
    assert "What to do" in str(refused.value)


def test_a_heywood_case_is_named():
    """Correlations .8, .8, .5: the first loading would be sqrt(.8 * .8 / .5) > 1."""
    items = with_covariances([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    with pytest.raises(EstimationError, match=r"below zero for i1 \(a Heywood case\)"):
        reliability(items, **POINTS)


@pytest.mark.parametrize(
    "covariances",
    [
        [[1, 0.3, 0.3], [0.3, 1, -0.3], [0.3, -0.3, 1]],  # no loadings have these signs
        [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]],  # the third belongs to nobody
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[1, 0.6, 0, 0], [0.6, 1, 0, 0], [0, 0, 1, 0.6], [0, 0, 0.6, 1]],  # two factors
    ],
)
def test_answers_without_one_factor_give_an_error_and_no_number(covariances):
    with pytest.raises(EstimationError, match="one-factor model"):
        reliability(with_covariances(covariances), **POINTS)


SATISFACTION = Scale(("a", "b", "c"), lowest=1, highest=5, reverse_keyed=("b",))


def test_straight_lined_is_the_same_answer_to_opposite_statements_but_not_the_middle_one():
    answers = pd.DataFrame(
        {
            "a": [5.0, 3, 4, 2, 5],
            "b": [5.0, 3, 2, 2, np.nan],
            "c": [5.0, 3, 4, 2, 5],
        }
    )
    share, _ = share_straight_lined(answers, SATISFACTION)
    assert share == 2 / 4  # all 5, all 2; all 3 is neither-nor; one sheet is incomplete


@pytest.mark.parametrize("reverse_keyed", [(), ("a", "b", "c")])
def test_without_opposite_statements_straight_lining_does_not_show(reverse_keyed):
    answers = pd.DataFrame({"a": [5.0], "b": [5.0], "c": [5.0]})
    scale = dataclasses.replace(SATISFACTION, reverse_keyed=reverse_keyed)
    share, why = share_straight_lined(answers, scale)
    assert np.isnan(share) and "both keys" in why
