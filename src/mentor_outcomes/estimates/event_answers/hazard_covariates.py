"""Covariates of stretches of employment that change with time, as numbers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.errors import EstimationError

_ONE_DAY = pd.Timedelta(days=1)


def by_period(
    spells: pd.DataFrame, person_months: pd.DataFrame, names: Sequence[str], calendar: Calendar
) -> pd.DataFrame:
    """Stretches cut at the outset of each period in which one of `names` changes, with its value.

    A value is the one recorded on the last day of the period before: nothing is used before it is
    known. Who has no row then was hired since, and is watched from the next period on: they enter
    late. What happens on the first day of a period ends the stretch before. `spells` as
    schema.SPELLS_AT_RISK; memory grows with their periods, before cuts without a change are closed.
    """
    spells = spells.reset_index(drop=True)
    first = calendar.period_of(spells["from_on"]).to_numpy(dtype="int64")
    last_day = spells["until_on"] - _ONE_DAY
    last = np.maximum(calendar.period_of(last_day).to_numpy(dtype="int64"), first)
    n_pieces = last - first + 1
    row = np.repeat(np.arange(len(spells)), n_pieces)
    order = np.arange(len(row)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    period = first[row] + order
    values, is_known = _values_before(spells["person_id"].iloc[row], period, person_months, names)
    is_begin = (order == 0) | _changes(values.assign(is_known=is_known))
    is_end = np.r_[is_begin[1:], True] if len(row) else is_begin
    pieces = spells.iloc[row[is_begin]].reset_index(drop=True)
    begins, ends = calendar.starts(period[is_begin]), calendar.starts(period[is_end] + 1)
    is_first = order[is_begin] == 0
    is_last = order[is_end] == n_pieces[row[is_end]] - 1
    pieces = pieces.assign(
        from_on=pieces["from_on"].where(is_first, pd.Series(begins)),
        until_on=pieces["until_on"].where(is_last, pd.Series(ends)),
        end_event=pieces["end_event"].where(is_last, "none"),
        **{name: values.loc[is_begin, name].to_numpy() for name in names},
    )
    return pieces[is_known[is_begin]].reset_index(drop=True)


def coded(spells: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The named columns as covariates of a model: one column or several for each of them.

    Numbers and flags as they are, the missing set to the mean; text as indicators, the first level
    in order left out. What has missing values has an indicator of these; columns that miss in the
    same rows, as those that one table holds, share it. Refuses dates.
    """
    values = [pd.DataFrame(index=spells.index), *(_levels(spells[name]) for name in names)]
    return pd.concat([*values, _missing(spells[list(names)])], axis="columns")


def _values_before(
    person_id: pd.Series, period: np.ndarray, person_months: pd.DataFrame, names: Sequence[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """One row per piece, in order: `names` in the row of the period before, and if there is one."""
    known = person_months[["person_id", "period", *names]]
    known = known.assign(
        period=known["period"] + 1, **{name: _nullable(known[name]) for name in names}
    )
    asked = pd.DataFrame({"person_id": person_id.to_numpy(), "period": period})
    found = asked.merge(
        known, on=["person_id", "period"], how="left", validate="many_to_one", indicator=True
    )
    return found[list(names)], (found["_merge"] == "both").to_numpy()


def _nullable(column: pd.Series) -> pd.Series:
    """Flags as numbers: somebody without a row has none."""
    return column.astype("float64") if pd.api.types.is_bool_dtype(column.dtype) else column


def _changes(values: pd.DataFrame) -> np.ndarray:
    """Whether a row differs from the one above; missing beside missing is no change."""
    above = values.shift()
    is_same = (values == above) | (values.isna() & above.isna())
    return ~is_same.to_numpy(dtype=bool, na_value=False).all(axis=1)


def _missing(columns: pd.DataFrame) -> pd.DataFrame:
    """An indicator for each set of rows in which some column has no value, named by the first."""
    found: dict[str, np.ndarray] = {}
    for name in columns:
        is_missing = columns[name].isna().to_numpy()
        if is_missing.any() and not any(np.array_equal(is_missing, own) for own in found.values()):
            found[f"{name}_missing"] = is_missing
    return pd.DataFrame(found, index=columns.index)


def _levels(column: pd.Series) -> pd.DataFrame:
    if pd.api.types.is_numeric_dtype(column.dtype):
        value = column.astype("float64")
        return pd.DataFrame({column.name: value.fillna(value.mean())})
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        raise EstimationError(
            f"the column {column.name} to adjust for holds dates.",
            expected="numbers, flags or text.",
            remedy="leave it out of analysis.adjust_for.",
        )
    return pd.get_dummies(column, prefix=column.name, prefix_sep="=", drop_first=True)
