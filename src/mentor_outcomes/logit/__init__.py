"""A logit for hazards in discrete time: one intercept per period, kept as an index.

Who starts, who leaves and who answers are all asked person-month by person-month. Dummy columns
for sixty periods on millions of rows would cost gigabytes; here the intercepts are eliminated
block by block from each Newton step, which gives the same estimates to the last digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.logit.design_matrix import (
    DesignMatrix,
    check_covariates,
    design_matrix,
    design_of_starts,
    many_levelled,
)
from mentor_outcomes.logit.encoding import Encoding, as_text
from mentor_outcomes.logit.interactions import Interaction
from mentor_outcomes.logit.likelihood import LogitLikelihood
from mentor_outcomes.logit.refusals import CoveredBy, certain_level, certain_periods

__all__ = [
    "DesignMatrix",
    "Encoding",
    "Interaction",
    "PooledLogit",
    "as_text",
    "check_covariates",
    "design_matrix",
    "design_of_starts",
    "many_levelled",
    "pooled_logit",
]


@dataclass(frozen=True, slots=True)
class PooledLogit:
    """Log odds of an event per row: an intercept of its period plus regressors x coefficients.

    names          of the regressors
    coefficients   shape (n_regressors,), log odds per unit; -inf for a 0/1 column without events
    covariance     shape (n_regressors, n_regressors), from the information; missing for those
    codes          periods seen, ascending
    intercepts     shape (n_codes,), log odds where all regressors are 0; -inf without events
    n_rows         rows with positive weight
    n_events       events among them
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    codes: np.ndarray
    intercepts: np.ndarray
    n_rows: int
    n_events: int
    n_iterations: int
    log_likelihood: float
    converged: bool

    def log_odds(self, regressors: pd.DataFrame | np.ndarray, intercepts: np.ndarray) -> np.ndarray:
        """Log odds of the event for each row; -inf where it cannot happen, missing if a value is.

        `intercepts` holds each row's period; one the model never saw is an error.
        """
        values = _values(regressors, self.names)
        positions = _positions(self.codes, np.asarray(intercepts))
        impossible = np.isneginf(self.coefficients)
        log_odds = self.intercepts[positions] + values @ np.where(impossible, 0, self.coefficients)
        log_odds[(values[:, impossible] != 0).any(axis=1)] = -np.inf
        return log_odds

    def hazard(self, regressors: pd.DataFrame | np.ndarray, intercepts: np.ndarray) -> np.ndarray:
        """Probability of the event for each row; `intercepts` holds each row's period."""
        return expit(self.log_odds(regressors, intercepts))


def pooled_logit(
    outcome: np.ndarray | pd.Series,
    regressors: pd.DataFrame | np.ndarray,
    *,
    intercepts: np.ndarray | pd.Series,
    names: Sequence[str] | None = None,
    weights: np.ndarray | pd.Series | None = None,
    covariates_of: CoveredBy | None = None,
    max_iterations: int = 50,
) -> PooledLogit:
    """Maximum likelihood of a logit with one intercept per period.

    A period in which nobody has the event has hazard 0 exactly, and so have the rows of a 0/1
    column that never goes with an event: those rows say nothing about the other coefficients and
    leave the likelihood. This is the limit that the likelihood itself goes to.

    Parameters
    ----------
    outcome        0/1 or flags, one per row
    regressors     one column each, no missing values; `names` where it is an array
    intercepts     whole number per row: its period
    weights        not negative; one if left out
    covariates_of  column -> the covariates it is made of (`DesignMatrix.covariates_of`), so that
                   messages can say which setting to change

    Raises
    ------
    EstimationError
        an event that is certain in some period; regressors that repeat each other or do not
        vary within any period
    SeparationError
        a level, or a combination of regressors, that foretells the outcome perfectly

    Each names the regressors concerned.

    Newton with the intercepts eliminated (Schur complement), steps halved while the likelihood
    falls. Checked in tests/spec/test_logit.py against statsmodels with dummy columns.
    """
    names = _names(regressors, names)
    values, outcome = _values(regressors, names), np.asarray(outcome, dtype="float64")
    weights = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype="float64")
    codes, positions = np.unique(np.asarray(intercepts), return_inverse=True)
    _check_input(values, outcome, weights, names)
    covariates_of = covariates_of or {}
    impossible, is_used = _certainties(values, outcome, weights, positions, codes)
    _check_levels(values[is_used], outcome[is_used], names, covariates_of)
    free_codes, free_positions = np.unique(positions[is_used], return_inverse=True)
    model = LogitLikelihood(
        values[is_used][:, ~impossible],
        outcome[is_used],
        weights[is_used],
        free_positions,
        tuple(np.asarray(names, dtype=object)[~impossible]),
        covariates_of,
    )
    fit = model.maximise(max_iterations)
    return PooledLogit(
        names=names,
        coefficients=_spread(fit.coefficients, ~impossible, -np.inf),
        covariance=_spread_matrix(fit.covariance, ~impossible),
        codes=codes,
        intercepts=_spread(fit.intercepts, np.isin(np.arange(len(codes)), free_codes), -np.inf),
        n_rows=int((weights > 0).sum()),
        n_events=int(((weights > 0) & (outcome == 1)).sum()),
        n_iterations=fit.n_iterations,
        log_likelihood=fit.log_likelihood,
        converged=True,
    )


