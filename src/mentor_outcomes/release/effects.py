"""Estimates, curves and verdicts without the figures that too few people stand behind.

Estimates are rounded as well: a share given to ten digits is a fraction of two exact counts.
"""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SchemaError
from mentor_outcomes.release.counts import (
    beside_a_near_one,
    hidden_reason,
    is_hidden,
    is_small,
    rounded,
    too_few,
)
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.study import Release

DECIMALS = {
    "per 100 people": 1,
    "months": 2,
    "log hazard ratio": 3,
    "log points": 4,
    "points": 3,
    "SD": 3,
}
"""Decimals of a published estimate, by its unit; of its standard error one more."""

_WHOSE = ["outcome", "role", "contrast", "subgroup"]
_VALUES = ["estimate", "std_error", "ci_low", "ci_high"]
_FROM_CURVES = ("cumulative_incidence", "mean_time")
_EVENTS = ("n_events", "n_events_mentored", "n_events_comparison")
_OF_PANELS = ("matched_difference", "two_way_fixed_effects")


def release_estimates(
    estimates: pd.DataFrame, curves: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """An estimate that may be published, or the reason why there is none.

    At least `minimum_people` in each arm and, of events, with the event and without it in each
    arm; an unknown count is too small. Risks are told in steps: an estimate that curves are drawn
    of at a published point of these; naive ones at horizons between which as many more of each arm
    had the event, or nobody: otherwise a difference of two risks would be about a few.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    few = _has_few(estimates, minimum)
    hide = few | _is_between_steps(estimates, curves, minimum)
    hide &= estimates["status"] == "estimated"
    hide |= _is_between_naive_steps(estimates, hide, minimum)
    n_left_out = estimates["n_left_out"].mask(hide | is_small(estimates["n_left_out"], minimum))
    is_near = beside_a_near_one(estimates[_WHOSE].assign(n=n_left_out), _WHOSE, ["n"], minimum)
    return estimates.assign(
        **_rounded_values(estimates, [*_VALUES, "p_value", "p_adjusted"], hide),
        **{
            name: rounded(estimates[name], to).mask(hide | few)
            for name in ("n_mentored", "n_comparison", *_EVENTS)
        },
        n_left_out=rounded(n_left_out, to).mask(is_near),
        status=estimates["status"].mask(hide, "blocked"),
        reason=publishable_text(estimates["reason"], minimum=minimum, to=to).mask(
            hide, hidden_reason(minimum)
        ),
    )


def release_curves(
    curves: pd.DataFrame, estimates: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """A point of a curve, or a month at which nothing may be said.

    A curve stops, towards both ends, where fewer than `minimum_people` of either arm are followed.
    An event curve is told in steps: between two published months at least `minimum_people` of each
    arm had the event. Months that are horizons of the estimates come first.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    keep = pd.Series(False, index=curves.index)
    for names, rows in curves.groupby([*_WHOSE, "method", "quantity"], sort=True):
        months = _publishable_months(rows, _horizons(estimates, names[:4]), minimum)
        keep.loc[rows.index] = rows["months"].isin(months)
    return curves.assign(
        **_rounded_values(curves, _VALUES, ~keep),
        **{
            name: rounded(curves[name], to).where(keep & ~is_small(curves[name], minimum))
            for name in ("n_at_risk", "n_events")
        },
    )


def release_verdicts(
    verdicts: pd.DataFrame, released_estimates: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """What may be said of one outcome: nothing, where the figure it rests on is hidden.

    That figure is the primary row; an outcome without one rests on all its headline rows.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    key = ["outcome", "role", "contrast"]
    rows = released_estimates[released_estimates["subgroup"] == "all"]
    has_primary = rows.groupby(key)["is_primary"].transform("any")
    behind = rows[rows["is_primary"] | (rows["is_headline"] & ~has_primary)]
    hidden = pd.MultiIndex.from_frame(behind.loc[is_hidden(behind["reason"]), key])
    hide = pd.Series(pd.MultiIndex.from_frame(verdicts[key]).isin(hidden), index=verdicts.index)
    return verdicts.assign(
        verdict=verdicts["verdict"].mask(hide, "cannot_tell"),
        because=publishable_text(verdicts["because"], minimum=minimum, to=to).mask(
            hide, hidden_reason(minimum)
        ),
    )


def _horizons(estimates: pd.DataFrame, whose: tuple[str, ...]) -> list[float]:
    mine = (estimates[_WHOSE] == list(whose)).all(axis="columns")
    return sorted(estimates.loc[mine, "horizon_months"].dropna().unique())


def _publishable_months(rows: pd.DataFrame, horizons: list[float], minimum: int) -> list[float]:
    """Months of one curve at which every arm is followed by enough people, in large steps."""
    followed = rows.groupby("months")["n_at_risk"].min().sort_index()
    enough = followed >= minimum
    later, earlier = enough[enough.index >= 0], enough[enough.index < 0][::-1]
    months = [*later.index[later.cummin()], *earlier.index[earlier.cummin()]]
    arms = rows[rows["arm"] != "difference"]
    if arms.empty or arms["n_events"].isna().all():
        return sorted(months)
    if 0 not in months:
        return []
    events = arms.pivot(index="months", columns="arm", values="n_events")
    first = [month for month in horizons if month in months]
    others = [month for month in sorted(months) if month not in first]
    return _in_large_steps([*first, *others], events, minimum)


def _in_large_steps(months: list[float], events: pd.DataFrame, minimum: int) -> list[float]:
    """Of `months`, taken in order of preference, those with enough events of each arm between."""
    kept = [0.0]
    for month in months:
        gaps = (events.loc[kept] - events.loc[month]).abs()
        if month not in kept and (gaps >= minimum).all(axis=None):
            kept.append(month)
    return sorted(kept)


def _has_few(estimates: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether an arm has few people or, where an event is asked about, few with or without it."""
    is_panel = estimates["method"].isin(_OF_PANELS)
    is_panel |= (estimates["method"] == "naive") & (estimates["unit"] != "per 100 people")
    n_both = estimates["n_mentored"] + estimates["n_comparison"]
    few = ~is_panel & too_few(estimates["n_events"], minimum)
    few |= ~is_panel & too_few(n_both - estimates["n_events"], minimum)
    for arm in ("mentored", "comparison"):
        n, n_events = estimates[f"n_{arm}"], estimates[f"n_events_{arm}"]
        few |= too_few(n, minimum)
        few |= ~is_panel & (too_few(n_events, minimum) | too_few(n - n_events, minimum))
    return few


def _is_between_steps(estimates: pd.DataFrame, curves: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether an estimate's horizon is no published month of the curves it is read from."""
    is_told = pd.Series(False, index=estimates.index)
    incidence = curves[curves["method"] == "cumulative_incidence"]
    for names, rows in incidence.groupby(_WHOSE, sort=True):
        months = _publishable_months(rows, _horizons(estimates, names), minimum)
        mine = (estimates[_WHOSE] == list(names)).all(axis="columns")
        is_told |= mine & estimates["horizon_months"].isin(months)
    return estimates["method"].isin(_FROM_CURVES) & ~is_told


def _is_between_naive_steps(estimates: pd.DataFrame, hidden: pd.Series, minimum: int) -> pd.Series:
    """Whether few of an arm had the event between an estimate's horizon and a told earlier one."""
    hide = pd.Series(False, index=estimates.index)
    is_naive = (estimates["method"] == "naive") & estimates["horizon_months"].notna()
    rows = estimates[is_naive & (estimates["status"] == "estimated") & ~hidden]
    for _, horizons in rows.groupby([*_WHOSE, "estimand", "quantity"], sort=True):
        ordered = horizons.sort_values("horizon_months")[list(_EVENTS[1:])]
        told = ordered.iloc[0]
        for place, events in ordered.iloc[1:].iterrows():
            if is_small((events - told).abs(), minimum).any():
                hide[place] = True
            else:
                told = events
    return hide


def _rounded_values(frame: pd.DataFrame, names: list[str], hide: pd.Series) -> dict[str, pd.Series]:
    """Estimates rounded by their unit, p-values to three decimals; missing where to be hidden."""
    unknown = sorted(set(frame["unit"]) - set(DECIMALS))
    if unknown:
        raise SchemaError(
            f"estimates in the unit {', '.join(unknown)}.",
            expected=f"one of {', '.join(DECIMALS)}.",
            remedy="add the unit to DECIMALS in release/effects.py with the decimals to publish.",
        )
    decimals = frame["unit"].map(DECIMALS).to_numpy(dtype="float64")
    places = {"std_error": decimals + 1, "p_value": 3.0, "p_adjusted": 3.0}
    scales = {name: 10 ** places.get(name, decimals) for name in names}
    return {  # + 0.0: no negative zero
        name: (np.round(frame[name] * scales[name]) / scales[name] + 0.0).mask(hide)
        for name in names
    }
