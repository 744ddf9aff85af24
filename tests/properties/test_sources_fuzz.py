"""Whatever bytes arrive, readers give a table or a declared error; valid tables come back exactly.

Broken files are made from valid ones, since random bytes rarely come past a format's first check.
Libraries that may crash run in processes of their own, which costs a tenth of a second a file: so
those formats have fewer examples.
"""

import csv
import io
import random
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.sources import read_source
from mentor_outcomes.sources.separators import _walked, records_of
from mentor_outcomes.study import Source
from tests.workbooks import WRITERS

WANTED = frozenset({"person_id", "site", "grade", "hired_on"})
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
IN_PROCESS = settings(max_examples=80, deadline=None, suppress_health_check=QUIET)
APART = settings(max_examples=8, deadline=None, suppress_health_check=QUIET)


def outcome(content: bytes, name: str) -> pd.DataFrame | MentorOutcomesError:
    """What reading gives; any other error than a declared one goes up and fails the test."""
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        source = Source(path=name, table="jobs" if name.endswith(".duckdb") else None)
        try:
            raw = read_source("jobs", source, folder, wanted=WANTED)
        except MentorOutcomesError as refusal:
            assert refusal.__context__ is None
            return refusal
        assert len(raw.frame) == len(raw.lines) == len(raw.files) > 0
        assert all(str(kind) == "str" for kind in raw.frame.dtypes)
        assert not (raw.frame == "").any(axis=None)
        return raw.frame


ROWS = [
    ["person_id", "site", "grade"],
    *([f"{number:03}", f"S\u00e9, {number}", number % 7] for number in range(40)),
]


@cache
def valid(ending: str) -> bytes:
    """A valid file of the format."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"jobs{ending}"
        frame = pd.DataFrame(ROWS[1:], columns=ROWS[0])
        if ending in WRITERS:
            WRITERS[ending](path, ROWS)
        elif ending == ".csv":
            text = frame.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, sep=";")
            path.write_bytes(text.encode("cp1252"))
        elif ending == ".dat":
            lines = ["METADATA|Job|person_id|site|grade", "COMMENT x"]
            lines += [f"MERGE|Job|{a}|{b}\\|x|{c}" for a, b, c in ROWS[1:]]
            path.write_text("\n".join(lines), encoding="utf-8")
        elif ending in (".sav", ".zsav"):
            pyreadstat.write_sav(
                frame,
                str(path),
                compress=ending == ".zsav",
                missing_ranges={"grade": [3]},
                variable_value_labels={"grade": {1: "low", 3: "refused"}},
            )
        elif ending == ".dta":
            pyreadstat.write_dta(frame, str(path), variable_value_labels={"grade": {1: "low"}})
        elif ending == ".parquet":
            frame.to_parquet(path)
        else:
            with duckdb.connect(str(path)) as connection:
                connection.register("frame", frame)
                connection.execute("CREATE TABLE jobs AS SELECT * FROM frame")
        return path.read_bytes()


def damaged(content: bytes, seed: int) -> bytes:
    """The file cut off, or with some of its bytes changed, in a zipped part if it has any."""
    chance = random.Random(seed)
    if content.startswith(b"PK") and chance.random() < 0.7:
        return _with_damaged_part(content, chance)
    return _damaged_bytes(content, chance)


def _with_damaged_part(content: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as broken:
        victim = chance.choice(archive.namelist())
        for name in archive.namelist():
            part = archive.read(name)
            broken.writestr(name, _damaged_bytes(part, chance) if name == victim else part)
    return out.getvalue()


def _damaged_bytes(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    if chance.random() < 0.2 or not changed:
        return bytes(changed[: chance.randrange(len(changed) + 1)])
    # Headers stand in front: half of the damage is done there.
    reach = len(changed) if chance.random() < 0.5 else min(len(changed), 2000)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        changed[chance.randrange(reach)] = chance.choice([0, 255, 127, 128, chance.randrange(256)])
    return bytes(changed)


@IN_PROCESS
@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.dat", "a.parquet", "a.duckdb"]))
def test_random_bytes_are_a_table_or_a_declared_error(content, name):
    outcome(content, name)


@APART
@given(st.binary(max_size=200), st.sampled_from(["a.xlsx", "a.xls", "a.ods", "a.sav", "a.dta"]))
def test_random_bytes_are_a_table_or_a_declared_error_in_formats_read_apart(content, name):
    outcome(content, name)


@pytest.mark.parametrize("ending", [".csv", ".dat", ".parquet", ".duckdb"])
@IN_PROCESS
@given(seed=st.integers(0, 2**32))
def test_a_damaged_file_is_a_table_or_a_declared_error(ending, seed):
    outcome(damaged(valid(ending), seed), f"jobs{ending}")


# Seeds at which the libraries themselves crashed: a segmentation fault in pyreadstat and an abort
# in calamine would end this process if they ran in it.
@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".xlsb", ".ods", ".sav", ".zsav", ".dta"])
@APART
@given(seed=st.integers(0, 2**32))
def test_a_damaged_file_read_apart_is_a_table_or_a_declared_error(ending, seed):
    outcome(damaged(valid(ending), seed), f"jobs{ending}")


SIGNS = st.text(st.sampled_from('ab,;|\t"\n\r \u00e9'), max_size=30)


@IN_PROCESS
@given(SIGNS.map(lambda text: text.rstrip("\r\n")).filter(bool), st.sampled_from(",;"))
@example('"a","b"\n"c""","d\r\ne"', ",")
@example('a,"b', ",")
@example('""\n"",""', ",")
def test_records_found_by_arrays_are_those_of_the_csv_module(text, delimiter):
    fast, plain = records_of(text.encode(), delimiter), _walked(text.encode(), delimiter)
    assert fast.broken_on == plain.broken_on
    assert fast.n_fields.tolist() == plain.n_fields.tolist()
    assert fast.lines.tolist() == plain.lines.tolist()
    assert fast.begins.tolist() == plain.begins.tolist()


