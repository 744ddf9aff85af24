"""How numbers are written: a true minus, a sign where direction matters, whole people."""

import math

MINUS, RANGE = "\u2212", " to "
NOT_SHOWN = "not shown"

_DECIMALS = {
    "per 100 people": 1,
    "months": 2,
    "log hazard ratio": 2,
    "log points": 3,
    "log points per year": 3,
    "points": 2,
    "SD": 2,
    "log odds": 2,
    "times": 2,
    "chi-square": 1,
    "chi-square (1 df)": 1,
}


def plain(value: float, decimals: int) -> str:
    """With so many decimals and a true minus; `not shown` where it is missing."""
    if value is None or not math.isfinite(value):
        return NOT_SHOWN
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def signed(value: float, decimals: int) -> str:
    """The same with a plus before positive values."""
    text = plain(value, decimals)
    if text == NOT_SHOWN or text.startswith(MINUS) or float(text.replace(",", "")) == 0:
        return text
    return f"+{text}"


def people(count: float) -> str:
    """A published count of people."""
    return plain(count, 0)


def of_hundred(risk: float) -> str:
    """So many of 100, in whole people."""
    return plain(math.floor(risk + 0.5), 0)


def percent_of_log(value: float) -> float:
    """Log points as per cent: 100 (exp(value) - 1)."""
    return 100 * math.expm1(value)


def in_unit(value: float, unit: str, *, sign: bool = False) -> str:
    """In the unit of the tables, with the decimals that suit it."""
    return (signed if sign else plain)(value, _DECIMALS[unit])


def off_zero(value: float, unit: str, *, sign: bool = False) -> str:
    """The same, with one more decimal where rounding would make it zero, which it is not.

    On which side of zero the end of an interval lies decides the verdict.
    """
    write = signed if sign else plain
    return write(value, _off_zero(value, _DECIMALS[unit]))


def _off_zero(value: float, decimals: int) -> int:
    """`decimals`, or one more where only that tells the value from zero."""
    is_lost = math.isfinite(value) and round(value, decimals) == 0 != round(value, decimals + 1)
    return decimals + is_lost


def interval(low: float, high: float, unit: str) -> str:
    """`low to high` in the unit of the tables; an end that is not zero is not told as zero."""
    return f"{off_zero(low, unit)}{RANGE}{off_zero(high, unit)}"


def for_readers(value: float, unit: str, *, sign: bool = True, is_end: bool = False) -> str:
    """As the HR report writes it: pay in per cent, points of a scale, people of 100, months.

    is_end   of an interval: one that is not zero is not told as zero
    """
    if not math.isfinite(value):
        return NOT_SHOWN
    write = signed if sign else plain
    shown = percent_of_log(value) if unit == "log points" else value
    decimals = 1 if unit in ("log points", "per 100 people", "months") else 2
    told = write(shown, _off_zero(shown, decimals) if is_end else decimals)
    return f"{told}%" if unit == "log points" else told
