"""Rows that tell how far an effect hangs on both arms having moved alike without mentoring."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.parallel_trends import INTERVAL, MAGNITUDES, ParallelTrends
from mentor_outcomes.estimates.panel_answers.panel_headline import NO_SD
from mentor_outcomes.estimates.panel_answers.panel_matched import Matched
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated

METHOD = "parallel_trends"
BREAKDOWN_UNIT = "times"
NOT_ONE_TESTED = "no moment before the start could be tested"
_ROBUST = (
    "difference {months:g} months after the start, if by then the arms drift apart per month by at "
    "most {magnitude:g} times as much as in the worst stretch between two tested moments before"
)
_BREAKDOWN = (
    "how many times the worst drift before the start, per month, would have to go on until "
    "{months:g} months after it for the robust interval to hold 0; 0: the plain one does"
)
_DETECTABLE = (
    "trend before the start, as what it would amount to over {months:g} months, that the joint "
    "test finds four times in five at the level .10"
)


def parallel_trends_rows(question: PanelQuestion, matched: Matched) -> list[dict]:
    """Per horizon a robust interval for each relative magnitude, and the breakdown magnitude.

    robust_interval    estimate: the matched difference; interval: robust; no error and no p-value.
                       The variant says the relative magnitude
    breakdown          magnitude at which the robust interval begins to hold 0
    detectable_trend   at the main horizon: what the joint test of moments before could have seen

    The changes before are those between the moments of the joint test, half a year apart, and the
    reference; one that is matched on is left out, and the stretch around it counts by its slope.
    """
    rows = []
    for months in question.analysis.horizons_months:
        found = _found(matched, months)
        rows += [_robust_row(question, matched, found, months, m) for m in MAGNITUDES]
        rows.append(_breakdown_row(question, matched, found, months))
    return [*rows, _detectable_row(question, matched)]


def blocked_parallel_trends(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows without figures."""
    rows = []
    for months in question.analysis.horizons_months:
        rows += [blocked(_about_interval(question, months, m), reason) for m in MAGNITUDES]
        rows.append(blocked(_about_breakdown(question, months), reason))
    return [*rows, blocked(_about_detectable(question), reason)]


def _found(matched: Matched, months: float) -> ParallelTrends | str:
    """What is found at a horizon, or why nothing is."""
    points = matched.difference.points.set_index("moment")
    if months not in points.index:
        return f"{months:g} months are no whole number of the study's periods"
    reason = points.loc[months, "reason"]
    if pd.notna(reason):
        return f"{months:g} months after the start {reason}"
    if not matched.test.moments:
        return NOT_ONE_TESTED
    try:
        return matched.difference.parallel_trends(
            before=_in_months(matched), at=months, reference=matched.reference
        )
    except EstimationError as error:
        return as_reason(error)


def _in_months(matched: Matched) -> list[float]:
    """The moments of the joint test; of pay the test counts them in periods."""
    step = -matched.reference or 1
    return [moment * step for moment in matched.test.moments]


def _robust_row(question, matched, found, months: float, magnitude: float) -> dict:
    about, counts = _about_interval(question, months, magnitude), _counts(matched, months)
    if isinstance(found, str):
        return blocked(about, found, **counts)
    try:
        low, high = found.interval(magnitude, question.analysis.confidence)
    except EstimationError as error:
        return blocked(about, as_reason(error), **counts)
    if not np.isfinite(low):
        return blocked(about, "no effect agrees with the changes before the start", **counts)
    figures = {"estimate": found.estimate, "ci_low": low, "ci_high": high}
    return estimated(about, figures, **counts)


def _breakdown_row(question, matched, found, months: float) -> dict:
    about, counts = _about_breakdown(question, months), _counts(matched, months)
    if isinstance(found, str):
        return blocked(about, found, **counts)
    try:
        magnitude = found.breakdown(question.analysis.confidence)
    except EstimationError as error:
        return blocked(about, as_reason(error), **counts)
    if not np.isfinite(magnitude):
        return blocked(about, "nothing moved before the start", **counts)
    return estimated(about, {"estimate": magnitude}, **counts)


def _detectable_row(question: PanelQuestion, matched: Matched) -> dict:
    about = _about_detectable(question)
    size = matched.test.smallest_detectable
    counts = _counts(matched, question.analysis.main_horizon_months)
    if not matched.test.moments:
        return blocked(about, NOT_ONE_TESTED, **counts)
    if question.is_scale and np.isnan(matched.sd):
        return blocked(about, NO_SD, **counts)
    if not np.isfinite(size):
        return blocked(about, "the test before the start could see no trend of any size", **counts)
    return estimated(about, {"estimate": size}, **counts)


def _counts(matched: Matched, months: float) -> dict[str, float]:
    """People of the headline row at that horizon, which these rows vary."""
    points = matched.difference.points.set_index("moment")
    if months not in points.index:
        return {}
    counts = {name: float(points.loc[months, name]) for name in ("n_mentored", "n_comparison")}
    return counts | {"n_left_out": matched.difference.n_left_out}


def _about_interval(question: PanelQuestion, months: float, magnitude: float) -> dict:
    return question.about(
        METHOD,
        "robust_interval",
        _ROBUST.format(months=months, magnitude=magnitude),
        horizon_months=months,
        variant=f"relative magnitude {magnitude:g}",
        error_type=INTERVAL,
    )


def _about_breakdown(question: PanelQuestion, months: float) -> dict:
    estimand = _BREAKDOWN.format(months=months)
    about = question.about(METHOD, "breakdown", estimand, horizon_months=months)
    return about | {"unit": BREAKDOWN_UNIT}


def _about_detectable(question: PanelQuestion) -> dict:
    months = question.analysis.main_horizon_months
    estimand = _DETECTABLE.format(months=months)
    about = question.about(METHOD, "detectable_trend", estimand, horizon_months=months)
    return about | ({"unit": "SD"} if question.is_scale else {})
