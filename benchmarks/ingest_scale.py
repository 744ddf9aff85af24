"""Time and memory of the whole ingest stage, by number of job rows, from files to tables.

    python -m benchmarks.ingest_scale [ROWS ...]        default: 10000 100000 1000000

An invented organisation with five job rows and five pay rows a person, in two dresses: plain, and
a SuccessFactors log of which employment, jobs and leaves are all made (dates as MM/DD/YYYY, codes
to translate, amounts by the month). One row in a thousand is damaged. Each run is a process of its
own, so that the peak of memory is its own; writing the raw files is not counted.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

SIZES = (10_000, 100_000, 1_000_000)
ROWS_PER_PERSON = 5
DRESSES = ("plain", "successfactors")
_ONE = "--one"
_DAY_0 = np.datetime64("2010-01-01")


def histories(n_people: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row per person and change: day, grade, unit, pay; a sixth of the people have left."""
    n_rows = n_people * ROWS_PER_PERSON
    person = np.repeat(np.arange(n_people), ROWS_PER_PERSON)
    nth = np.tile(np.arange(ROWS_PER_PERSON), n_people)
    hired = np.repeat(rng.integers(0, 2000, n_people), ROWS_PER_PERSON)
    day = hired + nth * 365 + np.where(nth > 0, rng.integers(0, 300, n_rows), 0)
    grade = np.repeat(rng.integers(1, 5, n_people), ROWS_PER_PERSON) + nth // 2
    pay = np.round(30_000 * 1.15**grade * (1 + 0.03 * nth))
    return pd.DataFrame(
        {
            "person_id": pd.Series(person).map("{:07d}".format),
            "nth": nth,
            "day": _DAY_0 + day.astype("timedelta64[D]"),
            "grade": grade,
            "unit": np.char.add("U", rng.integers(100, 999, n_rows).astype("str")),
            "pay": pay.astype("int64"),
            "event": np.where(nth == 0, "hire", np.where(nth % 2 == 0, "promotion", "transfer")),
        }
    )


def write_plain(folder: Path, rows: pd.DataFrame) -> dict[str, dict]:
    """Files under our own headers; the sources of the study file."""
    iso = rows["day"].dt.strftime("%Y-%m-%d")
    first = rows["nth"] == 0
    people = rows.loc[first, ["person_id"]].assign(birth_year=1980, gender="woman", education="")
    hires = rows.loc[first, ["person_id"]].assign(hired_on=iso[first], left_on="", exit_kind="")
    jobs = rows[["person_id"]].assign(
        effective_on=_damaged(iso),
        sequence=1,
        grade=rows["grade"],
        job_family="sales",
        unit_id=rows["unit"],
        site="north",
        manager_id="",
        fte=1,
        event_code=rows["event"],
    )
    pay = rows[["person_id"]].assign(effective_on=iso, annual_pay=rows["pay"])
    files = {"people": people, "employment": hires, "jobs": jobs, "pay": pay}
    for name, frame in {**files, "mentoring": _mentoring(rows)}.items():
        _write(folder / f"{name}.csv", frame)
    return {name: {"path": f"{name}.csv"} for name in (*files, "mentoring")}


def write_successfactors(folder: Path, rows: pd.DataFrame) -> dict[str, dict]:
    """A user file, a job history and recurring pay; the sources of the study file."""
    us = rows["day"].dt.strftime("%m/%d/%Y")
    first = rows["nth"] == 0
    people = rows.loc[first, ["person_id"]].assign(birth_year=1980, gender="woman", education="")
    log = pd.DataFrame(
        {
            "userId": rows["person_id"],
            "startDate": _damaged(us),
            "seqNumber": 1,
            "event": rows["event"].map({"hire": "H", "promotion": "8", "transfer": "6"}),
            "eventReason": "TERVOL",
            "payGrade": rows["grade"],
            "jobFamily": "sales",
            "department": rows["unit"],
            "location": "north",
            "managerId": "",
            "fte": 1,
        }
    )
    pay = pd.DataFrame(
        {
            "userId": rows["person_id"],
            "startDate": us,
            "seqNumber": 1,
            "paycompvalue": (rows["pay"] / 12).map("{:.8f}".format),
            "currencyCode": "EUR",
            "frequency": "MON",
        }
    )
    for name, frame in (
        ("people", people),
        ("EmpJob", log),
        ("EmpPay", pay),
        ("mentoring", _mentoring(rows)),
    ):
        _write(folder / f"{name}.csv", frame)
    of_log = {"path": "EmpJob.csv", "profile": "successfactors"}
    return {
        "people": {"path": "people.csv"},
        "employment": {**of_log, "codes": {"exit_kind": {"TERVOL": "voluntary"}}},
        "jobs": {**of_log, "columns": {"job_family": "jobFamily"}},
        "pay": {
            "path": "EmpPay.csv",
            "profile": "successfactors",
            "pay_is": "full_time",
            "codes": {"per": {"MON": "month"}},
        },
        "mentoring": {"path": "mentoring.csv"},
    }


