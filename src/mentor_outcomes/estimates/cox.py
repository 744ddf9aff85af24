"""Cox regression with delayed entry, time-varying rows, strata, weights and clustered errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates._partial_likelihood import (
    EventTimes,
    Moments,
    event_times,
    moments,
    score_residuals,
)
from mentor_outcomes.estimates.intervals import with_interval
from mentor_outcomes.estimates.risk_intervals import (
    SAME_DAY,
    RiskIntervals,
    cluster_codes,
    flags,
    numbers,
    require_columns,
    risk_intervals,
)

MAX_ITERATIONS = 50
_STEP_TOLERANCE = 1e-9  # of a Newton step, in SDs of a covariate; the next one squares it
_LEAST_INFORMATION = 1e-8  # share of the information at zero; less is rounding error
_LEAST_PIVOT = 1e-9  # of a covariate given the others, as a share of its own information


@dataclass(frozen=True, slots=True, eq=False)
class CoxResult:
    """Log hazard ratios of a Cox regression.

    covariates      names, in order of the coefficients
    coefficients    shape (p,), log hazard ratio per unit of the covariate
    covariance      shape (p, p), as `error_type` says
    loglik_null     log partial likelihood with all coefficients zero
    loglik          ... at the maximum
    n_rows          rows given; n_rows_at_risk of them are at risk at some event time
    n_events        rows that end in the event
    n_clusters      values of the cluster column; rows, if there is none
    """

    covariates: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    loglik_null: float
    loglik: float
    n_rows: int
    n_rows_at_risk: int
    n_events: int
    n_clusters: int
    ties: str
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per covariate: log hazard ratio, error, interval, p-value of no effect."""
        frame = pd.DataFrame(
            {
                "term": list(self.covariates),
                "quantity": "log_hazard_ratio",
                "estimate": self.coefficients,
                "std_error": np.sqrt(np.diag(self.covariance)),
            }
        )
        return with_interval(frame, confidence).assign(
            n_events=self.n_events, n_clusters=self.n_clusters, error_type=self.error_type
        )


def cox_regression(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    event: str,
    covariates: Sequence[str],
    cluster: str | None = None,
    strata: str | None = None,
    weights: str | None = None,
    ties: Literal["efron", "breslow"] = "efron",
    same_day: float = SAME_DAY,
) -> CoxResult:
    """Log hazard ratios, by maximum partial likelihood (Cox, 1972; ties: Efron, 1977).

    Assumes that hazards are proportional given the covariates of each row, and that being
    censored or entering late tells nothing more about the hazard.

    Parameters
    ----------
    records : one row per interval in which one unit's covariates are constant
    entry, exit : columns; a row is at risk on (entry, exit]. No entry: from 0
    event : column, true (or 1) if the event ends the row
    covariates : columns of numbers or flags
    cluster : column, such as the person; errors are then the sandwich of score residuals
        summed by cluster (Lin & Wei, 1989), with no small-sample correction. None: model-based
    strata : column; each value has a baseline hazard of its own
    weights : column of case weights above 0, taken as known
    same_day : an event on the day of entry counts as that much later, in units of time

    Raises
    ------
    EstimationError : missing values, no events, a covariate that does not vary or repeats others
        among those at risk together, or a likelihood that rises without end (separation)

    The same as R's `coxph(Surv(entry, exit, event) ~ ..., weights=, cluster=)`; checked against it
    in tests/reference and by hand in tests/spec/test_cox.py. One pass over ranked times with
    cumulative sums: time grows with rows x covariates^2, memory with rows x covariates.
    """
    require_columns(records, [event, strata, *covariates])
    _check_model(covariates, ties)
    is_event = flags(records, event)
    rows = risk_intervals(
        records,
        entry=entry,
        exit=exit,
        is_event=is_event,
        weights=weights,
        cluster=cluster,
        same_day=same_day,
    )
    stratum = None if strata is None else cluster_codes(records, strata)[0]
    times = event_times(rows, is_event, stratum, ties)
    design = np.column_stack([numbers(records, name)[times.row] for name in covariates])
    coefficients, covariance, logliks = _fit(
        design, rows, times, tuple(covariates), is_clustered=cluster is not None
    )
    return CoxResult(
        covariates=tuple(covariates),
        coefficients=coefficients,
        covariance=covariance,
        loglik_null=logliks[0],
        loglik=logliks[1],
        n_rows=len(records),
        n_rows_at_risk=len(times.row),
        n_events=int(is_event.sum()),
        n_clusters=rows.n_clusters,
        ties=ties,
        error_type=_error_type(cluster),
    )


