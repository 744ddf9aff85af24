"""Overlap, preference scores and calibration without what too few people stand behind."""

import pandas as pd

from mentor_outcomes.release.counts import (
    beside_a_near_one,
    is_small,
    rounded,
    too_few,
    with_companions,
)
from mentor_outcomes.release.texts import publishable_text
from mentor_outcomes.study import Release

DESIGN = ["role", "contrast", "eligibility"]
ALL = "all"
_COUNTED = ["n_mentored_matched", "n_comparison"]
_SHARES = ["equipoise_share", "equipoise_share_mentored", "equipoise_share_comparison"]
_OF_THE_MODEL = {"c_statistic": 2, "largest_calibration_gap": 4, "calibration_gap_error": 4}
_EQUIPOISE = (0.3, 0.7)


def variable_of(labels: pd.Series) -> pd.Series:
    """What a subgroup or covariate is a level of: gender of `gender=f` and of `gender_missing`."""
    is_level = labels.str.contains("=", regex=False)
    return labels.str.split("=", n=1).str[0].where(is_level, labels.str.removesuffix("_missing"))


def release_overlap(overlap: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A design or a subgroup of it: how many are compared, how alike their chances of a mentor are.

    If few of the eligible mentored found no comparator, neither their share nor the number of the
    eligible is told: less the matched it would give them back. How often the most used comparator
    serves is about one person, and is never told. Shares in equipoise are missing where few of an
    arm are in it or out of it, or where another design differs by few people. All subgroups of a
    column make up everybody: hidden ones are made up to `minimum_people` by the next smallest.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    n_unmatched = overlap["n_mentored_eligible"] - overlap["n_mentored_matched"]
    counted = overlap[_COUNTED].assign(unmatched=n_unmatched)
    few = too_few(overlap["n_mentored_matched"], minimum) | too_few(
        overlap["n_comparison"], minimum
    )
    few = _with_subgroups(overlap, few, overlap[_COUNTED], minimum)
    few_unmatched = _with_subgroups(overlap, few | is_small(n_unmatched, minimum), counted, minimum)
    alike = _in_equipoise(overlap)
    few_alike = few | _few_alike(overlap, alike, minimum)
    few_alike = _with_subgroups(overlap, few_alike, overlap[_COUNTED].join(alike), minimum)
    effective = ["effective_mentored", "effective_comparison"]
    counts = {name: rounded(overlap[name], to).mask(few) for name in (*_COUNTED, *effective)}
    counts["n_mentored_eligible"] = counts["n_mentored_matched"] + rounded(n_unmatched, to)
    counts["n_mentored_eligible"] = counts["n_mentored_eligible"].mask(few_unmatched)
    for name in ("n_truncated", "flow_gap"):
        hide = few | is_small(overlap[name], minimum)
        counts[name] = rounded(overlap[name], to).mask(hide & (overlap[name] > 0))
    left_out = publishable_text(overlap["left_out_of_model"], minimum=minimum, to=to)
    return overlap.assign(
        **counts,
        **{name: overlap[name].round(2).mask(few_alike) for name in _SHARES},
        **{name: overlap[name].round(digits).mask(few) for name, digits in _OF_THE_MODEL.items()},
        left_out_of_model=left_out,
        share_unmatched=overlap["share_unmatched"].round(2).mask(few_unmatched),
        largest_reuse=float("nan"),
    )


def _with_subgroups(
    overlap: pd.DataFrame, hide: pd.Series, people: pd.DataFrame, minimum: int
) -> pd.Series:
    """`hide`, with further subgroups of the same column until no few are in the hidden ones."""
    inside = overlap[overlap["subgroup"] != ALL].sort_values("subgroup")
    also = hide.copy()
    for _, rows in inside.groupby([*DESIGN, variable_of(inside["subgroup"])]):
        also[rows.index] = with_companions(hide[rows.index], people.loc[rows.index], minimum)
    return also


def _in_equipoise(overlap: pd.DataFrame) -> pd.DataFrame:
    """People of each arm in equipoise and out of it, by their shares."""
    counts = {}
    for arm, n in (("mentored", "n_mentored_eligible"), ("comparison", "n_comparison")):
        share = overlap[f"equipoise_share_{arm}"].fillna(0)
        counts |= {f"{arm}_in": share * overlap[n], f"{arm}_out": (1 - share) * overlap[n]}
    return pd.DataFrame(counts, index=overlap.index)


def _few_alike(overlap: pd.DataFrame, alike: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether shares in equipoise are about few people, of one design or between two."""
    counts = ["n_mentored_eligible", *_COUNTED]
    labelled = overlap[[*DESIGN, "subgroup", *counts]]
    few = beside_a_near_one(labelled, ["role", "subgroup"], counts, minimum)
    for name in alike.columns:
        few |= is_small(alike[name], minimum)
    return few


def release_preference(
    preference: pd.DataFrame, overlap: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """A range of preference scores of an arm, its share of the arm to three decimals.

    A range with few people is hidden, and the next smallest with it, until no few are hidden on
    either side of equipoise: its share is told, and all ranges sum to one. Where the share in
    equipoise is not told, or another design of the role has almost as many people in a range,
    nothing of the design, or of that range, is told.
    """
    minimum = settings.minimum_people
    told = release_overlap(overlap[overlap["subgroup"] == ALL], settings)
    is_told = preference[DESIGN].merge(told, on=DESIGN, how="left")["equipoise_share"].notna()
    hide = ~is_told.set_axis(preference.index) | is_small(preference["n_people"], minimum)
    lower = preference["preference_from"]
    in_range = ["role", "arm", "preference_from"]
    labelled = preference[[*DESIGN, "arm", "preference_from", "n_people"]]
    hide |= beside_a_near_one(labelled, in_range, ["n_people"], minimum)
    inside = (lower >= _EQUIPOISE[0]) & (lower < _EQUIPOISE[1])
    ordered = preference.sort_values("preference_from")
    for _, rows in ordered.groupby([*DESIGN, "arm", inside]):
        people = rows[["n_people"]]
        hide[rows.index] = with_companions(hide[rows.index], people, minimum)
    return preference.assign(
        share=preference["share"].round(3).mask(hide),
        n_people=rounded(preference["n_people"], settings.round_counts_to).mask(hide),
    )


def release_calibration(calibration: pd.DataFrame, settings: Release) -> pd.DataFrame:
    """A tenth of the predicted hazard, its shares to five decimals.

    Tenths with few starts are hidden, with the next smallest until no few are hidden: all starts
    together are told, and the model predicts as many.
    """
    minimum, to = settings.minimum_people, settings.round_counts_to
    counts = ["n_starts", "n_people", "n_person_months"]
    hide = is_small(calibration["n_starts"], minimum) | too_few(calibration["n_people"], minimum)
    for _, rows in calibration.sort_values("tenth").groupby(["role", "contrast"]):
        people = rows[["n_starts", "n_people"]]
        hide[rows.index] = with_companions(hide[rows.index], people, minimum)
    shares = ["mean_predicted", "observed_share", "gap_error"]
    return calibration.assign(
        **{name: rounded(calibration[name], to).mask(hide) for name in counts},
        **{name: calibration[name].round(5).mask(hide) for name in shares},
    )
