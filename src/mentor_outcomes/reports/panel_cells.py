"""Cells of the tables on pay and scales: a number, or `none` with a mark for the reason below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import NONE, ratio_with_interval, with_interval
from mentor_outcomes.reports.results import Results


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in a cell, and why it is not a number; without a reason: nothing is amiss."""

    shown: str
    why: str = ""


NOTHING = Told("")


def told(
    results: Results, row, say: Callable[[object], str] = lambda row: with_interval(row)
) -> Told:
    """A row of estimates by `say`, or `none` with its reason; empty where there is no row."""
    if row is None:
        return NOTHING
    if row.status == "blocked" or not np.isfinite(row.estimate):
        return Told(NONE, results.in_words(row.reason) if isinstance(row.reason, str) else "")
    return Told(say(row))


def as_ratio(row) -> str:
    """A log odds ratio as a ratio with its interval."""
    return ratio_with_interval(row)


def marked_table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Told]]],
    **looks: object,
) -> list[dict[str, object]]:
    """A table of these rows, each with its head, and a note with the reasons behind `none`.

    A row or column in which nothing is told is left out; no table where no row is left.
    """
    rows = [(head, list(cells)) for head, cells in rows if any(cell.shown for cell in cells)]
    if not rows:
        return []
    reasons = list(dict.fromkeys(cell.why for _, cells in rows for cell in cells if cell.why))
    marks = {why: chr(ord("a") + place) for place, why in enumerate(reasons)}
    table = blocks.table(
        caption,
        header,
        [(head, *(_marked(cell, marks) for cell in cells)) for head, cells in rows],
        **looks,
    )
    if not reasons:
        return [table]
    said = " ".join(f"({marks[why]}) {why.rstrip('.')}." for why in reasons)
    return [table, blocks.note(said)]


def _marked(cell: Told, marks: dict[str, str]) -> str:
    return f"{cell.shown} ({marks[cell.why]})" if cell.why else cell.shown
