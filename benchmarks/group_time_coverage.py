"""How often group-time effects cover their truth in invented organisations, by how they adjust.

    nice .venv/bin/python -m benchmarks.group_time_coverage [organisations]

Every organisation (1,500 people, five years) is answered several ways; the truth is that of the
cells and people which each answer uses. Results: benchmarks/results/group_time_coverage.csv.
"""

import sys
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.kept_seeds import FIRST_SEED, kept_seeds, n_processes, read_part
from benchmarks.study_in_memory import PROJECT, InMemory, from_exports, invented_study
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import GroupTimeEffects, group_time_effects
from mentor_outcomes.estimates.panel_answers.group_time_panel import StartsPanel, starts_panel
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.weights.unstarted import CHANCE, chances_unstarted
from mentor_outcomes.simulation import simulate, true_gains, true_group_time
from mentor_outcomes.study import Study

NAME = "group_time_coverage"
RESULTS = PROJECT / "benchmarks" / "results" / f"{NAME}.csv"
N_PEOPLE, OBSERVED_TO, MONTHS = 1500, date(2023, 12, 31), 60
OUTCOMES = ("log_pay", "job_satisfaction", "turnover_intent", "self_efficacy")
HORIZONS = (12.0, 24.0, 36.0)
RATINGS = ("last_rating", "rating_before_last", "past_promotions")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer; `covariates`: none, ratings (three columns) or groups (all declared).

    is_weighted   comparison people stand for those alike mentored since
    """

    name: str
    starts_by: str = "quarter"
    comparison: str = "not_yet"
    covariates: str = "groups"
    from_month: int = 2
    minimum_people: int = 10
    is_weighted: bool = True


WAYS = (
    Way("default"),
    Way("without weights", is_weighted=False),
    Way("never", comparison="never", is_weighted=False),
    Way("ratings", covariates="ratings"),
    Way("no covariates", covariates="none"),
    Way("from January", from_month=1),
    Way("year", starts_by="year"),
)
"""Of scales only those ways are asked that differ for them."""
OF_SCALES = ("default", "without weights", "no covariates")


def one_seed(seed: int, *, ways: tuple[Way, ...]) -> dict[str, pd.DataFrame]:
    """One organisation, answered every way: a row per way, outcome, quantity and horizon."""
    study = invented_study(n_people=N_PEOPLE, seed=seed, observed_to=OBSERVED_TO)
    scales = {name: study.scales[name] for name in OUTCOMES if name in study.scales}
    study = replace(study, scales=scales, outcomes={n: study.outcomes[n] for n in OUTCOMES})
    made = simulate(study.simulation, study.study, study.scales, longest_horizon_months=MONTHS)
    known = from_exports(made.exports, study)
    gains = true_gains(made.potential)
    starts = known.tables["first_mentorships"]
    chances = chances_unstarted(
        known.tables["person_months"],
        starts[starts["role"] == "protege"],
        study.study.calendar,
        study.groups,
    )
    rows = []
    for name in OUTCOMES:
        own = gains[gains["outcome"] == name]
        for way in ways:
            if name == "log_pay" or way.name in OF_SCALES:
                rows += _answered(known, study, name, way, own, chances)
    return {"estimates": pd.DataFrame(rows)}


def _answered(known: InMemory, study: Study, name: str, way: Way, gains, chances) -> list[dict]:
    exact = study.groups.exact if way.covariates == "groups" else ()
    covariates = {"groups": study.groups.covariates, "ratings": RATINGS, "none": ()}[way.covariates]
    splines = study.groups.splines if way.covariates == "groups" else ()
    groups = replace(study.groups, exact=exact, covariates=covariates, splines=splines)
    analysis = replace(study.analysis, group_starts_by=way.starts_by)
    analysis = replace(analysis, group_starts_from_month=way.from_month)
    question = PanelQuestion(
        name, study.outcomes[name], study.study, study.exposure, analysis, groups, "protege", "any"
    )
    tables = known.tables
    panel = starts_panel(
        question,
        tables["person_months"],
        tables["person_waves"],
        tables["first_mentorships"],
        chances,
    )
    weighted = {"chance_unstarted": CHANCE, "truncate_weights_at": groups.truncate_weights_at}
    try:
        effects = group_time_effects(
            panel.rows,
            unit="person_id",
            period="period",
            start="start",
            outcome=name,
            comparison=way.comparison,
            covariates=panel.covariates,
            minimum_people=way.minimum_people,
            **(weighted if way.is_weighted else {}),
        )
    except EstimationError as problem:
        return [{"way": way.name, "outcome": name, "reason": problem.found}]
    if effects.people_used().empty:
        return [{"way": way.name, "outcome": name, "reason": "no cell could be estimated"}]
    truth = truth_of(effects, panel, known, from_month=way.from_month, gains=gains)
    return [
        {"way": way.name, "outcome": name, **row} for row in _with_tests(effects, panel, truth, way)
    ]


def truth_of(
    effects: GroupTimeEffects,
    panel: StartsPanel,
    known: InMemory,
    *,
    from_month: int,
    gains: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The truth of the cells and people that `effects` uses, as of `true_group_time`.

    `gains` are those of its outcome, run to the end of the window.
    """
    used = effects.people_used()
    first = known.tables["first_mentorships"]
    first = first[first["role"] == "protege"].set_index("person_id")["started_on"]
    if panel.is_waves:
        waves = known.tables["person_waves"][["wave", "opened_on"]].drop_duplicates()
        moment = waves.sort_values("opened_on")["wave"].to_numpy()[used["period"].astype(int)]
    else:
        began = used["unit"].map(first)
        began = (began.dt.year - known.study.study.observed_from.year) * 12 + began.dt.month - 1
        last = (used["period"] + 1) * panel.months_apart - 1 + from_month - 1
        moment = (last - began).astype(int)
    used = used.assign(moment=moment, person_id=used["unit"].map(known.export_id))
    return true_group_time(gains, used, effects.cohort_sizes())


