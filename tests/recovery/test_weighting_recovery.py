"""Every design finds its own effect under strong confounding; the plain difference is far off."""

import pytest

from benchmarks.weighting_recovery import DESIGNS, MATCHING, replicated, summary

LARGEST_BIAS = 0.2
"""In SDs of the estimate; over it, intervals of 95 % would hold the truth in 94 % at most."""
N_SEEDS, N_PEOPLE = 200, 600


@pytest.fixture(scope="module")
def found():
    return summary(replicated(N_SEEDS, N_PEOPLE))


@pytest.mark.parametrize("design", [*DESIGNS, MATCHING])
def test_bias_is_small_beside_the_spread(found, design):
    row = found.loc[design]
    assert abs(row["bias_over_sd"]) < LARGEST_BIAS + 2 * row["error"]


def test_without_a_design_the_estimate_is_far_off(found):
    assert found.loc["none", "bias_over_sd"] > 5


def test_overlap_weights_vary_least_and_inverse_probability_of_the_treated_most(found):
    assert found["sd"].drop("none").idxmin().startswith(("overlap", "entropy"))
    assert found["sd"].idxmax() == "inverse probability, att"
