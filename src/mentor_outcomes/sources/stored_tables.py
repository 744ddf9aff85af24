"""Tables of typed columns, in a Parquet file or a DuckDB file, as text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.cell_text import without_midnight
from mentor_outcomes.sources.file_rows import Choose, FileRows, no_rows, require_file, text_column
from mentor_outcomes.sources.identifier_quoting import quoted, quoted_table
from mentor_outcomes.study import Layout


def read_parquet(path: Path, shown: str, layout: Layout, choose: Choose) -> FileRows:
    """The records of a Parquet file, in its order; `lines` are their numbers, from 1."""
    require_file(path, shown)
    names = _schema_of(path, shown)
    chosen = choose(names)
    table = _columns_of(path, shown, list(chosen.columns) or [names[0]])
    with duckdb.connect(":memory:") as connection:
        connection.register("received", table)
        described = _types(connection, '"received"', shown)
        received = _Stored('"received"', shown, "Parquet", described, chosen.columns)
        return _rows(connection, received, names, order="")


def read_duckdb(path: Path, shown: str, layout: Layout, choose: Choose) -> FileRows:
    """The records of one table of a DuckDB file, which is opened for reading only.

    A table has no order of its own: records are sorted by the text of the columns that are read,
    and `lines` are their numbers in that order, from 1.
    """
    require_file(path, shown)
    table = quoted_table(layout.table, shown)
    connection = _opened(path, shown)
    with connection:
        described = _types(connection, table, f"{layout.table} in {shown}")
        names = tuple(described)
        chosen = choose(names)
        form = f"DuckDB, table {layout.table}"
        stored = _Stored(table, shown, form, described, chosen.columns)
        return _rows(connection, stored, names, order=" ORDER BY ALL")


@dataclass(frozen=True, slots=True)
class _Stored:
    """A table as SQL names it and as messages do; types: column -> its SQL type."""

    table: str
    shown: str
    form: str
    types: dict[str, str]
    columns: Sequence[str]


_DUCKDB_ERRORS = (duckdb.Error, UnicodeDecodeError)
_ARROW_ERRORS = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What pyarrow raises for a damaged file; UnicodeDecodeError: a name in it is broken."""


def _schema_of(path: Path, shown: str) -> tuple[str, ...]:
    try:
        return tuple(parquet.read_schema(path).names)
    except _ARROW_ERRORS:
        pass
    raise _damaged(shown, "Parquet")


def _columns_of(path: Path, shown: str, columns: list[str]) -> pa.Table:
    if len(set(columns)) == len(columns):
        try:
            # `read_table` would take the folders above for partitions: person=7/ as a column.
            read = parquet.ParquetFile(path).read(columns=columns)
            read.validate(full=True)
            return read
        except _ARROW_ERRORS:
            pass
    raise _damaged(shown, "Parquet")


def _opened(path: Path, shown: str) -> duckdb.DuckDBPyConnection:
    # A view must not read other files, nor a query fetch extensions.
    settings = {"enable_external_access": False, "autoinstall_known_extensions": False}
    try:
        return duckdb.connect(str(path), read_only=True, config=settings)
    except _DUCKDB_ERRORS:
        pass
    raise _damaged(shown, "DuckDB")


def _damaged(shown: str, kind: str) -> SourceError:
    return SourceError(
        f"{shown} cannot be read as {kind}: it is damaged, in use, or something else.",
        expected=f"a {kind} file.",
        remedy="write it again with the program it comes from; close other programs that use it.",
    )


def _types(connection: duckdb.DuckDBPyConnection, table: str, shown: str) -> dict[str, str]:
    """Column -> its SQL type."""
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
        return {row[0]: row[1] for row in rows}
    except _DUCKDB_ERRORS:
        pass
    known = _tables_in(connection)
    listed = f" It has {', '.join(known)}." if known else ""
    raise SourceError(
        f"there is no table {shown} that can be read.{listed}",
        expected="a table or view of the file itself, as `table` in params.yaml names it.",
        remedy="correct `table` under this source in params.yaml; a view of other files must be "
        "made a table.",
    )


def _tables_in(connection: duckdb.DuckDBPyConnection) -> list[str]:
    try:
        rows = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables ORDER BY ALL"
        ).fetchall()
    except _DUCKDB_ERRORS:
        return []
    return [row[0] for row in rows]


_WHOLE = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM|VARINT|DECIMAL\(.*\)")
_FLOATING = ("FLOAT", "DOUBLE")
_AS_IT_IS = re.compile(
    r"VARCHAR|UUID|BOOLEAN|DATE|TIME|TIMESTAMP(_S|_MS|_NS)?|ENUM\(.*\)|\"NULL\"|NULL"
)
_WITH_ZONE = "TIMESTAMP WITH TIME ZONE"


def _rows(
    connection: duckdb.DuckDBPyConnection, stored: _Stored, names: tuple[str, ...], *, order: str
) -> FileRows:
    """The columns of a table as text; `order` is SQL."""
    frame = _texts(connection, stored, order)
    if not len(frame):
        raise no_rows(stored.shown)
    kinds = {name: stored.types[name] for name in stored.columns}
    values = {name: text_column(frame[name]) for name in stored.columns}
    for name, kind in kinds.items():
        if kind.startswith("TIMESTAMP"):
            values[name] = without_midnight(values[name])
    return FileRows(
        pd.DataFrame(values, index=range(len(frame))),
        np.arange(1, len(frame) + 1),
        names,
        stored.form,
        numeric=frozenset(
            name for name, kind in kinds.items() if kind in _FLOATING or _WHOLE.fullmatch(kind)
        ),
        notes=tuple(
            f"{name}: moments in the time zone UTC"
            for name, kind in kinds.items()
            if kind == _WITH_ZONE
        ),
    )


def _texts(connection: duckdb.DuckDBPyConnection, stored: _Stored, order: str) -> pd.DataFrame:
    texts = [_text_of(name, stored.types[name], stored.shown) for name in stored.columns]
    # What DuckDB says of a value that it cannot read quotes the value.
    try:
        connection.execute("SET TimeZone = 'UTC'")
        query = f"SELECT {', '.join(texts) or '1'} FROM {stored.table}{order}"
        read = connection.sql(query).to_arrow_table()
        read.validate(full=True)  # neither library looks at text by itself
        return read.to_pandas()
    except (*_DUCKDB_ERRORS, *_ARROW_ERRORS):
        pass
    raise _damaged(stored.shown, stored.form)


def _text_of(name: str, kind: str, shown: str) -> str:
    """SQL for the column's text: 7.0 as 7, not-a-number as missing, moments without their zone."""
    column = quoted(name)
    text = f"CAST({column} AS VARCHAR)"
    if kind in _FLOATING:
        text = f"nullif(regexp_replace({text}, '\\.0$', ''), 'nan')"
    elif kind == _WITH_ZONE:
        text = f"regexp_replace({text}, '[+-]00(:00)?$', '')"
    elif not (_AS_IT_IS.fullmatch(kind) or _WHOLE.fullmatch(kind)):
        raise SourceError(
            f"the column {name} of {shown} is of the type {kind.split('(')[0]}.",
            expected="numbers, text, dates, moments or flags.",
            remedy="write the column as text, or name another under `columns` in params.yaml.",
        )
    return f"{text} AS {column}"