def compared(
    effects: GroupTimeEffects, panel: StartsPanel, truth: dict[str, pd.DataFrame]
) -> list[dict]:
    """Overall effects and those at each horizon beside their truth."""
    columns = ["estimate", "std_error", "ci_low", "ci_high", "n_mentored", "n_left_out"]
    columns += ["n_cells", "n_cells_left_out"]
    rows = []
    for kind in ("simple", "group"):
        found = effects.tidy(aggregate=kind).iloc[-1]
        own = {"quantity": kind, "truth": truth[kind]["truth"].iloc[-1]}
        rows.append(own | found[columns].to_dict())
    dynamic = effects.tidy(aggregate="dynamic").set_index("at")
    true_at = truth["dynamic"].set_index("at")["truth"]
    for months in HORIZONS:
        at = panel.since_start(months)
        if at in dynamic.index and at in true_at.index:
            own = {"quantity": "dynamic", "horizon_months": months, "truth": true_at[at]}
            rows.append(own | dynamic.loc[at, columns].to_dict())
    return rows


def _with_tests(effects: GroupTimeEffects, panel: StartsPanel, truth, way: Way) -> list[dict]:
    """The rows of `compared`, with the p-values of the tests of the time before."""
    dynamic = effects.tidy(aggregate="dynamic").set_index("at")
    # Pay a year before the reference is itself a covariate.
    matched = 12 if way.covariates == "groups" and not panel.is_waves else None
    tests = {
        "pre_trend_p": panel.tested_before(matched),
        "pre_trend_all_p": tuple(at for at in dynamic.index if at < -1),
    }
    for name, at in tests.items():
        try:
            tests[name] = effects.pre_trend_test(at).p_value
        except EstimationError:
            tests[name] = np.nan
    return [row | tests for row in compared(effects, panel, truth)]


def summary(estimates: pd.DataFrame) -> pd.DataFrame:
    """Per way, outcome, quantity and horizon: bias, its error, coverage, mean error over SD."""
    key = ["way", "outcome", "quantity", "horizon_months"]
    kept = estimates[estimates["estimate"].notna()].assign(
        error=lambda d: d["estimate"] - d["truth"],
        covers=lambda d: (d["ci_low"] <= d["truth"]) & (d["truth"] <= d["ci_high"]),
        rejects=lambda d: d["pre_trend_p"] < 0.05,
        rejects_all=lambda d: d["pre_trend_all_p"] < 0.05,
    )
    made = kept.groupby(key, dropna=False).agg(
        n=("error", "size"),
        truth=("truth", "mean"),
        bias=("error", "mean"),
        sd=("error", "std"),
        mean_error=("std_error", "mean"),
        coverage=("covers", "mean"),
        n_mentored=("n_mentored", "mean"),
        n_left_out=("n_left_out", "mean"),
        n_cells=("n_cells", "mean"),
        n_cells_left_out=("n_cells_left_out", "mean"),
        pre_trend_rejected=("rejects", "mean"),
        all_before_rejected=("rejects_all", "mean"),
    )
    return made.assign(
        bias_error=made["sd"] / np.sqrt(made["n"]), error_over_sd=made["mean_error"] / made["sd"]
    ).reset_index()


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seeds = list(range(FIRST_SEED, FIRST_SEED + n))
    folder = kept_seeds(
        NAME,
        seeds,
        partial(one_seed, ways=WAYS),
        benchmarks=(f"{NAME}.py",),
        n_processes=n_processes(),
    )
    made = summary(read_part(folder, seeds, "estimates"))
    RESULTS.parent.mkdir(exist_ok=True)
    made.to_csv(RESULTS, index=False, float_format="%.5g")
    print(made.to_string())


if __name__ == "__main__":
    main()
