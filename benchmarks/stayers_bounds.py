"""Do the intervals of Lee's bounds hold the effect on those who stay in either world?

    python -m benchmarks.stayers_bounds [N] [N_PROCESSES]

N organisations (300) as in `benchmarks.panel_coverage`, at some five seconds each; the truth is
that of `true_effects(stayers_only=True)`: employed at the horizon mentored or not. Of scales the
bounds are about those who would also answer; here answering has nothing to do with the score, so
that it is the same effect. Written to benchmarks/results/stayers_bounds.csv (N below 100:
benchmarks/out/), one row per outcome and horizon: share of intervals that hold the truth, mean
bounds beside the mean truth, mean widths, how often the direction of trimming was known.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.headline_coverage import N_PEOPLE, OBSERVED_TO
from benchmarks.kept_seeds import FIRST_SEED, kept_seeds, n_processes, read_part
from benchmarks.panel_headlines import panel_study, question_of, simulated_panel
from benchmarks.replications import mentored_of
from benchmarks.study_in_memory import designed, with_groups
from mentor_outcomes import schema
from mentor_outcomes.estimates.coded_people import with_coded_people
from mentor_outcomes.estimates.panel.lee_bounds import lee_bounds
from mentor_outcomes.estimates.panel_answers.members_of_question import (
    PanelTables,
    members_of_question,
)
from mentor_outcomes.estimates.panel_answers.panel_outcomes import ELIGIBILITY
from mentor_outcomes.estimates.weights.censoring_of_role import censoring_of_roles
from mentor_outcomes.estimates.weights.response import response_of
from mentor_outcomes.simulation import true_effects

FOLDER = Path(__file__).parent
_FILES = ("stayers_bounds.py", "panel_headlines.py", "panel_queries.py")
KEY = ["outcome", "horizon_months"]


def one_seed(seed: int) -> dict[str, pd.DataFrame]:
    study = panel_study(n_people=N_PEOPLE, seed=seed, observed_to=OBSERVED_TO)
    known = simulated_panel(study)
    groups = designed(known, study)
    truth = true_effects(
        known.potential,
        mentored_of(known, groups),
        horizons_months=study.analysis.horizons_months,
        stayers_only=True,
    )
    truth = truth[truth["quantity"] == "difference"]
    made = {"last_value_sets": schema.LAST_VALUE_SETS.empty(), **with_groups(known, groups)}
    tables, _ = with_coded_people(made)
    weights = censoring_of_roles(tables, study).weights
    sets, weights = (
        table[(table["eligibility"] == ELIGIBILITY) & (table["contrast"] == "any")]
        for table in (tables["matched_sets"], weights)
    )
    months, waves = tables["person_months"], tables["person_waves"]
    rows = []
    for name, outcome in study.outcomes.items():
        response = response_of(name, outcome, waves, months, study.groups).weights
        starts, events = tables["first_mentorships"], tables["events"]
        of_name = PanelTables(sets, weights, events, starts, months, waves, response, NONE_ASKED)
        for horizon in study.analysis.horizons_months:
            members = members_of_question(question_of(name, study), of_name, horizon)
            rows.append({"outcome": name, "horizon_months": horizon, **_bounds(members)})
    return {"bounds": pd.DataFrame(rows).merge(truth[[*KEY, "truth"]], on=KEY)}


NONE_ASKED = "no group-time effects are asked for"


def _bounds(members) -> dict[str, float]:
    found = lee_bounds(
        members.records(),
        outcome="change",
        mentored="is_mentored",
        seen="is_seen",
        weights="weight",
        cluster="person_id",
    )
    low, high = found.interval()
    return {
        "lower": found.lower,
        "upper": found.upper,
        "ci_low": low,
        "ci_high": high,
        "seen_difference": 100 * (found.seen_mentored - found.seen_comparison),
        "is_known": found.direction_is_known(),
    }


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per outcome and horizon."""
    rows = rows.assign(
        coverage=(rows["ci_low"] <= rows["truth"]) & (rows["truth"] <= rows["ci_high"]),
        width=rows["upper"] - rows["lower"],
        interval_width=rows["ci_high"] - rows["ci_low"],
    )
    grouped = rows.groupby(KEY)
    means = grouped[
        [
            "coverage",
            "truth",
            "lower",
            "upper",
            "width",
            "interval_width",
            "seen_difference",
            "is_known",
        ]
    ].mean()
    return means.assign(n=grouped.size()).reset_index()


def of_seeds(seeds: Sequence[int], *, processes: int) -> pd.DataFrame:
    folder = kept_seeds(
        "stayers_bounds",
        seeds,
        one_seed,
        benchmarks=_FILES,
        n_processes=processes,
        seeds_per_process=25,
    )
    return read_part(folder, seeds, "bounds")


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else n_processes()
    table = summary(of_seeds(range(FIRST_SEED, FIRST_SEED + n), processes=processes)).round(4)
    folder = FOLDER / ("results" if n >= 100 else "out")
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / "stayers_bounds.csv", index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
