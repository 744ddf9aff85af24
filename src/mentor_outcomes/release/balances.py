"""Balance without what too few people stand behind, in one design or between two."""

import pandas as pd

from mentor_outcomes.release.counts import (
    beside_a_near_one,
    is_small,
    rounded,
    too_few,
    with_companions,
)
from mentor_outcomes.release.overlaps import ALL, DESIGN, variable_of
from mentor_outcomes.study import Release

_GROUP = [*DESIGN, "subgroup"]
_OF_DESIGN = ["n_mentored_matched", "n_comparison"]
_ARMS = ("mentored", "comparison")
_KNOWN = [f"n_{arm}_known{when}" for when in ("", "_before") for arm in _ARMS]
_LEVEL = [f"n_{arm}_level{when}" for when in ("", "_before") for arm in _ARMS]
_AFTER = [
    "mean_mentored",
    "mean_comparison_after",
    "smd_after",
    "smd_after_p_value",
    "variance_ratio_after",
    "ks_after",
]
_BEFORE = ["mean_comparison_before", "smd_before", "variance_ratio_before", "ks_before"]


def release_balance(
    balance: pd.DataFrame, overlap: pd.DataFrame, settings: Release
) -> pd.DataFrame:
    """A covariate of a design; missing where too few people have a value, a level or its opposite.

    Figures before matching are missing, too, where those who found no match would be told by
    them: a few with a value, with the level or without it. The shares of all levels of a
    covariate and of its missing values sum to one, so hidden ones are made up to `minimum_people`
    by the next smallest; the same holds of the subgroups of a column. Of two designs of a role
    that differ by few people, in all or with or without a level, the larger is told: the
    difference of two shares would be about these few.
    """
    minimum = settings.minimum_people
    rows = balance.merge(overlap[[*_GROUP, *_OF_DESIGN]], on=_GROUP, how="left")
    rows = rows.set_axis(balance.index)
    few_after = _near_another_design(rows, "", minimum) | _few_in(rows, "", minimum)
    for name in _OF_DESIGN:
        few_after |= too_few(rows[name], minimum)
    few_after = _with_what_adds_up(rows, few_after, [""], minimum)
    few_before = few_after | _few_in(rows, "_before", minimum) | _few_unmatched(rows, minimum)
    few_before |= _near_another_design(rows, "_before", minimum)
    few_before = _with_what_adds_up(rows, few_before, ["_before", "_unmatched"], minimum)
    return balance.assign(
        **{name: balance[name].round(3).mask(few_after) for name in _AFTER},
        **{name: balance[name].round(3).mask(few_before) for name in _BEFORE},
        **_released_counts(rows, few_after, few_before, settings),
    )


def _near_another_design(rows: pd.DataFrame, when: str, minimum: int) -> pd.Series:
    """Whether a larger design has almost the same people, with the level or without it."""
    counts = rows[_OF_DESIGN].copy()
    for arm in _ARMS:
        known, level = rows[f"n_{arm}_known{when}"], rows[f"n_{arm}_level{when}"]
        counts = counts.assign(
            **{f"{arm}_known": known, f"{arm}_1": level, f"{arm}_0": known - level}
        )
    labelled = pd.concat([rows[[*_GROUP, "covariate"]], counts], axis="columns")
    same = ["role", "subgroup", "covariate"]
    return beside_a_near_one(labelled, same, counts.columns, minimum)


def _few_in(rows: pd.DataFrame, when: str, minimum: int) -> pd.Series:
    """Whether an arm has few people with a value or, of a 0/1 column, with a 0 or a 1."""
    few = pd.Series(False, index=rows.index)
    for arm in _ARMS:
        known, level = rows[f"n_{arm}_known{when}"], rows[f"n_{arm}_level{when}"]
        few |= too_few(known, minimum)
        few |= is_small(level, minimum) | is_small(known - level, minimum)
    return few


def _few_unmatched(rows: pd.DataFrame, minimum: int) -> pd.Series:
    """Whether few of the eligible with a value, with the level or without it were not matched."""
    few = pd.Series(False, index=rows.index)
    for arm in _ARMS:
        known = rows[f"n_{arm}_known_before"] - rows[f"n_{arm}_known"]
        level = rows[f"n_{arm}_level_before"] - rows[f"n_{arm}_level"]
        few |= is_small(known, minimum) | is_small(level, minimum)
        few |= is_small(known - level, minimum)
    return few


def _with_what_adds_up(
    rows: pd.DataFrame, hide: pd.Series, whens: list[str], minimum: int
) -> pd.Series:
    """`hide`, with further levels and subgroups, until neither gives back what the other hides."""
    people = pd.concat([_people(rows, when) for when in whens], axis="columns")
    before = ~hide
    while not before.equals(hide):
        before = hide
        hide = _with_further_levels(rows, hide, people, minimum)
        hide = _with_further_subgroups(rows, hide, people, minimum)
    return hide


def _people(rows: pd.DataFrame, when: str) -> pd.DataFrame:
    """Per arm the people with the level, without it, with a value; or the unmatched of these."""
    if when == "_unmatched":
        of = [_people(rows, at).set_axis(range(6), axis="columns") for at in ("_before", "")]
        return (of[0] - of[1]).add_prefix("unmatched_")
    counts = {f"{arm}_1": rows[f"n_{arm}_level{when}"] for arm in _ARMS}
    for arm in _ARMS:
        known = rows[f"n_{arm}_known{when}"]
        counts |= {f"{arm}_known": known, f"{arm}_0": known - rows[f"n_{arm}_level{when}"]}
    return pd.DataFrame(counts, index=rows.index).add_suffix(when)


def _with_further_levels(
    rows: pd.DataFrame, hide: pd.Series, people: pd.DataFrame, minimum: int
) -> pd.Series:
    """`hide`, with the next smallest levels of a covariate until no few are in the hidden ones.

    Of a covariate with two levels one row is shown, which is judged with its opposite.
    """
    covariate = rows["covariate"]
    is_level = covariate.str.contains("=", regex=False)
    of_level = [name for name in people.columns if "_1" in name or name.startswith("unmatched")]
    also = hide.copy()
    ordered = rows.sort_values("covariate")
    for _, levels in ordered.groupby([*(ordered[name] for name in _GROUP), variable_of(covariate)]):
        if is_level[levels.index].sum() >= 2:
            own = people.loc[levels.index, of_level]
            also[levels.index] = with_companions(hide[levels.index], own, minimum)
    return also


def _with_further_subgroups(
    rows: pd.DataFrame, hide: pd.Series, people: pd.DataFrame, minimum: int
) -> pd.Series:
    """`hide`, with the next smallest subgroups of a column: all of them make up everybody."""
    inside = rows[rows["subgroup"] != ALL].sort_values("subgroup")
    also = hide.copy()
    for _, own in inside.groupby([*DESIGN, "covariate", variable_of(inside["subgroup"])]):
        also[own.index] = with_companions(hide[own.index], people.loc[own.index], minimum)
    return also


def _released_counts(
    rows: pd.DataFrame, few_after: pd.Series, few_before: pd.Series, settings: Release
) -> dict[str, pd.Series]:
    """Counts rounded; those with a value are told only if no few are without one."""
    minimum, to = settings.minimum_people, settings.round_counts_to
    released = {}
    for name in (*_KNOWN, *_LEVEL):
        hide = few_before if name.endswith("_before") else few_after
        hide = hide | is_small(rows[name], minimum)
        if name in _KNOWN:
            most = rows.groupby(_GROUP)[name].transform("max")
            hide |= is_small(most - rows[name], minimum)
        released[name] = rounded(rows[name], to).mask(hide)
    return released
