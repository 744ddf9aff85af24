"""The chi-square test that several coefficients are all zero."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

_NO_VARIANCE = 1e-10  # of a direction, relative to the largest: mere rounding


@dataclass(frozen=True, slots=True)
class AllZeroTest:
    """Statistic, degrees of freedom and p-value; all but the degrees missing if not testable."""

    chi_square: float
    degrees_of_freedom: int
    p_value: float


def all_zero_test(estimates: np.ndarray, covariance: np.ndarray) -> AllZeroTest:
    """b' V^-1 b against chi-square with len(b) degrees of freedom (Wald 1943).

    Not testable, hence missing, with no coefficient or where V is not positive definite: with no
    more clusters than coefficients it never is.
    """
    n = len(estimates)
    if n == 0 or not is_positive_definite(covariance):
        return AllZeroTest(np.nan, n, np.nan)
    statistic = float(estimates @ np.linalg.solve(covariance, estimates))
    return AllZeroTest(statistic, n, float(chi2.sf(statistic, n)))


def is_positive_definite(covariance: np.ndarray) -> bool:
    """Whether every direction has a variance above rounding, each coefficient on its own scale."""
    variances = np.diag(covariance)
    if not (np.isfinite(covariance).all() and (variances > 0).all()):
        return False
    scale = np.sqrt(variances)
    return bool(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] > _NO_VARIANCE)
