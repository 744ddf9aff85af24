"""Which sign ends the fields of a text: the one all records agree on, or the declared one."""

import csv
import io
from dataclasses import dataclass

import numpy as np

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources.header_row import HeaderRows
from mentor_outcomes.sources.separators import DELIMITERS, Records, records_of


@dataclass(frozen=True, slots=True)
class Delimited:
    """A text's records if fields end at `delimiter`; is_one_column: they end nowhere."""

    delimiter: str
    records: Records
    is_one_column: bool = False


def find_delimiter(
    utf8: bytes, rows: HeaderRows, shown: str, declared: str | None = None
) -> Delimited:
    """The declared delimiter, else the only one by which all records have as many fields.

    Raises SourceError where two signs do, or where none does and several could be meant. Where
    only one sign divides the header it is the delimiter, and records that do not fit are for the
    caller to name.
    """
    if declared is not None:
        _check_declared(declared)
        return Delimited(declared, records_of(utf8, declared))
    in_header = [sign for sign in DELIMITERS if _n_names(utf8, sign, rows.names_in) > 1]
    if not in_header:
        return _one_column(utf8, rows, shown)
    tried = [Delimited(sign, records_of(utf8, sign)) for sign in in_header]
    if len(tried) == 1:
        _refuse_title(tried[0], rows, shown)
        return tried[0]
    fitting = [each for each in tried if _is_even(each.records)]
    if len(fitting) == 1:
        return fitting[0]
    signs = " and ".join(DELIMITERS[each.delimiter] for each in fitting or tried)
    raise SourceError(
        f"the fields of {shown} could end at {signs}: "
        + ("every line fits both." if fitting else "no sign fits every line."),
        expected="one sign between the fields, as often in every record as in the header.",
        remedy='say which `delimiter` it is under its source in params.yaml, such as ";", or "\\t" '
        "for tabs.",
    )


def _check_declared(declared: str) -> None:
    if len(declared) != 1 or not declared.isascii() or declared in '"\r\n\0':
        raise StudyError(
            f"a source's `delimiter` is {declared!r}.",
            expected='one sign, such as ";", or "\\t" for a tab.',
            remedy="correct `delimiter` in params.yaml.",
        )


_HEADER_BYTES = 1 << 20


def _n_names(utf8: bytes, delimiter: str, names_in: int) -> int:
    """Fields of the row of names; 0 if there is no such row."""
    start = utf8[:_HEADER_BYTES].decode(errors="ignore")
    records = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    try:
        for number, record in enumerate(records):
            if number == names_in:
                return len(record)
    except csv.Error:  # a value longer than the module's limit: no name is
        return 0
    return 0


def _is_even(records: Records) -> bool:
    return records.broken_on is None and bool((records.n_fields == records.n_fields[0]).all())


def _one_column(utf8: bytes, rows: HeaderRows, shown: str) -> Delimited:
    """No sign divides the names: one column, unless records below are divided."""
    commas = Delimited(",", records_of(utf8, ","), is_one_column=True)
    for sign in DELIMITERS:
        if sign.encode() in utf8:
            _refuse_title(Delimited(sign, records_of(utf8, sign)), rows, shown)
    return commas


MOST_TITLE_ROWS = 20


def _refuse_title(table: Delimited, rows: HeaderRows, shown: str) -> None:
    """Raise SourceError if a narrow row stands where the names should, above an even table."""
    counts = table.records.n_fields
    if not len(counts) or counts[0] == 0 or counts[-1] < 2 or table.records.broken_on is not None:
        return
    begin = int(np.flatnonzero(np.append(-1, counts) != counts[-1])[-1])
    is_title = rows.n_rows == 1 and counts[0] == 1 and 1 <= begin <= MOST_TITLE_ROWS
    if is_title and (counts[:begin] < counts[-1]).all():
        n_below = counts[-1]
        raise SourceError(
            f"line 1 of {shown} has 1 field, and from line {table.records.lines[begin]} on every "
            f"line has {n_below}: a title stands above the column names.",
            expected="the column names in the first line.",
            remedy="remove what stands above the column names and export the file again.",
        )
