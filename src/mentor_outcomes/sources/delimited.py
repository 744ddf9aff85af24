"""Comma-separated UTF-8 text, strictly: every record has as many fields as the header."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.profiles import Profile


@dataclass(frozen=True, slots=True)
class DelimitedFile:
    """frame: one row per record, all text; lines: the line on which each record begins."""

    frame: pd.DataFrame
    lines: np.ndarray


def read_delimited(path: Path, shown: str, profile: Profile) -> DelimitedFile:
    """The records of one file; `shown` is how messages name it.

    Columns in `profile.never_read` are not even parsed.
    """
    text = _decoded(path, shown).rstrip("\r\n")
    if not text.strip():
        raise SourceError(
            f"{shown} is empty.",
            expected="a header and the records.",
            remedy="export the file again, or remove this source from params.yaml.",
        )
    layout = _checked_layout(text, shown, profile)
    if not len(layout.lines):
        raise SourceError(
            f"{shown} has a header and no rows.",
            expected="at least one record below the header.",
            remedy="export the file again, or remove this source from params.yaml.",
        )
    kept = [name for name in layout.names if name not in profile.never_read]
    return DelimitedFile(_parsed(text[layout.body_from :], layout.names, kept), layout.lines)


@dataclass(frozen=True, slots=True)
class _Layout:
    """names: of the columns; body_from: the text's first character below the header."""

    names: list[str]
    body_from: int
    lines: np.ndarray


def _checked_layout(text: str, shown: str, profile: Profile) -> _Layout:
    """Walk through all records once: quotes closed, as many fields as the header has names."""
    buffer = io.StringIO(text, newline="")
    records = csv.reader(buffer, strict=True)
    lines: list[int] = []
    misfits: list[tuple[int, int | None]] = []  # line; fields, none where a quote breaks it
    names, line = [""], 0
    try:
        headers = list(islice(records, profile.header_rows))
        _check_headers(headers, shown, profile)
        names, body_from, line = headers[0], buffer.tell(), records.line_num
        for record in records:
            lines.append(line + 1)
            if len(record) != len(names):
                misfits.append((line + 1, len(record)))
            line = records.line_num
    except csv.Error:
        misfits.append((line + 1, None))
    if misfits:
        raise _misfit(misfits, len(names), shown)
    return _Layout(names, body_from, np.array(lines, dtype="int64"))


def _decoded(path: Path, shown: str) -> str:
    if not path.is_file():
        raise SourceError(
            f"there is no file {shown}.",
            expected="the extract that `sources` in params.yaml names.",
            remedy="put the file there, or correct its path in params.yaml.",
        )
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
    raise SourceError(
        f"{shown} is not UTF-8 text (line {line}).",
        expected="a CSV file in UTF-8.",
        remedy="export it again in UTF-8 (in a spreadsheet: save as `CSV UTF-8`, ids as text).",
    )


def _check_headers(headers: list[list[str]], shown: str, profile: Profile) -> None:
    if not headers[0]:
        raise SourceError(
            f"{shown} begins with an empty line.",
            expected="the column names in the first line.",
            remedy="remove what stands above the column names.",
        )
    if len(headers) < profile.header_rows:
        raise SourceError(
            f"{shown} has fewer than {profile.header_rows} rows.",
            expected=f"{profile.header_rows} header rows, then the records.",
            remedy="export the file again, or set the source's `profile` to plain in params.yaml "
            "if the provider sends one header row.",
        )
    _check_names(headers[0], shown)
    _check_last_header(headers, shown, profile)


def _check_names(names: list[str], shown: str) -> None:
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise SourceError(
            f"{shown} has one column only, and its name holds semicolons, tabs or bars.",
            expected="fields separated by commas.",
            remedy="export the file again with commas between the fields.",
        )
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated or "" in names:
        what = "columns without a name" if "" in names else f"{', '.join(repeated)} more than once"
        raise SourceError(
            f"the header of {shown} has {what}.",
            expected="one name per column, each once.",
            remedy="remove or rename the columns and export the file again.",
        )


def _check_last_header(headers: list[list[str]], shown: str, profile: Profile) -> None:
    if profile.last_header is None:
        return
    without = sum(profile.last_header not in field for field in headers[-1])
    if without or len(headers[-1]) != len(headers[0]):
        raise SourceError(
            f"in header row {profile.header_rows} of {shown}, {without} of {len(headers[-1])} "
            f"fields do not hold the word {profile.last_header}.",
            expected=f"{profile.header_rows} header rows, the last with {profile.last_header} "
            f"in each of {len(headers[0])} fields.",
            remedy="export the file again without changing its first rows, or set the source's "
            "`profile` to plain in params.yaml if the provider sends one header row.",
        )


def _misfit(misfits: list[tuple[int, int | None]], n_expected: int, shown: str) -> SourceError:
    line, n_fields = misfits[0]
    n_more = len(misfits) - 1
    lines = "line does" if n_more == 1 else "lines do"
    more = f", and {n_more} more {lines} not fit" if n_more else ""
    what = f"{n_fields or 'no'} {'field' if n_fields == 1 else 'fields'}"
    if n_fields is None:
        what = "a quote that does not close its value"
    return SourceError(
        f"line {line} of {shown} has {what}{more}.",
        expected=f"as many fields in every record as the header has names: {n_expected}.",
        remedy="look there for a title, a totals row, an empty line, or a comma or quote inside "
        "a value, and export the file again.",
    )


def _parsed(body: str, names: list[str], kept: list[str]) -> pd.DataFrame:
    table = arrow_csv.read_csv(
        io.BytesIO(body.encode()),
        read_options=arrow_csv.ReadOptions(column_names=names),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=kept,
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return pd.DataFrame({name: table[name].to_pandas().astype("str") for name in kept})
