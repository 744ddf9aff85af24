"""Headline rows of the event outcomes alone, beside their truth, at some seconds an organisation.

The path is that of a study: simulated exports, intake, panel, groups, censoring weights, matched
records, risks. What no headline of an event hangs on is left out: surveys, offers and unit output,
the models beside the headline, curves, checks. The panel's queries are the same for every
organisation, and making them took two thirds of its time: they are made once per process.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.panel_queries import panel_by_queries
from benchmarks.replications import KEY, VALUES, mentored_of
from benchmarks.study_in_memory import (
    InMemory,
    designed,
    intake_of,
    invented_study,
    pseudonyms_of,
    with_groups,
)
from mentor_outcomes import schema
from mentor_outcomes.estimates.coded_people import with_coded_people
from mentor_outcomes.estimates.event_answers.event_question import EventQuestion
from mentor_outcomes.estimates.event_answers.event_risks import naive_risk_rows, risk_rows
from mentor_outcomes.estimates.event_answers.follow_up import ELIGIBILITY, set_records
from mentor_outcomes.estimates.event_answers.naive_events import naive_records
from mentor_outcomes.estimates.event_answers.promotion_definition import counted
from mentor_outcomes.estimates.weights.censoring_of_role import censoring_of_roles
from mentor_outcomes.simulation import simulate, true_effects
from mentor_outcomes.study import Outcome, Study

EVENTS = ("promotion", "voluntary_exit")
SOURCES = ("people", "employment", "jobs", "pay", "leaves", "ratings", "mentoring")
WANTED = (
    schema.PERSON_MONTHS,
    schema.SPELLS_AT_RISK,
    schema.PERSON_EVENTS,
    schema.FIRST_MENTORSHIPS,
)
"""Of the panel."""


def event_study(*, n_people: int, seed: int, observed_to: date, **switches: float) -> Study:
    """The project's study with another organisation, of the event outcomes only."""
    study = invented_study(n_people=n_people, seed=seed, observed_to=observed_to, **switches)
    return replace(
        study,
        sources={name: study.sources[name] for name in SOURCES},
        scales={},
        outcomes={name: replace(study.outcomes[name], sensitivities=()) for name in EVENTS},
    )


def simulated_events(study: Study) -> InMemory:
    """The organisation of an `event_study`, up to the tables `WANTED` of its panel."""
    organisation = simulate(
        study.simulation,
        study.study,
        study.scales,
        longest_horizon_months=int(max(study.analysis.horizons_months)),
    )
    panel = panel_by_queries(intake_of(organisation.exports, study), study, WANTED)
    names = pseudonyms_of(organisation.exports)
    return InMemory(study, panel, organisation.potential, names)


def headlines(known: InMemory) -> pd.DataFrame:
    """One row per event outcome, quantity and horizon: estimate, error, interval and truth."""
    study = known.study
    groups = designed(known, study)
    truth = true_effects(
        known.potential,
        mentored_of(known, groups),
        horizons_months=study.analysis.horizons_months,
    )
    rows = headline_rows(with_groups(known, groups), study)
    return rows.merge(truth, on=KEY, how="left", validate="one_to_one")


def headline_rows(tables: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """The headline rows of the event outcomes as `estimate_study` has them.

    Blocked ones are without an estimate. Refuses where the censoring weights cannot be had.
    """
    tables, _ = with_coded_people(tables)
    censoring = censoring_of_roles(tables, study)
    if censoring.refusals:
        raise RuntimeError(f"no censoring weights: {censoring.refusals}")
    rows = []
    for name, outcome in study.outcomes.items():
        records = _records(tables, censoring.weights, outcome, study)
        rows += risk_rows(_question(name, outcome, study), records, "of the matched")
    table = pd.DataFrame(rows)
    table = table[table["is_headline"].eq(True)]
    return table.reindex(columns=[*KEY, *VALUES]).reset_index(drop=True)


def naive_rows(panel: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """The rows of the naive contrast, ever against never mentored, as `estimate_study` has them."""
    rows = []
    for name, outcome in study.outcomes.items():
        records = naive_records(
            panel["spells_at_risk"],
            counted(panel["events"], outcome),
            panel["first_mentorships"],
            outcome,
            role=study.exposure.role,
            contrast="any",
            section=study.study,
        )
        rows += naive_risk_rows(_question(name, outcome, study), records, "naive", n_left_out=0)
    return pd.DataFrame(rows).reindex(columns=[*KEY, *VALUES])


def _question(name: str, outcome: Outcome, study: Study) -> EventQuestion:
    return EventQuestion(
        subject={"outcome": name, "role": study.exposure.role, "contrast": "any"},
        label=name,
        is_primary=outcome.primary,
        analysis=study.analysis,
    )


def _records(
    tables: Mapping[str, pd.DataFrame], weights: pd.DataFrame, outcome: Outcome, study: Study
) -> pd.DataFrame:
    design = {
        "role": study.exposure.role,
        "contrast": "any",
        "eligibility": ELIGIBILITY[outcome.event],
    }
    sets, weights = (
        table[np.logical_and.reduce([table[name] == value for name, value in design.items()])]
        for table in (tables["matched_sets"], weights)
    )
    return set_records(
        sets,
        outcome,
        events=counted(tables["events"], outcome),
        first_mentorships=tables["first_mentorships"],
        censoring_weights=weights,
        section=study.study,
        groups=study.groups,
        longest_months=max(study.analysis.horizons_months),
    )
