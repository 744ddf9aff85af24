"""How often is a clean study put in doubt or blocked, and one with hidden selection caught?

    python -m benchmarks.check_rates [N_SEEDS] [N_PROCESSES]

Organisations of the default settings, 1,200 people over five years, answered by the default design:
clean with the default effect, clean without any effect, and with hidden promise driving who gets a
mentor, at strength 1 and 2 (the checks of other designs, in clean organisations that select
strongly on what is recorded: `benchmarks.designs_recovery`). Written to benchmarks/results/ (fewer
than 20 seeds: benchmarks/out/):

    check_rates.csv            one row per organisation, design, outcome and check: share of seeds
                               with each result, over the seeds in which the check applies
    check_rates_studies.csv    one row per organisation, design and outcome: share of seeds in which
                               at least one check is in doubt, or blocks; bias at 24 months
"""

import sys

import pandas as pd

from benchmarks.designs_recovery import QUANTITIES
from benchmarks.replications import (
    FIRST_SEED,
    OUT,
    Condition,
    Replications,
    n_processes,
    replicate,
)
from mentor_outcomes import io

ENOUGH_SEEDS = 20
DEFAULT = {"risk_set_matching": {}}
CONDITIONS = (
    Condition("clean", DEFAULT),
    Condition("clean_no_effect", DEFAULT, switches={"effect": 0.0}),
    Condition("hidden_selection_1", DEFAULT, switches={"hidden_selection": 1.0}),
    Condition("hidden_selection_2", DEFAULT, switches={"hidden_selection": 2.0}),
)
RESULTS = ["passed", "in_doubt", "failed", "not_evaluated"]
OF_STUDY = ["organisation", "design", "outcome"]
MAIN_HORIZON = 24


def rates(checks: pd.DataFrame) -> pd.DataFrame:
    """Per organisation, design, outcome and check: n_seeds, and the share with each result."""
    by = [*OF_STUDY, "check"]
    shares = pd.crosstab([checks[name] for name in by], checks["result"], normalize="index")
    shares = shares.reindex(columns=RESULTS, fill_value=0.0)
    return shares.assign(n_seeds=checks.groupby(by).size()).reset_index()


def studies(checks: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Per organisation, design and outcome, over the seeds: `in_doubt` or worse, `blocked`.

    Blocked: some check failed or was not evaluated. `bias_over_sd` and `coverage` of the headline
    at the main horizon say what the study would have said unchecked.
    """
    blocks = checks["result"].isin(["failed", "not_evaluated"])
    marked = checks.assign(blocked=blocks, in_doubt=blocks | (checks["result"] == "in_doubt"))
    each = marked.groupby([*OF_STUDY, "seed"])[["in_doubt", "blocked"]].any()
    by = each.groupby(OF_STUDY)
    main = estimates[
        (estimates["horizon_months"] == MAIN_HORIZON) & estimates["quantity"].isin(QUANTITIES)
    ]
    main = main.assign(
        error=main["estimate"] - main["truth"],
        coverage=main["truth"].between(main["ci_low"], main["ci_high"]),
    ).groupby(OF_STUDY)
    return (
        by.mean()
        .add_prefix("share_")
        .assign(n_seeds=by.size())
        .join((main["error"].mean() / main["error"].std()).rename("bias_over_sd"))
        .join(main["coverage"].mean())
        .reset_index()
    )


def _together(made: dict[str, Replications], part: str) -> pd.DataFrame:
    return pd.concat(
        [getattr(one, part).assign(organisation=name) for name, one in made.items()],
        ignore_index=True,
    )


def main() -> None:
    n_seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else n_processes()
    seeds = list(range(FIRST_SEED, FIRST_SEED + n_seeds))
    made = {one.name: replicate(one, seeds, n_processes=processes) for one in CONDITIONS}
    checks, estimates = _together(made, "checks"), _together(made, "estimates")
    checks = checks[checks["result"] != "not_applicable"]
    folder = OUT.with_name("results") if n_seeds >= ENOUGH_SEEDS else OUT
    tables = {"check_rates": rates(checks), "check_rates_studies": studies(checks, estimates)}
    for name, table in tables.items():
        io.write_bytes(
            folder / f"{name}.csv", table.to_csv(index=False, float_format="%.4g").encode()
        )
        print(table.to_string(index=False, float_format=lambda value: f"{value:.2f}"))


if __name__ == "__main__":
    main()
