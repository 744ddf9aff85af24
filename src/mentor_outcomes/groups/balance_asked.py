"""What is asked of entropy balancing, as arrays of numbers that fit together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError

_WHOLE = 1e-9
"""Distance from 1 within which shares sum to all weight."""


@dataclass(frozen=True, slots=True)
class Asked:
    """values (n_rows, n_columns), target (n_columns,), codes (n_rows,) of the strata, shares"""

    values: np.ndarray
    target: np.ndarray
    codes: np.ndarray
    shares: np.ndarray


def as_asked(values, target, names: Sequence[str], strata=None, shares=None) -> Asked:
    """Frames, lists and whole numbers as arrays; one column may come without its second dimension.

    Raises EstimationError where they do not fit together or hold anything but finite numbers: one
    missing value would make every comparison false, and equal weights would pass for an answer.
    """
    _check_labels(values, target, strata)
    rows = _numbers(values, "values")
    rows = rows[:, None] if rows.ndim == 1 else rows
    goal = np.atleast_1d(_numbers(target, "target"))
    shapes = f"values of shape {rows.shape}, a target of shape {goal.shape}, {len(names)} names"
    if rows.ndim != 2 or goal.ndim != 1 or not rows.shape[1] == len(goal) == len(names):
        raise EstimationError(
            f"{shapes}.",
            expected="one target and one name per column of values.",
            remedy="hand over values as rows by columns, in the order of target and names.",
        )
    if len(rows) == 0:
        raise EstimationError(
            f"{shapes}: there is nobody to be weighted.",
            expected="at least one row.",
            remedy="widen the criteria for the group that is to be weighted.",
        )
    _check_finite(rows, "values", names)
    _check_finite(goal[None], "target", names)
    return Asked(rows, goal, *_strata(strata, shares, len(rows)))


def _numbers(given, what: str) -> np.ndarray:
    try:
        if isinstance(given, pd.DataFrame | pd.Series):
            return given.to_numpy(dtype="float64", na_value=np.nan)
        return np.asarray(given, dtype="float64")
    except (TypeError, ValueError):
        raise EstimationError(
            f"{what} that are no table of numbers.",
            expected="numbers or flags, as many in every row.",
            remedy="turn text into indicator columns first.",
        ) from None


def _check_finite(rows: np.ndarray, what: str, names: Sequence[str]) -> None:
    unfit = ~np.isfinite(rows)
    if unfit.any():
        columns = [str(name) for name, bad in zip(names, unfit.any(axis=0), strict=True) if bad]
        raise EstimationError(
            f"{int(unfit.sum())} missing or infinite numbers in {what}, of {', '.join(columns)}.",
            expected="finite numbers.",
            remedy="leave out, with a count, rows that lack a value, or add an indicator of it "
            "and a fixed value.",
        )


def _check_labels(values, target, strata) -> None:
    """Refuse pandas objects whose labels say another order than the one in which they stand."""
    if not isinstance(values, pd.DataFrame):
        return
    pairs = [
        ("the labels of target", target, "the columns of values", values.columns),
        ("the index of strata", strata, "the index of values", values.index),
    ]
    for what, given, of_what, labels in pairs:
        if isinstance(given, pd.Series) and not given.index.equals(labels):
            raise EstimationError(
                f"{what} differ from {of_what}.",
                expected="the same labels in the same order.",
                remedy="bring both into one order, or hand over arrays.",
            )


def _strata(strata, shares, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers of strata, and the share of each; one stratum for all where none is given."""
    if strata is None and shares is None:
        return np.zeros(n_rows, dtype=np.int64), np.ones(1)
    if strata is None or shares is None:
        raise EstimationError(
            "strata without shares, or shares without strata.",
            expected="both, or neither.",
            remedy="say which share of the weight each stratum is to have.",
        )
    numbers, parts = _numbers(strata, "strata"), _numbers(shares, "shares")
    if parts.ndim != 1 or not (parts >= 0).all() or abs(parts.sum() - 1) > _WHOLE:
        raise EstimationError(
            f"shares of shape {parts.shape} that sum to {parts.sum():.6g}.",
            expected="one share per stratum, none below 0, which sum to 1.",
            remedy="divide them by their sum.",
        )
    if numbers.shape != (n_rows,) or not np.isin(numbers, np.arange(len(parts))).all():
        raise EstimationError(
            f"strata of shape {numbers.shape} for {n_rows} rows and {len(parts)} shares.",
            expected="per row a whole number from 0 on, the place of its stratum in shares.",
            remedy="number the strata with pandas.factorize, in the order of shares.",
        )
    codes = numbers.astype(np.int64)
    n_odd = int(((np.bincount(codes, minlength=len(parts)) > 0) != (parts > 0)).sum())
    if n_odd:
        raise EstimationError(
            f"{n_odd} of {len(parts)} strata have rows but no share, or a share but no rows.",
            expected="rows in every stratum with a share, and in no other.",
            remedy="leave out, with a count, such rows and shares.",
        )
    return codes, parts
