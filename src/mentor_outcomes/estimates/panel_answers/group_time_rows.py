"""Group-time effects of one declared outcome, as rows of `estimates`."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.group_time_effects import group_time_effects
from mentor_outcomes.estimates.panel.group_time_result import GroupTimeEffects
from mentor_outcomes.estimates.panel.mean_changes import NOTHING_VARIES
from mentor_outcomes.estimates.panel_answers.group_time_panel import StartsPanel, starts_panel
from mentor_outcomes.estimates.panel_answers.panel_matched import MATCHED_MONTHS_BEFORE
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated
from mentor_outcomes.estimates.weights.unstarted import CHANCE

METHOD = "group_time_effects"
COMPARISON = "not_yet"
"""Those who start later serve until they do: `never` looks further ahead, and is more biased."""
_OF_WHOM = (
    "on those first mentored within the window and seen then, against those not mentored yet, who "
    "stand for those alike mentored since; if leaving hangs on nothing but the covariates before"
)
_OVERALL = "overall_effect"
_AT = "effect_at"
_PRE_TREND = "pre_trend"
_ANY_ONLY = "made for the contrast 'any' only: a start of another kind ends being unmentored"
_CURRENT = "exposure goes on and off: cohorts of starts need exposure that lasts"


def group_time_rows(
    question: PanelQuestion,
    person_months: pd.DataFrame,
    person_waves: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    chances: pd.DataFrame | str,
) -> list[dict]:
    """The overall effect, the effect at each horizon, and the test of the time before.

    overall_effect   each person's mean effect over the periods since the start's that are seen,
                     averaged over people (the aggregate by cohort)
    effect_at        horizon_months after the start; see `StartsPanel.since_start`. A period holds
                     starts that are up to its length apart: the estimand says how far this is off
    pre_trend        estimate: chi-square statistic of the effects half a year apart, up to two
                     years before the reference, all being zero; with its p-value; n_mentored and
                     n_comparison: people at the one of these times that has fewest

    Cohorts, covariates and periods as in `starts_panel`. Cells of fewer people in an arm than
    `analysis.minimum_at_risk` are left out. `n_left_out`: people of the cohorts that a row asks
    about who are in none of its cells, for want of a value before or then, or in too small a one.
    What cannot be estimated, or has no error, has its row all the same, blocked.

    How often intervals hold the truth: benchmarks/panel_coverage.py (README). Choices were made on
    20 invented organisations without weights (benchmarks/group_time_coverage.py, pay, overall
    effect .0102): quarters from February, after the yearly rating, bias +.0010; quarters from
    January +.0031; years from February +.0021; never mentored compared +.0019; ratings the only
    covariates +.0014; no covariates +.0080. What was left at 36 months, +.004, was comparison
    people whose later ratings had brought them no mentor: with weights for that it is gone.
    """
    reason = _why_not(question) or (chances if isinstance(chances, str) else None)
    if reason:
        return blocked_group_time(question, reason)
    try:
        panel = starts_panel(question, person_months, person_waves, first_mentorships, chances)
        effects = group_time_effects(
            panel.rows,
            unit="person_id",
            period="period",
            start="start",
            outcome=question.name,
            comparison=COMPARISON,
            covariates=panel.covariates,
            minimum_people=question.analysis.minimum_at_risk,
            chance_unstarted=CHANCE,
            truncate_weights_at=question.groups.truncate_weights_at,
        )
    except EstimationError as problem:
        return blocked_group_time(question, as_reason(problem))
    return [
        _overall(question, effects),
        *_at_horizons(question, panel, effects),
        _pre_trend(question, panel, effects),
    ]


def blocked_group_time(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows without figures."""
    horizons = question.analysis.horizons_months
    abouts = [
        _about(question, _OVERALL),
        *(_about(question, _AT, months) for months in horizons),
        _about(question, _PRE_TREND),
    ]
    return [blocked(about, reason) for about in abouts]


def _why_not(question: PanelQuestion) -> str | None:
    if question.contrast != "any":
        return _ANY_ONLY
    return _CURRENT if question.exposure.measure == "current" else None


def _about(question: PanelQuestion, quantity: str, months: float = np.nan, span: str = "") -> dict:
    estimand = {
        _OVERALL: f"mean over people of their mean effect since the start, {_OF_WHOM}",
        _AT: f"effect {span}{_OF_WHOM}",
        _PRE_TREND: "whether cohorts and comparison moved apart before the start",
    }[quantity]
    about = question.about(METHOD, quantity, estimand, horizon_months=float(months))
    return about | ({"unit": "chi-square"} if quantity == _PRE_TREND else {})


def _overall(question: PanelQuestion, effects: GroupTimeEffects) -> dict:
    levels = effects.tidy(question.analysis.confidence, aggregate="group")
    return _row(question, _about(question, _OVERALL), levels.iloc[-1])


def _at_horizons(
    question: PanelQuestion, panel: StartsPanel, effects: GroupTimeEffects
) -> list[dict]:
    levels = effects.tidy(question.analysis.confidence, aggregate="dynamic").set_index("at")
    rows = []
    for months in question.analysis.horizons_months:
        about = _about(question, _AT, months, panel.span)
        at = panel.since_start(months)
        if np.isnan(at):
            rows.append(blocked(about, f"{months:g} months are no whole number of its periods"))
        elif at not in levels.index:
            rows.append(blocked(about, f"nobody is seen {months:g} months after the start"))
        else:
            rows.append(_row(question, about, levels.loc[at]))
    return rows


def _row(question: PanelQuestion, about: dict, level: pd.Series) -> dict:
    """A level of an aggregate; blocked where none of its cells is estimated, or nothing varies."""
    counts = {name: level[name] for name in ("n_mentored", "n_comparison", "n_left_out")}
    if np.isnan(level["estimate"]):
        few = question.analysis.minimum_at_risk
        reason = (
            f"no cohort has {few} people, and as many to compare with, who have a value before "
            "and then and can be told apart by the covariates"
        )
        return blocked(about, reason, **counts)
    if np.isnan(level["std_error"]):
        return blocked(about, NOTHING_VARIES, **counts)
    return estimated(about | {"error_type": level["error_type"]}, level, **counts)


def _pre_trend(question: PanelQuestion, panel: StartsPanel, effects: GroupTimeEffects) -> dict:
    about = _about(question, _PRE_TREND)
    tested = panel.tested_before(_matched_months(question))
    try:
        test = effects.pre_trend_test(tested)
    except EstimationError as problem:
        return blocked(about, as_reason(problem))
    words = f"Wald, {test.degrees_of_freedom} degrees of freedom; {effects.error_type}"
    figures = {"estimate": test.statistic, "p_value": test.p_value}
    return estimated(about | {"error_type": words}, figures, **_fewest(effects, tested))


def _fewest(effects: GroupTimeEffects, tested: tuple[float, ...]) -> dict[str, float]:
    """People at the tested time that has fewest."""
    rows = [level.row for level in effects.levels("dynamic") if level.at in tested]
    rows = [row for row in rows if np.isfinite(row["estimate"])]
    return {name: float(min(row[name] for row in rows)) for name in ("n_mentored", "n_comparison")}


def _matched_months(question: PanelQuestion) -> float | None:
    covariate, months = MATCHED_MONTHS_BEFORE.get(question.name, (None, None))
    return months if covariate in question.groups.covariates else None