def _names(regressors, names: Sequence[str] | None) -> tuple[str, ...]:
    if isinstance(regressors, pd.DataFrame):
        return tuple(map(str, regressors.columns))
    if names is None:
        return tuple(f"regressor {j + 1}" for j in range(np.asarray(regressors).shape[1]))
    return tuple(names)


def _values(regressors: pd.DataFrame | np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    if isinstance(regressors, pd.DataFrame):
        missing = [name for name in names if name not in regressors.columns]
        if missing:
            raise EstimationError(
                f"the rows lack {', '.join(missing)}.",
                expected=f"the model's regressors: {', '.join(names)}.",
                remedy="make the rows with the same design as those the model was fitted on.",
            )
        return regressors[list(names)].to_numpy(dtype="float64")
    return np.asarray(regressors, dtype="float64")


def _positions(codes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    positions = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    n_unseen = int((codes[positions] != wanted).sum())
    if n_unseen:
        raise EstimationError(
            f"{n_unseen} rows lie in periods the model was not fitted on.",
            expected=f"periods between {codes[0]} and {codes[-1]} that had rows at risk.",
            remedy="leave these rows out, with a count: their hazard is not known.",
        )
    return positions


def _check_input(values, outcome, weights, names) -> None:
    unfit = [
        n for n, is_fit in zip(names, np.isfinite(values).all(axis=0), strict=True) if not is_fit
    ]
    if unfit:
        raise EstimationError(
            f"missing or infinite values in {', '.join(unfit)}.",
            expected="numbers throughout.",
            remedy="make the columns with design_matrix, which marks what is missing.",
        )
    if not np.isin(outcome, (0, 1)).all():
        raise EstimationError(
            "the outcome of the logit holds other values than 0 and 1.",
            expected="1 for an event, 0 for none.",
            remedy="correct the column that marks the event.",
        )
    if not (weights >= 0).all():
        raise EstimationError(
            f"{int((~(weights >= 0)).sum())} weights are negative or missing.",
            expected="weights of 0 or more.",
            remedy="correct the weights.",
        )
    if not (weights[outcome == 1] > 0).any():
        raise EstimationError(
            f"no event among {len(outcome)} rows.",
            expected="at least one event.",
            remedy="without events there is no hazard to model; widen the window or the criteria.",
        )


def _certainties(values, outcome, weights, positions, codes):
    """Which 0/1 columns never go with an event, and which rows can have one."""
    is_binary = ((values == 0) | (values == 1)).all(axis=0)
    impossible = is_binary & ((weights * outcome) @ values == 0)
    n_events = np.bincount(positions, weights * outcome)
    is_used = (weights > 0) & (n_events > 0)[positions]
    is_used &= ~(values[:, impossible] != 0).any(axis=1)
    n = np.bincount(positions, weights * is_used)
    is_certain = (n > 0) & (n_events == n)
    if is_certain.any():
        raise certain_periods(codes[is_certain].tolist())
    return impossible, is_used


def _check_levels(values, outcome, names, covariates_of) -> None:
    """Refuse 0/1 columns that always go with an event, all of them at once."""
    is_binary = ((values == 0) | (values == 1)).all(axis=0)
    certain = is_binary & values.any(axis=0) & ((1 - outcome) @ values == 0)
    if certain.any():
        columns = [name for name, is_certain in zip(names, certain, strict=True) if is_certain]
        raise certain_level(columns, covariates_of)


def _spread(values: np.ndarray, places: np.ndarray, fill: float) -> np.ndarray:
    spread = np.full(len(places), fill)
    spread[places] = values
    return spread


def _spread_matrix(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    spread = np.full((len(places), len(places)), np.nan)
    spread[np.ix_(places, places)] = values
    return spread
