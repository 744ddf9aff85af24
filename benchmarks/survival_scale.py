"""Time and memory of a clustered Cox regression, here and in R's survival, by number of people.

    python -m benchmarks.survival_scale [PEOPLE ...]        default: 10000 ... 5000000

Invented records with delayed entry, whole months (heavy ties), five covariates and an exposure that
begins at some time: about 1.8 rows per person. Here and R (`coxph(..., cluster = person)`) read the
same binary file, one after the other, each in a process of its own; reading is not timed. Without
Rscript or its package survival there is no column for R; nor beyond 1,000,000 people, where R takes
minutes. With the default sizes also written:

    benchmarks/results/cox_growth.csv    one row per size
    docs/cox_growth.svg                  the same, drawn
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.study_in_memory import PROJECT
from mentor_outcomes import io
from mentor_outcomes.estimates import cox_regression
from mentor_outcomes.figures.style import FAINT, INK, QUIET, styled, svg_bytes
from mentor_outcomes.study import Figures

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 5_000_000)
R_UP_TO = 1_000_000
LEAST_RATIO, MOST_GB = 8.0, 1.5
"""At 1,000,000 people: how many times faster than R, and peak memory of the whole process."""
COVARIATES = ["age", "rating", "is_manager", "is_part_time", "is_mentored"]
COLUMNS = ["entry", "exit", "event", "person", *COVARIATES]
_ONE = "--one"
_R = """
suppressMessages(library(survival))
path <- commandArgs(TRUE)[1]
columns <- COLUMNS
n <- file.info(path)$size / 8 / length(columns)
file <- file(path, "rb")
records <- as.data.frame(lapply(columns, function(name) readBin(file, "double", n)))
names(records) <- columns
spent <- system.time(fit <- coxph(MODEL, records, cluster = person))
errors <- sqrt(diag(vcov(fit)))
cat(spent["elapsed"], spent["user.self"] + spent["sys.self"], coef(fit), errors)
"""


def records(n_people: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row per person and exposure state, at risk on (entry, exit], in months of tenure."""
    frame = pd.DataFrame(
        {
            "person": np.arange(n_people, dtype="float64"),
            "entry": rng.integers(0, 24, n_people).astype("float64"),
            "age": rng.normal(size=n_people),
            "rating": rng.normal(size=n_people),
            "is_manager": (rng.random(n_people) < 0.3).astype("float64"),
            "is_part_time": (rng.random(n_people) < 0.2).astype("float64"),
        }
    )
    log_hazard = np.log(0.008) + 0.3 * frame["age"] + 0.2 * frame["rating"]
    until_event = np.ceil(rng.exponential(np.exp(-log_hazard)))
    until_end = rng.integers(6, 96, n_people)
    end = frame["entry"] + np.minimum(until_event, until_end)
    start = frame["entry"] + rng.integers(1, 32, n_people)
    is_event = (until_event <= until_end) & (rng.random(n_people) < 0.6)
    before = frame.assign(
        exit=np.minimum(end, start), event=(is_event & (end <= start)) * 1.0, is_mentored=0.0
    )
    after = frame.assign(entry=start, exit=end, event=is_event * 1.0, is_mentored=1.0)
    return pd.concat([before, after[end > start]], ignore_index=True)[COLUMNS]


def measured_here(path: Path) -> dict:
    """Seconds, seconds of processor time, peak GB, coefficients and clustered errors."""
    values = np.fromfile(path).reshape(len(COLUMNS), -1)
    rows = pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), copy=False)
    began, spent = time.perf_counter(), time.process_time()
    fit = cox_regression(
        rows, entry="entry", exit="exit", event="event", covariates=COVARIATES, cluster="person"
    )
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    return {
        "rows": len(rows),
        "seconds": seconds,
        "processor_seconds": processor,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "found": [*fit.coefficients, *fit.tidy()["std_error"]],
    }


def measured_in_r(path: Path) -> dict | None:
    """The same from R; None where Rscript or survival is absent."""
    if not has_r():
        return None
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    model = f"Surv(entry, exit, event) ~ {' + '.join(COVARIATES)}"
    script = path.with_suffix(".R")
    script.write_text(_R.replace("COLUMNS", f"c({columns})").replace("MODEL", model))
    done = subprocess.run(
        ["Rscript", str(script), str(path)], check=True, capture_output=True, text=True
    )
    seconds, processor, *found = map(float, done.stdout.split())
    return {"r_seconds": seconds, "r_processor_seconds": processor, "r_found": found}


@cache
def has_r() -> bool:
    if shutil.which("Rscript") is None:
        return False
    command = ["Rscript", "-e", "quit(status = !requireNamespace('survival'))"]
    return subprocess.run(command, capture_output=True).returncode == 0


