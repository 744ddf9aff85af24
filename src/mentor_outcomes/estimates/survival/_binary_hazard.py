"""The likelihood of hazards in discrete time, with one intercept per period kept as an index.

Dummy columns for sixty periods on millions of rows would cost gigabytes. Here the intercepts are
eliminated from each step of Fisher scoring, which gives the same estimates and errors.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mentor_outcomes.errors import EstimationError

MAX_ITERATIONS = 50
_STEP_TOLERANCE = 1e-9  # of a step, in SDs of a column; the next one is smaller by far


@dataclass(frozen=True, slots=True, eq=False)
class HazardRows:
    """n rows at risk: 0/1 outcome (n,), columns (n, p) and period 0 ... n_periods - 1 (n,)."""

    outcome: np.ndarray
    columns: np.ndarray
    period: np.ndarray
    n_periods: int

    def by_period(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.period, values, self.n_periods)


@dataclass(frozen=True, slots=True, eq=False)
class HazardFit:
    """The model at some coefficients (p,) and intercepts (m,); information is the expected one.

    score         (n,) derivative of the log likelihood by each row's linear predictor
    of_periods    (m,) information about the intercepts, which have none about each other
    cross         (m, p) information about intercepts and coefficients together
    information   (p, p) about the coefficients, intercepts eliminated
    """

    coefficients: np.ndarray
    intercepts: np.ndarray
    loglik: float
    score: np.ndarray
    of_periods: np.ndarray
    cross: np.ndarray
    information: np.ndarray


def logit_derivatives(linear: np.ndarray, outcome: np.ndarray):
    """Log likelihood, and by row its derivative and information, if log odds are linear."""
    hazard = expit(linear)
    loglik = float((outcome * linear - np.logaddexp(0, linear)).sum())
    return loglik, outcome - hazard, hazard * expit(-linear)


def cloglog_derivatives(linear: np.ndarray, outcome: np.ndarray):
    """The same if the log of the cumulative hazard within a period is linear."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        cumulative = np.exp(linear)
        odds_against = cumulative / np.expm1(cumulative)  # cumulative x (1 - hazard) / hazard
        has_event = outcome == 1
        log_hazard = np.log(-np.expm1(-cumulative[has_event]))
        loglik = float(log_hazard.sum() - cumulative[~has_event].sum())
        score = np.where(has_event, odds_against, -cumulative)
        return loglik, score, cumulative * odds_against


DERIVATIVES: dict[str, Callable] = {"logit": logit_derivatives, "cloglog": cloglog_derivatives}


def fit_at(
    coefficients: np.ndarray, intercepts: np.ndarray, rows: HazardRows, link: str
) -> HazardFit:
    linear = intercepts[rows.period] + rows.columns @ coefficients
    loglik, score, information = DERIVATIVES[link](linear, rows.outcome)
    weighted = information[:, None] * rows.columns
    of_periods = rows.by_period(information)
    cross = np.zeros((rows.n_periods, rows.columns.shape[1]))
    for j, column in enumerate(weighted.T):
        cross[:, j] = rows.by_period(column)
    with np.errstate(invalid="ignore", divide="ignore"):
        eliminated = cross.T @ (cross / of_periods[:, None])
    return HazardFit(
        coefficients=coefficients,
        intercepts=intercepts,
        loglik=loglik,
        score=score,
        of_periods=of_periods,
        cross=cross,
        information=rows.columns.T @ weighted - eliminated,
    )


def maximise(start: HazardFit, rows: HazardRows, link: str) -> HazardFit:
    """Fisher scoring with step-halving; `rows` have standardised columns and a finite maximum."""
    fit = start
    for _ in range(MAX_ITERATIONS):
        of_periods = rows.by_period(fit.score)
        gradient = rows.columns.T @ fit.score - fit.cross.T @ (of_periods / fit.of_periods)
        step = np.linalg.solve(fit.information, gradient)
        shift = (of_periods - fit.cross @ step) / fit.of_periods
        if max(np.abs(step).max(initial=0), np.abs(shift).max()) < _STEP_TOLERANCE:
            return fit
        fit = _improved(fit, step, shift, rows, link)
    raise _not_converged()


def _improved(
    fit: HazardFit, step: np.ndarray, shift: np.ndarray, rows: HazardRows, link: str
) -> HazardFit:
    """The fit after the step, halved until the likelihood does not fall beyond rounding."""
    slack = 1e-10 * (1.0 + abs(fit.loglik))
    for halving in range(30):
        share = 1 / 2**halving
        tried = fit_at(fit.coefficients + share * step, fit.intercepts + share * shift, rows, link)
        is_usable = np.isfinite(tried.loglik) and (tried.of_periods > 0).all()
        if is_usable and tried.loglik >= fit.loglik - slack:
            return tried
    raise _not_converged()


def _not_converged() -> EstimationError:
    return EstimationError(
        f"the hazard model did not converge in {MAX_ITERATIONS} steps.",
        expected="a log likelihood with one maximum.",
        remedy="look for outlying values of the covariates, or leave some of them out.",
    )


def score_residuals(fit: HazardFit, rows: HazardRows) -> np.ndarray:
    """Each row's part of the score of the coefficients, intercepts eliminated: (n, p)."""
    means = fit.cross / fit.of_periods[:, None]
    return fit.score[:, None] * (rows.columns - means[rows.period])


def intercept_variances(
    fit: HazardFit,
    rows: HazardRows,
    covariance: np.ndarray,
    clusters: tuple[np.ndarray, ...],
    at: np.ndarray,
) -> np.ndarray:
    """Variances (m,) of intercept - `at` x coefficients, by clusters if any; `covariance` too."""
    means = fit.cross / fit.of_periods[:, None] + at
    of_coefficients = np.einsum("mp,pq,mq->m", means, covariance, means)
    if not clusters:
        return 1 / fit.of_periods + of_coefficients
    groups = [(1.0, code) for code in clusters]
    if len(clusters) == 2:
        pairs = clusters[0].astype("int64") * (int(clusters[1].max()) + 1) + clusters[1]
        groups.append((-1.0, np.unique(pairs, return_inverse=True)[1]))
    bread = np.linalg.inv(fit.information)
    influence = score_residuals(fit, rows) @ bread
    variances = of_coefficients
    for sign, code in groups:
        squares, crossed = _period_scores(fit.score, influence, rows, code)
        own = squares / fit.of_periods**2
        mixed = np.einsum("mp,mp->m", means, crossed) / fit.of_periods
        variances = variances + sign * (own - 2 * mixed)
    return variances


def _period_scores(
    score: np.ndarray, influence: np.ndarray, rows: HazardRows, code: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per period, over clusters: squares of their score in it, and score x their influence."""
    cells, place = np.unique(
        code.astype("int64") * rows.n_periods + rows.period, return_inverse=True
    )
    sums = np.bincount(place, score, len(cells))
    period, cluster = cells % rows.n_periods, cells // rows.n_periods
    squares = np.bincount(period, sums**2, rows.n_periods)
    crossed = np.zeros((rows.n_periods, influence.shape[1]))
    for j, column in enumerate(influence.T):
        by_cluster = np.bincount(code, column)
        crossed[:, j] = np.bincount(period, sums * by_cluster[cluster], rows.n_periods)
    return squares, crossed
