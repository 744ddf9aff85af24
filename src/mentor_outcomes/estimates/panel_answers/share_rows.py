"""Rows of how many more of 100 mentored people reach a scale's declared threshold."""

from dataclasses import replace

import pandas as pd

from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.panel.matched_difference import NOT_TESTED, MatchedDifference
from mentor_outcomes.estimates.panel.score_shares import share_above
from mentor_outcomes.estimates.panel.share_cells import share_cells
from mentor_outcomes.estimates.panel_answers.panel_headline import KNOWN_BEFORE, METHOD, curve_rows
from mentor_outcomes.estimates.panel_answers.panel_matched import Matched
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import blocked, estimated

QUANTITY = "share_difference"
UNIT = "per 100 people"


def share_rows(
    question: PanelQuestion,
    matched: Matched,
    sets: pd.DataFrame,
    follow_up: pd.DataFrame,
    person_waves: pd.DataFrame,
    response: pd.DataFrame,
) -> tuple[list[dict], list[dict]]:
    """A row of `estimates` per horizon, and the rows of `curves`; none without a threshold.

    Of 100 mentored, how many more score at or above `outcome.threshold` than would without
    mentoring: the change in that share since the last wave before, mentored less comparators, as
    `share_above` (people, weights and moments are those of `matched`, the difference in points).
    For a scale of which a low score is good it is the share with the problem: below 0 is good.

    n_events are the people at or above the threshold at the horizon; of points of curves, the
    smallest of the groups behind them (`share_cells`): the release tells no share of few.
    """
    threshold = question.outcome.threshold
    if threshold is None:
        return [], []
    asked = {
        "outcome": question.name,
        "threshold": threshold,
        "months_since_start": matched.difference.points["moment"].tolist(),
        "follow_up": follow_up,
        "response": response,
    }
    found = share_above(
        sets,
        person_waves,
        **asked,
        minimum_people=question.analysis.minimum_at_risk,
        cluster=question.cluster,
    )
    cells = share_cells(sets, person_waves, **asked)
    of_hundred = _of_hundred(found)
    points = of_hundred.tidy(question.analysis.confidence).set_index("moment")
    rows = [
        _row(question, points.loc[months], cells.loc[months], of_hundred.n_left_out)
        for months in question.analysis.horizons_months
    ]
    curve = curve_rows(
        question, Matched(of_hundred, matched.reference, NOT_TESTED, stride=matched.stride)
    )
    behind = cells["n_smallest"].to_dict()
    # The reference has no scores of its own: with nobody behind it, it is 0 by construction.
    nearest = behind[min(behind, key=lambda moment: abs(moment - matched.reference))]
    return rows, [
        point
        | {"quantity": QUANTITY, "unit": UNIT}
        | {"n_events": float(behind.get(point["months"], nearest))}
        for point in curve
    ]


def blocked_share_rows(question: PanelQuestion, reason: str) -> list[dict]:
    """The rows of `estimates` without figures; none without a threshold."""
    if question.outcome.threshold is None:
        return []
    horizons = question.analysis.horizons_months
    return [blocked(_about(question, months), reason) for months in horizons]


def _of_hundred(shares: MatchedDifference) -> MatchedDifference:
    """The same per 100 people."""
    figures = ["estimate", "std_error", "mean_mentored", "mean_comparison"]
    points = shares.points.assign(**{name: 100 * shares.points[name] for name in figures})
    return replace(shares, points=points, influence=shares.influence.times(100))


def _row(question: PanelQuestion, point: pd.Series, cells: pd.Series, n_left_out: int) -> dict:
    months = point.name
    about = _about(question, months)
    counts = {name: point[name] for name in ("n_mentored", "n_comparison")}
    counts |= {name: cells[name] for name in ("n_events_mentored", "n_events_comparison")}
    counts["n_events"] = cells["n_events_mentored"] + cells["n_events_comparison"]
    counts["n_left_out"] = n_left_out
    if pd.notna(point["reason"]):
        return blocked(about, f"{months:g} months after the start {point['reason']}", **counts)
    return estimated(about, point, **counts)


def _about(question: PanelQuestion, months: float) -> dict:
    estimand = (
        f"{of_whom(question.groups)} and {KNOWN_BEFORE['scale']}, had nobody left, on the share "
        f"with {question.outcome.threshold:g} points or more"
    )
    about = question.about(
        METHOD,
        QUANTITY,
        estimand + if_as_assigned(question.groups),
        horizon_months=months,
        error_type=question.error_type,
    )
    return about | {"unit": UNIT}
