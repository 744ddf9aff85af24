"""What a model of proportional odds returns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from mentor_outcomes.estimates.inference.intervals import with_interval


@dataclass(frozen=True, slots=True, eq=False)
class ProportionalOdds:
    """Log odds of a higher level, the same at every threshold between levels.

    levels        (m + 1,) distinct values of the outcome, ascending; none is merged with another
    thresholds    (m,) log odds of the levels up to each, all covariates 0
    covariates    names
    coefficients  (p,) log odds ratio of a higher level, per unit of the covariate
    covariance    (m + p, m + p) of thresholds and coefficients, as `error_type` says
    trend_chi_square   (p,) test with one degree of freedom that the covariate's odds ratio is the
                       same at all thresholds, against one that rises or falls with them; missing
                       for an outcome of two levels, which has one threshold
    loglik        weighted
    n_rows, n_clusters   rows, and values of the cluster column (rows, if none)
    """

    levels: np.ndarray
    thresholds: np.ndarray
    covariates: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    trend_chi_square: np.ndarray
    loglik: float
    n_rows: int
    n_clusters: int
    error_type: str

    @property
    def std_errors(self) -> np.ndarray:
        """Of thresholds, then coefficients."""
        return np.sqrt(np.diag(self.covariance))

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per covariate: log odds ratio, error, interval, p-value of no difference.

        `odds_ratio` with `odds_ratio_low` and `odds_ratio_high` are the same as ratios;
        `proportionality_chi_square` and `proportionality_p_value` test that one ratio will do.
        """
        frame = pd.DataFrame(
            {
                "term": list(self.covariates),
                "quantity": "log_odds_ratio",
                "estimate": self.coefficients,
                "std_error": self.std_errors[len(self.thresholds) :],
            }
        )
        frame = with_interval(frame, confidence)
        return frame.assign(
            odds_ratio=np.exp(frame["estimate"]),
            odds_ratio_low=np.exp(frame["ci_low"]),
            odds_ratio_high=np.exp(frame["ci_high"]),
            proportionality_chi_square=self.trend_chi_square,
            proportionality_p_value=chi2.sf(self.trend_chi_square, 1),
            n_rows=self.n_rows,
            n_clusters=self.n_clusters,
            error_type=self.error_type,
        )
