"""Do the 95 % intervals of the events' headline quantities hold the truth? In memory.

    python -m benchmarks.headline_coverage [N] [N_PROCESSES]

N organisations (1,000) of 1,500 people over five years, by the default settings (no hidden
selection), answered by the default design: some 400 mentored with three comparators each; at some
four seconds each. What is done is kept: a run that was stopped goes on. Written to
benchmarks/results/ (N below 200: benchmarks/out/):

    headline_coverage.csv   one row per outcome, quantity and horizon, over the organisations: mean
                            truth, bias over the SD of estimate less truth with its Monte-Carlo
                            error, mean error over SD, coverage with its Monte-Carlo error; and both
                            against the mean truth of all organisations: mean error over the SD of
                            the estimates, and coverage

The truth is that of the very people who were matched: what they did with their mentor is in the
estimate and in the truth alike, so that the SD of estimate less truth is not what an error for the
population tells (see `benchmarks.matched_errors`). Hence both. Pay and scales:
`benchmarks.panel_coverage`.
"""

import sys
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.event_headlines import event_study, headlines, simulated_events
from benchmarks.kept_seeds import FIRST_SEED, OUT, kept_seeds, n_processes, read_part
from benchmarks.replications import KEY
from mentor_outcomes import io

ENOUGH = 200
N_PEOPLE = 1500
OBSERVED_TO = date(2023, 12, 31)
QUANTITIES = ("risk_difference", "mean_time_difference")
_FILES = ("event_headlines.py", "panel_queries.py", "headline_coverage.py", "replications.py")


def of_events(seeds: Sequence[int], *, processes: int) -> pd.DataFrame:
    """One row per seed, event outcome, quantity and horizon: estimate beside truth."""
    folder = kept_seeds(
        "event_headlines",
        seeds,
        one_seed,
        benchmarks=_FILES,
        n_processes=processes,
        seeds_per_process=25,
    )
    return read_part(folder, seeds, "headlines")


def one_seed(seed: int) -> dict[str, pd.DataFrame]:
    study = event_study(n_people=N_PEOPLE, seed=seed, observed_to=OBSERVED_TO)
    return {"headlines": headlines(simulated_events(study))}


def summary(rows: pd.DataFrame, key: list[str] = KEY) -> pd.DataFrame:
    """Per outcome, quantity and horizon, or another key, over replications that have an estimate.

    bias_mc_error is that of bias_over_sd: sqrt((1 + b^2 / 2) / n), by the delta method for normal
    errors; coverage_mc_error is binomial.
    """
    rows = rows.dropna(subset=["estimate", "std_error", "truth"])
    rows = rows.assign(
        error=rows["estimate"] - rows["truth"],
        holds_truth=rows["truth"].between(rows["ci_low"], rows["ci_high"]),
        holds_mean=rows.groupby(key)["truth"]
        .transform("mean")
        .between(rows["ci_low"], rows["ci_high"]),
    )
    by = rows.groupby(key, sort=False)
    n, sd, coverage = by.size(), by["error"].std(), by["holds_truth"].mean()
    bias = by["error"].mean() / sd
    return pd.DataFrame(
        {
            "n_replications": n,
            "mean_truth": by["truth"].mean(),
            "bias_over_sd": bias,
            "bias_mc_error": np.sqrt((1 + bias**2 / 2) / n),
            "mean_error_over_sd": by["std_error"].mean() / sd,
            "coverage": coverage,
            "coverage_mc_error": np.sqrt(coverage * (1 - coverage) / n),
            "mean_error_over_sd_of_estimate": by["std_error"].mean() / by["estimate"].std(),
            "coverage_of_mean_truth": by["holds_mean"].mean(),
        }
    ).reset_index()


def write(table: pd.DataFrame, name: str, n: int) -> None:
    """Store a table among the results, or, of few organisations, beside what is being tried."""
    folder = OUT.with_name("results") if n >= ENOUGH else OUT
    io.write_bytes(folder / name, table.to_csv(index=False, float_format="%.4g").encode())
    print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else n_processes()
    rows = of_events(range(FIRST_SEED, FIRST_SEED + n), processes=processes)
    rows = rows[rows["quantity"].isin(QUANTITIES)]
    write(summary(rows), "headline_coverage.csv", n)


if __name__ == "__main__":
    main()
