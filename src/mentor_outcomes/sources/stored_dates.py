"""Dates that SPSS and Stata store as numbers, by the column's display format."""

import re

import numpy as np
import pandas as pd

from mentor_outcomes.sources.cell_text import without_midnight

_SPSS = {
    **dict.fromkeys(
        ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "MOYR", "QYR", "WKYR"), "seconds since 1582"
    ),
    **dict.fromkeys(("DATETIME", "YMDHMS"), "seconds since 1582"),
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), "times of day"),
}
_STATA = {
    "d": "days since 1960",
    "c": "milliseconds since 1960",
    "C": "milliseconds with leap seconds",
    "m": "months since 1960",
    "w": "weeks",
    "q": "quarters",
    "h": "half-years",
    "b": "business days",
}


def kind_of_date(form: str | None, *, is_stata: bool) -> str | None:
    """What the numbers of a column with this display format count; None: they are no dates."""
    if not form:
        return None
    if is_stata:
        found = re.match(r"%-?t?d|%-?t([a-zA-Z])", form)
        return _STATA.get(found[1] or "d") if found else None
    found = re.match(r"[A-Z]+", form.upper())
    return _SPSS.get(found[0]) if found else None


_EPOCHS = {
    "seconds since 1582": (np.datetime64("1582-10-14", "ms"), 1_000),
    "milliseconds since 1960": (np.datetime64("1960-01-01", "ms"), 1),
    "days since 1960": (np.datetime64("1960-01-01", "ms"), 86_400_000),
}
_LATEST = np.datetime64("9999-12-31T23:59:59", "ms")
_EARLIEST = np.datetime64("0001-01-01", "ms")


def date_texts(numbers: np.ndarray, kind: str) -> pd.Series | None:
    """Dates as 2020-01-31, with the time of day where a column has any.

    None where this kind of date is not read, or a number is no day of the years 1 to 9999.
    """
    known = ~np.isnan(numbers)
    moments = np.full(len(numbers), np.datetime64("NaT", "ms"))
    if kind == "months since 1960":
        if not _all_within(numbers[known], 12 * -1959, 12 * 8040 - 1):
            return None
        months = numbers[known].astype("int64").astype("timedelta64[M]")
        moments[known] = (np.datetime64("1960-01", "M") + months).astype("datetime64[ms]")
    elif kind in _EPOCHS:
        epoch, milliseconds = _EPOCHS[kind]
        lowest = (_EARLIEST - epoch).astype("int64") / milliseconds
        highest = (_LATEST - epoch).astype("int64") / milliseconds
        if not _all_within(numbers[known], lowest, highest):
            return None
        steps = np.rint(numbers[known] * milliseconds).astype("int64").astype("timedelta64[ms]")
        moments[known] = epoch + steps
    else:
        return None
    return without_midnight(_iso(moments))


def _all_within(numbers: np.ndarray, lowest: float, highest: float) -> bool:
    return bool(((numbers >= lowest) & (numbers <= highest)).all())


def _iso(moments: np.ndarray) -> pd.Series:
    texts = pd.Series(np.datetime_as_string(moments, unit="ms"), dtype="str")
    texts = texts.str.replace("T", " ", regex=False).str.replace(r"\.0+$", "", regex=True)
    return texts.mask(np.isnat(moments))
