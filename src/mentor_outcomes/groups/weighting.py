"""Weights under which two arms are alike in what was observed of them before treatment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups.arms import check_columns, refuse_outcomes, treated_flags
from mentor_outcomes.groups.balance import Arm, Arms, balance_table, described
from mentor_outcomes.groups.overlap import effective_sample_size
from mentor_outcomes.groups.positivity import comparable_rows
from mentor_outcomes.groups.raw_weights import NO_TRIMMING, RawWeights, Trimming, raw_weights
from mentor_outcomes.logit import design_matrix

METHODS = {
    "inverse_probability": ("att", "ate"),
    "overlap_weights": ("ato",),
    "entropy_balancing": ("att", "ate"),
}
"""Which effects each method can be asked for."""
MOMENTS = ("means", "means_and_variances")
ARMS = ("treated", "comparison")


@dataclass(frozen=True, slots=True)
class BalancingWeights:
    """Weights of people in two arms, and how alike the arms are with and without them.

    weights       one per person, with the index of `people`; those that are not 0 average 1 in
                  each arm, and in an ATT each of the treated weighs exactly 1
    propensity    probability of treatment per person; None for entropy balancing
    arms          one row per arm; see `tidy`
    balance       one row per covariate or level; columns of `balance_table`, where the mentored
                  are the treated, and `mean_mentored_before`
    n_iterations  steps of Newton, of the arm that took most; without convergence there is no result
    dropped       column -> why it says nothing (constant, or equal to another)
    """

    method: str
    estimand: str
    weights: pd.Series
    propensity: pd.Series | None
    arms: pd.DataFrame
    balance: pd.DataFrame
    n_iterations: int
    dropped: dict[str, str]

    @property
    def largest_imbalance(self) -> float:
        """Largest absolute standardised difference left between the weighted arms."""
        return float(self.balance["smd_after"].abs().max())

    def tidy(self) -> pd.DataFrame:
        """One row per arm: people, those with weight, what was trimmed, effective sample size.

        n_without_counterpart  at a level that the other arm lacks; they weigh 0
        n_outside_range        propensity outside the declared range; they weigh 0
        n_truncated            weights above the declared quantile, set to it
        mean_stabilised        of inverse-probability weights after trimming, before they are
                               scaled to average 1; far from 1, the propensity model does not fit
                               (or much was trimmed)
        """
        keys = pd.DataFrame({"method": self.method, "estimand": self.estimand}, self.arms.index)
        return pd.concat([keys, self.arms], axis=1)


def balancing_weights(
    people: pd.DataFrame,
    *,
    is_treated: str,
    covariates: Sequence[str],
    method: str,
    estimand: str,
    categories: Collection[str] = (),
    moments: str = "means",
    trim: Trimming = NO_TRIMMING,
) -> BalancingWeights:
    """Weights that make treated and comparison people alike in the covariates.

    With e = P(treated | covariates) from a logit and p the share treated:

    | method | estimand | treated | comparison |
    |---|---|---|---|
    | inverse_probability | att | 1 | e / (1 - e) x (1 - p) / p |
    | | ate | p / e | (1 - p) / (1 - e) |
    | overlap_weights | ato | 1 - e | e |
    | entropy_balancing | att | 1 | least uneven that have the treated's averages |
    | | ate | least uneven that have everybody's averages | the same |

    each then scaled to average 1 in its arm (Hajek). Effects are on the treated (att), on everybody
    (ate), and on those who might well have been in either arm, weighted by e (1 - e) (ato).
    Inverse-probability weights are stabilised (Robins, Hernan & Brumback 2000, Epidemiology
    11:550). Overlap weights from a logit make all means of its columns equal exactly (Li, Morgan &
    Zaslavsky 2018, J. Am. Stat. Assoc. 113:390, theorem 3). Entropy balancing: `entropy_balance`.
    Assumes that nothing else drives both treatment and outcome, and that both arms occur wherever
    people are weighted; the logit methods, that the logit is right; entropy balancing, that the
    log odds of treatment or the untreated outcome is linear in what is balanced (att; for an ate
    both outcomes are).

    Text, flags and `categories` count level by level. A missing number is an indicator and a fixed
    value, the mean of those known. Where one arm lacks a level, people there weigh 0 if the effect
    is not about them (comparison people in an att; both in an ato), and are an error if it is.

    Parameters
    ----------
    people      one row per person
    is_treated  column of flags, or of 0 and 1
    covariates  columns known before treatment. Refused are the names in `arms.OUTCOMES`
                (promotion, voluntary_exit, log_pay, ...); a score asked after treatment has no such
                name, and is yours to leave out
    categories  covariates that are levels although they are numbers
    moments     "means", or "means_and_variances" of numbers (entropy balancing only)
    trim        for inverse probability only; counted per arm in `tidy`

    Returns
    -------
    BalancingWeights: `weights` per person, `propensity`, `arms` and `tidy()` per arm, `balance` per
    covariate or level, `largest_imbalance`

    Raises
    ------
    StudyError       the combination is not defined, or a column is not there
    EstimationError  an arm is empty, a level or average is out of the other arm's reach, covariates
                     repeat each other (logit), or foretell the arm perfectly (SeparationError)

    Examples
    --------
    >>> people = pd.DataFrame({"old": [0, 0, 1, 1, 1], "treated": [0, 1, 0, 1, 1]})
    >>> asked = {"is_treated": "treated", "covariates": ["old"]}
    >>> found = balancing_weights(people, **asked, method="inverse_probability", estimand="att")
    >>> found.weights.round(3).tolist()
    [0.667, 1.0, 1.333, 1.0, 1.0]

    Checked in tests/spec/test_weighting.py by hand, in tests/recovery against known effects, in
    tests/reference against R on the NSW data.
    """
    _check_asked(method, estimand, moments, trim)
    check_columns(people, [is_treated, *covariates])
    refuse_outcomes(covariates)
    treated = _flags(people, is_treated, covariates)
    everybody = design_matrix(people, covariates, categories=categories, where="covariates")
    shown = described(people, everybody.encodings)
    _check_finite(shown)
    rows = comparable_rows(shown, treated, estimand, numbers=covariates)
    design = everybody
    if len(rows) < len(people):
        some = people.iloc[rows]
        design = design_matrix(some, covariates, categories=categories, where="covariates")
    raw = raw_weights(design, treated[rows], method, estimand, moments, trim)
    return _result(method, estimand, shown, treated, rows, raw, design.dropped)


def _result(
    method: str,
    estimand: str,
    shown: pd.DataFrame,
    treated: np.ndarray,
    rows: np.ndarray,
    raw: RawWeights,
    dropped: dict[str, str],
) -> BalancingWeights:
    """The record of weights that were made for some of the rows."""
    weights = np.zeros(len(treated))
    weights[rows] = _scaled(raw.weights, treated[rows])
    arms = [_arm_row(arm, treated == (arm == "treated"), rows, raw, weights) for arm in ARMS]
    return BalancingWeights(
        method,
        estimand,
        pd.Series(weights, shown.index, name="weight"),
        _propensity(raw, rows, treated, shown.index),
        pd.DataFrame(arms),
        _balance(shown, treated, weights),
        raw.n_iterations,
        dropped,
    )


def _check_asked(method: str, estimand: str, moments: str, trim: Trimming) -> None:
    if estimand not in METHODS.get(method, ()):
        raise StudyError(
            f"weights by method {method} for the estimand {estimand}.",
            expected="; ".join(f"{name} for {' or '.join(may)}" for name, may in METHODS.items())
            + ".",
            remedy="choose a method and an estimand that go together.",
        )
    if moments not in MOMENTS or (moments != "means" and method != "entropy_balancing"):
        raise StudyError(
            f"moments {moments} with the method {method}.",
            expected=f"{' or '.join(MOMENTS)} for entropy_balancing, means for the others.",
            remedy="change moments or the method.",
        )
    if trim != NO_TRIMMING and method != "inverse_probability":
        raise StudyError(
            f"a rule of trimming with the method {method}.",
            expected="trimming of inverse-probability weights only.",
            remedy="leave out trim: overlap weights lie between 0 and 1, and balancing ones would "
            "no longer balance.",
        )


def _flags(people: pd.DataFrame, is_treated: str, covariates: Sequence[str]) -> np.ndarray:
    if is_treated in covariates:
        raise StudyError(
            f"{is_treated} is both the arm and a covariate.",
            expected="covariates that are known before treatment.",
            remedy=f"remove {is_treated} from the covariates.",
        )
    return treated_flags(people, is_treated)


def _check_finite(shown: pd.DataFrame) -> None:
    unfit = shown.columns[np.isinf(shown.to_numpy()).any(axis=0)]
    if len(unfit):
        raise EstimationError(
            f"infinite values in {', '.join(unfit)}.",
            expected="finite numbers, or missing.",
            remedy="correct these values, or mark them as missing.",
        )


def _scaled(weights: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Weights that average 1 over those of an arm that weigh anything."""
    scaled = np.zeros(len(weights))
    for arm in (treated, ~treated):
        rows = arm & (weights > 0)
        if not rows.any():
            raise EstimationError(
                "trimming leaves nobody in one of the arms.",
                expected="people with weight in both arms.",
                remedy="widen trim.propensity_range.",
            )
        scaled[rows] = weights[rows] / weights[rows].mean()
    return scaled


