"""Which estimates may be told beside the one that they vary or speak of, and beside each other."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.release.counts import is_small
from mentor_outcomes.release.leavings import is_bound
from mentor_outcomes.release.steps import WHOSE, main_first, main_horizons

_DIFFERENCE = ("matched_difference", "difference")
VARIES = {
    ("mean_count", "mean_count_difference"): ("cumulative_incidence", "risk_difference"),
    ("matched_difference", "difference_through_grade"): _DIFFERENCE,
    ("matched_difference", "difference_within_grade"): _DIFFERENCE,
    ("parallel_trends", "robust_interval"): _DIFFERENCE,
    ("parallel_trends", "breakdown"): _DIFFERENCE,
    ("parallel_trends", "detectable_trend"): _DIFFERENCE,
    ("lee_bounds", "lower_bound"): _DIFFERENCE,
    ("lee_bounds", "upper_bound"): _DIFFERENCE,
    ("tipping_point", "to_zero"): _DIFFERENCE,
    ("tipping_point", "to_interval"): _DIFFERENCE,
    ("tipping_point", "standardised_to_zero"): _DIFFERENCE,
    ("tipping_point", "standardised_to_interval"): _DIFFERENCE,
}
"""Method and quantity of an estimate -> those of the row that it varies, adds up to or speaks of.

Rows of other variants vary the main row of their own method and quantity. A tipping point is the
difference over a share, a breakdown says how far it is from zero: where the difference is hidden
they would tell it.
"""
_SAME = [*WHOSE, "of_method", "of_quantity"]
_ARMS = ("mentored", "comparison")
PARTS_OF_FOLLOW_UP = ("first 12 months", "after 12 months")
"""Parts of one follow-up: with the ratio of all of it, one part tells about the other."""
NOT_MAIN = "hidden: the estimate that it varies is hidden"
NOT_BOTH = "hidden: the other part of the follow-up is hidden"


def why_beside_main(estimates: pd.DataFrame, hidden: pd.Series, minimum: int) -> pd.Series:
    """Why sensitivities are hidden, missing where they are not; the rows that they vary never are.

    A sensitivity asks nearly the same people again: the difference of two figures may be about a
    few. One is told only where the main row of its horizon is told, and where it differs from that
    row, and from each sensitivity told before it of the same quantity and people, by nobody or by
    `minimum` people or more (`_gaps`). Of the same people, two horizons of one sensitivity lie
    apart by as many events, as the main ones do. Sensitivities come in the order of their names,
    the main horizon first.

    hidden   whether each row is hidden for reasons of its own
    """
    rows = with_answers(estimates)
    why = pd.Series(None, index=estimates.index, dtype="object")
    is_estimated = rows["status"] == "estimated"
    answers = rows[rows["is_answer"] & is_estimated & ~hidden]
    is_told = is_estimated & ~hidden
    for _, own in rows[~rows["is_answer"] & is_estimated].groupby(_SAME, sort=True):
        of_same = _of_same(answers, own.iloc[0])
        for place, reason in _reasons(own[is_told[own.index]], of_same, estimates, minimum):
            why[place] = reason
    return _with_other_part(rows, why, hidden)


def with_answers(estimates: pd.DataFrame) -> pd.DataFrame:
    """The rows with the method and quantity that each varies, and whether it is itself the answer.

    An answer is a main row that speaks of no other. With the counts that rows are compared by; who
    is cut off for bounds is in both rows, and counts in neither.
    """
    own = list(zip(estimates["method"], estimates["quantity"], strict=True))
    answers = [VARIES.get(key, key) for key in own]
    is_own = pd.Series([key not in VARIES for key in own], index=estimates.index, dtype=bool)
    return estimates.assign(
        of_method=[method for method, _ in answers],
        of_quantity=[quantity for _, quantity in answers],
        is_answer=is_own & (estimates["variant"] == schema.MAIN),
        n_events=estimates["n_events"].mask(is_bound(estimates)),
        **_people(estimates),
    )


def speaks_of_hidden(estimates: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """Whether the row that each blocked row varies is hidden: its reason would tell of that."""
    rows = with_answers(estimates)
    key = [*_SAME, "horizon_months"]
    of_hidden = rows.loc[rows["is_answer"] & hidden, key].drop_duplicates()
    beside = rows.loc[~rows["is_answer"] & (rows["status"] == "blocked"), key]
    found = beside.reset_index(names="_place").merge(of_hidden, on=key)
    return pd.Series(estimates.index.isin(found["_place"]), index=estimates.index)


def is_near_answer(estimates: pd.DataFrame, arm: str, minimum: int) -> pd.Series:
    """Whether a row has few people of an arm more or fewer than the answer that it varies.

    Such a row may be told, of means of other people in the other arm, but not the number of people.
    """
    rows, key, name = with_answers(estimates), [*_SAME, "horizon_months"], f"n_{arm}"
    answers = rows.loc[rows["is_answer"], [*key, name]].drop_duplicates(key)
    found = rows[[*key, name]].merge(answers, on=key, how="left", suffixes=("", "_answer"))
    gap = (found[name] - found[f"{name}_answer"]).abs()
    return is_small(gap, minimum).set_axis(estimates.index)


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
    beside = beside[is_alike | beside["is_answer"]]
    near = beside[_gaps(beside, row).apply(is_small, minimum=minimum).any(axis="columns")]
    if len(near):
        other = near["variant"].iloc[0]
        name = "the main estimate" if near["is_answer"].iloc[0] else f"'{other}'"
        whose = " of a group" if _is_counted(row) else ""
        return f"hidden: it differs from {name} by fewer than {minimum} people{whose}"
    own = told[(told["variant"] == row["variant"]) & ~_at(told, row["horizon_months"])]
    own = own[_is_of_same_people(own, row, minimum)]
    gaps = pd.DataFrame({arm: (own[f"n_events_{arm}"] - row[f"n_events_{arm}"]) for arm in _ARMS})
    near = own[gaps.abs().apply(is_small, minimum=minimum).any(axis="columns")]
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


def _gaps(rows: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """By how many people each of `rows` differs from `row`.

    Of risks in every count of an arm, since an arm's risk is told by itself. Of means only the
    difference of the arms is told, so that two of them differ by all who are in one and not in the
    other, of both arms together: as counted against the answer (`n_events`, of groups made anew),
    or as the numbers of people say.
    """
    if _is_counted(row):
        gaps = {name: (rows[name] - row[name]).abs() for name in _people(rows)}
        return pd.DataFrame(gaps, index=rows.index)
    more = [rows[f"n_{arm}"] - row[f"n_{arm}"] for arm in _ARMS]
    # Who is in the other arm of one of the two is counted once.
    apart = pd.concat([*(one.abs() for one in more), sum(more).abs()], axis="columns")
    apart = apart.max(axis="columns", skipna=False)
    counted = pd.Series(row["n_events"], index=rows.index, dtype="float64")
    either = counted.fillna(rows["n_events"])
    is_one = counted.isna() != rows["n_events"].isna()
    return pd.DataFrame({"n": apart.mask(is_one, either)})


def _is_counted(row: pd.Series) -> bool:
    """Whether it counts people with an event."""
    return bool(row[[f"n_events_{arm}" for arm in _ARMS]].notna().any())


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
