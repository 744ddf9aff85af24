"""Two-way fixed effects, worked by hand, and what they refuse."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import fixed_effects

EXACT = 1e-12
"""Sums of a few numbers, in another order."""


def four_people() -> pd.DataFrame:
    """Before and after: the mentored change by 3 and 5, the others by 1 and 2."""
    return pd.DataFrame(
        {
            "person": ["a", "a", "b", "b", "c", "c", "d", "d"],
            "year": [1, 2] * 4,
            "pay": [1.0, 4.0, 2.0, 3.0, 0.0, 2.0, 4.0, 9.0],
            "mentored": [False, True, False, False, False, False, False, True],
        }
    )


def fit(panel: pd.DataFrame, regressors=("mentored",), **more):
    return fixed_effects(
        panel, unit="person", period="year", outcome="pay", regressors=regressors, **more
    )


def test_with_two_periods_the_coefficient_is_the_difference_of_mean_changes():
    result = fit(four_people())
    assert result.coefficients == pytest.approx([(3 + 5) / 2 - (1 + 2) / 2], abs=EXACT)


def test_the_error_is_clustered_by_person_with_the_stated_correction():
    # Scores: half of each change's deviation from its arm's mean, -1, 1, -.5, .5. Their squares
    # sum to .625; G / (G - 1) = 4/3 and (n - 1) / (n - K) = 7/7.
    row = fit(four_people()).tidy().iloc[0]
    assert row["std_error"] == pytest.approx(np.sqrt(0.625 * 4 / 3), abs=EXACT)
    assert row["ci_low"] == pytest.approx(2.5 - 1.959963984540054 * row["std_error"])
    assert "G/(G-1) x (n-1)/(n-K)" in row["error_type"]


def test_clustering_by_a_coarser_group_sums_its_members_scores():
    panel = four_people()
    panel["team"] = panel["person"].map({"a": "x", "b": "x", "c": "y", "d": "y"})
    # Scores a -.5 and b .25 in team x, c -.25 and d .5 in team y.
    row = fit(panel, cluster="team").tidy().iloc[0]
    assert row["std_error"] == pytest.approx(np.sqrt((0.25**2 + 0.25**2) * 2 / 1), abs=EXACT)
    assert row["error_type"].startswith("clustered by team")


def test_rows_that_cannot_be_used_are_counted():
    panel = pd.concat(
        [
            four_people(),
            pd.DataFrame({"person": ["e"], "year": [1], "pay": [7.0], "mentored": [True]}),
            pd.DataFrame({"person": ["a"], "year": [3], "pay": [np.nan], "mentored": [True]}),
        ]
    )
    result = fit(panel)
    assert (result.n_rows, result.n_units, result.n_periods) == (8, 4, 2)
    assert (result.n_missing, result.n_singletons) == (1, 1)
    assert result.n_switchers.tolist() == [2]
    assert result.coefficients == pytest.approx([2.5], abs=EXACT)


@pytest.mark.parametrize(
    ("change", "regressors", "found"),
    [
        ({"mentored": True}, ["mentored"], "nobody switches mentored"),
        ({"pay": 3.0}, ["mentored"], "pay never changes"),
        ({}, ["mentored", "again"], "repeat each other"),
        ({}, ["mentored", "later"], "repeat each other, or what unit and period effects say"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(change, regressors, found):
    panel = four_people().assign(**change)
    panel["again"] = panel["mentored"]
    panel["later"] = panel["year"] == 2
    with pytest.raises(EstimationError, match=found):
        fit(panel, regressors)


def test_a_single_period_is_refused():
    with pytest.raises(EstimationError, match="two or more"):
        fit(four_people().query("year == 1"))


def test_a_person_twice_in_a_period_is_refused():
    panel = four_people()
    with pytest.raises(EstimationError, match="repeat the person and year"):
        fit(pd.concat([panel, panel.iloc[[0]]]))
