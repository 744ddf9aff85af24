"""Estimates, curves and verdicts without the figures that too few people stand behind.

Estimates are rounded as well: a share given to ten digits is a fraction of two exact counts.
"""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SchemaError
from mentor_outcomes.release.behind import has_few
from mentor_outcomes.release.counts import (
    beside_a_near_one,
    hidden_reason,
    is_hidden,
    is_small,
    rounded,
    too_few,
)
from mentor_outcomes.release.growth import why_beside_earlier
from mentor_outcomes.release.leavings import is_bound, why_of_leaving
from mentor_outcomes.release.steps import (
    WHOSE,
    horizons_of,
    main_horizons,
    publishable_months,
    why_between_naive_steps,
    why_between_steps,
)
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.release.variants import (
    NOT_MAIN,
    PARTS_OF_FOLLOW_UP,
    is_near_answer,
    speaks_of_hidden,
    why_beside_main,
)
from mentor_outcomes.study import Release

DECIMALS = {
    "per 100 people": 1,
    "months": 2,
    "log hazard ratio": 3,
    "log odds": 3,
    "log points": 4,
    "log points per year": 4,
    "points": 3,
    "SD": 3,
    "times": 2,
    "chi-square": 2,
    "chi-square (1 df)": 2,
}
"""Decimals of a published estimate, by its unit; of its standard error one more."""

_VALUES = ["estimate", "std_error", "ci_low", "ci_high"]
_OF_CURVES = [*_VALUES, "band_low", "band_high"]
_EVENTS = ("n_events", "n_events_mentored", "n_events_comparison")
_OF_SHARES = "share_difference"


def release_estimates(
    estimates: pd.DataFrame, curves: pd.DataFrame, attrition: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """An estimate that may be published, or the reason why there is none.

    Behind each stand at least `minimum_people` of everything that it is made of
    (`release/behind.py`). Risks are told in steps (`release/steps.py`): an estimate
    that curves are drawn of at a published point of these; naive ones at horizons between which as
    many more of each arm had the event, or nobody: otherwise a difference of two risks would be
    about a few. The main horizon comes first, and the reason says which told month is too near.
    What tells how many left or kept silent is told where `attrition` tells it
    (`release/leavings.py`); growth where the difference a year before is of as many or of other
    people (`release/growth.py`). What varies another row, or speaks of it, is told beside that
    only (`release/variants.py`). Of the parts of one follow-up no counts are told: beside a told
    month they would tell a few. How many are cut off for bounds is not told either.

    A mean over a window is one of differences that are told by themselves, at each of whose
    moments there are at least as many people as the window's row counts: it tells nothing more.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    few = has_few(estimates, minimum)
    is_estimated = estimates["status"] == "estimated"
    why = pd.Series(None, index=estimates.index, dtype="object").mask(few, hidden_reason(minimum))
    why = why.fillna(why_between_steps(estimates, curves, minimum)).where(is_estimated)
    why = why.fillna(why_between_naive_steps(estimates, why.notna(), minimum))
    why = why.fillna(why_of_leaving(estimates, attrition, minimum)).where(is_estimated)
    why = why.fillna(why_beside_earlier(estimates, why.notna(), minimum))
    why = why.fillna(why_beside_main(estimates, why.notna(), minimum))
    hide = why.notna()
    is_untold = speaks_of_hidden(estimates, hide)
    is_part = estimates["variant"].isin(PARTS_OF_FOLLOW_UP)
    n_left_out = estimates["n_left_out"].mask(hide | is_small(estimates["n_left_out"], minimum))
    is_near = beside_a_near_one(estimates[WHOSE].assign(n=n_left_out), WHOSE, ["n"], minimum)
    no_count = hide | few | is_part | is_untold
    also = {
        f"n_{arm}": is_near_answer(estimates, arm, minimum) for arm in ("mentored", "comparison")
    }
    also["n_events"] = is_bound(estimates)
    return estimates.assign(
        **_rounded_values(estimates, [*_VALUES, "p_value", "p_adjusted"], hide),
        **{
            name: rounded(estimates[name], to).mask(no_count | also.get(name, False))
            for name in ("n_mentored", "n_comparison", *_EVENTS)
        },
        n_left_out=rounded(n_left_out, to).mask(is_near | is_untold),
        error_type=estimates["error_type"].mask(hide, "none"),
        status=estimates["status"].mask(hide, "blocked"),
        reason=publishable_text(estimates["reason"], minimum=minimum, to=to)
        .mask(hide, why)
        .mask(is_untold, NOT_MAIN),
    )


def release_curves(
    curves: pd.DataFrame, estimates: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """A point of a curve, or a month at which nothing may be said.

    A curve stops, towards both ends, where fewer than `minimum_people` of either arm are followed.
    An event curve is told in steps: between two published months at least `minimum_people` of each
    arm had the event. The main horizon comes first, then the other horizons of the estimates.
    Of differences of shares `n_events` is the smallest cell behind the point, an arm at or above
    the threshold or below it: it decides whether the point is told, and is not told itself. Of
    leads and lags those followed are the mentored with a value then.

    Differences of means are told at neighbouring months though few may be lost between them: each
    is of other values, weighted anew by weights that are not told, and of both arms at once.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    keep = pd.Series(False, index=curves.index)
    is_share = curves["quantity"] == _OF_SHARES
    for names, rows in curves.groupby([*WHOSE, "method", "quantity"], sort=True):
        months = publishable_months(rows, horizons_of(estimates, names[:4]), minimum)
        keep.loc[rows.index] = rows["months"].isin(months)
    keep &= ~(is_share & too_few(curves["n_events"], minimum))
    counts = {"n_at_risk": curves["n_at_risk"], "n_events": curves["n_events"].mask(is_share)}
    return curves.assign(
        **_rounded_values(curves, _OF_CURVES, ~keep),
        **{
            name: rounded(counts[name], to).where(keep & ~is_small(counts[name], minimum))
            for name in counts
        },
    )


def release_verdicts(
    verdicts: pd.DataFrame, released_estimates: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """What may be said of one outcome: nothing, where the figure it rests on is hidden.

    That figure is the primary row; an outcome without one rests on its headline rows at the main
    horizon, and where no primary row tells which that is, on all of them. A verdict of not reliable
    stays with its reason: it rests on checks, whose results are told in any case.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    key = ["outcome", "role", "contrast"]
    rows = released_estimates[released_estimates["subgroup"] == "all"]
    has_primary = rows.groupby(key)["is_primary"].transform("any")
    main = main_horizons(rows)
    is_main = rows["horizon_months"].isin(main) if main else True
    behind = rows[rows["is_primary"] | (rows["is_headline"] & ~has_primary & is_main)]
    hidden = pd.MultiIndex.from_frame(behind.loc[is_hidden(behind["reason"]), key])
    hide = pd.Series(pd.MultiIndex.from_frame(verdicts[key]).isin(hidden), index=verdicts.index)
    hide &= verdicts["verdict"] != "not_reliable"
    return verdicts.assign(
        verdict=verdicts["verdict"].mask(hide, "cannot_tell"),
        because=publishable_text(verdicts["because"], minimum=minimum, to=to).mask(
            hide, hidden_reason(minimum)
        ),
    )


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
