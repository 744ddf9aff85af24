"""Time-to-event rows, checked once: at risk on (entry, exit], with a weight and a cluster."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.same_day import SAME_DAY, after_entry, after_the_event
from mentor_outcomes.estimates.inference.tied_times import merged

_LARGEST = 2.0**53  # beyond it not every whole number is held, and half a day is lost


@dataclass(frozen=True, slots=True, eq=False)
class RiskIntervals:
    """One element per row of the records, in their order.

    entry, exit   the row is at risk on (entry, exit], in the records' unit of time; times that
                  differ by rounding alone are one (`tied_times`)
    weight        above 0
    cluster       0 ... n_clusters - 1; with two cluster columns their distinct combinations
    ways          with two cluster columns, for each (n_clusters,) the cluster a combination is in
    """

    entry: np.ndarray
    exit: np.ndarray
    weight: np.ndarray
    cluster: np.ndarray
    n_clusters: int
    ways: tuple[np.ndarray, ...] = ()


def selected(rows: RiskIntervals, chosen: np.ndarray) -> RiskIntervals:
    """The rows at these positions; clusters keep their codes, so that influences line up."""
    return RiskIntervals(
        rows.entry[chosen],
        rows.exit[chosen],
        rows.weight[chosen],
        rows.cluster[chosen],
        rows.n_clusters,
        rows.ways,
    )


def risk_intervals(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    is_event: np.ndarray,
    weights: str | None,
    cluster: str | Sequence[str] | None,
    same_day: float = SAME_DAY,
    recurs_by: str | Sequence[str] | None = None,
) -> RiskIntervals:
    """The rows as arrays; refuses missing or reversed times and weights that are not above 0.

    Without `entry` every row is at risk from 0; without `cluster` each row is its own. Two columns
    as `cluster`: see `two_way`. An event at the time of entry counts `same_day` later, and with
    `recurs_by`, columns as `cluster`, the row that follows on it begins then (`same_day`).
    """
    columns = cluster_columns(cluster)
    require_columns(records, [entry, exit, weights, *columns])
    n_rows = len(records)
    ends = _times(records, exit)
    starts = np.zeros(n_rows) if entry is None else _times(records, entry)
    starts, ends = merged(starts, ends)
    weight = np.ones(n_rows) if weights is None else numbers(records, weights)
    codes, n_clusters, ways = _cluster_units(records, columns)
    _refuse(ends < starts, "end before they begin", f"{exit} at or after {entry or 'zero'}")
    _refuse(~(weight > 0), f"have a {weights} of zero or less", "weights above zero")
    moved = after_entry(starts, ends, is_event, same_day)
    if recurs_by is not None and moved is not ends:
        unit, _, _ = _cluster_units(records, cluster_columns(recurs_by))
        starts = after_the_event(starts, ends, is_event, unit, same_day)
    return RiskIntervals(starts, moved, weight, codes, n_clusters, ways)


def refuse_text(covariates: object) -> None:
    """Refuse the name of one column where a list of them is wanted: its letters would be taken."""
    if isinstance(covariates, str):
        raise EstimationError(
            f"covariates is the text {covariates}.",
            expected="a list of columns.",
            remedy=f"write covariates=['{covariates}'].",
        )


def require_columns(
    records: pd.DataFrame, names: Sequence[str | None], *, of: str | None = None
) -> None:
    """Refuse records without rows, or without one of the named columns, or with it twice.

    of   what the records are called, where the names of their columns are not the caller's choice
    """
    listed = [name for name in names if not isinstance(name, Hashable)]
    if listed:
        raise EstimationError(
            f"{listed[0]} was given where one column is named.",
            expected="the name of a column.",
            remedy="write the name without brackets; join several columns into one first.",
        )
    missing = [name for name in names if name is not None and name not in records.columns]
    if missing:
        raise EstimationError(
            f"the {of or 'records'} have no column {', '.join(map(str, missing))}.",
            expected=f"one of {', '.join(map(str, records.columns))}."
            if of is None
            else f"the columns {', '.join(map(str, names))}.",
            remedy=f"rename the column in the {of}."
            if of
            else "correct the column's name in the call.",
        )
    repeated = set(names) & set(records.columns[records.columns.duplicated()])
    if repeated:
        raise EstimationError(
            f"several columns of the records are called {', '.join(sorted(map(str, repeated)))}.",
            expected="columns with names of their own.",
            remedy="rename or drop all but one of them.",
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
    is_number = pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column)
    if not is_number or pd.api.types.is_complex_dtype(column.dtype):
        raise EstimationError(
            f"the column {name} holds {column.dtype}.",
            expected="numbers; times as numbers of days, levels as columns of 0 and 1.",
            remedy=f"convert {name} first.",
        )
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    _refuse(~np.isfinite(values), f"have no finite {name}", f"a number in every {name}")
    return values


def weights_of(records: pd.DataFrame, name: str | None) -> np.ndarray:
    """A column of finite weights of 0 or more; without a name 1 for every row."""
    if name is None:
        return np.ones(len(records))
    values = numbers(records, name)
    _refuse(values < 0, f"have a {name} below zero", "weights of zero or more")
    return values


def whole_numbers(records: pd.DataFrame, name: str) -> np.ndarray:
    """A column of whole numbers, as periods are, none of them missing."""
    if isinstance(records[name].dtype, np.dtype) and records[name].dtype.kind == "i":
        return records[name].to_numpy(dtype="int64")
    values = numbers(records, name)
    _refuse(values % 1 != 0, f"have no whole number as {name}", f"a whole number in every {name}")
    return values.astype("int64")


def days(records: pd.DataFrame, name: str, *, may_lack: bool = False) -> pd.Series:
    """A column of days, none of them missing unless they may be."""
    column = records[name]
    if not pd.api.types.is_datetime64_dtype(column.dtype):
        raise EstimationError(
            f"the column {name} holds {column.dtype}.",
            expected="days, as datetime64 without a time zone.",
            remedy=f"convert {name} first.",
        )
    require_known(records, [] if may_lack else [name])
    return column


def require_known(records: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse rows in which one of the named columns is missing."""
    for name in names:
        _refuse(records[name].isna().to_numpy(), f"have no {name}", f"a value in every {name}")


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


