"""When a count is too small, and how a count is rounded."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

HIDDEN = "hidden: fewer than {minimum} people"
_DIGITS = 6
"""A share times a count is a count up to rounding beyond these."""


def hidden_reason(minimum_people: int) -> str:
    """What stands where a figure was."""
    return HIDDEN.format(minimum=minimum_people)


def is_hidden(reasons: pd.Series) -> pd.Series:
    """Whether each reason says that the figure was hidden by the release."""
    told = [isinstance(reason, str) and reason.startswith("hidden:") for reason in reasons]
    return pd.Series(told, index=reasons.index, dtype=bool)


def rounded(counts: pd.Series, to: int) -> pd.Series:
    """Counts to the nearest multiple of `to`, halves upward; missing stays missing."""
    return np.floor(counts.astype("float64") / to + 0.5) * to


def too_few(counts: pd.Series, minimum: int) -> pd.Series:
    """Whether fewer than `minimum` people are counted; an unknown count is too few."""
    return ~(counts.astype("float64").round(_DIGITS) >= minimum)


def is_small(counts: pd.Series, minimum: int) -> pd.Series:
    """Whether a count is of somebody, but of fewer than `minimum`: nobody at all may be said."""
    exact = counts.astype("float64").round(_DIGITS)
    return (exact > 0) & (exact < minimum)


def beside_a_near_one(
    rows: pd.DataFrame, of_same: Iterable[str], counts: Iterable[str], minimum: int
) -> pd.Series:
    """Rows to be hidden since another that is told counts almost the same people.

    Two rows with the same `of_same` are near where one of `counts` differs by 1 to `minimum` - 1
    people: the difference of their figures would be about these few. The row of the largest
    counts is told, taken in the order of `counts`; then the next that is near no told one. Rows
    of equal counts are told in the order of their labels, all text of `rows` in alphabetical order.
    """
    counts = list(counts)
    names = [name for name in rows.columns if name not in counts]
    hide = pd.Series(False, index=rows.index)
    by_size = rows.reset_index(names="_place").sort_values(
        [*counts, *names], ascending=[False] * len(counts) + [True] * len(names)
    )
    for _, group in by_size.groupby(list(of_same), sort=True):
        told: list[np.ndarray] = []
        for place, own in zip(group["_place"], group[counts].to_numpy(), strict=True):
            gaps = np.abs(np.array(told).reshape(-1, len(counts)) - own)
            if ((gaps > 0) & (gaps < minimum)).any():
                hide.loc[place] = True
            else:
                told.append(own)
    return hide


def with_companions(hide: pd.Series, people: pd.DataFrame, minimum: int) -> pd.Series:
    """`hide` of rows that sum to a told total, with the next smallest until no few are hidden.

    A row of nobody hides nothing, and needs no company.

    people   counts of each row, in any number of columns; the first ones order the rows, and equal
             rows stand in the order in which they were handed over
    """
    also = hide.copy()
    of_somebody = people[(people > 0).any(axis="columns")]
    if not hide[of_somebody.index].any():
        return also
    ordered = of_somebody.sort_values(list(people.columns), kind="stable")
    for place in ordered.index[~hide[ordered.index]]:
        hidden = ordered[also[ordered.index]]
        if len(hidden) > 1 and not is_small(hidden.sum(), minimum).any():
            break
        also[place] = True
    return also
