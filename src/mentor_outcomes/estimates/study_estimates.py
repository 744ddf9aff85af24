"""All declared outcomes and contrasts of a study: estimates, curves, checks and verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import checks
from mentor_outcomes.estimates.coded_people import with_coded_people, with_names
from mentor_outcomes.estimates.event_answers.event_outcomes import event_rows
from mentor_outcomes.estimates.invariance_gate import means_blocked
from mentor_outcomes.estimates.panel.pay_rounds import PayRounds, pay_rounds
from mentor_outcomes.estimates.panel_answers.matched_on_last import (
    LastValueDesign,
    last_value_censoring,
)
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_outcomes import (
    PanelAnswer,
    of_panel_design,
    panel_rows,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.placebo import placebo_of
from mentor_outcomes.estimates.placebo_check import judge_placebo
from mentor_outcomes.estimates.result_rows import as_reason, as_table
from mentor_outcomes.estimates.study_judgements import judgements_of
from mentor_outcomes.estimates.survey_checks import (
    why_means_not_compared,
)
from mentor_outcomes.estimates.verdicts import verdict
from mentor_outcomes.estimates.weights.censoring_of_role import Censoring, censoring_of_roles
from mentor_outcomes.estimates.weights.response import Response, response_of, with_model
from mentor_outcomes.estimates.weights.unstarted import chances_unstarted
from mentor_outcomes.study import Outcome, Study

READS = (
    schema.PERSON_MONTHS,
    schema.PERSON_WAVES,
    schema.SPELLS_AT_RISK,
    schema.PERSON_EVENTS,
    schema.FIRST_MENTORSHIPS,
    schema.MATCHED_SETS,
    schema.PLACEBO_SETS,
    schema.LAST_VALUE_SETS,
    schema.BALANCE,
    schema.OVERLAP,
    schema.SCALE_INVARIANCE,
    schema.RESPONSE_RATES,
)
MAKES = (
    schema.CENSORING_WEIGHTS,
    schema.ESTIMATES,
    schema.CURVES,
    schema.ATTRITION,
    schema.CHECKS,
    schema.VERDICTS,
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is found for one outcome and contrast."""

    estimates: pd.DataFrame
    curves: pd.DataFrame
    attrition: pd.DataFrame
    checks: pd.DataFrame
    verdict: dict


@dataclass(frozen=True, slots=True)
class _StandIn:
    """Who stands for those no longer followed: what the censoring models of the role give.

    refusal         why there are no censoring weights, if so
    of_last_value   weights of the sets matched on last values, too
    chances         of not having been mentored yet, or why they are not known
    """

    refusal: str | None
    of_last_value: Censoring
    chances: pd.DataFrame | str


def estimate_study(tables: Mapping[str, pd.DataFrame], study: Study) -> dict[str, pd.DataFrame]:
    """The tables `MAKES`, from the tables `READS`, each under its name.

    Every declared outcome is answered for every declared contrast; p-values of the primary rows
    are adjusted together (Holm 1979). Where a role has no censoring weights, what rests on them is
    blocked with the reason, and the rest goes on.
    """
    tables, people = with_coded_people(tables)
    censoring = censoring_of_roles(tables, study)
    weights = censoring.weights
    stand_in = _StandIn(
        refusal=censoring.refusals.get(study.exposure.role),
        of_last_value=last_value_censoring(tables, study),
        chances=_chances(tables, study),
    )
    tables = {**tables, "censoring_weights": weights}
    answers = [
        _answer(name, outcome, contrast, tables, stand_in, study)
        for name, outcome in study.outcomes.items()
        for contrast in study.exposure.contrasts
    ]
    return {
        "censoring_weights": with_names(weights, people),
        "estimates": holm_adjusted(_stacked([a.estimates for a in answers], schema.ESTIMATES)),
        "curves": _stacked([a.curves for a in answers], schema.CURVES),
        "attrition": _stacked([a.attrition for a in answers], schema.ATTRITION),
        "checks": _stacked([a.checks for a in answers], schema.CHECKS),
        "verdicts": pd.DataFrame([a.verdict for a in answers]),
    }


NO_COHORTS = "no outcome is asked of cohorts of starts"


def _chances(tables: Mapping[str, pd.DataFrame], study: Study) -> pd.DataFrame | str:
    """Of the studies alone that ask it of anybody: the model of starts takes its time."""
    is_asked = any(outcome.kind != "event" for outcome in study.outcomes.values())
    if not (is_asked and study.exposure.measure == "started" and "any" in study.exposure.contrasts):
        return NO_COHORTS
    starts = tables["first_mentorships"]
    try:
        return chances_unstarted(
            tables["person_months"],
            starts[starts["role"] == study.exposure.role],
            study.study.calendar,
            study.groups,
        )
    except EstimationError as error:
        return as_reason(error)


def holm_adjusted(estimates: pd.DataFrame) -> pd.DataFrame:
    """`estimates` with p_adjusted over all declared primary rows (Holm 1979).

    A primary row without a p-value counts as one of 1: what could not be estimated was asked
    all the same.
    """
    in_family = estimates["is_primary"].to_numpy()
    adjusted = np.full(len(estimates), np.nan)
    if in_family.any():
        p_values = estimates.loc[in_family, "p_value"].fillna(1.0).to_numpy()
        adjusted[in_family] = multipletests(p_values, method="holm")[1]
    return estimates.assign(p_adjusted=np.where(estimates["p_value"].isna(), np.nan, adjusted))


