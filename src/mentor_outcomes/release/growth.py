"""When growth over a year would tell of the few who were lost in it."""

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.release.counts import is_small
from mentor_outcomes.release.steps import WHOSE

MONTHS_PER_YEAR = 12.0
_ARMS = ("n_mentored", "n_comparison")


def why_beside_earlier(estimates: pd.DataFrame, hidden: pd.Series, minimum: int) -> pd.Series:
    """Why growth differences are hidden; missing where they are not.

    The difference at a horizon less growth in the year before it is the difference a year earlier,
    of those who are still there at the horizon. That of all who were there then is told as well:
    the two lie apart by those lost in between. Growth is told only where these are nobody, or
    `minimum` people or more of both arms together, as far as both differences are told.

    hidden   whether each row is hidden for reasons of its own
    """
    is_told = (estimates["status"] == "estimated") & ~hidden
    is_told &= (estimates["method"] == "matched_difference") & (estimates["variant"] == schema.MAIN)
    key = [*WHOSE, "horizon_months"]
    growth = estimates[is_told & (estimates["quantity"] == "growth_difference")]
    found = growth[[*key, *_ARMS]].reset_index(names="_place")
    found["horizon_months"] -= MONTHS_PER_YEAR
    earlier = estimates.loc[is_told & (estimates["quantity"] == "difference"), [*key, *_ARMS]]
    found = found.merge(earlier, on=key, suffixes=("", "_earlier"))
    n_lost = sum((found[f"{name}_earlier"] - found[name]).abs() for name in _ARMS)
    near = found.loc[is_small(n_lost, minimum), "_place"] if len(found) else []
    why = pd.Series(None, index=estimates.index, dtype="object")
    return why.mask(
        estimates.index.isin(near),
        f"hidden: fewer than {minimum} people were lost in the year that it is about",
    )
