"""Does every design find its own truth under strong observed confounding? In memory.

    python -m benchmarks.designs_recovery [N_SEEDS] [N_PROCESSES]

Each seed invents an organisation of 1,200 people over five years, in which who starts hangs on
recorded ratings and promotions, strongly, and on nothing hidden. Every design is held against the
truth of the people and weights it is about: kept as assigned, against the world in which this
start is called off and a later one may come; by overlap weights, weighted by them. Written to
benchmarks/results/ (fewer than 100 seeds: benchmarks/out/):

    designs_recovery_summary.csv   one row per design, outcome, quantity and horizon, over the
                                   seeds: mean truth, bias over the SD of estimate less truth with
                                   its Monte-Carlo error, mean error over SD, coverage
    designs_recovery_checks.csv    one row per design, check of the design and outcome: share of
                                   seeds in which it is passed, in doubt, failed; for matching with
                                   and without its caliper also where comparators are scarce
"""

import math
import sys

import numpy as np
import pandas as pd

from benchmarks.replications import (
    FIRST_SEED,
    KEY,
    OUT,
    Condition,
    Replications,
    n_processes,
    replicate,
    scarce_comparators,
    strong_confounding,
)
from mentor_outcomes import io

ENOUGH_SEEDS = 100
MOST_BIAS = 0.2
"""SDs by which a design may miss its truth, beyond what so few seeds leave open."""
DESIGNS = {
    "risk_set_matching": {},
    "risk_set_matching, as assigned": {"comparators_mentored_later": "as_assigned"},
    "risk_set_matching, no caliper": {"caliper_sd": 1e6},
    "overlap_weights": {"method": "overlap_weights"},
    "entropy_balancing": {"method": "entropy_balancing"},
    "inverse_probability": {"method": "inverse_probability"},
}
NOT_ON_TRIAL = "risk_set_matching, no caliper"
"""Here to be caught by the balance check; not estimated."""
STRONG = Condition(
    "strong_confounding",
    DESIGNS,
    not_estimated=(NOT_ON_TRIAL,),
    parameters=strong_confounding,
)
SCARCE = Condition(
    "scarce_comparators",
    {name: DESIGNS[name] for name in ("risk_set_matching", NOT_ON_TRIAL)},
    not_estimated=("risk_set_matching", NOT_ON_TRIAL),
    n_people=3000,
    parameters=scarce_comparators,
)
"""Where the caliper matters: under `STRONG` the nearest are still near enough for many a test."""
SHARE_OF_SEEDS = 0.25
"""Of the seeds, how many are asked with scarce comparators."""
QUANTITIES = ("risk_difference", "difference")
DESIGN_CHECKS = ("overlap", "balance", "unmatched_mentees")
BY = ["design", *KEY]


def summary(estimates: pd.DataFrame) -> pd.DataFrame:
    """Per design, outcome, quantity and horizon, over the seeds.

    bias_mc_error is that of bias_over_sd: sqrt((1 + b^2 / 2) / n), by the delta method for normal
    errors. `is_found`: the bias is at most `MOST_BIAS` SDs, or not beyond it by two such errors.
    """
    rows = estimates[estimates["quantity"].isin(QUANTITIES)]
    rows = rows.assign(
        error=rows["estimate"] - rows["truth"],
        naive_error=rows["naive_estimate"] - rows["truth"],
        holds_truth=rows["truth"].between(rows["ci_low"], rows["ci_high"]),
    )
    by = rows.groupby(BY, sort=False)
    n, sd = by["error"].count(), by["error"].std()
    bias = by["error"].mean() / sd
    mc_error = np.sqrt((1 + bias**2 / 2) / n)
    return pd.DataFrame(
        {
            "n_seeds": n,
            "mean_truth": by["truth"].mean(),
            "bias": by["error"].mean(),
            "sd": sd,
            "bias_over_sd": bias,
            "bias_mc_error": mc_error,
            "mean_error_over_sd": by["std_error"].mean() / sd,
            "coverage": by["holds_truth"].mean(),
            "coverage_mc_error": np.sqrt(by["holds_truth"].mean().mul(0.05) / n),
            "naive_bias_over_sd": by["naive_error"].mean() / sd,
            "is_found": bias.abs() - 2 * mc_error <= MOST_BIAS,
        }
    ).reset_index()


def check_shares(checks: pd.DataFrame) -> pd.DataFrame:
    """Per design, check and outcome: share of seeds with each result; n_seeds."""
    some = checks[checks["check"].isin(DESIGN_CHECKS)]
    shares = pd.crosstab(
        [some["design"], some["check"], some["outcome"]], some["result"], normalize="index"
    )
    counted = some.groupby(["design", "check", "outcome"]).size().rename("n_seeds")
    return shares.join(counted).reset_index()


def written(
    made: Replications, scarce: Replications, n_seeds: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = OUT.with_name("results") if n_seeds >= ENOUGH_SEEDS else OUT
    shares = [
        check_shares(one.checks).assign(organisation=condition.name)
        for one, condition in ((made, STRONG), (scarce, SCARCE))
    ]
    tables = summary(made.estimates), pd.concat(shares, ignore_index=True).fillna(0.0)
    for name, table in zip(("summary", "checks"), tables, strict=True):
        text = table.to_csv(index=False, float_format="%.4g")
        io.write_bytes(folder / f"designs_recovery_{name}.csv", text.encode())
    return tables


def main() -> None:
    n_seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else n_processes()
    seeds = list(range(FIRST_SEED, FIRST_SEED + n_seeds))
    made = replicate(STRONG, seeds, n_processes=processes)
    fewer = seeds[: math.ceil(SHARE_OF_SEEDS * n_seeds)]
    scarce = replicate(SCARCE, fewer, n_processes=processes)
    table, checks = written(made, scarce, n_seeds)
    print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))
    print(checks.to_string(index=False, float_format=lambda value: f"{value:.2f}"))
    missed = table[~table["is_found"]]
    print(
        f"{len(missed)} of {len(table)} rows miss their truth by over {MOST_BIAS} SD beyond chance"
    )


if __name__ == "__main__":
    main()
