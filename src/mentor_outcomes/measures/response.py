"""Who answered each survey wave, and whose answers found their way to a person."""

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.measures.mentored import is_mentored_by

ARMS = ("mentored", "not_mentored")


def response_rates(
    answers: pd.DataFrame, spells: pd.DataFrame, mentorships: pd.DataFrame, linkage: pd.DataFrame
) -> pd.DataFrame:
    """One row per survey wave and arm: response, and bounds of the share of linked answers.

    People employed the day a wave opened count, in the arm
    they were in then: mentored if their first mentorship had begun by that day. Answers of people
    hired later count in neither number.

    The arm of an unlinked answer is unknown, so `n_unlinked` is that of the wave in both rows. At
    most as many of them are of this arm as there are people in it who have not answered: who has
    answered is assumed not to have answered again. If so many are, n_answered / (n_answered +
    min(n_unlinked, n_employed - n_answered)) of its answers were linked (`linkage_lowest`); if none
    are, all (`linkage_highest`). Both are missing where nobody was employed or nobody answered.
    Nothing else is assumed on who goes unlinked. People hired after the wave opened are in neither
    arm: their answers are not bounded by this, and an unlinked one of theirs is counted as if it
    could be of somebody employed that day.

    Parameters
    ----------
    answers      SURVEY_ANSWERS: person_id, wave, answered_on
    spells       EMPLOYMENT_SPELLS
    mentorships  MENTORSHIPS
    linkage      SURVEY_LINKAGE: wave, n_unlinked, opened_on (declared, or of the first answer)

    Raises
    ------
    SchemaError   a wave with answers is not in `linkage`

    Worked by hand in tests/spec.
    """
    unlinked = linkage.set_index("wave")["n_unlinked"]
    opened = linkage.set_index("wave")["opened_on"].dropna()
    waves = set(answers["wave"])
    unknown = sorted(waves - set(opened.index))
    if unknown:
        raise SchemaError(
            f"survey_linkage has no row, or no first day, for {len(unknown)} of {len(waves)} "
            "waves with answers.",
            expected="one row for each wave that was received.",
            remedy="run the stage ingest again.",
        )
    rows = [
        {"wave": int(wave), "n_unlinked": int(n_unlinked)} | row
        for wave, n_unlinked in unlinked.sort_index().items()
        for row in _by_arm(answers[answers["wave"] == wave], opened.get(wave), spells, mentorships)
    ]
    if not rows:
        return schema.RESPONSE_RATES.empty()
    return _with_shares(pd.DataFrame(rows))[list(schema.RESPONSE_RATES.column_names())]


def _with_shares(counts: pd.DataFrame) -> pd.DataFrame:
    rates = counts.astype({"arm": "str", "n_employed": "float64"})
    answered = rates["n_answered"].astype("float64").where(rates["n_answered"] > 0)
    may_be_own = np.minimum(rates["n_unlinked"], rates["n_employed"] - rates["n_answered"])
    lowest = answered / (answered + may_be_own)
    return rates.assign(
        response_rate=rates["n_answered"] / rates["n_employed"].where(rates["n_employed"] > 0),
        linkage_lowest=lowest,
        linkage_highest=lowest.mask(lowest.notna(), 1.0),
    )


def _by_arm(
    of_wave: pd.DataFrame,
    opened_on: pd.Timestamp | None,
    spells: pd.DataFrame,
    mentorships: pd.DataFrame,
) -> list[dict[str, object]]:
    """People employed on the day a wave opened, and how many of them answered it."""
    if opened_on is None:
        return [{"arm": arm, "n_employed": np.nan, "n_answered": 0} for arm in ARMS]
    is_employed = (spells["hired_on"] <= opened_on) & ~(spells["left_on"] < opened_on)
    people = spells.loc[is_employed, "person_id"].drop_duplicates()
    days = pd.Series(opened_on, index=people.index)
    is_mentored = is_mentored_by(people, days, mentorships)
    has_answered = people.isin(of_wave["person_id"])
    return [
        {
            "arm": arm,
            "n_employed": int(is_in.sum()),
            "n_answered": int((is_in & has_answered).sum()),
        }
        for arm, is_in in zip(ARMS, (is_mentored, ~is_mentored), strict=True)
    ]
