"""Are several estimates all zero, and how large a common trend could the test have seen?"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from mentor_outcomes.estimates.inference.all_zero import all_zero_test, directions

_POWER = 0.8


@dataclass(frozen=True, slots=True)
class JointTest:
    """A Wald test that the estimates at some moments are all zero.

    smallest_detectable   size of trend that the test finds four times in five

    Nothing tested (no moment had enough people): no moments and missing values. Not testable: the
    moments and missing values.
    """

    moments: tuple[float, ...]
    statistic: float
    degrees_of_freedom: int
    p_value: float
    smallest_detectable: float


NOT_TESTED = JointTest((), np.nan, 0, np.nan, np.nan)


def wald_test(
    moments: tuple[float, ...],
    estimates: np.ndarray,
    covariance: np.ndarray,
    *,
    slopes: np.ndarray,
    doubt: float = 0.10,
) -> JointTest:
    """Chi-square test of all estimates being zero, by the rule of `all_zero_test`.

    slopes   what each of them would be under a trend of size 1; `smallest_detectable` is the size
             that a test at the level `doubt` finds four times in five (Roth 2022, AER: Insights)

    Not testable: the moments, no degrees of freedom, and missing values.
    """
    moments = tuple(moments)
    if not moments:
        return NOT_TESTED
    known = directions(estimates, covariance)
    if known is None:
        return replace(NOT_TESTED, moments=moments)
    found = all_zero_test(estimates, covariance)
    noncentrality = _noncentrality(found.degrees_of_freedom, doubt)
    return JointTest(
        moments=moments,
        statistic=found.chi_square,
        degrees_of_freedom=found.degrees_of_freedom,
        p_value=found.p_value,
        smallest_detectable=float(np.sqrt(noncentrality / ((known @ slopes) ** 2).sum())),
    )


def _noncentrality(degrees_of_freedom: int, level: float) -> float:
    """Of the chi-square that exceeds the critical value of `level` four times in five."""
    critical = stats.chi2.isf(level, degrees_of_freedom)
    return brentq(lambda nc: stats.ncx2.sf(critical, degrees_of_freedom, nc) - _POWER, 1e-6, 100.0)
