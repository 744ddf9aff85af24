"""Events on the day of entry: they count a little later, or with the row that they follow."""

from numbers import Real

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError

SAME_DAY = 0.5
"""An event on the day of entry counts as half a day after it; 0.5 if time is in days."""


def after_entry(
    entry: np.ndarray, exit: np.ndarray, is_event: np.ndarray, same_day: float
) -> np.ndarray:
    """The exits, those of events at the time of entry `same_day` later.

    Refuses a `same_day` by which such an event would overtake or meet another time, as half a year
    does where the records' unit is the year, or that is lost in rounding. Times at which as many
    rows begin as end, without an event, are no hindrance: rows may be cut anywhere.
    """
    if not (isinstance(same_day, Real) and np.isfinite(same_day) and same_day > 0):
        raise EstimationError(
            f"same_day is {same_day}.",
            expected="a time above zero, in the unit of entry and exit.",
            remedy="state a time shorter than any between two days of the records.",
        )
    is_late = is_event & (exit == entry)
    if not is_late.any():
        return exit
    day = np.unique(entry[is_late])
    if (day + same_day <= day).any():
        raise EstimationError(
            f"{int(is_late.sum())} events are at the time of entry, which same_day ({same_day:g}) "
            "cannot move: the times are too large to hold it.",
            expected="times from an origin that is not far away.",
            remedy="measure time from a later origin, or in a larger unit.",
        )
    enters, leaves = (_is_just_after(times, day, same_day) for times in (entry, exit))
    n_overtaken = int((leaves & is_event).sum())
    if n_overtaken or not np.array_equal(np.sort(entry[enters]), np.sort(exit[leaves])):
        raise EstimationError(
            f"{int(is_late.sum())} events are at the time of entry, and within same_day "
            f"({same_day:g}) after them {int(enters.sum())} rows begin and {int(leaves.sum())} "
            f"end, {n_overtaken} of these in an event.",
            expected="a same_day, in the unit of entry and exit, within which nothing else happens "
            "(0.5 is for whole days).",
            remedy="state same_day in your unit: half a day is 0.5 / 365.25 of a year.",
        )
    return np.where(is_late, exit + same_day, exit)


def after_the_event(
    entry: np.ndarray, exit: np.ndarray, is_event: np.ndarray, unit: np.ndarray, same_day: float
) -> np.ndarray:
    """The entries, those later by `same_day` whose row follows on an event at the time of entry.

    The unit of such a row would otherwise be at risk twice at that time. As units count those whose
    rows do not overlap: others, such as firms, hold several.
    """
    single, is_late = ~overlapping(entry, exit, unit), is_event & (entry == exit)
    is_long = single & (entry < exit)
    by_entry, by_exit = (pd.MultiIndex.from_arrays([unit, times]) for times in (entry, exit))
    late = by_entry[is_late & single]
    goes_on = late.isin(by_entry[is_long]) | late.isin(by_exit[is_long])
    n_twice = int((late.duplicated() & goes_on).sum())
    if n_twice:
        raise EstimationError(
            f"{n_twice} rows begin and end with an event when another of their cluster does.",
            expected="at most one event at the time of entry of a row.",
            remedy="give several events of one day times of their own, or count them as one.",
        )
    return np.where(is_long & by_entry.isin(late), entry + same_day, entry)


def overlapping(entry: np.ndarray, exit: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Whether rows of each row's unit overlap."""
    order = np.lexsort((exit, entry, unit))
    codes, begins, ends = unit[order], entry[order], exit[order]
    overlaps = np.flatnonzero((codes[1:] == codes[:-1]) & (begins[1:] < ends[:-1]))
    return np.bincount(codes[overlaps], minlength=int(unit.max()) + 1)[unit] > 0


def _is_just_after(times: np.ndarray, day: np.ndarray, same_day: float) -> np.ndarray:
    """Whether each is later than one of the days, which ascend, by `same_day` at most."""
    place = np.searchsorted(day, times, side="left") - 1
    return (place >= 0) & (times <= day[place] + same_day)
