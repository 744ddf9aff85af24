"""Reading and writing with checks: the only module beside the stages that knows paths.

A table is checked against its schema on the way in and on the way out, written in the total order
of its key, and appears at its path whole or not at all. The same frame gives the same bytes.
"""

import json
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
"""Digits kept on writing, so that machines that differ in the last ones agree."""

_LARGEST_POWER = 300
_POWERS_OF_TEN = np.array([float(f"1e{power}") for power in range(_LARGEST_POWER + 1)])
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
    ordered = rounded(frame[promised + extra].sort_values(list(table.key), kind="stable"))
    arrow = pa.Table.from_pandas(
        ordered.reset_index(drop=True), schema=_arrow_schema(table, ordered), preserve_index=False
    ).replace_schema_metadata(None)
    with replacing(Path(root) / table.path) as temporary:
        pq.write_table(arrow, temporary, compression="zstd")


def read_json(path: str | Path) -> object:
    """What a JSON file holds; None where there is no such file."""
    path = Path(path)
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise SchemaError(
            f"{path.name} is not valid JSON.",
            expected="the file as a stage wrote it.",
            remedy="restore it from the repository; marks of an unfinished merge may be in it.",
        ) from None


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


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with every number to ten significant digits."""
    return frame.assign(
        **{
            name: round_significant(frame[name].to_numpy())
            for name in frame.columns
            if frame[name].dtype == np.float64
        }
    )


def round_significant(values: np.ndarray, digits: int = SIGNIFICANT_DIGITS) -> np.ndarray:
    """Each value to so many significant digits; zero, missing and infinite stay.

    Only exact operations touch the digits (a product, a rounding, a quotient), so that values
    which differ in their last bits give the same result on every machine.
    """
    values = np.asarray(values, dtype="float64")
    result = np.where(values == 0, 0.0, values)  # no negative zero
    usable = np.isfinite(values) & (values != 0)
    places = digits - 1 - np.floor(np.log10(np.abs(values[usable]))).astype(int)
    shift = _POWERS_OF_TEN[np.clip(np.abs(places), 0, _LARGEST_POWER)]
    some = values[usable]
    result[usable] = np.where(
        places >= 0, np.rint(some * shift) / shift, np.rint(some / shift) * shift
    )
    return result


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
