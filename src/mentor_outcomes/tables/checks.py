"""What must hold between rows and sources, each with its one paragraph."""

from collections.abc import Sequence

import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.received import Received, agreeing, counted, place, refuse_rows


def refuse_repeated(received: Received, frame: pd.DataFrame, key: Sequence[str]) -> None:
    """One row per key: rows that repeat an earlier one are refused."""
    refuse_rows(
        received,
        frame.duplicated(list(key)),
        f"repeat the {' and '.join(key)} of an earlier row",
        expected=f"one row for each {' and '.join(key)}.",
        remedy="find out which of the rows is right and remove the others at the source.",
    )


def refuse_strangers(
    received: Received, frame: pd.DataFrame, column: str, people: pd.Series
) -> None:
    """Everyone in `column` must be among the people of the source `people`."""
    refuse_rows(
        received,
        frame[column].notna() & ~frame[column].isin(people),
        f"have a {column} that the source people does not have",
        expected="everyone of every source among people, under the same id.",
        remedy="add them to the file of people, or look whether leading zeros were lost in one of "
        "the two files.",
    )


def refuse_before(received: Received, frame: pd.DataFrame, later: str, earlier: str) -> None:
    """`later` may not come before `earlier`; the same day is right."""
    refuse_rows(
        received,
        frame[later] < frame[earlier],
        f"have {later} before {earlier}",
        expected=f"{later} on {earlier} or after it.",
        remedy="correct the dates at the source: they may be swapped, or belong to two records.",
    )


def refuse_unknown(
    received: Received, frame: pd.DataFrame, column: str, levels: Sequence[str]
) -> None:
    """Codes of `column` must be among `levels`. The codes seen are named: they name nobody."""
    unknown = frame[column].notna() & ~frame[column].isin(levels)
    if unknown.any():
        n_unknown = int(unknown.sum())
        counts = frame.loc[unknown, column].value_counts()
        codes = ", ".join(f"{code} ({counts[code]})" for code in sorted(counts.index)[:5])
        more = f" and {len(counts) - 5} more" if len(counts) > 5 else ""
        raise SourceError(
            f"{counted(n_unknown, 'row')} of {place(received, unknown.to_numpy())} "
            f"{agreeing(n_unknown, 'have')} an unknown {column}: {codes}{more}.",
            expected=f"one of {', '.join(levels)}.",
            remedy=f"write one of these in {column} when the file is made.",
        )
