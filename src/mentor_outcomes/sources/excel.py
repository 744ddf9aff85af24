"""One sheet of a workbook (.xlsx, .xls, .xlsb, .ods) as text."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.cell_text import cell_text
from mentor_outcomes.sources.file_rows import Choose, FileRows, content_of, no_rows, text_column
from mentor_outcomes.sources.header_row import (
    check_last_header,
    column_names,
    header_rows,
    too_few_rows,
)
from mentor_outcomes.sources.isolation import read_apart
from mentor_outcomes.sources.text_detection import format_by_first_bytes
from mentor_outcomes.sources.totals_rows import refuse_totals_row
from mentor_outcomes.sources.workbook_defects import WORDS, Defect, defects_of
from mentor_outcomes.study import Layout


def read_workbook(path: Path, shown: str, layout: Layout, choose: Choose) -> FileRows:
    """The records of the sheet that the layout names, or of the only one.

    Cells as text: dates as 2020-01-31, whole numbers without a point, others as the shortest text
    that is the same number. `lines` are rows of the sheet. Raises SourceError for a sheet that is
    no table, and for cells in the chosen columns that have no value of their own.
    """
    content = content_of(path, shown)
    cells, sheet, position = _cells_of(path, shown, content, layout)
    table = _table(cells, sheet, layout, shown)
    chosen = choose(table.names)
    last = [cell_text(cell) or "" for cell in table.body[-1]]
    refuse_totals_row(last, table.names, chosen.ids, place=f"row {table.lines[-1]}", shown=shown)
    _refuse_defects(content, position, table, chosen.columns, shown)
    columns = {
        name: [row[at] for row in table.body]
        for name in chosen.columns
        for at in [table.names.index(name)]
    }
    kinds = {name: Counter(map(type, values)) for name, values in columns.items()}
    for name, values in columns.items():
        if not kinds[name].keys().isdisjoint(_DAYS):
            _refuse_texts_among_dates(name, values, table.lines, shown)
    texts = {
        name: text_column(values if kinds[name].keys() == {str} else list(map(cell_text, values)))
        for name, values in columns.items()
    }
    return FileRows(
        pd.DataFrame(texts, index=range(len(table.body))),
        table.lines,
        table.names,
        f"workbook, sheet {sheet}",
        numeric=frozenset(name for name in columns if _n_numbers(kinds[name])),
        notes=(*table.notes, *_mixtures(columns, kinds)),
    )


_DAYS = (date, datetime)


def _n_numbers(kinds: Counter[type]) -> int:
    return kinds[int] + kinds[float]


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet's records; lines: the row of the sheet of each."""

    names: tuple[str, ...]
    body: list[list]
    lines: np.ndarray
    notes: tuple[str, ...]


def _table(cells: list[list], sheet: str, layout: Layout, shown: str) -> _Table:
    """Raises SourceError unless header rows stand on top and records follow without a gap."""
    if not any(_is_filled(row) for row in cells):
        raise SourceError(
            f"the sheet {sheet} of {shown} is empty.",
            expected="a header and the records.",
            remedy="name the right `sheet` under this source in params.yaml, or export it again.",
        )
    rows = header_rows(layout)
    cells = _without_empty_end(cells)
    if len(cells) < rows.n_rows:
        raise too_few_rows(rows, shown)
    if not _is_filled(cells[0]):
        raise SourceError(
            f"{shown} begins with an empty row.",
            expected="the column names in the first row.",
            remedy="remove what stands above the column names.",
        )
    header = [[cell_text(cell) or "" for cell in row] for row in cells[: rows.n_rows]]
    names, notes = column_names(header[rows.names_in], shown, f"row {rows.names_in + 1}")
    check_last_header(header[-1], len(names), rows, shown)
    body = cells[rows.n_rows :]
    if not body:
        raise no_rows(shown)
    lines = np.arange(len(body)) + rows.n_rows + 1
    _refuse_empty_rows(body, lines, shown)
    return _Table(names, body, lines, notes)


def _cells_of(
    path: Path, shown: str, content: bytes, layout: Layout
) -> tuple[list[list], str, int]:
    """Rows of cells of the right sheet, its name, and its number among the sheets."""
    answer = read_apart("workbook", path, sheet=layout.sheet)
    if answer.read is None:
        raise _unreadable(shown, content, answer.error)
    sheets = answer.read["sheets"]
    sheet = answer.read["chosen"]
    if sheet is None:
        listed = ", ".join(sheets) or "none"
        found = f"{shown} has {len(sheets)} sheets: {listed}."
        if layout.sheet is not None:
            found = f"{shown} has no sheet {layout.sheet}; it has {listed}."
        raise SourceError(
            found,
            expected="one sheet, or the name of the one to read.",
            remedy="write `sheet: NAME` under this source in params.yaml.",
        )
    return answer.read["rows"], sheet, sheets.index(sheet)


