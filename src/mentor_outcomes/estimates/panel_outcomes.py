"""One declared outcome that is measured again and again: its rows of estimates and curves."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.estimates.censoring import follow_up_weights
from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.intervals import with_interval
from mentor_outcomes.estimates.matched_difference import (
    NOT_TESTED,
    JointTest,
    MatchedDifference,
    matched_difference,
)
from mentor_outcomes.estimates.matched_waves import WINDOW_MONTHS, matched_wave_difference
from mentor_outcomes.estimates.mean_difference import ERROR_TYPE
from mentor_outcomes.estimates.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_table, blocked, estimated
from mentor_outcomes.estimates.whole_panel import blocked_whole_panel, whole_panel_rows
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome, StudySection

METHOD = "matched_difference"
KNOWN_BEFORE = {"panel": "had pay on record before", "scale": "had answered before"}
"""A change needs a value before the start: whom the effect is of, by kind of outcome."""
ELIGIBILITY = "employed"
MONTHS_BEFORE = 24
"""How far before the start the curve and the joint test reach."""
TEST_STEP_MONTHS = 6
"""The joint test takes every sixth month: neighbouring months of pay say almost the same."""
MATCHED_MONTHS_BEFORE = {"log_pay": ("log_pay_12_months_before", 12)}
"""Outcome -> covariate that is an earlier value of it, and how many months before the reference."""


@dataclass(frozen=True, slots=True, eq=False)
class _Matched:
    """A matched difference by months since the start, its reference month, and the joint test.

    sd   of the comparators' scores before the start; missing for outcomes that are no scale
    """

    difference: MatchedDifference
    reference: int
    test: JointTest
    sd: float = np.nan


def panel_rows(
    name: str,
    outcome: Outcome,
    *,
    matched_sets: pd.DataFrame,
    person_months: pd.DataFrame,
    person_waves: pd.DataFrame,
    censoring_weights: pd.DataFrame,
    response: pd.DataFrame | None,
    no_weights: str | None = None,
    section: StudySection,
    exposure: Exposure,
    analysis: Analysis,
    groups: Groups,
    role: str,
    contrast: str,
) -> tuple[pd.DataFrame, pd.DataFrame, JointTest]:
    """Rows of `estimates` and `curves` of one outcome of kind panel or scale, and the joint test.

    matched_difference      the headline: effect on the mentored had nobody left, h months after
                            the start. Pay: from the end of the period before the start to that of
                            the period h months later. Scales: as `matched_wave_difference`, in
                            points and in SDs of the comparators before
    two_way_fixed_effects   person and period (wave) effects, everybody, periods from 0 on
    naive                   ever against never mentored

    The joint test asks whether the arms moved apart earlier, half a year apart, up to two years
    before the reference; an earlier value that is itself a matching covariate is left out. Its
    `smallest_detectable` is a trend, as what it would amount to over the main horizon, in the
    unit of `smallest_worthwhile`. `n_left_out` of a matched difference: distinct people of the
    sets without a value before any start they are compared at. What cannot be estimated has its
    row all the same, blocked.

    response   for scales, the `response_weights` of this one; for other outcomes None
    no_weights   why there are no censoring or response weights: no matched difference then
    """
    question = PanelQuestion(name, outcome, section, exposure, analysis, groups, role, contrast)
    source = person_waves if question.is_scale else person_months
    if name not in source.columns or source[name].isna().all():
        reason = f"the records hold no value of {name}"
        whole = blocked_whole_panel(question, reason)
        return _results([*_blocked_horizons(question, reason), *whole], [], NOT_TESTED)
    whole = whole_panel_rows(question, person_months, person_waves)
    sets = _of_design(matched_sets, question)
    reason = _why_not_matched(question, sets, person_months) or no_weights
    if reason:
        return _results([*_blocked_horizons(question, reason), *whole], [], NOT_TESTED)
    follow_up = follow_up_weights(_of_design(censoring_weights, question))
    matched = (
        _matched_waves(question, sets, follow_up, person_waves, response)
        if question.is_scale
        else _matched_periods(question, sets, follow_up, person_months)
    )
    rows = [*_horizons(question, matched), *whole]
    return _results(rows, _curve(question, matched), matched.test)


def _results(
    rows: list[dict], curve: list[dict], test: JointTest
) -> tuple[pd.DataFrame, pd.DataFrame, JointTest]:
    return as_table(rows, schema.ESTIMATES), as_table(curve, schema.CURVES), test


def _of_design(frame: pd.DataFrame, question: PanelQuestion) -> pd.DataFrame:
    return frame[
        (frame["role"] == question.role)
        & (frame["contrast"] == question.contrast)
        & (frame["eligibility"] == ELIGIBILITY)
    ]


def _why_not_matched(
    question: PanelQuestion, sets: pd.DataFrame, person_months: pd.DataFrame
) -> str | None:
    if question.exposure.measure == "current":
        observed = person_months[person_months["period"] >= 0]
        first = observed[observed["period"] == observed["period"].min()]
        n_first = int(first["is_mentored_now"].sum())
        return (
            f"{n_first} of {observed['person_id'].nunique()} people were already mentored when "
            "recording began, and exposure goes on and off: only panel models apply"
        )
    if sets.empty:
        return "nobody who was mentored could be compared with anyone"
    return None


def _matched_periods(
    question: PanelQuestion,
    sets: pd.DataFrame,
    follow_up: pd.DataFrame,
    person_months: pd.DataFrame,
) -> _Matched:
    """The matched difference of an outcome of the person-months, with its joint test."""
    step = question.months_per_period
    last = int(max(question.analysis.horizons_months)) // step
    tested = _tested_periods(question)
    result = matched_difference(
        sets.assign(start_period=question.section.calendar.period_of(sets["time_zero"])),
        person_months,
        outcome=question.name,
        periods_since_start=[*range(-(MONTHS_BEFORE // step), last + 1), *tested],
        follow_up=follow_up,
        minimum_people=question.analysis.minimum_at_risk,
    )
    main = question.analysis.main_horizon_months
    test = result.joint_test(tested, slopes=[(k + 1) * step / main for k in tested])
    in_months = replace(result, points=result.points.assign(moment=result.points["moment"] * step))
    return _Matched(in_months, -step, test)


def _tested_periods(question: PanelQuestion) -> list[int]:
    """Periods since the start that the joint test takes, those matched on left out."""
    step = question.months_per_period
    stride = max(1, TEST_STEP_MONTHS // step)
    covariate, months = MATCHED_MONTHS_BEFORE.get(question.name, (None, 0))
    matched = months // step if covariate in question.groups.covariates else None
    before_reference = range(stride, MONTHS_BEFORE // step + 1, stride)
    return sorted(-1 - periods for periods in before_reference if periods != matched)


def _matched_waves(
    question: PanelQuestion,
    sets: pd.DataFrame,
    follow_up: pd.DataFrame,
    person_waves: pd.DataFrame,
    response: pd.DataFrame,
) -> _Matched:
    """The matched difference of a scale, with its joint test over earlier waves."""
    horizons = question.analysis.horizons_months
    tested = list(range(WINDOW_MONTHS - MONTHS_BEFORE, 0, WINDOW_MONTHS))
    later = {*range(WINDOW_MONTHS, int(max(horizons)) + 1, WINDOW_MONTHS), *horizons}
    result, sd = matched_wave_difference(
        sets,
        person_waves,
        outcome=question.name,
        months_since_start=[*tested, *later],
        follow_up=follow_up,
        response=response,
        minimum_people=question.analysis.minimum_at_risk,
    )
    main = question.analysis.main_horizon_months
    test = result.joint_test(tested, slopes=[months / main for months in tested])
    in_sds = replace(test, smallest_detectable=test.smallest_detectable / sd)
    return _Matched(result, 0, in_sds, sd)


def _horizons(question: PanelQuestion, matched: _Matched) -> list[dict]:
    """A row per horizon and quantity."""
    points = matched.difference.tidy(question.analysis.confidence).set_index("moment")
    rows = []
    for months in question.analysis.horizons_months:
        if months not in points.index:
            reason = f"{months:g} months are no whole number of the study's periods"
            rows += [blocked(about, reason) for about in _quantities(question, months)]
            continue
        point = points.loc[months]
        counts = {name: point[name] for name in ("n_mentored", "n_comparison")}
        counts["n_left_out"] = matched.difference.n_left_out
        for about in _quantities(question, months):
            if np.isnan(point["estimate"]):
                rows.append(blocked(about, _too_few(question, months), **counts))
            else:
                scale = 1 / matched.sd if about["unit"] == "SD" else 1.0
                rows.append(estimated(about, point, scale=scale, **counts))
    return rows


def _blocked_horizons(question: PanelQuestion, reason: str) -> list[dict]:
    return [
        blocked(about, reason)
        for months in question.analysis.horizons_months
        for about in _quantities(question, months)
    ]


def _quantities(question: PanelQuestion, months: float) -> list[dict]:
    """What is asked at a horizon: the difference and, of scales, the same in SDs."""
    is_primary = question.outcome.primary and months == question.analysis.main_horizon_months
    known = KNOWN_BEFORE[question.outcome.kind]
    estimand = f"{of_whom(question.groups)} and {known}, had nobody left"
    difference = question.about(
        METHOD,
        "difference",
        estimand + if_as_assigned(question.groups),
        horizon_months=months,
        is_headline=True,
        is_primary=is_primary and not question.is_scale,
        error_type=ERROR_TYPE,
    )
    if not question.is_scale:
        return [difference]
    standardised = {
        "quantity": "standardised_difference",
        "unit": "SD",
        "is_headline": False,
        "is_primary": is_primary,
        "error_type": f"{ERROR_TYPE}; SD taken as known",
    }
    return [difference, difference | standardised]


def _too_few(question: PanelQuestion, months: float) -> str:
    """Tells no small count: these are in the columns of the row."""
    return (
        f"{months:g} months after the start fewer than {question.analysis.minimum_at_risk} of the "
        "mentored, or of their comparators, have a value and had one before"
    )


def _curve(question: PanelQuestion, matched: _Matched) -> list[dict]:
    """The differences by months since the start, and the reference, 0 by construction.

    n_at_risk is that of the smaller arm; at the reference, that of the nearest point.
    """
    points = matched.difference.points.dropna(subset=["estimate"])
    points = points[points["moment"] >= -MONTHS_BEFORE]
    if points.empty:
        return []
    nearest = points.loc[[(points["moment"] - matched.reference).abs().idxmin()]]
    zero = nearest.assign(moment=matched.reference, estimate=0.0, std_error=0.0)
    points = pd.concat([points, zero], ignore_index=True).sort_values("moment")
    n_at_risk = points[["n_mentored", "n_comparison"]].min(axis=1)
    points = points.assign(months=points["moment"], n_at_risk=n_at_risk)
    bounded = with_interval(points, question.analysis.confidence, test=False)
    about = question.subject | {
        "subgroup": "all",
        "method": METHOD,
        "quantity": "difference",
        "arm": "difference",
        "unit": question.unit,
        "n_events": np.nan,
    }
    return [point | about for point in bounded.to_dict("records")]
