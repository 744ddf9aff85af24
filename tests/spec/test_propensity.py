"""The model of starts on a made panel: what it is fitted on, whom it scores, what it reports."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from mentor_outcomes.groups import design_groups
from mentor_outcomes.groups.propensity import starting_propensity
from mentor_outcomes.groups.records import records_of
from mentor_outcomes.logit import design_of_starts
from mentor_outcomes.study import Exposure, Groups
from tests.made_panel import SECTION, Someone, invented, panel_of

SETTINGS = Groups(
    min_tenure_months=6,
    exact=("grade", "job_family"),
    covariates=("tenure_months", "last_rating", "gender"),
    splines=("tenure_months",),
    interactions=(("grade", "tenure_months"), ("job_family", "gender")),
)
SAME = 1e-8
"""Both maximise the same likelihood."""


def propensity_of(panel, settings=SETTINGS):
    months, spells, starts = panel
    records = records_of(months, spells, starts, settings.exact)
    everybody = np.ones(len(records.people), dtype=bool)
    return records, starting_propensity(
        months, records, everybody, settings=settings, section=SECTION
    )


@pytest.fixture(scope="module")
def panel():
    return panel_of(invented(400, seed=2))


def test_scores_are_those_of_a_logit_with_a_column_per_period(panel):
    months = panel[0]
    _, propensity = propensity_of(panel)
    rows = propensity.in_model
    columns = design_of_starts(months[rows], SETTINGS).columns
    assert {"tenure_months (spline, second)", "tenure_months (spline, third)"} <= set(columns)
    assert {"grade=3 x tenure_months", "grade=1 x tenure_months"} & set(columns)
    dummies = pd.get_dummies(months.loc[rows, "period"], dtype="float64")
    oracle = sm.GLM(
        propensity.starts_next[rows].astype("float64"),
        pd.concat([columns, dummies], axis=1),
        family=sm.families.Binomial(),
    ).fit(tol=1e-14)
    hazard = 1 / (1 + np.exp(-propensity.score[rows]))
    assert np.allclose(hazard, oracle.fittedvalues, rtol=0, atol=SAME)


def test_who_is_of_a_combination_of_levels_that_nobody_starts_in_has_no_score():
    people = [
        replace(p, started=None) if (p.family, p.gender) == ("ops", "f") else p
        for p in invented(400, seed=2)
    ]
    panel = panel_of(people)
    months = panel[0]
    is_cell = ((months["job_family"] == "ops") & (months["gender"] == "f")).to_numpy()
    _, propensity = propensity_of(panel)
    assert np.isnan(propensity.score[is_cell]).all()
    assert not propensity.in_model[is_cell].any()
    assert np.isfinite(propensity.score[~is_cell & propensity.in_model]).all()
    _, without = propensity_of(panel, replace(SETTINGS, interactions=()))
    assert np.isfinite(without.score[is_cell & without.in_model]).any()


def test_what_the_model_lacks_is_said_and_reaches_the_overlap(panel):
    months, spells, starts = panel
    months = months.assign(past_promotions=np.arange(len(months)) % 3 * 1.0)
    settings = replace(
        SETTINGS,
        covariates=(*SETTINGS.covariates, "past_promotions"),
        splines=("tenure_months", "past_promotions"),
    )
    designed = design_groups(
        months, spells, starts, settings=settings, section=SECTION, exposure=Exposure()
    )
    told = designed.overlap["left_out_of_model"]
    assert told.str.contains(r"past_promotions \(spline\): too few distinct values").all()
    shown = designed.balance["covariate"]
    assert "past_promotions" in set(shown)
    assert not shown.str.contains("spline| x ").any()


def test_calibration_has_tenths_per_contrast_that_add_up_to_the_models_rows(panel):
    months, spells, starts = panel
    contrasts = ("any", "formal")
    designed = design_groups(
        months,
        spells,
        starts,
        settings=replace(SETTINGS, interactions=()),
        section=SECTION,
        exposure=Exposure(contrasts=contrasts),
    )
    assert set(designed.overlap["eligibility"]) == {"employed", "below_top_grade"}
    rows = designed.calibration
    assert not rows.duplicated(["role", "contrast", "tenth"]).any()
    assert set(rows["contrast"]) == set(contrasts)
    records, propensity = propensity_of(panel, replace(SETTINGS, interactions=()))
    own = rows[rows["contrast"] == "any"]
    assert own["n_person_months"].sum() == propensity.in_model.sum()
    assert own["n_starts"].sum() == (propensity.in_model & propensity.starts_next).sum()
    # A logit with intercepts meets the number of starts exactly.
    predicted = (own["mean_predicted"] * own["n_person_months"]).sum()
    assert predicted == pytest.approx(own["n_starts"].sum(), abs=1e-6)
    n_people = len(np.unique(records.month_person[propensity.in_model]))
    assert own["n_people"].max() <= n_people <= own["n_people"].sum()
    overlap = designed.overlap.query("contrast == 'any' and subgroup == 'all'")
    assert overlap["c_statistic"].nunique() == 1
    assert overlap["c_statistic"].iloc[0] > 0.55


def test_a_grade_that_is_reached_after_the_last_start_is_not_the_top_one():
    grown = {date(2015, 1, 1): 1, date(2020, 9, 1): 2, date(2020, 11, 1): 5}
    people = [
        Someone("m", started=date(2020, 6, 1)),
        Someone("n", started=date(2020, 10, 1), grades={date(2015, 1, 1): 1, date(2020, 10, 5): 4}),
        Someone("a", grades=grown),
    ]
    months, spells, starts = panel_of(people)
    assert records_of(months, spells, starts, ()).top_grade == 2
    assert np.isnan(records_of(months, spells, starts.iloc[:0], ()).top_grade)
