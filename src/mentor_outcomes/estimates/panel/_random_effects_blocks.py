"""The two regressions of a random effects model, within units and between them, and their sum.

Taking the share theta of its unit's mean off every row leaves deviations within units, untouched,
and a mean per unit times (1 - theta): two blocks that are orthogonal to each other. With the units'
means in the model each block has coefficients of its own and is solved alone; without them the
normal equations are summed.
"""

from dataclasses import dataclass

import numpy as np

from mentor_outcomes.estimates.inference.clustered_errors import Sizes, correction_factor
from mentor_outcomes.estimates.panel._two_way_least_squares import (
    ROUNDING,
    left_of_outcome,
    left_of_regressors,
    n_effects,
    nothing_varies,
    refuse_no_error,
    repeats,
)
from mentor_outcomes.estimates.panel._two_way_within import TwoWayEffects, two_way_effects
from mentor_outcomes.estimates.panel.fixed_effects_rows import PanelRows
from mentor_outcomes.estimates.panel.random_effects_result import BETWEEN, BOTH, CONSTANT, WITHIN
from mentor_outcomes.estimates.panel.variance_components import VarianceComponents, swamy_arora

_REPEATED = 1e-9
"""What other columns leave of one, relative to its size, below which it repeats them."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of both blocks.

    name            of the outcome
    effects         of units and, if wanted, periods
    left, outcome   (n_regressors, n_rows), (n_rows,) without these effects
    means           (n_units, p): 1, then the regressors' means, then the constants, then shares of
                    the periods as far as they say something of their own
    """

    name: str
    regressors: tuple[str, ...]
    constants: tuple[str, ...]
    has_period_effects: bool
    effects: TwoWayEffects
    left: np.ndarray
    outcome: np.ndarray
    means: np.ndarray
    mean_outcome: np.ndarray
    rows_of_unit: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    terms: tuple[str, ...]
    parts: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    model_covariance: np.ndarray
    variance: float
    components: VarianceComponents


def columns_of(
    rows: PanelRows,
    name: str,
    regressors: tuple[str, ...],
    constants: tuple[str, ...],
    period_effects: bool,
) -> Columns:
    """Deviations within units and means between them; refuses columns that repeat others.

    name   of the outcome; refused, too, where effects say all of it
    """
    n_units = len(rows.units)
    periods = rows.period if period_effects else np.zeros_like(rows.period)
    n_periods = len(rows.periods) if period_effects else 1
    effects = two_way_effects(rows.unit, n_units, periods, n_periods)
    left = left_of_regressors(rows, effects, regressors)
    counts = np.bincount(rows.unit, minlength=n_units).astype("float64")
    of_regressors = [_means(rows, values, counts) for values in rows.regressors]
    ones = np.ones((1, n_units))
    shares = np.empty((n_units, 0))
    if period_effects:
        cells = np.bincount(rows.unit * n_periods + periods, minlength=n_units * n_periods)
        shares = cells.reshape(n_units, n_periods)[:, 1:] / counts[:, None]
    fixed = np.concatenate([ones, of_regressors, rows.constants]).T
    return Columns(
        name=name,
        regressors=regressors,
        constants=constants,
        has_period_effects=period_effects,
        effects=effects,
        left=left,
        outcome=left_of_outcome(rows, effects, name),
        means=np.column_stack([fixed, _independent(shares, ones.T)]),
        mean_outcome=_means(rows, rows.outcome, counts),
        rows_of_unit=counts,
    )


def separate(rows: PanelRows, columns: Columns, error: str) -> Blocks:
    """Coefficients within and between units, each block solved alone."""
    names = (*columns.regressors, *columns.constants)
    _refuse_repeats(columns.means, names)
    n_within, n_between = len(columns.regressors), 1 + len(names)
    n_periods = n_effects(columns.effects) - len(rows.units)
    n_coefficients = n_within + n_periods + columns.means.shape[1]
    factor = _factor(rows, n_coefficients, error)
    inverse, within, squares, of_within = _within(rows, columns)
    components = _components(rows, columns, squares, columns.means)
    theta = components.theta(columns.rows_of_unit)
    weights = columns.rows_of_unit * (1 - theta) ** 2
    weighted = columns.means * weights[:, None]
    of_means = np.linalg.inv(columns.means.T @ weighted)
    between = of_means @ (weighted.T @ columns.mean_outcome)
    of_unit = columns.mean_outcome - columns.means @ between
    variance = (squares + weights @ of_unit**2) / (len(rows.outcome) - n_coefficients)
    _refuse_no_error_between(rows, columns, of_unit)
    of_between = (of_means @ _of_units(rows, weighted.T * of_unit))[:n_between]
    influence = np.vstack([of_within, of_between])
    model = np.zeros((n_within + n_between,) * 2)
    model[:n_within, :n_within] = inverse
    model[n_within:, n_within:] = of_means[:n_between, :n_between]
    return _without_constant_of_periods(
        columns,
        Blocks(
            terms=(*columns.regressors, CONSTANT, *names),
            parts=(*[WITHIN] * n_within, *[BETWEEN] * n_between),
            coefficients=np.concatenate([within, between[:n_between]]),
            covariance=influence @ influence.T * factor,
            model_covariance=model * variance,
            variance=variance,
            components=components,
        ),
    )


