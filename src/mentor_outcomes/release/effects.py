"""Estimates, curves and verdicts without the figures that too few people stand behind.

Estimates are rounded as well: a share given to ten digits is a fraction of two exact counts.
"""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SchemaError
from mentor_outcomes.release.counts import (
    hidden_reason,
    is_hidden,
    is_small,
    publishable_text,
    rounded,
    too_few,
)
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


def release_estimates(
    estimates: pd.DataFrame, curves: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """An estimate that may be published, or the reason why there is none.

    At least `minimum_people` in each arm, with the event and without it. Where curves tell how
    many had the event in each arm by a horizon, that many in each arm, and as many since the
    horizon before: otherwise a difference of two published risks would be about a few.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    n_without = estimates["n_mentored"] + estimates["n_comparison"] - estimates["n_events"]
    hide = pd.Series(False, index=estimates.index)
    for counts in (estimates["n_mentored"], estimates["n_comparison"], estimates["n_events"]):
        hide |= too_few(counts, minimum)
    hide |= too_few(n_without, minimum)
    hide |= _is_between_steps(estimates, curves, minimum)
    hide &= estimates["status"] == "estimated"
    counts = ["n_mentored", "n_comparison", "n_events"]
    return estimates.assign(
        **_rounded_values(estimates, [*_VALUES, "p_value", "p_adjusted"], hide),
        **{
            name: rounded(estimates[name], to).mask(hide | too_few(estimates[name], minimum))
            for name in counts
        },
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


def _is_between_steps(estimates: pd.DataFrame, curves: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether an estimate's horizon is no published month of the curves it is read from."""
    hide = pd.Series(False, index=estimates.index)
    incidence = curves[curves["method"] == "cumulative_incidence"]
    for names, rows in incidence.groupby(_WHOSE, sort=True):
        months = _publishable_months(rows, _horizons(estimates, names), minimum)
        mine = (estimates[_WHOSE] == list(names)).all(axis="columns")
        mine &= estimates["method"].isin(_FROM_CURVES)
        hide |= mine & ~estimates["horizon_months"].isin(months)
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
