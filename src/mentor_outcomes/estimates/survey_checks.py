"""Checks of what a survey can carry: the same meaning for all, and answers linked alike."""

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.checks import NOT_EVALUATED, RULES, Judgement

_BETWEEN = {"waves": "between waves", "mentored": "between the mentored and others"}
_DIGITS = 9
"""A difference that is at a limit up to rounding beyond these is at the limit."""
_SAYS = {
    "configural": "one factor does",
    "metric": "equal loadings do",
    "scalar": "equal intercepts do",
}


def judge_invariance(steps: pd.DataFrame) -> Judgement:
    """From the rows of SCALE_INVARIANCE of one scale, both groupings.

    Failed where loadings differ (metric) in either grouping: a point more means another change.
    In doubt where intercepts differ (scalar) or cannot be tested, or one factor does not fit: means
    may differ though people feel the same. Passed otherwise. Not evaluated where a grouping has no
    rows, or rows not evaluated. The value is the largest fall of CFI.
    """
    missing = [grouping for grouping in _BETWEEN if not (steps["grouping"] == grouping).any()]
    if missing:
        return NOT_EVALUATED
    smallest = float(steps["n_smallest"].min())
    broken = {step: _rows(steps, step, "no") for step in _SAYS}
    untested = _rows(steps, "scalar", "cannot be tested")
    blocked = steps[steps["holds"] == "not evaluated"]
    if len(blocked) and not broken["metric"]:
        reasons = dict.fromkeys(
            f"{_BETWEEN[row.grouping]}: {row.reason}" for row in blocked.itertuples()
        )
        return Judgement("not_evaluated", np.nan, "; ".join(reasons), smallest)
    is_doubtful = bool(broken["scalar"] or broken["configural"] or untested)
    result = "failed" if broken["metric"] else "in_doubt" if is_doubtful else "passed"
    falls = -steps["delta_cfi"].dropna()
    value = float(falls.max()) + 0.0 if len(falls) else np.nan  # no negative zero
    return Judgement(result, value, _in_words(broken, untested), smallest)


def _rows(steps: pd.DataFrame, step: str, holds: str) -> list:
    """Rows of a step with this verdict, waves before the mentored."""
    of_step = steps[(steps["step"] == step) & (steps["holds"] == holds)]
    by_grouping = {row.grouping: row for row in of_step.itertuples()}
    return [by_grouping[grouping] for grouping in _BETWEEN if grouping in by_grouping]


def _in_words(broken: dict[str, list], untested: list) -> str:
    """What does not hold, and by how much; intercepts are not told beside loadings that differ."""
    loadings_differ = {row.grouping for row in broken["metric"]}
    said = [
        f"{_SAYS[step]} not hold {_BETWEEN[row.grouping]}{_change(row)}"
        for step, rows in broken.items()
        for row in rows
        if step != "scalar" or row.grouping not in loadings_differ
    ]
    if untested:
        said.append("equal intercepts cannot be tested")
    return "; ".join(said) or "loadings and intercepts are alike in all waves and in both groups"


def _change(row) -> str:
    figures = (("CFI", row.delta_cfi), ("RMSEA", row.delta_rmsea))
    told = [f"{name} {change:+.3f}" for name, change in figures if np.isfinite(change)]
    return f" ({', '.join(told)})" if told else ""


def judge_linkage(rates: pd.DataFrame) -> Judgement:
    """From RESPONSE_RATES: how far the arms' shares of linked answers could lie apart.

    The arm of an unlinked answer is unknown. At worst all of a wave's are of one arm, whose share
    linked is then `linkage_lowest`, and none of the other, whose share is 1: the largest difference
    over waves is known without any assumption. Small, it cannot matter; large, it may be none at
    all, so that the check is not evaluated rather than failed.
    """
    known = rates.dropna(subset=["linkage_lowest"])
    if known.empty:
        return NOT_EVALUATED
    rule = RULES["linkage"]
    row = known.loc[known["linkage_lowest"].idxmin()]
    gap = round(float(row["linkage_highest"] - row["linkage_lowest"]), _DIGITS)
    smallest = float(row[["n_unlinked", "n_answered"]].min())
    if gap > rule.fail:
        return Judgement(
            "not_evaluated",
            gap,
            f"the share of answers linked to a person may differ by up to {gap:.0%}, or not at "
            "all: whose the unlinked answers are is unknown",
            smallest,
        )
    return Judgement(
        "in_doubt" if gap > rule.doubt else "passed",
        gap,
        f"the share of answers linked to a person differs by {gap:.0%} at most",
        smallest,
    )
