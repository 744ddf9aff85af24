"""Spells cut into the periods in which their people were at risk, for hazards in discrete time."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    SAME_DAY,
    RiskIntervals,
    cluster_codes,
    flags,
    numbers,
    require_columns,
    risk_intervals,
)
from mentor_outcomes.estimates.inference.same_day import after_entry, overlapping

PERIOD = "period"
_DIGITS = 9  # of exit / width: 0.3 / 0.1 is a hair less than 3


@dataclass(frozen=True, slots=True, eq=False)
class PersonPeriods:
    """One row per person and period at risk, and what could not become one.

    rows                the columns of the spells, the event only where it happens, and `period`:
                        1, 2, ...; period k ends with k x width, which belongs to it
    n_spells            spells given, a unit's rows that go on from each other joined to one;
                        n_spells_left_out of them fill no period
    n_events_left_out   events in a period in which their spell begins or its follow-up is to end
    """

    rows: pd.DataFrame
    n_spells: int
    n_spells_left_out: int
    n_events_left_out: int


def person_periods(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    event: str,
    width: float,
    unit: str | None = None,
    followed_to: str | None = None,
    censored_within: Literal["refuse", "count"] = "refuse",
    same_day: float = SAME_DAY,
) -> PersonPeriods:
    """The periods that people began at risk and in which an event would have been seen.

    The chance of an event in a period cannot be learned from a part of it: a period within which
    someone enters is left out, with its event if there is one, and so is one within which the
    follow-up was to end. To leave it out only where there was no event would raise the hazard.

    Parameters
    ----------
    records : one row per spell, or with `unit` several; at risk on (entry, exit]. No entry: from 0
    entry, exit : columns of times
    event : column, true (or 1) if the event ends the spell
    width : length of a period, in units of time
    unit : column that tells whose rows belong together. A row without the event that ends where
        the unit's next one begins goes on in it; a period has the columns of the row in which it
        begins, and followed_to is the last row's. None: each row is a spell
    followed_to : column, when the follow-up would have ended without any event: the end of the
        records, for most. Not before exit. None: at the end of the period of exit or later
    censored_within : what to do with spells that end within a period, before `followed_to` and
        without the event. "count": at risk in that period, without the event; right for competing
        events, and for exits that are known by period only. "refuse": say how many there are
    same_day : an event at the time of entry of a spell counts as that much later, in units of time

    Raises
    ------
    EstimationError : missing, reversed or negative times; a width of 0 or less; a column of the
        records that is already called period; spells that end within a period, unless counted;
        rows of a unit that overlap; with spells so counted and no `unit`, rows that begin when
        others end within a period: a spell cut there would lose its event

    Checked by hand in tests/spec/test_person_periods.py, and with follow-up that ends within
    periods in tests/recovery/test_discrete_hazard_recovery.py.
    """
    require_columns(records, [event, followed_to])
    is_event = flags(records, event)
    spells = risk_intervals(
        records,
        entry=entry,
        exit=exit,
        is_event=np.zeros(len(records), dtype=bool),
        weights=None,
        cluster=None,
    )
    _check(records, spells.entry, width, censored_within)
    order, head, tail = _joined(records, spells, is_event, unit)
    on_entry = is_event & np.isin(np.arange(len(records)), head)
    exits = after_entry(spells.entry, spells.exit, on_entry, same_day)
    begins, ends = _in_widths(spells.entry, width), _in_widths(exits, width)
    first = np.ceil(begins) + 1
    last = np.ceil(ends)[tail]
    if followed_to is not None:
        followed = numbers(records, followed_to)[tail]
        _refuse_too_short(numbers(records, exit)[tail], followed, exit, followed_to)
        last = np.minimum(last, np.floor(_in_widths(followed, width)))
    is_within = (ends[tail] < last) & (first[head] <= last) & ~is_event[tail]
    if censored_within == "refuse":
        _refuse_within(is_within)
    elif unit is None:
        _refuse_cut(spells, is_within, begins != np.floor(begins))
    is_seen = is_event[tail] & (ends[tail] <= last)
    n_periods = np.maximum(last - first[head] + 1, 0).astype("int64")
    spell = np.repeat(np.arange(len(head)), n_periods)
    place = np.arange(len(spell)) - np.repeat(np.cumsum(n_periods) - n_periods, n_periods)
    period = first[head][spell].astype("int64") + place
    row = _row_in_force(order, head, first, spell, period)
    rows = records.iloc[row].reset_index(drop=True)
    rows[event] = is_seen[spell] & (period == last[spell])
    rows[PERIOD] = period
    return PersonPeriods(
        rows=rows,
        n_spells=len(head),
        n_spells_left_out=int((n_periods == 0).sum()),
        n_events_left_out=int(is_event.sum() - rows[event].sum()),
    )


def _joined(
    records: pd.DataFrame, rows: RiskIntervals, is_event: np.ndarray, unit: str | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rows in the order of spells and time, and the first and the last row of each spell."""
    if unit is None:
        every = np.arange(len(records))
        return every, every, every
    require_columns(records, [unit])
    code, _ = cluster_codes(records, unit)
    n_mixed = int(overlapping(rows.entry, rows.exit, code).sum())
    if n_mixed:
        raise EstimationError(
            f"{n_mixed} of {len(code)} rows are of a {unit} with rows that overlap.",
            expected="rows that follow each other.",
            remedy=f"correct them, or let {unit} tell apart what is at risk side by side.",
        )
    order = np.lexsort((rows.exit, rows.entry, code))
    before, after = order[:-1], order[1:]
    goes_on = (code[before] == code[after]) & (rows.exit[before] == rows.entry[after])
    is_first = np.concatenate([[True], ~(goes_on & ~is_event[before])])
    is_last = np.concatenate([is_first[1:], [True]])
    return order, order[is_first], order[is_last]


