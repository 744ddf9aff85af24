"""Scales and surveys without what too few people stand behind."""

import numpy as np
import pandas as pd

from mentor_outcomes.release.counts import hidden_reason, is_small, rounded, too_few
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.study import Release

_OF_SCORES = ("mean", "sd")
_OF_COMPLETE = ("alpha", "omega", "spearman_brown")
_INTERVALS = tuple(f"{name}_ci_{end}" for name in ("alpha", "omega") for end in ("low", "high"))
_DECIMALS_OF_FIT = {"chi2": 1, "p_value": 3, "srmr": 3} | dict.fromkeys(
    ("cfi", "rmsea", "delta_cfi", "delta_rmsea"), 3
)


def release_scale_quality(quality: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A scale in one wave; missing where too few answered, or answered every item.

    Those who answered every item and those who did not add up to the people with a score: if
    either are few, neither their number nor a share that gives it back is told.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    few = too_few(quality["n_people"], minimum)
    few_complete = few | too_few(quality["n_complete"], minimum)
    n_prorated = (quality["share_prorated"] * quality["n_people"]).round()
    few_prorated = is_small(n_prorated, minimum)
    few_prorated |= is_small(quality["n_people"] - n_prorated, minimum)
    few_prorated |= is_small(quality["n_complete"], minimum)
    few_prorated |= is_small(quality["n_people"] - quality["n_complete"], minimum)
    n_lined = (quality["share_straight_lined"] * quality["n_complete"]).round()
    few_lined = is_small(n_lined, minimum) | is_small(quality["n_complete"] - n_lined, minimum)
    of_complete = (*_OF_COMPLETE, *_INTERVALS)
    return quality.assign(
        n_people=rounded(quality["n_people"], to).mask(few),
        n_complete=rounded(quality["n_complete"], to).mask(few_complete | few_prorated),
        **{name: quality[name].round(2).mask(few) for name in _OF_SCORES},
        **{name: quality[name].round(2).mask(few_complete) for name in of_complete},
        share_prorated=quality["share_prorated"].round(2).mask(few | few_prorated),
        share_straight_lined=quality["share_straight_lined"]
        .round(2)
        .mask(few_complete | few_lined),
        key_errors=quality["key_errors"].mask(few_complete),
        reason=publishable_text(quality["reason"], minimum=minimum, to=to).mask(
            few_complete, hidden_reason(minimum)
        ),
    )


def release_scale_invariance(invariance: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A step of a grouping of a scale; not evaluated where a group has too few people.

    A step that was not evaluated for want of people keeps its reason, its counts rounded.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    few = too_few(invariance["n_smallest"], minimum)
    has_figures = invariance["cfi"].notna()
    hide = few & has_figures
    counts = {
        name: rounded(invariance[name], to).mask(is_small(invariance[name], minimum))
        for name in ("n_people", "n_smallest", "n_left_out")
    }
    return invariance.assign(
        **{
            name: invariance[name].round(places).mask(hide)
            for name, places in _DECIMALS_OF_FIT.items()
        },
        df=invariance["df"].mask(hide),
        **counts,
        n_groups=invariance["n_groups"].astype("float64"),
        holds=invariance["holds"].mask(hide, "not evaluated"),
        reason=publishable_text(invariance["reason"], minimum=minimum, to=to).mask(
            hide, hidden_reason(minimum)
        ),
    )


def release_response_rates(rates: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A survey wave and arm; shares are recomputed from rounded counts.

    Of an arm too few of whom were asked nothing is told; nor who answered, where few did or few
    did not. Few unlinked answers are hidden, and with them the bounds, in both arms.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    few = too_few(rates["n_employed"], minimum)
    few_answered = few | is_small(rates["n_answered"], minimum)
    few_answered |= is_small(rates["n_employed"] - rates["n_answered"], minimum)
    few_unlinked = is_small(rates["n_unlinked"], minimum)
    employed = rounded(rates["n_employed"], to).mask(few)
    answered = rounded(rates["n_answered"], to).mask(few_answered)
    unlinked = rounded(rates["n_unlinked"], to).mask(few_unlinked)
    may_be_own = np.minimum(unlinked, (employed - answered).clip(lower=0))
    lowest = answered.where(answered > 0) / (answered + may_be_own)
    return rates.assign(
        n_employed=employed,
        n_answered=answered,
        response_rate=(answered / employed.where(employed > 0)).clip(upper=1).round(3),
        n_unlinked=unlinked,
        linkage_lowest=lowest.round(3),
        linkage_highest=rates["linkage_highest"].where(lowest.notna()),
    )
