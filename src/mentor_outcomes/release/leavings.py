"""Which estimates about those who left or kept silent would tell how few they are."""

import pandas as pd

from mentor_outcomes.release.attritions import KNOWN, hidden_cells
from mentor_outcomes.release.counts import hidden_reason, is_small
from mentor_outcomes.release.steps import WHOSE

SILENT_ONLY = "the silent only"
CUT_OFF = "hidden: fewer than {minimum} people are cut off for the bounds"
_BOUNDS = ("lower_bound", "upper_bound")


def is_bound(estimates: pd.DataFrame) -> pd.Series:
    """Rows whose `n_events` are the people cut off at either end, and no count of an event."""
    return (estimates["method"] == "lee_bounds") & estimates["quantity"].isin(_BOUNDS)


def why_of_leaving(estimates: pd.DataFrame, attrition: pd.DataFrame, minimum: int) -> pd.Series:
    """Why rows of lee_bounds and tipping_point are hidden; missing where they are not.

    They are read beside `attrition`, of the same horizon; without its rows they are hidden.

    seen_difference   a difference of the two arms' shares seen: hidden where either is
    tipping points    the difference over the share of the mentored who are not seen, or who kept
                      silent: beside the difference they tell that share, and are hidden where it is
    bounds            means without the highest, or lowest, values of the arm of which more are
                      seen. Where few are cut off the two bounds lie apart by how far the values of
                      a few at the top lie from those of a few at the bottom
    """
    rows = estimates[estimates["method"].isin(("lee_bounds", "tipping_point"))]
    why = pd.Series(None, index=estimates.index, dtype="object")
    if rows.empty:
        return why
    found = _beside(rows, attrition, minimum)
    of_bounds = is_bound(rows)
    is_seen = rows["quantity"] == "seen_difference"
    is_tipping = rows["method"] == "tipping_point"
    is_silent = is_tipping & (rows["variant"] == SILENT_ONLY)
    hide = found["is_unknown"] | (is_seen & (found["hide_seen_m"] | found["hide_seen_c"]))
    hide |= is_tipping & ~is_silent & found["hide_seen_m"]
    hide |= is_silent & found["hide_no_value_m"]
    own = pd.Series(None, index=rows.index, dtype="object").mask(hide, hidden_reason(minimum))
    n_cut = rows["n_events"]
    few = of_bounds & (is_small(n_cut, minimum) | n_cut.isna())
    own = own.mask(few & ~hide, CUT_OFF.format(minimum=minimum))
    why[own.index] = own
    return why


def _beside(rows: pd.DataFrame, attrition: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Per row of estimates what `attrition` has of both arms; unknown: it lacks one."""
    key = [*WHOSE, "horizon_months"]
    hidden = hidden_cells(attrition, minimum).add_prefix("hide_")
    columns = ["share_seen", *(f"hide_{name}" for name in KNOWN)]
    told = pd.concat([attrition, hidden], axis="columns")
    found = rows[key].reset_index(names="_place")
    for arm, end in (("mentored", "m"), ("comparison", "c")):
        own = told.loc[told["arm"] == arm, [*key, *columns]]
        own = own.rename(columns={name: f"{name}_{end}" for name in columns})
        found = found.merge(own, on=key, how="left")
    found = found.set_index("_place").reindex(rows.index)
    is_unknown = found[["share_seen_m", "share_seen_c"]].isna().any(axis="columns")
    flags = [name for name in found.columns if name.startswith("hide_")]
    return found.assign(
        is_unknown=is_unknown, **{name: found[name].eq(True) | is_unknown for name in flags}
    )
