"""A received table before anything is believed about it."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Layout


@dataclass(frozen=True, slots=True)
class RawTable:
    """One source as received: every value text, empty is missing.

    name        as in `sources` of params.yaml
    frame       one row per record kept; columns under our names, only those asked for
    paths       the files it came from, as params.yaml gives them
    files       shape (n_rows,), which of `paths` each row came from
    lines       shape (n_rows,), the line of that file on which each row begins
    layout      the profile's lines with the study file's over them
    set_aside   why records were not kept -> how many
    extra       columns declared to ride along -> number, text or flag
    headers     all columns of the first file, also those that were not read
    form        how the files were read, in words
    numeric     our columns that a file stores as numbers
    labels      our column -> code -> label, where a file holds value labels
    notes       what a reader of the extract should know
    """

    name: str
    frame: pd.DataFrame
    paths: tuple[str, ...]
    files: np.ndarray
    lines: np.ndarray
    layout: Layout = field(default_factory=Layout)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    form: str = ""
    numeric: frozenset[str] = frozenset()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def require(self, columns: Iterable[str], *, remedy: str) -> None:
        """Raise SourceError if any of our columns is not there, naming the nearest header."""
        wanted = list(columns)
        require_headers(
            wanted,
            [*self.headers, *map(str, self.frame.columns)],
            self.paths[0],
            taken=OUR_NAMES.union(wanted, self.extra),
            remedy=remedy,
        )


OUR_NAMES = frozenset(
    name for table in schema.ALL if table.folder == "data/tables" for name in table.column_names()
)
"""Columns of our entities: a header with such a name already has its meaning."""


def require_headers(
    names: Iterable[str],
    headers: Sequence[str],
    shown: str,
    *,
    taken: frozenset[str] = frozenset(),
    remedy: str,
) -> None:
    """Raise SourceError if any of `names` is not among the headers of the file `shown`.

    The nearest header is named too, unless it is among `taken`: headers that mean something else.
    """
    lacking = [name for name in names if name not in headers]
    if lacking:
        near = _nearest(lacking[0], [header for header in headers if header not in taken])
        raise SourceError(
            f"{shown} has no column {' or '.join(lacking)}.{near}",
            expected=f"{' and '.join(lacking)} among its headers.",
            remedy=remedy,
        )


def _nearest(name: str, headers: Sequence[str]) -> str:
    """The most similar header, whatever the order of its words; nothing if none is similar."""
    likeness = {header: _likeness(name, header) for header in headers}
    close = max(likeness, key=likeness.__getitem__, default=None)
    if close is None or likeness[close] < LEAST_LIKENESS:
        return ""
    return f" The header nearest to {name} is {close}."


LEAST_LIKENESS = 0.5
"""Share of common letters below which a header is not worth naming."""


def _likeness(one: str, other: str) -> float:
    """Of the words in the order of the alphabet, or of all letters in their own: the larger."""
    words = [re.findall(r"[^\W_]+", header.casefold()) for header in (one, other)]
    return max(
        difflib.SequenceMatcher(None, *(" ".join(sorted(each)) for each in words)).ratio(),
        difflib.SequenceMatcher(None, *("".join(each) for each in words)).ratio(),
    )


def raw_table(
    name: str,
    frame: pd.DataFrame,
    path: str | None = None,
    extra: Mapping[str, str] | None = None,
    layout: Layout | None = None,
) -> RawTable:
    """A frame of text held in memory as if it had been read from one file with one header row."""
    n_rows = len(frame)
    return RawTable(
        name=name,
        frame=frame.reset_index(drop=True),
        paths=(path or f"{name}.csv",),
        files=np.zeros(n_rows, dtype="int64"),
        lines=np.arange(n_rows) + 2,
        layout=layout or Layout(),
        extra=extra or {},
        headers=tuple(map(str, frame.columns)),
    )
