"""Balance, overlap, checks and scales without what too few people stand behind."""

import pandas as pd

from mentor_outcomes.release.counts import (
    hidden_reason,
    is_small,
    publishable_text,
    rounded,
    too_few,
)
from mentor_outcomes.study import Release

_DESIGN = ["role", "contrast", "eligibility"]
_MEANS = ["mean_mentored", "mean_comparison_before", "mean_comparison_after"]


def release_overlap(overlap: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A design: how many are compared, how alike their chances of a mentor are.

    If few of the eligible mentored found no comparator, neither their share nor the number of the
    eligible is told: less the matched it would give them back. How often the most used comparator
    serves is about one person, and is never told.
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
    shares = [name for name in overlap.columns if "equipoise" in name]
    return overlap.assign(
        **counts,
        **{name: overlap[name].round(2).mask(few) for name in shares},
        share_unmatched=overlap["share_unmatched"].round(2).mask(few | few_unmatched),
        largest_reuse=float("nan"),
    )


def release_balance(
    balance: pd.DataFrame, overlap: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """A covariate of a design; missing where a level is held by too few, or by all but a few.

    With one hidden level of a covariate (`gender=x`) its smallest other one is hidden too: the
    shares of all levels sum to one.
    """
    design = balance[_DESIGN].merge(overlap, on=_DESIGN, how="left", validate="many_to_one")
    n_mentored = design["n_mentored_matched"].set_axis(balance.index)
    n_comparison = design["n_comparison"].set_axis(balance.index)
    is_share = balance["variance_ratio_before"].isna() & balance[_MEANS].le(1).all(axis="columns")
    hide = too_few(n_mentored, settings.minimum_people)
    hide |= too_few(n_comparison, settings.minimum_people)
    for name, n in (("mean_mentored", n_mentored), ("mean_comparison_after", n_comparison)):
        for share in (balance[name], 1 - balance[name]):
            hide |= is_share & is_small(share * n, settings.minimum_people)
    hide = _hide_a_second_level(balance, hide)
    numbers = balance.select_dtypes("number").columns
    return balance.assign(**{name: balance[name].round(3).mask(hide) for name in numbers})


def _hide_a_second_level(balance: pd.DataFrame, hide: pd.Series) -> pd.Series:
    levels = balance[balance["covariate"].str.contains("=", regex=False)]
    variable = levels["covariate"].str.split("=", n=1).str[0]
    also = []
    for _, rows in levels.groupby([*(levels[name] for name in _DESIGN), variable]):
        is_alone = hide.loc[rows.index].sum() == 1
        others = rows[~hide.loc[rows.index]]
        if is_alone and len(others):
            also.append(others["mean_mentored"].idxmin())
    return hide | pd.Series(hide.index.isin(also), index=hide.index)


def release_checks(checks: pd.DataFrame, overlap: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A check of one outcome, its value to two decimals.

    How large a share found no comparator is not told where `overlap` does not tell it.
    """
    untold = release_overlap(overlap, settings)["share_unmatched"].isna()
    designs = pd.MultiIndex.from_frame(overlap.loc[untold, ["role", "contrast"]])
    hide = pd.MultiIndex.from_frame(checks[["role", "contrast"]]).isin(designs)
    hide = pd.Series(hide, index=checks.index) & (checks["check"] == "unmatched_mentees")
    return checks.assign(
        value=checks["value"].round(2).mask(hide),
        message=publishable_text(
            checks["message"], minimum=settings.minimum_people, to=settings.round_counts_to
        ).mask(hide, hidden_reason(settings.minimum_people)),
    )


def release_scale_quality(quality: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A scale in one wave; missing where too few answered."""
    minimum = settings.minimum_people
    few = too_few(quality["n_people"], minimum)
    n_prorated = quality["share_prorated"] * quality["n_people"]
    few_prorated = is_small(n_prorated.round(), minimum) | is_small(
        (quality["n_people"] - n_prorated).round(), minimum
    )
    return quality.assign(
        n_people=rounded(quality["n_people"], settings.round_counts_to).mask(few),
        mean=quality["mean"].round(2).mask(few),
        sd=quality["sd"].round(2).mask(few),
        alpha=quality["alpha"].round(2).mask(few),
        share_prorated=quality["share_prorated"].round(2).mask(few | few_prorated),
    )
