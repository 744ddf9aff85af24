"""Typed cells as text, the same whichever format stores them: `7`, `0.1`, `true`, `2020-01-31`."""

import math
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd

MOST_DIGITS = 15
"""Of a whole number that a spreadsheet keeps; more of them are shown as a power of ten."""


def number_text(value: float) -> str | None:
    """The shortest text that is the same number: 7.0 is `7`; None for not-a-number."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return repr(value)
    if not value.is_integer():
        return repr(value)
    if abs(value) < 10**MOST_DIGITS:
        return str(int(value))
    return np.format_float_scientific(value, trim="-")


def number_texts(values: np.ndarray) -> pd.Series:
    """`number_text` of each value; each different one is written once."""
    codes, numbers = pd.factorize(np.asarray(values, dtype="float64"))
    texts = np.array([*map(number_text, numbers.tolist()), None], dtype=object)
    return pd.Series(texts[codes], dtype="str")


def cell_text(cell: object) -> str | None:
    """Text of a workbook's cell; None for an empty one."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number_text(float(cell))
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return duration_text(cell)
    return None


def moment_text(moment: datetime) -> str:
    """A date where the time of day is midnight, since dates are often stored so."""
    if moment.time() == time():
        return moment.date().isoformat()
    return moment.isoformat(sep=" ")


def duration_text(duration: timedelta) -> str:
    """Hours, minutes and seconds, as a spreadsheet shows them: `36:00:00`."""
    seconds = round(duration.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"


def without_midnight(texts: pd.Series) -> pd.Series:
    """Moments as dates if all of them are midnight: a database often stores dates so."""
    is_midnight = texts.str.endswith(" 00:00:00") | texts.isna()
    return texts.str.slice(0, -9) if bool(is_midnight.all()) else texts
