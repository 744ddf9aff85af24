"""What a table promises: its columns, their types and roles, and what one row is."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SchemaError

TYPES = ("text", "integer", "number", "flag", "date")
ROLES = ("identifier", "baseline", "exposure", "outcome", "result")


@dataclass(frozen=True, slots=True)
class Column:
    """A promised column. `meaning` says what it holds and in which unit."""

    name: str
    type: str
    role: str
    meaning: str = ""
    nullable: bool = False
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """What one row is, where it lives below the study folder, and which columns it promises.

    An `is_open` table may carry columns the study file declares beyond the promised ones; they
    have the role `open_role`.
    """

    name: str
    folder: str
    one_row_is: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    is_open: bool = False
    open_role: str = "baseline"

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}.parquet"

    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def role_of(self, name: str) -> str:
        roles = {column.name: column.role for column in self.columns}
        return roles.get(name, self.open_role)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` unchanged, or say which promise it breaks."""
        self.check_columns(frame.columns)
        for column in self.columns:
            _check_column(self.name, column, frame[column.name])
        self._check_key(frame)
        return frame

    def empty(self) -> pd.DataFrame:
        """No rows, the right columns and types."""
        return pd.DataFrame({c.name: pd.Series([], dtype=_DTYPES[c.type]) for c in self.columns})

    def check_columns(self, names: Iterable[str]) -> None:
        """Nothing, or an error about a promised column missing or one nobody promised."""
        names = list(names)
        missing = [name for name in self.column_names() if name not in names]
        if missing:
            raise SchemaError(
                f"{self.name} lacks {', '.join(missing)}.",
                expected=f"the columns {', '.join(self.column_names())}.",
                remedy="run the stage that writes this table again, or mend that stage.",
            )
        extra = [name for name in names if name not in self.column_names()]
        if extra and not self.is_open:
            raise SchemaError(
                f"{self.name} has columns nobody promised: {', '.join(map(str, extra))}.",
                expected=f"only {', '.join(self.column_names())}.",
                remedy="drop them, or declare them in the schema with a type, unit and role.",
            )

    def _check_key(self, frame: pd.DataFrame) -> None:
        n_repeated = int(frame.duplicated(list(self.key)).sum())
        if n_repeated:
            raise SchemaError(
                f"{n_repeated} of {len(frame)} rows of {self.name} repeat the key of another row.",
                expected=f"one row per {' x '.join(self.key)}.",
                remedy="find the rows that repeat in the source of this table and remove them.",
            )


_DTYPES = {
    "text": "str",
    "integer": "int64",
    "number": "float64",
    "flag": "bool",
    "date": "datetime64[us]",
}


def _is_of_type(values: pd.Series, type_: str) -> bool:
    dtype = values.dtype
    if type_ == "text":
        return pd.api.types.is_string_dtype(dtype) or values.isna().all()
    if type_ == "date":
        return pd.api.types.is_datetime64_dtype(dtype)
    if type_ == "flag":
        return dtype == np.bool_
    if type_ == "integer":
        return pd.api.types.is_integer_dtype(dtype) and isinstance(dtype, np.dtype)
    return pd.api.types.is_float_dtype(dtype) and isinstance(dtype, np.dtype)


def _check_column(table: str, column: Column, values: pd.Series) -> None:
    if not _is_of_type(values, column.type):
        raise SchemaError(
            f"{table}.{column.name} holds {values.dtype}.",
            expected=f"{column.type} ({column.meaning or 'see the schema'}).",
            remedy="convert the column before the table is written.",
        )
    n_missing = int(values.isna().sum())
    if n_missing and column.type in ("text", "date") and not column.nullable:
        raise SchemaError(
            f"{n_missing} of {len(values)} rows of {table} have no {column.name}.",
            expected="a value in every row.",
            remedy="complete the column at its source, or remove those rows with a count.",
        )
    if column.levels:
        unknown = values[~values.isin(column.levels) & values.notna()]
        if len(unknown):
            raise SchemaError(
                f"{len(unknown)} rows of {table} have an unknown {column.name}: "
                f"{', '.join(sorted(unknown.unique())[:5])}.",
                expected=f"one of {', '.join(column.levels)}.",
                remedy="map the code in the study file, or add it to the levels in the schema.",
            )


def text(name, role, meaning="", nullable=False, levels=()):
    return Column(name, "text", role, meaning, nullable, tuple(levels))


def integer(name, role, meaning=""):
    return Column(name, "integer", role, meaning)


def number(name, role, meaning=""):
    return Column(name, "number", role, meaning)


def flag(name, role, meaning=""):
    return Column(name, "flag", role, meaning)


def date(name, role, meaning="", nullable=False):
    return Column(name, "date", role, meaning, nullable)


PERSON = text("person_id", "identifier", "pseudonym")
