"""Cox regression with delayed entry, time-varying rows, strata, weights and clustered errors."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    SAME_DAY,
    RiskIntervals,
    cluster_codes,
    flags,
    numbers,
    refuse_text,
    require_columns,
    risk_intervals,
)
from mentor_outcomes.estimates.survival._partial_likelihood import (
    AtRisk,
    EventTimes,
    Moments,
    event_times,
    score_residuals,
)
from mentor_outcomes.estimates.survival.cox_errors import (
    cluster_columns,
    clusters_of,
    error_type,
    refuse_no_variance,
    sandwich,
    without_negative_eigenvalues,
)
from mentor_outcomes.estimates.survival.cox_maximum import maximise
from mentor_outcomes.estimates.survival.cox_result import CoxResult, FittedRows

__all__ = ["CoxResult", "cox_regression"]

_LARGEST_SCALE = 1e100  # of a covariate; its square, and that of its inverse, are still numbers


def cox_regression(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    event: str,
    covariates: Sequence[str],
    cluster: str | Sequence[str] | None = None,
    strata: str | None = None,
    weights: str | None = None,
    robust: bool | None = None,
    ties: Literal["efron", "breslow"] = "efron",
    same_day: float = SAME_DAY,
) -> CoxResult:
    """Log hazard ratios, by maximum partial likelihood (Cox, 1972; ties: Efron, 1977).

    Assumes that hazards are proportional given the covariates of each row (test it with
    `proportionality`), and that being censored or entering late tells nothing more about it.

    Parameters
    ----------
    records : one row per interval in which one unit's covariates are constant
    entry, exit : columns; a row is at risk on (entry, exit]. No entry: from 0
    event : column, true (or 1) if the event ends the row
    covariates : columns of numbers or flags
    cluster : column, such as the person; errors are then the sandwich of score residuals
        summed by cluster (Lin & Wei, 1989), with no small-sample correction. Two columns, such as
        the person and the mentor: V1 + V2 - V12 (Cameron, Gelbach & Miller, 2011); if that is not
        positive semi-definite its negative eigenvalues (covariates in SDs, so that units do not
        matter) are set to zero, and `error_type` says so. None: model-based
    strata : column; each value has a baseline hazard of its own
    weights : column of case weights above 0, taken as known
    robust : without a cluster column, the sandwich with each row a cluster of its own. None: with
        weights only (as R's `coxph` if some are fractions). False: model-based even so, which
        takes a weight of 2 for two people
    same_day : an event on the day of entry counts as that much later, in units of time. Where the
        rows of a cluster do not overlap they are one unit's, with events that recur: a row that
        begins when such an event happened then begins later with it

    Raises
    ------
    EstimationError : missing values, no events, a covariate that does not vary or repeats others
        among those at risk together, a single cluster, hazards too unequal to be summed
    SeparationError : a likelihood that rises without end, as when all events are in one arm

    The same as R's `coxph(Surv(entry, exit, event) ~ ..., weights=, cluster=)`; checked against it
    in tests/reference, by hand in tests/spec/test_cox.py, by simulation in tests/recovery. One pass
    over ranked times with cumulative sums: time grows with rows x covariates^2, memory with rows x
    covariates (benchmarks/survival_scale.py).
    """
    columns = cluster_columns(cluster)
    by_row = not columns and (weights is not None if robust is None else robust)
    refuse_text(covariates)
    require_columns(records, [event, strata, *covariates, *columns])
    _check_model(covariates, ties)
    is_event = flags(records, event)
    rows = risk_intervals(
        records,
        entry=entry,
        exit=exit,
        is_event=is_event,
        weights=weights,
        cluster=None,
        same_day=same_day,
        recurs_by=cluster,
    )
    stratum = None if strata is None else cluster_codes(records, strata)[0]
    at_risk, centre, scale = _rows_at_risk(
        records, covariates, rows, event_times(rows, is_event, stratum, ties)
    )
    null, best = maximise(at_risk, covariates)
    fitted = FittedRows(
        records=rows,
        is_event=is_event,
        cluster=clusters_of(records, columns, robust=by_row),
        strata=("all",) if strata is None else tuple(pd.unique(records[strata])),
        at_risk=at_risk,
        centre=centre,
        scale=scale,
        moments=best,
    )
    return _result(fitted, null, tuple(covariates), columns, ties, is_weighted=weights is not None)


def _result(
    fitted: FittedRows,
    null: Moments,
    names: tuple[str, ...],
    columns: tuple[str, ...],
    ties: str,
    *,
    is_weighted: bool,
) -> CoxResult:
    best, units = fitted.moments, np.outer(fitted.scale, fitted.scale)
    model = np.linalg.inv(best.information)
    covariance, n_cut = model, 0
    if fitted.cluster:
        covariance, n_cut = _sandwich(fitted, model)
        refuse_no_variance(covariance, model * fitted.at_risk.weight.mean(), names, columns)
    return CoxResult(
        covariates=names,
        coefficients=best.coefficients / fitted.scale,
        covariance=covariance / units,
        model_covariance=model / units,
        loglik_null=null.loglik,
        loglik=best.loglik,
        n_rows=len(fitted.is_event),
        n_rows_at_risk=len(fitted.at_risk.weight),
        n_events=int(fitted.is_event.sum()),
        n_clusters=min((int(c.max()) + 1 for c in fitted.cluster), default=len(fitted.is_event)),
        ties=ties,
        error_type=error_type(
            columns, robust=bool(fitted.cluster), n_cut=n_cut, is_weighted=is_weighted
        ),
        rows=fitted,
    )


def _sandwich(fitted: FittedRows, model: np.ndarray) -> tuple[np.ndarray, int]:
    """Of the scaled coefficients, and how many negative eigenvalues were set to zero."""
    at_risk = fitted.at_risk
    residuals = (at_risk.weight * r for r in score_residuals(fitted.moments, at_risk))
    clusters = tuple(codes[at_risk.times.row] for codes in fitted.cluster)
    return without_negative_eigenvalues(sandwich(residuals, model, clusters))


def _rows_at_risk(
    records: pd.DataFrame, covariates: Sequence[str], rows: RiskIntervals, times: EventTimes
) -> tuple[AtRisk, np.ndarray, np.ndarray]:
    """The rows at risk at some event time, covariates centred and scaled; centre and scale."""
    design = np.empty((len(covariates), len(times.row)))
    for column, name in zip(design, covariates, strict=True):
        np.take(numbers(records, name), times.row, out=column)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        centre, scale = design.mean(axis=1), design.std(axis=1)
    constant = [
        name
        for name, column in zip(covariates, design, strict=True)
        if column.min() == column.max()
    ]
    if constant:
        raise EstimationError(
            f"{', '.join(constant)} has one value in all rows at risk at an event.",
            expected="covariates that differ among those at risk together.",
            remedy="leave it out; nothing can be learned about it from these records.",
        )
    _refuse_extreme(scale, covariates)
    design -= centre[:, None]
    design /= scale[:, None]
    return AtRisk(times, design, design[:, times.event], rows.weight[times.row]), centre, scale


def _refuse_extreme(scale: np.ndarray, covariates: Sequence[str]) -> None:
    is_usual = (scale > 1 / _LARGEST_SCALE) & (scale < _LARGEST_SCALE)
    if not is_usual.all():
        extreme = [name for name, usual in zip(covariates, is_usual, strict=True) if not usual]
        raise EstimationError(
            f"the values of {', '.join(extreme)} are too large or too small to be squared.",
            expected=f"standard deviations between {1 / _LARGEST_SCALE:g} and {_LARGEST_SCALE:g}.",
            remedy="measure it in another unit; look for outlying values.",
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