def _fit(
    design: np.ndarray,
    rows: RiskIntervals,
    times: EventTimes,
    names: tuple[str, ...],
    *,
    is_clustered: bool,
) -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
    """Coefficients, their covariance, and the log likelihoods at zero and at the maximum."""
    weight = rows.weight[times.row]
    centre, scale = _centre_and_scale(design, names)
    scaled = (design - centre) / scale
    null, best = _maximise(scaled, weight, times, names)
    covariance = np.linalg.inv(best.information)
    if is_clustered:
        residuals = weight[:, None] * score_residuals(best, scaled, times)
        dfbeta = _sums_by(rows.cluster[times.row], residuals, rows.n_clusters) @ covariance
        covariance = dfbeta.T @ dfbeta
    return (
        best.coefficients / scale,
        covariance / np.outer(scale, scale),
        (null.loglik, best.loglik),
    )


def _check_model(covariates: Sequence[str], ties: str) -> None:
    if not covariates or len(set(covariates)) < len(covariates):
        raise EstimationError(
            f"the covariates are {', '.join(covariates) or 'none'}.",
            expected="at least one column, each named once.",
            remedy="name the covariates of the model.",
        )
    if ties not in ("efron", "breslow"):
        raise EstimationError(
            f"ties is {ties}.", expected="efron or breslow.", remedy="use efron unless you must."
        )


def _error_type(cluster: str | None) -> str:
    if cluster is None:
        return "model-based (inverse information)"
    return (
        f"sandwich of score residuals, clustered by {cluster}, no small-sample correction; "
        "weights taken as known"
    )


def _centre_and_scale(design: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    centre, scale = design.mean(axis=0), design.std(axis=0)
    constant = [
        name for name, column in zip(names, design.T, strict=True) if column.min() == column.max()
    ]
    if constant:
        raise EstimationError(
            f"{', '.join(constant)} has one value in all rows at risk at an event.",
            expected="covariates that differ among those at risk together.",
            remedy="leave it out; nothing can be learned about it from these records.",
        )
    return centre, scale


def _maximise(
    design: np.ndarray, weight: np.ndarray, times: EventTimes, names: Sequence[str]
) -> tuple[Moments, Moments]:
    """Newton's method with step-halving from zero; the moments at zero and at the maximum."""
    null = moments(np.zeros(design.shape[1]), design, weight, times)
    _refuse_collinear(null.information, names)
    fit = null
    for _ in range(MAX_ITERATIONS):
        _refuse_separation(fit, null, names)
        step = np.linalg.solve(fit.information, fit.score)
        if np.abs(step).max() < _STEP_TOLERANCE:
            return null, fit
        fit = _improved(fit, step, design, weight, times)
    raise EstimationError(
        f"the Cox regression on {', '.join(names)} did not converge in {MAX_ITERATIONS} steps.",
        expected="a log likelihood with one maximum.",
        remedy="look for outlying values of these covariates, or leave some of them out.",
    )


def _improved(
    fit: Moments, step: np.ndarray, design: np.ndarray, weight: np.ndarray, times: EventTimes
) -> Moments:
    """The fit after the step, halved until the likelihood does not fall beyond rounding."""
    slack = 1e-10 * (1.0 + abs(fit.loglik))
    for halving in range(30):
        tried = moments(fit.coefficients + step / 2**halving, design, weight, times)
        if np.isfinite(tried.loglik) and tried.loglik >= fit.loglik - slack:
            return tried
    raise EstimationError(
        "no step of the Cox regression raises its likelihood.",
        expected="a log likelihood with one maximum.",
        remedy="look for outlying values of the covariates.",
    )


def _refuse_collinear(information: np.ndarray, names: Sequence[str]) -> None:
    """Name the covariates that those before them determine, by Cholesky pivots."""
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


def _refuse_separation(fit: Moments, null: Moments, names: Sequence[str]) -> None:
    """Along a direction of endless rise the information dwindles to nothing."""
    root = np.linalg.inv(np.linalg.cholesky(null.information))
    shares, directions = np.linalg.eigh(root @ fit.information @ root.T)
    if np.isfinite(shares).all() and shares[0] > _LEAST_INFORMATION:
        return
    direction = np.abs(root.T @ directions[:, 0])
    guilty = [
        name for name, part in zip(names, direction, strict=True) if part > 0.1 * direction.max()
    ]
    raise EstimationError(
        f"the log hazard ratio of {', '.join(guilty)} has no finite estimate: among those at risk "
        "together, only one side has events.",
        expected="events on both sides of every comparison.",
        remedy="leave the covariate out, join rare levels, or wait for more events.",
    )


def _sums_by(codes: np.ndarray, values: np.ndarray, n_codes: int) -> np.ndarray:
    return np.column_stack([np.bincount(codes, column, n_codes) for column in values.T])
