"""The members of a question's sets at a horizon, from the tables of the study."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.panel_answers.member_scores import member_scores
from mentor_outcomes.estimates.panel_answers.members_at_horizon import (
    MembersAtHorizon,
    Values,
    members_at_horizon,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion


@dataclass(frozen=True, slots=True, eq=False)
class PanelTables:
    """The tables behind one question: its design's sets and weights, and everybody's records.

    sets, weights   `matched_sets` and `censoring_weights` of one role, contrast and eligibility
    response        of scales, the `response_weights`; else None
    chances         `chances_unstarted` of the role, or why there are none
    """

    sets: pd.DataFrame
    weights: pd.DataFrame
    events: pd.DataFrame
    first_mentorships: pd.DataFrame
    person_months: pd.DataFrame
    person_waves: pd.DataFrame
    response: pd.DataFrame | None
    chances: pd.DataFrame | str


def members_of_question(
    question: PanelQuestion, tables: PanelTables, months: float
) -> MembersAtHorizon:
    """As `members_at_horizon`, so many months after each start.

    `months` is a whole number of the study's periods, but for scales.
    """
    take = _scores if question.is_scale else _values
    return members_at_horizon(
        tables.sets,
        take(question, tables, months),
        weights=tables.weights,
        events=tables.events,
        own_start=_own_start(question, tables),
        calendar=question.section.calendar,
    )


def is_whole(question: PanelQuestion, months: float) -> bool:
    """Whether a horizon ends with a period; waves need not wait for that."""
    return question.is_scale or months % question.months_per_period == 0


def value_at(frame: pd.DataFrame, column: str, people: pd.Series, period: np.ndarray) -> np.ndarray:
    """The column in the row of each person and period; missing where there is none."""
    key = pd.MultiIndex.from_arrays([people, period], names=["person_id", "period"])
    values = frame.set_index(["person_id", "period"])[column]
    return values.reindex(key).to_numpy(dtype="float64")


def _values(question: PanelQuestion, tables: PanelTables, months: float) -> Values:
    """From the end of the period before time zero to that of the period so many months later."""
    calendar, people = question.section.calendar, tables.sets["person_id"]
    start = calendar.period_of(tables.sets["time_zero"]).to_numpy(dtype="int64")
    then = start + round(months / question.months_per_period)
    one = np.ones(len(people))
    return Values(
        before=value_at(tables.person_months, question.name, people, start - 1),
        then=value_at(tables.person_months, question.name, people, then),
        weight_before=one,
        weight_then=one,
        is_due=then < calendar.n_periods,
        period=then,
    )


def _scores(question: PanelQuestion, tables: PanelTables, months: float) -> Values:
    found = member_scores(
        tables.sets, tables.person_waves, tables.response, outcome=question.name, months=months
    )
    return Values(
        before=found.before,
        then=found.then,
        weight_before=found.weight_before,
        weight_then=found.weight_then,
        is_due=found.is_due,
        period=found.period,
    )


def _own_start(question: PanelQuestion, tables: PanelTables) -> pd.Series:
    """Per member, the day of a comparator's own mentorship, where it ends follow-up."""
    starts = tables.first_mentorships
    of_role = starts[starts["role"] == question.role].set_index("person_id")["started_on"]
    is_ended = ~tables.sets["is_mentored"] & (
        question.groups.comparators_mentored_later == "censor"
    )
    started_on = tables.sets["person_id"].map(of_role).astype("datetime64[us]")
    return started_on.where(is_ended)
