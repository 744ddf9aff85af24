"""Pay and scales: do the 95 % intervals hold the truth, and what do other estimators make of it?

    python -m benchmarks.panel_coverage [N] [N_PROCESSES]

N organisations (1,000) as in `benchmarks.headline_coverage`, at some six seconds each. Who leaves
and who answers hangs on recorded history. Written to benchmarks/results/ (N below 200:
benchmarks/out/):

    panel_coverage.csv   one row per outcome, method, quantity and horizon, with the columns of
                         headline_coverage.csv. The matched difference with its weights and without,
                         against the effect on the very people matched, had nobody left; group-time
                         effects against the effect on the very people they compare; two-way fixed
                         effects against the truth of the overall group-time effect, which is what
                         its coefficient is read as
"""

import sys
from collections.abc import Sequence

import pandas as pd

from benchmarks.headline_coverage import N_PEOPLE, OBSERVED_TO, summary, write
from benchmarks.kept_seeds import FIRST_SEED, kept_seeds, n_processes, read_part
from benchmarks.panel_headlines import beside_truth, panel_study, simulated_panel
from benchmarks.replications import KEY, VALUES

_FILES = (
    "panel_headlines.py",
    "panel_queries.py",
    "panel_coverage.py",
    "replications.py",
    "group_time_coverage.py",
)


def of_panels(seeds: Sequence[int], *, processes: int) -> pd.DataFrame:
    """One row per seed, outcome, method, quantity and horizon: estimate beside truth."""
    folder = kept_seeds(
        "panel_headlines",
        seeds,
        one_seed,
        benchmarks=_FILES,
        n_processes=processes,
        seeds_per_process=25,
    )
    return read_part(folder, seeds, "headlines")


def one_seed(seed: int) -> dict[str, pd.DataFrame]:
    study = panel_study(n_people=N_PEOPLE, seed=seed, observed_to=OBSERVED_TO)
    rows = beside_truth(simulated_panel(study))
    return {"headlines": rows[["method", *KEY, *VALUES, "truth"]]}


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else n_processes()
    rows = of_panels(range(FIRST_SEED, FIRST_SEED + n), processes=processes)
    # Two-way fixed effects have no horizon, and a missing key would leave the groups.
    rows = rows.assign(horizon_months=rows["horizon_months"].fillna(0))
    write(summary(rows, ["method", *KEY]), "panel_coverage.csv", n)


if __name__ == "__main__":
    main()
