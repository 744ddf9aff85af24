"""The formulas of weights within stacked trials, for rows as arrays."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.groups.entropy_balance import entropy_balance
from mentor_outcomes.groups.positivity import rows_with_both_arms
from mentor_outcomes.groups.raw_weights import NO_TRIMMING, Trimming, truncated
from mentor_outcomes.logit import DesignMatrix, pooled_logit


@dataclass(frozen=True, slots=True)
class StackWeights:
    """One value per row of the stack.

    weight            0 for rows left out
    propensity        probability of being a treated row of the stack; missing where not modelled
    has_counterpart   the trial, and each level of a covariate, has rows of both arms
    is_outside_range  a propensity outside the declared range
    is_truncated      a weight cut to the declared quantile
    dropped           column -> why the model leaves it out
    """

    weight: np.ndarray
    propensity: np.ndarray
    has_counterpart: np.ndarray
    is_outside_range: np.ndarray
    is_truncated: np.ndarray
    n_iterations: int
    dropped: dict[str, str]


def weigh_stack(
    rows: pd.DataFrame,
    trial: np.ndarray,
    treated: np.ndarray,
    *,
    levels_of: Sequence[np.ndarray],
    make_design: Callable[[pd.DataFrame], DesignMatrix],
    method: str,
    trim: Trimming = NO_TRIMMING,
) -> StackWeights:
    """Weights by the formulas of `stacked_trial_weights`.

    trial        whole number of each row's trial
    levels_of    ways of grouping the rows by levels, besides the trial; see `level_codes`
    make_design  makes the columns of the model from the rows that are compared
    """
    has_counterpart = rows_with_both_arms([trial, *levels_of], treated)
    kept = np.flatnonzero(has_counterpart)
    if len(kept) == 0:
        raise EstimationError(
            "no trial has rows of both arms at the same levels of the covariates.",
            expected="people who started and people who did not, alike in the covariates.",
            remedy="remove or merge levels of the covariates.",
        )
    design = make_design(rows.iloc[kept])
    own_trial, own = trial[kept], treated[kept]
    weight, log_odds, n_iterations = _before_trimming(design, own_trial, own, method)
    low, high = trim.propensity_range
    is_outside = (expit(log_odds) < low) | (expit(log_odds) > high)
    weight = np.where(is_outside, 0.0, weight)
    is_cut = np.zeros(len(kept), dtype=bool)
    if method == "inverse_probability":
        relative = _over_mean_of_trial(weight, own_trial, own)
        weight, is_cut = truncated(relative, own, trim.weight_quantile)
        weight = _summing_to_treated(weight, own_trial, own)

    def over_stack(values: np.ndarray, otherwise) -> np.ndarray:
        spread = np.full(len(rows), otherwise)
        spread[kept] = values
        return spread

    return StackWeights(
        weight=over_stack(weight, 0.0),
        propensity=over_stack(expit(log_odds), np.nan),
        has_counterpart=has_counterpart,
        is_outside_range=over_stack(is_outside, False),
        is_truncated=over_stack(is_cut, False),
        n_iterations=n_iterations,
        dropped=design.dropped,
    )


def level_codes(
    rows: pd.DataFrame,
    covariates: Sequence[str],
    categories: Collection[str] = (),
    interactions: Sequence[Sequence[str]] = (),
) -> list[np.ndarray]:
    """Whole numbers of each row's level: of text, flags and `categories`; of numbers, missing.

    And of each pair of `interactions` that are both of levels, their combination.
    """
    codes, has_levels = {}, set()
    for name in covariates:
        values = rows[name]
        is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        if name in categories or not is_number:
            has_levels.add(name)
        levels = values if name in has_levels else values.isna()
        codes[name] = pd.factorize(levels, use_na_sentinel=False)[0]
    crossed = [
        codes[first] * (codes[second].max(initial=0) + 1) + codes[second]
        for first, second in interactions
        if {first, second} <= has_levels
    ]
    return [*codes.values(), *crossed]


def _before_trimming(design: DesignMatrix, trial: np.ndarray, treated: np.ndarray, method: str):
    """Weights, log odds of being treated (missing: not modelled), steps of Newton."""
    if method == "entropy_balancing":
        weight, n_iterations = _entropy(design, trial, treated)
        return weight, np.full(len(treated), np.nan), n_iterations
    fit = pooled_logit(
        treated, design.columns, intercepts=trial, covariates_of=design.covariates_of
    )
    log_odds = fit.log_odds(design.columns, trial)
    return _by_odds(log_odds, treated, method), log_odds, fit.n_iterations


def _by_odds(log_odds: np.ndarray, treated: np.ndarray, method: str) -> np.ndarray:
    if method == "overlap_weights":
        return expit(np.where(treated, -log_odds, log_odds))
    return np.where(treated, 1.0, np.exp(log_odds))


def _over_mean_of_trial(weight, trial: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Comparison weights over the mean of those in their trial that weigh anything.

    Odds carry the intercept of their trial. Beside the odds of all trials those of a busy one are
    all large: cut there to one value, they would no longer tell its comparison rows apart.
    """
    weighted = ~treated & (weight > 0)
    total, n_rows = np.bincount(trial, weight * weighted), np.bincount(trial, weighted)
    mean = np.divide(total, n_rows, out=np.ones(len(total)), where=n_rows > 0)
    return np.where(treated, weight, weight / mean[trial])


def _summing_to_treated(weight, trial: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Comparison weights scaled in each trial; 0 for all of a trial where an arm weighs nothing."""
    totals = [np.bincount(trial, weight * arm) for arm in (treated, ~treated)]
    has_both = (totals[0] > 0) & (totals[1] > 0)
    if not has_both.any():
        raise EstimationError(
            "trimming leaves no trial with both arms.",
            expected="rows with weight in both arms of some trial.",
            remedy="widen groups.trim_propensity; within a trial starting is rare, and so is a "
            "large propensity.",
        )
    factor = np.divide(*totals, out=np.zeros(len(has_both)), where=has_both)
    return weight * np.where(treated, has_both[trial], factor[trial])


def _entropy(design: DesignMatrix, trial: np.ndarray, treated: np.ndarray):
    values = design.columns.to_numpy()
    n_treated = np.bincount(trial, treated)
    n_all = n_treated.sum()
    found = entropy_balance(
        values[~treated],
        values[treated].mean(axis=0),
        names=list(design.columns.columns),
        of_whom="those who started",
        strata=trial[~treated],
        shares=n_treated / n_all,
    )
    weight = np.ones(len(treated))
    weight[~treated] = found.weights * n_all
    return weight, found.n_iterations
