"""Weights within stacked trials: who started beside everybody who had not, trial by trial."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups.arms import check_columns, refuse_outcomes, treated_flags
from mentor_outcomes.groups.overlap import effective_sample_size
from mentor_outcomes.groups.raw_weights import NO_TRIMMING, Trimming
from mentor_outcomes.groups.stack_weights import StackWeights, level_codes, weigh_stack
from mentor_outcomes.logit import design_matrix

ESTIMANDS = {"inverse_probability": "att", "overlap_weights": "ato", "entropy_balancing": "att"}
"""The effect that each method's weights are about."""


@dataclass(frozen=True, slots=True)
class TrialWeights:
    """Weights of the rows of stacked trials.

    weights       one per row, with its index; 0: left out
    propensity    probability of being a treated row; missing where not modelled, or not needed
    trials        one row per trial: trial, n_treated, n_comparison (rows with weight) and
                  total_treated, total_comparison, which are equal
    arms          one row per arm; see `tidy`
    n_iterations  steps of Newton; without convergence there is no result
    dropped       column -> why it says nothing (constant, or equal to another)
    """

    method: str
    estimand: str
    weights: pd.Series
    propensity: pd.Series
    trials: pd.DataFrame
    arms: pd.DataFrame
    n_iterations: int
    dropped: dict[str, str]

    def tidy(self) -> pd.DataFrame:
        """One row per arm: rows, those with weight, what was trimmed, effective sample size.

        n_without_counterpart  in a trial or at a level that the other arm lacks; they weigh 0
        n_outside_range        propensity outside the declared range; they weigh 0
        n_weightless           weight 0 for another reason: alike to nobody who started, or the
                               trial lost its other arm by trimming
        n_truncated            weights above the declared quantile, set to it
        """
        keys = pd.DataFrame({"method": self.method, "estimand": self.estimand}, self.arms.index)
        return pd.concat([keys, self.arms], axis=1)


def stacked_trial_weights(
    rows: pd.DataFrame,
    *,
    trial: str,
    is_treated: str,
    covariates: Sequence[str],
    method: str,
    categories: Collection[str] = (),
    trim: Trimming = NO_TRIMMING,
) -> TrialWeights:
    """Weights that make the arms of stacked trials alike in the covariates.

    With e = P(treated row) from one logit over the stack with an intercept per trial:

    | method | estimand | treated | comparison |
    |---|---|---|---|
    | inverse_probability | att | 1 | e / (1 - e), made to sum to the trial's treated |
    | overlap_weights | ato | 1 - e | e |
    | entropy_balancing | att | 1 | least uneven that have the treated's averages (1) |

    (1) over the stack, and in each trial sum to the number of its treated.
    In every trial both arms sum to the same: for overlap weights by the score equations of the
    intercepts, whence all averages over the stack agree too (Li, Morgan & Zaslavsky 2018, J. Am.
    Stat. Assoc. 113:390, theorem 3). Where few of a trial start, e is small, every treated row
    weighs nearly 1, and ATO is nearly ATT: it leans to those who could have been in either arm only
    in trials that many start in. Trials as in Hernan & Robins 2016, Am. J. Epidemiol. 183:758.
    Assumes that nothing else drives both treatment and outcome and that the logit is right (for
    entropy balancing: or that the untreated outcome is linear in what is balanced).
    Rows in trials, or at levels of a covariate, that lack an arm weigh 0 and are counted.

    Parameters
    ----------
    rows        one row per trial and person
    trial       column of the trial
    is_treated  column of flags, or of 0 and 1
    covariates  columns known before treatment; names in `arms.OUTCOMES` are refused
    categories  covariates that are levels although they are numbers
    trim        for inverse probability only; counted per arm in `tidy`

    Returns
    -------
    TrialWeights: `weights` and `propensity` per row, `trials` per trial, `tidy()` per arm

    Raises
    ------
    StudyError       an unknown method, a column that is not there, trimming of another method
    EstimationError  an arm is empty, covariates repeat each other or foretell the arm perfectly,
                     averages are out of the comparison rows' reach

    Examples
    --------
    >>> rows = pd.DataFrame({"month": 1, "old": [0, 0, 1, 1, 1], "starts": [0, 1, 0, 1, 1]})
    >>> asked = {"trial": "month", "is_treated": "starts", "covariates": ["old"]}
    >>> found = stacked_trial_weights(rows, **asked, method="inverse_probability")
    >>> found.weights.round(3).tolist()
    [1.0, 1.0, 2.0, 1.0, 1.0]

    Checked in tests/spec/test_stacked_trials.py by hand, in tests/recovery against a known effect.
    """
    check_columns(rows, [trial, is_treated, *covariates], of="rows")
    refuse_outcomes(covariates)
    _check_method(method, trim)
    treated = treated_flags(rows, is_treated)
    codes, labels = pd.factorize(rows[trial], sort=True)
    _check_trials(codes)
    found = weigh_stack(
        rows,
        codes,
        treated,
        levels_of=level_codes(rows, covariates, categories),
        make_design=lambda kept: design_matrix(
            kept, covariates, categories=categories, where="covariates"
        ),
        method=method,
        trim=trim,
    )
    return TrialWeights(
        method,
        ESTIMANDS[method],
        pd.Series(found.weight, rows.index, name="weight"),
        pd.Series(found.propensity, rows.index, name="propensity"),
        _trials(codes, labels, treated, found.weight),
        pd.DataFrame([_arm_row(arm, treated == (arm == "treated"), found) for arm in _ARMS]),
        found.n_iterations,
        found.dropped,
    )


_ARMS = ("treated", "comparison")


def _check_method(method: str, trim: Trimming) -> None:
    if method not in ESTIMANDS:
        raise StudyError(
            f"weights by the method {method}.",
            expected=f"one of {', '.join(ESTIMANDS)}.",
            remedy="correct the method.",
        )
    if trim != NO_TRIMMING and method != "inverse_probability":
        raise StudyError(
            f"a rule of trimming with the method {method}.",
            expected="trimming of inverse-probability weights only.",
            remedy="leave out trim: the other weights would no longer balance.",
        )


def _check_trials(codes: np.ndarray) -> None:
    n_unknown = int((codes < 0).sum())
    if n_unknown:
        raise EstimationError(
            f"{n_unknown} of {len(codes)} rows belong to no trial.",
            expected="a trial for every row.",
            remedy="leave out, with a count, rows whose trial is not known.",
        )


def _trials(codes, labels, treated, weight) -> pd.DataFrame:
    table = {"trial": labels}
    for arm, members in zip(_ARMS, (treated, ~treated), strict=True):
        table[f"n_{arm}"] = np.bincount(codes, members & (weight > 0), len(labels)).astype(int)
        table[f"total_{arm}"] = np.bincount(codes, members * weight, len(labels))
    return pd.DataFrame(table)


def _arm_row(arm: str, members: np.ndarray, found: StackWeights) -> dict:
    has_weight = found.weight > 0
    is_weightless = found.has_counterpart & ~found.is_outside_range & ~has_weight
    counts = {
        "n_rows": members,
        "n_weighted": members & has_weight,
        "n_without_counterpart": members & ~found.has_counterpart,
        "n_outside_range": members & found.is_outside_range,
        "n_weightless": members & is_weightless,
        "n_truncated": members & found.is_truncated & has_weight,
    }
    return {
        "arm": arm,
        **{name: int(flags.sum()) for name, flags in counts.items()},
        "effective_sample_size": effective_sample_size(found.weight[members & has_weight]),
        "largest_weight": float(found.weight[members].max()),
    }
