"""Parquet and DuckDB files: typed columns as exact text."""

from datetime import date, datetime
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Source

NAMES = ("person_id", "annual_pay", "sequence", "effective_on", "entered_on", "fte", "site", "kind")
WANTED = frozenset(NAMES)
ROWS = {
    "person_id": pa.array(["007", "008"]),
    "annual_pay": pa.array([Decimal("39081.50"), None], pa.decimal128(10, 2)),
    "sequence": pa.array([9007199254740993, 2], pa.int64()),
    "effective_on": pa.array([date(2020, 1, 31), date(9999, 12, 31)]),
    "entered_on": pa.array([datetime(2020, 1, 31), None], pa.timestamp("ms")),
    "fte": pa.array([0.1, float("nan")]),
    "site": pa.array([True, False]),
    "kind": pa.array(["a", ""]).dictionary_encode(),
    "SECRET": pa.array([[1], [2]]),
}
EXPECTED = {
    "person_id": ["007", "008"],
    "annual_pay": ["39081.50", "-"],
    "sequence": ["9007199254740993", "2"],
    "effective_on": ["2020-01-31", "9999-12-31"],
    "entered_on": ["2020-01-31", "-"],
    "fte": ["0.1", "-"],
    "site": ["true", "false"],
    "kind": ["a", "-"],
}


def read(folder, name: str, **source):
    return read_source("pay", Source(path=name, **source), folder, wanted=WANTED)


def refused(folder, name: str, kind: type = SourceError, **source) -> str:
    with pytest.raises(kind) as caught:
        read(folder, name, **source)
    assert caught.value.__context__ is None
    assert "SECRET" not in str(caught.value)
    return str(caught.value)


def stored(path, table: str, frame: pa.Table) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.register("given", frame)
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM given")


def test_a_parquet_file_gives_exact_text(tmp_path):
    parquet.write_table(pa.table(ROWS), tmp_path / "pay.parquet")
    raw = read(tmp_path, "pay.parquet")
    assert {name: raw.frame[name].fillna("-").tolist() for name in NAMES} == EXPECTED
    assert raw.numeric == {"annual_pay", "sequence", "fte"}
    assert "SECRET" in raw.headers
    assert raw.lines.tolist() == [1, 2]
    assert raw.form == "Parquet"


def test_a_table_of_a_duckdb_file_gives_the_same(tmp_path):
    stored(tmp_path / "hr.duckdb", "pay", pa.table(ROWS).slice(0, 2))
    before = (tmp_path / "hr.duckdb").read_bytes()
    raw = read(tmp_path, "hr.duckdb", table="pay")
    assert {name: raw.frame[name].fillna("-").tolist() for name in NAMES} == EXPECTED
    assert raw.numeric == {"annual_pay", "sequence", "fte"}
    assert raw.form == "DuckDB, table pay"
    assert (tmp_path / "hr.duckdb").read_bytes() == before


def test_floats_are_the_shortest_text_and_moments_keep_their_time(tmp_path):
    frame = pa.table(
        {
            "person_id": pa.array(["1", "2"]),
            "fte": pa.array([1.0, 0.5], pa.float32()),
            "annual_pay": pa.array([39081.55, 40000.0]),
            "entered_on": pa.array([datetime(2020, 1, 31, 12, 30), datetime(2020, 1, 31)]),
            "effective_on": pa.array(
                [datetime(2020, 1, 31, 23, 30)] * 2, pa.timestamp("us", tz="America/New_York")
            ),
        }
    )
    parquet.write_table(frame, tmp_path / "pay.parquet")
    raw = read(tmp_path, "pay.parquet")
    assert raw.frame["fte"].tolist() == ["1", "0.5"]
    assert raw.frame["annual_pay"].tolist() == ["39081.55", "40000"]
    assert raw.frame["entered_on"].tolist() == ["2020-01-31 12:30:00", "2020-01-31 00:00:00"]
    assert raw.frame["effective_on"].tolist() == ["2020-01-31 23:30:00"] * 2
    assert raw.notes == ("effective_on: moments in the time zone UTC",)


def test_records_of_a_database_table_have_one_order_whatever_the_order_of_writing(tmp_path):
    frame = pd.DataFrame({"person_id": ["3", "1", "2"], "other": ["a", "b", "c"]})
    for name, order in (("one.duckdb", [0, 1, 2]), ("two.db", [2, 0, 1])):
        stored(tmp_path / name, "main.pay", pa.Table.from_pandas(frame.iloc[order]))
        raw = read(tmp_path, name, table="main.pay")
        assert raw.frame["person_id"].tolist() == ["1", "2", "3"]


def test_the_table_must_be_named_and_there(tmp_path):
    stored(tmp_path / "hr.duckdb", '"Pay ""2020"""', pa.table({"person_id": ["1"]}))
    assert "no `table` is named" in refused(tmp_path, "hr.duckdb", StudyError)
    message = refused(tmp_path, "hr.duckdb", table="jobs")
    assert "no table jobs in hr.duckdb" in message
    assert 'It has main.Pay "2020".' in message
    assert len(read(tmp_path, "hr.duckdb", table='Pay "2020"').frame) == 1
    injected = 'pay" ; DROP TABLE x; --'
    assert "no table" in refused(tmp_path, "hr.duckdb", table=injected)
    for table in ("a.b.c", "", "a.", "a\n"):
        assert "a source's `table` is" in refused(tmp_path, "hr.duckdb", StudyError, table=table)


def test_a_view_of_another_file_is_refused(tmp_path):
    (tmp_path / "other.csv").write_text("person_id\n1\n")
    with duckdb.connect(str(tmp_path / "hr.duckdb")) as connection:
        other = tmp_path / "other.csv"
        connection.execute(f"CREATE VIEW pay AS SELECT * FROM read_csv('{other}')")
    assert "a view of other files" in refused(tmp_path, "hr.duckdb", table="pay")


def test_a_column_that_is_no_text_is_refused_if_it_is_read(tmp_path):
    table = pa.table({"person_id": pa.array(["1"]), "site": pa.array([["SECRET"]])})
    parquet.write_table(table, tmp_path / "pay.parquet")
    assert "column site of pay.parquet is of the type VARCHAR[]" in refused(tmp_path, "pay.parquet")
    assert len(read(tmp_path, "pay.parquet", columns={"site": ""}).frame) == 1


def test_a_folder_that_looks_like_a_partition_adds_no_column(tmp_path):
    (tmp_path / "person_id=9").mkdir()
    parquet.write_table(pa.table({"fte": [1.0]}), tmp_path / "person_id=9" / "pay[1].parquet")
    raw = read(tmp_path, "person_id=9/pay[1].parquet")
    assert list(raw.frame.columns) == ["fte"]


def test_empty_and_damaged_files_are_refused(tmp_path):
    path = tmp_path / "pay.parquet"
    parquet.write_table(pa.table({"person_id": pa.array([], pa.string())}), path)
    assert "has a header and no rows" in refused(tmp_path, "pay.parquet")
    parquet.write_table(pa.table({"person_id": pa.array(np.arange(1000).astype(str))}), path)
    content = path.read_bytes()
    stored(tmp_path / "hr.duckdb", "pay", pa.table({"person_id": ["SECRET"]}))
    database = (tmp_path / "hr.duckdb").read_bytes()
    for name, whole in (("pay.parquet", content), ("hr.duckdb", database)):
        for damaged in (b"", whole[:200], b"SECRET" + whole):
            (tmp_path / name).write_bytes(damaged)
            assert "it is damaged" in refused(tmp_path, name, table="pay")
    assert "there is no file gone.parquet" in refused(tmp_path, "gone.parquet")
