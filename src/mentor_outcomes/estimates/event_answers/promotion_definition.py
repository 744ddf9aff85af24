"""Which of the recorded promotions count, as an outcome defines them."""

import pandas as pd

from mentor_outcomes.study import Outcome

_FOUND_BY = {
    "grade": ("both", "grade_only"),
    "code": ("both", "code_only"),
    "either": ("both", "grade_only", "code_only"),
}
NO_CODES = "no promotion of the job history is found by an event code, so that none can be counted"
ONLY_BY_GRADE = (
    "the clock is time in the grade, which begins anew with a rise of the grade that is no mass "
    "change: promotions of another definition do not end it"
)


def counted(events: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """The rows of PERSON_EVENTS without the promotions that the outcome does not count.

    `definition` says which way of finding them counts, `mass_changes` whether those that are part
    of a reorganisation do; the words and the kinds are those of PROMOTION_COUNTS, and so are the
    numbers, over the window that is observed. Exits stay. Of somebody's promotions the first
    counted one after time zero is the event, whatever came before it by another definition.
    """
    is_promotion = events["event"] == "promotion"
    counts = events["found_by"].isin(_FOUND_BY[outcome.definition])
    if not outcome.mass_changes:
        counts &= ~events["is_mass_change"]
    return events[~is_promotion | counts]


def why_uncounted(events: pd.DataFrame, outcome: Outcome) -> str | None:
    """Why the records cannot tell promotions of this definition, if so.

    A provider without event codes, or with a mapping that names none as a promotion, would give no
    promotion by code, and by either the same as by grade: neither is an answer.
    """
    if outcome.event != "promotion" or outcome.definition == "grade":
        return None
    is_told = (events["event"] == "promotion") & events["found_by"].isin(_FOUND_BY["code"])
    return None if is_told.any() else NO_CODES


def why_not_in_spells(outcome: Outcome) -> str | None:
    """Why stretches of time in the grade cannot answer: they end with another kind of promotion."""
    is_other = outcome.definition != "grade" or outcome.mass_changes
    return ONLY_BY_GRADE if outcome.event == "promotion" and is_other else None
