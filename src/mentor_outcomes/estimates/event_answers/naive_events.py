"""The contrast that a quick look would make: ever against never mentored. It is biased."""

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.event_answers.follow_up import ELIGIBILITY, follow_up
from mentor_outcomes.estimates.event_answers.hazard_exposure import first_starts
from mentor_outcomes.study import Outcome, StudySection


def naive_records(
    spells: pd.DataFrame,
    events: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    outcome: Outcome,
    *,
    role: str,
    contrast: str,
    section: StudySection,
) -> pd.DataFrame:
    """One row per person, from the latest of hire and observed_from to the first end of follow-up.

    Columns: person_id, arm (mentored: at any time up to observed_to), entry, exit in days, cause,
    as in `follow_up.set_records`; every weight is 1. People mentored before recording began are
    left out, and for promotion those in the top grade on their first day. Those whose first
    mentorship is of another kind than the contrast's are comparators until it begins; where it has
    begun by their first day, they are left out.

    The mentored had to stay long enough to find a mentor (immortal time), and were often chosen
    for their promise: shown beside the effect as a warning, never as one.
    """
    first = spells.sort_values("from_on").drop_duplicates("person_id")
    first = first[~first["is_prevalent"] & is_eligible(first, spells, outcome)]
    starts = first_starts(first["person_id"], first_mentorships, role=role, contrast=contrast)
    is_ever = starts["mentored_on"] <= pd.Timestamp(section.observed_to)
    members = pd.DataFrame(
        {
            "person_id": first["person_id"],
            "origin": first["from_on"],
            "censored_on": starts["otherwise_on"],
            "arm": np.where(is_ever, "mentored", "comparison"),
        }
    )
    members = members[~(members["censored_on"] <= members["origin"])]
    followed = follow_up(members, outcome, events, section, after_origin=False)
    columns = ["person_id", "arm", "entry", "exit", "cause"]
    return followed[columns].assign(weight=1.0)


def is_eligible(rows: pd.DataFrame, spells: pd.DataFrame, outcome: Outcome) -> pd.Series:
    """Whether the outcome can happen: for promotion, a grade below the highest recorded."""
    if ELIGIBILITY[outcome.event] == "employed":
        return pd.Series(True, index=rows.index)
    return rows["grade"] < spells["grade"].max()
