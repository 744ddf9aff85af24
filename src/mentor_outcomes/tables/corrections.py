"""The ledger of known errors in received files: each is corrected until its source is mended.

The ledger is a list in `data/raw/corrections.yaml`, beside the files, since it names people:

    - source: jobs
      where: {person_id: "000123", effective_on: "2021-03-01"}   # texts as in the file
      column: grade
      wrong: "7"              # what we still expect to find there
      right: "6"              # nothing: the value is not known
      why: typed one too high; confirmed by HR
      dated: "2024-05-02"
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import SOURCES
from mentor_outcomes.study.reading import read_settings
from mentor_outcomes.tables.contracts import OUR_COLUMNS
from mentor_outcomes.tables.received import Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One known error: where it stands, what is wrong, what is right, why, and since when."""

    source: str
    where: Mapping[str, str]
    column: str
    why: str
    dated: date
    wrong: str | None = None
    right: str | None = None
    told: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ledger:
    corrections: tuple[Correction, ...] = field(default_factory=tuple)


def ledger_of(raw: object, shown: str | None) -> tuple[Correction, ...]:
    """The corrections of a ledger as read from YAML. Raises where an entry is unfit."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise SourceError(
            f"{shown} is no list.",
            expected="a list of corrections, each beginning with `- source: ...`.",
            remedy=f"write {shown} as docs/raw_files.md shows.",
        )
    for number, entry in enumerate(raw, start=1):
        _refuse_unquoted(number, entry, str(shown))
    ledger = read_settings(_Ledger, {"corrections": raw}, where=str(shown)).corrections
    for number, entry in enumerate(ledger, start=1):
        if entry.source not in SOURCES:
            raise SourceError(
                f"entry {number} of {shown} is for {entry.source}, which is no source.",
                expected=f"one of {', '.join(SOURCES)}.",
                remedy="correct `source` of the entry: it would never be applied.",
            )
    return ledger


def _refuse_unquoted(number: int, entry: object, shown: str) -> None:
    """What is no text, by its key: what it is may be somebody's id."""
    where = entry.get("where") if isinstance(entry, Mapping) else None
    if not isinstance(where, Mapping):
        raise SourceError(
            f"entry {number} of {shown} has no columns and texts under `where`.",
            expected="source, where, column, wrong, right, why and dated, as in "
            '`where: {person_id: "000123"}`.',
            remedy=f"write {shown} as docs/raw_files.md shows.",
        )
    # A key that is no column of ours may be an id as well: `where: {000123}`.
    shown_keys = {name: f"where.{name}" if name in OUR_COLUMNS else "where" for name in where}
    texts = {
        **{name: text for name, text in entry.items() if name != "where"},
        **{shown_keys[name]: text for name, text in where.items()},
    }
    may_be_missing = ("wrong", "right", "told")
    unfit = [
        name
        for name, text in texts.items()
        if not (isinstance(text, str) or (text is None and name in may_be_missing))
    ]
    if unfit:
        raise SourceError(
            f"entry {number} of {shown} has {unfit[0]} that is no text.",
            expected="texts as they stand in the file, in quotes; so are dates.",
            remedy=f"put {unfit[0]} in quotes: YAML makes a number of 000123.",
        )


def corrected(received: Received, ledger: Sequence[Correction]) -> Received:
    """The source with its entries of the ledger applied.

    Raises SourceError where an entry finds no row, or several, or no longer what was wrong: the
    source has been mended, and the entry has to go.
    """
    mine = [(n, entry) for n, entry in enumerate(ledger, start=1) if entry.source == received.name]
    if not mine:
        return received
    frame = received.frame.copy()
    done: set[tuple[int, str]] = set()
    for number, entry in mine:
        row = _row_of(received.frame, entry, number)
        if (row, entry.column) in done:
            raise _unfit(number, "corrects a value that an earlier entry corrects")
        done.add((row, entry.column))
        frame.loc[row, entry.column] = entry.right
    note = f"{len(mine)} {'value' if len(mine) == 1 else 'values'} corrected as the ledger says"
    return replace(received, frame=frame, notes=(*received.notes, note))


def _row_of(frame: pd.DataFrame, entry: Correction, number: int) -> int:
    """The row that the entry means, checked to be still wrong."""
    unknown = [name for name in (*entry.where, entry.column) if name not in frame.columns]
    if unknown:
        shown = f": {unknown[0]}" if re.fullmatch("[A-Za-z_]+", unknown[0]) else ""
        raise _unfit(number, f"names a column that {entry.source} has not{shown}")
    is_meant = np.ones(len(frame), dtype=bool)
    for name, text in entry.where.items():
        is_meant &= (frame[name] == text).fillna(False).to_numpy(dtype=bool)
    rows = np.flatnonzero(is_meant)
    if len(rows) != 1:
        raise _unfit(number, f"finds {len(rows) or 'no'} rows of {entry.source} instead of one")
    found = frame[entry.column].iloc[rows[0]]
    found = None if pd.isna(found) else found
    if found != entry.wrong:
        is_right = found == entry.right
        raise SourceError(
            f"entry {number} of the ledger of corrections no longer finds the wrong value in "
            f"{entry.column} of {entry.source}"
            f"{': the right one stands there' if is_right else ', nor the right one'}.",
            expected="the value that was wrong on the day of the entry.",
            remedy="remove the entry: the source has been mended."
            if is_right
            else "look at the row again: somebody has changed it to something else.",
        )
    return int(rows[0])


def _unfit(number: int, what: str) -> SourceError:
    return SourceError(
        f"entry {number} of the ledger of corrections {what}.",
        expected="one row that still holds the wrong value.",
        remedy="correct `where` or `column` of the entry; its texts are those of the file, under "
        "our column names.",
    )
