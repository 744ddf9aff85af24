"""Hazards in discrete time: the chance of an event in each period, given none so far."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, SeparationError
from mentor_outcomes.estimates.inference.risk_intervals import flags, numbers, require_columns
from mentor_outcomes.estimates.inference.tied_times import merged
from mentor_outcomes.estimates.inference.two_way import cluster_words
from mentor_outcomes.estimates.survival._binary_hazard import (
    HazardFit,
    HazardRows,
    fit_at,
    intercept_variances,
    maximise,
    score_residuals,
)
from mentor_outcomes.estimates.survival.cox_errors import (
    cluster_columns,
    clusters_of,
    refuse_no_variance,
    sandwich,
)
from mentor_outcomes.estimates.survival.discrete_hazard_result import (
    QUANTITIES,
    DiscreteHazardResult,
)
from mentor_outcomes.logit import pooled_logit


def discrete_hazard(
    person_periods: pd.DataFrame,
    *,
    event: str,
    period: str,
    covariates: Sequence[str],
    link: Literal["logit", "cloglog"] = "logit",
    cluster: str | Sequence[str] | None = None,
    baseline: Literal["periods"] | Sequence[str] = "periods",
) -> DiscreteHazardResult:
    """Log ratios of the hazard in discrete time, by maximum likelihood on person-periods.

    With `cloglog` a coefficient is the log hazard ratio of a proportional hazards model whose
    events are known by period only (Prentice & Gloeckler, 1978): the same number as Cox's, however
    wide the periods. With `logit` (Cox, 1972; Singer & Willett, 2003) it is a log odds ratio within
    a period, which lies further from 0 the wider the periods are. Assumes that the ratios are
    constant over time, and that leaving the records tells nothing about the hazard.

    Parameters
    ----------
    person_periods : one row per person and period in which they were at risk to its end or to
        the event (see `person_periods`); covariates may change between periods
    event : column, true (or 1) in the period in which the event happens
    period : column of numbers; those that differ by rounding alone are one period
    covariates : columns of numbers or flags; may be none
    link : logit or cloglog
    cluster : column, such as the person, or two; errors are then the sandwich of scores summed by
        cluster, bread the expected information, with no small-sample correction. None: model-based
        (inverse expected information), right for one event per person
    baseline : "periods": an intercept for each. Or columns, such as powers of the period: one
        intercept and these

    Raises
    ------
    EstimationError : missing values, no event, a period in which everybody has the event,
        covariates that repeat each other or do not vary within any period
    SeparationError : covariates that foretell the event, so that no finite estimate exists

    A period without events has hazard 0 and leaves the likelihood, its limit: see
    `periods_without_events`. The same as R's `glm(..., family = binomial(link))`, checked in
    tests/reference/test_discrete_hazard_as_in_r.py, and by hand in
    tests/spec/test_discrete_hazard.py.
    """
    by_period = isinstance(baseline, str)
    names = tuple(covariates) if by_period else (*baseline, *covariates)
    require_columns(person_periods, [event, period, *names])
    _check_choices(names, link, baseline)
    is_event = flags(person_periods, event)
    (period_of_row,) = merged(numbers(person_periods, period))
    periods, code = np.unique(period_of_row, return_inverse=True)
    if by_period:
        _refuse_certain_periods(periods, code, is_event, period)
    else:
        periods, code = np.array([np.nan]), np.zeros(len(code), dtype="int64")
    _refuse_no_event(is_event, event)
    design = np.empty((len(person_periods), len(names)))
    for j, name in enumerate(names):
        design[:, j] = numbers(person_periods, name)
    columns = cluster_columns(cluster)
    require_columns(person_periods, columns)
    clusters = clusters_of(person_periods, columns, robust=False)
    coefficients, covariance, intercepts, errors, loglik = _fit(
        design, is_event, code, names, link, clusters, columns
    )
    return DiscreteHazardResult(
        link=link,
        covariates=names,
        coefficients=coefficients,
        covariance=covariance,
        periods=periods,
        intercepts=intercepts,
        intercept_errors=errors,
        periods_without_events=tuple(periods[np.isneginf(intercepts)].tolist()),
        loglik=loglik,
        n_rows=len(person_periods),
        n_events=int(is_event.sum()),
        n_clusters=min((int(c.max()) + 1 for c in clusters), default=len(person_periods)),
        error_type=_error_type(cluster),
    )


def _fit(
    design: np.ndarray,
    is_event: np.ndarray,
    code: np.ndarray,
    names: tuple[str, ...],
    link: str,
    clusters: tuple[np.ndarray, ...],
    columns: tuple[str, ...],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
    """Coefficients, covariance, intercepts, their errors, and the log likelihood."""
    start = _logit_with_a_maximum(design, is_event, code, names)
    has_event = np.isfinite(start.intercepts)
    used = has_event[code]
    centre, scale = design[used].mean(axis=0), design[used].std(axis=0)
    rows = HazardRows(
        outcome=is_event[used].astype(float),
        columns=(design[used] - centre) / scale,
        period=(np.cumsum(has_event) - 1)[code[used]],
        n_periods=int(has_event.sum()),
    )
    first = fit_at(
        start.coefficients * scale,
        start.intercepts[has_event] + start.coefficients @ centre,
        rows,
        link,
    )
    fit = maximise(first, rows, link)
    chosen = tuple(codes[used] for codes in clusters)
    covariance, variances = _variances(fit, rows, chosen, names, columns, centre / scale)
    intercepts, errors = np.full(len(has_event), -np.inf), np.full(len(has_event), np.nan)
    intercepts[has_event] = fit.intercepts - centre / scale @ fit.coefficients
    errors[has_event] = np.sqrt(variances)
    return (
        fit.coefficients / scale,
        covariance / np.outer(scale, scale),
        intercepts,
        errors,
        fit.loglik,
    )


def _logit_with_a_maximum(
    design: np.ndarray, is_event: np.ndarray, code: np.ndarray, names: tuple[str, ...]
):
    """The pooled logit, which refuses what has no finite estimate: a cloglog has one just then
    (both links are log-concave; Silvapulle 1981, J. R. Stat. Soc. B 43:310)."""
    try:
        fit = pooled_logit(is_event, design, intercepts=code, names=names)
    except SeparationError as error:
        raise _separated(error.found.split(": ", 1)[-1]) from None
    except EstimationError as error:
        raise EstimationError(
            error.found,
            expected=error.expected,
            remedy="leave out one of the columns named.",
        ) from None
    never = [name for name, b in zip(names, fit.coefficients, strict=True) if np.isneginf(b)]
    if never:
        raise _separated(f"nobody with {' or with '.join(never)} has the event.")
    return fit


def _variances(
    fit: HazardFit,
    rows: HazardRows,
    clusters: tuple[np.ndarray, ...],
    names: tuple[str, ...],
    columns: tuple[str, ...],
    at: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of the standardised coefficients, and the variances of intercepts at -`at`."""
    model = np.linalg.inv(fit.information)
    covariance = model
    if clusters and names:
        covariance = sandwich(score_residuals(fit, rows).T, model, clusters)
        refuse_no_variance(covariance, model, names, columns)
    variances = intercept_variances(fit, rows, covariance, clusters, at)
    return covariance, np.where(variances > 0, variances, np.nan)


