"""In which form a source writes its dates and numbers: declared, or found, or refused as open.

A form is found from all values of a source together. What no value decides is not guessed:
03/04/2021 is refused where nothing says whether it is in March or in April.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.received import Received

_DAY, _MONTH = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})"
_YEAR = r"(?P<year>[0-9]{4})"
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "YYYY-MM-DD": re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    "YYYY/MM/DD": re.compile(f"{_YEAR}/{_MONTH}/{_DAY}"),
    "YYYYMMDD": re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    "DD.MM.YYYY": re.compile(rf"{_DAY}\.{_MONTH}\.{_YEAR}"),
    "DD/MM/YYYY": re.compile(f"{_DAY}/{_MONTH}/{_YEAR}"),
    "MM/DD/YYYY": re.compile(f"{_MONTH}/{_DAY}/{_YEAR}"),
    "DD-MM-YYYY": re.compile(f"{_DAY}-{_MONTH}-{_YEAR}"),
    "MM-DD-YYYY": re.compile(f"{_MONTH}-{_DAY}-{_YEAR}"),
    "DD-MON-YYYY": re.compile(rf"{_DAY}-(?P<name>[A-Za-z]{{3}})-{_YEAR}"),
}
_TWINS = {"DD/MM/YYYY": "MM/DD/YYYY", "DD-MM-YYYY": "MM-DD-YYYY"}
"""Forms that the same text may be read in."""

_TIME = re.compile(
    r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?[AaPp][Mm])?"
    r"( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?"
)
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00([.,]0+)?)?( ?Z)?")


@dataclass(frozen=True, slots=True)
class Forms:
    """How one source writes: dates in one of `study.source.DATE_FORMS`, decimals with . or ,"""

    dates: str = "YYYY-MM-DD"
    decimal: str = "."
    said: tuple[str, ...] = ()


FIRST_YEAR = 1900
"""Earlier years are slips, as 0202 for 2020: nobody at work now was born or hired then."""

PLAIN = Forms()
"""Dates as 2024-03-31, decimal points."""


def read_day(text: str, form: str, *, may_have_time: bool = False) -> date | None:
    """The day that `text` writes in this form, with no time or midnight; None if it is none."""
    pattern = _PATTERNS[form]
    match = pattern.match(text)
    if match is None:
        return None
    rest = text[match.end() :]
    if rest and not (_TIME if may_have_time else _MIDNIGHT).fullmatch(rest):
        return None
    parts = match.groupdict()
    name = parts.get("name")
    if name is not None and name.lower() not in _NAMES:
        return None
    month = _NAMES.index(name.lower()) + 1 if name is not None else int(parts["month"])
    try:
        day = date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


def found_date_form(received: Received, texts: Iterable[str], path: str | None = None) -> Forms:
    """The form that most of the different dates of one file are written in.

    path   the file, of several of a source; each decides for itself

    Raises SourceError where day and month could be exchanged in every value, or where some values
    can only be read one way round and some only the other.
    """
    values = list(dict.fromkeys(texts))
    read = {form: _n_read(values, form) for form in _PATTERNS}
    best = max(read, key=lambda form: read[form])
    if not read[best]:
        return PLAIN
    for one, other in _TWINS.items():
        if best in (one, other):
            best = _of_twins(received, values, one, other, path or received.paths[0])
    said = () if best == "YYYY-MM-DD" else (f"dates {best}",)
    return Forms(dates=best, said=said)


def _n_read(texts: Sequence[str], form: str) -> int:
    return sum(read_day(text, form, may_have_time=True) is not None for text in texts)


def _of_twins(received: Received, texts: Sequence[str], one: str, other: str, path: str) -> str:
    """Which of two forms that exchange day and month the texts are in."""
    read = [
        (
            read_day(text, one, may_have_time=True) is not None,
            read_day(text, other, may_have_time=True) is not None,
        )
        for text in texts
    ]
    only_one, only_other = sum(a and not b for a, b in read), sum(b and not a for a, b in read)
    if only_one and not only_other:
        return one
    if only_other and not only_one:
        return other
    where = f"sources.{received.name}"
    if only_one:
        raise SourceError(
            f"the dates of {path} contradict each other: {only_one} different ones "
            f"can only be {one}, {only_other} only {other}.",
            expected="one form throughout a file.",
            remedy="export the file again from one system with one regional setting, or write its "
            "dates as YYYY-MM-DD.",
        )
    raise SourceError(
        f"the dates of {path} can be read as {one} and as {other}: in none of "
        f"{len(texts)} different ones is the first or the second number above 12.",
        expected="a date that decides it, such as one of the 13th or a later day of a month.",
        remedy=f'declare the form under {where} in params.yaml: `dates: "{one}"` or `dates: '
        f'"{other}"`.',
    )


_UNSIGNED = {
    ".": r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?)",
    ",": r"(?:[0-9]+(?:,[0-9]*)?|,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]*)?)",
}
_NUMBERS = {
    mark: re.compile(rf"[+-]?{unsigned}(?:[eE][+-]?[0-9]+)?")
    for mark, unsigned in _UNSIGNED.items()
}


def read_number(text: str, decimal: str) -> float | None:
    """The number that `text` writes with this decimal mark; thousands may be set apart."""
    if not _NUMBERS[decimal].fullmatch(text):
        return None
    value = float(text.replace("," if decimal == "." else ".", "").replace(",", "."))
    return value if abs(value) != float("inf") else None


def found_decimal(received: Received, texts: Iterable[str], path: str | None = None) -> Forms:
    """The decimal mark of the numbers of one file; a point where none has a mark.

    Raises SourceError where every mark could set thousands apart, as in 39,081, or where some
    values can only be read with a point and some only with a comma.
    """
    marked = [text for text in dict.fromkeys(texts) if "," in text or "." in text]
    read = [
        (read_number(text, ".") is not None, read_number(text, ",") is not None) for text in marked
    ]
    point, comma = sum(a and not b for a, b in read), sum(b and not a for a, b in read)
    both = sum(a and b for a, b in read)
    path = path or received.paths[0]
    where = f"sources.{received.name}"
    if point and comma:
        raise SourceError(
            f"the numbers of {path} contradict each other: {point} different ones "
            f"can only be read with a decimal point, {comma} only with a decimal comma.",
            expected="one decimal mark throughout a file.",
            remedy="export the file again with one regional setting; ids and codes belong in "
            "columns of text.",
        )
    if both and not (point or comma):
        raise SourceError(
            f"the numbers of {path} can be read in two ways: in all {both} that have "
            "a comma or a point, three digits follow it, so it may begin the decimals or set "
            "thousands apart.",
            expected="a number that decides it, such as one with two decimals.",
            remedy=f'declare the mark under {where} in params.yaml: `decimal: "."` or `decimal: '
            '","`.',
        )
    return Forms(decimal=",", said=("decimal commas",)) if comma else PLAIN
