"""Panel models of ten real panels against plm and sandwich; panel.R made panel.json and .csv."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from linearmodels.panel import RandomEffects as LinearModels

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import fixed_effects, hausman, random_effects
from mentor_outcomes.estimates.panel.fixed_effects import LINEARMODELS, ONE_PASS

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "panel.json").read_text())
SAME = 1e-7
"""Relative: least squares by another route, of columns that differ in size by thousands."""
TEST = 1e-5
"""Relative, of a chi-square: differences of covariances lose digits."""
BALANCED = ["grunfeld", "produc", "cigar", "crime", "guns", "fatalities", "wages"]
UNBALANCED = ["empluk", "gaps"]
TWO_WAY = BALANCED + UNBALANCED
RANDOM = [*TWO_WAY, "hedonic"]
WRITTEN_OUT = [name for name in RANDOM if "mundlak" in R[name] and R[name]["mundlak"]]
WITH_STATISTIC = [name for name in RANDOM if R[name]["hausman"]["smallest"] > 0]
"""Where the difference of covariances that the classical Hausman test takes is one."""
INDEX = {"unit": "unit", "period": "period", "outcome": "y"}


@cache
def panel(name: str) -> pd.DataFrame:
    rows = pd.read_csv(FOLDER / "panel.csv")
    return rows[rows["panel"] == name]


def arguments(name: str) -> dict:
    return {**INDEX, "regressors": R[name]["regressors"]}


def close(found, expected, rel=SAME):
    assert np.atleast_1d(found) == pytest.approx(np.atleast_1d(np.array(expected, float)), rel=rel)


def test_the_panels_are_as_balanced_as_they_say():
    for name in RANDOM:
        rows_of_unit = panel(name).groupby("unit").size()
        assert (rows_of_unit.nunique() == 1) == (name in BALANCED)
        assert name == "hedonic" or len(panel(name)) == R[name]["two_way"]["n_rows"]


@pytest.mark.parametrize("engine", [LINEARMODELS, ONE_PASS])
@pytest.mark.parametrize("name", TWO_WAY)
def test_two_way_coefficients_equal_plm(name, engine):
    found = fixed_effects(panel(name), **arguments(name), engine=engine)
    close(found.coefficients, R[name]["two_way"]["coefficients"])
    assert found.engine == engine
    assert found.n_singletons == 0


@pytest.mark.parametrize("engine", [LINEARMODELS, ONE_PASS])
@pytest.mark.parametrize("error", ["HC0", "sss", "xtreg", "areg"])
@pytest.mark.parametrize("name", TWO_WAY)
def test_clustered_errors_equal_those_of_the_named_convention(name, error, engine):
    found = fixed_effects(panel(name), **arguments(name), error=error, engine=engine)
    close(found.tidy()["std_error"], R[name]["two_way"][error])


@pytest.mark.parametrize("name", RANDOM)
def test_random_effects_and_their_components_equal_plm(name):
    of_r = R[name]["random"]
    found = random_effects(panel(name), **arguments(name), means=False)
    close(found.coefficients, of_r["coefficients"])
    close(np.sqrt(np.diag(found.model_covariance)), of_r["model_errors"])
    close([found.components.within, found.components.between], of_r["variances"])
    close([found.theta.min(), found.theta.max()], of_r["theta"])


@pytest.mark.parametrize("name", RANDOM)
def test_linearmodels_has_the_same_random_effects_if_asked_for_small_samples(name):
    """By default its components are others: unbalanced, some coefficient is .01 % to 4 % away."""
    rows = panel(name).set_index(["unit", "period"])
    names = R[name]["regressors"]
    theirs = LinearModels(rows["y"], rows[names].assign(constant=1.0))
    ours = random_effects(panel(name), **arguments(name), means=False).coefficients[1:]
    close(theirs.fit(small_sample=True).params[names], ours)
    default = theirs.fit().params[names].to_numpy()
    away = np.abs(default / ours - 1).max()
    assert away < 1e-9 if name in BALANCED else 1e-4 < away < 0.04


@pytest.mark.parametrize("error", ["HC0", "sss"])
@pytest.mark.parametrize("name", RANDOM)
def test_clustered_errors_of_random_effects_equal_plm(name, error):
    found = random_effects(panel(name), **arguments(name), means=False, error=error)
    close(found.tidy()["std_error"], R[name]["random"][error])


def test_a_constant_column_has_the_coefficient_of_plm():
    of_r = R["wages"]["random_constant"]
    found = random_effects(panel("wages"), **arguments("wages"), constants=["z1"], means=False)
    close(found.coefficients, of_r["coefficients"])
    close(found.tidy()["std_error"], of_r["sss"])


@pytest.mark.parametrize("name", WITH_STATISTIC)
def test_the_classical_hausman_test_equals_phtest(name):
    of_r = R[name]["hausman"]
    found = hausman(panel(name), **arguments(name), kind="classical")
    close(found.chi_square, of_r["chi_square"], TEST)
    close(found.p_value, of_r["p"], 1e-4)
    assert found.degrees_of_freedom == of_r["df"]


@pytest.mark.parametrize("name", [name for name in RANDOM if name not in WITH_STATISTIC])
def test_a_difference_of_covariances_that_is_none_is_refused_where_phtest_gives_a_number(name):
    with pytest.raises(EstimationError, match="not positive definite"):
        hausman(panel(name), **arguments(name), kind="classical")


def test_six_of_the_ten_panels_have_a_classical_statistic():
    assert len(WITH_STATISTIC) == 6
    assert {"empluk", "hedonic"} < set(WITH_STATISTIC)


@pytest.mark.parametrize("periods", [False, True])
@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_within_and_between_equal_the_textbook_in_whole_matrices(name, periods):
    """Means beside the regressors; their coefficients are between less within."""
    of_r = R[name].get("mundlak_periods" if periods else "mundlak")
    if of_r is None:
        pytest.skip("no period effects where rows of a unit are no periods")
    model = {**arguments(name), "period_effects": periods}
    found = random_effects(panel(name), **model)
    within = found.of("within")
    close(found.coefficients[within], of_r["within"])
    close(found.tidy()["std_error"].to_numpy()[within], of_r["within_errors"])
    close([found.components.within, found.components.between], of_r["variances"])
    test = hausman(panel(name), **model)
    close(test.difference, of_r["of_means"])
    close(np.sqrt(np.diag(test.covariance)), of_r["means_errors"])
    close(test.chi_square, of_r["chi_square"], TEST)


@pytest.mark.parametrize("name", [name for name in WRITTEN_OUT if name != "hedonic"])
def test_random_effects_with_period_effects_equal_the_textbook_in_whole_matrices(name):
    of_r = R[name]["random_periods"]
    found = random_effects(panel(name), **arguments(name), means=False, period_effects=True)
    close(found.coefficients, of_r["coefficients"])
    close(found.tidy()["std_error"], of_r["sss"])
    close([found.components.within, found.components.between], of_r["variances"])
