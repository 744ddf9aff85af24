"""Rows of estimates of the two parts of a pay difference: through grade and within grade."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.panel.grade_decomposition import (
    PARTS,
    GradeDecomposition,
    grade_decomposition,
)
from mentor_outcomes.estimates.panel_answers.change_rows import too_few
from mentor_outcomes.estimates.panel_answers.members_at_horizon import SEEN, MembersAtHorizon
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables, value_at
from mentor_outcomes.estimates.panel_answers.panel_headline import KNOWN_BEFORE, METHOD
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated

_WORDS = {
    "through_grade": "part through moving grade",
    "within_grade": "part within grades, the rest,",
}
_MEASURE = (
    "an accounting by the mean pay, in each grade, of those not mentored by then, no causal "
    "mediation"
)


def grade_rows(
    question: PanelQuestion, tables: PanelTables, members: MembersAtHorizon, months: float
) -> list[dict]:
    """Two rows that add up to the matched difference at this horizon.

    n_left_out   distinct people with a grade missing at either time: their change is within grade
    n_events     distinct people who changed grade, whom alone the part through grade is about
    """
    about = _parts(question, months)
    grades = tables.person_months.get("grade")
    if grades is None or grades.isna().all():
        return [blocked(one, "no grade is on record") for one in about]
    is_seen = members.status == SEEN
    counts = {
        name: float(len(np.unique(members.person_id[is_seen & (members.is_mentored == side)])))
        for name, side in (("n_mentored", True), ("n_comparison", False))
    }
    if min(counts.values()) < question.analysis.minimum_at_risk:
        return [blocked(one, too_few(question, months), **counts) for one in about]
    try:
        found = _decomposition(question, tables, members, is_seen)
    except EstimationError as error:
        return [blocked(one, as_reason(error), **counts) for one in about]
    mentored, comparison = found.n_moved
    counts |= {"n_events_mentored": mentored, "n_events_comparison": comparison}
    counts |= {"n_events": mentored + comparison, "n_left_out": found.n_unknown}
    rows = found.tidy(question.analysis.confidence).to_dict("records")
    return [
        blocked(one, row["reason"], **counts)
        if row["reason"]
        else estimated(one | {"error_type": found.error_type}, row, **counts)
        for one, row in zip(about, rows, strict=True)
    ]


def blocked_grade_rows(question: PanelQuestion, months: float, reason: str) -> list[dict]:
    return [blocked(one, reason) for one in _parts(question, months)]


def _decomposition(question, tables, members, is_seen) -> GradeDecomposition:
    calendar, months = question.section.calendar, tables.person_months
    start = calendar.period_of(tables.sets["time_zero"]).to_numpy(dtype="int64")
    people = tables.sets["person_id"]
    changes = pd.DataFrame(
        {
            "set_id": members.set_id,
            "person_id": members.person_id,
            "is_mentored": members.is_mentored,
            "weight": members.seen_weight,
            "change": members.change,
            "period": members.period,
            "grade_before": value_at(months, "grade", people, start - 1),
            "grade_then": value_at(months, "grade", people, members.period),
        }
    )
    return grade_decomposition(
        changes[is_seen],
        months[~months["is_mentored_ever"]],
        outcome=question.name,
        minimum_people=question.analysis.minimum_at_risk,
        cluster=question.cluster,
    )


def _parts(question: PanelQuestion, months: float) -> list[dict]:
    whom = f"{of_whom(question.groups)} and {KNOWN_BEFORE[question.outcome.kind]}, had nobody left"
    about = []
    for part in PARTS:
        words = f"{_WORDS[part]} of the {whom}; {_MEASURE}" + if_as_assigned(question.groups)
        about.append(question.about(METHOD, f"difference_{part}", words, horizon_months=months))
    return about
