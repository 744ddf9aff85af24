"""The rows of a panel that say something about changes within units, as arrays, checked once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import refuse_text, require_columns


@dataclass(frozen=True, slots=True, eq=False)
class PanelRows:
    """One element per used row, in the order of the panel.

    outcome        (n_rows,)
    regressors     (n_regressors, n_rows)
    constants      (n_constants, n_units) columns that never change within a unit
    unit, period   (n_rows,) codes of `units` and `periods`
    cluster        (n_rows,) codes 0 ... n_clusters - 1, the same as `unit` if they are the units
    n_switchers    (n_regressors,) units within which the regressor changes
    n_missing      rows left out: outcome, a regressor, unit, period or cluster is missing
    n_singletons   rows left out: the only one of their unit, which says nothing about changes
    """

    outcome: np.ndarray
    regressors: np.ndarray
    constants: np.ndarray
    unit: np.ndarray
    period: np.ndarray
    cluster: np.ndarray
    units: np.ndarray
    periods: np.ndarray
    n_clusters: int
    n_switchers: np.ndarray
    n_missing: int
    n_singletons: int


def panel_rows_of_changes(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    regressors: Sequence[str],
    cluster: str,
    constants: Sequence[str] = (),
    keep_singletons: bool = False,
) -> PanelRows:
    """Rows without a missing value, of units with two such rows or more; refuses what is no panel.

    keep_singletons   units with a single row too: they say nothing about changes, but of levels

    Raises EstimationError: a unit and period twice, a single period, an outcome that never changes
    within a unit, a regressor that nobody switches, text or infinite numbers.
    """
    refuse_text(regressors)
    named = [unit, period, outcome, *regressors, *constants, cluster]
    require_columns(panel, list(dict.fromkeys(named)))
    _refuse_no_regressor(regressors)
    values = [with_missing(panel, name) for name in (outcome, *regressors, *constants)]
    is_complete = np.logical_and.reduce([~np.isnan(column) for column in values])
    codes = {}
    for name in dict.fromkeys((unit, period, cluster)):
        codes[name] = _codes(panel[name])
        is_complete &= codes[name] >= 0
    n_complete = int(np.count_nonzero(is_complete))
    used = np.arange(len(panel)) if n_complete == len(panel) else np.flatnonzero(is_complete)
    if not keep_singletons:
        used = _of_units_seen_twice(used, codes[unit])
    levels = {name: _renumbered(panel[name], code, used) for name, code in codes.items()}
    values = np.array(values if len(used) == len(panel) else [row[used] for row in values])
    (of_unit, units, of_each), (of_period, periods, _) = levels[unit], levels[period]
    _refuse_what_is_no_panel(of_unit, of_period, unit, period)
    n_varying = np.array([_n_varying(column, of_unit, of_each) for column in values[1:]])
    n_regressors = len(regressors)
    _refuse_constant(values[0], of_unit, of_each, outcome)
    _refuse_still(n_varying[:n_regressors], regressors)
    _refuse_moving(n_varying[n_regressors:], constants)
    of_cluster, clusters, _ = levels[cluster]
    return PanelRows(
        outcome=values[0],
        regressors=values[1 : 1 + n_regressors],
        constants=values[1 + n_regressors :, of_each],
        unit=of_unit,
        period=of_period,
        cluster=of_cluster,
        units=units,
        periods=periods,
        n_clusters=len(clusters),
        n_switchers=n_varying[:n_regressors],
        n_missing=len(panel) - n_complete,
        n_singletons=n_complete - len(used),
    )


def refuse_crossing(
    rows: PanelRows, unit: str, cluster: str, *, expected: str, remedy: str = ""
) -> None:
    """Refuse units that lie in several clusters; `expected` and `remedy` end these sentences."""
    of_unit = np.zeros(len(rows.units), dtype=rows.cluster.dtype)
    of_unit[rows.unit] = rows.cluster
    n_crossing = len(np.unique(rows.unit[rows.cluster != of_unit[rows.unit]]))
    if n_crossing:
        raise EstimationError(
            f"{n_crossing} of {len(rows.units)} values of {unit} lie in more than one {cluster}.",
            expected=f"each unit in one cluster: {expected}.",
            remedy=f"cluster by {unit}, or by where it was first{remedy}.",
        )


def with_missing(panel: pd.DataFrame, name: str) -> np.ndarray:
    """A column as numbers, some of them perhaps missing, none infinite."""
    column = panel[name]
    is_number = pd.api.types.is_numeric_dtype(column.dtype)
    # Flags with missing values among them have no type of their own.
    is_number = is_number or bool(column.dropna().isin([True, False]).all())
    if not is_number or pd.api.types.is_complex_dtype(column.dtype):
        raise EstimationError(
            f"the column {name} holds {column.dtype}.",
            expected="numbers or flags; levels as columns of 0 and 1.",
            remedy=f"convert {name} first.",
        )
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    n_infinite = int(np.isinf(values).sum())
    if n_infinite:
        raise EstimationError(
            f"{n_infinite} of {len(values)} rows have an infinite {name}.",
            expected="finite or missing numbers; the logarithm of zero pay is neither.",
            remedy="correct these rows, or set them missing.",
        )
    return values


def _renumbered(
    column: pd.Series, codes: np.ndarray, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes 0, 1, ... of the levels that the used rows have, these levels, a row of each."""
    of_row = codes if len(used) == len(codes) else codes[used]
    n_levels = int(of_row.max()) + 1 if len(used) else 0
    row = _row_of_each(of_row, n_levels)
    kept = np.flatnonzero(row >= 0)
    if len(kept) < n_levels:
        new = np.empty(n_levels, dtype=of_row.dtype)
        new[kept] = np.arange(len(kept))
        of_row = new[of_row]
    return of_row, column.take(used[row[kept]]).to_numpy(), row[kept]


