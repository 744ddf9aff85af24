"""Per row of a panel, how many periods ago its unit's exposure began, as columns of 0 and 1."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    cluster_codes,
    flags,
    numbers,
    require_columns,
)
from mentor_outcomes.estimates.panel.fixed_effects_rows import with_missing

REFERENCE = -1


@dataclass(frozen=True, slots=True, eq=False)
class EventTimeColumns:
    """One column per moment, the reference left out.

    moments      (n_moments,) periods since the start; the ends hold what lies beyond
    values       (n_moments, n_rows) switches on less switches off at that distance
    n_units_at   (n_moments,) units with an outcome there
    is_used      (n_rows,) all rows but those of units exposed when first seen
    """

    moments: np.ndarray
    values: np.ndarray
    n_units_at: np.ndarray
    is_used: np.ndarray
    goes_off: bool
    n_already: int


def event_time_columns(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    exposure: str,
    leads: int,
    lags: int,
) -> EventTimeColumns:
    """The columns, in the order of the panel's rows; see `event_time_effects`."""
    _refuse_window(leads, lags)
    require_columns(panel, list(dict.fromkeys([unit, period, outcome, exposure])))
    of_unit, n_units = cluster_codes(panel, unit)
    times, is_on = _whole(panel, period), flags(panel, exposure)
    has_outcome = np.isfinite(with_missing(panel, outcome))
    order = np.lexsort((times, of_unit))
    switched = _switches(of_unit[order], times[order], is_on[order])
    is_first = np.diff(of_unit[order], prepend=-1) > 0
    already = np.zeros(n_units, dtype=bool)
    already[of_unit[order][is_first]] = is_on[order][is_first]
    is_used = ~already[of_unit]
    moments = np.array([k for k in range(-leads, lags + 1) if k != REFERENCE])
    values = _columns(of_unit, times, switched, n_units, leads, lags)
    values = np.delete(values, leads + REFERENCE, axis=0)
    counted = is_used & has_outcome
    n_units_at = np.array([len(np.unique(of_unit[(row != 0) & counted])) for row in values])
    return EventTimeColumns(
        moments=moments,
        values=values,
        n_units_at=n_units_at,
        is_used=is_used,
        goes_off=bool((switched[2][~already[switched[0]]] < 0).any()),
        n_already=int(already.sum()),
    )


def _switches(of_unit, times, is_on) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit, period and sign of every switch, of rows in order of unit and period."""
    sign = np.diff(is_on.astype("int8"), prepend=0)
    within = np.diff(of_unit, prepend=-1) == 0
    at = np.flatnonzero(within & (sign != 0))
    return of_unit[at], times[at], sign[at].astype("float64")


def _columns(of_unit, times, switched, n_units: int, leads: int, lags: int) -> np.ndarray:
    """Signed switches by distance from -leads to lags, (leads + lags + 1, n_rows)."""
    unit, at, sign = switched
    values = np.zeros((leads + lags + 1, len(of_unit)))
    # The first switch of every unit, then every second one, and so on: few rounds.
    number = pd.Series(unit).groupby(unit).cumcount().to_numpy()
    for turn in range(int(number.max()) + 1 if len(number) else 0):
        chosen = number == turn
        time, signs = np.full(n_units, np.nan), np.zeros(n_units)
        time[unit[chosen]], signs[unit[chosen]] = at[chosen], sign[chosen]
        rows = np.flatnonzero(np.isfinite(time[of_unit]))
        distance = np.clip(times[rows] - time[of_unit[rows]], -leads, lags).astype("int64")
        values[distance + leads, rows] += signs[of_unit[rows]]
    return values


def _whole(panel: pd.DataFrame, period: str) -> np.ndarray:
    times = numbers(panel, period)
    if (times != np.round(times)).any():
        raise EstimationError(
            f"{period} holds numbers that are not whole.",
            expected="periods counted 0, 1, 2, ...",
            remedy="number the periods first.",
        )
    return times


def _refuse_window(leads: int, lags: int) -> None:
    if leads < 2 or lags < 0 or leads != int(leads) or lags != int(lags):
        raise EstimationError(
            f"{leads} leads and {lags} lags were asked for.",
            expected="2 leads or more (the first period before the start is the reference), and 0 "
            "lags or more; whole numbers.",
            remedy="correct the call.",
        )
