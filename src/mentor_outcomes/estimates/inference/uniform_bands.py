"""How many errors wide a band must be to hold all points of a curve at once (sup-t)."""

import numpy as np
from scipy import stats

from mentor_outcomes.errors import EstimationError

DRAWS = 40_000
"""Of the largest of the points' errors: the critical value is known to some .01."""
_DECIMALS = 3
"""Kept of a simulated value: more would differ between machines, and mean nothing."""
_AT_ONCE = 4_000


def simultaneous_critical_value(
    covariance: np.ndarray, confidence: float, *, rng: np.random.Generator
) -> float:
    """Errors on either side of every estimate within which all the true values lie together.

    The `confidence` quantile of the largest |Z_j| / error_j, Z normal with this covariance (sup-t;
    Montiel Olea & Plagborg-Moller 2019, J. Applied Econometrics 34:1). Of one estimate it is the
    normal quantile. Never below that, never above what Bonferroni asks for.

    covariance   shape (n_points, n_points); of estimates that are normal
    rng          draws; the same generator gives the same value, whatever the order of the people

    Raises EstimationError where an estimate has no error.
    Checked in tests/spec/test_uniform_bands.py, its coverage in tests/recovery.
    """
    errors = np.sqrt(np.diag(covariance))
    n_unknown = int((~(errors > 0)).sum())
    if n_unknown or not len(errors):
        raise EstimationError(
            f"{n_unknown} of {len(errors)} points have no error.",
            expected="a band over one or more points, each with an error above 0.",
            remedy="leave the points without an error out.",
        )
    if not 0 < confidence < 1:
        raise EstimationError(
            f"a confidence of {confidence} was asked for.",
            expected="a share between 0 and 1.",
            remedy="write 0.95 for 95 %.",
        )
    pointwise = float(stats.norm.isf((1 - confidence) / 2))
    if len(errors) == 1:
        return pointwise
    largest = _largest_errors(covariance / np.outer(errors, errors), rng)
    simulated = round(float(np.quantile(largest, confidence)), _DECIMALS)
    bonferroni = float(stats.norm.isf((1 - confidence) / 2 / len(errors)))
    return min(max(simulated, pointwise), bonferroni)


def _largest_errors(correlation: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draws of the largest absolute value of normal variables with this correlation."""
    values, vectors = np.linalg.eigh(correlation)
    # The symmetric root is unique; vectors of equal or tiny values are not.
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    parts = [
        np.abs(rng.standard_normal((_AT_ONCE, len(root))) @ root).max(axis=1)
        for _ in range(DRAWS // _AT_ONCE)
    ]
    return np.concatenate(parts)
