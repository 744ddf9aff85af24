"""Checks of what a survey can carry: the same meaning for all, and answers linked alike."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.checks import NOT_EVALUATED, RULES, Judgement
from mentor_outcomes.study import Source, why_self_reported

_BETWEEN = {"waves": "between waves", "mentored": "between the mentored and others"}
_DOUBTED = {"metric": "equal loadings", "scalar": "equal intercepts"}
_ARMS = ("mentored", "not_mentored")
_DIGITS = 9
"""A difference that is at a limit up to rounding beyond these is at the limit."""
_SAYS = {
    "configural": "one factor does",
    "metric": "equal loadings do",
    "scalar": "equal intercepts do",
}


def judge_invariance(steps: pd.DataFrame) -> Judgement:
    """From the rows of SCALE_INVARIANCE of one scale, both groupings.

    Failed where loadings differ (metric: no) in either grouping: a point more means another change.
    In doubt where loadings are doubtful, or intercepts (scalar) doubtful, different or not to be
    tested, or one factor does not fit: means may differ though people feel the same. Passed
    otherwise. Not evaluated where a grouping has no rows, or rows not evaluated. The value is the
    largest fall of CFI.
    """
    missing = [grouping for grouping in _BETWEEN if not (steps["grouping"] == grouping).any()]
    if missing:
        return NOT_EVALUATED
    smallest = float(steps["n_smallest"].min())
    broken = {step: _rows(steps, step, "no") for step in _SAYS}
    doubted = {step: _rows(steps, step, "doubtful") for step in ("metric", "scalar")}
    untested = _rows(steps, "scalar", "cannot be tested")
    blocked = steps[steps["holds"] == "not evaluated"]
    if len(blocked) and not broken["metric"]:
        reasons = dict.fromkeys(
            f"{_BETWEEN[row.grouping]}: {row.reason}" for row in blocked.itertuples()
        )
        return Judgement("not_evaluated", np.nan, "; ".join(reasons), smallest)
    is_doubtful = any((*broken.values(), *doubted.values(), untested))
    result = "failed" if broken["metric"] else "in_doubt" if is_doubtful else "passed"
    falls = -steps["delta_cfi"].dropna()
    value = float(falls.max()) + 0.0 if len(falls) else np.nan  # no negative zero
    return Judgement(result, value, _in_words(broken, doubted, untested), smallest)


def why_means_not_compared(steps: pd.DataFrame) -> str | None:
    """The reason why scores of one scale are not compared at all; None: they are.

    steps   rows of SCALE_INVARIANCE of one scale, both groupings

    Where loadings differ (metric: no) in either grouping, a point more on the score is not the same
    change for all, and neither means nor shares above a threshold are of one thing (Meredith, 1993,
    Psychometrika 58:525). Intercepts that differ, or cannot be tested, leave a doubt only, and so
    do loadings that are doubtful; what was not evaluated blocks the verdict, not the figures.
    """
    differ = _rows(steps, "metric", "no")
    if not differ:
        return None
    where = " and ".join(f"{_BETWEEN[row.grouping]}{_change(row)}" for row in differ)
    return (
        f"the questions hang together differently {where}, so that a point more on this scale "
        "does not mean the same: its scores are not compared"
    )


def judge_common_source(sources: Mapping[str, Source]) -> Judgement:
    """In doubt where exposure and scores are both told by the people themselves; passed otherwise.

    From the study file (`study.why_self_reported`). It cannot fail: how much of a difference one
    source of both brings is unknown. Not evaluated for a study without a survey.
    """
    if "survey" not in sources:
        return NOT_EVALUATED
    why = why_self_reported(sources)
    if why is None:
        return Judgement("passed", np.nan, "who was mentored is on record; scores are answers")
    return Judgement(
        "in_doubt",
        np.nan,
        f"{why}: people who feel well may report both a mentor and a better score",
    )


def _rows(steps: pd.DataFrame, step: str, holds: str) -> list:
    """Rows of a step with this verdict, waves before the mentored."""
    of_step = steps[(steps["step"] == step) & (steps["holds"] == holds)]
    by_grouping = {row.grouping: row for row in of_step.itertuples()}
    return [by_grouping[grouping] for grouping in _BETWEEN if grouping in by_grouping]


def _in_words(broken: dict[str, list], doubted: dict[str, list], untested: list) -> str:
    """What does not hold, and by how much; intercepts are not told beside loadings that differ."""
    loadings_differ = {row.grouping for row in broken["metric"]}
    said = [
        f"{_SAYS[step]} not hold {_BETWEEN[row.grouping]}{_change(row)}"
        for step, rows in broken.items()
        for row in rows
        if step != "scalar" or row.grouping not in loadings_differ
    ]
    said += [
        f"{_DOUBTED[step]} are doubtful {_BETWEEN[row.grouping]}{_change(row)}"
        for step, rows in doubted.items()
        for row in rows
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

    The arm of an unlinked answer is unknown. Each is taken to be of somebody who was asked and has
    not answered, as far as there are any. Then two allocations are the extremes: as many as can be
    of the mentored, the rest of the others; and the other way round, within each wave. The share
    of linked answers of an arm is over all waves together, since early waves of a programme that
    grows have few mentored people or none; the value is the larger difference of the two. Small, it
    cannot matter; large, it may be far smaller, so that the check is not evaluated, never failed.

    More unlinked answers in a wave than people who have not answered: the rest is of nobody who was
    asked, and is left out. So is a wave none of whose answers was linked: it gives the estimates
    no answer of either arm. Not evaluated where an arm has no answer at all.
    """
    waves = _by_wave(rates)
    linked = {arm: float(waves["n_answered", arm].sum()) for arm in _ARMS}
    if not all(linked.values()):
        return NOT_EVALUATED
    rule = RULES["linkage"]
    allocations = [_unlinked(waves, *order) for order in (_ARMS, _ARMS[::-1])]
    gaps = [_gap(linked, unlinked) for unlinked in allocations]
    gap = max(abs(each) for each in gaps)
    smallest = _fewest(waves, *allocations)
    if gap > rule.fail:
        return Judgement("not_evaluated", gap, _may_differ(gaps), smallest)
    return Judgement(
        "in_doubt" if gap > rule.doubt else "passed",
        gap,
        f"the share of answers linked to a person differs by {gap:.0%} at most",
        smallest,
    )


