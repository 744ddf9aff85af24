"""Proportional odds: how the odds of a higher answer differ, whatever the steps between answers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    cluster_codes,
    numbers,
    refuse_text,
    require_columns,
)
from mentor_outcomes.estimates.panel._cumulative_logit import (
    LevelFit,
    LevelRows,
    maximum,
    row_scores,
    trend_scores,
)
from mentor_outcomes.estimates.panel.proportional_odds_result import ProportionalOdds

LARGEST = 500
"""Levels that a model takes: with more, the outcome is no scale of answers."""
_DIGITS = 9
"""Values that agree to so many significant digits are one level: means of items carry rounding."""


def proportional_odds(
    records: pd.DataFrame,
    *,
    outcome: str,
    covariates: Sequence[str],
    weights: str | None = None,
    cluster: str | None = None,
) -> ProportionalOdds:
    """Log odds ratios of a higher level of the outcome, per unit of each covariate.

    Cumulative logit model (McCullagh, 1980, J. R. Stat. Soc. B 42:109): the log odds of being
    above a level are linear in the covariates, with one coefficient for all levels. Only the order
    of the levels counts: any rising change of the outcome's values leaves every estimate as it is.

    Parameters
    ----------
    records   one row per answer: `outcome` and `covariates` as numbers without gaps
    weights   column of weights above 0; without it 1
    cluster   column of units, such as people, whose rows hang together

    Levels are the distinct values of the outcome. Thin ones are not merged: each threshold needs
    one row on either side, and models with a level for every row behave well (Liu, Shepherd, Li
    & Harrell, 2017, Stat. Med. 36:4316).
    Errors: with `cluster` the sandwich of weighted scores summed by unit, times G/(G-1); without,
    from the observed information, where a weight of 2 counts as two rows. statsmodels'
    OrderedModel takes no weights; without them it gives the same (tests/spec). Equal to R's
    ordinal::clm and MASS::polr, errors by sandwich::vcovCL (tests/reference/proportional_odds.R).

    Raises EstimationError where the outcome or a covariate does not vary, where covariates tell
    each other or the level exactly, and for more than `LARGEST` levels.
    """
    refuse_text(covariates)
    require_columns(records, [outcome, *covariates, weights, cluster])
    levels, level = _levels(numbers(records, outcome), outcome)
    columns, centre, spread = _standardised(records, covariates)
    weight = np.ones(len(records)) if weights is None else _positive(records, weights)
    rows = LevelRows(level, columns, weight, len(levels))
    units, n_units = cluster_codes(records, cluster)
    if cluster is not None and n_units < 2:
        raise EstimationError(
            f"all rows have one and the same {cluster}.",
            expected="two or more units, so that the spread between them is known.",
            remedy="name the column of the units that were drawn.",
        )
    fit = maximum(rows)
    by_units = None if cluster is None else units
    # Thresholds are of covariates at their means there; of covariates at 0 they move along.
    m = len(fit.thresholds)
    turned = np.eye(m + len(centre))
    turned[:m, m:] = centre / spread
    turned[m:, m:] = np.diag(1 / spread)
    estimates = turned @ np.r_[fit.thresholds, fit.coefficients]
    return ProportionalOdds(
        levels=levels,
        thresholds=estimates[:m],
        covariates=tuple(covariates),
        coefficients=estimates[m:],
        covariance=turned @ _covariance(fit, rows, by_units) @ turned.T,
        trend_chi_square=_trends(fit, rows, by_units),
        loglik=fit.loglik,
        n_rows=len(records),
        n_clusters=n_units,
        error_type=(
            "observed information; weights count rows"
            if cluster is None
            else f"sandwich of scores, clustered by {cluster}, times G/(G-1); weights as known"
        ),
    )


def _levels(values: np.ndarray, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values, ascending, and the position among them of each row's."""
    largest = np.abs(values).max()
    digits = _DIGITS - 1 - int(np.floor(np.log10(largest))) if largest > 0 else _DIGITS
    levels, level = np.unique(np.round(values, digits), return_inverse=True)
    if 2 <= len(levels) <= LARGEST:
        return levels, level
    found = f"holds {len(levels)} values" if len(levels) > 1 else "has the same value in every row"
    raise EstimationError(
        f"the outcome {outcome} {found}.",
        expected=f"two or more values in order, {LARGEST} at most.",
        remedy="look at the selection of rows; what takes any value needs another model.",
    )


def _standardised(
    records: pd.DataFrame, covariates: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns with mean 0 and SD 1, and what was taken off and divided by."""
    columns = np.column_stack([numbers(records, name) for name in covariates])
    centre, spread = columns.mean(axis=0), columns.std(axis=0)
    flat = [
        name
        for name, sd, mean in zip(covariates, spread, centre, strict=True)
        if not sd > 1e-12 * max(abs(mean), 1e-300)
    ]
    if flat:
        raise EstimationError(
            f"{', '.join(flat)} has the same value in every row.",
            expected="covariates that vary.",
            remedy="leave it out, or look at the selection of rows.",
        )
    columns = (columns - centre) / spread
    if np.linalg.matrix_rank(columns, tol=1e-8 * np.sqrt(len(columns))) < columns.shape[1]:
        raise EstimationError(
            f"of the covariates {', '.join(covariates)} one follows from the others.",
            expected="covariates that each say something of their own.",
            remedy="leave one of them out.",
        )
    return columns, centre, spread


def _positive(records: pd.DataFrame, weights: str) -> np.ndarray:
    values = numbers(records, weights)
    n_wrong = int((values <= 0).sum())
    if n_wrong:
        raise EstimationError(
            f"{n_wrong} of {len(values)} rows have a {weights} of zero or less.",
            expected="weights above zero.",
            remedy="correct these rows, or leave them out with a count.",
        )
    return values


def _covariance(fit: LevelFit, rows: LevelRows, units: np.ndarray | None) -> np.ndarray:
    bread = np.linalg.inv(fit.information)
    if units is None:
        return bread
    scores = _by_unit(row_scores(fit, rows), units) @ bread
    return _correction(units) * scores.T @ scores


def _trends(fit: LevelFit, rows: LevelRows, units: np.ndarray | None) -> np.ndarray:
    """Score tests, generalised to weights and clusters (Boos, 1992, Am. Stat. 46:327)."""
    found = np.full(rows.columns.shape[1], np.nan)
    if rows.n_levels < 3:
        return found
    for j in range(len(found)):
        scores, variance = trend_scores(fit, rows, j)
        if units is not None:
            variance = _correction(units) * (_by_unit(scores[:, None], units) ** 2).sum()
        if variance > 0:
            found[j] = scores.sum() ** 2 / variance
    return found


def _by_unit(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    n_units = int(units.max()) + 1
    return np.column_stack([np.bincount(units, column, n_units) for column in values.T])


def _correction(units: np.ndarray) -> float:
    n_units = int(units.max()) + 1
    return n_units / (n_units - 1)
