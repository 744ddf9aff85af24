"""Pay and three scales of one invented organisation, by every estimator, each beside its truth.

The path is that of a study: simulated exports, intake, scores, panel, groups, weights, estimates.
What none of these hangs on is left out: events, checks, measurement invariance, sensitivities.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from benchmarks.group_time_coverage import compared, truth_of
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
from mentor_outcomes.estimates.panel.fixed_effects import ONE_PASS, fixed_effects
from mentor_outcomes.estimates.panel.group_time_effects import group_time_effects
from mentor_outcomes.estimates.panel_answers.group_time_panel import starts_panel
from mentor_outcomes.estimates.panel_answers.group_time_rows import COMPARISON
from mentor_outcomes.estimates.panel_answers.panel_headline import headline_rows
from mentor_outcomes.estimates.panel_answers.panel_matched import matched_periods, matched_waves
from mentor_outcomes.estimates.panel_answers.panel_of_everybody import everybody
from mentor_outcomes.estimates.panel_answers.panel_outcomes import ELIGIBILITY
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from mentor_outcomes.estimates.weights.censoring_of_role import censoring_of_roles
from mentor_outcomes.estimates.weights.response import response_of
from mentor_outcomes.estimates.weights.unstarted import CHANCE, chances_unstarted
from mentor_outcomes.measures.scoring import score_scales
from mentor_outcomes.simulation import simulate, true_effects, true_gains
from mentor_outcomes.study import Study

OUTCOMES = ("log_pay", "job_satisfaction", "turnover_intent", "self_efficacy")
SOURCES = ("people", "employment", "jobs", "pay", "leaves", "ratings", "mentoring", "survey")
WANTED = (
    schema.PERSON_MONTHS,
    schema.PERSON_WAVES,
    schema.SPELLS_AT_RISK,
    schema.PERSON_EVENTS,
    schema.FIRST_MENTORSHIPS,
)
"""Of the panel."""
WITHOUT_WEIGHTS = "matched_difference_without_weights"
GROUP_TIME = "group_time_effects"
GROUP_TIME_WITHOUT_WEIGHTS = "group_time_effects_without_weights"


def panel_study(*, n_people: int, seed: int, observed_to: date, **switches: float) -> Study:
    """The project's study with another organisation, of pay and three scales only."""
    study = invented_study(n_people=n_people, seed=seed, observed_to=observed_to, **switches)
    return replace(
        study,
        sources={name: study.sources[name] for name in SOURCES},
        scales={name: study.scales[name] for name in OUTCOMES if name in study.scales},
        outcomes={name: replace(study.outcomes[name], sensitivities=()) for name in OUTCOMES},
    )


def simulated_panel(study: Study) -> InMemory:
    """The organisation of a `panel_study`, up to the tables `WANTED` of its panel."""
    organisation = simulate(
        study.simulation,
        study.study,
        study.scales,
        longest_horizon_months=study.study.calendar.n_periods,
    )
    tables = intake_of(organisation.exports, study)
    scores = {"scale_scores": score_scales(tables["survey_answers"], study.scales)}
    panel = panel_by_queries({**tables, **scores}, study, WANTED)
    names = pseudonyms_of(organisation.exports)
    return InMemory(study, panel, organisation.potential, names)


def beside_truth(known: InMemory) -> pd.DataFrame:
    """One row per outcome, method, quantity and horizon: estimate, error, interval and truth."""
    study = known.study
    groups = designed(known, study)
    truth = true_effects(
        known.potential,
        mentored_of(known, groups),
        horizons_months=study.analysis.horizons_months,
    )
    matched = matched_rows(with_groups(known, groups), study)
    matched = matched.merge(truth, on=KEY, how="left", validate="many_to_one")
    gains, chances = true_gains(known.potential), _chances(known)
    models = [
        row
        for name in study.outcomes
        for row in model_rows(known, name, gains[gains["outcome"] == name], chances)
    ]
    return pd.concat([matched, pd.DataFrame(models)], ignore_index=True)


def _chances(known: InMemory) -> pd.DataFrame:
    study, starts = known.study, known.tables["first_mentorships"]
    return chances_unstarted(
        known.tables["person_months"],
        starts[starts["role"] == study.exposure.role],
        study.study.calendar,
        study.groups,
    )