VALUES = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"], exclude_characters="=")
    | st.sampled_from("\n\"';|,\t"),
    max_size=12,
)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=6)
)


@settings(IN_PROCESS, max_examples=300)
@given(
    TABLES,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_table_in_any_dress_comes_back_exactly(table, encoding, delimiter, quoting, line_end):
    names = ["person_id", "site", "grade"][: len(table[0])]
    if line_end == "\r":
        quoting = csv.QUOTE_ALL  # else the csv module leaves newlines bare
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerows([names, *table])
    # Text alone does not always tell its encoding or delimiter: they are declared here, and that
    # they are found where they can be is tested in tests/spec.
    content = out.getvalue().encode(encoding)
    with TemporaryDirectory() as folder:
        (Path(folder) / "jobs.csv").write_bytes(content)
        source = Source(
            path="jobs.csv",
            delimiter=delimiter,
            encoding=None if encoding in ("utf-8-sig", "utf-16") else encoding,
        )
        raw = read_source("jobs", source, folder, wanted=WANTED)
    found = raw.frame[names].fillna("").values.tolist()
    assert found == table


@APART
@given(st.sampled_from(sorted(WRITERS)), st.randoms(use_true_random=False))
def test_a_table_in_any_kind_of_workbook_comes_back_exactly(ending, chance):
    signs = "ab \u00e9&<>'\",;0123"
    rows = [["person_id", "site", "grade"]]
    for _ in range(chance.randint(1, 6)):
        text = "".join(chance.choice(signs) for _ in range(chance.randint(1, 8)))
        rows.append([f"{chance.randint(0, 999):05}", f"x{text}x", chance.uniform(-1e6, 1e6)])
    with TemporaryDirectory() as folder:
        WRITERS[ending](Path(folder) / f"jobs{ending}", rows)
        raw = read_source("jobs", Source(path=f"jobs{ending}"), folder, wanted=WANTED)
    assert raw.frame["person_id"].tolist() == [row[0] for row in rows[1:]]
    assert raw.frame["site"].tolist() == [row[1] for row in rows[1:]]
    # xlsxwriter itself writes sixteen digits.
    assert raw.frame["grade"].astype(float).tolist() == pytest.approx([row[2] for row in rows[1:]])
