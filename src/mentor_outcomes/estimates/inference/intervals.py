"""Normal-theory intervals and p-values, the same for every model."""

import math
from numbers import Real
from statistics import NormalDist

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError


def with_interval(frame: pd.DataFrame, confidence: float, *, test: bool = True) -> pd.DataFrame:
    """The frame with ci_low, ci_high and, if `test`, the two-sided p-value of an estimate of zero.

    Plain intervals: estimate -/+ normal quantile x std_error, on the estimate's own scale.
    """
    half = _quantile(confidence) * frame["std_error"]
    bounded = frame.assign(ci_low=frame["estimate"] - half, ci_high=frame["estimate"] + half)
    if not test:
        return bounded
    return bounded.assign(p_value=two_sided_p_value(frame["estimate"], frame["std_error"]))


def with_log_log_interval(frame: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The frame with ci_low, ci_high of an estimated share, between 0 and 1 by construction.

    Normal on the scale of log(-log share), as in R's `survfit(conf.type="log-log")` (Kalbfleisch
    & Prentice, 1980). Missing where the share is 0 or 1, whose logarithm says nothing.
    """
    inside = (frame["estimate"] > 0) & (frame["estimate"] < 1)
    share = frame["estimate"].where(inside)
    log_share = np.log(share)
    half = _quantile(confidence) * frame["std_error"] / share
    # log(-log share) falls as the share rises: its upper end is the share's lower one.
    return frame.assign(
        ci_low=np.exp(log_share * np.exp(-half / log_share)),
        ci_high=np.exp(log_share * np.exp(half / log_share)),
    )


def with_stated_interval(frame: pd.DataFrame, confidence: float, interval: str) -> pd.DataFrame:
    """The frame with ci_low and ci_high of the kind asked for: `plain` or `log-log`."""
    if interval == "plain":
        return with_interval(frame, confidence, test=False)
    if interval == "log-log":
        return with_log_log_interval(frame, confidence)
    raise EstimationError(
        f"intervals of the kind {interval} were asked for.",
        expected="plain or log-log.",
        remedy="use log-log for shares near 0 or 1, where plain intervals leave 0 to 1.",
    )


def two_sided_p_value(estimate: pd.Series, std_error: pd.Series) -> np.ndarray:
    """Of no effect, by the normal distribution; missing where the error is missing or zero."""
    z = np.abs(estimate / std_error.where(std_error > 0))
    return np.array([math.erfc(value / math.sqrt(2)) for value in z])


def _quantile(confidence: float) -> float:
    """Errors from the estimate to the ends of its interval."""
    if not (isinstance(confidence, Real) and 0 < confidence < 1):
        raise EstimationError(
            f"a confidence of {confidence} was asked for.",
            expected="a share between 0 and 1.",
            remedy="write 0.95 for 95 %.",
        )
    return NormalDist().inv_cdf(0.5 + confidence / 2)
