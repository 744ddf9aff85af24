"""How days, ids and numbers are written in the exports: everything is text, empty is missing."""

import io as streams
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from mentor_outcomes.simulation.draws import Draws
from mentor_outcomes.simulation.timeline import NEVER

_DIGITS = 6


def as_days(days: np.ndarray) -> pa.Array:
    """ISO dates; NEVER is missing."""
    days = np.asarray(days, dtype="int64")
    dates = pa.array(np.where(days >= NEVER, 0, days).astype("int32")).cast(pa.date32())
    return pc.if_else(pa.array(days < NEVER), dates.cast(pa.string()), None)


def as_whole(numbers: np.ndarray) -> pa.Array:
    """Whole numbers."""
    return pa.array(np.asarray(numbers).astype("int64")).cast(pa.string())


def as_decimal(numbers: np.ndarray, digits: int) -> pa.Array:
    """Numbers with so many decimals."""
    return pa.array(
        [f"{number:.{digits}f}" for number in np.asarray(numbers).tolist()], pa.string()
    )


def as_label(positions: np.ndarray, labels: Sequence[str] | pa.Array) -> pa.Array:
    """The label at each position; a negative position is missing."""
    positions = np.asarray(positions, dtype="int64")
    found = pa.array(labels, pa.string()).take(pa.array(np.maximum(positions, 0)))
    return pc.if_else(pa.array(positions >= 0), found, None)


def person_codes(n_people: int, draws: Draws) -> pa.Array:
    """Six digits with leading zeros, in an order that means nothing."""
    digits = max(_DIGITS, len(str(2 * n_people)))
    numbers = draws.generator("ids").choice(10**digits - 1, n_people, replace=False) + 1
    return pa.array([f"{number:0{digits}d}" for number in numbers.tolist()], pa.string())


def unit_codes(n_units: int) -> pa.Array:
    """Twice as many codes as units: the reorganised ones get a second."""
    digits = max(3, len(str(2 * n_units)))
    return pa.array([f"U{number:0{digits}d}" for number in range(1, 2 * n_units + 1)], pa.string())


def text_frame(columns: dict[str, pa.Array]) -> pd.DataFrame:
    """Columns of text, missing where there is nothing."""
    return pd.DataFrame({name: pd.array(values, dtype="str") for name, values in columns.items()})


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A comma-separated file in UTF-8; every value in quotes if any needs them, else none."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    needs_quotes = any(
        pc.any(pc.match_substring_regex(column, pattern='[",\n]')).as_py()
        for column in table.columns
    )
    stream = streams.BytesIO()
    header = ",".join(_quoted(str(name)) for name in frame.columns) + "\n"
    stream.write(header.encode("utf-8"))
    style = "needed" if needs_quotes else "none"
    options = pa_csv.WriteOptions(include_header=False, quoting_style=style)
    pa_csv.write_csv(table, stream, options)
    return stream.getvalue()


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A parquet file; the same frame gives the same bytes."""
    stream = streams.BytesIO()
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text
