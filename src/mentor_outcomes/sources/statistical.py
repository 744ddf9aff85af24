"""SPSS (.sav, .zsav) and Stata (.dta) files: codes as text, labels and missing codes apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.cell_text import number_text, number_texts
from mentor_outcomes.sources.file_rows import (
    Choose,
    FileRows,
    no_rows,
    require_file,
    text_column,
)
from mentor_outcomes.sources.isolation import read_apart
from mentor_outcomes.sources.stored_dates import date_texts, kind_of_date
from mentor_outcomes.sources.text_detection import known_codec
from mentor_outcomes.sources.totals_rows import refuse_totals_row
from mentor_outcomes.study import Layout


def read_statistical(path: Path, shown: str, layout: Layout, choose: Choose) -> FileRows:
    """The cases of one file. A user-missing value is missing, and counted in a note by its code.

    `lines` are numbers of cases, from 1.
    """
    require_file(path, shown)
    if layout.encoding is not None:
        known_codec(layout.encoding)
    about = _read(path, shown, layout, None)
    names = tuple(about["names"])
    if not names:
        raise no_rows(shown)
    chosen = choose(names)
    # At least one column, to know how many cases there are.
    read = _read(path, shown, layout, list(chosen.columns) or [names[0]])
    columns: dict[str, pd.Series] = {}
    numeric: list[str] = []
    notes: list[str] = []
    for name in chosen.columns:
        labels = _labels(about, name)
        values, codes = _without_missing_codes(_array(read["values"][name]), about, name)
        if name in chosen.ids:  # a code of an id is somebody
            codes = {"": sum(codes.values())} if codes else {}
        notes.extend(_missing_note(name, codes, labels))
        kind = kind_of_date(about["formats"].get(name), is_stata=_is_stata(path))
        is_text = about["types"].get(name) == "string"
        columns[name] = _texts(values, kind, is_text, name, shown)
        if not is_text and kind is None:
            numeric.append(name)
    n_rows = len(_array(next(iter(read["values"].values()))))
    if not n_rows:
        raise no_rows(shown)
    frame = pd.DataFrame(columns, index=range(n_rows))
    last = frame.iloc[-1].fillna("").tolist()
    refuse_totals_row(last, chosen.columns, chosen.ids, place=f"case {n_rows}", shown=shown)
    return FileRows(
        frame,
        np.arange(1, n_rows + 1),
        names,
        _form(path, about),
        numeric=frozenset(numeric),
        labels={name: labels for name in chosen.columns if (labels := _labels(about, name))},
        notes=tuple(notes),
    )


def _is_stata(path: Path) -> bool:
    return path.suffix.lower() == ".dta"


def _form(path: Path, about: Mapping) -> str:
    program = "Stata" if _is_stata(path) else "SPSS"
    return f"{program}, {about['encoding']}" if about["encoding"] else program


def _read(path: Path, shown: str, layout: Layout, columns: list[str] | None) -> dict:
    answer = read_apart("statistical", path, columns=columns, encoding=layout.encoding)
    if answer.read is not None:
        return answer.read
    if answer.error in ("UnicodeDecodeError", "LookupError"):
        raise SourceError(
            f"text in {shown} is not in the encoding that the file names.",
            expected="text in that encoding.",
            remedy="declare the right `encoding` under this source in params.yaml, such as cp1252.",
        )
    raise SourceError(
        f"{shown} cannot be read: it is damaged, or not of the kind that its ending says "
        f"({answer.error}).",
        expected="a file as SPSS or Stata saves it.",
        remedy="save it again, or export delimited text.",
    )


def _array(values: object) -> np.ndarray:
    return values if isinstance(values, np.ndarray) else np.array(values, dtype=object)


def _code(value: object) -> str:
    """A code as text: 5.0 is `5`, and the letter of an extended missing value is itself."""
    return value.rstrip(" ") if isinstance(value, str) else number_text(float(value)) or ""


def _labels(about: Mapping, name: str) -> dict[str, str]:
    return {_code(code): str(label) for code, label in about["labels"].get(name, {}).items()}


def _without_missing_codes(
    values: np.ndarray, about: Mapping, name: str
) -> tuple[np.ndarray, dict[str, int]]:
    """Values with None for each user-missing one; and the codes of these -> how often."""
    ranges = about["ranges"].get(name, [])
    is_text = about["types"].get(name) == "string"
    is_in_range = _in_text if is_text else _is_missing_number
    is_missing = np.array([is_in_range(value, ranges) for value in values.tolist()], dtype=bool)
    if not is_missing.any():
        return values, {}
    codes = pd.Series([_code(value) for value in values[is_missing]]).value_counts()
    kept = values.astype(object)
    kept[is_missing] = None
    return kept, {code: int(codes[code]) for code in sorted(codes.index)}


def _is_missing_number(value: object, ranges: Sequence[Mapping]) -> bool:
    if isinstance(value, str):
        return True  # Stata's extended missing values arrive as letters among the numbers
    return value is not None and any(each["lo"] <= value <= each["hi"] for each in ranges)


def _in_text(value: object, ranges: Sequence[Mapping]) -> bool:
    return any(
        isinstance(value, str)
        and isinstance(each["lo"], str)
        and value.rstrip(" ") == each["lo"].rstrip(" ")
        for each in ranges
    )


MOST_CODES = 5
"""User-missing codes of a column that a note names; a range may hold any number of them."""


def _missing_note(name: str, codes: Mapping[str, int], labels: Mapping[str, str]) -> list[str]:
    notes = []
    for code, n_answers in list(codes.items())[:MOST_CODES]:
        label = f" ({labels[code]})" if code in labels else ""
        are = "value coded {} is" if n_answers == 1 else "values coded {} are"
        notes.append(f"{name}: {n_answers} {are.format(code + label)} missing")
    if len(codes) > MOST_CODES:
        rest = sum(list(codes.values())[MOST_CODES:])
        notes.append(f"{name}: {rest} values of {len(codes) - MOST_CODES} more codes are missing")
    return notes


def _texts(values: np.ndarray, kind: str | None, is_text: bool, name: str, shown: str) -> pd.Series:
    if is_text:
        return text_column([None if each is None else each.rstrip(" ") for each in values])
    numbers = np.array([np.nan if each is None else each for each in values], dtype="float64")
    if kind is None:
        return number_texts(numbers)
    texts = date_texts(numbers, kind)
    if texts is None:
        raise SourceError(
            f"the column {name} of {shown} has times in a form that is not read ({kind}).",
            expected="a date or a date with a time, in days or milliseconds (Stata: %td or %tc).",
            remedy="convert the column and save the file again.",
        )
    return texts
