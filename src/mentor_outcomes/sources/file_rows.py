"""One received file as text, before anything is believed about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError


@dataclass(frozen=True, slots=True)
class FileRows:
    """One file's records, every value text, empty is missing.

    frame     one row per record; only the columns that were asked for, under the file's names
    lines     shape (n_rows,): the line (row of a sheet, number of a record) each one begins on
    headers   all columns of the file, also those that were not read
    form      how it was read, in words: `text, UTF-8 with byte-order mark, semicolons`
    numeric   columns that the file itself stores as numbers
    labels    column -> code -> label, where the file holds value labels
    notes     what a reader of the extract should know, such as answers coded as missing
    """

    frame: pd.DataFrame
    lines: np.ndarray
    headers: tuple[str, ...]
    form: str
    numeric: frozenset[str] = frozenset()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """columns: headers that are read, in the file's order; ids: those of them that hold ids."""

    columns: tuple[str, ...]
    ids: frozenset[str] = frozenset()


Choose = Callable[[tuple[str, ...]], Chosen]
"""From all headers of a file to those that are read; refuses a file that lacks a declared one."""


def content_of(path: Path, shown: str) -> bytes:
    """The bytes of a received file; `shown` is how messages name it."""
    require_file(path, shown)
    try:
        return path.read_bytes()
    except OSError as problem:
        reason = problem.strerror
    raise SourceError(
        f"{shown} cannot be opened: {reason}.",
        expected="a file that may be read.",
        remedy="check the file's permissions, or put it there again.",
    )


def require_file(path: Path, shown: str) -> None:
    """Raise SourceError if there is no such file."""
    if not path.is_file():
        raise SourceError(
            f"there is no file {shown}.",
            expected="the extract that `sources` in params.yaml names.",
            remedy="put the file there, or correct its path in params.yaml.",
        )


def text_column(values: object) -> pd.Series:
    """Values as text; None and the empty text are missing."""
    texts = pd.Series(values, dtype="str")
    return texts.mask(texts == "")


def no_rows(shown: str) -> SourceError:
    """What is said of a file that has column names and nothing else."""
    return SourceError(
        f"{shown} has a header and no rows.",
        expected="at least one record below the header.",
        remedy="export the file again, or remove this source from params.yaml.",
    )
