"""The likelihood of the pooled logit and its maximum, the intercepts eliminated from each step."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from scipy.special import expit

from mentor_outcomes.errors import SeparationError
from mentor_outcomes.logit.refusals import (
    CoveredBy,
    collinear,
    fixed_in_periods,
    foretelling,
    repeats,
    separated,
    with_bases,
)

_BLOCK_ROWS = 65_536
_STEP_TOLERANCE = 1e-9
"""Largest change of any row's linear predictor at which Newton stops; the error left after such a
step is of the order of its square."""
_SEPARATED_BELOW = 1e-8
"""Information about a coefficient, as a share of that at the start, below which its estimate runs
away: it would take log odds of 18 for all rows that inform it."""
_LONGEST_WAY = 20
"""Steps after which no row's log odds may still move by a half: Newton moves those of rows without
a finite answer by one per step, and reaches log odds of 18 by then."""
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

    def __init__(
        self, values, outcome, weights, positions, names, covariates_of: CoveredBy
    ) -> None:
        self.covariates_of = covariates_of
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
        at_start, step, change = None, np.zeros(len(self.names)), np.zeros(len(self.outcome))
        for iteration in range(1, max_iterations + 1):
            gradient, information, own = self._derivatives(log_odds)
            if at_start is None:
                self._check_collinear(information.schur, own)
                at_start = np.diag(information.schur)
            elif self._runs_away(information.schur, at_start, iteration, change):
                raise self._separated(step, change)
            intercept_step, step = information.solve(*gradient)
            change = self._change(intercept_step, step)
            share, log_odds, likelihood = self._line_search(log_odds, change, likelihood)
            intercepts = intercepts + share * intercept_step
            coefficients = coefficients + share * step
            if np.abs(change).max() < _STEP_TOLERANCE:
                return self._in_own_units(
                    coefficients, intercepts, information.schur, iteration, likelihood
                )
        raise self._separated(step, change)

    def _runs_away(self, information, at_start, iteration: int, change: np.ndarray) -> bool:
        """Whether nothing is left to learn of a coefficient, or rows still move after so long."""
        is_spent = bool((np.diag(information) < _SEPARATED_BELOW * at_start).any())
        return is_spent or (iteration > _LONGEST_WAY and bool((np.abs(change) > 0.5).any()))

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
            columns = [name for name, is_fixed in zip(self.names, fixed, strict=True) if is_fixed]
            raise fixed_in_periods(columns, self.covariates_of)
        root = np.sqrt(size)
        correlation = information / np.outer(root, root)
        if len(root) and np.linalg.eigvalsh(correlation)[0] < _COLLINEAR_BELOW:
            found = repeats(self.names, correlation)
            columns = {name for column, others in found for name in (column, *others)}
            raise collinear(
                found, self.covariates_of, self._nested(columns), n_periods=self.n_codes
            )

    def _nested(self, columns: set[str]) -> list[str]:
        """Sentences about covariates whose levels lie within those of another, of those named."""
        places: dict[str, list[int]] = {}
        named = {self.covariates_of[c] for c in columns if c in self.covariates_of}
        for j, name in enumerate(self.names):
            made_of = self.covariates_of.get(name, ())
            if len(made_of) == 1 and made_of in named and "=" in name:
                places.setdefault(made_of[0], []).append(j)
        codes = {
            name: np.unique(self.values[:, own] != 0, axis=0, return_inverse=True)[1].reshape(-1)
            for name, own in places.items()
        }
        return [
            f"Every level of {finer} lies within one level of {coarser}."
            for finer, coarser in permutations(codes, 2)
            if len(np.unique(np.stack([codes[finer], codes[coarser]]), axis=1).T)
            == len(np.unique(codes[finer]))
        ]

    def _separated(self, step: np.ndarray, change: np.ndarray) -> SeparationError:
        spread = (self.values.max(axis=0) - self.values.min(axis=0)) / self.scale
        involved, happens = foretelling(step, spread, change)
        alone = [j for j in involved if self._divides(self.values[:, j] * np.sign(step[j]))]
        if alone:
            # A covariate says more than a piece of its curve, or than its product, that also does.
            plainest = min((self.names[j] for j in alone), key=lambda name: " " in name)
            return separated([plainest], happens, self.covariates_of)
        signs = {self.names[j]: float(np.sign(step[j])) for j in involved}
        columns = with_bases(signs, happens, self.names, self.covariates_of)
        return separated(columns, happens, self.covariates_of)

    def _divides(self, values: np.ndarray) -> bool:
        """Whether in each period all with the event lie beyond all without."""
        with_event = self.outcome == 1
        lowest, highest = np.full(self.n_codes, np.inf), np.full(self.n_codes, -np.inf)
        np.minimum.at(lowest, self.positions[with_event], values[with_event])
        np.maximum.at(highest, self.positions[~with_event], values[~with_event])
        return bool((lowest >= highest).all() and (lowest > highest).any())