def model_rows(
    known: InMemory, name: str, gains: pd.DataFrame, chances: pd.DataFrame
) -> list[dict]:
    """Group-time effects of one outcome with their own truth, and two-way fixed effects.

    The coefficient stands beside the truth of the overall group-time effect: it has none of its
    own where effects grow. Nothing where no cell could be estimated.
    """
    question, tables = question_of(name, known.study), known.tables
    records = (tables["person_months"], tables["person_waves"])
    panel = starts_panel(question, *records, tables["first_mentorships"], chances)
    asked = {
        "unit": "person_id",
        "period": "period",
        "start": "start",
        "outcome": name,
        "comparison": COMPARISON,
        "covariates": panel.covariates,
        "minimum_people": question.analysis.minimum_at_risk,
    }
    weighted = {
        "chance_unstarted": CHANCE,
        "truncate_weights_at": known.study.groups.truncate_weights_at,
    }
    from_month = question.analysis.group_starts_from_month
    rows = []
    for method, more in ((GROUP_TIME, weighted), (GROUP_TIME_WITHOUT_WEIGHTS, {})):
        effects = group_time_effects(panel.rows, **asked, **more)
        if effects.people_used().empty:
            return []
        truth = truth_of(effects, panel, known, from_month=from_month, gains=gains)
        rows += [
            {"outcome": name, "method": method, **row}
            for row in compared(effects, panel, truth)
            if row["quantity"] != "simple"
        ]
    overall = next(row["truth"] for row in rows if row["quantity"] == "group")
    return [*rows, _two_way(question, records) | {"truth": overall}]


def _two_way(question: PanelQuestion, records: tuple[pd.DataFrame, pd.DataFrame]) -> dict:
    """As `whole_panel_rows` has it; by the one-pass solver, which equals the other to 1e-10."""
    fit = fixed_effects(
        everybody(question, *records, None).rows,
        unit="person_id",
        period="time",
        outcome=question.name,
        regressors=[question.regressor],
        engine=ONE_PASS,
    )
    row = fit.tidy(question.analysis.confidence).iloc[0].to_dict()
    about = {"outcome": question.name, "method": "two_way_fixed_effects"}
    return {**about, "quantity": "coefficient", **{name: row[name] for name in VALUES}}


def matched_rows(tables: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Matched differences in log points and points, as `estimate_study` has them; and without
    any weight for leaving, being mentored later or answering. Blocked ones have no estimate."""
    tables, _ = with_coded_people(tables)
    censoring = censoring_of_roles(tables, study)
    if censoring.refusals:
        raise RuntimeError(f"no censoring weights: {censoring.refusals}")
    sets, weights = (_of_panel(table) for table in (tables["matched_sets"], censoring.weights))
    follow_up = follow_up_weights(weights)
    rows = []
    for name in study.outcomes:
        question = question_of(name, study)
        rows += _weighted(question, sets, follow_up, tables, study)
        rows += _unweighted(question, sets, follow_up, tables)
    table = pd.DataFrame(rows)
    table = table[table["quantity"] == "difference"]
    return table.reindex(columns=["method", *KEY, *VALUES]).reset_index(drop=True)


def question_of(name: str, study: Study) -> PanelQuestion:
    return PanelQuestion(
        name,
        study.outcomes[name],
        study.study,
        study.exposure,
        study.analysis,
        study.groups,
        study.exposure.role,
        "any",
    )


def _of_panel(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["eligibility"] == ELIGIBILITY) & (table["contrast"] == "any")]


def _weighted(question, sets, follow_up, tables, study: Study) -> list[dict]:
    name = question.name
    response = response_of(
        name, question.outcome, tables["person_waves"], tables["person_months"], study.groups
    )
    if response.refusal is not None:
        raise RuntimeError(f"no response weights: {response.refusal}")
    return headline_rows(question, _matched(question, sets, follow_up, tables, response.weights))


def _unweighted(question, sets, follow_up, tables) -> list[dict]:
    matched = _matched(question, sets, follow_up.assign(weight=1.0), tables, None)
    return [row | {"method": WITHOUT_WEIGHTS} for row in headline_rows(question, matched)]


def _matched(question, sets, follow_up, tables, response):
    if question.is_scale:
        return matched_waves(question, sets, follow_up, tables["person_waves"], response)
    return matched_periods(question, sets, follow_up, tables["person_months"])
