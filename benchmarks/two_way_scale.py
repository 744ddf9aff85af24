"""Time and memory of two-way fixed effects with clustered errors, by three engines, by rows.

    python -m benchmarks.two_way_scale [rows ...]

People in 10 periods, a staggered exposure and one covariate; every engine reads the same binary
file, one after the other, each in a process of its own; reading is not timed. Medians of several
fits after a first one, by the same errors: pyfixest's CRV1 without degrees of freedom for effects
is our "sss". `gaps`: 15 % of the rows missing at random, where pyfixest, whose projections
alternate, has to converge. With the default sizes also written:

    benchmarks/results/two_way_growth.csv    one row per panel, size and engine
    docs/two_way_growth.svg                  the same, drawn
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.study_in_memory import PROJECT
from mentor_outcomes import io
from mentor_outcomes.estimates import fixed_effects
from mentor_outcomes.estimates.panel.fixed_effects import LINEARMODELS, ONE_PASS
from mentor_outcomes.figures.style import FAINT, INK, QUIET, styled, svg_bytes
from mentor_outcomes.study import Figures

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 5_000_000)
ASKED = 1_000_000
"""100,000 people in 10 periods."""
PERIODS = 10
PYFIXEST = "pyfixest feols"
ENGINES = (ONE_PASS, PYFIXEST, LINEARMODELS)
LINEARMODELS_UP_TO = 1_000_000
EQUAL = 1e-8
COLUMNS = ["person", "period", "mentored", "rating", "pay"]
_ONE = "--one"
_LOOKS = {
    ONE_PASS: ("#0B5C8A", "o", "-"),
    PYFIXEST: ("#C4551B", "s", (0, (5, 2))),
    LINEARMODELS: ("#5B6672", "^", (0, (1, 1.5))),
}


def records(n_rows: int, rng: np.random.Generator, *, seen: float = 1.0) -> pd.DataFrame:
    """One row per person and period, ids in random order; the share `seen` of `n_rows`."""
    n_people = n_rows // PERIODS
    person, period = np.repeat(np.arange(n_people), PERIODS), np.tile(np.arange(PERIODS), n_people)
    mentored = period >= rng.integers(1, 2 * PERIODS, n_people)[person]
    rating = rng.normal(size=n_people)[person] + rng.normal(size=len(person)) + 0.1 * period
    pay = 0.3 * mentored + 0.2 * rating + rng.normal(size=n_people)[person] + 0.1 * period
    frame = pd.DataFrame(
        {
            "person": rng.permutation(n_people)[person],
            "period": period,
            "mentored": mentored.astype("float64"),
            "rating": rating,
            "pay": pay + rng.normal(size=len(person)),
        }
    )
    return frame if seen >= 1 else frame[rng.random(len(frame)) < seen].reset_index(drop=True)


def measured_here(engine: str, path: Path, repeats: int) -> dict:
    """Median seconds and seconds of processor time, peak GB, coefficients and errors."""
    values = np.fromfile(path).reshape(len(COLUMNS), -1)
    rows = pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))
    rows = rows.astype({"person": "int64", "period": "int64"})
    del values
    fit = _by_pyfixest if engine == PYFIXEST else _by_us
    seconds, processor = [], []
    for turn in range(repeats + 1):
        began, spent = time.perf_counter(), time.process_time()
        found = fit(rows, engine)
        if turn:  # the first one compiles and imports
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - spent)
    return {
        "rows": len(rows),
        "engine": engine,
        "seconds": float(np.median(seconds)),
        "processor_seconds": float(np.median(processor)),
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "found": found,
    }


def _by_us(rows: pd.DataFrame, engine: str) -> list[float]:
    fit = fixed_effects(
        rows,
        unit="person",
        period="period",
        outcome="pay",
        regressors=["mentored", "rating"],
        engine=engine,
    )
    return [*fit.coefficients, *np.sqrt(np.diag(fit.covariance))]


def _by_pyfixest(rows: pd.DataFrame, _: str) -> list[float]:
    import pyfixest

    fit = pyfixest.feols(
        "pay ~ mentored + rating | person + period",
        rows,
        vcov={"CRV1": "person"},
        ssc=pyfixest.ssc(k_fixef="none"),
        lean=True,
    )
    return [*fit.coef(), *fit.se()]


def measured(panel: str, n_rows: int) -> list[dict]:
    """One row per engine, on one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.bin"
        seen = 1.0 if panel == "balanced" else 0.85
        table = records(n_rows, np.random.default_rng(3), seen=seen)
        with path.open("wb") as file:
            for name in COLUMNS:
                table[name].to_numpy(dtype="float64").tofile(file)
        del table
        rows = [
            {"panel": panel, "asked_rows": n_rows} | _in_a_process(engine, path, n_rows)
            for engine in ENGINES
            if _is_asked(engine, n_rows)
        ]
    first = np.array(rows[0]["found"])
    for row in rows:
        row["largest_difference"] = float(np.abs(np.array(row.pop("found")) - first).max())
        row["times_our_processor_time"] = row["processor_seconds"] / rows[0]["processor_seconds"]
    return rows


