"""Who had been mentored by a day."""

import pandas as pd


def is_mentored_by(person_ids: pd.Series, days: pd.Series, mentorships: pd.DataFrame) -> pd.Series:
    """Whether each person's first mentorship began on or before the day beside it.

    mentorships   MENTORSHIPS; those asked for but never begun do not count
    """
    first = mentorships.groupby("protege_id")["started_on"].min()
    started_on = first.reindex(person_ids).set_axis(person_ids.index)
    return started_on <= days  # never begun: missing, so False
