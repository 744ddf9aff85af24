"""Time and memory of the matched difference with its errors, windows and bands, by rows of sets.

    python -m benchmarks.matched_difference_scale [ROWS ...]     default: 10000 ... 5000000

Invented sets of one start and three comparators, who recur: three people for ten rows; a panel of
months for each person, some 54. Timed is all of it: every moment from -24 to 36 with errors
clustered by person, the means over three windows, the uniform band. Each size runs in a process of
its own, on one thread. With the default sizes also written:

    benchmarks/results/matched_difference_growth.csv    one row per size
    docs/matched_difference_growth.svg                  the same, drawn
"""

import json
import os
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.study_in_memory import PROJECT
from mentor_outcomes import io
from mentor_outcomes.estimates import matched_difference
from mentor_outcomes.figures.style import FAINT, QUIET, styled, svg_bytes
from mentor_outcomes.study import Figures

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 5_000_000)
MOST_SECONDS = 5.0
"""Of processor time at 1,000,000 rows."""
MOMENTS = range(-24, 37)
WINDOWS = ((1, 12), (13, 24), (25, 36))
COMPARATORS = 3
PEOPLE_PER_ROW = 0.3
_ONE = "--one"


def invented(n_rows: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sets of about so many rows, and the panel of their people."""
    n_starts, n_people = n_rows // (1 + COMPARATORS), round(PEOPLE_PER_ROW * n_rows)
    start = rng.integers(0, 24, n_starts)
    members = np.column_stack(
        [rng.permutation(n_people)[:n_starts], rng.integers(0, n_people, (n_starts, COMPARATORS))]
    )
    weight = np.r_[1.0, np.full(COMPARATORS, 1 / COMPARATORS)]
    sets = pd.DataFrame(
        {
            "set_id": np.repeat(np.arange(n_starts), 1 + COMPARATORS),
            "person_id": members.ravel(),
            "start_period": np.repeat(start, 1 + COMPARATORS),
            "is_mentored": np.tile(weight == 1.0, n_starts),
            "weight": np.tile(weight, n_starts),
        }
    ).drop_duplicates(["set_id", "person_id"], ignore_index=True)
    begins, ends = rng.integers(-24, 1, n_people), rng.integers(24, 61, n_people)
    n_periods = ends - begins
    person = np.repeat(np.arange(n_people), n_periods)
    first_row = np.cumsum(n_periods) - n_periods
    period = np.arange(len(person)) - np.repeat(first_row - begins, n_periods)
    pay = 10 + 0.2 * rng.normal(size=n_people)[person] + 0.003 * period
    pay += 0.01 * rng.normal(size=len(person))
    return sets, pd.DataFrame({"person_id": person, "period": period, "log_pay": pay})


def measured_here(n_rows: int) -> dict:
    """Seconds, seconds of processor time, peak GB (interpreter and panel included)."""
    sets, panel = invented(n_rows, np.random.default_rng(7))
    began, spent = time.perf_counter(), time.process_time()
    found = matched_difference(sets, panel, outcome="log_pay", periods_since_start=MOMENTS)
    errors_after = time.process_time() - spent
    band = found.tidy()
    windows = found.over_windows(WINDOWS)
    processor = time.process_time() - spent
    if windows["std_error"].isna().any() or band["band_low"].isna().any():
        raise SystemExit("a moment or window was not estimated: nothing was measured")
    return {
        "rows": len(sets),
        "panel_rows": len(panel),
        "seconds": time.perf_counter() - began,
        "processor_seconds": processor,
        "of_windows_and_bands": processor - errors_after,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }


def measured(n_rows: int) -> dict:
    """One row of the table, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.matched_difference_scale", _ONE, str(n_rows)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    return json.loads(done.stdout)


def header() -> str:
    names = ["rows", "rows of the panel", "s", "processor, s", "of windows, band, s", "peak, GB"]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def line(row: dict) -> str:
    cells = [f"{row['rows']:,}", f"{row['panel_rows']:,}", f"{row['seconds']:.2f}"]
    cells += [f"{row['processor_seconds']:.2f}", f"{row['of_windows_and_bands']:.2f}"]
    return f"| {' | '.join([*cells, format(row['peak_gb'], '.2f')])} |"


def drawn(table: pd.DataFrame, settings: Figures) -> Figure:
    """Seconds and memory by rows of the sets, both on logarithmic axes. Call within `styled`."""
    figure = Figure(figsize=(6.69, 3.0), layout="constrained")
    time_axes, memory_axes = figure.subplots(1, 2)
    look = {"color": settings.mentored_colour, "marker": "o"}
    time_axes.plot(table["rows"], table["processor_seconds"], **look)
    million = table.loc[(table["rows"] - 1e6).abs().idxmin(), "processor_seconds"]
    time_axes.plot(
        table["rows"], table["rows"] / 1e6 * million, color=QUIET, linewidth=0.8, linestyle="--"
    )
    time_axes.annotate(
        "in proportion", (table["rows"].iloc[-1], 5 * million), ha="right", va="bottom",
        color=QUIET, fontsize=settings.font_size - 1, textcoords="offset points", xytext=(-34, 2),
    )  # fmt: skip
    time_axes.axhline(MOST_SECONDS, color=QUIET, linewidth=0.8)
    time_axes.annotate(
        f"limit at 1 million: {MOST_SECONDS:g}", (SIZES[0], MOST_SECONDS), va="bottom",
        color=QUIET, fontsize=settings.font_size - 1, textcoords="offset points", xytext=(0, 2),
    )  # fmt: skip
    memory_axes.plot(table["rows"], table["peak_gb"], **look)
    memory_axes.set_ylim(0.1, 10)
    titles = {time_axes: "seconds of processor time", memory_axes: "peak memory, GB"}
    for axes, title in titles.items():
        axes.set(xscale="log", yscale="log", xlabel="rows of sets", title=title)
        axes.set_xticks(SIZES, ["10k", "30k", "100k", "300k", "1M", "3M", "5M"])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.minorticks_off()
        axes.grid(color=FAINT, linewidth=0.5)
    return figure


def written(table: pd.DataFrame) -> None:
    text = table.to_csv(index=False, float_format="%.4g")
    results = PROJECT / "benchmarks" / "results"
    io.write_bytes(results / "matched_difference_growth.csv", text.encode())
    settings = Figures()
    with styled(settings):
        figure = drawn(table, settings)
        io.write_bytes(PROJECT / "docs" / "matched_difference_growth.svg", svg_bytes(figure))


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] == _ONE:
        print(json.dumps(measured_here(int(arguments[1]))))
        return
    print(header(), flush=True)
    rows = []
    for size in [int(size) for size in arguments] or SIZES:
        rows.append(measured(size))
        print(line(rows[-1]), flush=True)
    if arguments:
        return
    written(pd.DataFrame(rows))
    million = next(row for row in rows if abs(row["rows"] - 1_000_000) < 1000)
    word = "within" if million["processor_seconds"] <= MOST_SECONDS else "OVER"
    print(f"1 million rows: {million['processor_seconds']:.2f} s, {word} {MOST_SECONDS:g}")


if __name__ == "__main__":
    main(sys.argv[1:])
