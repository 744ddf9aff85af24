"""Two-way fixed effects by time since the start: points of a curve, and the test of the leads."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.event_time import EventTimeEffects, event_time_effects
from mentor_outcomes.estimates.panel_answers.panel_matched import MONTHS_BEFORE
from mentor_outcomes.estimates.panel_answers.panel_of_everybody import Everybody, everybody
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated

METHOD = "two_way_fixed_effects"
ESTIMAND = "whether the outcome moved before the start, within people, beyond the period's"
_MOST_UNEVEN = 1.5
"""Longest over shortest time between waves up to which a wave stands for a number of months."""


def leads_and_lags(
    question: PanelQuestion,
    person_months: pd.DataFrame,
    person_waves: pd.DataFrame,
    first_mentorships: pd.DataFrame | None = None,
) -> tuple[list[dict], list[dict]]:
    """A row of `estimates`, pre_trend, and points of `curves`, of the declared exposure.

    Points are by months since the start, two years before it up to the last horizon; what lies
    beyond is held by a moment of its own at each end, which is no point. The reference is the
    period before the start. Of scales a point is a wave: the reference, the last before the start,
    is at month 0 as in the matched difference, the next one at the usual months between waves.
    Points with fewer people than `analysis.minimum_at_risk` are left out. n_at_risk: mentored
    people with a value then; at the reference, at the nearest point.

    pre_trend   estimate: chi-square statistic of all leads being zero; with its p-value
    """
    try:
        months_per_step = _months_per_step(question, person_waves)
    except EstimationError as problem:
        return blocked_leads(question, as_reason(problem)), []
    if question.contrast != "any" and (
        first_mentorships is None or question.exposure.measure == "current"
    ):
        return blocked_leads(question, "made for the contrast 'any' only"), []
    panel = everybody(question, person_months, person_waves, first_mentorships)
    lags = int(max(question.analysis.horizons_months) // months_per_step)
    try:
        effects = event_time_effects(
            panel.rows,
            unit="person_id",
            period="time",
            outcome=question.name,
            exposure=question.regressor,
            leads=int(MONTHS_BEFORE // months_per_step) + (2 if question.is_scale else 1),
            lags=lags + (0 if question.is_scale else 1),
            regressors=question.analysis.adjust_for,
            minimum_units=question.analysis.minimum_at_risk,
        )
    except EstimationError as problem:
        return blocked_leads(question, as_reason(problem)), []
    return [_test_row(question, panel, effects)], _points(question, effects, months_per_step)


def blocked_leads(question: PanelQuestion, reason: str, **counts: float) -> list[dict]:
    """The row without figures."""
    return [blocked(_about(question), reason, **counts)]


def _about(question: PanelQuestion) -> dict:
    return question.about(METHOD, "pre_trend", ESTIMAND) | {"unit": "chi-square"}


def _months_per_step(question: PanelQuestion, person_waves: pd.DataFrame) -> float:
    """Months from one period, or wave, to the next."""
    if not question.is_scale:
        return question.months_per_period
    periods = person_waves.groupby("wave")["period"].first()
    gaps = np.diff(periods.to_numpy()) / np.diff(periods.index.to_numpy())
    if len(gaps) == 0 or gaps.min() <= 0 or gaps.max() > _MOST_UNEVEN * gaps.min():
        raise EstimationError(
            "there is a single wave, or waves are unevenly far apart.",
            expected="waves that follow each other at one distance, so that counting them counts "
            "months.",
            remedy="read the matched difference, which goes by days.",
        )
    return float(np.median(gaps)) * question.months_per_period


def _test_row(question: PanelQuestion, panel: Everybody, effects: EventTimeEffects) -> dict:
    fit = effects.fit
    used = panel.rows[panel.rows["person_id"].isin(fit.units)]
    counts = panel.counts(used[used[question.name].notna()], question.regressor)
    test = effects.test_of_leads()
    if np.isnan(test.p_value):
        return blocked_leads(question, "there are too few people for so many leads", **counts)[0]
    figures = {"estimate": test.chi_square, "p_value": test.p_value}
    return estimated(_about(question) | {"error_type": fit.error_type}, figures, **counts)


def _points(
    question: PanelQuestion, effects: EventTimeEffects, months_per_step: float
) -> list[dict]:
    table = effects.tidy(question.analysis.confidence)
    # The ends hold everything beyond: a point there would be taken for one month.
    table = table[table["moment"].between(effects.moments[0] + 1, effects.moments[-1] - 1)]
    shift = 1 if question.is_scale else 0
    months = (table["moment"] + shift) * months_per_step
    table = table.assign(months=months, n_at_risk=table["n_units"].ffill().bfill(), n_events=np.nan)
    table = table[table["estimate"].notna()]
    if (~table["is_reference"]).sum() == 0:
        return []
    about = question.subject | {
        "subgroup": "all",
        "method": METHOD,
        "quantity": "coefficient",
        "arm": "difference",
        "unit": question.unit,
    }
    return [point | about for point in table.to_dict("records")]
