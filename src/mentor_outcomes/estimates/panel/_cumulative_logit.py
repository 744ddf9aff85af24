"""The likelihood of a cumulative logit model: levels in order, one threshold between neighbours.

Level y of row i has probability F(a) - F(b), F logistic, a the threshold above y less the linear
predictor and b the one below less the same. The log likelihood is concave in thresholds and
coefficients together (Pratt, 1981, J. Am. Stat. Assoc. 76:103), so Newton's steps find its maximum.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from mentor_outcomes.errors import EstimationError

_MAX_ITERATIONS = 60
_STEP_TOLERANCE = 1e-10  # of a step, in log odds per SD of a column; the next is smaller by far


@dataclass(frozen=True, slots=True, eq=False)
class LevelRows:
    """n rows: level 0 ... n_levels - 1 (n,), columns (n, p), weight (n,)."""

    level: np.ndarray
    columns: np.ndarray
    weight: np.ndarray
    n_levels: int

    def between(self, of_thresholds: np.ndarray, below: float, above: float):
        """Values of the thresholds above and below each row's level, the ends filled."""
        padded = np.r_[below, of_thresholds, above]
        return padded[self.level + 1], padded[self.level]

    def to_thresholds(self, above: np.ndarray, below: np.ndarray) -> np.ndarray:
        """Sums by threshold of what rows have at the one above their level and the one below."""
        sums = np.bincount(self.level, above, self.n_levels)[:-1]
        return sums + np.bincount(self.level, below, self.n_levels)[1:]


@dataclass(frozen=True, slots=True, eq=False)
class LevelFit:
    """The model at some thresholds (m,) and coefficients (p,); derivatives by row, unweighted.

    slope_above, slope_below   of the log probability, by the threshold above and below
    density_above, density_below   of the logistic distribution at these
    shared                     its second derivative by both; 0 for the lowest and highest level
    information                (m + p, m + p), weighted and observed
    """

    thresholds: np.ndarray
    coefficients: np.ndarray
    loglik: float
    slope_above: np.ndarray
    slope_below: np.ndarray
    density_above: np.ndarray
    density_below: np.ndarray
    shared: np.ndarray
    information: np.ndarray


def level_fit(thresholds: np.ndarray, coefficients: np.ndarray, rows: LevelRows) -> LevelFit:
    linear = rows.columns @ coefficients
    above, below = rows.between(thresholds, -np.inf, np.inf)
    above, below = above - linear, below - linear
    with np.errstate(over="ignore", divide="ignore"):
        odds = 1 / np.expm1(above - below)  # 0 where one end is open
        gap = np.log(-np.expm1(below - above))
    loglik = rows.weight @ (log_expit(above) + log_expit(-below) + gap)
    density_above, density_below = (expit(at) * expit(-at) for at in (above, below))
    shared = odds * (1 + odds)
    return LevelFit(
        thresholds=thresholds,
        coefficients=coefficients,
        loglik=float(loglik),
        slope_above=expit(-above) + odds,
        slope_below=-expit(below) - odds,
        density_above=density_above,
        density_below=density_below,
        shared=shared,
        information=_information(density_above, density_below, shared, rows),
    )


def _information(
    density_above: np.ndarray, density_below: np.ndarray, shared: np.ndarray, rows: LevelRows
) -> np.ndarray:
    weight, columns, m = rows.weight, rows.columns, rows.n_levels - 1
    of_thresholds = np.diag(
        rows.to_thresholds(weight * (density_above + shared), weight * (density_below + shared))
    )
    inner = np.bincount(rows.level, weight * shared, rows.n_levels)[1:-1]
    neighbours = np.arange(m - 1)
    of_thresholds[neighbours, neighbours + 1] = of_thresholds[neighbours + 1, neighbours] = -inner
    cross = np.empty((m, columns.shape[1]))
    for j, column in enumerate(columns.T):
        weighted = weight * column
        cross[:, j] = -rows.to_thresholds(weighted * density_above, weighted * density_below)
    of_columns = columns.T @ ((weight * (density_above + density_below))[:, None] * columns)
    return np.block([[of_thresholds, cross], [cross.T, of_columns]])


