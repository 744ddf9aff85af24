"""What the two placebo starts of an outcome say of its comparison."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.checks import RULES, Judgement


def judge_placebo(compared: Mapping, made_before: Mapping) -> Judgement:
    """From the two rows of `placebo_rows`, both over the year before the start.

    What the groups compared still differ by, nothing on record explains: in doubt, or failed, as it
    is surely not zero. What groups made a year before differ by may be on record since, and then
    the groups compared do not differ; but whatever moved the mentored may go on unseen, so it
    leaves a doubt. `n_smallest`: in the smallest cell of both rows, with and without the event.
    """
    rule, n_smallest = RULES["placebo_start"], _smallest_cell([compared, made_before])
    for row in (compared, made_before):
        if row["status"] == "blocked":
            return Judgement("not_evaluated", np.nan, str(row["reason"]))
    now, before = float(compared["p_value"]), float(made_before["p_value"])
    if not (np.isfinite(now) and np.isfinite(before)):
        return Judgement("not_evaluated", np.nan, "a difference has no error that could judge it")
    if now < rule.doubt:
        result = "failed" if now < rule.fail else "in_doubt"
        words = "the groups compared moved apart in the year before the start"
        return Judgement(result, now, f"{words} ({_p(now)})", n_smallest)
    if before < rule.doubt:
        return Judgement(
            "in_doubt",
            before,
            "the mentored moved apart, in the year before the start, from colleagues who had been "
            f"like them ({_p(before)}); the groups compared, alike on record up to the start, were "
            f"not seen to ({_p(now)})",
            n_smallest,
        )
    return Judgement(
        "passed",
        before,
        "in the year before the start the mentored were not seen to move apart from colleagues "
        f"({_p(now)} for the groups compared, {_p(before)} for groups made a year before)",
        n_smallest,
    )


def _p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.0005 else "p < 0.001"


def _smallest_cell(rows: list[Mapping]) -> float:
    """People of an arm, and of these with and without the event; missing: none is known."""
    cells = []
    for row in rows:
        for arm in ("mentored", "comparison"):
            n, n_events = row.get(f"n_{arm}", np.nan), row.get(f"n_events_{arm}", np.nan)
            cells += [n, n_events, n - n_events]
    return float(pd.Series(cells, dtype="float64").min())
