"""Invented answers with a known truth: it is found, and covered as often as promised."""

import numpy as np
import pytest

from mentor_outcomes.measures import invariance, reliability
from mentor_outcomes.measures.one_factor import fit_one_factor
from mentor_outcomes.measures.one_factor_parameters import Moments, one_factor_layout
from tests.made_answers import drawn_answers, stacked

N_REPEATED = 400
POINTS = {"lowest": -99, "highest": 99}


def test_intervals_of_alpha_and_omega_cover_the_truth_as_often_as_promised():
    """Equal loadings of .8, residual SD .8: both are 4^2 .64 / (4^2 .64 + 4 .64) = .8."""
    rng = np.random.default_rng(20240601)
    covered = []
    for _ in range(N_REPEATED):
        found = reliability(drawn_answers(rng, 120, [0.8] * 4), **POINTS)
        covered.append(
            [each.ci_low <= 0.8 <= each.ci_high for each in (found.alpha, found.omega_total)]
        )
    # 95 % of 400, give or take three errors of .011.
    assert np.mean(covered, axis=0) == pytest.approx([0.95, 0.95], abs=0.033)


def test_omega_is_found_where_loadings_differ_and_alpha_falls_short():
    loadings = np.array([1.2, 0.9, 0.6, 0.3])
    common, unique = loadings.sum() ** 2, 4 * 0.64
    found = reliability(drawn_answers(np.random.default_rng(5), 40_000, loadings), **POINTS)
    assert found.omega_total.estimate == pytest.approx(common / (common + unique), abs=0.006)
    assert found.alpha.estimate < found.omega_total.estimate - 0.02


def test_group_means_variances_loadings_and_intercepts_are_found_again():
    rng = np.random.default_rng(8)
    loadings, intercepts = [1, 0.8, 0.6, 0.9], [4, 3.5, 4.2, 3.8]
    groups = [
        Moments.of(
            drawn_answers(rng, 30_000, loadings, intercepts=intercepts, mean=m, sd=s).to_numpy()
        )
        for m, s in ((0, 1), (0.5, 1.3))
    ]
    layout = one_factor_layout(4, 2, equal_loadings=True, equal_intercepts=True)
    values = fit_one_factor(groups, layout, ["a", "b", "c", "d"]).values
    assert values[:, :4] == pytest.approx(np.array([loadings] * 2), abs=0.02)
    assert values[:, 4:8] == pytest.approx(np.full((2, 4), 0.64), abs=0.02)
    assert values[:, 8:12] == pytest.approx(np.array([intercepts] * 2), abs=0.03)
    assert values[1, 12:] == pytest.approx([1.3**2, 0.5], abs=0.05)


def test_chi_square_of_invariant_items_has_its_degrees_of_freedom_as_mean():
    """Four items, two groups: 28 moments less 24 parameters leave 4; each step gives back 3."""
    rng = np.random.default_rng(20240602)
    fits = []
    for _ in range(N_REPEATED):
        parts = {
            label: drawn_answers(rng, 200, [1, 0.8, 0.9, 0.7], mean=m, sd=s)
            for label, m, s in (("a", 0, 1), ("b", 0.3, 1.2))
        }
        items, groups = stacked(parts)
        fits.append(invariance(items, groups=groups).steps["chi2"].to_numpy())
    df = np.array([4, 7, 10])
    error = np.sqrt(2 * df / N_REPEATED)
    assert (np.abs(np.mean(fits, axis=0) - df) < 3.5 * error).all()


@pytest.mark.parametrize(
    ("other", "holds"),
    [
        ({}, ["yes", "yes", "yes"]),
        ({"loadings": [1, 0.8, 0.9, 0.1]}, ["yes", "no", "no"]),
        ({"intercepts": [4, 4, 4, 4.8]}, ["yes", "yes", "no"]),
    ],
)
def test_what_differs_between_groups_is_what_is_found_to_differ(other, holds):
    rng = np.random.default_rng(6)
    usual = {"loadings": [1, 0.8, 0.9, 0.7], "intercepts": 4.0}
    parts = {"a": drawn_answers(rng, 1500, **usual), "b": drawn_answers(rng, 900, **usual | other)}
    items, groups = stacked(parts)
    assert invariance(items, groups=groups).tidy()["holds"].tolist() == holds


def test_chance_seldom_denies_what_is_invariant_and_a_real_difference_is_denied_or_doubted():
    """Four items, loadings .8, 300 + 300 sheets; of 300 runs chance denied 0 and doubted 27."""
    rng = np.random.default_rng(20240603)
    usual, other = [0.8] * 4, [0.8, 0.8, 0.8, 0.4]
    verdicts = {"alike": [], "differs": []}
    for name, loadings in (("alike", usual), ("differs", other)):
        for _ in range(100):
            parts = {"a": drawn_answers(rng, 300, usual, residual_sd=0.6)}
            parts["b"] = drawn_answers(rng, 300, loadings, residual_sd=0.6)
            items, groups = stacked(parts)
            verdicts[name].append(invariance(items, groups=groups).steps["holds"][1])
    assert verdicts["alike"].count("no") <= 2
    assert 1 <= verdicts["alike"].count("doubtful") <= 20
    assert verdicts["differs"].count("yes") <= 2
