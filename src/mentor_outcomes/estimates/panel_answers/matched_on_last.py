"""Rows of the sensitivity that matches on the last value of an outcome before the start, too."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel_answers.members_of_question import (
    PanelTables,
    is_whole,
    members_of_question,
)
from mentor_outcomes.estimates.panel_answers.panel_headline import (
    blocked_headline_rows,
    headline_rows,
)
from mentor_outcomes.estimates.panel_answers.panel_matched import matched_periods, matched_waves
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from mentor_outcomes.estimates.weights.censoring_of_role import Censoring, censoring_of_roles
from mentor_outcomes.study import MATCHED_ON_LAST_VALUE, VARIANTS, Study

VARIANT = VARIANTS[MATCHED_ON_LAST_VALUE]
NO_SETS = (
    "nobody could be compared with anyone alike in the last value, too; the stage groups says why"
)
ELIGIBILITY = "employed"


def last_value_censoring(tables: Mapping[str, pd.DataFrame], study: Study) -> Censoring:
    """Weights of LAST_VALUE_SETS; none, and no time spent, where no outcome asks for them.

    The models of who starts and who leaves are those of the study: they see its covariates, not the
    last values, so that this design differs from the answer's by whom it compares alone.
    """
    sets = tables["last_value_sets"]
    own = sets[sets["eligibility"] == ELIGIBILITY]
    if own.empty:
        return Censoring(schema.CENSORING_WEIGHTS.empty())
    return censoring_of_roles({**tables, "matched_sets": own}, study)


@dataclass(frozen=True, slots=True, eq=False)
class LastValueDesign:
    """Rows of LAST_VALUE_SETS and of `last_value_censoring` of one role and contrast.

    refusal   why there are no weights, if so
    """

    sets: pd.DataFrame
    weights: pd.DataFrame
    refusal: str | None = None


def last_value_rows(
    question: PanelQuestion, design: LastValueDesign, tables: PanelTables
) -> list[dict]:
    """`difference` per horizon under the variant "matched on the last value too".

    None where the outcome does not declare the sensitivity. The estimate is made as the answer is,
    on LAST_VALUE_SETS with their own censoring weights. It says how far the answer hangs on leaving
    the last value out of what is matched on: for the reasons against and for it, regression to the
    mean above all, see `groups/last_value.py`.

    n_events   distinct people compared at the horizon in one of the two alone: the release tells
               no two figures that lie apart by a few people
    """
    if MATCHED_ON_LAST_VALUE not in question.outcome.sensitivities:
        return []
    reason = design.refusal or (NO_SETS if design.sets.empty else None)
    if reason:
        return blocked_last_value(question, reason)
    follow_up, sets = follow_up_weights(design.weights), design.sets
    try:
        matched = (
            matched_waves(question, sets, follow_up, tables.person_waves, tables.response)
            if question.is_scale
            else matched_periods(question, sets, follow_up, tables.person_months)
        )
        # Without these counts the release could not tell who is behind a figure: none is shown.
        return [
            row | {"n_events": _people_apart(question, design, tables, row["horizon_months"])}
            for row in _varied(headline_rows(question, matched))
        ]
    except EstimationError as error:
        return blocked_last_value(question, as_reason(error))


def _people_apart(
    question: PanelQuestion, design: LastValueDesign, tables: PanelTables, months: float
) -> float:
    """How many people are compared at a horizon in one of the two designs alone."""
    if not is_whole(question, months):
        return np.nan
    own = replace(tables, sets=design.sets, weights=design.weights)
    compared = [members_of_question(question, each, months) for each in (own, tables)]
    people = [set(each.person_id[each.seen_weight > 0]) for each in compared]
    return float(len(people[0] ^ people[1]))


def blocked_last_value(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows without figures; none where the outcome does not ask for them."""
    if MATCHED_ON_LAST_VALUE not in question.outcome.sensitivities:
        return []
    return _varied(blocked_headline_rows(question, reason))


def _varied(rows: list[dict]) -> list[dict]:
    """Rows of the quantity `difference`, as those of a sensitivity."""
    as_variant = {"variant": VARIANT, "is_headline": False, "is_primary": False}
    as_variant["p_adjusted"] = np.nan
    return [row | as_variant for row in rows if row["quantity"] == "difference"]
