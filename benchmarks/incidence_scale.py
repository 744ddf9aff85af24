"""Time and memory of Aalen-Johansen with clustered errors, here and in R, by number of rows.

    python -m benchmarks.incidence_scale [ROWS ...]        default: 10000 ... 5000000

Invented rows of two arms as of matched sets: people recur, a third enters late, whole months (heavy
ties), two causes, weights; shares and errors at 12, 24 and 36 months. Here errors are clustered by
person, and by person and mentor; R (`survfit` of several states, one id per row) gives errors by
row, for it ignores clusters there: the largest difference is of shares and of errors by row. Both
read the same binary file, one after the other, each in a process of its own; reading is not timed.
Without Rscript or its package survival there is no column for R; nor beyond 1,000,000 rows, where
R takes minutes. With the default sizes also written:

    benchmarks/results/incidence_growth.csv    one row per size
    docs/incidence_growth.svg                  the same, drawn
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.study_in_memory import PROJECT
from benchmarks.survival_scale import has_r
from mentor_outcomes import io
from mentor_outcomes.estimates import cumulative_incidence
from mentor_outcomes.figures.style import FAINT, INK, QUIET, styled, svg_bytes
from mentor_outcomes.study import Figures

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 5_000_000)
R_UP_TO = 1_000_000
MOST_SECONDS = 3.0
"""Of processor time at 1,000,000 rows, errors clustered by person."""
HORIZONS = [12.0, 24.0, 36.0]
CAUSES = ("", "exit", "promotion")
COLUMNS = ["entry", "exit", "cause", "arm", "weight", "person", "mentor"]
_ONE = "--one"
_R = """
suppressMessages(library(survival))
path <- commandArgs(TRUE)[1]
columns <- COLUMNS
n <- file.info(path)$size / 8 / length(columns)
file <- file(path, "rb")
records <- as.data.frame(lapply(columns, function(name) readBin(file, "double", n)))
names(records) <- columns
records$state <- factor(records$cause, 0:2, c("", "exit", "promotion"))
records$row <- seq_len(n)
spent <- system.time(
  fit <- survfit(Surv(entry, exit, state) ~ arm, records, id = row, weights = weight)
)
found <- summary(fit, times = c(HORIZONS))
cat(spent["elapsed"], spent["user.self"] + spent["sys.self"])
cat("", formatC(c(found$pstate[, 2:3], found$std.err[, 2:3]), digits = 15))
"""


def records(n_rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row per member of a set, numbers only; the mentored of a mentor share its number."""
    entry = np.where(rng.random(n_rows) < 1 / 3, rng.integers(1, 24, n_rows), 0)
    until_event = np.ceil(rng.exponential(1 / 0.02, n_rows))
    until_end = rng.integers(12, 60, n_rows)
    arm = (rng.random(n_rows) < 0.4).astype("float64")
    is_event = until_event <= until_end
    own_mentor = np.arange(n_rows) + n_rows
    return pd.DataFrame(
        {
            "entry": entry.astype("float64"),
            "exit": entry + np.minimum(until_event, until_end),
            "cause": np.where(is_event, rng.integers(1, 3, n_rows), 0).astype("float64"),
            "arm": arm,
            "weight": np.where(arm == 1, 1.0, rng.uniform(0.2, 0.8, n_rows)),
            "person": rng.integers(0, n_rows // 2, n_rows).astype("float64"),
            "mentor": np.where(arm == 1, rng.integers(0, n_rows // 10, n_rows), own_mentor) * 1.0,
        }
    )[COLUMNS]


def measured_here(path: Path) -> dict:
    """Seconds, seconds of processor time, peak GB; shares and errors by row in the order of R."""
    values = np.fromfile(path).reshape(len(COLUMNS), -1)
    rows = pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), copy=False)
    rows["cause"] = pd.Series(list(CAUSES), dtype="str").take(rows["cause"].astype(int)).array
    columns = {"entry": "entry", "exit": "exit", "cause": "cause", "by": "arm", "at": HORIZONS}
    columns["weights"] = "weight"
    began, spent = time.perf_counter(), time.process_time()
    cumulative_incidence(rows, cluster="person", **columns)
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    spent = time.process_time()
    cumulative_incidence(rows, cluster=["person", "mentor"], **columns)
    two_ways = time.process_time() - spent
    by_row = cumulative_incidence(rows, **columns).tidy()
    by_row = by_row[by_row["state"] != "event-free"].sort_values(["state", "group", "time"])
    return {
        "rows": len(rows),
        "seconds": seconds,
        "processor_seconds": processor,
        "two_ways_processor_seconds": two_ways,
        "peak_gb": peak,
        "found": [*by_row["estimate"], *by_row["std_error"]],
    }


def measured_in_r(path: Path) -> dict | None:
    """The same from R; None where Rscript or survival is absent."""
    if not has_r():
        return None
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    script = path.with_suffix(".R")
    horizons = ", ".join(f"{months:g}" for months in HORIZONS)
    script.write_text(_R.replace("COLUMNS", f"c({columns})").replace("HORIZONS", horizons))
    done = subprocess.run(
        ["Rscript", str(script), str(path)], check=True, capture_output=True, text=True
    )
    seconds, processor, *found = map(float, done.stdout.split())
    return {"r_seconds": seconds, "r_processor_seconds": processor, "r_found": found}


def measured(n_rows: int) -> dict:
    """One row of the table: here, and in R on the same file straight afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.bin"
        table = records(n_rows, np.random.default_rng(7))
        with path.open("wb") as file:
            for name in COLUMNS:
                table[name].to_numpy().tofile(file)
        del table
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.incidence_scale", _ONE, str(path)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        here = json.loads(done.stdout)
        r = measured_in_r(path) if n_rows <= R_UP_TO else None
    found = here.pop("found")
    if r is None:
        return here
    difference = np.abs(np.array(found) - r.pop("r_found")).max()
    return here | r | {"largest_difference": float(difference)}


def header() -> str:
    of_r = ["R survfit, s", "ratio of processor time", "largest difference"]
    names = ["rows", "here, s", "processor, s", "two ways, processor, s", "peak memory, GB"]
    names += of_r if has_r() else []
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def line(row: dict) -> str:
    """A row of the printed table; R's columns only if R was there."""
    cells = [f"{row['rows']:,}", f"{row['seconds']:.2f}", f"{row['processor_seconds']:.2f}"]
    cells += [f"{row['two_ways_processor_seconds']:.2f}", f"{row['peak_gb']:.2f}"]
    if "r_seconds" in row:
        ratio = row["r_processor_seconds"] / row["processor_seconds"]
        cells += [f"{row['r_seconds']:.2f}", f"{ratio:.1f}", f"{row['largest_difference']:.0e}"]
    elif has_r():
        cells += [""] * 3
    return f"| {' | '.join(cells)} |"


def drawn(table: pd.DataFrame, settings: Figures) -> Figure:
    """Seconds and memory by number of rows, both on logarithmic axes. Call within `styled`."""
    figure = Figure(figsize=(6.69, 3.0), layout="constrained")
    time_axes, memory_axes = figure.subplots(1, 2)
    blue, orange = ({"color": c, "marker": m} for c, m in (("#0B5C8A", "o"), ("#C4551B", "s")))
    time_axes.plot(table["rows"], table["processor_seconds"], label="by person", **blue)
    time_axes.plot(
        table["rows"],
        table["two_ways_processor_seconds"],
        label="by person and mentor",
        linestyle=(0, (1, 1.5)),
        **blue,
    )
    if "r_processor_seconds" in table:
        time_axes.plot(
            table["rows"],
            table["r_processor_seconds"],
            label="R survfit, by row",
            linestyle=(0, (5, 2)),
            **orange,
        )
    proportional = table["rows"] / 1e6 * _at_a_million(table)["processor_seconds"]
    time_axes.plot(table["rows"], proportional, color=QUIET, linewidth=0.8, label="in proportion")
    memory_axes.plot(table["rows"], table["peak_gb"], **blue)
    memory_axes.set_ylim(0.1, 3)
    titles = {time_axes: "seconds of processor time", memory_axes: "peak memory, GB"}
    for axes, title in titles.items():
        axes.set(xscale="log", yscale="log", xlabel="rows", title=title)
        axes.set_xticks(SIZES, ["10k", "30k", "100k", "300k", "1M", "3M", "5M"])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.minorticks_off()
        axes.grid(color=FAINT, linewidth=0.5)
    time_axes.legend(loc="upper left", labelcolor=INK, fontsize=settings.font_size - 1)
    return figure


def _at_a_million(table: pd.DataFrame) -> pd.Series:
    return table.set_index("rows").loc[1_000_000]


def written(table: pd.DataFrame) -> None:
    text = table.to_csv(index=False, float_format="%.4g")
    io.write_bytes(PROJECT / "benchmarks" / "results" / "incidence_growth.csv", text.encode())
    settings = Figures()
    with styled(settings):
        figure = drawn(table, settings)
        io.write_bytes(PROJECT / "docs" / "incidence_growth.svg", svg_bytes(figure))


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
    word = "within" if million["processor_seconds"] <= MOST_SECONDS else "OVER"
    print(f"1 million rows: {million['processor_seconds']:.2f} s, {word} {MOST_SECONDS:g}")


if __name__ == "__main__":
    main(sys.argv[1:])