def _answer(
    name: str,
    outcome: Outcome,
    contrast: str,
    tables: Mapping[str, pd.DataFrame],
    stand_in: _StandIn,
    study: Study,
) -> _Answer:
    role = study.exposure.role
    response = response_of(
        name, outcome, tables["person_waves"], tables["person_months"], study.groups
    )
    if outcome.kind == "event":
        estimates, curves = _event_rows(name, outcome, contrast, tables, stand_in.refusal, study)
        attrition, trend = schema.ATTRITION.empty(), None
    else:
        found = _panel_rows(name, outcome, contrast, tables, stand_in, response, study)
        estimates, curves = found.estimates, found.curves
        attrition, trend = found.attrition, found.trend
    placebo = placebo_of(name, outcome, contrast, tables, response, study)
    judgements = judgements_of(
        name, outcome, contrast, trend, response, stand_in.refusal, tables, study
    )
    if placebo:
        judgements["placebo_start"] = judge_placebo(*placebo)
    judged = checks.check_rows(
        judgements,
        outcome=name,
        kind=outcome.kind,
        event=outcome.event,
        role=role,
        contrast=contrast,
        waive=study.checks.waive,
    )
    estimates = _stacked([estimates, as_table(placebo, schema.ESTIMATES)], schema.ESTIMATES)
    estimates = with_model(estimates, response)
    if outcome.kind == "scale":
        steps = tables["scale_invariance"]
        why = why_means_not_compared(steps[steps["scale"] == name])
        estimates, curves = means_blocked(estimates, curves, why)
    return _Answer(
        estimates,
        curves,
        attrition,
        judged,
        {"outcome": name, "role": role, "contrast": contrast}
        | _verdict(outcome, estimates, judged, study),
    )


def _event_rows(
    name: str,
    outcome: Outcome,
    contrast: str,
    tables: Mapping[str, pd.DataFrame],
    refusal: str | None,
    study: Study,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return event_rows(
        name,
        outcome,
        events=tables["events"],
        spells=tables["spells_at_risk"],
        first_mentorships=tables["first_mentorships"],
        person_months=tables["person_months"],
        no_censoring_weights=refusal,
        matched_sets=tables["matched_sets"],
        censoring_weights=tables["censoring_weights"],
        section=study.study,
        analysis=study.analysis,
        groups=study.groups,
        role=study.exposure.role,
        contrast=contrast,
    )


def _panel_rows(
    name: str,
    outcome: Outcome,
    contrast: str,
    tables: Mapping[str, pd.DataFrame],
    stand_in: _StandIn,
    response: Response,
    study: Study,
) -> PanelAnswer:
    question = PanelQuestion(
        name=name,
        outcome=outcome,
        section=study.study,
        exposure=study.exposure,
        analysis=study.analysis,
        groups=study.groups,
        role=study.exposure.role,
        contrast=contrast,
        rounds=_rounds(name, outcome, tables["person_months"], study),
    )
    records = PanelTables(
        sets=of_panel_design(tables["matched_sets"], question),
        weights=of_panel_design(tables["censoring_weights"], question),
        events=tables["events"],
        first_mentorships=tables["first_mentorships"],
        person_months=tables["person_months"],
        person_waves=tables["person_waves"],
        response=response.weights,
        chances=stand_in.chances,
    )
    of_last_value = stand_in.of_last_value
    last_value = LastValueDesign(
        sets=of_panel_design(tables["last_value_sets"], question),
        weights=of_panel_design(of_last_value.weights, question),
        refusal=of_last_value.refusals.get(question.role) or response.refusal,
    )
    no_weights = stand_in.refusal or response.refusal
    return panel_rows(question, records, no_weights=no_weights, last_value=last_value)


def _rounds(
    name: str, outcome: Outcome, person_months: pd.DataFrame, study: Study
) -> PayRounds | None:
    """When in the year an outcome of the person-months changes, where they hold it.

    Periods of a year cannot tell.
    """
    is_recorded = name in person_months.columns and person_months[name].notna().any()
    if outcome.kind != "panel" or study.study.period == "year" or not is_recorded:
        return None
    return pay_rounds(
        person_months,
        unit="person_id",
        period="period",
        outcome=name,
        calendar=study.study.calendar,
    )


def _verdict(
    outcome: Outcome, estimates: pd.DataFrame, judged: pd.DataFrame, study: Study
) -> dict[str, object]:
    """The verdict on the row that answers for the outcome at the main horizon."""
    worthwhile = {"smallest_worthwhile": float(outcome.smallest_worthwhile)}
    estimates = schema.main_rows(estimates)
    rows = estimates[_answers(outcome, estimates, study.analysis.main_horizon_months)]
    if len(rows) != 1:
        return {"verdict": "not_reliable", "because": "there is no estimate"} | worthwhile
    row = rows.iloc[0]
    if row["status"] == "blocked":
        return {"verdict": "not_reliable", "because": str(row["reason"])} | worthwhile
    word, because = verdict(
        row["ci_low"],
        row["ci_high"],
        better=outcome.better,
        smallest_worthwhile=outcome.smallest_worthwhile,
        checks=judged,
        enrolment=study.study.enrolment,
    )
    return {"verdict": word, "because": because} | worthwhile


def _answers(outcome: Outcome, estimates: pd.DataFrame, main: float) -> pd.Series:
    """Marks the row in the unit of `smallest_worthwhile`: per 100, log points, or SDs."""
    quantity = {
        "event": "risk_difference",
        "panel": "difference",
        "scale": "standardised_difference",
    }[outcome.kind]
    method = "cumulative_incidence" if outcome.kind == "event" else "matched_difference"
    return (
        (estimates["method"] == method)
        & (estimates["quantity"] == quantity)
        & (estimates["horizon_months"] == main)
    )


def _stacked(parts: list[pd.DataFrame], table: schema.Table) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else table.empty()
