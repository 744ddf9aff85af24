"""Is a normal effect within so many times a normal violation? The test of Andrews, Roth and Pakes.

x ~ N(0, .) is the estimate less the effect that is tested, v one change before the start, k >= 0.
Tested is E|x| <= k E v: two inequalities, x - k v <= 0 and -x - k v <= 0 on average.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, owens_t

_NO_ERROR = 1e-7
"""Of the error of x: an error below it is rounding, a difference of variances of 1e-14 of them."""
FIRST_STAGE = 0.1
"""Share of the error that the least-favourable first stage may make."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two inequalities, each over its own standard deviation, and how they hang together.

    errors        standard deviations of x - k v and of -x - k v
    correlation   between the two
    """

    errors: tuple[float, float]
    correlation: float


def pair_of(var_x: float, var_v: float, cov: float, k: float) -> Pair:
    """From the variances of x and v, and their covariance.

    Where x and k v move as one, an inequality has no error: it holds or not, for certain, and the
    other one is tested alone. It keeps an error far below that of x, as a tolerance, and its
    correlation with the other is set to 1, which leaves that one the plain one-sided test.
    """
    upper, lower = var_x + k * k * var_v - 2 * k * cov, var_x + k * k * var_v + 2 * k * cov
    errors = float(np.sqrt(max(upper, 0.0))), float(np.sqrt(max(lower, 0.0)))
    least = _NO_ERROR * float(np.sqrt(var_x))
    if min(errors) <= least:
        return Pair((max(errors[0], least), max(errors[1], least)), 1.0)
    between = (k * k * var_v - var_x) / (errors[0] * errors[1])
    return Pair(errors, float(np.clip(between, -1.0, 1.0)))


def is_accepted(
    x: np.ndarray, v: float, k: float, pair: Pair, *, level: float, first_stage: float
) -> np.ndarray:
    """Whether the inequalities are not refused at `level`, for each x.

    The larger of the two in errors is compared with a normal quantile, given that it is the larger
    one, and given that the first stage did not refuse: truncated below where the other would take
    over, above at the first stage's critical value (Andrews, Roth & Pakes 2023, Review of Economic
    Studies 90:2763, conditional test with least-favourable hybrid; no nuisance parameter is left).

    first_stage   critical value of `first_stage_value`
    """
    statistics = np.stack(
        [(x - k * v) / pair.errors[0], (-x - k * v) / pair.errors[1]]  # each over its own error
    )
    largest, other = statistics.max(axis=0), statistics.min(axis=0)
    rho = pair.correlation
    begins = (other - rho * largest) / (1 - rho) if rho < 1 else np.full_like(largest, -np.inf)
    kept = (1 - level) / (1 - FIRST_STAGE * level)
    below = ndtr(begins)
    quantile = ndtri(below + kept * (ndtr(first_stage) - below))
    return (largest <= first_stage) & (largest <= np.maximum(quantile, 0.0))


def first_stage_value(correlation: float, level: float) -> float:
    """The larger of two standard normals exceeds this with probability FIRST_STAGE x level.

    P(both <= c) = Phi(c) - 2 T(c, sqrt((1 - rho) / (1 + rho))), T of Owen (1956).
    """
    beyond = FIRST_STAGE * level
    if correlation <= -1:
        return float(-ndtri(beyond / 2))
    slope = np.sqrt((1 - correlation) / (1 + correlation))

    def excess(c: float) -> float:
        return ndtr(-c) + 2 * owens_t(c, slope) - beyond

    return float(brentq(excess, 0.0, -ndtri(beyond / 2) + 1e-6, xtol=1e-12))
