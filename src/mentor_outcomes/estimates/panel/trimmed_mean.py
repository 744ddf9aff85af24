"""Weighted means of one arm, whole or with a share cut off at one end, and their influences."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

_ROUNDING = 1e-12  # of the arm's weight: sums in another order


@dataclass(frozen=True, slots=True, eq=False)
class TrimmedMean:
    """Mean of the rows kept.

    influence   shape (n_rows,), what each row adds to the mean's error, the share cut off taken
                as known; 0 outside the arm
    cut_at      value at which the rest was cut off; missing for a whole mean
    """

    mean: float
    influence: np.ndarray
    cut_at: float = np.nan


def weighted_mean(values: np.ndarray, weights: np.ndarray, arm: np.ndarray) -> TrimmedMean:
    """Of the rows marked by `arm`."""
    weight = np.where(arm, weights, 0.0)
    weight = weight / weight.sum()
    mean = float(weight @ values)
    return TrimmedMean(mean, weight * (values - mean))


def trimmed_mean(
    values: np.ndarray,
    weights: np.ndarray,
    arm: np.ndarray,
    *,
    share: float,
    end: Literal["lowest", "highest"],
) -> TrimmedMean:
    """Mean of the arm without this share of its weight, at its lowest or highest values.

    Exactly the share goes: rows on the cut are kept with one fraction of their weight each. Then
    the mean is cut_at + the mean excess over it / (1 - share), an expected shortfall, and moving
    the cut a little changes nothing to first order: no density is needed for the error.
    """
    sign = 1.0 if end == "lowest" else -1.0
    rows = np.flatnonzero(arm)
    # Kept are the largest of sign x value.
    value = sign * values[rows]
    weight = weights[rows] / weights[rows].sum()
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    place = np.searchsorted(reached, share + _ROUNDING, side="right")
    cut = float(value[order][min(place, len(order) - 1)])
    excess = np.maximum(value - cut, 0.0) / (1 - share)
    mean = cut + float(weight @ excess)
    influence = np.zeros(len(values))
    influence[rows] = sign * weight * (excess - (mean - cut))
    return TrimmedMean(sign * mean, influence, sign * cut)
