"""Hazard ratios of an event: on the matched sets, and on everyone with a switching exposure."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.cox import CoxResult, cox_regression
from mentor_outcomes.estimates.event_question import (
    ARMS,
    COLUMNS,
    EventQuestion,
    in_words,
    n_absent,
    people,
    why_nothing,
)
from mentor_outcomes.estimates.follow_up import EVENT
from mentor_outcomes.estimates.result_rows import blocked, estimated
from mentor_outcomes.estimates.spell_hazards import spell_records, time_varying_cox
from mentor_outcomes.study import Outcome

_QUANTITY = ("log_hazard_ratio", "log hazard ratio")


def set_hazard_row(question: EventQuestion, records: pd.DataFrame, estimand: str) -> dict:
    """Cause-specific Cox on the sets by time since time zero, weighted, not stratified by set."""
    exposed = records.assign(
        is_mentored=records["arm"] == "mentored", event=records["cause"] == EVENT
    )

    def fit() -> CoxResult:
        return cox_regression(
            exposed, event="event", covariates=["is_mentored"], weights="weight", **COLUMNS
        )

    return _row(question, question.about("cox", *_QUANTITY, estimand), records, fit)


def spell_hazard_row(
    question: EventQuestion,
    spells: pd.DataFrame,
    outcome: Outcome,
    estimand: str,
    *,
    observed_to: date,
) -> dict:
    """Cox on everyone's stretches of employment; see `spell_hazards.spell_records`.

    Its arms are exposed and not exposed; people change from one to the other.
    """
    about = question.about("cox_time_varying", *_QUANTITY, estimand)
    adjust_for = question.analysis.adjust_for
    unknown = [name for name in adjust_for if name not in spells.columns]
    if unknown:
        return blocked(about, f"the spells have no column {', '.join(unknown)} to adjust for")
    stretches = spell_records(spells, outcome, observed_to=observed_to, adjust_for=adjust_for)
    records = stretches.assign(
        arm=np.where(stretches["is_mentored"], *ARMS),
        cause=np.where(stretches["event"], EVENT, ""),
    )
    n_left_out = n_absent(spells, stretches)
    return _row(question, about, records, lambda: time_varying_cox(stretches), n_left_out)


def _row(
    question: EventQuestion,
    about: dict,
    records: pd.DataFrame,
    fit: Callable[[], CoxResult],
    n_left_out: int = 0,
) -> dict:
    counts = {} if question.refusal else people(records, n_left_out=n_left_out)
    reason = why_nothing(question, records)
    if reason is None and records.loc[records["cause"] == EVENT, "arm"].nunique() < len(ARMS):
        reason = "all events are in one arm: there is no finite hazard ratio"
    if reason:
        return blocked(about, reason, **counts)
    try:
        result = fit()
    except EstimationError as problem:
        return blocked(about, problem.found.rstrip("."), **counts)
    figures = result.tidy(question.analysis.confidence).iloc[0]
    return estimated(about | {"error_type": in_words(result.error_type)}, figures, **counts)