def _row_in_force(
    order: np.ndarray, head: np.ndarray, first: np.ndarray, spell: np.ndarray, period: np.ndarray
) -> np.ndarray:
    """The row in which each period of a spell begins: the last one at risk from then or before."""
    is_head = np.zeros(len(order), dtype=bool)
    is_head[head] = True
    n_keys = int(max(first.max(), period.max(initial=0))) + 1
    spell_of_row = np.cumsum(is_head[order]) - 1
    key = spell_of_row * n_keys + first[order].astype("int64")
    return order[np.searchsorted(key, spell * n_keys + period, side="right") - 1]


def _in_widths(time: np.ndarray, width: float) -> np.ndarray:
    return np.round(time / width, _DIGITS)


def _refuse_too_short(end: np.ndarray, followed: np.ndarray, exit: str, followed_to: str) -> None:
    n_short = int((followed < end).sum())
    if n_short:
        raise EstimationError(
            f"{n_short} of {len(end)} spells have a {followed_to} before their {exit}.",
            expected="follow-up that lasts to the exit at least.",
            remedy=f"correct {followed_to}: it is when the records would have ended.",
        )


def _refuse_within(is_within: np.ndarray) -> None:
    n_within = int(is_within.sum())
    if n_within:
        raise EstimationError(
            f"{n_within} of {len(is_within)} spells end within a period, without the event.",
            expected="follow-up that is known to the end of each period.",
            remedy="name the column that says when follow-up was to end (followed_to); for those "
            "who left by another event choose censored_within='count', or narrower periods.",
        )


def _refuse_cut(spells: RiskIntervals, ends_within: np.ndarray, begins_within: np.ndarray) -> None:
    n_cut = int(np.isin(spells.entry[begins_within], spells.exit[ends_within]).sum())
    if n_cut:
        raise EstimationError(
            f"{n_cut} of {len(ends_within)} rows begin within a period, when others end without "
            "the event: if they go on from each other, the period is theirs together.",
            expected="a `unit`, which tells whose rows belong together.",
            remedy="name its column; one of distinct values, if each row is a spell of its own.",
        )


def _check(records: pd.DataFrame, entry: np.ndarray, width: float, within: str) -> None:
    if not (np.isfinite(width) and width > 0):
        raise EstimationError(
            f"the width of a period is {width}.",
            expected="a length above zero, in the unit of the times.",
            remedy="give the length of a period.",
        )
    if within not in ("refuse", "count"):
        raise EstimationError(
            f"censored_within is {within}.", expected="refuse or count.", remedy="choose one."
        )
    if PERIOD in records.columns:
        raise EstimationError(
            f"the records have a column called {PERIOD} already.",
            expected="spells, whose periods are yet to be numbered.",
            remedy="rename the column, or use the records as they are.",
        )
    n_before = int((entry < 0).sum())
    if n_before:
        raise EstimationError(
            f"{n_before} of {len(entry)} spells begin before time 0.",
            expected="times from 0 on, where the first period begins.",
            remedy="measure time from an earlier origin.",
        )
