"""Every method of comparison goes from the panel of an invented organisation to its estimates."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from benchmarks.study_in_memory import designed, invented_study, simulated, with_groups
from mentor_outcomes.estimates.study_estimates import estimate_study
from mentor_outcomes.simulation.truth import true_effects

BALANCED = 1e-8
METHODS = ("overlap_weights", "entropy_balancing", "inverse_probability")
ROW = {"outcome": "log_pay", "quantity": "difference", "horizon_months": 12.0}
LARGE = 10.0
"""Times the effects of the default organisation: .12 log points of pay after a year, 13 errors."""


@pytest.fixture(scope="module")
def known():
    study = invented_study(n_people=600, seed=5, observed_to=date(2021, 12, 31), effect=LARGE)
    outcomes = {name: study.outcomes[name] for name in ("promotion", "log_pay", "job_satisfaction")}
    return simulated(replace(study, outcomes=outcomes))


def estimated(known, **settings):
    study = replace(known.study, groups=replace(known.study.groups, **settings))
    groups = designed(known, study)
    return groups, estimate_study(with_groups(known, groups, study), study), study


def of_row(table):
    chosen = np.logical_and.reduce([table[name] == value for name, value in ROW.items()])
    return table[chosen].iloc[0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("later", ["censor", "as_assigned"])
def test_each_method_finds_a_large_effect_and_says_on_whom(known, method, later):
    groups, results, study = estimated(known, method=method, comparators_mentored_later=later)
    headline = results["estimates"][results["estimates"]["is_headline"]]
    at_first = headline[headline["horizon_months"] == 12]
    assert (at_first["status"] == "estimated").all()
    pay = of_row(headline)
    assert ("ATO" if method == "overlap_weights" else "ATT") in pay["estimand"]
    assert ("whoever is mentored later" in pay["estimand"]) == (later == "as_assigned")
    mentored = groups.matched_sets[groups.matched_sets["is_mentored"]]
    truth = of_row(
        true_effects(
            known.potential,
            mentored.assign(person_id=mentored["person_id"].map(known.export_id)),
            horizons_months=study.analysis.horizons_months,
            world="never" if later == "censor" else "later",
        )
    )["truth"]
    # So large beside its error that none, or half of it, is not within the tolerance.
    assert truth > 10 * pay["std_error"]
    assert abs(pay["estimate"] - truth) < 4 * pay["std_error"]


@pytest.mark.parametrize("method", METHODS)
def test_covariates_balance_and_nobody_is_lost_without_a_count(known, method):
    study = replace(known.study, groups=replace(known.study.groups, method=method))
    groups = designed(known, study)
    left = groups.balance.loc[groups.balance["subgroup"] == "all", "smd_after"].abs().max()
    assert left < (BALANCED if method != "inverse_probability" else 0.05)
    assert (groups.overlap["flow_gap"] == 0).all()
