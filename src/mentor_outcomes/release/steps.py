"""At which months risks may be told: in steps between which enough people had the event."""

import pandas as pd

from mentor_outcomes.release.counts import hidden_reason, is_small

WHOSE = ["outcome", "role", "contrast", "subgroup"]
"""What curves and estimates of the same people have in common."""
_FROM_CURVES = ("cumulative_incidence", "mean_time")
_ARMS = ["n_events_mentored", "n_events_comparison"]


def main_horizons(estimates: pd.DataFrame) -> set[float]:
    """The study's main horizon, as far as a primary row tells it; of panels and events alike."""
    return set(estimates.loc[estimates["is_primary"], "horizon_months"].dropna())


def horizons_of(estimates: pd.DataFrame, whose: tuple[str, ...]) -> list[float]:
    """Horizons of one outcome's estimates in order of preference: the main one, then by time.

    The main horizon is a study's, not an outcome's: any primary row tells it.
    """
    mine = (estimates[WHOSE] == list(whose)).all(axis="columns")
    return main_first(estimates.loc[mine, "horizon_months"], main_horizons(estimates))


def publishable_months(rows: pd.DataFrame, horizons: list[float], minimum: int) -> list[float]:
    """Months of one curve at which every arm is followed by enough people, in large steps."""
    followed = _followed_months(rows, minimum)
    events = _events_of_arms(rows)
    if events is None:
        return followed
    if 0 not in followed:
        return []
    first = [month for month in horizons if month in followed]
    others = [month for month in followed if month not in first]
    return _in_large_steps([*first, *others], events, minimum)


def why_between_steps(estimates: pd.DataFrame, curves: pd.DataFrame, minimum: int) -> pd.Series:
    """Why estimates that are read from curves are hidden; missing where they are not.

    An estimate is told where its horizon is a published month of its curve.
    """
    why = pd.Series(None, index=estimates.index, dtype="object")
    why = why.mask(estimates["method"].isin(_FROM_CURVES), hidden_reason(minimum))
    incidence = curves[curves["method"] == "cumulative_incidence"]
    for names, rows in incidence.groupby(WHOSE, sort=True):
        horizons = horizons_of(estimates, names)
        told = publishable_months(rows, horizons, minimum)
        mine = (estimates[WHOSE] == list(names)).all(axis="columns") & why.notna()
        for horizon in horizons:
            reason = None if horizon in told else _why_month(horizon, told, rows, minimum)
            why = why.mask(mine & (estimates["horizon_months"] == horizon), reason)
    return why


def why_between_naive_steps(estimates: pd.DataFrame, hidden: pd.Series, minimum: int) -> pd.Series:
    """Why naive risks are hidden beside those told: few of an arm had the event in between."""
    why = pd.Series(None, index=estimates.index, dtype="object")
    main = main_horizons(estimates)
    is_naive = (estimates["method"] == "naive") & estimates["horizon_months"].notna()
    rows = estimates[is_naive & (estimates["status"] == "estimated") & ~hidden]
    for _, own in rows.groupby([*WHOSE, "estimand", "quantity"], sort=True):
        events = own.set_index("horizon_months")[_ARMS]
        told: list[float] = []
        for horizon in main_first(own["horizon_months"], main):
            near = [
                month
                for month in told
                if is_small((events.loc[horizon] - events.loc[month]).abs(), minimum).any()
            ]
            if near:
                place = own.index[own["horizon_months"] == horizon]
                why[place] = _beside(horizon, near, minimum)
            else:
                told.append(horizon)
    return why


def main_first(horizons: pd.Series, main: set[float]) -> list[float]:
    """The horizons in order of preference: the main one, then by time."""
    return sorted(horizons.dropna().unique(), key=lambda month: (month not in main, month))


def _followed_months(rows: pd.DataFrame, minimum: int) -> list[float]:
    """Months up to which, and back to which, no arm is followed by fewer than `minimum`."""
    followed = rows.groupby("months")["n_at_risk"].min().sort_index()
    enough = followed >= minimum
    later, earlier = enough[enough.index >= 0], enough[enough.index < 0][::-1]
    return sorted([*later.index[later.cummin()], *earlier.index[earlier.cummin()]])


def _events_of_arms(rows: pd.DataFrame) -> pd.DataFrame | None:
    """People with the event so far, per month and arm; None of a curve that is about no event."""
    arms = rows[rows["arm"] != "difference"]
    if arms.empty or arms["n_events"].isna().all():
        return None
    return arms.pivot(index="months", columns="arm", values="n_events")


def _in_large_steps(months: list[float], events: pd.DataFrame, minimum: int) -> list[float]:
    """Of `months`, taken in order of preference, those with enough events of each arm between."""
    kept = [0.0]
    for month in months:
        if month not in kept and not _near(month, kept, events, minimum):
            kept.append(month)
    return sorted(kept)


def _near(month: float, told: list[float], events: pd.DataFrame, minimum: int) -> list[float]:
    """Told months between which and `month` too few of some arm had the event."""
    gaps = (events.loc[told] - events.loc[month]).abs()
    return [other for other, gap in zip(told, gaps.min(axis=1), strict=True) if not gap >= minimum]


def _why_month(month: float, told: list[float], rows: pd.DataFrame, minimum: int) -> str:
    """Why a month of a curve is not told: too few people, or too few more than at a told month."""
    events = _events_of_arms(rows)
    if events is None or month not in _followed_months(rows, minimum):
        return hidden_reason(minimum)
    near = [other for other in _near(month, told, events, minimum) if other > 0]
    return _beside(month, near, minimum) if near else hidden_reason(minimum)


def _beside(month: float, near: list[float], minimum: int) -> str:
    """In words: the told month that is too near, the nearest of them."""
    other = min(near, key=lambda told: (abs(told - month), told))
    first, last = sorted((month, other))
    return (
        f"hidden: fewer than {minimum} more people of a group had the event between months "
        f"{first:g} and {last:g}"
    )
