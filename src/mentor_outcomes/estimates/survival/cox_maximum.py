"""The maximum of the log partial likelihood, or why there is none, in plain words."""

from collections.abc import Sequence

import numpy as np

from mentor_outcomes.errors import EstimationError, SeparationError
from mentor_outcomes.estimates.survival._partial_likelihood import (
    AtRisk,
    Moments,
    moments,
)
from mentor_outcomes.estimates.survival._risk_sets import refuse_lost

MAX_ITERATIONS = 50
_STEP_TOLERANCE = 1e-9  # of a Newton step, in SDs of a covariate; the next one squares it
_LEAST_INFORMATION = 1e-8  # share of the information at zero; less is rounding error
_LEAST_PIVOT = 1e-9  # of a covariate given the others, as a share of its own information


def maximise(at_risk: AtRisk, names: Sequence[str]) -> tuple[Moments, Moments]:
    """Newton's method with step-halving from zero; the moments at zero and at the maximum.

    Raises
    ------
    EstimationError : a covariate that does not vary, or that follows from others, among those at
        risk together; hazards too unequal for double precision; no convergence
    SeparationError : the likelihood rises without end (monotone likelihood)
    """
    null = moments(np.zeros(len(at_risk.columns)), at_risk)
    refuse_lost(null.steps.n_lost, len(null.steps.hazard))
    refuse_collinear(null.information / at_risk.weight.mean(), names)
    fit = null
    for _ in range(MAX_ITERATIONS):
        refuse_separation(fit, null, names)
        step = np.linalg.solve(fit.information, fit.score)
        if np.abs(step).max() < _STEP_TOLERANCE:
            return null, fit
        fit = _improved(fit, step, at_risk, names)
    raise EstimationError(
        f"the Cox regression on {', '.join(names)} did not converge in {MAX_ITERATIONS} steps.",
        expected="a log likelihood with one maximum.",
        remedy="look for outlying values of these covariates, or leave some of them out.",
    )


def _improved(fit: Moments, step: np.ndarray, at_risk: AtRisk, names: Sequence[str]) -> Moments:
    """The fit after the step, halved until the likelihood does not fall beyond rounding."""
    slack = 1e-10 * (at_risk.weight.mean() + abs(fit.loglik))
    for halving in range(30):
        tried = moments(fit.coefficients + step / 2**halving, at_risk)
        is_finite = np.isfinite(tried.loglik) and np.isfinite(tried.information).all()
        is_summed = is_finite and tried.steps.n_lost == 0
        if is_summed and tried.loglik >= fit.loglik - slack:
            return tried
    raise EstimationError(
        f"the log hazard ratio of {_leading(np.abs(step), names)} grows until the hazards of those "
        "at risk can no longer be summed.",
        expected="a log likelihood with one maximum.",
        remedy="leave out a covariate that tells when the event comes, or that runs with the "
        "clock; or look for outlying values.",
    )


def refuse_collinear(information: np.ndarray, names: Sequence[str]) -> None:
    """Name the covariates that those before them determine, by Cholesky pivots.

    `information` of weights whose mean is 1.
    """
    own = np.diag(information)
    redundant, kept = [], []
    for j, name in enumerate(names):
        left = own[j]
        if kept and left > 0:
            cross = information[kept, j]
            left -= cross @ np.linalg.solve(information[np.ix_(kept, kept)], cross)
        if left <= _LEAST_PIVOT * max(own[j], 1.0):
            redundant.append(name)
        else:
            kept.append(j)
    if redundant:
        raise EstimationError(
            f"{', '.join(redundant)} does not vary among those at risk together, or follows from "
            "the covariates named before.",
            expected="covariates none of which the others determine.",
            remedy="leave it out, or one of those that determine it.",
        )


def refuse_separation(fit: Moments, null: Moments, names: Sequence[str]) -> None:
    """Along a direction of endless rise the information dwindles to nothing."""
    if not np.isfinite(fit.information).all():
        raise EstimationError(
            f"the hazards given {', '.join(names)} are too large for a computer's numbers.",
            expected="a log likelihood with one maximum.",
            remedy="look for outlying values of these covariates, or one that runs with the clock.",
        )
    root = np.linalg.inv(np.linalg.cholesky(null.information))
    shares, directions = np.linalg.eigh(root @ fit.information @ root.T)
    if shares[0] > _LEAST_INFORMATION:
        return
    guilty = _leading(np.abs(root.T @ directions[:, 0]), names)
    raise SeparationError(
        f"the log hazard ratio of {guilty} has no finite estimate: among those at risk "
        "together, only one side has events.",
        expected="events on both sides of every comparison.",
        remedy="leave the covariate out, join rare levels, or wait for more events.",
    )


def _leading(sizes: np.ndarray, names: Sequence[str]) -> str:
    leading = sizes > 0.1 * sizes.max()
    return ", ".join(name for name, leads in zip(names, leading, strict=True) if leads)