def _unreadable(shown: str, content: bytes, error: str) -> SourceError:
    if error == "PasswordError":
        return SourceError(
            f"{shown} is protected by a password.",
            expected="a workbook that opens without one.",
            remedy="save it without a password, in a place that only you can read.",
        )
    what = format_by_first_bytes(content) or "something else"
    is_workbook = "workbook" in what
    found = "is damaged" if is_workbook else f"is no workbook by its first bytes, but {what}"
    return SourceError(
        f"{shown} cannot be read as a workbook: it {found} ({error}).",
        expected="a workbook as a spreadsheet saves it.",
        remedy="open it in a spreadsheet and save it again as .xlsx, or export delimited text.",
    )


def _is_filled(row: Sequence[object]) -> bool:
    return any(cell != "" for cell in row)


def _without_empty_end(cells: list[list]) -> list[list]:
    """Without empty rows below and empty columns to the right, which are only formatted."""
    n_rows = max(number for number, row in enumerate(cells, start=1) if _is_filled(row))
    filled = cells[:n_rows]
    n_columns = max(
        number for row in filled for number, cell in enumerate(row, start=1) if cell != ""
    )
    return [row[:n_columns] for row in filled]


def _refuse_empty_rows(body: Sequence[Sequence[object]], lines: np.ndarray, shown: str) -> None:
    empty = [line for line, row in zip(lines, body, strict=True) if not _is_filled(row)]
    if empty:
        more = f", and {len(empty) - 1} more" if len(empty) > 1 else ""
        raise SourceError(
            f"row {empty[0]} of {shown} is empty{more}, and rows below are not.",
            expected="one table, without gaps.",
            remedy="look whether another table, notes or totals begin there; remove them.",
        )


def _refuse_defects(
    content: bytes, position: int, table: _Table, columns: Sequence[str], shown: str
) -> None:
    """Raise SourceError if a cell that is read has no value of its own."""
    defects = defects_of(content, position)
    if defects is None:
        raise SourceError(
            f"{shown} is not built as workbooks are, so that error cells would be overlooked.",
            expected="a workbook as a spreadsheet saves it.",
            remedy="open it in a spreadsheet and save it again as .xlsx.",
        )
    wrong = [
        (each, name)
        for each in defects
        for name in columns
        if each.column <= table.names.index(name) <= each.last_column
        and table.lines[0] <= each.last_row + 1
        and each.row + 1 <= table.lines[-1]
    ]
    if wrong:
        first, name = min(wrong, key=lambda each: each[0].row)
        raise _defect(first, name, len(wrong) - 1, shown)


def _defect(defect: Defect, name: str, n_more: int, shown: str) -> SourceError:
    more = f", and {n_more} more such place{'s' if n_more > 1 else ''}" if n_more else ""
    return SourceError(
        f"row {defect.row + 1} of {shown} has {WORDS[defect.what]} in the column {name}{more}.",
        expected="a value in every cell, or an empty cell where it is not known.",
        remedy="correct the cell in the spreadsheet (empty it, split it, or recalculate and save).",
    )


_DAY_IN_WORDS = re.compile(r"\s*[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}\b.*")


def _refuse_texts_among_dates(
    name: str, values: Sequence[object], lines: np.ndarray, shown: str
) -> None:
    """Raise SourceError if some cells are dates and others text that looks like one.

    A spreadsheet that takes 05/02/2020 for the 2nd of May cannot read 25/02/2020 and leaves it as
    text: then the dates that it did read have day and month exchanged.
    """
    texts = [
        line
        for line, cell in zip(lines, values, strict=True)
        if isinstance(cell, str) and _DAY_IN_WORDS.fullmatch(cell)
    ]
    if texts:
        raise SourceError(
            f"the column {name} of {shown} has dates, and {len(texts)} cells of text that look "
            f"like dates (first in row {texts[0]}).",
            expected="all of them dates, or all of them text: a spreadsheet that reads only some "
            "has exchanged day and month in those.",
            remedy="export the file again from the HR system, without opening it in between.",
        )


def _mixtures(columns: dict[str, list], kinds: dict[str, Counter[type]]) -> list[str]:
    """Notes on columns of text in which a spreadsheet has made some cells numbers."""
    notes = []
    for name, values in columns.items():
        n_numbers = _n_numbers(kinds[name])
        n_texts = kinds[name][str] - values.count("")
        if n_numbers and n_texts:
            notes.append(f"{name}: {n_numbers} cells are numbers and {n_texts} are text")
    return notes
