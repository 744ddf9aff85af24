"""The flow in the technical report: from the tables of the extract to the groups compared."""

import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.numbers import people
from mentor_outcomes.reports.results import Results

_ARMS = ("mentored", "comparison")
_UNITS = {"mentorships": " (mentorships)", "people": "", "person_months": ""}
_WIDTHS = (4.4, 1, 1)


def flow_blocks(results: Results) -> list[dict[str, object]]:
    """Tables of people, of those below the top grade, and of person-periods.

    Criteria that removed nobody are counted below the tables: a row each would bore.
    """
    flow = results.rows("flow")
    if flow.empty:
        return []
    whole = flow[flow["eligibility"] == "employed"]
    parts = [
        *(_people(results, whole, arm) for arm in _ARMS),
        _below_the_top(results, flow),
        _person_periods(results, whole),
    ]
    shown = [part for part in parts if part is not None]
    n_idle = flow.loc[_is_idle(flow), "criterion"].nunique()
    left_out = [blocks.text(_removed_nobody(n_idle))] if n_idle else []
    return [*shown, *left_out]


def _removed_nobody(n_criteria: int) -> str:
    """How many criteria have no line; the design's section says what they ask."""
    if n_criteria == 1:
        return "One further criterion removed nobody and has no line."
    return f"{n_criteria} further criteria removed nobody and have no line."


def _people(results: Results, flow: pd.DataFrame, arm: str) -> dict[str, object] | None:
    rows = flow[flow["arm"] == arm].sort_values("step")
    if rows.empty:
        return None
    return blocks.table(
        f"Flow of people {getattr(results.arms, arm)}, from the tables of the extract",
        ("Criterion (kept)", "Removed", "Remaining"),
        [_row(results, row) for row in rows[~_is_idle(rows)].itertuples()],
        numeric=(1, 2),
        widths=_WIDTHS,
        may_break=False,
    )


def _below_the_top(results: Results, flow: pd.DataFrame) -> dict[str, object] | None:
    """From where this design parts from the other one, since all before is the same."""
    lines = []
    for arm in _ARMS:
        words = getattr(results.arms, arm)
        rows = flow[flow["arm"] == arm].sort_values("step")
        below = rows[rows["eligibility"] == "below_top_grade"]
        if below.empty:
            continue
        same = set(rows.loc[rows["eligibility"] == "employed", "criterion"])
        is_own = ~below["criterion"].isin(same)
        first = below.loc[is_own, "step"].min() if is_own.any() else below["step"].max()
        own = below[(below["step"] >= first) & ~_is_idle(below)]
        lines += [(words, *_row(results, row)) for row in own.itertuples()]
    if not lines:
        return None
    return blocks.table(
        "The same below the top grade, from where the two designs part",
        ("Arm", "Criterion (kept)", "Removed", "Remaining"),
        lines,
        numeric=(2, 3),
        widths=(1, 3.4, 1, 1),
        may_break=False,
    )


def _person_periods(results: Results, flow: pd.DataFrame) -> dict[str, object] | None:
    rows = flow[flow["arm"] == "everyone"].sort_values("step")
    if rows.empty:
        return None
    period = results.study.study.period
    return blocks.table(
        f"Flow of person-{period}s, for the model of who starts",
        ("Criterion (kept)", "Removed", "Remaining", "People remaining"),
        [
            (*_row(results, row), people(row.n_people_remaining))
            for row in rows[~_is_idle(rows)].itertuples()
        ],
        numeric=(1, 2, 3),
        widths=(3.6, 1, 1, 1.2),
        may_break=False,
    )


def _is_idle(rows: pd.DataFrame) -> pd.Series:
    """Whether a criterion removed nobody; the first row of a chain counts, and is shown."""
    return (rows["n_removed"] == 0) & (rows["step"] > 0)


def _row(results: Results, row) -> tuple[str, str, str]:
    words = _words(results, row.criterion) + _UNITS[row.unit]
    return words, "" if row.step == 0 else people(row.n_removed), people(row.n_remaining)


def _words(results: Results, criterion: str) -> str:
    """A criterion of the flow; leave is not checked where no leaves were supplied."""
    words = results.in_words(criterion).replace("protege", "protégé")
    if "leaves" in results.study.sources:
        return words
    return words.replace("not on leave", "not on leave (leaves not supplied, not checked)")
