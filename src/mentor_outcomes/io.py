"""Reading and writing with checks: the only module beside the stages that knows paths.

A table is checked against its schema on the way in and on the way out, written in the total order
of its key, and appears at its path whole or not at all. The same frame gives the same bytes.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mentor_outcomes.errors import SchemaError
from mentor_outcomes.schema import Table

SIGNIFICANT_DIGITS = 10
"""Digits kept in groups and estimates, so that machines that differ in the last ones agree."""

_ROUNDED_FOLDERS = ("data/groups", "data/estimates", "reports/released")
_ARROW_TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.timestamp("us"),
}


def read(table: Table, root: str | Path = ".", *, roles: Sequence[str] | None = None):
    """The table as written below `root`, checked; with `roles`, only columns of these roles."""
    path = Path(root) / table.path
    _check_written(path, table)
    frame = pq.read_table(path).to_pandas()
    table.check(frame)
    if roles is not None:
        frame = frame[[name for name in frame.columns if table.role_of(name) in roles]]
    return frame


def scan(connection, table: Table, root: str | Path = "."):
    """The table below `root` as an Ibis table of `connection`, read there when it is needed.

    Its columns are checked, not its values: whoever wrote it has.
    """
    path = Path(root) / table.path
    _check_written(path, table)
    expression = connection.read_parquet(path, table_name=table.name)
    table.check_columns(expression.columns)
    return expression


def collect(expression) -> pd.DataFrame:
    """The rows of an Ibis table as a frame, with the types that `write` expects."""
    return expression.to_pyarrow().to_pandas()


def exists(table: Table, root: str | Path = ".") -> bool:
    """Whether the table has been written below `root`."""
    return (Path(root) / table.path).exists()


def write(table: Table, frame: pd.DataFrame, root: str | Path = ".") -> None:
    """Check, order and write the table below `root`, whole or not at all."""
    table.check(frame)
    promised = list(table.column_names())
    extra = sorted(set(frame.columns) - set(promised))
    ordered = frame[promised + extra].sort_values(list(table.key), kind="stable")
    if table.folder in _ROUNDED_FOLDERS:
        ordered = ordered.assign(
            **{
                name: round_significant(ordered[name].to_numpy())
                for name in ordered.columns
                if ordered[name].dtype == np.float64
            }
        )
    arrow = pa.Table.from_pandas(
        ordered.reset_index(drop=True), schema=_arrow_schema(table, ordered), preserve_index=False
    ).replace_schema_metadata(None)
    with replacing(Path(root) / table.path) as temporary:
        pq.write_table(arrow, temporary, compression="zstd")


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path in the same folder that becomes `path` when the block succeeds.

    A stage killed half-way leaves the old file, or none, at the real path.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def round_significant(values: np.ndarray, digits: int = SIGNIFICANT_DIGITS) -> np.ndarray:
    """Each value to so many significant digits; zero, missing and infinite stay."""
    values = np.asarray(values, dtype="float64")
    usable = np.isfinite(values) & (values != 0)
    rounded = np.where(values == 0, 0.0, values)  # no negative zero
    exponents = np.floor(np.log10(np.abs(values[usable]))).astype(int)
    rounded[usable] = [
        round(value, digits - 1 - exponent)
        for value, exponent in zip(values[usable].tolist(), exponents.tolist(), strict=True)
    ]
    return rounded


def _check_written(path: Path, table: Table) -> None:
    if not path.exists():
        raise SchemaError(
            f"there is no {table.path}.",
            expected=f"the table {table.name}: one row is {table.one_row_is}.",
            remedy="run `dvc repro`, which makes what is missing in the right order.",
        )


def _arrow_schema(table: Table, frame: pd.DataFrame) -> pa.Schema:
    declared = {column.name: _ARROW_TYPES[column.type] for column in table.columns}
    fields = []
    for name in frame.columns:
        type_ = declared.get(name) or _type_of_extra(table, name, frame[name])
        fields.append(pa.field(str(name), type_))
    return pa.schema(fields)


def _type_of_extra(table: Table, name: str, values: pd.Series) -> pa.DataType:
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return pa.bool_()
    if pd.api.types.is_integer_dtype(dtype):
        return pa.int64()
    if pd.api.types.is_float_dtype(dtype):
        return pa.float64()
    if pd.api.types.is_datetime64_dtype(dtype):
        return pa.timestamp("us")
    if pd.api.types.is_string_dtype(dtype):
        return pa.string()
    raise SchemaError(
        f"{table.name}.{name} holds {dtype}.",
        expected="text, whole numbers, numbers, flags or dates.",
        remedy="convert the column before the table is written.",
    )