def _arm_row(
    arm: str, members: np.ndarray, rows: np.ndarray, raw: RawWeights, weights: np.ndarray
) -> dict:
    inside = members[rows]
    return {
        "arm": arm,
        "n_people": int(members.sum()),
        "n_weighted": int((weights[members] > 0).sum()),
        "n_without_counterpart": int(members.sum() - inside.sum()),
        "n_outside_range": int(raw.is_outside_range[inside].sum()),
        "n_truncated": int(raw.is_truncated[inside].sum()),
        "effective_sample_size": effective_sample_size(weights[members]),
        "largest_weight": float(weights[members].max()),
        "mean_stabilised": _mean_stabilised(raw, inside),
    }


def _mean_stabilised(raw: RawWeights, inside: np.ndarray) -> float:
    if not raw.is_stabilised:
        return float("nan")
    return float(raw.weights[inside & (raw.weights > 0)].mean())


def _propensity(raw: RawWeights, rows, treated, index) -> pd.Series | None:
    """Outside the rows compared a level occurs in one arm only: treatment is certain, or out."""
    if raw.propensity is None:
        return None
    values = treated.astype("float64")
    values[rows] = raw.propensity
    return pd.Series(values, index, name="propensity")


def _balance(shown: pd.DataFrame, treated: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    def arm(members: np.ndarray, by: np.ndarray) -> Arm:
        own = np.flatnonzero(members & (by > 0))
        return Arm(own, by[own], own)

    once = np.ones(len(treated))
    arms = Arms(
        arm(treated, once), arm(~treated, once), arm(treated, weights), arm(~treated, weights)
    )
    table = balance_table(shown, arms)
    if shown.empty:
        return table
    before = shown[treated].mean().to_numpy()
    table.insert(table.columns.get_loc("mean_mentored"), "mean_mentored_before", before)
    return table
