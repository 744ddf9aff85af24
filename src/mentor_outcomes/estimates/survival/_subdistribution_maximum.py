"""The maximum of the log partial likelihood of Fine and Gray's model, or why there is none."""

from collections.abc import Sequence

import numpy as np

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.survival._subdistribution import (
    Moments,
    SubdistributionTimes,
    moments,
)
from mentor_outcomes.estimates.survival.cox_maximum import refuse_collinear, refuse_separation

MAX_ITERATIONS = 50
_STEP_TOLERANCE = 1e-9  # of a Newton step, in SDs of a covariate; the next one squares it


def centre_and_scale(design: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    constant = [
        name for name, column in zip(names, design.T, strict=True) if column.min() == column.max()
    ]
    if constant:
        raise EstimationError(
            f"{', '.join(constant)} has one value in everybody at risk at an event.",
            expected="covariates that differ among those at risk together.",
            remedy="leave it out; nothing can be learned about it from these records.",
        )
    return design.mean(axis=0), design.std(axis=0)


def maximise(
    design: np.ndarray, times: SubdistributionTimes, names: Sequence[str]
) -> tuple[Moments, Moments]:
    """Newton's method with step-halving from zero; the moments at zero and at the maximum."""
    null = moments(np.zeros(design.shape[1]), design, times)
    refuse_collinear(null.information, names)
    fit = null
    for _ in range(MAX_ITERATIONS):
        refuse_separation(fit, null, names)
        step = np.linalg.solve(fit.information, fit.score)
        if np.abs(step).max() < _STEP_TOLERANCE:
            return null, fit
        fit = _improved(fit, step, design, times, names)
    raise _not_converged(names)


def _improved(
    fit: Moments,
    step: np.ndarray,
    design: np.ndarray,
    times: SubdistributionTimes,
    names: Sequence[str],
) -> Moments:
    """The fit after the step, halved until the likelihood does not fall beyond rounding."""
    slack = 1e-10 * (1.0 + abs(fit.loglik))
    for halving in range(30):
        tried = moments(fit.coefficients + step / 2**halving, design, times)
        if np.isfinite(tried.loglik) and tried.loglik >= fit.loglik - slack:
            return tried
    raise _not_converged(names)


def _not_converged(names: Sequence[str]) -> EstimationError:
    return EstimationError(
        f"the Fine-Gray regression on {', '.join(names)} did not converge.",
        expected="a log likelihood with one maximum.",
        remedy="look for outlying values of the covariates, or leave some of them out.",
    )
