"""Normal-theory intervals and p-values, the same for every model."""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd


def with_interval(frame: pd.DataFrame, confidence: float, *, test: bool = True) -> pd.DataFrame:
    """The frame with ci_low, ci_high and, if `test`, the two-sided p-value of an estimate of zero.

    Plain intervals: estimate -/+ normal quantile x std_error, on the estimate's own scale.
    """
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * frame["std_error"]
    bounded = frame.assign(ci_low=frame["estimate"] - half, ci_high=frame["estimate"] + half)
    if not test:
        return bounded
    return bounded.assign(p_value=two_sided_p_value(frame["estimate"], frame["std_error"]))


def two_sided_p_value(estimate: pd.Series, std_error: pd.Series) -> np.ndarray:
    """Of no effect, by the normal distribution; missing where the error is missing or zero."""
    z = np.abs(estimate / std_error.where(std_error > 0))
    return np.array([math.erfc(value / math.sqrt(2)) for value in z])
