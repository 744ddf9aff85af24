"""What a random effects model finds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.panel.variance_components import VarianceComponents

CONSTANT = "(constant)"
WITHIN, BETWEEN, BOTH = "within", "between", "within and between"


@dataclass(frozen=True, slots=True, eq=False)
class RandomEffects:
    """Coefficients of a random effects model; one element per term and part.

    terms, parts   column, and which of its coefficients: "within", "between", or, without the
                   units' means, "within and between"
    coefficients   in units of the outcome
    covariance     joint, clustered as `error_type` says
    model_covariance   joint, if the model's two components are all there is: plm's `vcov`
    variance       of the transformed rows' residuals, the factor of `model_covariance`
    components     variances within and between units
    theta          (n_units,) share of its mean that was taken off a unit's rows
    n_switchers    (n_regressors,) units within which the regressor changes
    n_missing      rows left out for want of a value
    """

    outcome: str
    terms: tuple[str, ...]
    parts: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    model_covariance: np.ndarray
    variance: float
    components: VarianceComponents
    theta: np.ndarray
    n_rows: int
    n_units: int
    n_periods: int
    n_clusters: int
    n_missing: int
    n_switchers: np.ndarray
    units: np.ndarray
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per term and part: estimate, std_error, interval, p-value."""
        frame = pd.DataFrame(
            {
                "term": list(self.terms),
                "part": list(self.parts),
                "estimate": self.coefficients,
                "std_error": np.sqrt(np.diag(self.covariance)),
            }
        )
        return with_interval(frame, confidence).assign(error_type=self.error_type)

    def of(self, part: str) -> np.ndarray:
        """Positions of the part's coefficients, in order of the regressors; no constant."""
        return np.array(
            [
                position
                for position, (term, its) in enumerate(zip(self.terms, self.parts, strict=True))
                if its == part and term != CONSTANT
            ],
            dtype="int64",
        )
