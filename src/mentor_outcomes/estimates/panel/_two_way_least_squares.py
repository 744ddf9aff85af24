"""Least squares with unit and period effects, by either of two engines, on the same rows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustered_errors import Sizes, correction_factor
from mentor_outcomes.estimates.panel._two_way_within import TwoWayEffects
from mentor_outcomes.estimates.panel.fixed_effects_rows import PanelRows

_ABSORBED = 1e-10
"""What the effects leave of a regressor, relative to its size, below which it is rounding."""
_COLLINEAR = 1e-12
"""Smallest eigenvalue of the regressors' correlations below which one repeats the others."""
ROUNDING = 1e-10
"""What a model leaves of an outcome, relative to its size, below which it is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class LeastSquares:
    """Coefficients (n_regressors,) and their covariance clustered, without any correction."""

    coefficients: np.ndarray
    covariance: np.ndarray


def left_of_regressors(rows: PanelRows, effects: TwoWayEffects, names: tuple[str, ...]):
    """The regressors without the effects, (n_regressors, n_rows); refuses those that vanish.

    Both engines fit only what passes here, so that they refuse the same.
    """
    left = np.array([effects.without(values) for values in rows.regressors])
    sizes = np.sqrt(np.einsum("kn,kn->k", left, left))
    before = np.sqrt(np.einsum("kn,kn->k", rows.regressors, rows.regressors))
    is_absorbed = sizes <= _ABSORBED * before
    if is_absorbed.any():
        absorbed = [name for name, gone in zip(names, is_absorbed, strict=True) if gone]
        raise repeats(absorbed)
    gram = left @ left.T / np.outer(sizes, sizes)
    if np.linalg.eigvalsh(gram)[0] <= _COLLINEAR:
        raise repeats(names)
    _refuse_no_rows_left(rows, effects)
    return left


def left_of_outcome(rows: PanelRows, effects: TwoWayEffects, outcome: str) -> np.ndarray:
    """The outcome without the effects, (n_rows,); refuses one that they say in full."""
    left = effects.without(rows.outcome)
    if np.linalg.norm(left) <= ROUNDING * np.linalg.norm(rows.outcome):
        raise nothing_varies(outcome, "unit and period effects alone")
    return left


def refuse_no_error(
    rows: PanelRows, left: np.ndarray, residual: np.ndarray, covariance: np.ndarray, outcome: str
) -> None:
    """Refuse a fit whose residuals, or the errors that clusters make of them, are mere rounding.

    left         (n_regressors, n_rows) regressors without the effects
    residual     (n_rows,)
    covariance   (n_regressors, n_regressors) clustered
    """
    size = np.linalg.norm(rows.outcome)
    # Errors on the scale of the residuals, so that no regressor's unit matters.
    errors = np.sqrt(np.diag(covariance)) * np.linalg.norm(left, axis=1)
    is_rounding = errors <= ROUNDING * size / np.sqrt(len(residual))
    if np.linalg.norm(residual) <= ROUNDING * size or is_rounding.any():
        raise nothing_varies(outcome, "regressors and effects")


def nothing_varies(outcome: str, beside: str) -> EstimationError:
    return EstimationError(
        f"{beside} say all of {outcome}: nothing varies beside them, so that no error is known.",
        expected="an outcome that also varies for other reasons.",
        remedy="check how the outcome was made, and that it is not among its own regressors.",
    )


def repeats(names) -> EstimationError:
    return EstimationError(
        f"{', '.join(names)} repeat each other, or what unit and period effects say.",
        expected="regressors that move independently of each other within units and periods.",
        remedy="leave out the regressor that follows from the others (such as age beside "
        "effects of person and year).",
    )


def n_effects(effects: TwoWayEffects) -> int:
    return len(effects.n_of_larger) + effects.n_smaller - effects.n_parts


def by_one_pass(
    rows: PanelRows, left: np.ndarray, left_outcome: np.ndarray, name: str
) -> LeastSquares:
    """The project's own: normal equations of what the effects leave of regressors and outcome."""
    size = np.sqrt(np.einsum("kn,kn->k", left, left))
    factor = cho_factor(left @ left.T / np.outer(size, size))
    solved = cho_solve(factor, left @ left_outcome / size) / size
    residual = left_outcome - solved @ left
    # One step of refinement: normal equations square the condition, this takes it back.
    step = cho_solve(factor, left @ residual / size) / size
    residual -= step @ left
    scores = np.array([np.bincount(rows.cluster, row * residual, rows.n_clusters) for row in left])
    influence = cho_solve(factor, scores / size[:, None]) / size[:, None]
    covariance = influence @ influence.T
    refuse_no_error(rows, left, residual, covariance, name)
    return LeastSquares(solved + step, covariance)


def by_linearmodels(
    rows: PanelRows, left: np.ndarray, left_outcome: np.ndarray, name: str, names: tuple[str, ...]
) -> LeastSquares:
    """PanelOLS with the settings of the design: no degrees of freedom taken off for effects."""
    # Imported here: linearmodels takes a second to import, and most stages do not need it.
    from linearmodels.panel import PanelOLS
    from linearmodels.panel.utility import AbsorbingEffectError

    index = pd.MultiIndex.from_arrays([rows.unit, rows.period], names=["unit", "period"])
    outcome = pd.DataFrame({"outcome": rows.outcome}, index=index)
    columns = [f"x{number}" for number in range(len(names))]
    regressors = pd.DataFrame(rows.regressors.T, index=index, columns=columns)
    clusters = pd.DataFrame({"cluster": rows.cluster}, index=index)
    try:
        model = PanelOLS(outcome, regressors, entity_effects=True, time_effects=True)
        fit = model.fit(
            cov_type="clustered",
            auto_df=False,
            count_effects=False,
            group_debias=True,
            clusters=clusters,
        )
    except (AbsorbingEffectError, ValueError) as problem:
        if isinstance(problem, ValueError) and "rank" not in str(problem):
            raise
        raise repeats(names) from None
    residual = left_outcome - fit.params.to_numpy() @ left
    refuse_no_error(rows, left, residual, fit.cov.to_numpy(), name)
    sizes = Sizes(len(rows.outcome), rows.n_clusters, len(names), 0, 0)
    return LeastSquares(fit.params.to_numpy(), fit.cov.to_numpy() / correction_factor("sss", sizes))


def _refuse_no_rows_left(rows: PanelRows, effects: TwoWayEffects) -> None:
    n_rows, n_regressors = len(rows.outcome), len(rows.regressors)
    if n_rows <= n_regressors + n_effects(effects):
        raise EstimationError(
            "there are no more rows than regressors and effects: the fit is perfect whatever the "
            "outcome, and says nothing about its error.",
            expected="more rows than regressors and effects together.",
            remedy="observe more units, or units in more periods.",
        )