def _check_choices(names: tuple[str, ...], link: str, baseline: str | Sequence[str]) -> None:
    if link not in QUANTITIES:
        raise EstimationError(
            f"link is {link}.", expected="logit or cloglog.", remedy="choose one."
        )
    if isinstance(baseline, str) and baseline != "periods":
        raise EstimationError(
            f"baseline is {baseline}.",
            expected="the word periods, or a list of columns.",
            remedy=f"write [{baseline}] if it is a column.",
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise EstimationError(
            f"{', '.join(repeated)} is named more than once.",
            expected="covariates and columns of the baseline, each named once.",
            remedy="name it once.",
        )


def _refuse_no_event(is_event: np.ndarray, event: str) -> None:
    if not is_event.any():
        raise EstimationError(
            f"none of {len(is_event)} person-periods has the event ({event}).",
            expected="at least one event.",
            remedy="check the event column and the follow-up.",
        )


def _refuse_certain_periods(
    periods: np.ndarray, code: np.ndarray, is_event: np.ndarray, period: str
) -> None:
    is_certain = np.bincount(code, is_event) == np.bincount(code)
    if is_certain.any():
        certain = periods[is_certain]
        listed = ", ".join(f"{value:g}" for value in certain[:5])
        raise EstimationError(
            f"everybody at risk has the event in {len(certain)} of {len(periods)} periods "
            f"({period} {listed}{', ...' if len(certain) > 5 else ''}): its hazard there is 1.",
            expected="somebody at risk without the event in every period.",
            remedy="join such a period with the one before, end the follow-up before it, or take "
            "columns as the baseline.",
        )


def _separated(found: str) -> SeparationError:
    return SeparationError(
        f"the hazard model has no finite estimate: {found}",
        expected="people with and without the event at every value of the covariates.",
        remedy="leave the covariate out, join rare levels, or wait for more events.",
    )


def _error_type(cluster: str | Sequence[str] | None) -> str:
    if cluster is None:
        return "model-based (inverse expected information)"
    return (
        f"sandwich of scores{cluster_words(cluster)}, bread the expected information, no "
        "small-sample correction"
    )
