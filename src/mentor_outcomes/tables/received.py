"""What tables need to know of a received file: its text, and where each row stood in it."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Layout

LINES_NAMED = 3
"""Lines that a message names; the others are counted."""


class Received(Protocol):
    """A raw table, a dataclass. Its frame is numbered 0, 1, ... as `files` and `lines` are."""

    name: str
    frame: pd.DataFrame
    paths: tuple[str, ...]
    files: np.ndarray
    lines: np.ndarray
    layout: Layout
    set_aside: Mapping[str, int]
    extra: Mapping[str, str]
    form: str
    numeric: frozenset[str]
    labels: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...]

    def require(self, columns: Iterable[str], *, remedy: str) -> None: ...


def place(received: Received, rows: np.ndarray) -> str:
    """File and lines of the rows where the mask `rows` is true; of several files, the first."""
    positions = np.flatnonzero(rows)
    files = received.files[positions]
    lines = received.lines[positions[files == files.min()]]
    named = ", ".join(str(line) for line in lines[:LINES_NAMED])
    more = f" and {len(lines) - LINES_NAMED} more" if len(lines) > LINES_NAMED else ""
    n_others = len(np.unique(files)) - 1
    others = f" and in {counted(n_others, 'other file')}" if n_others else ""
    word = "line" if len(lines) == 1 else "lines"
    return f"{received.paths[files.min()]} ({word} {named}{more}){others}"


def counted(n: int, noun: str) -> str:
    """`1 row`, `2 rows`: the count with its noun."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def agreeing(n: int, what: str) -> str:
    """`what`, which begins with a verb in the plural, for `n` of them: 1 has, 2 have."""
    if n != 1:
        return what
    verb, _, rest = what.partition(" ")
    return f"{_SINGULAR.get(verb, verb + 's')} {rest}".strip()


_SINGULAR = {"have": "has", "are": "is", "do": "does"}


def refuse_rows(
    received: Received, rows: pd.Series | np.ndarray, what: str, *, expected: str, remedy: str
) -> None:
    """Raise SourceError if any row is true in the mask `rows`; `what` says what such rows do.

    For what puts a whole column in doubt; single rows that cannot be used are quarantined. The
    message holds counts and places, never a value.
    """
    wrong = np.asarray(rows, dtype=bool)
    if not wrong.any():
        return
    n_wrong = int(wrong.sum())
    raise SourceError(
        f"{n_wrong} of {counted(len(wrong), 'row')} of {received.name} {agreeing(n_wrong, what)}: "
        f"{place(received, wrong)}.",
        expected=expected,
        remedy=remedy,
    )
