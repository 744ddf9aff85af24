"""Do the 95 % intervals of the headline quantities hold the truth? Many organisations, in memory.

    python -m benchmarks.headline_coverage [N] [N_OF_PAY_AND_SCALES] [N_PROCESSES]

Organisations of 1,500 people over five years, by the default settings (no hidden selection),
answered by the default design: some 400 mentored with three comparators each. N organisations
(1,000) answer for promotion and leaving, at some four seconds each; N_OF_PAY_AND_SCALES of them
(none) for pay and the scales, at three times that. What is done is kept: a run that was stopped
goes on. Written to benchmarks/results/ (N below 200: benchmarks/out/):

    headline_coverage.csv   one row per outcome, quantity and horizon, over the organisations: mean
                            truth, bias over the SD of estimate less truth with its Monte-Carlo
                            error, mean error over SD, coverage with its Monte-Carlo error; and both
                            against the mean truth of all organisations: mean error over the SD of
                            the estimates, and coverage

The truth is that of the very people who were matched: what they did with their mentor is in the
estimate and in the truth alike, so that the SD of estimate less truth is not what an error for the
population tells (see `benchmarks.matched_errors`). Hence both.
"""

import sys
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.event_headlines import event_study, headlines, simulated_events
from benchmarks.kept_seeds import FIRST_SEED, OUT, kept_seeds, n_processes, read_part
from benchmarks.replications import KEY, Condition, replicate
from mentor_outcomes import io

ENOUGH = 200
N_PEOPLE = 1500
OBSERVED_TO = date(2023, 12, 31)
HORIZONS = (12, 24, 36)
PAY_AND_SCALES = Condition(
    "pay_and_scales",
    {"risk_set_matching": {}},
    n_people=N_PEOPLE,
    observed_to=OBSERVED_TO,
    outcomes=("log_pay", "job_satisfaction", "turnover_intent", "self_efficacy"),
    horizons_months=HORIZONS,
)
QUANTITIES = ("risk_difference", "mean_time_difference", "difference")
_FILES = ("event_headlines.py", "headline_coverage.py", "replications.py")


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


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per outcome, quantity and horizon, over the replications that have an estimate.

    bias_mc_error is that of bias_over_sd: sqrt((1 + b^2 / 2) / n), by the delta method for normal
    errors; coverage_mc_error is binomial.
    """
    rows = rows[rows["quantity"].isin(QUANTITIES)].dropna(subset=["estimate", "std_error"])
    rows = rows.assign(
        error=rows["estimate"] - rows["truth"],
        holds_truth=rows["truth"].between(rows["ci_low"], rows["ci_high"]),
        holds_mean=rows.groupby(KEY)["truth"]
        .transform("mean")
        .between(rows["ci_low"], rows["ci_high"]),
    )
    by = rows.groupby(KEY, sort=False)
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


def main() -> None:
    n, n_further, processes = (
        *map(int, sys.argv[1:]),
        *(1000, 0, n_processes())[len(sys.argv) - 1 :],
    )
    seeds = list(range(FIRST_SEED, FIRST_SEED + n))
    parts = [of_events(seeds, processes=processes)]
    if n_further:
        parts.append(replicate(PAY_AND_SCALES, seeds[:n_further], n_processes=processes).estimates)
    table = summary(pd.concat(parts, ignore_index=True))
    folder = OUT.with_name("results") if n >= ENOUGH else OUT
    text = table.to_csv(index=False, float_format="%.4g")
    io.write_bytes(folder / "headline_coverage.csv", text.encode())
    print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))


if __name__ == "__main__":
    main()
