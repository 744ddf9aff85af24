"""A received table before anything is believed about it."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError


@dataclass(frozen=True, slots=True)
class RawTable:
    """One source as received: every value text, empty is missing.

    name        as in `sources` of params.yaml
    frame       one row per record kept; columns under our names where these are declared
    paths       the files it came from, as params.yaml gives them
    files       shape (n_rows,), which of `paths` each row came from
    lines       shape (n_rows,), the line of that file on which each row begins
    set_aside   why records were not kept -> how many
    extra       columns declared to ride along -> number, text or flag
    notes       what a reader of the extract should know
    """

    name: str
    frame: pd.DataFrame
    paths: tuple[str, ...]
    files: np.ndarray
    lines: np.ndarray
    set_aside: Mapping[str, int] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def require(self, columns: Iterable[str]) -> None:
        """Raise SourceError if any of our columns is not there, naming the nearest header."""
        require_headers(columns, [str(name) for name in self.frame.columns], self.paths[0])


def require_headers(names: Iterable[str], headers: Sequence[str], shown: str) -> None:
    """Raise SourceError if any of `names` is not among the headers of the file `shown`."""
    lacking = [name for name in names if name not in headers]
    if lacking:
        near = _nearest(lacking[0], headers)
        raise SourceError(
            f"{shown} has no column {', '.join(lacking)}.{near}",
            expected=f"{lacking[0]} among its headers.",
            remedy="export the file again with that column, or name the provider's own header "
            "under `columns` of this source in params.yaml (an empty text there says that the "
            "provider does not have it).",
        )


def _nearest(name: str, headers: Sequence[str]) -> str:
    """The most similar header, whatever the order of its words; nothing if none is similar."""
    by_words = {_words(header): header for header in headers}
    close = difflib.get_close_matches(_words(name), list(by_words), n=1, cutoff=0.5)
    return f" The header nearest to {name} is {by_words[close[0]]}." if close else ""


def _words(header: str) -> str:
    return " ".join(sorted(re.findall(r"[^\W_]+", header.casefold())))


def raw_table(
    name: str,
    frame: pd.DataFrame,
    path: str | None = None,
    extra: Mapping[str, str] | None = None,
) -> RawTable:
    """A frame of text held in memory as if it had been read from one file with one header row."""
    n_rows = len(frame)
    return RawTable(
        name=name,
        frame=frame.reset_index(drop=True),
        paths=(path or f"{name}.csv",),
        files=np.zeros(n_rows, dtype="int64"),
        lines=np.arange(n_rows) + 2,
        extra=extra or {},
    )
