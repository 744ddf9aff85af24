"""People whose mentoring cannot be told, since a row that says it cannot be used.

Without that row they would look unmentored, or mentored later than they were: they would be taken
for comparators of people like themselves. So they are left out of the study, in every source.
"""

from collections.abc import Mapping

from mentor_outcomes.tables.checks import lost_rows
from mentor_outcomes.tables.contracts import CONTRACTS
from mentor_outcomes.tables.rows import Rows, is_among

WHOSE_MENTORING_IS_UNKNOWN = "of somebody whose mentoring cannot be told"

ABOUT: Mapping[str, str] = {
    source: "protege_id" if source in ("mentoring", "requests") else "person_id"
    for source in CONTRACTS
    if source not in ("offers", "unit_output", "crosswalk")
}
"""Source -> the column of the person that its rows are about."""


def of_unknown_exposure(mentoring: Rows) -> frozenset[str]:
    """Proteges of rows of the source mentoring that cannot be used; copies of a row are no loss."""
    return frozenset(mentoring.whole.loc[lost_rows(mentoring), "protege_id"].dropna())


def without_people(rows: Rows, source: str, people: frozenset[str]) -> Rows:
    """The source without rows about these people, which are counted."""
    if not people or source not in ABOUT:
        return rows
    is_theirs = is_among(rows.frame[ABOUT[source]], people)
    return rows.aside(is_theirs, WHOSE_MENTORING_IS_UNKNOWN)
