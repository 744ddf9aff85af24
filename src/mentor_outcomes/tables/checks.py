"""What must hold between rows, and between sources: rows that break it go to quarantine."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.tables.rows import Rows, Rule, is_among


def without_repeats(rows: Rows, key: Sequence[str]) -> Rows:
    """One row per key.

    Of rows that are the same in all columns one stays. Rows that contradict each other are all
    taken out: which of them is right cannot be told, least of all by their order.
    """
    repeats = rows.frame.duplicated()
    named = " and ".join(key)
    once = rows.without(
        repeats,
        Rule(
            SAME_ROW_AGAIN,
            key[0],
            f"repeat the {named} of an earlier row, and everything else of it",
            f"one row for each {named}.",
            "remove the copies at the source.",
        ),
    )
    return once.without(
        once.frame.duplicated(list(key), keep=False),
        Rule(
            "contradicting_rows",
            key[0],
            f"have the {named} of another row, and something else in it",
            f"one row for each {named}.",
            "find out which of the rows is right and remove the others at the source, or correct "
            "them in the ledger of corrections.",
        ),
    )


SAME_ROW_AGAIN = "same_row_again"
"""The rule that copies break: the row itself is not lost."""


def without_strangers(rows: Rows, column: str, people: pd.Series) -> Rows:
    """Everyone in `column` must be among the people of the source `people`."""
    values = rows.frame[column]
    return rows.without(
        values.notna() & ~is_among(values, people),
        Rule(
            "not_among_people",
            column,
            f"have a {column} that the source people does not have",
            "everyone of every source among people, under the same id.",
            "add them to the file of people; if these are ids of another system (e-mail addresses, "
            "employee numbers), give a crosswalk and name the system under `ids` of the source; "
            "rows of people may be in quarantine themselves.",
        ),
    )


def without_reversed(rows: Rows, later: str, earlier: str) -> Rows:
    """`later` may not come before `earlier`; the same day is right."""
    return rows.without(
        rows.frame[later] < rows.frame[earlier],
        Rule(
            f"{later}_before_{earlier}",
            later,
            f"have {later} before {earlier}",
            f"{later} on {earlier} or after it.",
            "correct the dates at the source: they may be swapped, or belong to two records.",
        ),
    )


AFTER_EXTRACT = "dated after the extract"


def aside_after_extract(rows: Rows, column: str) -> Rows:
    """Rows dated after the day of the extract are plans, not facts."""
    extracted_on = rows.received.layout.extracted_on
    if extracted_on is None:
        return rows
    return rows.aside(rows.frame[column] > pd.Timestamp(extracted_on), AFTER_EXTRACT)


BACKDATED_DAYS = 30


def noting_backdated(rows: Rows, column: str) -> Rows:
    """A note of how many rows were entered long after they took effect, where a file tells."""
    if "entered_on" not in rows.frame:
        return rows
    entered = rows.frame["entered_on"].dropna()
    if entered.empty:
        return rows
    late = (entered - rows.frame.loc[entered.index, column]).dt.days > BACKDATED_DAYS
    return rows.noting(
        f"{np.mean(late):.1%} of {len(late)} rows were entered more than {BACKDATED_DAYS} days "
        "after the day they are dated"
    )


def lost_rows(rows: Rows) -> list[int]:
    """Numbers of the rows in quarantine, without copies of rows that are not."""
    return [
        number
        for finding in rows.findings
        if finding.rule.name != SAME_ROW_AGAIN
        for number in finding.rows.tolist()
    ]


def without_superseded(rows: Rows) -> Rows:
    """Without rows that were changed again on their day by one that cannot be used.

    What held at the end of that day is not known, and what they say it was not.
    """
    if "sequence" not in rows.frame:
        return rows
    of_day = ["person_id", "effective_on"]
    lost = rows.whole.loc[lost_rows(rows), [*of_day, "sequence"]].dropna()
    last = lost.groupby(of_day)["sequence"].max()
    if last.empty:
        return rows
    then = last.reindex(pd.MultiIndex.from_frame(rows.frame[of_day])).to_numpy()
    return rows.without(
        then > rows.frame["sequence"].fillna(1).to_numpy(),
        Rule(
            "superseded_by_a_lost_row",
            "sequence",
            "are changed again on their day by a row that cannot be used",
            "a last row of each day that can be used.",
            "mend the other row: it is in quarantine too.",
        ),
    )