def measured(n_people: int) -> dict:
    """One row of the table: here, and in R on the same file straight afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.bin"
        table = records(n_people, np.random.default_rng(3))
        with path.open("wb") as file:
            for name in COLUMNS:
                table[name].to_numpy().tofile(file)
        del table
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.survival_scale", _ONE, str(path)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        here = {"people": n_people} | json.loads(done.stdout)
        r = measured_in_r(path) if n_people <= R_UP_TO else None
    found = here.pop("found")
    if r is None:
        return here
    difference = np.abs(np.array(found) - r.pop("r_found")).max()
    return here | r | {"largest_difference": float(difference)}


def line(row: dict) -> str:
    """A row of the printed table; R's columns only if R was there."""
    cells = [f"{row['people']:,}", f"{row['rows']:,}", f"{row['seconds']:.2f}"]
    if "r_seconds" in row:
        ratio = row["r_seconds"] / row["seconds"]
        of_processor = row["r_processor_seconds"] / row["processor_seconds"]
        cells += [f"{row['r_seconds']:.2f}", f"{ratio:.1f}", f"{of_processor:.1f}"]
        cells += [f"{row['largest_difference']:.0e}"]
    elif has_r():
        cells += [""] * 4
    cells.append(f"{row['peak_gb']:.2f}")
    return f"| {' | '.join(cells)} |"


def header() -> str:
    of_r = ["R coxph, s", "ratio", "ratio of processor time", "largest difference"]
    names = ["people", "rows", "Cox here, s", *(of_r if has_r() else []), "peak memory, GB"]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def drawn(table: pd.DataFrame, settings: Figures) -> Figure:
    """Seconds and memory by number of people, both on logarithmic axes. Call within `styled`."""
    figure = Figure(figsize=(6.69, 3.0), layout="constrained")
    time_axes, memory_axes = figure.subplots(1, 2)
    look = {"color": "#0B5C8A", "marker": "o"}
    time_axes.plot(table["people"], table["processor_seconds"], label="here", **look)
    if "r_processor_seconds" in table:
        look_of_r = {"color": "#C4551B", "marker": "s", "linestyle": (0, (5, 2))}
        time_axes.plot(table["people"], table["r_processor_seconds"], label="R coxph", **look_of_r)
    memory_axes.plot(table["people"], table["peak_gb"], **look)
    memory_axes.axhline(MOST_GB, color=QUIET, linewidth=0.8)
    memory_axes.annotate(
        f"limit at 1 million: {MOST_GB:g}",
        (SIZES[0], MOST_GB),
        textcoords="offset points",
        xytext=(0, -3),
        va="top",
        color=QUIET,
        fontsize=settings.font_size - 1,
    )
    proportional = table["people"] / 1e6 * _at_a_million(table)["processor_seconds"]
    time_axes.plot(table["people"], proportional, color=QUIET, linewidth=0.8, label="in proportion")
    time_axes.set_ylim(0.005, 100)
    memory_axes.set_ylim(0.1, 6)
    titles = {time_axes: "seconds of processor time", memory_axes: "peak memory, GB"}
    for axes, title in titles.items():
        axes.set(xscale="log", yscale="log", xlabel="people", title=title)
        axes.set_xticks(SIZES, ["10k", "30k", "100k", "300k", "1M", "3M", "5M"])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.minorticks_off()
        axes.grid(color=FAINT, linewidth=0.5)
    time_axes.legend(loc="upper left", labelcolor=INK)
    return figure


def _at_a_million(table: pd.DataFrame) -> pd.Series:
    return table.set_index("people").loc[1_000_000]


def written(table: pd.DataFrame) -> None:
    settings = Figures()
    text = table.to_csv(index=False, float_format="%.4g")
    io.write_bytes(PROJECT / "benchmarks" / "results" / "cox_growth.csv", text.encode())
    with styled(settings):
        figure = drawn(table, settings)
        io.write_bytes(PROJECT / "docs" / "cox_growth.svg", svg_bytes(figure))


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] == _ONE:
        print(json.dumps(measured_here(Path(arguments[1]))))
        return
    print(header(), flush=True)
    rows = []
    for size in [int(size) for size in arguments] or SIZES:
        rows.append(measured(size))
        print(line(rows[-1]), flush=True)
    if arguments:
        return
    table = pd.DataFrame(rows)
    written(table)
    million = _at_a_million(table)
    if "r_seconds" in table:
        ratio = million["r_processor_seconds"] / million["processor_seconds"]
        word = "at least" if ratio >= LEAST_RATIO else "LESS THAN"
        print(f"1 million people: {ratio:.1f} times faster than R, {word} {LEAST_RATIO:g}")
    word = "within" if million["peak_gb"] <= MOST_GB else "OVER"
    print(f"1 million people: peak memory {million['peak_gb']:.2f} GB, {word} {MOST_GB:g}")


if __name__ == "__main__":
    main(sys.argv[1:])
