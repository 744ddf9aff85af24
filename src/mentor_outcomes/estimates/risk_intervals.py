"""Time-to-event rows, checked once: at risk on (entry, exit], with a weight and a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError

SAME_DAY = 0.5
"""An event on the day of entry counts as half a day after it; 0.5 if time is in days."""


@dataclass(frozen=True, slots=True, eq=False)
class RiskIntervals:
    """One element per row of the records, in their order.

    entry, exit   the row is at risk on (entry, exit], in the records' unit of time
    weight        above 0
    cluster       0 ... n_clusters - 1
    """

    entry: np.ndarray
    exit: np.ndarray
    weight: np.ndarray
    cluster: np.ndarray
    n_clusters: int


def risk_intervals(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    is_event: np.ndarray,
    weights: str | None,
    cluster: str | None,
    same_day: float = SAME_DAY,
) -> RiskIntervals:
    """The rows as arrays; refuses missing or reversed times and weights that are not above 0.

    Without `entry` every row is at risk from 0; without `cluster` each row is its own.
    """
    require_columns(records, [entry, exit, weights, cluster])
    n_rows = len(records)
    ends = numbers(records, exit)
    starts = np.zeros(n_rows) if entry is None else numbers(records, entry)
    weight = np.ones(n_rows) if weights is None else numbers(records, weights)
    codes, n_clusters = cluster_codes(records, cluster)
    _refuse(ends < starts, "end before they begin", f"{exit} at or after {entry or 'zero'}")
    _refuse(~(weight > 0), f"have a {weights} of zero or less", "weights above zero")
    ends = np.where(is_event & (ends == starts), ends + same_day, ends)
    return RiskIntervals(starts, ends, weight, codes, n_clusters)


def require_columns(records: pd.DataFrame, names: Sequence[str | None]) -> None:
    """Refuse records without rows or without one of the named columns."""
    missing = [name for name in names if name is not None and name not in records.columns]
    if missing:
        raise EstimationError(
            f"the records have no column {', '.join(missing)}.",
            expected=f"one of {', '.join(map(str, records.columns))}.",
            remedy="correct the column's name in the call.",
        )
    if records.empty:
        raise EstimationError(
            "there are no records.",
            expected="one row per interval at risk.",
            remedy="look at the selection of people that comes before.",
        )


def numbers(records: pd.DataFrame, name: str) -> np.ndarray:
    """A column as numbers, none of them missing or infinite."""
    column = records[name]
    if not (pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column)):
        raise EstimationError(
            f"the column {name} holds {column.dtype}.",
            expected="numbers; times as numbers of days, levels as columns of 0 and 1.",
            remedy=f"convert {name} first.",
        )
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    _refuse(~np.isfinite(values), f"have no finite {name}", f"a number in every {name}")
    return values


def flags(records: pd.DataFrame, name: str) -> np.ndarray:
    """A column of true/false or 1/0 as booleans."""
    values = numbers(records, name)
    _refuse(~np.isin(values, (0.0, 1.0)), f"hold neither 0 nor 1 in {name}", "true or false")
    return values == 1.0


def cluster_codes(records: pd.DataFrame, name: str | None) -> tuple[np.ndarray, int]:
    """Whole numbers from 0 that stand for the column's values, and how many values there are."""
    if name is None:
        return np.arange(len(records)), len(records)
    codes, values = pd.factorize(records[name])
    _refuse(codes < 0, f"have no {name}", f"a value in every {name}")
    return codes, len(values)


def _refuse(is_wrong: np.ndarray, found: str, expected: str) -> None:
    n_wrong = int(is_wrong.sum())
    if n_wrong:
        raise EstimationError(
            f"{n_wrong} of {len(is_wrong)} rows {found}.",
            expected=f"{expected}.",
            remedy="correct these rows, or leave them out with a count.",
        )
