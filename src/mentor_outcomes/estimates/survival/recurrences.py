"""Rows of units whose events recur: each is at risk once, and gone after a terminal event."""

from dataclasses import replace

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import RiskIntervals
from mentor_outcomes.estimates.inference.same_day import after_entry, overlapping


def placed(
    rows: RiskIntervals,
    is_event: np.ndarray,
    is_terminal: np.ndarray,
    unit: np.ndarray,
    same_day: float,
    *,
    is_named: bool,
) -> RiskIntervals:
    """The rows, with events at the time of entry put where their unit is at risk once.

    Such an event counts at its time if another row of its unit ends then; else `same_day` later,
    where the unit's next row is at risk or, if it has none, the row itself. A row that is not at
    risk has entry equal to exit.

    Parameters
    ----------
    rows : as the records have them, no event moved
    unit : (n,) codes from 0 of whose rows follow each other
    is_named : whether these are said to be units. If not they may hold several, whose rows overlap

    Raises
    ------
    EstimationError : rows of a named unit overlap, or follow its terminal event; events at the time
        of entry whose unit cannot be told, or whose weight is not that of the row they go with
    """
    is_mixed = overlapping(rows.entry, rows.exit, unit)
    if is_named and is_mixed.any():
        _refuse(is_mixed, "are of units with rows that overlap", "rows that follow each other")
    _refuse_after_the_end(rows, is_terminal & ~is_mixed, unit)
    on_entry = (is_event | is_terminal) & (rows.entry == rows.exit)
    if not on_entry.any():
        return rows
    is_long = ~on_entry & (rows.entry < rows.exit)
    goes_on = _shares(unit, rows.exit, rows.weight, on_entry, is_long)
    comes_next = ~goes_on & _shares(unit, rows.entry, rows.weight, on_entry, is_long)
    any_weight = np.ones_like(rows.weight)
    touches = _shares(unit, rows.exit, any_weight, on_entry, is_long)
    touches |= _shares(unit, rows.entry, any_weight, on_entry, is_long)
    _refuse(
        on_entry & is_mixed & touches,
        "begin and end with an event when another row of their cluster does, whose rows overlap",
        "clusters of one unit each, or the columns that tell the units apart (`unit`)",
    )
    _refuse(
        on_entry & touches & ~goes_on & ~comes_next,
        "begin and end with an event, with another weight than their unit has then",
        "one weight of a unit at a time",
    )
    moved = after_entry(rows.entry, rows.exit, on_entry & ~goes_on, same_day)
    alone = on_entry & ~goes_on & ~comes_next
    of_unit = pd.MultiIndex.from_arrays([unit[alone], rows.exit[alone]])
    alone[alone] = ~of_unit.duplicated()
    return replace(rows, entry=np.where(on_entry & ~alone, moved, rows.entry), exit=moved)


def _shares(
    unit: np.ndarray,
    time: np.ndarray,
    weight: np.ndarray,
    asked: np.ndarray,
    among: np.ndarray,
) -> np.ndarray:
    """Of the rows asked for: whether one of the others has their unit, time and weight."""
    keys = [
        pd.MultiIndex.from_arrays([unit[rows], time[rows], weight[rows]])
        for rows in (asked, among & np.isin(unit, unit[asked]))
    ]
    found = np.zeros(len(unit), dtype=bool)
    found[asked] = keys[0].isin(keys[1])
    return found


def _refuse_after_the_end(rows: RiskIntervals, is_terminal: np.ndarray, unit: np.ndarray) -> None:
    order = np.lexsort((is_terminal, rows.exit, rows.entry, unit))
    follows = np.zeros(len(unit), dtype=bool)
    follows[order[1:]] = (unit[order[1:]] == unit[order[:-1]]) & is_terminal[order[:-1]]
    _refuse(
        follows,
        "come after the terminal event of their unit",
        "nothing after a terminal event; where a cluster holds several units, the columns that "
        "tell them apart (`unit`)",
    )


def _refuse(is_wrong: np.ndarray, found: str, expected: str) -> None:
    n_wrong = int(is_wrong.sum())
    if n_wrong:
        raise EstimationError(
            f"{n_wrong} of {len(is_wrong)} rows {found}.",
            expected=f"{expected}.",
            remedy="correct these rows, or name the `unit`: the columns of whose rows they are.",
        )
