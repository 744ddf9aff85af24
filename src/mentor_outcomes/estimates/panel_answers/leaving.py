"""Rows of estimates about those who left or kept silent, and what they could change."""

import numpy as np

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.inference.clustering import NO_SPREAD
from mentor_outcomes.estimates.panel.lee_bounds import LeeBounds, lee_bounds
from mentor_outcomes.estimates.panel.mean_changes import NOTHING_VARIES
from mentor_outcomes.estimates.panel.tipping_point import TippingPoint, tipping_point
from mentor_outcomes.estimates.panel_answers.change_rows import (
    blocked_growth_row,
    growth_row,
    too_few,
    unweighted_row,
)
from mentor_outcomes.estimates.panel_answers.grade_rows import blocked_grade_rows, grade_rows
from mentor_outcomes.estimates.panel_answers.members_at_horizon import (
    KNOWN,
    MENTORED_SINCE,
    NO_VALUE,
    NO_VALUE_BEFORE,
    NOT_DUE,
    MembersAtHorizon,
)
from mentor_outcomes.estimates.panel_answers.members_of_question import (
    PanelTables,
    is_whole,
    members_of_question,
)
from mentor_outcomes.estimates.panel_answers.panel_headline import KNOWN_BEFORE
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated

LEE, TIPPING = "lee_bounds", "tipping_point"
SILENT_ONLY = "the silent only"
NO_SD = "the comparators' scores before are all alike, so that there is no SD"
ALL_SEEN = "everybody in both arms is seen, so that no error is known"
_SEEN = {"panel": "would be employed, with pay on record,", "scale": "would be employed and answer"}
_SEEN_AT = {"panel": "employed, with pay on record,", "scale": "employed and answering"}
_AT_LEAST = (
    "; of the arm of which more are seen at least {} people are cut off at either end, so that "
    "bounds are wide rather than narrow"
)
_BY_CHANCE = "; which arm keeps more is not known, so that the interval is wide rather than narrow"
_NONE_KNOWN = {
    NO_VALUE_BEFORE: "nobody has a value before the start",
    NOT_DUE: "nobody with a value before was due another {:g} months after the start",
    MENTORED_SINCE: "everybody due a value {:g} months after the start was mentored since",
}
_TIPS = {"to_zero": "{} is zero", "to_interval": "interval of the {} touches zero"}
_COLUMNS = {"outcome": "change", "mentored": "is_mentored", "seen": "is_seen", "weights": "weight"}


def leaving_rows(question: PanelQuestion, tables: PanelTables, sd: float) -> list[dict]:
    """Rows on leaving and silence of one outcome of kind panel or scale.

    lee_bounds          lower_bound, upper_bound (ci: the interval of the effect itself) and
                        seen_difference (per 100) at each horizon
    tipping_point       to_zero, to_interval at the main horizon and, of scales, standardised_ of
                        both; variant "the silent only": those gone are as those alike say
    matched_difference  difference, variant "without weights" for leaving, later mentoring and
                        silence, at each horizon; of pay growth_difference and the two parts of the
                        difference by grade

    sd   of scales, of the comparators' scores before; else missing. What cannot be had is blocked.
    """
    rows = []
    for months in question.analysis.horizons_months:
        found, reason = _members(question, tables, months)
        unknown = reason or _why_none_known(found, months)
        rows += _lee_rows(question, months, found, unknown)
        rows.append(unweighted_row(question, months, found, reason))
        if months == question.analysis.main_horizon_months:
            rows += _tipping_rows(question, months, found, unknown, sd)
        if question.is_scale:
            continue
        if reason:
            rows += [blocked_growth_row(question, months, reason)]
            rows += blocked_grade_rows(question, months, reason)
        else:
            rows += [growth_row(question, tables, months)]
            rows += grade_rows(question, tables, found, months)
    return rows


