"""Rows of the sensitivities that an event outcome declares, beside its answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import days_of_months
from mentor_outcomes.estimates.event_answers.event_question import (
    ARMS,
    COLUMNS,
    PER_100,
    EventQuestion,
    in_words,
    not_in_both,
    people,
    too_few_at_risk,
    why_nothing,
)
from mentor_outcomes.estimates.event_answers.event_risks import risk_difference_rows
from mentor_outcomes.estimates.event_answers.promotion_definition import counted, why_uncounted
from mentor_outcomes.estimates.event_answers.repeated_events import repeated_records
from mentor_outcomes.estimates.result_rows import blocked, estimated
from mentor_outcomes.estimates.survival.mean_count import mean_count
from mentor_outcomes.estimates.survival.mean_count_result import MeanCountResult
from mentor_outcomes.study import VARIANTS, Outcome, defined_otherwise

_COUNTS = ("mean_count", "mean_count_difference", PER_100)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """The matched sets of a design, and how their members are followed.

    sets         matched sets
    events       all recorded events: each definition counts its own
    records      `follow_up.set_records` of the outcome as it is declared
    records_of   the same function with all but sets, outcome and events
    """

    sets: pd.DataFrame
    events: pd.DataFrame
    records: pd.DataFrame
    records_of: Callable[..., pd.DataFrame]


def sensitivity_rows(
    question: EventQuestion,
    outcome: Outcome,
    followed: Followed,
    estimand: str,
    *,
    observed_to: date,
) -> list[dict]:
    """Per declared sensitivity and horizon one row, which says in `variant` what differs.

    Another definition of the promotion: the risk difference, same sets and weights; the state
    columns, who is eligible and who matches whom stay as they are. Starts with full follow-up only:
    the risk difference of the sets that can be followed to that horizon. Later promotions counted:
    the difference in the mean number of promotions, by `mean_count`.
    """
    rows = []
    for variant, other in defined_otherwise(outcome).items():
        rows += _defined_rows(question, other, followed, estimand, variant)
    reason = question.refusal or why_uncounted(followed.events, outcome)
    question = replace(question, refusal=reason)
    if "full_follow_up" in outcome.sensitivities:
        rows += _full_follow_up_rows(question, followed, estimand, observed_to)
    if "later_promotions" in outcome.sensitivities:
        rows += _later_rows(question, outcome, followed, estimand)
    return rows


def _defined_rows(
    question: EventQuestion, other: Outcome, followed: Followed, estimand: str, variant: str
) -> list[dict]:
    reason = question.refusal or why_uncounted(followed.events, other)
    question = replace(question, refusal=reason)
    sets = followed.sets if reason is None else followed.sets.iloc[:0]
    records = followed.records_of(sets, other, events=counted(followed.events, other))
    return risk_difference_rows(question, records, estimand, variant=variant)


def _full_follow_up_rows(
    question: EventQuestion, followed: Followed, estimand: str, observed_to: date
) -> list[dict]:
    """A set is kept or left as a whole, so that its arms still weigh the same."""
    last_zero = followed.sets.groupby("set_id", observed=True)["time_zero"].max()
    days = (pd.Timestamp(observed_to) - last_zero).dt.days
    rows = []
    for months in question.analysis.horizons_months:
        kept = days.index[days >= float(days_of_months(months))]
        rows += risk_difference_rows(
            _at_one_horizon(question, months),
            followed.records[followed.records["set_id"].isin(kept)],
            f"{estimand}, of starts at least {months:g} months before the end of records",
            variant=VARIANTS["full_follow_up"],
        )
    return rows


def _at_one_horizon(question: EventQuestion, months: float) -> EventQuestion:
    return replace(question, analysis=replace(question.analysis, horizons_months=(months,)))


def _later_rows(
    question: EventQuestion, outcome: Outcome, followed: Followed, estimand: str
) -> list[dict]:
    analysis = question.analysis
    sets = followed.sets if question.refusal is None else followed.sets.iloc[:0]
    events = counted(followed.events, outcome)
    records = repeated_records(sets, outcome, events=events, records_of=followed.records_of)
    abouts = {
        months: question.about(
            *_COUNTS, estimand, horizon_months=float(months), variant=VARIANTS["later_promotions"]
        )
        for months in analysis.horizons_months
    }
    nothing = why_nothing(question, records)
    if nothing:
        counts = {} if question.refusal else _counts(records)
        return [blocked(about, nothing, **counts) for about in abouts.values()]
    found = mean_count(
        records,
        event="event",
        terminal="terminal",
        by="arm",
        weights="weight",
        at=days_of_months(analysis.horizons_months),
        unit=["set_id", "person_id"],
        **COLUMNS,
    )
    figures = found.difference(*ARMS, analysis.confidence)
    error_type = in_words(found.error_type)
    rows = []
    for place, (months, about) in enumerate(abouts.items()):
        counts, own = _counts(records, months), figures.iloc[place]
        reason = _why_blocked(question, found, place, months, own["std_error"])
        rows.append(
            blocked(about, reason, **counts)
            if reason
            else estimated(about | {"error_type": error_type}, own, scale=100.0, **counts)
        )
    return rows


def _why_blocked(
    question: EventQuestion, found: MeanCountResult, place: int, months: float, std_error: float
) -> str | None:
    n_at_risk = dict(zip(found.groups, found.n_at_risk[:, place], strict=True))
    few = too_few_at_risk(question, n_at_risk, months)
    return few or (not_in_both(question, months) if np.isnan(std_error) else None)


def _counts(records: pd.DataFrame, months: float = np.inf) -> dict[str, float]:
    """As of `people`, those with a later event once more.

    The difference to the counts of first events is then of people, as the release has to know.
    """
    first = people(records[records["is_first"] | ~records["event"]], months)
    later = people(records[~records["is_first"] | ~records["event"]], months)
    more = {name: later[name] for name in first if name.startswith("n_events")}
    return first | {name: first[name] + more[name] for name in more}