def row_scores(fit: LevelFit, rows: LevelRows) -> np.ndarray:
    """Each row's weighted score of thresholds and coefficients, shape (n, m + p)."""
    n, m = len(rows.level), rows.n_levels - 1
    scores = np.zeros((n, m + rows.columns.shape[1]))
    has_above, has_below = rows.level < m, rows.level > 0
    scores[has_above, rows.level[has_above]] = fit.slope_above[has_above]
    scores[has_below, rows.level[has_below] - 1] = fit.slope_below[has_below]
    scores[:, m:] = -(fit.slope_above + fit.slope_below)[:, None] * rows.columns
    return rows.weight[:, None] * scores


def maximum(rows: LevelRows) -> LevelFit:
    """Newton's method from the thresholds that fit without columns; columns are standardised."""
    share = np.cumsum(np.bincount(rows.level, rows.weight, rows.n_levels))
    share = share[:-1] / share[-1]
    m = len(share)
    fit = level_fit(np.log(share / (1 - share)), np.zeros(rows.columns.shape[1]), rows)
    for _ in range(_MAX_ITERATIONS):
        gradient = row_scores(fit, rows).sum(axis=0)
        try:
            step = np.linalg.solve(fit.information, gradient)
        except np.linalg.LinAlgError:
            break
        if np.abs(step).max() < _STEP_TOLERANCE:
            return fit
        improved = _improved(fit, step[:m], step[m:], rows)
        if improved is None:
            break
        fit = improved
    raise EstimationError(
        "the odds of a higher level have no finite maximum of the likelihood.",
        expected="levels that overlap between those with low and high values of every column.",
        remedy="leave out columns that tell the level exactly, or join levels that few have.",
    )


def _improved(
    fit: LevelFit, shift: np.ndarray, step: np.ndarray, rows: LevelRows
) -> LevelFit | None:
    """The fit after the step, halved until thresholds rise and the likelihood does not fall."""
    slack = 1e-11 * (1.0 + abs(fit.loglik))
    for halving in range(40):
        share = 1 / 2**halving
        thresholds = fit.thresholds + share * shift
        if (np.diff(thresholds) > 0).all():
            tried = level_fit(thresholds, fit.coefficients + share * step, rows)
            if np.isfinite(tried.loglik) and tried.loglik >= fit.loglik - slack:
                return tried
    return None


def trend_scores(fit: LevelFit, rows: LevelRows, column: int) -> tuple[np.ndarray, float]:
    """Score of an effect of one column that changes from threshold to threshold, by row (n,).

    The change goes with the share at or below the threshold; thresholds and coefficients are
    eliminated. The second value is the information about it: the variance of the sum of scores
    if the effect is the same at all thresholds, and rows are independent.
    """
    share = np.cumsum(np.bincount(rows.level, rows.weight, rows.n_levels))
    above, below = rows.between(share[:-1] / share[-1] - 0.5, 0.0, 0.0)
    own, weight = rows.columns[:, column], rows.weight
    at_above = (fit.density_above + fit.shared) * above - fit.shared * below
    at_below = (fit.density_below + fit.shared) * below - fit.shared * above
    slope = weight * own * (fit.density_above * above + fit.density_below * below)
    cross = np.r_[
        -rows.to_thresholds(weight * own * at_above, weight * own * at_below),
        slope @ rows.columns,
    ]
    score = -weight * own * (fit.slope_above * above + fit.slope_below * below)
    share_of_others = np.linalg.solve(fit.information, cross)
    information = weight @ (own**2 * (at_above * above + at_below * below))
    return score - row_scores(fit, rows) @ share_of_others, float(
        information - cross @ share_of_others
    )
