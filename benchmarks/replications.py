"""Many invented organisations, each answered by several designs, kept one file per seed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from unittest.mock import patch

import pandas as pd

from benchmarks.kept_seeds import FIRST_SEED, OUT, kept_seeds, n_processes, read_part
from benchmarks.study_in_memory import (
    InMemory,
    designed,
    invented_study,
    simulated,
    with_groups,
)
from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.event_answers import event_hazards, event_outcomes
from mentor_outcomes.estimates.panel_answers import whole_panel
from mentor_outcomes.estimates.plan import design_judgements
from mentor_outcomes.estimates.study_estimates import estimate_study
from mentor_outcomes.groups import DesignedGroups
from mentor_outcomes.simulation import true_effects
from mentor_outcomes.simulation.parameters import Mentoring, Parameters, StartHazard
from mentor_outcomes.study import Outcome, Study

__all__ = ["FIRST_SEED", "OUT", "Condition", "Replications", "n_processes", "replicate"]

KEY = ["outcome", "quantity", "horizon_months"]
VALUES = ["estimate", "std_error", "ci_low", "ci_high"]
OUTCOMES = ("promotion", "voluntary_exit", "log_pay", "job_satisfaction")
HORIZONS = (24,)


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of organisation, and the designs by which its study is answered.

    designs      name -> settings of `groups` that differ from the study file's
    not_estimated   designs of which only the checks of the design are asked
    parameters   makes those of the simulation: handed to other processes, it has to have a name
    switches     of `simulation` in the study file
    """

    name: str
    designs: Mapping[str, Mapping[str, object]]
    not_estimated: tuple[str, ...] = ()
    n_people: int = 1200
    observed_to: date = date(2023, 12, 31)
    outcomes: Sequence[str] = OUTCOMES
    horizons_months: Sequence[float] = HORIZONS
    parameters: Callable[[], Parameters] = Parameters
    switches: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replications:
    """Over all seeds, a row per seed and design and ...

    estimates   ... headline quantity: estimate and truth, the naive contrast beside
    checks      ... check and outcome: its result
    designs     ... eligibility: the row of `overlap`, and the largest imbalance left
    """

    estimates: pd.DataFrame
    checks: pd.DataFrame
    designs: pd.DataFrame


_PARTS = tuple(Replications.__dataclass_fields__)


def strong_confounding() -> Parameters:
    """Starts hang twice as much on both ratings and on past promotions as they do by default.

    Then the mentored are some .8 SDs better rated than everybody else at risk, and about as many
    have a mentor as by default.
    """
    return _starts_by(last_rating=0.90, formal_intercept=-5.2)


def scarce_comparators() -> Parameters:
    """Starts hang four times as much on them: 1.6 SDs, and few others are as well rated."""
    return _starts_by(last_rating=1.80, formal_intercept=-6.6)


def _starts_by(*, last_rating: float, formal_intercept: float) -> Parameters:
    slopes = {
        "last_rating_slope": last_rating,
        "rating_before_last_slope": last_rating / 2,
        "past_promotions_slope": last_rating / 3,
    }
    return Parameters(
        mentoring=Mentoring(
            formal=StartHazard(intercept=formal_intercept, **slopes),
            informal=StartHazard(intercept=formal_intercept - 0.7, woman_shift=0.0, **slopes),
        )
    )


def replicate(condition: Condition, seeds: list[int], *, n_processes: int = 2) -> Replications:
    """All seeds of a condition; those already there are read."""
    folder = kept_seeds(
        condition.name,
        seeds,
        partial(one_seed, condition=condition),
        benchmarks=("replications.py",),
        n_processes=n_processes,
    )
    return Replications(**{part: read_part(folder, seeds, part) for part in _PARTS})


def one_seed(seed: int, *, condition: Condition) -> dict[str, pd.DataFrame]:
    """Answer one organisation by every design."""
    known = simulated(_study(condition, seed), condition.parameters())
    rows = {}
    for design, settings in condition.designs.items():
        made = answered(known, settings, design_only=design in condition.not_estimated)
        for part, frame in made.items():
            rows.setdefault(part, []).append(frame.assign(design=design))
    return {part: pd.concat(frames) for part, frames in rows.items()}


