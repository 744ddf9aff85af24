"""The mentorship that a contrast asks about: the first one, if it is of that kind."""

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError

UNTIL_OTHER = ", watched until a first mentorship of another kind"


def of_contrast(starts: pd.DataFrame, contrast: str) -> pd.Series:
    """Whether each first mentorship is of the contrast's kind; the comparison groups use the same.

    `starts` are rows of schema.FIRST_MENTORSHIPS. One whose kind is not recorded is neither formal
    nor informal. tests/spec/test_hazard_exposure.py holds this beside `groups`.
    """
    is_of_kind = {
        "any": pd.Series(True, index=starts.index),
        "formal": starts["kind"] == "formal",
        "informal": starts["kind"] == "informal",
        "manager": starts["mentor_is_manager"],
        "not_manager": ~starts["mentor_is_manager"],
    }
    if contrast not in is_of_kind:
        raise EstimationError(
            f"the contrast is {contrast}.",
            expected=f"one of {', '.join(schema.CONTRASTS)}.",
            remedy="correct exposure.contrasts in params.yaml.",
        )
    return is_of_kind[contrast].astype("bool")


def first_starts(
    person_id: pd.Series, first_mentorships: pd.DataFrame, *, role: str, contrast: str
) -> pd.DataFrame:
    """Per person asked for, in their order: the days on which the exposure and its rival begin.

    Columns: mentored_on, the first mentorship in `role`, if of the contrast's kind; otherwise_on,
    the first if of another kind: from then on nobody can say what the contrast asks, a first
    mentorship of its kind being out of reach. At least one of the two is missing.
    """
    starts = first_mentorships[first_mentorships["role"] == role].set_index("person_id")
    is_own = of_contrast(starts, contrast)
    days = starts["started_on"]
    return pd.DataFrame(
        {
            "mentored_on": days.where(is_own).reindex(person_id).to_numpy(),
            "otherwise_on": days.where(~is_own).reindex(person_id).to_numpy(),
        },
        index=person_id.index,
    ).astype("datetime64[us]")


def refuse_unknown_starts(spells: pd.DataFrame, starts: pd.DataFrame) -> None:
    """Refuse stretches said to be mentored before any first mentorship of their person."""
    began = starts.min(axis="columns")
    is_wrong = spells["is_mentored"] & ~(began <= spells["from_on"])
    if is_wrong.any():
        raise EstimationError(
            f"{int(is_wrong.sum())} of {len(spells)} stretches of employment are mentored without "
            "a first mentorship that had begun.",
            expected="spells cut on the day of the first mentorship in the role under study.",
            remedy="run the stage `panel` again: its tables do not belong together.",
        )
