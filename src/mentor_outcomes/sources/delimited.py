"""Delimited text, strictly: every record has as many fields as the header has names."""

import csv
import io
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.delimiter_detection import Delimited, find_delimiter
from mentor_outcomes.sources.file_rows import (
    Choose,
    FileRows,
    content_of,
    no_rows,
    text_column,
)
from mentor_outcomes.sources.header_row import (
    HeaderRows,
    check_last_header,
    column_names,
    header_rows,
    too_few_rows,
)
from mentor_outcomes.sources.separators import DELIMITERS, Records
from mentor_outcomes.sources.text_detection import DecodedText, decoded_text
from mentor_outcomes.sources.totals_rows import refuse_totals_row
from mentor_outcomes.study import Layout


def read_delimited(path: Path, shown: str, layout: Layout, choose: Choose) -> FileRows:
    """The records of one file; `shown` is how messages name it.

    Values stay as they are, spaces too; only the empty value is missing. Columns that are not
    chosen are not even parsed. Raises SourceError for what is not a table.
    """
    text = decoded_text(content_of(path, shown), shown, layout.encoding)
    utf8, named = _without_separator_line(text.utf8.rstrip(b"\r\n"))
    if not utf8.strip():
        raise SourceError(
            f"{shown} is empty.",
            expected="a header and the records.",
            remedy="export the file again, or remove this source from params.yaml.",
        )
    rows = header_rows(layout)
    table = find_delimiter(utf8, rows, shown, layout.delimiter or named)
    first_line = 2 if named else 1
    records = table.records
    headers = _header_cells(utf8, table, rows, shown)
    place = f"line {records.lines[rows.names_in] + first_line - 1}"
    names, notes = column_names(headers[rows.names_in], shown, place)
    check_last_header(headers[-1], len(names), rows, shown)
    _check_fields(records, len(names), first_line, shown)
    if records.n_records == rows.n_rows:
        raise no_rows(shown)
    chosen = choose(names)
    lines = records.lines[rows.n_rows :] + first_line - 1
    last = utf8[records.begins[-1] :]
    if len(last) < _LONGEST_TOTALS_ROW:
        cells = _cells(last, table.delimiter, 1)[0]
        refuse_totals_row(cells, names, chosen.ids, place=f"line {lines[-1]}", shown=shown)
    body = pa.py_buffer(utf8).slice(int(records.begins[rows.n_rows]))
    frame = _parsed(body, names, chosen.columns, table.delimiter)
    if frame is None or len(frame) != len(lines):
        raise _unparsed(shown)
    if b'="' in utf8:
        frame, wrapped = _without_formulas(frame)
        notes = (*notes, *wrapped)
    return FileRows(frame, lines, names, _form(text, table, bool(named)), notes=notes)


def _form(text: DecodedText, table: Delimited, is_named: bool) -> str:
    found = DELIMITERS.get(table.delimiter, f"fields end at {table.delimiter!r}")
    if table.is_one_column:
        found = "one column"
    return f"text, {text.encoding}, {found}{' (named in its first line)' if is_named else ''}"


def _without_separator_line(utf8: bytes) -> tuple[bytes, str | None]:
    """Spreadsheets take a first line `sep=;` for the delimiter's name, and so is it here."""
    first, _, rest = utf8.partition(b"\n")
    first = first.rstrip(b"\r").strip(b'"')
    if len(first) == 5 and first[:4].lower() == b"sep=" and first[4:].decode() in DELIMITERS:
        return rest, first[4:].decode()
    return utf8, None


def _header_cells(utf8: bytes, table: Delimited, rows: HeaderRows, shown: str) -> list[list[str]]:
    records = table.records
    if records.n_records and not records.n_fields[0]:
        raise SourceError(
            f"{shown} begins with an empty line.",
            expected="the column names in the first line.",
            remedy="remove what stands above the column names.",
        )
    if records.n_records < rows.n_rows:
        if records.broken_on is not None:
            raise _misfit([records.broken_on], [None], 0, shown)
        raise too_few_rows(rows, shown)
    end = records.begins[rows.n_rows] if records.n_records > rows.n_rows else len(utf8)
    cells = _cells(utf8[:end], table.delimiter, rows.n_rows)
    if table.is_one_column:
        return [[cell for cell in row[:1]] or [""] for row in cells]
    return cells


_LONGEST_TOTALS_ROW = 10_000
"""Bytes; the csv module refuses values that are much longer."""


def _cells(utf8: bytes, delimiter: str, n_records: int) -> list[list[str]]:
    records = csv.reader(io.StringIO(utf8.decode(), newline=""), delimiter=delimiter)
    return list(islice(records, n_records))


def _check_fields(records: Records, n_names: int, first_line: int, shown: str) -> None:
    wrong = np.flatnonzero(records.n_fields != n_names)
    lines = (records.lines[wrong] + first_line - 1).tolist()
    counts: list[int | None] = records.n_fields[wrong].tolist()
    if records.broken_on is not None:
        lines.append(records.broken_on + first_line - 1)
        counts.append(None)
    if lines:
        raise _misfit(lines, counts, n_names, shown)


def _misfit(
    lines: Sequence[int], counts: Sequence[int | None], n_expected: int, shown: str
) -> SourceError:
    """counts: fields on each line, none where a quote breaks it."""
    n_more = len(lines) - 1
    more = ""
    if n_more:
        more = f", and {n_more} more {'line does' if n_more == 1 else 'lines do'} not fit"
    n_fields = counts[0]
    what = f"{n_fields or 'no'} {'field' if n_fields == 1 else 'fields'}"
    if n_fields is None:
        what = "a quote that does not close its value"
    return SourceError(
        f"line {lines[0]} of {shown} has {what}{more}.",
        expected=f"as many fields in every record as the header has names: {n_expected}.",
        remedy="look there for a title, a totals row, an empty line, or a delimiter or quote "
        "inside a value, and export the file again.",
    )


def _parsed(
    body: pa.Buffer, names: Sequence[str], kept: Sequence[str], delimiter: str
) -> pd.DataFrame | None:
    """The chosen columns as text; None where arrow cannot read what the walk allowed."""
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body),
            # A record longer than a block is an error, and notes can be long.
            read_options=arrow_csv.ReadOptions(column_names=list(names), block_size=1 << 24),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                include_columns=list(kept) or list(names[:1]),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowException:
        return None
    n_rows = table.num_rows
    return pd.DataFrame(
        {name: table[name].to_pandas().astype("str") for name in kept}, index=range(n_rows)
    )


def _without_formulas(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """`="007"`, written so that a spreadsheet keeps the zeros, as 007; and a note on it."""
    columns, notes = {}, []
    for name, texts in frame.items():
        is_wrapped = texts.str.fullmatch('="[^"]*"').fillna(False).astype(bool)
        columns[name] = texts.mask(is_wrapped, text_column(texts.str.slice(2, -1)))
        if is_wrapped.any():
            notes.append(f'{name}: {int(is_wrapped.sum())} values written as ="..." are unwrapped')
    return pd.DataFrame(columns, index=frame.index), notes


def _unparsed(shown: str) -> SourceError:
    return SourceError(
        f"{shown} has a record that cannot be read, perhaps one of many million signs.",
        expected="records of ordinary length.",
        remedy="look for a quote that opens a value and is closed much later.",
    )
