"""What is asked of the records of one event outcome, and how many people can answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import days_of_months
from mentor_outcomes.estimates.event_answers.follow_up import EVENT
from mentor_outcomes.study import Analysis

ARMS = ("mentored", "comparison")
PER_100 = "per 100 people"
NO_VARIANCE = "no error can be estimated: its variance is not above zero"
COLUMNS = {"entry": "entry", "exit": "exit", "cluster": "person_id"}
"""Of every frame of records, as the models want them named."""


@dataclass(frozen=True, slots=True)
class EventQuestion:
    """About which outcome and whom, how far, and how sure.

    subject   outcome, role and contrast of every row
    label     the event in words
    refusal   why the records have no weights: they are then none, and nothing is answered
    """

    subject: Mapping[str, str]
    label: str
    is_primary: bool
    analysis: Analysis
    refusal: str | None = None

    def about(self, method: str, quantity: str, unit: str, estimand: str, **more) -> dict:
        """What a row is about, as `result_rows` wants it."""
        named = {"method": method, "quantity": quantity, "unit": unit, "estimand": estimand}
        return {**self.subject, **named, **more}


def why_nothing(question: EventQuestion, records: pd.DataFrame) -> str | None:
    """Why the records can answer nothing at all, if so."""
    if question.refusal is not None:
        return question.refusal
    if set(records["arm"].unique()) != set(ARMS):
        return "nobody could be compared: there are no people in one arm, or in both"
    if not (records["cause"] == EVENT).any():
        return f"nobody who was followed had the event ({question.label})"
    return None


def too_few_at_risk(
    question: EventQuestion, n_at_risk: Mapping[str, int], months: float
) -> str | None:
    """Why a horizon cannot be estimated for want of people followed so long; tells no count."""
    least = question.analysis.minimum_at_risk
    few = [arm for arm in ARMS if n_at_risk[arm] < least]
    if not few:
        return None
    return (
        f"fewer than {least} people of the {' and of the '.join(few)} arm are still followed "
        f"at {months:g} months"
    )


def not_in_both(question: EventQuestion, months: float) -> str:
    """Why there is no error by then."""
    return (
        f"the event ({question.label}) has not happened in both arms by {months:g} months, "
        "so that no error can be estimated"
    )


def people(
    records: pd.DataFrame, months: float = np.inf, *, n_left_out: float = 0.0
) -> dict[str, float]:
    """Distinct people per arm, and those with an event within so many months, of both and each.

    Somebody who is in both arms may have an event in each of them. `n_left_out` are the people
    asked about of whom the records hold nothing.
    """
    of_arm = {arm: records[records["arm"] == arm] for arm in ARMS}
    return {
        **{f"n_{arm}": float(own["person_id"].nunique()) for arm, own in of_arm.items()},
        "n_events": n_with_event(records, months),
        **{f"n_events_{arm}": n_with_event(own, months) for arm, own in of_arm.items()},
        "n_left_out": float(n_left_out),
    }


def n_absent(asked: pd.DataFrame, records: pd.DataFrame) -> int:
    """Distinct people of `asked` of whom `records` hold nothing."""
    return len(set(asked["person_id"].unique()) - set(records["person_id"].unique()))


def n_with_event(records: pd.DataFrame, months: float) -> float:
    """Distinct people with an event within so many months."""
    is_event = (records["cause"] == EVENT) & (records["exit"] <= days_of_months(months))
    return float(records.loc[is_event, "person_id"].nunique())


def in_words(error_type: str) -> str:
    """How an error was made, with people and mentors for their columns."""
    return error_type.replace("person_id", "person").replace("mentor_id", "mentor")
