"""All declared outcomes and contrasts of a study: estimates, curves, checks and verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from mentor_outcomes import schema
from mentor_outcomes.estimates import checks, observation
from mentor_outcomes.estimates.censoring import follow_up_weights
from mentor_outcomes.estimates.censoring_of_role import censoring_of_roles
from mentor_outcomes.estimates.coded_people import with_coded_people, with_names
from mentor_outcomes.estimates.event_outcomes import event_rows
from mentor_outcomes.estimates.follow_up import ELIGIBILITY as EVENT_ELIGIBILITY
from mentor_outcomes.estimates.matched_difference import JointTest
from mentor_outcomes.estimates.panel_outcomes import ELIGIBILITY as PANEL_ELIGIBILITY
from mentor_outcomes.estimates.panel_outcomes import panel_rows
from mentor_outcomes.estimates.placebo import placebo_of
from mentor_outcomes.estimates.placebo_check import judge_placebo
from mentor_outcomes.estimates.plan import design_judgements
from mentor_outcomes.estimates.response import Response, response_of
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.estimates.survey_checks import judge_invariance, judge_linkage
from mentor_outcomes.estimates.verdicts import verdict
from mentor_outcomes.study import Outcome, Study

READS = (
    schema.PERSON_MONTHS,
    schema.PERSON_WAVES,
    schema.SPELLS_AT_RISK,
    schema.PERSON_EVENTS,
    schema.FIRST_MENTORSHIPS,
    schema.MATCHED_SETS,
    schema.PLACEBO_SETS,
    schema.BALANCE,
    schema.OVERLAP,
    schema.SCALE_INVARIANCE,
    schema.RESPONSE_RATES,
)
MAKES = (
    schema.CENSORING_WEIGHTS,
    schema.ESTIMATES,
    schema.CURVES,
    schema.CHECKS,
    schema.VERDICTS,
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is found for one outcome and contrast."""

    estimates: pd.DataFrame
    curves: pd.DataFrame
    checks: pd.DataFrame
    verdict: dict


def estimate_study(tables: Mapping[str, pd.DataFrame], study: Study) -> dict[str, pd.DataFrame]:
    """The tables `MAKES`, from the tables `READS`, each under its name.

    Every declared outcome is answered for every declared contrast; p-values of the primary rows
    are adjusted together (Holm 1979). Where a role has no censoring weights, what rests on them is
    blocked with the reason, and the rest goes on.
    """
    tables, people = with_coded_people(tables)
    censoring = censoring_of_roles(tables, study)
    weights, refusal = censoring.weights, censoring.refusals.get(study.exposure.role)
    tables = {**tables, "censoring_weights": weights}
    answers = [
        _answer(name, outcome, contrast, tables, refusal, study)
        for name, outcome in study.outcomes.items()
        for contrast in study.exposure.contrasts
    ]
    return {
        "censoring_weights": with_names(weights, people),
        "estimates": holm_adjusted(_stacked([a.estimates for a in answers], schema.ESTIMATES)),
        "curves": _stacked([a.curves for a in answers], schema.CURVES),
        "checks": _stacked([a.checks for a in answers], schema.CHECKS),
        "verdicts": pd.DataFrame([a.verdict for a in answers]),
    }


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
    refusal: str | None,
    study: Study,
) -> _Answer:
    """`refusal`: why there are no censoring weights, if so."""
    role = study.exposure.role
    of_all = {
        "matched_sets": tables["matched_sets"],
        "censoring_weights": tables["censoring_weights"],
        "section": study.study,
        "analysis": study.analysis,
        "groups": study.groups,
        "role": role,
        "contrast": contrast,
    }
    trend = None
    response = response_of(
        name, outcome, tables["person_waves"], tables["person_months"], study.groups
    )
    if outcome.kind == "event":
        estimates, curves = event_rows(
            name,
            outcome,
            events=tables["events"],
            spells=tables["spells_at_risk"],
            first_mentorships=tables["first_mentorships"],
            person_months=tables["person_months"],
            no_censoring_weights=refusal,
            **of_all,
        )
    else:
        estimates, curves, trend = panel_rows(
            name,
            outcome,
            person_months=tables["person_months"],
            person_waves=tables["person_waves"],
            response=response.weights,
            no_weights=refusal or response.refusal,
            exposure=study.exposure,
            **of_all,
        )
    placebo = placebo_of(name, outcome, contrast, tables, response, study)
    judgements = _judgements(name, outcome, contrast, trend, response, refusal, tables, study)
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
    return _Answer(
        _stacked([estimates, as_table(placebo, schema.ESTIMATES)], schema.ESTIMATES),
        curves,
        judged,
        {"outcome": name, "role": role, "contrast": contrast}
        | _verdict(outcome, estimates, judged, study),
    )


