"""Moments of the groups, and which parameter stands where in their one-factor models."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What maximum likelihood needs of one group's answers; covariances have the divisor n."""

    n: int
    means: np.ndarray
    covariances: np.ndarray

    @classmethod
    def of(cls, answers: np.ndarray) -> "Moments":
        """From answers, shape (n_people, n_items)."""
        return cls(len(answers), answers.mean(axis=0), np.cov(answers, rowvar=False, ddof=0))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Which free parameter stands at each place; a row per group.

    The places of a row: loadings, residual variances, intercepts (n_items each), factor variance,
    factor mean.

    free    shape (n_groups, 3 n_items + 2): number of the free parameter, -1 where fixed
    fixed   same shape: the value where fixed
    """

    free: np.ndarray
    fixed: np.ndarray

    @property
    def n_items(self) -> int:
        return (self.free.shape[1] - 2) // 3

    @property
    def n_free(self) -> int:
        return int(self.free.max()) + 1

    @property
    def df(self) -> int:
        """Means and covariances of all groups, less the free parameters."""
        return len(self.free) * self.n_items * (self.n_items + 3) // 2 - self.n_free

    def spread(self, parameters: np.ndarray) -> np.ndarray:
        """The free parameters at their places, fixed values at the others."""
        return np.where(self.free >= 0, parameters[self.free], self.fixed)

    def gather(self, values: np.ndarray) -> np.ndarray:
        """The mean over the places of each free parameter."""
        is_free = self.free >= 0
        sums = np.bincount(self.free[is_free], values[is_free], self.n_free)
        return sums / np.bincount(self.free[is_free], minlength=self.n_free)


def one_factor_layout(
    n_items: int, n_groups: int, *, equal_loadings: bool = False, equal_intercepts: bool = False
) -> Layout:
    """The model of one factor, identified by a factor of mean 0 and variance 1 in the first group.

    Where loadings are equal the other groups' factor variances are free; where intercepts are, too,
    their factor means. Elsewhere both are fixed in every group.
    """
    free = np.full((n_groups, 3 * n_items + 2), -1)
    fixed = np.zeros(free.shape)
    fixed[:, 3 * n_items] = 1.0
    next_free = 0
    for block, is_equal in enumerate((equal_loadings, False, equal_intercepts)):
        own = np.arange(n_items) + n_items * np.arange(n_groups)[:, None] * (not is_equal)
        free[:, block * n_items : (block + 1) * n_items] = next_free + own
        next_free += n_items * (1 if is_equal else n_groups)
    for place, is_set_free in ((-2, equal_loadings), (-1, equal_intercepts)):
        if is_set_free:
            free[1:, place] = next_free + np.arange(n_groups - 1)
            next_free += n_groups - 1
    return Layout(free, fixed)


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Groups in SDs of the items over all people, and the way back."""

    groups: tuple[Moments, ...]
    centre: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, groups: Sequence[Moments]) -> "Standardised":
        share = np.array([group.n for group in groups]) / sum(group.n for group in groups)
        centre = share @ [group.means for group in groups]
        variances = share @ [
            np.diag(group.covariances) + (group.means - centre) ** 2 for group in groups
        ]
        scale = np.sqrt(variances)
        scaled = [
            Moments(
                group.n,
                (group.means - centre) / scale,
                group.covariances / np.outer(scale, scale),
            )
            for group in groups
        ]
        return cls(tuple(scaled), centre, scale)

    def units(self) -> np.ndarray:
        """What one standardised unit of each place is worth, shape (n_groups, 3 n_items + 2)."""
        row = np.concatenate([self.scale, self.scale**2, self.scale, [1.0, 1.0]])
        return np.tile(row, (len(self.groups), 1))

    def in_units_of_items(self, values: np.ndarray) -> np.ndarray:
        back = values * self.units()
        n_items = len(self.scale)
        back[:, 2 * n_items : 3 * n_items] += self.centre
        return back
