"""The formulas of balancing weights, method by method, before they are scaled."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mentor_outcomes.errors import StudyError
from mentor_outcomes.groups.entropy_balance import entropy_balance
from mentor_outcomes.logit import DesignMatrix, pooled_logit

_ROUNDING = 1e-9
"""Weights that differ by less than this share are the same weight, computed twice."""


@dataclass(frozen=True, slots=True)
class Trimming:
    """How inverse-probability weights are kept from resting on a few people.

    weight_quantile   weights above this quantile of their arm are set to it (Cole & Hernan 2008,
                      Am. J. Epidemiol. 168:656): some bias for less spread. Of stacked trials,
                      weights over their trial's mean are compared, and scaled anew afterwards
    propensity_range  people with a probability of treatment outside weigh 0 (Crump et al. 2009,
                      Biometrika 96:187): the effect is then about the others. The probability is
                      not estimated anew.
    """

    weight_quantile: float = 1.0
    propensity_range: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        low, high = self.propensity_range
        if not (0 < self.weight_quantile <= 1 and 0 <= low < high <= 1):
            raise StudyError(
                f"trimming at the quantile {self.weight_quantile} and the range {low} to {high}.",
                expected="a quantile above 0 and at most 1, and a range within 0 and 1.",
                remedy="correct trim.",
            )


NO_TRIMMING = Trimming()


@dataclass(frozen=True, slots=True)
class RawWeights:
    """One value per row compared; `propensity` is None where no probability was estimated."""

    weights: np.ndarray
    propensity: np.ndarray | None
    is_outside_range: np.ndarray
    is_truncated: np.ndarray
    is_stabilised: bool
    n_iterations: int


def raw_weights(
    design: DesignMatrix,
    treated: np.ndarray,
    method: str,
    estimand: str,
    moments: str,
    trim: Trimming,
) -> RawWeights:
    """Weights by the formulas in `balancing_weights`, trimmed, each arm on a scale of its own."""
    if method == "entropy_balancing":
        return _entropy(design, treated, estimand, moments)
    # One intercept for everybody: no period.
    nobody = np.zeros(len(treated), dtype=np.int64)
    fit = pooled_logit(treated, design.columns, intercepts=nobody)
    log_odds = fit.log_odds(design.columns, nobody)
    if method == "overlap_weights":
        weights, none = expit(np.where(treated, -log_odds, log_odds)), nobody.astype(bool)
        return RawWeights(weights, expit(log_odds), none, none, False, fit.n_iterations)
    weights = _inverse_probability(log_odds, treated, estimand)
    propensity = expit(log_odds)
    low, high = trim.propensity_range
    is_outside = (propensity < low) | (propensity > high)
    weights[is_outside] = 0
    weights, is_truncated = truncated(weights, treated, trim.weight_quantile)
    return RawWeights(weights, propensity, is_outside, is_truncated, True, fit.n_iterations)


def _inverse_probability(log_odds, treated: np.ndarray, estimand: str) -> np.ndarray:
    share = treated.mean()
    if estimand == "att":
        return np.where(treated, 1.0, np.exp(log_odds) * (1 - share) / share)
    against = np.where(treated, -log_odds, log_odds)
    return np.where(treated, share, 1 - share) * (1 + np.exp(against))


def truncated(weights: np.ndarray, treated: np.ndarray, quantile: float):
    """Weights with those above the quantile of their arm set to it, and which these are.

    One that exceeds it by rounding alone was not cut.
    """
    limit = np.full(len(weights), np.inf)
    for arm in (treated, ~treated):
        rows = arm & (weights > 0)
        if quantile < 1 and rows.any():
            limit[rows] = np.quantile(weights[rows], quantile)
    return np.minimum(weights, limit), weights > limit * (1 + _ROUNDING)


def _entropy(design: DesignMatrix, treated: np.ndarray, estimand: str, moments: str) -> RawWeights:
    values, names = _balanced(design, moments, treated if estimand == "att" else None)
    weights, n_iterations = np.ones(len(treated)), 0
    about = treated if estimand == "att" else np.ones(len(treated), dtype=bool)
    of_whom = "the treated" if estimand == "att" else "everybody"
    target = values[about].mean(axis=0)
    for arm in (~treated,) if estimand == "att" else (~treated, treated):
        found = entropy_balance(values[arm], target, names=names, of_whom=of_whom)
        weights[arm] = found.weights
        n_iterations = max(n_iterations, found.n_iterations)
    none = np.zeros(len(treated), dtype=bool)
    return RawWeights(weights, None, none, none, False, n_iterations)


def _balanced(design: DesignMatrix, moments: str, about: np.ndarray | None):
    """Columns whose averages are to agree, and their names.

    The square is taken about the average to be reached: averages and these agree exactly if
    averages and variances do. A column with two values has no variance of its own.
    """
    values = design.columns.to_numpy()
    names = list(design.columns.columns)
    if moments == "means":
        return values, names
    own = values if about is None else values[about]
    centred = values - own.mean(axis=0)
    varying = [j for j in range(len(names)) if len(np.unique(values[:, j])) > 2]
    squares = [f"{names[j]} (variance)" for j in varying]
    return np.hstack([values, centred[:, varying] ** 2]), names + squares
