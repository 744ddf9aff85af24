"""Whose mentor somebody is: proteges of one mentor may fare alike."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError

BY_MENTOR = "errors by person and mentor"
"""The variant of an estimate that differs in its error alone."""

PERSON_AND_MENTOR = ("person_id", "mentor_id")


def with_mentors(
    records: pd.DataFrame, first_mentorships: pd.DataFrame, *, role: str
) -> pd.DataFrame:
    """The records with mentor_id, a whole number per mentor.

    Of the mentored it is the mentor of their first mentorship. Each of the comparators has one of
    their own, the same in all sets: nobody's mentor makes them alike.

    Raises EstimationError where the mentors are themselves the people studied, where there is one
    mentor only, and where some of the mentored have no one mentor on record (none, or several on
    the first day): with a mentor each of their own, errors would pass for smaller than they may be.
    """
    if role != "protege":
        raise EstimationError(
            "the mentors are the people studied.",
            expected="proteges, several of whom may share a mentor.",
            remedy="read the errors by person: they are errors by mentor.",
        )
    starts = first_mentorships[first_mentorships["role"] == role].set_index("person_id")
    is_mentored = (records["arm"] == "mentored").to_numpy()
    mentor, found = pd.factorize(starts["mentor_id"].reindex(records["person_id"]))
    is_unknown = is_mentored & (mentor < 0)
    if is_unknown.any():
        n_unknown = records.loc[is_unknown, "person_id"].nunique()
        n_mentored = records.loc[is_mentored, "person_id"].nunique()
        raise EstimationError(
            f"{n_unknown} of {n_mentored} of the mentored have no one mentor on record.",
            expected="one mentor of each first mentorship.",
            remedy="read the errors by person.",
        )
    if is_mentored.any() and len(np.unique(mentor[is_mentored])) == 1:
        raise EstimationError(
            "all of the mentored have one mentor.",
            expected="mentors who differ; for a dependable error, dozens.",
            remedy="read the errors by person, and say that one mentor stands behind them.",
        )
    own = len(found) + pd.factorize(records["person_id"])[0]
    return records.assign(mentor_id=np.where(is_mentored, mentor, own))
