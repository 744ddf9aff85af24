"""Which check applies to which outcome, with its thresholds; fail closed.

A check is passed, in doubt, failed, not applicable by `RULES`, or not evaluated, which blocks like
a failure. A study may waive a check that was not evaluated, by name and with a reason that the
report prints: it then no longer blocks, but leaves a doubt. A check that failed cannot be waived.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

ALL_KINDS = ("event", "panel", "scale")


@dataclass(frozen=True, slots=True)
class Rule:
    """A check: what it asks, for which kinds of outcome, and where doubt and failure begin."""

    asks: str
    applies_to: tuple[str, ...]
    doubt: float | None = None
    fail: float | None = None


RULES: Mapping[str, Rule] = {
    "overlap": Rule(
        "could those with and without a mentor have been either (share in equipoise)?",
        ALL_KINDS,
        doubt=0.4,
        fail=0.2,
    ),
    "balance": Rule(
        "were the two groups alike before the start (largest standardised difference)?",
        ALL_KINDS,
        doubt=0.1,
        fail=0.1,
    ),
    "unmatched_mentees": Rule(
        "how many of the mentored found no comparable colleague?", ALL_KINDS, doubt=0.1, fail=0.5
    ),
    "flow": Rule(
        "is everybody accounted for, from the extract to the groups (people missing)?", ALL_KINDS
    ),
    "events_expected": Rule(
        "are enough events to be expected in the smaller group by the main horizon?",
        ("event",),
        doubt=10,
        fail=5,
    ),
    "before_start_trend": Rule(
        "did the two groups move alike before the start (joint test)?",
        ("panel", "scale"),
        doubt=0.10,
        fail=0.01,
    ),
    "placebo_start": Rule(
        "did the two groups move apart in the year before the start, where there can be no effect?",
        ALL_KINDS,
        doubt=0.05,
        fail=0.01,
    ),
    "attrition": Rule(
        "did the two groups stop being observed to different extents?",
        ("panel", "scale"),
        doubt=0.05,
        fail=0.10,
    ),
    "response": Rule(
        "did the two groups answer the survey to different extents?",
        ("scale",),
        doubt=0.05,
        fail=0.10,
    ),
    "linkage": Rule(
        "were the answers of both groups linked to their records alike (largest difference)?",
        ("scale",),
        doubt=0.05,
        fail=0.10,
    ),
    "negative_controls": Rule("is there an effect on what mentoring cannot change?", ()),
    "measurement_invariance": Rule(
        "do the answers mean the same in both groups and all waves?", ("scale",)
    ),
    "common_source": Rule("is mentoring on record, not told by those who answer?", ("scale",)),
}
"""Placebo start does not apply to leaving: both arms stay employed up to the true start. Negative
controls apply where a study declares any, and so far none can be. A common source cannot fail, nor
can linkage: whose unlinked answers are is unknown, so that beyond the limit it is not evaluated."""

VARIANCE_RATIOS = (0.5, 2.0)
"""Beyond these the arms differ in spread (Rubin 2001, Health Serv. Outcomes Res. Methodol. 2:169).
Weights that make means equal leave the balance check nothing else to see."""

OF_THE_DESIGN = ("overlap", "balance", "unmatched_mentees", "flow", "events_expected")
"""The checks that need no outcome: the protocol tells them before any is read."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of one check: passed, in_doubt, failed, not_applicable or not_evaluated.

    n_smallest   people in the smallest cell that value and message tell of; missing: none does
    """

    result: str
    value: float
    message: str
    n_smallest: float = np.nan


def is_applicable(check: str, kind: str, event: str | None) -> bool:
    """Whether the table of rules has this check apply to this kind of outcome."""
    if check == "placebo_start" and event == "voluntary_exit":
        return False
    return kind in RULES[check].applies_to


NOT_APPLICABLE = Judgement("not_applicable", np.nan, "does not apply to this outcome")
NOT_EVALUATED = Judgement("not_evaluated", np.nan, "was not evaluated")


def judge_overlap(overlap: pd.Series | None) -> Judgement:
    """From the design's row of `overlap`: share of the matched and eligible in equipoise."""
    if overlap is None or not np.isfinite(overlap["equipoise_share"]):
        return NOT_EVALUATED
    share, rule = float(overlap["equipoise_share"]), RULES["overlap"]
    result = "failed" if share < rule.fail else "in_doubt" if share < rule.doubt else "passed"
    return Judgement(result, share, f"{share:.0%} of people could well have been in either group")


def judge_unmatched(overlap: pd.Series | None) -> Judgement:
    """From the design's row of `overlap`: share of eligible mentees without a comparator."""
    if overlap is None or not np.isfinite(overlap["share_unmatched"]):
        return NOT_EVALUATED
    share, rule = float(overlap["share_unmatched"]), RULES["unmatched_mentees"]
    result = "failed" if share > rule.fail else "in_doubt" if share > rule.doubt else "passed"
    return Judgement(result, share, f"{share:.0%} of the mentored had no comparable colleague")


def judge_flow(overlap: pd.Series | None) -> Judgement:
    """From the design's row of `overlap`: whom the flow from the extract does not account for.

    One person who appears or is lost without a reason fails it: then an unknown number did.
    """
    gap = float("nan") if overlap is None else float(overlap.get("flow_gap", np.nan))
    if not np.isfinite(gap):
        return NOT_EVALUATED
    if gap == 0:
        return Judgement("passed", 0.0, "everybody is accounted for, from the extract on")
    return Judgement(
        "failed", gap, "counts from the extract to the groups do not add up", n_smallest=abs(gap)
    )


