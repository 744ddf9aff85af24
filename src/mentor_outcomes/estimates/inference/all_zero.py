"""The chi-square test that several estimates are all zero: one rule for every such test."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

_NO_VARIANCE = 1e-10  # of a direction, where each estimate has the variance 1: mere rounding
_NOTHING = np.sqrt(_NO_VARIANCE)  # of an estimate in such a direction, in standard errors


@dataclass(frozen=True, slots=True)
class AllZeroTest:
    """Statistic, degrees of freedom and p-value; where not testable the first and last missing.

    Not testable, there are no degrees of freedom.
    """

    chi_square: float
    degrees_of_freedom: int
    p_value: float


NOT_TESTABLE = AllZeroTest(np.nan, 0, np.nan)


def all_zero_test(estimates: np.ndarray, covariance: np.ndarray) -> AllZeroTest:
    """b' V^- b against chi-square, a degree of freedom per direction in which V has a variance.

    Wald (1943); for a singular V Moore (1977, J. American Statistical Association 72:131). The rule
    of every test in `estimates` that takes several estimates at once:

    - Directions are those of the correlations, so that no estimate's unit decides. One whose
      variance is mere rounding has none.
    - Where the estimates have nothing in such a direction either, some of them follow from others,
      as of pay at two moments between which nobody's changed. What follows adds nothing and takes
      no degree of freedom.
    - Where they do have something there, V says that they are surely not zero, because it cannot
      say how unsure they are: there are no more clusters than estimates, or negative eigenvalues
      of a two-way covariance were set to 0. To test the other directions alone would overlook what
      lies in this one. Not testable, hence missing.
    - Nor is it testable with no estimate, with one of no variance, and where V is no covariance,
      as a difference of two may be (Hausman).

    Who needs every estimate to have a direction of its own compares `degrees_of_freedom`. By hand
    in tests/spec/test_all_zero.py.
    """
    known = directions(estimates, covariance)
    if known is None:
        return NOT_TESTABLE
    statistic, rank = float(((known @ estimates) ** 2).sum()), len(known)
    return AllZeroTest(statistic, rank, float(chi2.sf(statistic, rank)))


def directions(estimates: np.ndarray, covariance: np.ndarray) -> np.ndarray | None:
    """Sums of the estimates that are independent, of variance 1 each, (n_directions, n_estimates).

    None where they are not testable, as `all_zero_test` has it.
    """
    variances = np.diag(covariance)
    if not (len(estimates) and np.isfinite(covariance).all() and (variances > 0).all()):
        return None
    scale = np.sqrt(variances)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    is_known = values > _NO_VARIANCE
    in_others = vectors[:, ~is_known].T @ (estimates / scale)
    if values[0] < -_NO_VARIANCE or not (np.abs(in_others) <= _NOTHING).all():
        return None
    return (vectors[:, is_known] / np.sqrt(values[is_known])).T / scale