def blocked_leaving_rows(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows where nothing can be said, with the reason."""
    rows = []
    for months in question.analysis.horizons_months:
        rows += _lee_rows(question, months, None, reason)
        rows.append(unweighted_row(question, months, None, reason))
        if months == question.analysis.main_horizon_months:
            rows += _tipping_rows(question, months, None, reason, 1.0)
        if not question.is_scale:
            rows.append(blocked_growth_row(question, months, reason))
            rows += blocked_grade_rows(question, months, reason)
    return rows


def _members(
    question: PanelQuestion, tables: PanelTables, months: float
) -> tuple[MembersAtHorizon | None, str | None]:
    """The members at a horizon, or why nothing can be said of them."""
    if not is_whole(question, months):
        return None, f"{months:g} months are no whole number of the study's periods"
    try:
        found = members_of_question(question, tables, months)
    except EstimationError as error:
        return None, as_reason(error)
    return (None, NOTHING_VARIES) if found.nothing_varies() else (found, None)


def _why_none_known(members: MembersAtHorizon, months: float) -> str | None:
    """Why of nobody in an arm it is known whether they are seen, if so."""
    for arm, side in (("the mentored", True), ("their comparators", False)):
        status = members.status[members.is_mentored == side]
        if not np.isin(status, KNOWN).any():
            return f"of {arm} {_NONE_KNOWN[status.max(initial=NO_VALUE_BEFORE)]}".format(months)
    return None


def _lee_rows(
    question: PanelQuestion, months: float, members: MembersAtHorizon | None, reason: str | None
) -> list[dict]:
    who = f"{of_whom(question.groups)}, {KNOWN_BEFORE[question.outcome.kind]}, and "
    who += f"{_SEEN[question.outcome.kind]} at the horizon whether mentored or not"
    cut = _AT_LEAST.format(question.analysis.minimum_at_risk)
    about = [
        question.about(
            LEE, name, who + if_as_assigned(question.groups) + cut, horizon_months=months
        )
        for name in ("lower_bound", "upper_bound")
    ]
    shares = question.about(LEE, "seen_difference", _of_shares(question))
    about.append(shares | {"horizon_months": months, "unit": "per 100 people"})
    found, untold = (None, reason) if reason else _bounds(question, members)
    if found is None:
        return [blocked(one, untold) for one in about]
    counts = {"n_mentored": found.n_mentored, "n_comparison": found.n_comparison}
    if min(counts.values()) < question.analysis.minimum_at_risk:
        return [blocked(one, too_few(question, months), **counts) for one in about]
    share = found.seen_difference(question.analysis.confidence).iloc[0].to_dict()
    about[-1] |= {"error_type": share["error_type"]}
    return [
        *_ends(question, about[:-1], found, untold, counts),
        _if_known(about[-1], share, _why(found, 2, ALL_SEEN), counts),
    ]


def _ends(question, about: list[dict], found: LeeBounds, untold: str | None, counts) -> list[dict]:
    """Rows of lower and upper bound; n_events counts the people who are cut off for them."""
    if untold:
        return [blocked(one, untold, **counts) for one in about]
    confidence = question.analysis.confidence
    words = f"{found.error_type}; trimmed: {found.trimmed}"
    words += "" if found.direction_is_known(confidence) else _BY_CHANCE
    counts = counts | {"n_events": float(found.n_trimmed)}
    return [
        _if_known(
            one | {"error_type": words}, end, _why(found, slice(0, 2), NOTHING_VARIES), counts
        )
        for one, end in zip(about, found.tidy(confidence).to_dict("records"), strict=True)
    ]


def _why(found: LeeBounds, places: int | slice, otherwise: str) -> str:
    """Why there is no error: either nothing varies, or few sets leave no variance.

    The interval of the effect needs the errors of both bounds.
    """
    lacks = np.isnan(found.std_errors) & found.influence.is_above(found.rounding)
    return NO_SPREAD if np.any(lacks[places]) else otherwise


def _if_known(about: dict, figures: dict, reason: str, counts: dict) -> dict:
    """An estimate without an interval would pass for one without error."""
    if np.isnan(figures["ci_low"]):
        return blocked(about, reason, **counts)
    return estimated(about, figures, **counts)


def _of_shares(question: PanelQuestion) -> str:
    return (
        f"share {_SEEN_AT[question.outcome.kind]} at the horizon, mentored less comparison, of "
        f"those who {KNOWN_BEFORE[question.outcome.kind]}" + if_as_assigned(question.groups)
    )


def _bounds(
    question: PanelQuestion, members: MembersAtHorizon
) -> tuple[LeeBounds | None, str | None]:
    """Bounds for which enough people are cut off, or why not; shares seen are known all the same.

    The release tells no figure of fewer people, and bounds give the mean of those cut off.
    """
    records, why = members.records(), None
    for minimum in (question.analysis.minimum_at_risk, 0):
        try:
            asked = {"cluster": question.cluster, "minimum_trimmed": minimum, **_COLUMNS}
            return lee_bounds(records, **asked), why
        except EstimationError as error:
            why = as_reason(error)
    return None, why


def _tipping_rows(
    question: PanelQuestion,
    months: float,
    members: MembersAtHorizon | None,
    reason: str | None,
    sd: float,
) -> list[dict]:
    variants = ["main", SILENT_ONLY] if question.is_scale else ["main"]
    return [
        row
        for variant in variants
        for row in _tipping_of(question, months, members, reason, sd, variant)
    ]


def _tipping_of(question, months, members, reason, sd, variant) -> list[dict]:
    who = "those who kept silent" if variant == SILENT_ONLY else "those not seen"
    asked = [
        question.about(
            TIPPING,
            name,
            f"departure of {who} among the mentored, from what those alike say, at which the "
            f"{end.format(of_whom(question.groups))}",
            horizon_months=months,
            variant=variant,
        )
        for name, end in _TIPS.items()
    ]
    if question.is_scale:
        asked += [
            one | {"quantity": f"standardised_{one['quantity']}", "unit": "SD"} for one in asked
        ]
    try:
        found = None if reason else _tipping(question, members, variant)
    except EstimationError as error:
        found, reason = None, as_reason(error)
    if found is None:
        return [blocked(one, reason) for one in asked]
    counts = {"n_mentored": found.n_mentored, "n_comparison": found.n_comparison}
    if min(counts.values()) < question.analysis.minimum_at_risk:
        return [blocked(one, too_few(question, months), **counts) for one in asked]
    return [_tipping_row(question, one, found, sd, counts) for one in asked]


def _tipping(question: PanelQuestion, members: MembersAtHorizon, variant: str) -> TippingPoint:
    records = members.records()
    records = records.assign(
        departs=(records["status"] == NO_VALUE) if variant == SILENT_ONLY else True
    )
    return tipping_point(
        records, seen_weights="seen_weight", departs="departs", cluster=question.cluster, **_COLUMNS
    )


def _tipping_row(question, about: dict, found: TippingPoint, sd: float, counts: dict) -> dict:
    if about["unit"] == "SD" and not sd > 0:
        return blocked(about, NO_SD, **counts)
    rows = found.tidy(question.analysis.confidence).set_index("quantity")
    figures = rows.loc[about["quantity"].removeprefix("standardised_")].to_dict()
    if not found.has_error:
        return blocked(about, NO_SPREAD, **counts)
    if found.unseen_mentored == 0:
        return blocked(about, "nobody among the mentored is missing in this way", **counts)
    if about["quantity"].endswith("to_interval"):
        if figures["estimate"] == 0:
            return blocked(about, "the interval holds zero as it is", **counts)
        if figures["estimate"] != figures["estimate"]:
            return blocked(about, "no departure of so few brings the interval to zero", **counts)
    scale = 1 / sd if about["unit"] == "SD" else 1.0
    return estimated(about | {"error_type": figures["error_type"]}, figures, scale=scale, **counts)
