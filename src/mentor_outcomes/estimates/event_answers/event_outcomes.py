"""Rows of `estimates` and `curves` for an outcome that happens on a day."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.event_answers.event_hazards import set_hazard_rows, spell_hazard_rows
from mentor_outcomes.estimates.event_answers.event_question import EventQuestion, n_absent
from mentor_outcomes.estimates.event_answers.event_risks import (
    naive_risk_rows,
    risk_curves,
    risk_rows,
    risk_rows_by_mentor,
)
from mentor_outcomes.estimates.event_answers.event_sensitivities import Followed, sensitivity_rows
from mentor_outcomes.estimates.event_answers.follow_up import ELIGIBILITY, set_records
from mentor_outcomes.estimates.event_answers.hazard_exposure import UNTIL_OTHER
from mentor_outcomes.estimates.event_answers.naive_events import naive_records
from mentor_outcomes.estimates.event_answers.promotion_definition import (
    counted,
    why_not_in_spells,
    why_uncounted,
)
from mentor_outcomes.estimates.event_answers.spell_hazards import spell_records
from mentor_outcomes.estimates.result_rows import as_table
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
    person_months: pd.DataFrame | None = None,
    no_censoring_weights: str | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per method, quantity and horizon of the outcome, and the points of its curves.

    The tables are schema.MATCHED_SETS, PERSON_EVENTS, SPELLS_AT_RISK (its exposure is that of
    `role`), FIRST_MENTORSHIPS and CENSORING_WEIGHTS; other designs in them are passed over.

    Methods: cumulative_incidence, mean_time and cox on the matched sets, weighted, by days since
    time zero; cox_time_varying on everyone, by days in the grade (promotion) or of tenure
    (leaving); naive, which is biased and shown as a warning. Errors are clustered by person; the
    risk difference and the ratio on the sets stand a second time with errors by person and mentor.
    Hazard ratios are shown within and after 12 months of the start, too, and beside them a test of
    whether one ratio will do. What cannot be estimated has its row all the same, with the reason.
    Where the contrast is of one kind, everyone is watched until a first mentorship of another.
    `n_left_out`: of all with a stretch of employment, people mentored before recording began and,
    for promotion, those never seen in a grade below the top (naive: not on their first day), and
    those with a first mentorship of another kind before that; of the matched, nobody. Promotions
    are those of the outcome's definition; sensitivities that it declares stand beside, each in rows
    of its own `variant`.

    person_months          where `adjust_for` names what the spells do not hold
    no_censoring_weights   why there are none: what needs them is then blocked; with comparators
                           kept as assigned nothing does
    """
    design = {"role": role, "contrast": contrast, "eligibility": ELIGIBILITY[outcome.event]}
    subject = {"outcome": outcome_name, "role": role, "contrast": contrast}
    question = _question(subject, outcome, analysis, why_uncounted(events, outcome))
    needs_weights = groups.comparators_mentored_later == "censor"
    no_weights = no_censoring_weights if needs_weights else None
    matched = replace(question, refusal=question.refusal or no_weights)
    sets = _of(matched_sets, design)
    sets = sets if no_weights is None else sets.iloc[:0]
    records_of = partial(
        set_records,
        first_mentorships=first_mentorships,
        censoring_weights=_of(censoring_weights, design),
        section=section,
        groups=groups,
        longest_months=max(analysis.horizons_months),
    )
    counting = counted(events, outcome)
    records = records_of(sets, outcome, events=counting)
    followed = Followed(sets, events, records, records_of)
    estimand = of_whom(groups) + if_as_assigned(groups)
    recorded = {"section": section, "person_months": person_months}
    more = {"first_mentorships": first_mentorships}
    rows = [
        *_set_rows(matched, records, estimand, **more),
        *_everyone_rows(question, outcome, counting, spells, **recorded, **more),
        *sensitivity_rows(
            replace(question, refusal=no_weights),
            outcome,
            followed,
            estimand,
            observed_to=section.observed_to,
        ),
    ]
    curves = risk_curves(matched, records)
    return as_table(rows, schema.ESTIMATES), as_table(curves, schema.CURVES)


def _question(
    subject: Mapping[str, str], outcome: Outcome, analysis: Analysis, refusal: str | None
) -> EventQuestion:
    return EventQuestion(
        subject=subject,
        label=outcome.label or subject["outcome"].replace("_", " "),
        is_primary=outcome.primary,
        analysis=analysis,
        refusal=refusal,
    )


def _set_rows(
    question: EventQuestion,
    records: pd.DataFrame,
    estimand: str,
    *,
    first_mentorships: pd.DataFrame,
) -> list[dict]:
    """What rests on the matched sets: risks, the same by mentor, and ratios of hazards."""
    starts = {"first_mentorships": first_mentorships}
    return [
        *risk_rows(question, records, estimand),
        *risk_rows_by_mentor(question, records, estimand, **starts),
        *set_hazard_rows(question, records, estimand, **starts),
    ]


def _everyone_rows(
    question: EventQuestion,
    outcome: Outcome,
    events: pd.DataFrame,
    spells: pd.DataFrame,
    *,
    first_mentorships: pd.DataFrame,
    section: StudySection,
    person_months: pd.DataFrame | None,
) -> list[dict]:
    """What rests on everyone and no set: the time-varying Cox, and the naive contrast."""
    role, contrast = question.subject["role"], question.subject["contrast"]
    exposed = {"role": role, "contrast": contrast, "section": section}
    watched = "" if contrast == "any" else UNTIL_OTHER
    naive = naive_records(spells, events, first_mentorships, outcome, **exposed)
    stretches_of = partial(
        spell_records,
        spells,
        outcome,
        first_mentorships=first_mentorships,
        person_months=person_months,
        adjust_for=question.analysis.adjust_for,
        **exposed,
    )
    in_spells = replace(question, refusal=question.refusal or why_not_in_spells(outcome))
    return [
        *spell_hazard_rows(in_spells, spells, EVERYONE + watched, stretches_of),
        *naive_risk_rows(question, naive, NAIVE + watched, n_left_out=n_absent(spells, naive)),
    ]


def _of(table: pd.DataFrame, design: Mapping[str, str]) -> pd.DataFrame:
    chosen = np.logical_and.reduce([table[name] == value for name, value in design.items()])
    return table[chosen]