def _is_asked(engine: str, n_rows: int) -> bool:
    if engine == PYFIXEST:
        return find_spec("pyfixest") is not None
    return engine != LINEARMODELS or n_rows <= LINEARMODELS_UP_TO


def _in_a_process(engine: str, path: Path, n_rows: int) -> dict:
    repeats = 3 if engine == LINEARMODELS or n_rows > ASKED else 7
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.two_way_scale", _ONE, engine, str(path), str(repeats)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env=os.environ
        | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"},
    )
    return json.loads(done.stdout.splitlines()[-1])


def header() -> str:
    names = ["panel", "rows", "engine", "seconds", "processor time, s", "times ours"]
    names += ["largest difference", "peak memory, GB"]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def line(row: dict) -> str:
    cells = [row["panel"], f"{row['rows']:,}", row["engine"], f"{row['seconds']:.3f}"]
    cells += [f"{row['processor_seconds']:.3f}", f"{row['times_our_processor_time']:.1f}"]
    cells += [f"{row['largest_difference']:.0e}", f"{row['peak_gb']:.2f}"]
    return f"| {' | '.join(cells)} |"


def drawn(table: pd.DataFrame, settings: Figures) -> Figure:
    """Seconds and memory by rows of the balanced panels. Call within `styled`."""
    figure = Figure(figsize=(6.69, 3.0), layout="constrained")
    time_axes, memory_axes = figure.subplots(1, 2)
    balanced = table[table["panel"] == "balanced"]
    for engine, rows in balanced.groupby("engine", sort=False):
        colour, marker, line_style = _LOOKS[engine]
        look = {"color": colour, "marker": marker, "linestyle": line_style}
        time_axes.plot(rows["rows"], rows["processor_seconds"], label=engine, **look)
        memory_axes.plot(rows["rows"], rows["peak_gb"], **look)
    ours = balanced[balanced["engine"] == ONE_PASS].set_index("rows")["processor_seconds"]
    proportional = np.array(SIZES) / ASKED * ours[ASKED]
    time_axes.plot(SIZES, proportional, color=QUIET, linewidth=0.8, label="in proportion")
    time_axes.set_ylim(0.001, 300)
    memory_axes.set_ylim(0.1, 10)
    titles = {time_axes: "seconds of processor time", memory_axes: "peak memory, GB"}
    for axes, title in titles.items():
        axes.set(xscale="log", yscale="log", xlabel="rows", title=title)
        axes.set_xticks(SIZES, ["10k", "30k", "100k", "300k", "1M", "3M", "5M"])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.minorticks_off()
        axes.grid(color=FAINT, linewidth=0.5)
    time_axes.legend(loc="upper left", labelcolor=INK)
    return figure


def verdict(table: pd.DataFrame) -> str:
    """What was asked of 100,000 people in 10 periods, in words."""
    asked = table[table["asked_rows"] == ASKED].set_index(["panel", "engine"])
    lines = []
    for panel in ("balanced", "gaps"):
        for engine in (PYFIXEST, LINEARMODELS):
            if (panel, engine) not in asked.index:
                continue
            row = asked.loc[(panel, engine)]
            word = "equal" if row["largest_difference"] <= EQUAL else "NOT EQUAL"
            lines.append(
                f"{panel}, 100,000 people in 10 periods: {engine} takes "
                f"{row['times_our_processor_time']:.1f} times our processor time, {word} to {EQUAL}"
            )
    return "\n".join(lines)


def written(table: pd.DataFrame) -> None:
    settings = Figures()
    results = PROJECT / "benchmarks" / "results"
    csv = table.to_csv(index=False, float_format="%.4g")
    io.write_bytes(results / "two_way_growth.csv", csv.encode())
    with styled(settings):
        figure = drawn(table, settings)
        io.write_bytes(PROJECT / "docs" / "two_way_growth.svg", svg_bytes(figure))


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] == _ONE:
        engine, path, repeats = arguments[1:]
        print(json.dumps(measured_here(engine, Path(path), int(repeats))))
        return
    print(header(), flush=True)
    sizes = [int(size) for size in arguments] or SIZES
    wanted = [("balanced", size) for size in sizes]
    wanted += [("gaps", size) for size in sizes if arguments or size == ASKED]
    rows = []
    for panel, size in wanted:
        rows += (found := measured(panel, size))
        print("\n".join(map(line, found)), flush=True)
    table = pd.DataFrame(rows)
    print(verdict(table))
    if not arguments:
        written(table)


if __name__ == "__main__":
    main(sys.argv[1:])
