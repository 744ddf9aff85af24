"""Invariance of every scale across waves, and between those mentored so far and the others."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.measures.invariance import CANNOT_BE_TESTED, STEPS, invariance
from mentor_outcomes.measures.mentored import is_mentored_by
from mentor_outcomes.measures.scoring import keyed_answers
from mentor_outcomes.study import Scale

NOT_EVALUATED = "not evaluated"
_FIGURES = ["chi2", "df", "p_value", "cfi", "rmsea", "srmr", "delta_cfi", "delta_rmsea"]
_DECIMALS = 6
"""Kept of what an iteration finds, so that machines agree."""


def scale_invariance(
    answers: pd.DataFrame, mentorships: pd.DataFrame, scales: Mapping[str, Scale]
) -> pd.DataFrame:
    """One row per scale, grouping and step: does the scale measure alike in the groups?

    `waves`: each wave in which the scale was asked is a group. `mentored`: answers given on or
    after the day the person's first mentorship began are one group, all others the other.
    The same people answer several waves, so that neither groups nor answers are independent:
    chi-square and its p-value are approximate, and the verdicts rest on changes of fit.

    A scale of fewer than three items `cannot be tested`. What cannot be fitted, for want of people
    or since one factor does not describe the answers, is `not evaluated`, with its reason.
    """
    groupings = {
        "waves": answers["wave"],
        "mentored": is_mentored_by(answers["person_id"], answers["answered_on"], mentorships),
    }
    rows = [
        row
        for name, scale in scales.items()
        for grouping, groups in groupings.items()
        for row in _rows(name, scale, answers, grouping, groups)
    ]
    if not rows:
        return schema.SCALE_INVARIANCE.empty()
    texts = dict.fromkeys(("scale", "grouping", "step", "holds", "reason"), "str")
    columns = list(schema.SCALE_INVARIANCE.column_names())
    return pd.DataFrame(rows)[columns].astype(texts)


def _rows(
    name: str, scale: Scale, answers: pd.DataFrame, grouping: str, groups: pd.Series
) -> list[dict[str, object]]:
    keyed = keyed_answers(answers, scale)
    is_asked = keyed.notna().any(axis="columns").groupby(answers["wave"]).transform("any")
    keyed, groups, people = keyed[is_asked], groups[is_asked], answers["person_id"][is_asked]
    is_complete = keyed.notna().all(axis="columns")
    by_group = people[is_complete].groupby(groups[is_complete]).nunique()
    by_group = by_group.reindex(groups.unique(), fill_value=0)
    common = {
        "scale": name,
        "grouping": grouping,
        "n_people": int(people[is_complete].nunique()),
        "n_smallest": int(by_group.min()) if len(by_group) else 0,
        "n_left_out": int((~is_complete).sum()),
        "n_groups": len(by_group),
    }
    return [common | row for row in _steps(keyed, groups, scale)]


def _steps(keyed: pd.DataFrame, groups: pd.Series, scale: Scale) -> list[dict[str, object]]:
    """Figures and verdict of each step, or why there are none."""
    if len(scale.items) < 3:
        return _without_figures(CANNOT_BE_TESTED, "fewer than three items")
    try:
        steps = invariance(keyed, groups=groups).steps
    except EstimationError as problem:
        return _without_figures(NOT_EVALUATED, problem.found.rstrip("."))
    steps = steps.assign(**{figure: steps[figure].round(_DECIMALS) for figure in _FIGURES})
    steps = steps.rename(columns={"verdict": "reason"}).astype({"df": "float64"})
    return steps.to_dict("records")


def _without_figures(holds: str, reason: str) -> list[dict[str, object]]:
    return [
        {"step": step, **dict.fromkeys(_FIGURES, np.nan), "holds": holds, "reason": reason}
        for step in STEPS
    ]
