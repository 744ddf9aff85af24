"""Whether rows that cannot be used are more often about the mentored than about others.

What is lost at random only costs precision. What is lost of one arm more than of the other makes
the arms differ in what is known of them, and may pass for an effect.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from mentor_outcomes.tables.checks import lost_rows
from mentor_outcomes.tables.rows import Rows
from mentor_outcomes.tables.unknown_exposure import ABOUT

ABOUT_BOTH_ARMS = tuple(name for name, column in ABOUT.items() if column == "person_id")
LARGEST_GAP = 0.01
"""Of shares of people, and..."""
LARGEST_EXCESS = 10
"""... of people: in small arms chance alone makes larger gaps than one in a hundred."""
_DIGITS = 9
"""What is at a limit up to rounding beyond these is at the limit."""


def notes_by_arm(
    sources: Mapping[str, Rows], people: pd.Series, mentorships: pd.DataFrame
) -> Iterator[str]:
    """A note per source of which people of one arm lost rows more often than those of the other.

    By more than a point, and by more than ten people beyond what the other arm's share would
    leave. Counted are people with a row that is in quarantine, copies of a row that is used left
    aside, among people with any row of the source. An arm: had a mentorship that began, or none.

    people        ids of the people of the study
    mentorships   MENTORSHIPS: those of people whose mentoring can be told
    """
    begun = mentorships.loc[mentorships["started_on"].notna(), "protege_id"]
    is_mentored = pd.Series(people.isin(begun).to_numpy(), index=people.to_numpy())
    for name in ABOUT_BOTH_ARMS:
        if name in sources and sources[name].findings:
            yield from _note(name, _people_by_arm(sources[name], is_mentored))


def _people_by_arm(rows: Rows, is_mentored: pd.Series) -> pd.DataFrame:
    """One row per arm (True: mentored): n people with rows, n_losing with a row that is lost."""
    person = rows.whole["person_id"]
    is_lost = person.index.isin(lost_rows(rows))
    losing = pd.Series(is_lost, index=person.index).groupby(person).any()
    losing = losing[losing.index.isin(is_mentored.index)]
    arm = losing.index.map(is_mentored)
    by_arm = losing.groupby(arm.to_numpy(dtype="bool")).agg(n="size", n_losing="sum")
    return by_arm.reindex([True, False], fill_value=0)


def _note(name: str, by_arm: pd.DataFrame) -> Iterator[str]:
    if (by_arm["n"] == 0).any():
        return
    share = by_arm["n_losing"] / by_arm["n"]
    more = bool(share[True] > share[False])
    gap = share[more] - share[not more]
    excess = round(gap * by_arm.loc[more, "n"], _DIGITS)
    if round(gap, _DIGITS) > LARGEST_GAP and excess > LARGEST_EXCESS:
        mentored, others = (
            f"{by_arm.loc[arm, 'n_losing']:,} of {by_arm.loc[arm, 'n']:,} ({share[arm]:.1%})"
            for arm in (True, False)
        )
        yield (
            f"{name}: rows that cannot be used are not lost alike: {mentored} of the mentored and "
            f"{others} of the others have one. What is then known of them differs too, which may "
            "pass for an effect of mentoring. Mend these rows at the source."
        )