def together(rows: PanelRows, columns: Columns, error: str) -> Blocks:
    """One coefficient for both, of the rows less theta times their unit's mean."""
    names = (CONSTANT, *columns.regressors, *columns.constants)
    plain = np.vstack([np.ones(len(rows.outcome)), rows.regressors, rows.constants[:, rows.unit]])
    if columns.has_period_effects:
        later = np.arange(1, len(rows.periods))
        plain = np.vstack([plain, rows.period == later[:, None]])
    factor = _factor(rows, len(plain), error)
    squares = _within(rows, columns)[2]
    means = np.array([_means(rows, values, columns.rows_of_unit) for values in plain]).T
    independent = _independent(means[:, 1:], means[:, :1])
    components = _components(rows, columns, squares, np.column_stack([means[:, :1], independent]))
    theta = components.theta(columns.rows_of_unit)
    moved = plain - (theta[:, None] * means)[rows.unit].T
    outcome = rows.outcome - (theta * columns.mean_outcome)[rows.unit]
    _refuse_repeats(moved.T, names)
    inverse = np.linalg.inv(moved @ moved.T)
    coefficients = inverse @ (moved @ outcome)
    residual = outcome - coefficients @ moved
    influence = inverse @ _by_cluster(rows, moved * residual)
    refuse_no_error(rows, moved, residual, influence @ influence.T, columns.name)
    variance = float(residual @ residual) / (len(outcome) - len(moved))
    chosen = slice(0, len(names))
    return _without_constant_of_periods(
        columns,
        Blocks(
            terms=names,
            parts=(BOTH,) * len(names),
            coefficients=coefficients[chosen],
            covariance=(influence @ influence.T)[chosen, chosen] * factor,
            model_covariance=inverse[chosen, chosen] * variance,
            variance=variance,
            components=components,
        ),
    )


def _within(rows: PanelRows, columns: Columns) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """(left left')^-1, coefficients, sum of squares, influences (n_regressors, n_clusters)."""
    inverse = np.linalg.inv(columns.left @ columns.left.T)
    coefficients = inverse @ (columns.left @ columns.outcome)
    residual = columns.outcome - coefficients @ columns.left
    influence = inverse @ _by_cluster(rows, columns.left * residual)
    # Before the components: without a variance within, all of a unit's mean would be taken off.
    refuse_no_error(rows, columns.left, residual, influence @ influence.T, columns.name)
    return inverse, coefficients, float(residual @ residual), influence


def _refuse_no_error_between(rows: PanelRows, columns: Columns, of_unit: np.ndarray) -> None:
    left = np.linalg.norm(np.sqrt(columns.rows_of_unit) * of_unit)
    if left <= ROUNDING * np.linalg.norm(rows.outcome):
        raise nothing_varies(f"the means of {columns.name}", "means of the columns")


def _components(
    rows: PanelRows, columns: Columns, squares: float, means: np.ndarray
) -> VarianceComponents:
    left = len(rows.outcome) - n_effects(columns.effects) - len(columns.regressors)
    return swamy_arora(squares, left, means, columns.mean_outcome, columns.rows_of_unit)


def _without_constant_of_periods(columns: Columns, blocks: Blocks) -> Blocks:
    """With period effects the constant is that of a first period, and no row of the result."""
    if not columns.has_period_effects:
        return blocks
    kept = [position for position, term in enumerate(blocks.terms) if term != CONSTANT]
    return Blocks(
        terms=tuple(blocks.terms[position] for position in kept),
        parts=tuple(blocks.parts[position] for position in kept),
        coefficients=blocks.coefficients[kept],
        covariance=blocks.covariance[np.ix_(kept, kept)],
        model_covariance=blocks.model_covariance[np.ix_(kept, kept)],
        variance=blocks.variance,
        components=blocks.components,
    )


def _means(rows: PanelRows, values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.bincount(rows.unit, values, len(counts)) / counts


def _by_cluster(rows: PanelRows, scores: np.ndarray) -> np.ndarray:
    return np.array([np.bincount(rows.cluster, score, rows.n_clusters) for score in scores])


def _of_units(rows: PanelRows, scores: np.ndarray) -> np.ndarray:
    """Scores of units, (p, n_units), summed by the cluster that all rows of the unit are in."""
    cluster = np.zeros(len(rows.units), dtype=rows.cluster.dtype)
    cluster[rows.unit] = rows.cluster
    return np.array([np.bincount(cluster, score, rows.n_clusters) for score in scores])


def _factor(rows: PanelRows, n_coefficients: int, error: str) -> float:
    return correction_factor(error, Sizes(len(rows.outcome), rows.n_clusters, n_coefficients, 0, 0))


def _independent(columns: np.ndarray, beside: np.ndarray) -> np.ndarray:
    """The columns that repeat neither `beside` nor those before them, one after the other."""
    basis = np.linalg.qr(beside)[0]
    kept = []
    for position in range(columns.shape[1]):
        column = columns[:, position]
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size > _REPEATED * np.linalg.norm(column):
            kept.append(position)
            basis = np.column_stack([basis, rest / size])
    return columns[:, kept]


def _refuse_repeats(columns: np.ndarray, names: tuple[str, ...]) -> None:
    scale = np.linalg.norm(columns, axis=0)
    if (scale == 0).any() or np.linalg.matrix_rank(columns / scale, tol=_REPEATED) < len(scale):
        raise repeats([name for name in names if name != CONSTANT])