def cluster_columns(cluster: str | Sequence[str] | None) -> tuple[str, ...]:
    """The names of no, one or two cluster columns."""
    if cluster is None:
        return ()
    columns = (cluster,) if isinstance(cluster, str) else tuple(cluster)
    if not 1 <= len(columns) <= 2 or len(set(columns)) < len(columns):
        raise EstimationError(
            f"errors are to be clustered by {', '.join(columns) or 'nothing'}.",
            expected="one column, or two different ones.",
            remedy="name the units that were drawn, such as people, or people and mentors.",
        )
    return columns


def _cluster_units(records: pd.DataFrame, columns: Sequence[str]):
    """Per row its unit, the number of units, and with two columns the clusters of each unit."""
    if len(columns) < 2:
        return *cluster_codes(records, columns[0] if columns else None), ()
    (first, _), (second, n_second) = (cluster_codes(records, name) for name in columns)
    unit, found = pd.factorize(first.astype("int64") * n_second + second)
    return unit, len(found), (found // n_second, found % n_second)


def _times(records: pd.DataFrame, name: str) -> np.ndarray:
    times = numbers(records, name)
    _refuse(
        np.abs(times) > _LARGEST,
        f"have a {name} beyond 2^53, which a number cannot hold to the unit",
        "times from an origin that is not far away, or in a larger unit",
    )
    return times


def _refuse(is_wrong: np.ndarray, found: str, expected: str) -> None:
    n_wrong = int(is_wrong.sum())
    if n_wrong:
        raise EstimationError(
            f"{n_wrong} of {len(is_wrong)} rows {found}.",
            expected=f"{expected}.",
            remedy="correct these rows, or leave them out with a count.",
        )
