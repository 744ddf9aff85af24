"""What is left of a variable once every unit and every period has an effect: exact, in one pass.

Deviations from the means of the larger side (mostly units) leave a linear system for the effects
of the smaller side (mostly periods). Its matrix is the periods' Gram matrix after the same
deviation, n_t - sum over units of 1/n_i: periods by periods, found from a cross-tabulation of who
is seen when, and solved once by Cholesky. Nothing is iterated, so that nothing has to converge;
panels may be unbalanced (Wansbeek & Kapteyn 1989, J. Econometrics 41:341).
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

MOST_OF_THE_SMALLER_SIDE = 4_000
"""Levels of the smaller side whose Gram matrix still fits: 128 MB, and 10 s to factorise."""
_DENSE_CELLS = 4
"""Cells of the cross-tabulation per row of the panel up to which it is held in full: 32 bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class TwoWayEffects:
    """The effects of a panel, ready to be taken out of any number of variables.

    larger, smaller   (n_rows,) codes of the side with more levels, and of the other
    n_of_larger       (levels,) rows of each level of the larger side
    shares            (levels, n_smaller) 1 / n_of_larger where the two were seen together, else 0
    kept              levels of the smaller side that have an effect of their own: all but one of
                      each part of the panel that is linked by nobody to the rest
    factor            Cholesky factor of their Gram matrix, after deviation
    n_parts           parts of the panel without a link; 1 as a rule
    """

    larger: np.ndarray
    smaller: np.ndarray
    n_of_larger: np.ndarray
    shares: np.ndarray | csr_array
    n_smaller: int
    kept: np.ndarray
    factor: tuple[np.ndarray, bool] | None
    n_parts: int

    def deviations(self, values: np.ndarray) -> np.ndarray:
        """`values` less the mean of its level of the larger side."""
        sums = np.bincount(self.larger, values, len(self.n_of_larger))
        means = (sums / self.n_of_larger)[self.larger]
        return np.subtract(values, means, out=means)

    def without(self, values: np.ndarray) -> np.ndarray:
        """`values` (n_rows,) less its projection on both sides' effects."""
        left = self.deviations(values)
        if self.factor is None:
            return left
        effects = np.zeros(self.n_smaller)
        sums = np.bincount(self.smaller, left, self.n_smaller)
        effects[self.kept] = cho_solve(self.factor, sums[self.kept])
        left -= effects[self.smaller]
        left += (self.shares @ effects)[self.larger]
        return left


def two_way_effects(
    unit: np.ndarray, n_units: int, period: np.ndarray, n_periods: int
) -> TwoWayEffects:
    """The effects of codes `unit` and `period`, each (n_rows,), no pair of them twice."""
    larger, smaller, n_larger, n_smaller = unit, period, n_units, n_periods
    if n_units < n_periods:
        larger, smaller, n_larger, n_smaller = period, unit, n_periods, n_units
    n_of_larger = np.bincount(larger, minlength=n_larger).astype("float64")
    seen, shares = _seen_together(larger, smaller, n_of_larger, n_smaller)
    together = seen.T @ shares
    together = together if isinstance(together, np.ndarray) else together.toarray()
    n_of_smaller = np.bincount(smaller, minlength=n_smaller).astype("float64")
    gram = np.diag(n_of_smaller) - together
    n_parts, part = connected_components(together > 0, directed=False)
    kept = np.setdiff1d(np.arange(n_smaller), np.unique(part, return_index=True)[1])
    factor = cho_factor(gram[np.ix_(kept, kept)]) if len(kept) else None
    return TwoWayEffects(larger, smaller, n_of_larger, shares, n_smaller, kept, factor, n_parts)


def _seen_together(
    larger: np.ndarray, smaller: np.ndarray, n_of_larger: np.ndarray, n_smaller: int
):
    """1 where a level of either side was seen together, (levels, n_smaller), and 1/n_of_larger."""
    shape = (len(n_of_larger), n_smaller)
    if shape[0] * shape[1] <= _DENSE_CELLS * len(larger):
        cells = larger * n_smaller + smaller
        seen = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype("float64")
        return seen, seen / n_of_larger[:, None]
    seen = csr_array((np.ones(len(larger)), (larger, smaller)), shape=shape)
    return seen, csr_array((1 / n_of_larger[larger], (larger, smaller)), shape=shape)
