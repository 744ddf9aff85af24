"""What a model of hazards in discrete time returns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from mentor_outcomes.estimates.inference.intervals import with_interval

QUANTITIES = {"logit": "log_odds_ratio", "cloglog": "log_hazard_ratio"}


@dataclass(frozen=True, slots=True, eq=False)
class DiscreteHazardResult:
    """A model of the hazard by period.

    link                    logit: coefficients are log odds ratios of the event within a period;
                            cloglog: log hazard ratios of proportional hazards seen by periods
    covariates              names, those of the baseline's columns first
    coefficients            shape (p,), per unit of the covariate
    covariance              shape (p, p), as `error_type` says
    periods                 shape (m,), ascending; where columns are the baseline, one, missing
    intercepts              shape (m,), linear predictor with all covariates 0; -inf: no event
    intercept_errors        shape (m,), standard errors; missing where there is no event
    periods_without_events  their hazard is 0, and their rows tell nothing about the covariates
    loglik                  of all rows; the deviance is -2 loglik
    n_rows                  person-periods; n_events of them have the event
    n_clusters              values of the cluster column (the smaller, of two); rows, if none
    """

    link: str
    covariates: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    periods: np.ndarray
    intercepts: np.ndarray
    intercept_errors: np.ndarray
    periods_without_events: tuple[float, ...]
    loglik: float
    n_rows: int
    n_events: int
    n_clusters: int
    error_type: str

    @property
    def deviance(self) -> float:
        return -2 * self.loglik

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per covariate: log ratio, error, interval, p-value of no effect."""
        frame = pd.DataFrame(
            {
                "term": list(self.covariates),
                "quantity": QUANTITIES[self.link],
                "estimate": self.coefficients,
                "std_error": np.sqrt(np.diag(self.covariance)),
            }
        )
        return with_interval(frame, confidence).assign(
            n_events=self.n_events, n_clusters=self.n_clusters, error_type=self.error_type
        )

    def baseline(self) -> pd.DataFrame:
        """One row per period: the intercept with its error, and the hazard with covariates 0."""
        hazard = (
            expit(self.intercepts) if self.link == "logit" else -np.expm1(-np.exp(self.intercepts))
        )
        return pd.DataFrame(
            {
                "period": self.periods,
                "estimate": self.intercepts,
                "std_error": self.intercept_errors,
                "hazard": hazard,
            }
        )
