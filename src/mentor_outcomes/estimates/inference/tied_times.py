"""Times that differ by rounding alone are one time, in the records and among those asked for."""

from collections.abc import Iterable
from numbers import Real

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError

_ROUNDING = float(np.sqrt(np.finfo("float64").eps))  # of the mean time, as R's survival::aeqSurv
_OF_A_UNIT = 1e-9  # whole numbers are apart, however large: what may be taken for one of them


def merged(*times: np.ndarray) -> tuple[np.ndarray, ...]:
    """The arrays with times that differ by rounding alone, such as 0.1 + 0.2 and 0.3, made equal.

    Those are one time that follow each other by less than 1.5e-8 of the mean of the distinct times,
    which takes the value of the first, as in R's `survival::aeqSurv`. That also merges by 1.5e-8 of
    the unit, whatever it is; here the unit does not matter. Whole numbers are left as they are.
    """
    if all(_are_whole(part) for part in times):
        return times
    distinct = _distinct(times)
    begins = np.concatenate([[True], np.diff(distinct) > _ROUNDING * np.abs(distinct).mean()])
    if begins.all():
        return times
    value = distinct[begins][np.cumsum(begins) - 1]
    return tuple(_replaced(part, distinct[~begins], value[~begins]) for part in times)


def stated_times(at: float | Iterable[float]) -> np.ndarray:
    """The times `at`, one number or several; refuses text, negative and missing ones."""
    try:
        listed = [at] if isinstance(at, Real) else list(at)
    except TypeError:
        listed = [at]
    if isinstance(at, str) or not all(
        isinstance(time, Real) and not isinstance(time, bool) for time in listed
    ):
        raise EstimationError(
            "the times `at` are not all numbers.",
            expected="a number, or several, in the unit of entry and exit.",
            remedy="state the times as numbers: at=[12, 24], not at='12'.",
        )
    times = np.array(listed, dtype="float64")
    if not np.isfinite(times).all() or (times < 0).any() or len(times) == 0:
        raise EstimationError(
            "the times `at` are empty, negative, missing or infinite.",
            expected="numbers of zero or more, in the unit of entry and exit.",
            remedy="state the times at which estimates are wanted.",
        )
    return times


def as_recorded(at: np.ndarray, *times: np.ndarray) -> np.ndarray:
    """`at`, with those that are a time of the records but for rounding given its very value."""
    distinct = _distinct(times)
    tolerance = _ROUNDING * np.abs(distinct).mean()
    if _are_whole(distinct):
        tolerance = min(tolerance, _OF_A_UNIT)
    after = np.searchsorted(distinct, at).clip(max=len(distinct) - 1)
    before = np.maximum(after - 1, 0)
    is_before = np.abs(distinct[before] - at) < np.abs(distinct[after] - at)
    nearest = distinct[np.where(is_before, before, after)]
    return np.where(np.abs(nearest - at) <= tolerance, nearest, at)


def _replaced(times: np.ndarray, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    place = np.searchsorted(old, times).clip(max=len(old) - 1)
    return np.where(old[place] == times, new[place], times)


def _are_whole(times: np.ndarray) -> bool:
    return bool((times == np.floor(times)).all())


def _distinct(times: Iterable[np.ndarray]) -> np.ndarray:
    """In order; by a hash first, which is fast where days recur."""
    return np.unique(np.concatenate([pd.unique(part) for part in times]))
