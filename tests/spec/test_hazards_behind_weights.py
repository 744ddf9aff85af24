"""The hazards behind the censoring weights see the same curves and products as the design does."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit

from mentor_outcomes.estimates.weights._hazards import hazards_by_period
from mentor_outcomes.logit import design_of_starts
from mentor_outcomes.study import Groups, StudySection

SECTION = StudySection(
    title="half a year",
    observed_from=date(2020, 1, 1),
    observed_to=date(2020, 6, 30),
    mentoring_recorded_from=date(2019, 1, 1),
    enrolment="voluntary",
)
GROUPS = Groups(
    min_tenure_months=0,
    exact=("grade",),
    covariates=("age",),
    splines=("age",),
    interactions=(("grade", "age"),),
)
SAME = 1e-8
"""Both maximise the same likelihood."""


def town(n=900, seed=3):
    """Person-months and starts; the hazard of starting is highest in middle age."""
    rng = np.random.default_rng(seed)
    age, grade = rng.uniform(20, 60, n), rng.integers(1, 3, n)
    months = pd.DataFrame(
        [(f"p{i}", period, age[i], float(grade[i])) for i in range(n) for period in range(-1, 6)],
        columns=["person_id", "period", "age", "grade"],
    ).assign(tenure_months=24.0, is_on_leave=False)
    hazard = expit(-2.2 - ((age - 40) / 9) ** 2 * 0.5 + 0.5 * (grade == 2))
    draws = rng.random((n, 6)) < hazard[:, None]
    first = np.where(draws.any(axis=1), draws.argmax(axis=1), -1)
    started = [f"2020-{m + 1:02d}-15" if m >= 0 else None for m in first]
    starts = pd.DataFrame({"person_id": [f"p{i}" for i in range(n)], "started_on": started})
    starts = starts.dropna().assign(is_prevalent=False)
    return months, starts.assign(started_on=starts["started_on"].astype("datetime64[us]"))


def nobody_gone():
    nothing = pd.DataFrame({"person_id": [], "gone_on": []})
    return nothing.astype({"person_id": "str", "gone_on": "datetime64[us]"})


def test_hazards_of_starting_are_those_of_a_logit_with_the_declared_curves_and_products():
    months, starts = town()
    found = hazards_by_period(months, starts, nobody_gone(), SECTION.calendar, GROUPS)
    at_risk = months.assign(period=months["period"] + 1).query("period < 6")
    start = at_risk["person_id"].map(starts.set_index("person_id")["started_on"]).dt.month - 1
    at_risk = at_risk.assign(starts=start == at_risk["period"])[~(start < at_risk["period"])]
    columns = design_of_starts(at_risk, GROUPS).columns
    assert {"age (spline, second)", "age (spline, third)"} <= set(columns)
    assert sum(" x age" in name for name in columns) == 1
    dummies = pd.get_dummies(at_risk["period"], dtype="float64")
    oracle = sm.GLM(
        at_risk["starts"].astype("float64"),
        pd.concat([columns, dummies], axis=1),
        family=sm.families.Binomial(),
    ).fit(tol=1e-14)
    expected = at_risk.assign(hazard=oracle.fittedvalues).set_index(["person_id", "period"])
    hazard = found.set_index(["person_id", "period"])["start_hazard"]
    known = hazard.dropna()
    assert len(known) == len(expected)
    gap = known.sub(expected["hazard"])
    assert gap.abs().max() < SAME


def test_without_the_curve_the_hazards_are_others():
    months, starts = town()
    straight = Groups(min_tenure_months=0, exact=("grade",), covariates=("age",))
    bent, flat = (
        hazards_by_period(months, starts, nobody_gone(), SECTION.calendar, groups)["start_hazard"]
        for groups in (GROUPS, straight)
    )
    assert (bent - flat).abs().max() > 0.05


def test_exact_columns_of_many_levels_stay_out_as_they_do_in_the_design():
    months, starts = town()
    unit = pd.factorize(months["person_id"])[0] % 40
    months = months.assign(unit_id=[f"u{n}" for n in unit])
    narrow = replace(GROUPS, exact=("grade", "unit_id"))
    found, expected = (
        hazards_by_period(months, starts, nobody_gone(), SECTION.calendar, groups)
        for groups in (narrow, GROUPS)
    )
    assert np.array_equal(found["start_hazard"], expected["start_hazard"], equal_nan=True)