def _judgements(
    name: str,
    outcome: Outcome,
    contrast: str,
    trend: JointTest | None,
    response: Response,
    refusal: str | None,
    tables: Mapping[str, pd.DataFrame],
    study: Study,
) -> dict[str, checks.Judgement]:
    """The checks that can be evaluated; what is not in here was not evaluated."""
    is_event = outcome.kind == "event"
    eligibility = EVENT_ELIGIBILITY[outcome.event] if is_event else PANEL_ELIGIBILITY
    design = {"role": study.exposure.role, "contrast": contrast, "eligibility": eligibility}
    judgements = design_judgements(name, outcome, contrast, tables, study)
    if outcome.kind == "scale":
        steps = tables["scale_invariance"]
        judgements["measurement_invariance"] = judge_invariance(steps[steps["scale"] == name])
        judgements["linkage"] = judge_linkage(tables["response_rates"])
    if trend is not None:
        judgements["before_start_trend"] = checks.judge_trend(
            trend.p_value, trend.smallest_detectable, outcome.smallest_worthwhile
        )
        judgements |= _observed(name, outcome, design, response, refusal, tables, study)
    return judgements


def _observed(
    name: str,
    outcome: Outcome,
    design: dict,
    response: Response,
    refusal: str | None,
    tables: Mapping[str, pd.DataFrame],
    study: Study,
) -> dict[str, checks.Judgement]:
    """Attrition and, for scales, response at the main horizon.

    Neither is evaluated, and it says why, where its weights cannot be had.
    """
    sets = _of(tables["matched_sets"], design)
    is_scale = outcome.kind == "scale"
    source = tables["person_waves"] if is_scale else tables["person_months"]
    if sets.empty or name not in source.columns or source[name].isna().all():
        return {}
    calendar, months = study.study.calendar, study.analysis.main_horizon_months
    weights = _of(tables["censoring_weights"], design)
    before = (
        observation.last_score_before(sets, source, name)
        if is_scale
        else observation.last_value_before(sets, source, name, calendar)
    )
    if refusal is not None:
        judged = {"attrition": checks.Judgement("not_evaluated", np.nan, refusal)}
    else:
        stayed = observation.still_employed(
            sets,
            tables["person_months"],
            follow_up_weights(weights),
            before,
            calendar=calendar,
            months=months,
        )
        what = f"still employed after {months:g} months"
        judged = {"attrition": _judge("attrition", stayed, what)}
    if response.refusal is not None:
        judged["response"] = checks.Judgement("not_evaluated", np.nan, response.refusal)
    elif is_scale:
        answering = observation.still_answering(
            sets, source, response.weights, before, months=months
        )
        judged["response"] = _judge("response", answering, f"answered after {months:g} months")
    return judged


def _judge(check: str, seen: observation.Observation, what: str) -> checks.Judgement:
    return checks.judge_difference_of_shares(
        check,
        seen.mentored,
        seen.comparison,
        after_weights=seen.gap_after_weights,
        what=what,
        n_smallest=seen.n_smallest,
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


def _of(table: pd.DataFrame, design: Mapping[str, str]) -> pd.DataFrame:
    chosen = np.logical_and.reduce([table[column] == value for column, value in design.items()])
    return table[chosen]


def _stacked(parts: list[pd.DataFrame], table: schema.Table) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else table.empty()
