"""A table of a PostgreSQL server: exact text, one order, and nothing of the address in messages."""

import pytest
from adbc_driver_postgresql import dbapi

from mentor_outcomes.errors import MentorOutcomesError, SourceError, StudyError
from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Source
from tests.postgresql_server import PASSWORD, running_server, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

NAMES = ("person_id", "annual_pay", "sequence", "effective_on", "entered_on", "fte", "site", "kind")
WANTED = frozenset(NAMES)
TABLE = """
    CREATE SCHEMA hr;
    CREATE TYPE hr.kind AS ENUM ('formal', 'informal');
    CREATE TABLE hr.pay (
        person_id char(5), annual_pay numeric(10, 2), sequence bigint, effective_on date,
        entered_on timestamp, fte float8, site boolean, kind hr.kind, "SECRET" text[]
    );
    INSERT INTO hr.pay VALUES
        ('008', NULL, 2, '9999-12-31', NULL, 'NaN', false, NULL, NULL),
        ('007', 39081.50, 9007199254740993, '2020-01-31', '2020-01-31', 0.1, true, 'formal', '{x}')
"""
EXPECTED = {
    "person_id": ["007", "008"],
    "annual_pay": ["39081.50", "-"],
    "sequence": ["9007199254740993", "2"],
    "effective_on": ["2020-01-31", "9999-12-31"],
    "entered_on": ["2020-01-31", "-"],
    "fte": ["0.1", "-"],
    "site": ["true", "false"],
    "kind": ["formal", "-"],
}


@pytest.fixture(scope="module")
def server():
    with running_server() as address:
        execute(address, TABLE)
        yield address


@pytest.fixture(autouse=True)
def address(server, monkeypatch):
    monkeypatch.setenv("HR_DATABASE", server)
    return server


def execute(address: str, statements: str) -> None:
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        for statement in statements.split(";"):
            cursor.execute(statement)
        connection.commit()


def read(table: str = "hr.pay", **source):
    given = Source(database=source.pop("database", "HR_DATABASE"), table=table, **source)
    return read_source("pay", given, wanted=WANTED)


def refused(table: str | None = "hr.pay", kind: type = SourceError, **source) -> str:
    with pytest.raises(kind) as caught:
        read(table, **source)
    assert caught.value.__context__ is None, "the driver's error may quote a row or the address"
    message = str(caught.value)
    assert not any(secret in message for secret in (PASSWORD, "postgresql://", "SECRET", "/tmp"))
    return message


def test_values_come_in_as_exact_text_sorted_by_what_is_read():
    raw = read()
    assert {name: raw.frame[name].fillna("-").tolist() for name in NAMES} == EXPECTED
    assert raw.numeric == {"annual_pay", "sequence", "fte"}
    assert raw.headers == (*NAMES, "SECRET")
    assert raw.paths == ("hr.pay (database HR_DATABASE)",)
    assert raw.lines.tolist() == [1, 2]
    assert raw.form == "PostgreSQL"


def test_columns_are_mapped_and_records_kept_as_in_a_file():
    raw = read(columns={"person_id": "nobody | person_id", "kind": "", "fte": "sequence"})
    assert raw.frame["fte"].tolist() == ["9007199254740993", "2"]
    assert raw.frame["kind"].isna().all()
    assert "hr.pay (database HR_DATABASE) has no column pay" in refused(columns={"fte": "pay"})


def test_moments_with_a_zone_are_in_utc_whatever_the_server_is_set_to(address):
    execute(
        address,
        """ALTER ROLE reader SET timezone TO 'America/New_York';
        ALTER ROLE reader SET datestyle TO 'German';
        CREATE TABLE zoned AS SELECT timestamptz '2020-01-31 23:30+00' AS entered_on,
            date '2020-01-31' AS effective_on,
            uuid '00000000-0000-0000-0000-000000000007' AS site""",
    )
    raw = read("zoned")
    assert raw.frame["entered_on"].tolist() == ["2020-01-31 23:30:00"]
    assert raw.frame["effective_on"].tolist() == ["2020-01-31"]
    assert raw.frame["site"].tolist() == ["00000000-0000-0000-0000-000000000007"]
    assert raw.notes == ("entered_on: moments in the time zone UTC",)


def test_an_empty_table_and_one_that_is_not_there_are_refused(address):
    execute(address, "CREATE TABLE empty (person_id text)")
    assert "empty (database HR_DATABASE) has a header and no rows" in refused("empty")
    assert "there is no table hr.jobs (database HR_DATABASE)" in refused("hr.jobs")
    assert "there is no table HR.pay" in refused("HR.pay")


def test_a_table_name_is_never_taken_for_sql(address):
    execute(address, 'CREATE TABLE "a"" b" AS SELECT \'1\'::text AS person_id')
    assert read('a" b').frame["person_id"].tolist() == ["1"]
    for table in ('pay"; DROP TABLE hr;--', "pay; DROP TABLE hr", "(SELECT 1)", "pay' OR '1'='1"):
        assert "there is no table" in refused(table)
    for table in ("a.b.c", ".pay", "hr.", "x\ny"):
        assert "a source's `table` is" in refused(table, StudyError)
    assert "no `table` is named" in refused(None, StudyError)
    assert len(read().frame) == 2


def test_reading_changes_nothing_even_through_a_view_that_would(address):
    execute(
        address,
        """CREATE TABLE log (n int); CREATE FUNCTION write() RETURNS text LANGUAGE sql AS
        'INSERT INTO log VALUES (1) RETURNING n::text';
        CREATE VIEW writing AS SELECT write() AS person_id""",
    )
    assert "the server ended the reading (SQL state 25006)" in refused("writing")


def test_failures_are_told_without_the_address_or_the_drivers_words(monkeypatch, address):
    execute(
        address,
        """CREATE ROLE other LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA hr TO other;
        CREATE VIEW broken AS SELECT ('SECRET' || person_id)::int AS fte FROM hr.pay""",
    )
    assert "SQL state 22P02" in refused("broken")
    host = address.split("?")[1]
    for wrong, found in (
        (address.replace(PASSWORD, f"{PASSWORD}2"), "cannot be reached"),
        (address.replace("/postgres?", "/none?"), "cannot be reached"),
        (f"postgresql://other:x@/postgres?{host}", "the user may not read it"),
        (f"postgresql://reader:{PASSWORD}@/postgres?host=/nowhere", "cannot be reached"),
        (f"postgresql://reader:{PASSWORD}@", "cannot be reached"),
        (f"{PASSWORD}", "cannot be reached"),
        (f"mysql://reader:{PASSWORD}@localhost", "cannot be reached"),
    ):
        monkeypatch.setenv("HR_DATABASE", wrong)
        assert found in refused()


def test_a_variable_that_is_not_set_and_a_source_in_two_places_are_refused(monkeypatch):
    assert "environment variable NOWHERE is not set" in refused(kind=StudyError, database="NOWHERE")
    assert "both a path and a database" in refused(kind=StudyError, path="pay.csv")
    with pytest.raises(MentorOutcomesError, match=r"sources.pay has no path"):
        read_source("pay", Source(), wanted=WANTED)
    monkeypatch.setenv("HR_DATABASE", "")
    assert "is not set" in refused(kind=StudyError)
