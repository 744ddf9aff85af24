"""Who is left at each horizon, arm by arm: how many are gone, silent, mentored since, or seen."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel_answers.members_at_horizon import (
    KNOWN,
    STATUSES,
    MembersAtHorizon,
)
from mentor_outcomes.estimates.panel_answers.members_of_question import (
    PanelTables,
    is_whole,
    members_of_question,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion

_ARMS = {"mentored": True, "comparison": False}


def attrition_rows(question: PanelQuestion, tables: PanelTables) -> list[dict]:
    """Rows of `attrition`, one per horizon and arm.

    None for horizons between two periods, and none where the tables contradict each other: the
    rows of `leaving_rows` at that horizon are blocked and say why.

    tables   with sets; of scales with response weights
    """
    rows = []
    for months in question.analysis.horizons_months:
        if not is_whole(question, months):
            continue
        try:
            members = members_of_question(question, tables, months)
        except EstimationError:
            continue
        about = question.subject | {"subgroup": "all", "horizon_months": float(months)}
        rows += [about | row for row in attrition_by_arm(members).to_dict("records")]
    return rows


def attrition_by_arm(members: MembersAtHorizon) -> pd.DataFrame:
    """One row per arm: distinct people by what is known of them, and weighted shares.

    n_people is the sum of the columns n_ and a status. Who is compared at several starts counts
    once, under what is known most of any: seen before silent, silent before gone, gone before
    mentored since, then not due, then without a value before. Shares are per 100 of those of whom
    it is known, as weighted in their sets, and add up to 100: they are of starts, not of people.
    By hand in tests/spec/test_members_at_horizon.py.
    """
    rows = []
    for arm, side in _ARMS.items():
        inside = members.is_mentored == side
        best = pd.Series(members.status[inside]).groupby(members.person_id[inside]).max()
        counts = np.bincount(best.to_numpy(dtype="int64"), minlength=len(STATUSES))
        weight = members.weight * inside
        share = np.bincount(members.status, weight, len(STATUSES))
        total = share.sum()
        rows.append(
            {"arm": arm, "n_people": int(counts.sum())}
            | {f"n_{name}": int(n) for name, n in zip(STATUSES, counts, strict=True)}
            | {
                f"share_{STATUSES[code]}": 100 * share[code] / total if total > 0 else np.nan
                for code in KNOWN
            }
        )
    return pd.DataFrame(rows)
