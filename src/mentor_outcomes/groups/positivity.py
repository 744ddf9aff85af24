"""Levels of covariates that only one arm has: who is left out for it, and when that is an error."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SeparationError

MAY_LACK_TREATED = ("att", "ato")
"""Effects that are not about comparison people at a level without treated."""
MAY_LACK_COMPARISON = ("ato",)
"""Effects that are not about treated people at a level without comparison people."""


def comparable_rows(
    shown: pd.DataFrame, treated: np.ndarray, estimand: str, *, numbers: Collection[str] = ()
) -> np.ndarray:
    """Rows of people at levels that both arms have.

    Leaving out rows may leave another level with one arm only, so it goes on until none is.

    Parameters
    ----------
    shown    columns of `described`; those with no values but 0 and 1 are levels
    treated  flag per row
    numbers  columns that are numbers of their own, not marks of a level, for messages

    Raises SeparationError at a level that lacks an arm which the effect is about.
    """
    levels = [
        (_label(name, value, numbers), values == value)
        for name, values in zip(shown.columns, shown.to_numpy().T, strict=True)
        if ((values == 0) | (values == 1) | np.isnan(values)).all()
        for value in (0, 1)
    ]
    usable = np.ones(len(treated), dtype=bool)
    n_before = -1
    while n_before != usable.sum():
        n_before = usable.sum()
        for label, is_at in levels:
            usable &= ~_one_sided(label, is_at & usable, treated, estimand)
    if not usable.any():
        raise SeparationError(
            "no level of the covariates has both treated and comparison people.",
            expected="people of both arms who are alike.",
            remedy="remove or merge levels of the covariates.",
        )
    return np.flatnonzero(usable)


def rows_with_both_arms(groupings: Sequence[np.ndarray], treated: np.ndarray) -> np.ndarray:
    """Flags of the rows whose every group has rows of both arms.

    Leaving out rows may leave another group with one arm only, so it goes on until none is.

    groupings   per way of grouping the rows, the whole number of each row's group, 0 or more
    """
    usable, n_before = np.ones(len(treated), dtype=bool), -1
    while n_before != usable.sum():
        n_before = usable.sum()
        for codes in groupings:
            n = np.bincount(codes, usable)
            n_treated = np.bincount(codes, usable & treated)
            usable = usable & ((n_treated > 0) & (n_treated < n))[codes]
    return usable


def _one_sided(label: str, rows: np.ndarray, treated: np.ndarray, estimand: str) -> np.ndarray:
    """The rows at a level, where only one arm is there and the effect can do without them."""
    n_treated, n_comparison = int((rows & treated).sum()), int((rows & ~treated).sum())
    if n_treated > 0 and n_comparison > 0:
        return np.zeros_like(rows)
    allowed = MAY_LACK_TREATED if n_treated == 0 else MAY_LACK_COMPARISON
    if n_treated + n_comparison > 0 and estimand not in allowed:
        arm = "treated" if n_treated else "in the comparison arm"
        raise SeparationError(
            f"all {n_treated + n_comparison} people at {label} are {arm}.",
            expected="people of both arms at every level that the effect is about.",
            remedy="merge the level with another, leave these people out and say so, "
            "or use overlap weights.",
        )
    return rows


def _label(name: str, value: int, numbers: Collection[str]) -> str:
    if name in numbers:
        return f"{name}={value}"
    return name if value else f"other than {name}"
