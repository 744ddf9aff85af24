"""Rows of `estimates` and `curves` for an outcome that happens on a day."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.event_hazards import set_hazard_row, spell_hazard_row
from mentor_outcomes.estimates.event_question import EventQuestion, n_absent
from mentor_outcomes.estimates.event_risks import naive_risk_rows, risk_curves, risk_rows
from mentor_outcomes.estimates.follow_up import ELIGIBILITY, set_records
from mentor_outcomes.estimates.naive_events import naive_records
from mentor_outcomes.estimates.result_rows import as_table, blocked
from mentor_outcomes.study import Analysis, Groups, Outcome, StudySection

EVERYONE = "association among everyone not yet mentored when recording began"
NAIVE = "association, ever against never mentored"


def event_rows(
    outcome_name: str,
    outcome: Outcome,
    *,
    matched_sets: pd.DataFrame,
    events: pd.DataFrame,
    spells: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    censoring_weights: pd.DataFrame,
    section: StudySection,
    analysis: Analysis,
    groups: Groups,
    role: str,
    contrast: str,
    no_censoring_weights: str | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per method, quantity and horizon of the outcome, and the points of its curves.

    The tables are schema.MATCHED_SETS, PERSON_EVENTS, SPELLS_AT_RISK (its exposure is that of
    `role`), FIRST_MENTORSHIPS and CENSORING_WEIGHTS; other designs in them are passed over.

    Methods: cumulative_incidence, mean_time and cox on the matched sets, weighted, by days since
    time zero; cox_time_varying on everyone, by days in the grade (promotion) or of tenure
    (leaving); naive, which is biased and shown as a warning. Errors are clustered by person.
    What cannot be estimated has its row all the same, with the reason. `n_left_out`: of all with
    a stretch of employment, people mentored before recording began and, for promotion, those
    never seen in a grade below the top (naive: not on their first day); of the matched, nobody.

    no_censoring_weights   why there are none: what needs them is then blocked; with comparators
                           kept as assigned nothing does
    """
    design = {"role": role, "contrast": contrast, "eligibility": ELIGIBILITY[outcome.event]}
    question = EventQuestion(
        subject={"outcome": outcome_name, "role": role, "contrast": contrast},
        label=outcome.label or outcome_name.replace("_", " "),
        is_primary=outcome.primary,
        analysis=analysis,
    )
    needs_weights = groups.comparators_mentored_later == "censor"
    matched = replace(question, refusal=no_censoring_weights if needs_weights else None)
    sets = _of(matched_sets, design)
    records = set_records(
        sets if matched.refusal is None else sets.iloc[:0],
        outcome,
        events=events,
        first_mentorships=first_mentorships,
        censoring_weights=_of(censoring_weights, design),
        section=section,
        groups=groups,
        longest_months=max(analysis.horizons_months),
    )
    naive = naive_records(spells, events, first_mentorships, outcome, role=role, section=section)
    estimand = of_whom(groups) + if_as_assigned(groups)
    rows = [
        *risk_rows(matched, records, estimand),
        set_hazard_row(matched, records, estimand),
        spell_hazard_row(question, spells, outcome, EVERYONE, observed_to=section.observed_to),
        *naive_risk_rows(question, naive, NAIVE, n_left_out=n_absent(spells, naive)),
    ]
    if contrast != "any":
        rows = [_any_only(row) for row in rows]
    curves = risk_curves(matched, records)
    return as_table(rows, schema.ESTIMATES), as_table(curves, schema.CURVES)


def _of(table: pd.DataFrame, design: Mapping[str, str]) -> pd.DataFrame:
    chosen = np.logical_and.reduce([table[name] == value for name, value in design.items()])
    return table[chosen]


def _any_only(row: dict) -> dict:
    """Of a narrower contrast, what does not rest on its matched sets is blocked."""
    if row["method"] not in ("cox_time_varying", "naive"):
        return row
    return blocked(row, f"{row['method']} is made for the contrast 'any' only")
