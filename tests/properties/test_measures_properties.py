"""What may not matter does not: order, names, units, direction and keys of items and groups."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.measures import invariance, reliability
from tests.made_answers import drawn_answers, stacked

FIGURES = ["chi2", "df", "p_value", "cfi", "rmsea", "srmr", "delta_cfi", "delta_rmsea"]
SAME = 1e-7  # scoring stops at steps of 1e-10; chi-square sums over 620 people


def sheets() -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(7)
    return stacked(
        {
            "a": drawn_answers(rng, 250, [1, 0.8, 0.9, 0.6]),
            "b": drawn_answers(rng, 200, [1, 0.7, 0.9, 0.8], mean=0.4),
            "c": drawn_answers(rng, 170, [0.9, 0.8, 1.0, 0.6], sd=1.4, intercepts=4.2),
        }
    )


def assert_same_fit(items: pd.DataFrame, groups) -> None:
    straight = invariance(*sheets()[:1], groups=sheets()[1]).tidy()
    other = invariance(items, groups=groups).tidy()
    np.testing.assert_allclose(other[FIGURES], straight[FIGURES], atol=SAME)
    assert other["holds"].tolist() == straight["holds"].tolist()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_sheets_changes_no_fit(seed):
    items, groups = sheets()
    order = np.random.default_rng(seed).permutation(len(items))
    assert_same_fit(items.iloc[order], groups.iloc[order])


def test_groups_by_other_names_and_in_another_order_fit_the_same():
    items, groups = sheets()
    assert_same_fit(items, groups.map({"a": "z", "b": "y", "c": "x"}))
    assert_same_fit(items, groups.map({"a": 3, "b": 1, "c": 2}))


def test_items_by_other_names_and_in_another_order_fit_the_same():
    items, groups = sheets()
    assert_same_fit(items[["i3", "i1", "i4", "i2"]], groups)
    assert_same_fit(items.rename(columns={"i1": "zz", "i4": "a"}), groups)


@pytest.mark.parametrize("factor", [100.0, 0.01, -1.0])
def test_other_units_or_direction_of_an_item_leave_the_fit_as_it_is(factor):
    items, groups = sheets()
    assert_same_fit(items.assign(i2=factor * items["i2"] + 17), groups)
    assert_same_fit(factor * items, groups)


def answers() -> pd.DataFrame:
    drawn = drawn_answers(np.random.default_rng(11), 150, [1, 0.8, 0.9, 0.6])
    return drawn.round().clip(1, 7)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_sheets_changes_no_reliability(seed):
    order = np.random.default_rng(seed).permutation(150)
    straight = reliability(answers(), lowest=1, highest=7).tidy()
    other = reliability(answers().iloc[order], lowest=1, highest=7).tidy()
    columns = ["estimate", "ci_low", "ci_high"]
    np.testing.assert_allclose(other[columns], straight[columns], rtol=1e-9)  # stopping rule


def test_an_item_asked_the_other_way_round_and_turned_back_is_the_same_item():
    turned = answers().assign(i2=lambda rows: 8 - rows["i2"])
    straight = reliability(answers(), lowest=1, highest=7).tidy()
    other = reliability(turned, reverse_keyed=["i2"], lowest=1, highest=7).tidy()
    pd.testing.assert_frame_equal(other, straight)


def test_other_units_of_the_whole_scale_leave_reliability_as_it_is():
    straight = reliability(answers(), lowest=1, highest=7).tidy()
    tenfold = reliability(10 * answers(), lowest=10, highest=70).tidy()
    columns = ["estimate", "ci_low", "ci_high"]
    np.testing.assert_allclose(tenfold[columns], straight[columns], rtol=1e-9)  # stopping rule
