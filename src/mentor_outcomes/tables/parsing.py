"""Text into dates, numbers and flags, strictly; what cannot be read is refused with its place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.received import Received, counted, place

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


def parse(
    received: Received,
    column: str,
    kind: str,
    *,
    expected: str | None = None,
    remedy: str | None = None,
) -> pd.Series:
    """The column of text as values of the kind; missing stays missing.

    Each different text is read once. Raises SourceError naming file, lines, how many texts do not
    fit and what the first looks like, never the text; `expected` and `remedy` where the column
    knows better than its kind.
    """
    rule = KINDS[kind]
    codes, texts = pd.factorize(received.frame[column])
    values = [rule.read(text) for text in texts.tolist()]
    is_bad = np.array([value is None for value in values] + [False])
    if is_bad[codes].any():
        first = str(texts[is_bad[:-1]][0])
        raise SourceError(
            _found(received, column, is_bad[codes], _look(first, kind)),
            expected=expected or f"{rule.expected}, or nothing where the value is not known.",
            remedy=remedy
            or f"correct {column} in the file, or name the right column under "
            f"sources.{received.name}.columns in params.yaml.",
        )
    known = np.array([*values, rule.missing], dtype=rule.dtype)
    return pd.Series(known[codes], index=received.frame.index, name=column)


def _found(received: Received, column: str, rows: np.ndarray, look: str) -> str:
    n_rows = int(rows.sum())
    which = "it" if n_rows == 1 else "the first"
    return (
        f"{n_rows} of {counted(len(rows), 'value')} of {column} in {place(received, rows)} "
        f"cannot be read ({which} {look})."
    )


def _look(text: str, kind: str) -> str:
    """What a value that cannot be read looks like, without saying it: digits as #, no words."""
    if text in OPEN_ENDS:
        return "is an end-of-time date"
    if text.strip() != text:
        return "has a space before or after it"
    if kind == "flag":
        return "is another word or number"
    masked = re.sub(r"[0-9]", "#", text)
    is_figures = re.fullmatch(_FIGURES[kind], masked) is not None
    shape = f"is of the shape {masked[:24]}"
    if kind in _DAYS:
        not_a_day = "not a day of the calendar in the form 2016-02-29"
        return f"{shape}, {not_a_day}" if is_figures else _signs(text)
    if is_figures and "," in text:
        example = "39081" if kind == "whole" else "39081.00"
        return f"holds a comma; write {example}"
    return shape if is_figures else _signs(text)


_DAYS = ("date", "end_date", "moment")
_FIGURES = {
    **dict.fromkeys(_DAYS, r"[#.,:/+\-]*#[#.,:/+\-]*([ T][#.:+\-]+Z?)?"),
    **dict.fromkeys(("number", "whole"), r"[+\-]?[#.,]*#[#.,]*([eE][+\-]?#+)?"),
}
"""Masked texts that hold figures only and so can be shown."""


def _signs(text: str) -> str:
    if any(sign.isalpha() for sign in text):
        return "holds letters"
    if " " in text or "\u00a0" in text or "\u202f" in text:
        return "holds a space"
    return "holds signs other than digits"
