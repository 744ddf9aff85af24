"""What a Cox regression finds, with the rows that it was found on."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.risk_intervals import RiskIntervals
from mentor_outcomes.estimates.survival._partial_likelihood import AtRisk, Moments


@dataclass(frozen=True, slots=True, eq=False)
class FittedRows:
    """The rows as they were fitted: what residuals, hazards and tests are made of.

    records        times and weights of all rows, in the records' order
    is_event       (n_rows,)
    cluster        (n_rows,) codes of each cluster column; empty if errors are model-based
    strata         values of the strata column, in order of the codes in `at_risk.times.stratum`
    centre, scale  (p,) covariates are (x - centre) / scale within `at_risk` and `moments`
    moments        at the maximum
    """

    records: RiskIntervals
    is_event: np.ndarray
    cluster: tuple[np.ndarray, ...]
    strata: tuple
    at_risk: AtRisk
    centre: np.ndarray
    scale: np.ndarray
    moments: Moments


@dataclass(frozen=True, slots=True, eq=False)
class CoxResult:
    """Log hazard ratios of a Cox regression.

    covariates      names, in order of the coefficients
    coefficients    shape (p,), log hazard ratio per unit of the covariate
    covariance      shape (p, p), as `error_type` says
    model_covariance  shape (p, p), the inverse information, whatever `covariance` is
    loglik_null     log partial likelihood with all coefficients zero
    loglik          ... at the maximum
    n_rows          rows given; n_rows_at_risk of them are at risk at some event time
    n_events        rows that end in the event
    n_clusters      values of the cluster column; of two, the fewer; rows, if there is none
    rows            the rows as fitted, some 8 x (covariates + 12) bytes each; freed with the result
    """

    covariates: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    model_covariance: np.ndarray
    loglik_null: float
    loglik: float
    n_rows: int
    n_rows_at_risk: int
    n_events: int
    n_clusters: int
    ties: str
    error_type: str
    rows: FittedRows = field(repr=False)

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per covariate: log hazard ratio, error, interval, p-value of no effect."""
        frame = pd.DataFrame(
            {
                "term": list(self.covariates),
                "quantity": "log_hazard_ratio",
                "estimate": self.coefficients,
                "std_error": np.sqrt(np.diag(self.covariance)),
            }
        )
        return with_interval(frame, confidence).assign(
            n_events=self.n_events, n_clusters=self.n_clusters, error_type=self.error_type
        )