def _by_wave(rates: pd.DataFrame) -> pd.DataFrame:
    """A row per wave with linked answers: n_employed, n_answered and n_unlinked of either arm."""
    counts = ["n_employed", "n_answered", "n_unlinked"]
    waves = rates.pivot(index="wave", columns="arm", values=counts).astype("float64")
    columns = pd.MultiIndex.from_product([counts, _ARMS])
    return waves.reindex(columns=columns).dropna()


def _unlinked(waves: pd.DataFrame, first: str, second: str) -> dict[str, pd.Series]:
    """Unlinked answers of each arm by wave, if as many as can be are of the first."""
    room = {arm: waves["n_employed", arm] - waves["n_answered", arm] for arm in _ARMS}
    n_unlinked = waves["n_unlinked", first]  # that of the wave, the same in both arms
    of_first = np.minimum(n_unlinked, room[first])
    return {first: of_first, second: np.minimum(n_unlinked - of_first, room[second])}


def _gap(linked: dict[str, float], unlinked: dict[str, pd.Series]) -> float:
    """The mentored's share of linked answers less that of the others."""
    mentored, others = (linked[arm] / (linked[arm] + unlinked[arm].sum()) for arm in _ARMS)
    return round(float(mentored - others), _DIGITS)


def _may_differ(gaps: list[float]) -> str:
    """From none to the larger gap; where both favour one arm, it is ahead in any allocation."""
    low, high = sorted(abs(each) for each in gaps)
    by = f"may differ by up to {high:.0%}, or not at all"
    if gaps[0] * gaps[1] > 0:
        by = f"differs by {low:.0%} to {high:.0%}"
    return (
        f"the share of answers linked to a person {by}: whose the unlinked answers are is unknown"
    )


def _fewest(waves: pd.DataFrame, *allocations: dict[str, pd.Series]) -> float:
    """People in the smallest cell of somebody; unlinked ones may be the same in every wave."""
    cells = [waves["n_answered", arm] for arm in _ARMS]
    cells += [unlinked[arm] for unlinked in allocations for arm in _ARMS]
    return min(float(cell.max()) for cell in cells if cell.max() > 0)