def _of_units_seen_twice(used: np.ndarray, of_unit: np.ndarray) -> np.ndarray:
    of_row = of_unit if len(used) == len(of_unit) else of_unit[used]
    n_of_unit = np.bincount(of_row, minlength=1)
    return used[n_of_unit[of_row] > 1] if (n_of_unit == 1).any() else used


def _codes(column: pd.Series) -> np.ndarray:
    """Whole numbers from 0 for the values of a column, -1 where missing; some may go unused."""
    if column.dtype == np.int64 and len(column):
        values = column.to_numpy()
        lowest, highest = int(values.min()), int(values.max())
        if highest - lowest <= 2 * len(values):  # close together: no look-up needed
            return values - lowest
    return pd.factorize(column)[0]


def _row_of_each(codes: np.ndarray, n_levels: int) -> np.ndarray:
    """(n_levels,) position of one row of each code; -1: none."""
    row = np.full(n_levels, -1)
    row[codes] = np.arange(len(codes))
    return row


def _n_varying(values: np.ndarray, unit: np.ndarray, of_each: np.ndarray) -> int:
    """Units within which the column takes more than one value."""
    differs = unit[values != values[of_each][unit]]
    return int(np.count_nonzero(np.bincount(differs, minlength=1)))


def _refuse_no_regressor(regressors: Sequence[str]) -> None:
    if len(regressors) == 0 or len(set(regressors)) < len(regressors):
        raise EstimationError(
            f"the regressors are {', '.join(map(str, regressors)) or 'none'}.",
            expected="one column or more, each once.",
            remedy="name the columns whose coefficients are wanted.",
        )


def _refuse_what_is_no_panel(
    of_unit: np.ndarray, of_period: np.ndarray, unit: str, period: str
) -> None:
    n_periods = int(of_period.max()) + 1 if len(of_period) else 0
    cells = of_unit.astype("int64") * n_periods + of_period
    n_distinct = _n_distinct(cells)
    if n_distinct < len(cells):
        raise EstimationError(
            f"{len(cells) - n_distinct} of {len(cells)} rows repeat the {unit} and {period} of "
            "another.",
            expected="one row per unit and period.",
            remedy="bring the records to one row per unit and period first.",
        )
    if n_periods < 2:
        raise EstimationError(
            "there are fewer than two periods in which anyone is seen more than once.",
            expected="two or more: effects are changes within a unit.",
            remedy="lengthen the observed window, or use an outcome recorded more often.",
        )


def _n_distinct(cells: np.ndarray) -> int:
    """How many different whole numbers these are; counted in place where they lie close."""
    most = int(cells.max()) + 1 if len(cells) else 0
    if most <= 16 * len(cells):
        is_seen = np.zeros(most, dtype=bool)
        is_seen[cells] = True
        return int(is_seen.sum())
    return len(pd.unique(cells))


def _refuse_constant(
    values: np.ndarray, unit: np.ndarray, of_each: np.ndarray, outcome: str
) -> None:
    first = slice(0, 1000)  # as a rule the first rows show it
    if (values[first] != values[of_each[unit[first]]]).any():
        return
    if not _n_varying(values, unit, of_each):
        raise EstimationError(
            f"{outcome} never changes within a unit.",
            expected="an outcome that varies.",
            remedy="check that the outcome was read with its history, not only its last value.",
        )


def _refuse_still(n_varying: np.ndarray, regressors: Sequence[str]) -> None:
    still = [name for name, n in zip(regressors, n_varying, strict=True) if n == 0]
    if still:
        raise EstimationError(
            f"nobody switches {', '.join(still)}: constant within every unit.",
            expected="units in which each regressor changes.",
            remedy="leave it out, or observe people both before and after they switch.",
        )


def _refuse_moving(n_varying: np.ndarray, constants: Sequence[str]) -> None:
    moving = [name for name, n in zip(constants, n_varying, strict=True) if n]
    if moving:
        raise EstimationError(
            f"{', '.join(moving)} change within units.",
            expected="constants: columns with one value per unit.",
            remedy="name them among the regressors.",
        )
