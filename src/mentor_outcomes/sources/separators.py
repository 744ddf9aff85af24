"""Where records and fields of delimited text end, quotes taken into account."""

import csv
import io
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13


@dataclass(frozen=True, slots=True)
class Records:
    """Every record of a file, header rows included, if fields end at one certain delimiter.

    begins      shape (n_records,): the byte at which each one begins
    lines       shape (n_records,): the line on which it does
    n_fields    shape (n_records,): 0 for an empty line
    broken_on   the line of the first record whose quotes do not close its values, if there is one;
                records from there on are not listed
    """

    begins: np.ndarray
    lines: np.ndarray
    n_fields: np.ndarray
    broken_on: int | None = None

    @property
    def n_records(self) -> int:
        return len(self.begins)


def records_of(utf8: bytes, delimiter: str) -> Records:
    """Records of a text without line breaks at its end.

    Where every quote opens, closes or doubles as RFC 4180 has it, a sign is within quotes if an
    odd number of them stands before it, and arrays are enough. Otherwise the csv module decides.
    """
    signs = np.frombuffer(utf8, dtype="uint8")
    quotes = np.flatnonzero(signs == _QUOTE)
    if not _are_well_placed(signs, quotes, ord(delimiter)):
        return _walked(utf8, delimiter)
    line_ends = _line_ends(signs)
    record_ends = _outside(line_ends, quotes)
    begins = np.concatenate([[0], record_ends + 1])
    ends = np.concatenate([record_ends, [len(signs)]])
    found = _outside(np.flatnonzero(signs == ord(delimiter)), quotes)
    up_to = np.searchsorted(found, np.append(begins, len(signs)))
    n_fields = np.diff(up_to) + 1
    has_return = (ends > begins) & (signs[np.maximum(ends, 1) - 1] == _RETURN)
    n_fields[ends - has_return <= begins] = 0
    return Records(begins, np.searchsorted(line_ends, begins) + 1, n_fields)


def _line_ends(signs: np.ndarray) -> np.ndarray:
    """The last byte of each line break: a newline, a return with a newline, or a lone return."""
    newlines = np.flatnonzero(signs == _NEWLINE)
    returns = np.flatnonzero(signs == _RETURN)
    if not len(returns):
        return newlines
    followed = signs[np.minimum(returns + 1, len(signs) - 1)] == _NEWLINE
    lone = returns[~followed]
    return np.sort(np.concatenate([newlines, lone])) if len(lone) else newlines


def _outside(positions: np.ndarray, quotes: np.ndarray) -> np.ndarray:
    if not len(quotes):
        return positions
    return positions[np.searchsorted(quotes, positions) % 2 == 0]


def _are_well_placed(signs: np.ndarray, quotes: np.ndarray, delimiter: int) -> bool:
    """Whether each quote opens or closes a whole value, or stands doubled within one."""
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = signs[np.maximum(opening - 1, 0)]
    after = signs[np.minimum(closing + 1, len(signs) - 1)]
    around = (delimiter, _NEWLINE, _RETURN, _QUOTE)
    begins_well = (opening == 0) | np.isin(before, around)
    ends_well = (closing == len(signs) - 1) | np.isin(after, around)
    return bool(begins_well.all() and ends_well.all())


def _walked(utf8: bytes, delimiter: str) -> Records:
    """The same by the csv module, which also allows quotes within values that have none around."""
    text = utf8.decode()
    lines_of_text = io.StringIO(text, newline="")
    records = csv.reader(lines_of_text, delimiter=delimiter, strict=True)
    begins, lines, n_fields = [0], [1], []
    broken_on = None
    try:
        for record in records:
            n_fields.append(len(record))
            begins.append(lines_of_text.tell())
            lines.append(records.line_num + 1)
    except csv.Error:
        broken_on = lines[-1]
    n = len(n_fields)
    bytes_before = _byte_positions(text, np.array(begins[:n], dtype="int64"))
    return Records(
        bytes_before, np.array(lines[:n], dtype="int64"), np.array(n_fields, "int64"), broken_on
    )


def _byte_positions(text: str, positions: np.ndarray) -> np.ndarray:
    """Positions of characters as positions of bytes in UTF-8."""
    if text.isascii():
        return positions
    bounds = np.append(positions, len(text))
    sizes = [len(text[begin:end].encode()) for begin, end in pairwise(bounds)]
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]) if sizes else positions
