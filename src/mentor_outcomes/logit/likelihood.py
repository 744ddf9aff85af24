"""The likelihood of the pooled logit and its maximum, the intercepts eliminated from each step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mentor_outcomes.errors import EstimationError, SeparationError

_BLOCK_ROWS = 65_536
_STEP_TOLERANCE = 1e-9
"""Largest change of any row's linear predictor at which Newton stops; the error left after such a
step is of the order of its square."""
_SEPARATED_BELOW = 1e-8
"""Information about a coefficient, as a share of that at the start, below which its estimate runs
away: it would take log odds of 18 for all rows that inform it."""
_COLLINEAR_BELOW = 1e-9
"""Smallest eigenvalue of the information scaled to unit diagonal; below it, only rounding."""


@dataclass(frozen=True, slots=True)
class Maximum:
    coefficients: np.ndarray
    covariance: np.ndarray
    intercepts: np.ndarray
    n_iterations: int
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class _Information:
    """Minus the second derivatives: intercepts (diagonal), cross terms, and what is left.

    schur   information about the coefficients once the intercepts are profiled out
    """

    diagonal: np.ndarray
    cross: np.ndarray
    schur: np.ndarray

    def solve(self, intercept_gradient: np.ndarray, gradient: np.ndarray):
        profiled = gradient - self.cross.T @ (intercept_gradient / self.diagonal)
        step = np.linalg.solve(self.schur, profiled)
        return (intercept_gradient - self.cross @ step) / self.diagonal, step


class LogitLikelihood:
    """The likelihood of rows that can have the event, in centred and scaled regressors."""

    def __init__(self, values, outcome, weights, positions, names) -> None:
        self.values, self.outcome, self.weights = values, outcome, weights
        self.positions, self.names = positions, names
        self.n_codes = int(positions.max()) + 1
        self.centre = np.average(values, axis=0, weights=weights)
        spread = np.sqrt(np.average((values - self.centre) ** 2, axis=0, weights=weights))
        self.scale = np.where(spread > 0, spread, 1.0)

    def maximise(self, max_iterations: int) -> Maximum:
        intercepts, coefficients = self._start(), np.zeros(len(self.names))
        log_odds = intercepts[self.positions]
        likelihood = self._log_likelihood(log_odds)
        at_start = None
        for iteration in range(1, max_iterations + 1):
            gradient, information, own = self._derivatives(log_odds)
            if at_start is None:
                self._check_collinear(information.schur, own)
                at_start = np.diag(information.schur)
            elif (np.diag(information.schur) < _SEPARATED_BELOW * at_start).any():
                raise self._separated(coefficients)
            intercept_step, step = information.solve(*gradient)
            change = self._change(intercept_step, step)
            share, log_odds, likelihood = self._line_search(log_odds, change, likelihood)
            intercepts = intercepts + share * intercept_step
            coefficients = coefficients + share * step
            if np.abs(change).max() < _STEP_TOLERANCE:
                return self._in_own_units(
                    coefficients, intercepts, information.schur, iteration, likelihood
                )
        raise self._separated(coefficients)

    def _start(self) -> np.ndarray:
        n = np.bincount(self.positions, self.weights, self.n_codes)
        rate = np.bincount(self.positions, self.weights * self.outcome, self.n_codes) / n
        return np.log(rate / (1 - rate))

    def _derivatives(self, log_odds: np.ndarray):
        """Gradient (intercepts, coefficients), information, and its block of coefficients."""
        hazard = expit(log_odds)
        residual = self.weights * (self.outcome - hazard)
        curvature = self.weights * hazard * (1 - hazard)
        gradient = np.zeros(len(self.names))
        own = np.zeros((len(self.names), len(self.names)))
        cross = np.zeros((self.n_codes, len(self.names)))
        for block in self._blocks():
            scaled = self._scaled(block)
            gradient += residual[block] @ scaled
            curved = curvature[block, None] * scaled
            own += scaled.T @ curved
            for j in range(len(self.names)):
                cross[:, j] += np.bincount(self.positions[block], curved[:, j], self.n_codes)
        diagonal = np.bincount(self.positions, curvature, self.n_codes)
        information = _Information(diagonal, cross, own - cross.T @ (cross / diagonal[:, None]))
        return (np.bincount(self.positions, residual, self.n_codes), gradient), information, own

    def _change(self, intercept_step: np.ndarray, step: np.ndarray) -> np.ndarray:
        """What a step changes in each row's log odds."""
        change = intercept_step[self.positions]
        for block in self._blocks():
            change[block] += self._scaled(block) @ step
        return change

    def _line_search(self, log_odds, change, likelihood):
        share = 1.0
        while share > 1e-4:
            moved = log_odds + share * change
            found = self._log_likelihood(moved)
            if found >= likelihood - 1e-11 * abs(likelihood):
                break
            share /= 2
        return share, moved, found

    def _log_likelihood(self, log_odds: np.ndarray) -> float:
        log_probabilities = self.outcome * log_odds - np.logaddexp(0, log_odds)
        return float(self.weights @ log_probabilities)

    def _blocks(self):
        for start in range(0, len(self.outcome), _BLOCK_ROWS):
            yield slice(start, start + _BLOCK_ROWS)

    def _scaled(self, block: slice) -> np.ndarray:
        return (self.values[block] - self.centre) / self.scale

    def _in_own_units(self, coefficients, intercepts, information, iteration, likelihood):
        own = coefficients / self.scale
        covariance = np.linalg.inv(information) / np.outer(self.scale, self.scale)
        return Maximum(own, covariance, intercepts - self.centre @ own, iteration, likelihood)

    def _check_collinear(self, information: np.ndarray, own: np.ndarray) -> None:
        size = np.diag(information)
        fixed = size <= _COLLINEAR_BELOW * np.maximum(np.diag(own), np.finfo(float).tiny)
        if fixed.any():
            raise _collinear([n for n, is_fixed in zip(self.names, fixed, strict=True) if is_fixed])
        root = np.sqrt(size)
        eigenvalues, vectors = np.linalg.eigh(information / np.outer(root, root))
        if len(eigenvalues) and eigenvalues[0] < _COLLINEAR_BELOW:
            involved = np.abs(vectors[:, 0]) > 0.05
            raise _collinear([n for n, is_in in zip(self.names, involved, strict=True) if is_in])

    def _separated(self, coefficients: np.ndarray) -> SeparationError:
        # The coefficient that runs away moves the linear predictor most.
        widths = (self.values.max(axis=0) - self.values.min(axis=0)) / self.scale
        name = self.names[int(np.argmax(np.abs(coefficients) * widths))]
        return SeparationError(
            f"the logit has no finite answer: the coefficient of {name} runs away.",
            expected="people with and without the event at every value of the regressors.",
            remedy=f"{name} alone, or with others, foretells the event perfectly: remove it from "
            "the covariates, merge its rare levels, or match on it exactly.",
        )


def _collinear(involved: Sequence[str]) -> EstimationError:
    if len(involved) == 1:
        found = f"{involved[0]} does not vary within any period."
    else:
        found = f"{', '.join(involved)} repeat each other: one follows from the rest."
    return EstimationError(
        found,
        expected="regressors that each say something the others do not.",
        remedy=f"remove {involved[0]} from the covariates.",
    )
