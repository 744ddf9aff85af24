"""Rows of estimates beside a matched difference: growth in a year, and the same without weights."""

import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.inference.clustering import NO_SPREAD, clustering
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.risk_intervals import numbers, weights_of
from mentor_outcomes.estimates.panel.matched_difference import matched_difference
from mentor_outcomes.estimates.panel.mean_changes import NOTHING_VARIES
from mentor_outcomes.estimates.panel.mean_difference import mean_difference
from mentor_outcomes.estimates.panel_answers.members_at_horizon import MembersAtHorizon
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_headline import KNOWN_BEFORE, METHOD
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from mentor_outcomes.estimates.weights.response import WITHOUT_WEIGHTS

MONTHS_PER_YEAR = 12


def too_few(question: PanelQuestion, months: float) -> str:
    """Tells no small count: these are in the columns of the row."""
    return (
        f"{months:g} months after the start fewer than {question.analysis.minimum_at_risk} of the "
        "mentored, or of their comparators, have a value and had one before"
    )


def unweighted_row(
    question: PanelQuestion, months: float, members: MembersAtHorizon | None, reason: str | None
) -> dict:
    """The difference among those seen, by set weights alone: what the other weights do.

    Of those still followed: comparators mentored since are left out, too, but nobody stands for
    those who are gone, mentored since or silent.
    """
    words = f"difference among those seen, {of_whom(question.groups)}"
    words += f" and {KNOWN_BEFORE[question.outcome.kind]}" + if_as_assigned(question.groups)
    about = question.about(
        METHOD, "difference", words, horizon_months=months, variant=WITHOUT_WEIGHTS
    )
    if members is None:
        return blocked(about, reason)
    rows = members.records()
    rows = rows[rows["is_seen"]]
    is_mentored = rows["is_mentored"].to_numpy(dtype=bool)
    try:
        change, weight = numbers(rows, "change"), weights_of(rows, "seen_set_weight")
    except EstimationError as error:
        return blocked(about, as_reason(error))
    found = mean_difference(change, is_mentored, weight, clustering(rows, question.cluster))
    counts = {"n_mentored": found.n_mentored, "n_comparison": found.n_comparison}
    if min(counts.values()) < question.analysis.minimum_at_risk:
        return blocked(about, too_few(question, months), **counts)
    if not found.std_error > 0:
        return blocked(about, NO_SPREAD, **counts)
    frame = pd.DataFrame({"estimate": [found.estimate], "std_error": [found.std_error]})
    figures = with_interval(frame, question.analysis.confidence).iloc[0]
    return estimated(about | {"error_type": question.error_type}, figures, **counts)


def growth_row(question: PanelQuestion, tables: PanelTables, months: float) -> dict:
    """How much more the mentored grew in the year that ends at the horizon, had nobody left.

    From the end of the period a year before the horizon to that of the horizon, of those followed
    to the latter: no value before the start is asked for.
    """
    about = _growth(question, months)
    step = question.months_per_period
    if months < MONTHS_PER_YEAR:
        return blocked(about, f"the year that ends after {months:g} months began before the start")
    start = question.section.calendar.period_of(tables.sets["time_zero"])
    horizon = round(months / step)
    try:
        found = matched_difference(
            tables.sets.assign(start_period=start),
            tables.person_months,
            outcome=question.name,
            periods_since_start=[horizon],
            reference=horizon - MONTHS_PER_YEAR // step,
            follow_up=follow_up_weights(tables.weights),
            minimum_people=question.analysis.minimum_at_risk,
            cluster=question.cluster,
        )
    except EstimationError as error:
        return blocked(about, as_reason(error))
    point = found.tidy(question.analysis.confidence).iloc[0]
    counts = {name: point[name] for name in ("n_mentored", "n_comparison")}
    if point["reason"] in (NOTHING_VARIES, NO_SPREAD):
        return blocked(about, point["reason"], **counts)
    if pd.notna(point["reason"]):
        return blocked(about, f"{months:g} months after the start {point['reason']}", **counts)
    return estimated(about | {"error_type": found.error_type}, point, **counts)


def blocked_growth_row(question: PanelQuestion, months: float, reason: str) -> dict:
    return blocked(_growth(question, months), reason)


def _growth(question: PanelQuestion, months: float) -> dict:
    words = f"{of_whom(question.groups)}, on growth in the year that ends at the horizon"
    return question.about(
        METHOD,
        "growth_difference",
        f"{words}, had nobody left" + if_as_assigned(question.groups),
        horizon_months=months,
        unit=f"{question.unit} per year",
    )
