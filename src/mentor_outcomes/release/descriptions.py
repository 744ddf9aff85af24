"""Checks without what too few people stand behind."""

import pandas as pd

from mentor_outcomes.release.counts import hidden_reason, is_hidden, is_small, rounded
from mentor_outcomes.release.overlaps import ALL, release_overlap
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.study import Release

_COUNTED = ["n_mentored_matched", "n_comparison"]
_SHARE_OF_CHECK = {"overlap": "equipoise_share", "unmatched_mentees": "share_unmatched"}


_COUNT_OF_CHECK = ("flow", "events_expected")


def release_checks(checks: pd.DataFrame, overlap: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A check of one outcome, its value to two decimals; people and events are rounded like counts.

    Value and message are missing where few people stand behind them, where a design of the same
    role and contrast is too small to be told, or where the share they give is one that `overlap`
    does not tell. A check names no design, so the least that is told of any decides.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    needed = [*_COUNTED, *_SHARE_OF_CHECK.values()]
    told = release_overlap(overlap[overlap["subgroup"] == ALL], settings)
    told = told[needed].notna().groupby([told["role"], told["contrast"]]).all().astype("float64")
    of_row = told.reindex(pd.MultiIndex.from_frame(checks[["role", "contrast"]]), fill_value=0.0)
    of_row = of_row.set_axis(checks.index) > 0
    hide = ~of_row[_COUNTED].all(axis="columns")
    for check, share in _SHARE_OF_CHECK.items():
        hide |= (checks["check"] == check) & ~of_row[share]
    hide &= checks["result"].isin(["passed", "in_doubt", "failed"])
    hide |= is_small(checks["n_smallest"], minimum)
    return checks.assign(
        value=checks["value"]
        .round(2)
        .mask(checks["check"].isin(_COUNT_OF_CHECK), rounded(checks["value"], to))
        .mask(hide),
        n_smallest=rounded(checks["n_smallest"], to).mask(
            hide | is_small(checks["n_smallest"], minimum)
        ),
        message=publishable_text(checks["message"], minimum=minimum, to=to).mask(
            hide, hidden_reason(minimum)
        ),
    )


def beside_hidden_placebo(
    checks: pd.DataFrame, released_estimates: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """Released checks, the placebo start's value and message missing where a row of it is hidden.

    They are p-values of these rows: whoever knows the people could tell the counts from them.
    """
    key = ["outcome", "role", "contrast"]
    rows = released_estimates[released_estimates["method"] == "placebo_start"]
    hidden = pd.MultiIndex.from_frame(rows.loc[is_hidden(rows["reason"]), key])
    hide = (checks["check"] == "placebo_start") & pd.Series(
        pd.MultiIndex.from_frame(checks[key]).isin(hidden), index=checks.index
    )
    return checks.assign(
        value=checks["value"].mask(hide),
        n_smallest=checks["n_smallest"].mask(hide),
        message=checks["message"].mask(hide, hidden_reason(settings.minimum_people)),
    )
