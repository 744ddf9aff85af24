"""What tables need to know of a received file: its text, and where each row stood in it."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError

LINES_NAMED = 3
"""Lines that a message names; the others are counted."""


class Received(Protocol):
    """A raw table. Its frame is numbered 0, 1, ... as `files` and `lines` are."""

    name: str
    frame: pd.DataFrame
    paths: tuple[str, ...]
    files: np.ndarray
    lines: np.ndarray
    set_aside: Mapping[str, int]
    extra: Mapping[str, str]

    def require(self, columns: Iterable[str]) -> None: ...


def place(received: Received, rows: np.ndarray) -> str:
    """File and lines of the rows where the mask `rows` is true; of several files, the first."""
    positions = np.flatnonzero(rows)
    files = received.files[positions]
    lines = received.lines[positions[files == files.min()]]
    named = ", ".join(str(line) for line in lines[:LINES_NAMED])
    more = f" and {len(lines) - LINES_NAMED} more" if len(lines) > LINES_NAMED else ""
    n_others = len(np.unique(files)) - 1
    others = f" and {n_others} other file(s)" if n_others else ""
    word = "line" if len(lines) == 1 else "lines"
    return f"{received.paths[files.min()]} ({word} {named}{more}){others}"


def refuse_rows(
    received: Received, rows: pd.Series | np.ndarray, what: str, *, expected: str, remedy: str
) -> None:
    """Raise SourceError if any row is true in the mask `rows`; `what` says what such a row does.

    The message holds counts and places, never a value.
    """
    wrong = np.asarray(rows, dtype=bool)
    if not wrong.any():
        return
    raise SourceError(
        f"{int(wrong.sum())} of {len(wrong)} rows of {received.name} {what}: "
        f"{place(received, wrong)}.",
        expected=expected,
        remedy=remedy,
    )