def _damaged(days: pd.Series) -> pd.Series:
    """One day in a thousand that cannot be read."""
    return days.mask(np.arange(len(days)) % 1000 == 999, "some day")


def _mentoring(rows: pd.DataFrame) -> pd.DataFrame:
    proteges = rows.loc[rows["nth"] == 0, "person_id"].iloc[::10].to_numpy()
    frame = pd.DataFrame({"mentorship_id": np.arange(len(proteges)), "mentor_id": ""})
    empty = ("ended_on", "cultivation_on", "separation_on", "redefinition_on", "end_reason")
    return frame.assign(
        protege_id=proteges, started_on="2017-03-01", kind="formal", **dict.fromkeys(empty, "")
    )


def _write(path: Path, frame: pd.DataFrame) -> None:
    pa_csv.write_csv(pa.Table.from_pandas(frame.astype("str"), preserve_index=False), path)


WRITERS = {"plain": write_plain, "successfactors": write_successfactors}


def ingest(folder: Path, sources: dict[str, dict]) -> tuple[float, int, int]:
    """Seconds, rows read and rows quarantined of the stage's own steps in `folder`."""
    from mentor_outcomes import io, schema
    from mentor_outcomes.sources import read_source
    from mentor_outcomes.study import parse_study
    from mentor_outcomes.tables import take_in, wanted_columns

    study = parse_study(
        {
            "study": {
                "title": "Scale",
                "data": "simulated",
                "observed_from": "2012-01-01",
                "observed_to": "2019-12-31",
                "mentoring_recorded_from": "2012-01-01",
                "enrolment": "voluntary",
                "pseudonyms": {"key": "public"},
            },
            "sources": sources,
            "outcomes": {},
        }
    )
    began = time.perf_counter()
    raw = {
        name: read_source(name, source, folder, wanted=wanted_columns(name, source, {}))
        for name, source in study.sources.items()
    }
    intake = take_in(raw, section=study.study, ingest=study.ingest, scales={}, key=b"a key")
    if intake.refusals:
        raise intake.refusals[0]
    for table in (table for table in schema.ALL if table.name in intake.tables):
        io.write(table, intake.tables[table.name], folder)
    seconds = time.perf_counter() - began
    counts = intake.counts[["rows_read", "rows_quarantined"]].sum()
    return seconds, int(counts["rows_read"]), int(counts["rows_quarantined"])


def peak_memory() -> float:
    """GB at the peak of this process, from its start; forked children are not counted."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def measure(dress: str, n_rows: int, folder: Path) -> str:
    """A row of the table. The files are made in a process before, which is over by then."""
    sources = WRITERS[dress](folder, histories(n_rows // ROWS_PER_PERSON, np.random.default_rng(3)))
    code = (
        "from pathlib import Path; from benchmarks.ingest_scale import ingest, peak_memory; "
        f"done = ingest(Path({str(folder)!r}), {sources!r}); print(*done, peak_memory())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ
    )
    seconds, read, quarantined, peak = done.stdout.split()
    return (
        f"| {dress} | {n_rows:,} | {int(read):,} | {int(quarantined):,} | {float(seconds):.1f} | "
        f"{float(peak):.1f} |"
    )


def main(arguments: list[str]) -> None:
    print("| dress | job rows | rows read | quarantined | seconds | peak memory, GB |")
    print("|---|---|---|---|---|---|")
    for dress in DRESSES:
        for size in [int(size) for size in arguments] or SIZES:
            with tempfile.TemporaryDirectory() as folder:
                print(measure(dress, size, Path(folder)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
