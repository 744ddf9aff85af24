"""Why it was not simply counted: the naive difference and the year before, in a reader's words."""

import numpy as np

from mentor_outcomes import schema
from mentor_outcomes.reports import passages
from mentor_outcomes.reports.findings import may_show_numbers
from mentor_outcomes.reports.numbers import RANGE, for_readers
from mentor_outcomes.reports.results import Results

PLACEBO = "placebo_start"
MADE_BEFORE, COMPARED = "groups made a year before", schema.MAIN
"""Variants of the rows of the year before (see estimates.placebo)."""
_UNIT = "per 100 people"


def not_simply_counted(results: Results) -> list[str]:
    """At most one sentence or two on the naive count, and as many on the year before the start.

    The naive count is told of the event in which it misleads most, the year before of the first
    event that has one; both only of events whose numbers may be shown.
    """
    names = [
        name
        for name, outcome in results.study.outcomes.items()
        if outcome.kind == "event" and may_show_numbers(results, name)
    ]
    return [*_naive(results, names), *_year_before(results, names)]


def _naive(results: Results, names: list[str]) -> list[str]:
    found = {name: results.effect(name, "naive", "risk_difference") for name in names}
    gaps = {
        name: abs(naive.estimate - results.headline(name).estimate)
        for name, naive in found.items()
        if naive.is_known
    }
    if not gaps:
        return []
    name = max(gaps, key=gaps.__getitem__)
    return [
        passages.RAW.format(
            months=f"{results.months:g}",
            label=results.label(name),
            naive=for_readers(found[name].estimate, _UNIT),
        )
    ]


def _year_before(results: Results, names: list[str]) -> list[str]:
    for name in names:
        words = found_in(results, name)
        row = placebo_row(results, name, MADE_BEFORE if words == "made_before" else COMPARED)
        if words is None or row is None or not np.isfinite(row.estimate):
            continue
        low, high = (for_readers(end, _UNIT, is_end=True) for end in (row.ci_low, row.ci_high))
        size = for_readers(row.estimate, _UNIT)
        said = passages.YEAR_BEFORE[words]
        return [said.format(label=results.label(name), size=size, range=f"{low}{RANGE}{high}")]
    return []


def found_in(results: Results, name: str) -> str | None:
    """What the check of the year before found: passed, or in which groups; None: not evaluated.

    A check in doubt tells the p-value that it rests on: that of the groups compared, or of those
    made a year before.
    """
    checks = results.rows("checks")
    mine = checks[(checks["check"] == PLACEBO) & (checks["outcome"] == name)]
    result = mine["result"].iloc[0] if len(mine) else "not_evaluated"
    if result in ("passed", "failed"):
        return {"passed": "passed", "failed": "compared"}[result]
    rows = [placebo_row(results, name, variant) for variant in (COMPARED, MADE_BEFORE)]
    if result != "in_doubt" or any(row is None or not np.isfinite(row.p_value) for row in rows):
        return None
    compared, made_before = (abs(row.p_value - mine["value"].iloc[0]) for row in rows)
    return "compared" if compared <= made_before else "made_before"


def placebo_row(results: Results, name: str, variant: str):
    """The row of the year before of one variant, as a named tuple; None where there is none."""
    rows = results.estimates_of_all_variants()
    rows = rows[
        (rows["method"] == PLACEBO) & (rows["outcome"] == name) & (rows["variant"] == variant)
    ]
    return next(rows.itertuples(), None)
