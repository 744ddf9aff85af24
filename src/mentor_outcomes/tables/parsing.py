"""Text into dates, numbers and flags, strictly; a text that does not fit makes its row unusable."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes.tables.forms import FIRST_YEAR, PLAIN, Forms, read_day, read_number

OPEN_ENDS = ("4712-12-31", "9999-12-31")
"""Dates that HR systems write for `no end`, in any form of date."""

_OPEN_YEARS = (4712, 9999)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_YEAR = re.compile(r"[0-9]{4}")
LAST_YEAR = 2100
"""Of birth: 9999 and the like stand for a missing year."""
NO_DAY = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one value is read: `read` gives None for what does not fit.

    missing   what stands for a missing value in a column of `dtype`
    """

    expected: str
    dtype: str
    missing: object
    read: Callable[[str, Forms], object | None]


def _day(text: str, forms: Forms, *, may_have_time: bool = False) -> date | None:
    """The day in the source's form, or as 2024-03-31, which is the same day in any form.

    Cells that a file stores as dates arrive as the latter.
    """
    return read_day(text, forms.dates, may_have_time=may_have_time) or read_day(
        text, "YYYY-MM-DD", may_have_time=may_have_time
    )


def _read_date(text: str, forms: Forms, *, may_have_time: bool = False) -> np.datetime64 | None:
    day = _day(text, forms, may_have_time=may_have_time)
    if day is None or (day.year in _OPEN_YEARS and (day.month, day.day) == (12, 31)):
        return None
    return np.datetime64(day, "us")


def _read_end_date(text: str, forms: Forms) -> np.datetime64 | None:
    day = _day(text, forms)
    is_open = day is not None and day.year in _OPEN_YEARS and (day.month, day.day) == (12, 31)
    return NO_DAY if is_open else _read_date(text, forms)


def _read_moment(text: str, forms: Forms) -> np.datetime64 | None:
    return _read_date(text, forms, may_have_time=True)


def _read_number(text: str, forms: Forms) -> float | None:
    return read_number(text, forms.decimal)


def _read_whole(text: str, forms: Forms) -> float | None:
    value = read_number(text, forms.decimal)
    is_exact = value is not None and value.is_integer() and abs(value) <= 2**53
    return value if is_exact else None


def _read_year(text: str, forms: Forms) -> float | None:
    """A calendar year, or the year of a date of birth."""
    if _YEAR.fullmatch(text):
        return float(text) if FIRST_YEAR <= int(text) <= LAST_YEAR else None
    day = _day(text, forms)
    return None if day is None else float(day.year)


def _read_flag(text: str, forms: Forms) -> bool | None:
    return _FLAGS.get(text.lower())


DAYS = ("date", "end_date", "moment")
NUMBERS = ("number", "whole")
KINDS: Mapping[str, Kind] = {
    "date": Kind("a date such as 2024-03-31", "datetime64[us]", NO_DAY, _read_date),
    "end_date": Kind(
        f"a date such as 2024-03-31 ({' or '.join(OPEN_ENDS)} or empty: no end)",
        "datetime64[us]",
        NO_DAY,
        _read_end_date,
    ),
    "moment": Kind(
        "a date such as 2024-03-31, with or without a time", "datetime64[us]", NO_DAY, _read_moment
    ),
    "number": Kind("a number", "float64", np.nan, _read_number),
    "whole": Kind("a whole number", "float64", np.nan, _read_whole),
    "year": Kind("a year such as 1984, or a date of birth", "float64", np.nan, _read_year),
    "flag": Kind("true, false, 1 or 0", "bool", False, _read_flag),
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """values: as long as the texts, missing where the text is; look: of one unreadable."""

    values: pd.Series
    is_unreadable: np.ndarray
    look: str = ""


def parse(
    texts: pd.Series, kind: str, forms: Forms = PLAIN, open_ends: tuple[str, ...] = ()
) -> Parsed:
    """The column of text as values of the kind. Each different text is read once.

    open_ends   further texts that mean `no end`, in columns of the kind end_date
    """
    rule = KINDS[kind]
    ends = {*OPEN_ENDS, *open_ends}
    codes, unique = pd.factorize(texts)
    known = [text for text in unique.tolist()]
    values = [
        NO_DAY if kind == "end_date" and text in ends else rule.read(text, forms) for text in known
    ]
    is_bad = np.array([value is None for value in values] + [False])
    filled = [rule.missing if value is None else value for value in values]
    array = np.array([*filled, rule.missing], dtype=rule.dtype)
    looks = {
        _look(text, kind, forms) for text, read in zip(known, values, strict=True) if read is None
    }
    # By the alphabet: the order of rows decides nothing.
    look = min(looks, default="")
    return Parsed(pd.Series(array[codes], index=texts.index, name=texts.name), is_bad[codes], look)


def _look(text: str, kind: str, forms: Forms) -> str:
    """What a value that cannot be read looks like, without saying it: digits as #, no words."""
    if text.strip() != text:
        return "has a space before or after it"
    if kind == "flag":
        return "is another word or number"
    masked = re.sub(r"[0-9]", "#", text)
    if kind in DAYS:
        if text in OPEN_ENDS:
            return "is an end-of-time date"
        if re.fullmatch(_FIGURES_OF_DAYS, masked):
            return f"is of the shape {masked[:24]}, not a day of the calendar as {forms.dates}"
        return _signs(text)
    if re.fullmatch(r"[+\-]?[#.,]*#[#.,]*([eE][+\-]?#+)?", masked):
        return f"is of the shape {masked[:24]}"
    return _signs(text)


_FIGURES_OF_DAYS = r"[#.,:/+\-]*#[#.,:/+\-]*([ T][#.:+\-]+Z?)?"


def _signs(text: str) -> str:
    if any(sign.isalpha() for sign in text):
        return "holds letters"
    if " " in text or "\u00a0" in text or "\u202f" in text:
        return "holds a space"
    return "holds signs other than digits"