def _study(condition: Condition, seed: int) -> Study:
    study = invented_study(
        n_people=condition.n_people,
        seed=seed,
        observed_to=condition.observed_to,
        **condition.switches,
    )
    outcomes = {name: _without_sensitivities(study.outcomes[name]) for name in condition.outcomes}
    scales = {name: study.scales[name] for name in condition.outcomes if name in study.scales}
    analysis = replace(study.analysis, horizons_months=condition.horizons_months)
    return replace(study, outcomes=outcomes, scales=scales, analysis=analysis)


def _without_sensitivities(outcome: Outcome) -> Outcome:
    return replace(outcome, sensitivities=()) if outcome.sensitivities else outcome


def answered(
    known: InMemory, settings: Mapping[str, object], *, design_only: bool = False
) -> dict[str, pd.DataFrame]:
    """One design's rows of each part of `Replications`; `design_only`: no estimates."""
    study = replace(known.study, groups=replace(known.study.groups, **settings))
    groups = designed(known, study)
    if design_only:
        return {"checks": _design_checks(known, groups, study), "designs": _designs(groups)}
    with _headlines_only():
        made = estimate_study(with_groups(known, groups, study), study)
    later = study.groups.comparators_mentored_later == "as_assigned"
    truth = true_effects(
        known.potential,
        mentored_of(known, groups),
        horizons_months=study.analysis.horizons_months,
        world="later" if later else "never",
    )
    return {
        "estimates": beside_truth(made["estimates"], truth),
        "checks": made["checks"][["check", "outcome", "result", "value"]],
        "designs": _designs(groups),
    }


def _design_checks(known: InMemory, groups: DesignedGroups, study: Study) -> pd.DataFrame:
    """The checks that need no outcome, as `estimate_study` makes them."""
    tables = with_groups(known, groups)
    return pd.DataFrame(
        [
            {"check": check, "outcome": name, "result": judged.result, "value": judged.value}
            for name, outcome in study.outcomes.items()
            for contrast in study.exposure.contrasts
            for check, judged in design_judgements(name, outcome, contrast, tables, study).items()
        ]
    )


@contextmanager
def _headlines_only() -> Iterator[None]:
    """Leaves out what takes half of the time, and on which no headline, check or naive row hangs.

    The models beside the headline get rows that say they are blocked, and there are no curves.
    """
    refusal = EstimationError("not asked here.", expected="nothing.", remedy="none.")
    with (
        patch.object(event_outcomes, "risk_curves", return_value=[]),
        patch.object(event_outcomes, "risk_rows_by_mentor", return_value=[]),
        patch.object(event_hazards, "cox_regression", side_effect=refusal),
        patch.object(event_hazards, "time_varying_cox", side_effect=refusal),
        patch.object(whole_panel, "fixed_effects", side_effect=refusal),
    ):
        yield


def mentored_of(known: InMemory, groups: DesignedGroups) -> pd.DataFrame:
    """The mentored of the design with their weights, under the ids of the exports."""
    sets = groups.matched_sets
    mentored = sets[sets["is_mentored"]]
    return mentored.assign(person_id=mentored["person_id"].map(known.export_id))


def beside_truth(estimates: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """One row per headline estimate with its truth, and the naive contrast.

    The naive one is of the same quantity and horizon, or without a horizon where it has none.
    """
    estimates = schema.main_rows(estimates)
    headline = estimates[estimates["is_headline"]]
    naive = estimates[estimates["method"] == "naive"]
    naive = naive[[*KEY, *VALUES]].rename(columns={name: f"naive_{name}" for name in VALUES})
    at_horizon = naive[naive["horizon_months"].notna()]
    overall = naive[naive["horizon_months"].isna()].drop(columns="horizon_months")
    rows = headline[[*KEY, *VALUES, "unit"]].merge(truth, on=KEY, validate="one_to_one")
    with_horizon = rows.merge(at_horizon, on=KEY, how="left")
    without = rows.merge(overall, on=["outcome", "quantity"], how="left")
    return with_horizon.combine_first(without)[[*rows.columns, *at_horizon.columns[3:]]]


def _designs(groups: DesignedGroups) -> pd.DataFrame:
    """Overlap of each eligibility of the whole group, with the largest difference left."""
    key = ["role", "contrast", "eligibility"]
    overlap, balance = (_of_all(table) for table in (groups.overlap, groups.balance))
    sizes = balance[["smd_before", "smd_after"]].abs().assign(**{k: balance[k] for k in key})
    largest = sizes.groupby(key).max().add_prefix("largest_").reset_index()
    return overlap.merge(largest, on=key, how="left", validate="one_to_one")


def _of_all(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["subgroup"] == "all"] if "subgroup" in table else table
