"""Which sensitivities may be told beside the estimate that they vary, and beside each other."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.release.counts import is_small
from mentor_outcomes.release.steps import WHOSE, main_first, main_horizons

_VARIES = {"mean_count": "cumulative_incidence", "mean_count_difference": "risk_difference"}
"""Method and quantity of a sensitivity -> those of the row that it varies, where they differ."""
_SAME = [*WHOSE, "of_method", "of_quantity"]
_ARMS = ("mentored", "comparison")
PARTS_OF_FOLLOW_UP = ("first 12 months", "after 12 months")
"""Parts of one follow-up: with the ratio of all of it, one part tells about the other."""
NOT_MAIN = "hidden: the estimate that it varies is hidden"
NOT_BOTH = "hidden: the other part of the follow-up is hidden"


def why_beside_main(estimates: pd.DataFrame, hidden: pd.Series, minimum: int) -> pd.Series:
    """Why sensitivities are hidden, missing where they are not; rows of the main variant never are.

    A sensitivity asks nearly the same people again: the difference of two figures may be about a
    few. One is told only where the main row of its horizon is told, and where in every count of an
    arm (people, with the event, without it) it differs from that row, and from each sensitivity
    told before it of the same quantity and people, by nobody or by `minimum` people or more. Of the
    same people, two horizons of one sensitivity lie apart by as many events, as the main ones do.
    Sensitivities come in the order of their names, the main horizon first.

    hidden   whether each row is hidden for reasons of its own
    """
    rows = estimates.assign(
        of_method=estimates["method"].replace(_VARIES),
        of_quantity=estimates["quantity"].replace(_VARIES),
        **_people(estimates),
    )
    why = pd.Series(None, index=estimates.index, dtype="object")
    is_main = rows["variant"] == schema.MAIN
    is_told = (rows["status"] == "estimated") & ~hidden
    for _, own in rows[~is_main & (rows["status"] == "estimated")].groupby(_SAME, sort=True):
        of_same = _of_same(rows[is_main & is_told], own.iloc[0])
        for place, reason in _reasons(own[is_told[own.index]], of_same, estimates, minimum):
            why[place] = reason
    return _with_other_part(rows, why, hidden)


def _reasons(
    own: pd.DataFrame, of_same: pd.DataFrame, estimates: pd.DataFrame, minimum: int
) -> Iterator[tuple[object, str]]:
    """Place of each row of `own` that is to be hidden, and why."""
    told = of_same
    order = main_first(own["horizon_months"], main_horizons(estimates)) or [np.nan]
    rank = {month: place for place, month in enumerate(order)}
    own = own.assign(rank=own["horizon_months"].map(rank).fillna(-1))
    for place, row in own.sort_values(["variant", "rank"]).iterrows():
        reason = _why(row, of_same, told, minimum)
        if reason:
            yield place, reason
        else:
            told = pd.concat([told, own.loc[[place]]])


def _why(row: pd.Series, of_same: pd.DataFrame, told: pd.DataFrame, minimum: int) -> str | None:
    if not _at(of_same, row["horizon_months"]).any():
        return NOT_MAIN
    beside = told[_at(told, row["horizon_months"])]
    is_alike = (beside["quantity"] == row["quantity"]) & _is_of_same_people(beside, row, minimum)
    beside = beside[is_alike | (beside["variant"] == schema.MAIN)]
    near = beside[_differs_by_few(beside, row, list(_people(beside)), minimum)]
    if len(near):
        other = near["variant"].iloc[0]
        name = "the main estimate" if other == schema.MAIN else f"'{other}'"
        return f"hidden: it differs from {name} by fewer than {minimum} people of a group"
    own = told[(told["variant"] == row["variant"]) & ~_at(told, row["horizon_months"])]
    own = own[_is_of_same_people(own, row, minimum)]
    near = own[_differs_by_few(own, row, [f"n_events_{arm}" for arm in _ARMS], minimum)]
    if len(near):
        first, last = sorted((near["horizon_months"].iloc[0], row["horizon_months"]))
        return (
            f"hidden: fewer than {minimum} more people of a group had the event between months "
            f"{first:g} and {last:g}"
        )
    return None


def _people(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Counts of each arm that two rows are compared by: people, with the event, without it."""
    return {
        name: counts
        for arm in _ARMS
        for name, counts in (
            (f"n_{arm}", rows[f"n_{arm}"]),
            (f"n_events_{arm}", rows[f"n_events_{arm}"]),
            (f"n_without_{arm}", rows[f"n_{arm}"] - rows[f"n_events_{arm}"]),
        )
    }


def _differs_by_few(
    rows: pd.DataFrame, row: pd.Series, names: list[str], minimum: int
) -> pd.Series:
    gaps = pd.DataFrame({name: (rows[name] - row[name]).abs() for name in names}, index=rows.index)
    return gaps.apply(is_small, minimum=minimum).any(axis="columns")


def _is_of_same_people(rows: pd.DataFrame, row: pd.Series, minimum: int) -> pd.Series:
    gaps = [(rows[f"n_{arm}"] - row[f"n_{arm}"]).abs() < minimum for arm in _ARMS]
    return np.logical_and.reduce(gaps)


def _of_same(rows: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    return rows[np.logical_and.reduce([rows[name] == row[name] for name in _SAME])]


def _at(rows: pd.DataFrame, horizon: float) -> pd.Series:
    months = rows["horizon_months"]
    return months.isna() if np.isnan(horizon) else months == horizon


def _with_other_part(rows: pd.DataFrame, why: pd.Series, hidden: pd.Series) -> pd.Series:
    """`why`, and the other part of a follow-up wherever one part is hidden."""
    parts = rows[rows["variant"].isin(PARTS_OF_FOLLOW_UP) & (rows["status"] == "estimated")]
    is_out = (hidden | why.notna())[parts.index]
    any_out = is_out.groupby([parts[name] for name in _SAME]).transform("any")
    return why.mask(any_out.reindex(why.index, fill_value=False) & why.isna() & ~hidden, NOT_BOTH)
