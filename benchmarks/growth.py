"""How the cost of the designs grows from 10,000 to 1,000,000 people, measured and drawn.

    python -m benchmarks.growth

Each size and design runs in a fresh process. Risk-set matching: one start per 20 people, over 72
periods. Weighting: one cross-section of people, 5 % treated. Written:

    benchmarks/results/growth.csv   one row per design and size: seconds of processor time, peak
                                    memory in GB (interpreter and libraries included)
    docs/matching_growth.svg, .png  the same, drawn
"""

import json
import os
import subprocess
import sys
from io import BytesIO

import pandas as pd
from matplotlib.figure import Figure

from benchmarks.study_in_memory import PROJECT
from benchmarks.weighting_scale import ESTIMANDS
from mentor_outcomes import io
from mentor_outcomes.figures.style import FAINT, INK, QUIET, styled, svg_bytes
from mentor_outcomes.study import Figures

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
PEOPLE_PER_START = 20
MATCHING = "risk-set matching"
LIMITS = {"seconds": 20.0, "peak_gb": 3.0}
"""Of matching 50,000 starts in 1,000,000 people."""
_AXES = {"seconds": "seconds of processor time", "peak_gb": "peak memory, GB"}
_RANGES = {"seconds": (0.03, 40), "peak_gb": (0.08, 6)}
_LOOKS = {
    MATCHING: ("#0B5C8A", "o", "-"),
    "overlap_weights": ("#C4551B", "s", (0, (5, 2))),
    "entropy_balancing": ("#5B6672", "^", (0, (1, 1.5))),
    "inverse_probability": ("#8A6D0B", "D", (0, (3, 1, 1, 1))),
}


def measured() -> pd.DataFrame:
    """One row per design and size: design, people, starts, seconds, peak_gb."""
    rows = []
    for size in SIZES:
        starts = size // PEOPLE_PER_START
        rows.append({"design": MATCHING} | _run("matching_scale", size, f"--starts={starts}"))
        rows += [
            {"design": method} | _run("weighting_scale", size, f"--method={method}")
            for method in ESTIMANDS
        ]
        print(f"{size:,} people done", flush=True)
    return pd.DataFrame(rows)[["design", "people", "starts", "seconds", "peak_gb"]]


def _run(benchmark: str, n_people: int, *more: str) -> dict:
    command = [sys.executable, "-m", f"benchmarks.{benchmark}", "--json", f"--people={n_people}"]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # as the stages run
    done = subprocess.run(
        [*command, *more],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env=os.environ | one_thread,
    )
    return json.loads(done.stdout)


def drawn(table: pd.DataFrame, settings: Figures) -> Figure:
    """Seconds and memory by number of people, both on logarithmic axes. Call within `styled`."""
    figure = Figure(figsize=(6.69, 3.0), layout="constrained")
    for axes, quantity in zip(figure.subplots(1, 2), LIMITS, strict=True):
        for design, rows in table.groupby("design", sort=False):
            colour, marker, line = _LOOKS[design]
            axes.plot(
                rows["people"],
                rows[quantity],
                color=colour,
                marker=marker,
                linestyle=line,
                label=design.replace("_", " "),
            )
        axes.axhline(LIMITS[quantity], color=QUIET, linewidth=0.8)
        axes.annotate(
            f"limit for matching at 1 million: {LIMITS[quantity]:g}",
            (SIZES[0], LIMITS[quantity]),
            textcoords="offset points",
            xytext=(0, -3),
            va="top",
            color=QUIET,
            fontsize=settings.font_size - 1,
        )
        axes.set_ylim(*_RANGES[quantity])
        axes.set(xscale="log", yscale="log", xlabel="people", title=_AXES[quantity])
        axes.set_xticks(SIZES, [*(f"{size // 1000}k" for size in SIZES[:-1]), "1M"])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.minorticks_off()
        axes.grid(color=FAINT, linewidth=0.5)
    figure.axes[0].legend(loc="lower right", labelcolor=INK)
    return figure


def written(table: pd.DataFrame) -> None:
    settings = Figures()
    text = table.to_csv(index=False, float_format="%.4g")
    io.write_bytes(PROJECT / "benchmarks" / "results" / "growth.csv", text.encode())
    with styled(settings):
        figure = drawn(table, settings)
        io.write_bytes(PROJECT / "docs" / "matching_growth.svg", svg_bytes(figure))
        png = BytesIO()
        figure.savefig(png, format="png", dpi=160, metadata={"Software": None})
        io.write_bytes(PROJECT / "docs" / "matching_growth.png", png.getvalue())


def main() -> None:
    table = measured()
    written(table)
    print(table.to_string(index=False, float_format=lambda value: f"{value:.2f}"))
    largest = table[(table["design"] == MATCHING) & (table["people"] == max(SIZES))].iloc[0]
    for quantity, limit in LIMITS.items():
        word = "within" if largest[quantity] <= limit else "OVER"
        print(f"{MATCHING} at 1 million: {quantity} {largest[quantity]:.1f}, {word} {limit:g}")


if __name__ == "__main__":
    main()
