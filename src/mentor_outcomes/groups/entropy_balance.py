"""Weights nearest to equal that give one group the averages of another: the dual and its Newton."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mentor_outcomes.groups.balance_asked import as_asked
from mentor_outcomes.groups.balance_reach import jointly, out_of_reach, outside

BALANCED = 1e-9
"""Largest gap between weighted average and target, in SDs, with which the weights are given out."""
_POLISHED = 1e-13
"""Gap at which no further step is tried."""
_MAX_ITERATIONS = 200
_ON_EDGE = 1e-12
"""A target this near to the smallest or largest value, as a share of the range, is at it."""
_ROUNDING = 1e-14
"""Rounding of an average, as a share of it."""
_FLAT = 1e-12
"""Share of the largest eigenvalue below which a direction says nothing new."""


@dataclass(frozen=True, slots=True)
class EntropyBalance:
    """weights  one per row of the group, summing to 1
    largest_gap  largest difference of weighted average and target, in SDs of the group
    """

    weights: np.ndarray
    largest_gap: float
    n_iterations: int


class _Strata:
    """Rows that lie stratum by stratum, and the share of all weight that each stratum has."""

    def __init__(self, codes: np.ndarray, shares: np.ndarray) -> None:
        present, first = np.unique(codes, return_index=True)
        self.first, self.shares = first, shares[present]
        self.sizes = np.diff(np.r_[first, len(codes)])

    def spread(self, values: np.ndarray) -> np.ndarray:
        return np.repeat(values, self.sizes, axis=0)

    def softmax(self, exponent: np.ndarray) -> np.ndarray:
        """Weights proportional to exp(exponent) in each stratum, which sum to its share."""
        power = np.exp(exponent - self.spread(np.maximum.reduceat(exponent, self.first)))
        return power * self.spread(self.shares / np.add.reduceat(power, self.first))

    def logsumexp(self, exponent: np.ndarray) -> float:
        """The dual: the mean over strata of log sum exp, weighted by the shares."""
        largest = np.maximum.reduceat(exponent, self.first)
        sums = np.add.reduceat(np.exp(exponent - self.spread(largest)), self.first)
        return float(self.shares @ (largest + np.log(sums)))

    def mean_largest(self, values: np.ndarray) -> np.ndarray:
        """The largest average that weights can give."""
        return self.shares @ np.maximum.reduceat(values, self.first, axis=0)


def entropy_balance(
    values: ArrayLike | pd.DataFrame,
    target: ArrayLike | pd.Series,
    *,
    names: Sequence[str],
    of_whom: str = "the target",
    strata: ArrayLike | pd.Series | None = None,
    shares: ArrayLike | pd.Series | None = None,
) -> EntropyBalance:
    """Weights whose averages of `values` are `target`, as near to equal as that allows.

    They minimise sum w log w (the Kullback-Leibler distance from equal weights) subject to
    sum w = 1 and sum w x = t (Hainmueller 2012, Political Analysis 20:25). The answer is
    w proportional to exp((x - t)'b), where b minimises log sum exp((x - t)'b): as many unknowns
    as averages, a convex function, and Newton with steps halved finds it.

    With `strata` the weights of each stratum also sum to its share; w is then proportional to
    exp((x - t)'b) within the stratum, and b minimises the average, by these shares, of the strata's
    log sum exp: the strata's own multipliers are solved for, and cost no unknowns.

    Where a target equals the smallest (or largest) average there can be, only rows with the
    extreme value (of their stratum) can weigh anything: the others get 0, which is the limit of
    the formula. Columns that repeat each other add nothing and do no harm.

    Parameters
    ----------
    values   shape (n_rows, n_columns), or (n_rows,) for one column; finite; a frame will do
    target   shape (n_columns,), in the order of the columns
    names, of_whom   what the columns are, and whose averages the target holds, for messages
    strata   per row the whole number of its stratum; None: one for all
    shares   per stratum its share of the weight, in order of these numbers; they sum to 1; every
             stratum that has rows has one, and no other

    Returns
    -------
    EntropyBalance: the weights in the order of rows, the gap that is left, and Newton's steps

    Raises
    ------
    EstimationError   no weights reach the target (the columns to blame are named); values, target,
                      names, strata and shares do not fit together, or hold what is no finite number

    Examples
    --------
    >>> entropy_balance([[0.0], [1.0], [2.0]], [1.0], names=["age"]).weights.round(3).tolist()
    [0.333, 0.333, 0.333]

    Checked in tests/spec/test_weighting.py and test_stacked_trials.py by hand, in tests/properties
    against the conditions of an optimum (Lagrange) and a linear programme that says what can be
    reached, and in tests/reference against a Newton written in R.
    """
    asked = as_asked(values, target, names, strata, shares)
    values, target, codes, shares = asked.values, asked.target, asked.codes, asked.shares
    order = np.argsort(codes, kind="stable")
    weights = np.zeros(len(values))
    rows, columns = _face(values[order], codes[order], shares, target, names, of_whom)
    own, parts = order[rows], _Strata(codes[order][rows], shares)
    if len(columns) == 0:
        weights[own] = parts.softmax(np.zeros(len(own)))
        return EntropyBalance(weights, 0.0, 0)
    deviations = values[np.ix_(own, columns)] - target[columns]
    deviations /= deviations.std(axis=0)
    found, gap, n_iterations = _newton(deviations, parts)
    if not gap <= BALANCED:
        raise out_of_reach(deviations, codes[own], shares, [names[j] for j in columns], of_whom)
    weights[own] = found
    return EntropyBalance(weights, gap, n_iterations)


def _face(values, codes, shares, target, names, of_whom) -> tuple[np.ndarray, np.ndarray]:
    """Rows that can weigh something, and columns that still vary within strata among them."""
    rows = np.arange(len(values))
    while True:
        own, parts = values[rows], _Strata(codes[rows], shares)
        largest = np.maximum.reduceat(own, parts.first, axis=0)
        smallest = np.minimum.reduceat(own, parts.first, axis=0)
        low, high = parts.shares @ smallest, parts.shares @ largest
        slack = np.maximum(_ON_EDGE * (high - low), _ROUNDING * np.abs(target))
        below, above = target < low - slack, target > high + slack
        if (below | above).any():
            raise outside(names, below, above, of_whom)
        varies = high - low > slack
        at_low, at_high = varies & (target <= low + slack), varies & (target >= high - slack)
        possible = ~(own > parts.spread(smallest) + slack)[:, at_low].any(axis=1)
        possible &= ~(own < parts.spread(largest) - slack)[:, at_high].any(axis=1)
        if possible.all():
            return rows, np.flatnonzero(varies)
        kept = np.unique(codes[rows[possible]])
        if len(kept) < len(parts.first):
            raise jointly([n for n, j in zip(names, at_low | at_high, strict=True) if j], of_whom)
        rows = rows[possible]


def _newton(deviations: np.ndarray, parts: _Strata) -> tuple[np.ndarray, float, int]:
    """Weights, their largest gap, and steps taken; the gap is infinite where there is no answer."""
    exponent = np.zeros(len(deviations))
    for iteration in range(1, _MAX_ITERATIONS + 1):
        weights = parts.softmax(exponent)
        # All averages on one side of a plane through the target: none can lie on it.
        if parts.mean_largest(exponent) < -_FLAT * np.abs(exponent).max():
            return weights, np.inf, iteration
        gradient = weights @ deviations
        gap = float(np.abs(gradient).max())
        if gap <= _POLISHED:
            break
        step = _step(deviations, weights, gradient, parts)
        moved = _line_search(
            deviations, exponent, step, parts, slope=float(gradient @ step), gap=gap
        )
        if moved is None:
            break
        exponent = moved
    return weights, gap, iteration


def _step(
    deviations: np.ndarray, weights: np.ndarray, gradient: np.ndarray, parts: _Strata
) -> np.ndarray:
    """Newton's step, of least length: directions in which nothing varies are left alone."""
    totals = np.add.reduceat(weights[:, None] * deviations, parts.first, axis=0)
    centred = deviations - parts.spread(totals / parts.shares[:, None])
    curvature = centred.T @ (weights[:, None] * centred)
    eigenvalues, vectors = np.linalg.eigh(curvature)
    kept = eigenvalues > _FLAT * max(eigenvalues[-1], np.finfo(float).tiny)
    return -vectors[:, kept] @ ((vectors[:, kept].T @ gradient) / eigenvalues[kept])


def _line_search(deviations, exponent, step, parts: _Strata, *, slope: float, gap: float):
    """Where the largest share of the step leads that lowers the dual enough; None if none does.

    Near the answer the dual changes by less than its rounding; there a smaller gap counts.
    """
    change = deviations @ step
    start = parts.logsumexp(exponent)
    share = 1.0
    while share > 1e-6:
        moved = exponent + share * change
        lower = parts.logsumexp(moved) <= start + 1e-4 * share * slope
        if lower and abs(slope) > 1e-10:
            return moved
        if np.abs(parts.softmax(moved) @ deviations).max() < gap / 2:
            return moved
        share /= 2
    return None
