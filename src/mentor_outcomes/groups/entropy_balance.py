"""Weights nearest to equal that give one group the averages of another: the dual and its Newton."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.special import logsumexp, softmax

from mentor_outcomes.errors import EstimationError

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
_OUTSIDE = 1e-6
"""Distance from what weights can reach, in SDs, beyond which a target is out of reach."""


@dataclass(frozen=True, slots=True)
class EntropyBalance:
    """weights  one per row of the group, summing to 1
    largest_gap  largest difference of weighted average and target, in SDs of the group
    """

    weights: np.ndarray
    largest_gap: float
    n_iterations: int


def entropy_balance(
    values: np.ndarray, target: np.ndarray, *, names: Sequence[str], of_whom: str = "the target"
) -> EntropyBalance:
    """Weights whose averages of `values` are `target`, as near to equal as that allows.

    They minimise sum w log w (the Kullback-Leibler distance from equal weights) subject to
    sum w = 1 and sum w x = t (Hainmueller 2012, Political Analysis 20:25). The answer is
    w proportional to exp((x - t)'b), where b minimises log sum exp((x - t)'b): as many unknowns
    as averages, a convex function, and Newton with steps halved finds it.

    Where a target equals the smallest (or largest) value of its column, only rows with that value
    can weigh anything: the others get 0, which is the limit of the formula. Columns that repeat
    each other add nothing and do no harm.

    Parameters
    ----------
    values   shape (n_rows, n_columns), finite
    target   shape (n_columns,)
    names, of_whom   what the columns are, and whose averages the target holds, for messages

    Raises EstimationError where no weights reach the target, with the columns that are to blame.

    Checked in tests/spec/test_weighting.py by hand, in tests/properties against the conditions of
    an optimum (Lagrange) and a linear programme that says what can be reached, and in
    tests/reference against a Newton written in R.
    """
    weights = np.zeros(len(values))
    rows, columns = _face(values, target, names, of_whom)
    if len(columns) == 0:
        weights[rows] = 1 / len(rows)
        return EntropyBalance(weights, 0.0, 0)
    deviations = values[np.ix_(rows, columns)] - target[columns]
    deviations /= deviations.std(axis=0)
    found, gap, n_iterations = _newton(deviations)
    if not gap <= BALANCED:
        raise _out_of_reach(deviations, [names[j] for j in columns], of_whom)
    weights[rows] = found
    return EntropyBalance(weights, gap, n_iterations)


def _face(values, target, names, of_whom) -> tuple[np.ndarray, np.ndarray]:
    """Rows that can weigh something, and columns that still vary among them."""
    rows = np.arange(len(values))
    while True:
        low, high = values[rows].min(axis=0), values[rows].max(axis=0)
        slack = np.maximum(_ON_EDGE * (high - low), _ROUNDING * np.abs(target))
        below, above = target < low - slack, target > high + slack
        if (below | above).any():
            raise _outside(names, below, above, of_whom)
        varies = high - low > slack
        at_low, at_high = varies & (target <= low + slack), varies & (target >= high - slack)
        own = values[rows]
        possible = ~(own[:, at_low] > low[at_low] + slack[at_low]).any(axis=1)
        possible &= ~(own[:, at_high] < high[at_high] - slack[at_high]).any(axis=1)
        if possible.all():
            return rows, np.flatnonzero(varies)
        if not possible.any():
            raise _jointly([n for n, j in zip(names, at_low | at_high, strict=True) if j], of_whom)
        rows = rows[possible]


def _newton(deviations: np.ndarray) -> tuple[np.ndarray, float, int]:
    """Weights, their largest gap, and steps taken; the gap is infinite where there is no answer."""
    exponent = np.zeros(len(deviations))
    for iteration in range(1, _MAX_ITERATIONS + 1):
        # All rows on one side of a plane through the target: no average can lie on it.
        if exponent.max() < -_FLAT * np.abs(exponent).max():
            return softmax(exponent), np.inf, iteration
        weights = softmax(exponent)
        gradient = weights @ deviations
        gap = float(np.abs(gradient).max())
        if gap <= _POLISHED:
            break
        step = _step(deviations, weights, gradient)
        moved = _line_search(deviations, exponent, step, slope=float(gradient @ step), gap=gap)
        if moved is None:
            break
        exponent = moved
    return weights, gap, iteration


def _step(deviations: np.ndarray, weights: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Newton's step, of least length: directions in which nothing varies are left alone."""
    centred = deviations - gradient
    curvature = centred.T @ (weights[:, None] * centred)
    eigenvalues, vectors = np.linalg.eigh(curvature)
    kept = eigenvalues > _FLAT * max(eigenvalues[-1], np.finfo(float).tiny)
    return -vectors[:, kept] @ ((vectors[:, kept].T @ gradient) / eigenvalues[kept])


def _line_search(deviations, exponent, step, *, slope: float, gap: float):
    """Where the largest share of the step leads that lowers the dual enough; None if none does.

    Near the answer the dual changes by less than its rounding; there a smaller gap counts.
    """
    change = deviations @ step
    start = logsumexp(exponent)
    share = 1.0
    while share > 1e-6:
        moved = exponent + share * change
        lower = logsumexp(moved) <= start + 1e-4 * share * slope
        if lower and abs(slope) > 1e-10:
            return moved
        if np.abs(softmax(moved) @ deviations).max() < gap / 2:
            return moved
        share /= 2
    return None


def _out_of_reach(deviations: np.ndarray, names: Sequence[str], of_whom: str) -> EstimationError:
    """Which columns no weights can bring to the target together (linear programme)."""
    n_rows, n_columns = deviations.shape
    identity = np.eye(n_columns)
    found = linprog(
        np.r_[np.zeros(n_rows), np.ones(2 * n_columns)],
        A_eq=np.vstack(
            [
                np.hstack([deviations.T, identity, -identity]),
                np.r_[np.ones(n_rows), np.zeros(2 * n_columns)],
            ]
        ),
        b_eq=np.r_[np.zeros(n_columns), 1.0],
        method="highs",
    )
    if found.status == 0 and found.fun > _OUTSIDE:
        missed = found.x[n_rows : n_rows + n_columns] + found.x[n_rows + n_columns :]
        return _jointly([n for n, x in zip(names, missed, strict=True) if x > _OUTSIDE], of_whom)
    return EstimationError(
        "the balance asked for can only just be reached, by weights on very few people.",
        expected="people on all sides of the averages to be reached.",
        remedy="balance fewer covariates, merge rare levels, or use overlap weights.",
    )


def _outside(names, below, above, of_whom: str) -> EstimationError:
    parts = [
        f"{name} ({'below' if is_below else 'above'} all of them)"
        for name, is_below, is_above in zip(names, below, above, strict=True)
        if is_below or is_above
    ]
    return EstimationError(
        f"the average of {of_whom} lies outside the values of those to be weighted: "
        f"{', '.join(parts)}.",
        expected="an average between the smallest and the largest value of those to be weighted.",
        remedy="restrict the study to people who can be compared, or remove the covariate.",
    )


def _jointly(names: Sequence[str], of_whom: str) -> EstimationError:
    return EstimationError(
        f"no weights give the averages of {of_whom}: each lies within the values of those to be "
        f"weighted, but all together do not; {', '.join(names)} cannot be met beside the others.",
        expected="people to be weighted on all sides of the averages to be reached.",
        remedy=f"remove {names[0]} or covariates that go with it, merge rare levels, restrict the "
        "study to people who can be compared, or use overlap weights.",
    )
