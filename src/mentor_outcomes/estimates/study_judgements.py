"""The checks of one outcome that can be evaluated."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.estimates import checks, observation
from mentor_outcomes.estimates.panel.matched_difference import JointTest
from mentor_outcomes.estimates.plan import design_judgements, eligibility_of, of_design
from mentor_outcomes.estimates.survey_checks import (
    judge_common_source,
    judge_invariance,
    judge_linkage,
)
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from mentor_outcomes.estimates.weights.response import Response
from mentor_outcomes.study import Outcome, Study


def judgements_of(
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
    design = {
        "role": study.exposure.role,
        "contrast": contrast,
        "eligibility": eligibility_of(outcome),
    }
    judgements = design_judgements(name, outcome, contrast, tables, study)
    if outcome.kind == "scale":
        steps = tables["scale_invariance"]
        judgements["measurement_invariance"] = judge_invariance(steps[steps["scale"] == name])
        judgements["linkage"] = judge_linkage(tables["response_rates"])
        judgements["common_source"] = judge_common_source(study.sources)
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
    sets = of_design(tables["matched_sets"], design)
    is_scale = outcome.kind == "scale"
    source = tables["person_waves"] if is_scale else tables["person_months"]
    if sets.empty or name not in source.columns or source[name].isna().all():
        return {}
    calendar, months = study.study.calendar, study.analysis.main_horizon_months
    weights = of_design(tables["censoring_weights"], design)
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
