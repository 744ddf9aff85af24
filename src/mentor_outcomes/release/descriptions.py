"""Overlap and checks without what too few people stand behind."""

import pandas as pd

from mentor_outcomes.release.balances import DESIGN
from mentor_outcomes.release.counts import (
    beside_a_near_one,
    hidden_reason,
    is_small,
    rounded,
    too_few,
)
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.study import Release

_COUNTED = ["n_mentored_matched", "n_comparison"]
_SHARES = ["equipoise_share", "equipoise_share_mentored", "equipoise_share_comparison"]
_SHARE_OF_CHECK = {"overlap": "equipoise_share", "unmatched_mentees": "share_unmatched"}


def release_overlap(overlap: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A design: how many are compared, how alike their chances of a mentor are.

    If few of the eligible mentored found no comparator, neither their share nor the number of the
    eligible is told: less the matched it would give them back. How often the most used comparator
    serves is about one person, and is never told. Shares in equipoise are missing where few of an
    arm are in it or out of it, or where another design differs by few people.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    n_unmatched = overlap["n_mentored_eligible"] - overlap["n_mentored_matched"]
    few_unmatched = is_small(n_unmatched, minimum)
    few = too_few(overlap["n_mentored_matched"], minimum) | too_few(
        overlap["n_comparison"], minimum
    )
    counts = {
        name: rounded(overlap[name], to).mask(few)
        for name in ("n_mentored_matched", "n_comparison", "effective_comparison")
    }
    counts["n_mentored_eligible"] = counts["n_mentored_matched"] + rounded(n_unmatched, to)
    counts["n_mentored_eligible"] = counts["n_mentored_eligible"].mask(few_unmatched)
    few_alike = few | _few_alike(overlap, minimum)
    return overlap.assign(
        **counts,
        **{name: overlap[name].round(2).mask(few_alike) for name in _SHARES},
        share_unmatched=overlap["share_unmatched"].round(2).mask(few | few_unmatched),
        largest_reuse=float("nan"),
    )


def _few_alike(overlap: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether shares in equipoise are about few people, of one design or between two."""
    counts = ["n_mentored_eligible", *_COUNTED]
    few = beside_a_near_one(overlap[[*DESIGN, *counts]], ["role"], counts, minimum)
    for share, n in (
        ("equipoise_share_mentored", overlap["n_mentored_eligible"]),
        ("equipoise_share_comparison", overlap["n_comparison"]),
    ):
        few |= is_small(overlap[share] * n, minimum) | is_small((1 - overlap[share]) * n, minimum)
    return few


def release_checks(checks: pd.DataFrame, overlap: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A check of one outcome, its value to two decimals.

    Value and message are missing where few people stand behind them, where a design of the same
    role and contrast is too small to be told, or where the share they give is one that `overlap`
    does not tell. A check names no design, so the least that is told of any decides.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    needed = [*_COUNTED, *_SHARE_OF_CHECK.values()]
    told = release_overlap(overlap, settings)
    told = told[needed].notna().groupby([told["role"], told["contrast"]]).all().astype("float64")
    of_row = told.reindex(pd.MultiIndex.from_frame(checks[["role", "contrast"]]), fill_value=0.0)
    of_row = of_row.set_axis(checks.index) > 0
    hide = ~of_row[_COUNTED].all(axis="columns")
    for check, share in _SHARE_OF_CHECK.items():
        hide |= (checks["check"] == check) & ~of_row[share]
    hide &= checks["result"].isin(["passed", "in_doubt", "failed"])
    hide |= is_small(checks["n_smallest"], minimum)
    return checks.assign(
        value=checks["value"].round(2).mask(hide),
        n_smallest=rounded(checks["n_smallest"], to).mask(
            hide | is_small(checks["n_smallest"], minimum)
        ),
        message=publishable_text(checks["message"], minimum=minimum, to=to).mask(
            hide, hidden_reason(minimum)
        ),
    )
