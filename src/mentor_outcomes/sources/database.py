"""A table of a PostgreSQL server as text, read through ADBC.

The server writes the text itself, so that numbers and dates are exactly what it stores. The address
comes from an environment variable and, like what the driver says (it may quote rows), goes into no
message.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources.cell_text import without_midnight
from mentor_outcomes.sources.file_rows import Choose, FileRows, no_rows, text_column
from mentor_outcomes.sources.identifier_quoting import quoted, quoted_table, table_parts
from mentor_outcomes.study import Layout


def shown_table(layout: Layout) -> str:
    """How messages name the table: never with the server's address."""
    parts = table_parts(layout.table, f"the source with `database: {layout.database}`")
    return f"{'.'.join(parts)} (database {layout.database})"


def read_database(layout: Layout, shown: str, choose: Choose) -> FileRows:
    """The records of one table or view.

    A table has no order of its own: records are sorted by the text of the columns that are read,
    and `lines` are their numbers in that order, from 1.
    """
    address = os.environ.get(layout.database or "")
    if not address:
        raise StudyError(
            f"the environment variable {layout.database} is not set.",
            expected="the address of the PostgreSQL server, as `database` in params.yaml says.",
            remedy=f"set {layout.database} before running; never write the address into a file of "
            "the study.",
        )
    from adbc_driver_manager import Error
    from adbc_driver_postgresql import dbapi

    table = quoted_table(layout.table, shown)
    asked: _Asked | None = None
    try:
        with dbapi.connect(address) as connection, connection.cursor() as cursor:
            asked = _ask(cursor, table, shown, choose)
    except Error as problem:
        state = problem.sqlstate or ""
    else:
        state = ""
    if asked is None:
        raise _refused(shown, str(layout.database), state)
    return _file_rows(asked, shown)


@dataclass(frozen=True, slots=True)
class _Asked:
    """types: column -> its kind by PostgreSQL's letter and its name; texts: of those read."""

    types: dict[str, tuple[str, str]]
    columns: Sequence[str]
    texts: pd.DataFrame


# Of the table's columns: name, letter of the type's category, name of the type.
_COLUMNS = """
    SELECT attname::text, typcategory::text, typname::text
    FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
    WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
    ORDER BY attnum
"""


def _ask(cursor, table: str, shown: str, choose: Choose) -> _Asked:
    for setting in (
        "SET TRANSACTION READ ONLY",
        "SET LOCAL datestyle TO 'ISO'",
        "SET LOCAL timezone TO 'UTC'",
        "SET LOCAL extra_float_digits TO 1",
    ):
        cursor.execute(setting)
    cursor.execute(_COLUMNS, (table,))
    types = {name: (category, kind) for name, category, kind in cursor.fetchall()}
    if not types:
        raise SourceError(
            f"there is no table {shown}.",
            expected="a table or view that this user of the database may see.",
            remedy="correct `table` under this source in params.yaml: schema.name, in the letters "
            "that the database uses (capitals differ).",
        )
    columns = choose(tuple(types)).columns
    # Collation C sorts the same on every server.
    texts = [f'{quoted(name)}::text COLLATE "C" AS {quoted(name)}' for name in columns]
    order = ", ".join(str(number) for number in range(1, len(columns) + 1))
    cursor.execute(
        f"SELECT {', '.join(texts)} FROM {table} ORDER BY {order}"
        if columns
        else f"SELECT NULL::text FROM {table}"
    )
    return _Asked(types, columns, cursor.fetch_arrow_table().to_pandas())


def _refused(shown: str, variable: str, state: str) -> SourceError:
    """By the class of the SQL state (PostgreSQL documentation, appendix A)."""
    reasons = {
        "42": (
            "the user may not read it, or one of its columns cannot be written as text",
            "ask the database's owner for the right to SELECT",
        ),
        "": (  # the driver gives no state where it gets no connection
            "the server cannot be reached, or refuses the user, the password or the database",
            f"correct {variable}, and check the network",
        ),
    }
    reason, remedy = reasons.get(
        state[:2], (f"the server ended the reading (SQL state {state})", "try again")
    )
    return SourceError(
        f"{shown} cannot be read: {reason}.",
        expected=f"a PostgreSQL server at the address in {variable}.",
        remedy=f"{remedy}.",
    )


def _file_rows(asked: _Asked, shown: str) -> FileRows:
    if not len(asked.texts):
        raise no_rows(shown)
    values = {name: text_column(asked.texts[name]) for name in asked.columns}
    kinds = {name: asked.types[name] for name in asked.columns}
    for name, (category, kind) in kinds.items():
        if kind in ("timestamp", "timestamptz"):
            values[name] = without_midnight(values[name].str.removesuffix("+00"))
        elif category == "N":
            values[name] = values[name].mask(values[name] == "NaN")
    n_rows = len(asked.texts)
    return FileRows(
        pd.DataFrame(values, index=range(n_rows)),
        np.arange(1, n_rows + 1),
        tuple(asked.types),
        "PostgreSQL",
        numeric=frozenset(name for name, (category, _) in kinds.items() if category == "N"),
        notes=tuple(
            f"{name}: moments in the time zone UTC"
            for name, (_, kind) in kinds.items()
            if kind == "timestamptz"
        ),
    )
