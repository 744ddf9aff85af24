"""Text into dates, numbers and flags, strictly; what cannot be read is refused with its place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.received import Received, place

OPEN_ENDS = ("4712-12-31", "9999-12-31")
"""Dates that HR systems write for `no end`."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one value is read: `read` gives None for what does not fit.

    missing   what stands for a missing value in a column of `dtype`
    """

    expected: str
    dtype: str
    missing: object
    read: Callable[[str], object | None]


def _read_date(text: str) -> np.datetime64 | None:
    if not _DATE.fullmatch(text) or text in OPEN_ENDS:
        return None
    try:
        return np.datetime64(date.fromisoformat(text), "us")
    except ValueError:
        return None


def _read_end_date(text: str) -> np.datetime64 | None:
    return np.datetime64("NaT") if text in OPEN_ENDS else _read_date(text)


def _read_moment(text: str) -> np.datetime64 | None:
    match = _MOMENT.fullmatch(text)
    return _read_date(match.group(1)) if match else None


def _read_number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if np.isfinite(value) else None


def _read_whole(text: str) -> float | None:
    value = _read_number(text)
    return value if value is not None and value.is_integer() else None


def _read_flag(text: str) -> bool | None:
    return _FLAGS.get(text.lower())


_NO_DAY = np.datetime64("NaT")
KINDS: Mapping[str, Kind] = {
    "date": Kind("a date such as 2024-03-31", "datetime64[us]", _NO_DAY, _read_date),
    "end_date": Kind(
        f"a date such as 2024-03-31 ({' or '.join(OPEN_ENDS)} or empty: no end)",
        "datetime64[us]",
        _NO_DAY,
        _read_end_date,
    ),
    "moment": Kind(
        "a date such as 2024-03-31, with or without a time", "datetime64[us]", _NO_DAY, _read_moment
    ),
    "number": Kind("a number with a decimal point", "float64", np.nan, _read_number),
    "whole": Kind("a whole number", "float64", np.nan, _read_whole),
    "flag": Kind("true, false, 1 or 0", "bool", False, _read_flag),
}


def parse(received: Received, column: str, kind: str) -> pd.Series:
    """The column of text as values of the kind; missing stays missing.

    Each different text is read once. Raises SourceError naming file, lines, how many texts do not
    fit and their shape, never the text.
    """
    rule = KINDS[kind]
    codes, texts = pd.factorize(received.frame[column])
    values = [rule.read(text) for text in texts.tolist()]
    is_bad = np.array([value is None for value in values] + [False])
    if is_bad[codes].any():
        raise _unreadable(received, column, rule, is_bad[codes], texts[is_bad[:-1]])
    known = np.array([*values, rule.missing], dtype=rule.dtype)
    return pd.Series(known[codes], index=received.frame.index, name=column)


def _unreadable(
    received: Received, column: str, rule: Kind, rows: np.ndarray, texts: pd.Index
) -> SourceError:
    return SourceError(
        f"{int(rows.sum())} of {len(rows)} values of {column} in {place(received, rows)} "
        f"cannot be read ({_shape(str(texts[0]))}).",
        expected=f"{rule.expected}, or nothing where the value is not known.",
        remedy=f"correct {column} in the file, or name the right column under `columns` of the "
        f"source {received.name} in params.yaml.",
    )


def _shape(text: str) -> str:
    """What a value looks like, without saying it: digits as #, and words as the word text."""
    if text in OPEN_ENDS:
        return "an end-of-time date"
    masked = re.sub(r"[0-9]", "#", text)
    is_figures = re.fullmatch(r"[#.,:/+\- TeE%]+", masked) is not None and "#" in masked
    return f"of the shape {masked[:24]}" if is_figures else "such as text"