def judge_events_expected(
    mentored: float, comparison: float, *, is_declared: bool, outcome: str = "NAME"
) -> Judgement:
    """From the expected events of each arm by the main horizon, at the declared rate."""
    if not is_declared:
        remedy = f"declare outcomes.{outcome}.expected_per_100, or checks.waive.events_expected"
        return Judgement("not_evaluated", np.nan, f"no expected rate is declared: {remedy}")
    if not (np.isfinite(mentored) and np.isfinite(comparison)):
        return NOT_EVALUATED
    rule, fewest = RULES["events_expected"], min(mentored, comparison)
    if fewest < rule.fail:
        return Judgement("failed", fewest, "fewer than five events are expected in one group")
    if fewest < rule.doubt:
        return Judgement("in_doubt", fewest, "fewer than ten events are expected in one group")
    return Judgement("passed", fewest, "at least ten events are expected in each group")


def judge_balance(balance: pd.DataFrame) -> Judgement:
    """From the design's rows of `balance`.

    In doubt where some absolute standardised difference is over .1, or some ratio of variances
    outside `VARIANCE_RATIOS` (missing ratios, as of 0/1 columns, are not judged); failed where such
    a difference also differs from 0 after Holm's correction over all covariates: in small studies
    chance alone brings differences over .1. Arms that differ in a covariate that does not vary
    within them differ for certain: their difference counts as infinite, and its p-value as 0.
    """
    means = balance[["mean_mentored", "mean_comparison_after"]].dropna()
    known = balance.loc[means.index]
    if known.empty:
        return NOT_EVALUATED
    differs = (known["mean_mentored"] != known["mean_comparison_after"]).to_numpy()
    without_spread = np.where(differs, np.inf, 0.0)
    size = np.where(known["smd_after"].isna(), without_spread, known["smd_after"].abs())
    largest, limit = float(size.max()), RULES["balance"].fail
    p_values = known["smd_after_p_value"].fillna(pd.Series(~differs, known.index, "float64"))
    is_real = multipletests(p_values.to_numpy(), alpha=0.05, method="holm")[0]
    n_over = int((size > limit).sum())
    ratios, (low, high) = known["variance_ratio_after"].dropna(), VARIANCE_RATIOS
    n_apart = int((~ratios.between(low, high)).sum())
    result = "in_doubt" if n_over or n_apart else "passed"
    if ((size > limit) & is_real).any():
        result = "failed"
    spread = (
        f"; {n_apart} of {len(ratios)} are over {high:.1f} or under {low:.1f} in variance ratio"
    )
    return Judgement(
        result,
        largest,
        f"the largest standardised difference is {largest:.2f}; {n_over} of {len(known)} are over "
        f"{limit:g}" + spread * (len(ratios) > 0),
    )


def judge_trend(
    p_value: float, smallest_detectable: float, smallest_worthwhile: float
) -> Judgement:
    """From the joint test of the periods before the start that were not matched on.

    smallest_detectable   pre-start difference that the test would have found 4 times in 5, in the
                          unit of `smallest_worthwhile`
    """
    if not np.isfinite(p_value):
        return NOT_EVALUATED
    rule = RULES["before_start_trend"]
    words = f"joint test of earlier periods: p = {p_value:.2f}"
    if p_value < rule.fail:
        return Judgement("failed", p_value, words)
    if p_value < rule.doubt:
        return Judgement("in_doubt", p_value, words)
    if not smallest_detectable <= smallest_worthwhile:
        return Judgement(
            "in_doubt",
            p_value,
            f"{words}, but a trend as large as the smallest worthwhile effect could have been "
            "missed",
        )
    return Judgement("passed", p_value, words)


def judge_difference_of_shares(
    check: str,
    mentored: float,
    comparison: float,
    *,
    after_weights: float,
    what: str,
    n_smallest: float = np.nan,
) -> Judgement:
    """From the share of each arm still observed, and their difference once weighted."""
    if not (np.isfinite(mentored) and np.isfinite(comparison)):
        return NOT_EVALUATED
    rule, gap = RULES[check], abs(mentored - comparison)
    is_mended = np.isfinite(after_weights) and abs(after_weights) <= rule.fail
    if gap > rule.fail and not is_mended:
        result = "failed"
    else:
        result = "in_doubt" if gap > rule.doubt else "passed"
    return Judgement(
        result,
        gap,
        f"{what}: {mentored:.0%} of the mentored, {comparison:.0%} of the comparators",
        n_smallest,
    )


_NO_WAIVER = "; its waiver does not count: only a check that was not evaluated can be waived"


def check_rows(
    judgements: Mapping[str, Judgement],
    *,
    outcome: str,
    kind: str,
    event: str | None,
    role: str,
    contrast: str,
    waive: Mapping[str, str],
    names: Iterable[str] = tuple(RULES),
) -> pd.DataFrame:
    """Rows of `checks` for one outcome: every rule of `names` has one, evaluated or not."""
    rows = []
    for check in names:
        judgement = NOT_APPLICABLE
        if is_applicable(check, kind, event):
            judgement = judgements.get(check, NOT_EVALUATED)
        is_waived = check in waive and judgement.result == "not_evaluated"
        is_refused = check in waive and judgement.result in ("failed", "in_doubt")
        rows.append(
            {
                "check": check,
                "outcome": outcome,
                "role": role,
                "contrast": contrast,
                "result": judgement.result,
                "value": float(judgement.value),
                "message": judgement.message + _NO_WAIVER * is_refused,
                "n_smallest": float(judgement.n_smallest),
                "is_waived": is_waived,
                "waiver": waive[check] if is_waived else None,
            }
        )
    return pd.DataFrame(rows).astype({"waiver": "str"})
