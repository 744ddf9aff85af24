"""Two-way fixed effects: changes within a person, beyond what changed for everybody that period."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustered_errors import (
    Sizes,
    correction,
    correction_factor,
)
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.panel._two_way_least_squares import (
    by_linearmodels,
    by_one_pass,
    left_of_outcome,
    left_of_regressors,
    n_effects,
)
from mentor_outcomes.estimates.panel._two_way_within import (
    MOST_OF_THE_SMALLER_SIDE,
    TwoWayEffects,
    two_way_effects,
)
from mentor_outcomes.estimates.panel.fixed_effects_rows import (
    PanelRows,
    panel_rows_of_changes,
    refuse_crossing,
)

LINEARMODELS, ONE_PASS = "linearmodels PanelOLS", "one-pass solver"
ONE_PASS_FROM_VALUES = 200_000
"""Rows times columns (outcome and regressors) from which the project's own solver takes over. Below
it PanelOLS takes half a second at most; at 3,000,000 (1,000,000 rows, two regressors) 3 s against
0.1 s, the same numbers to 1e-12 (benchmarks.two_way_scale)."""


@dataclass(frozen=True, slots=True, eq=False)
class FixedEffects:
    """Coefficients of a regression with an effect for each unit and each period.

    coefficients   shape (n_regressors,), in units of the outcome
    covariance     shape (n_regressors, n_regressors), by cluster, as `error_type` says
    n_switchers    shape (n_regressors,), units within which the regressor changes
    n_rows         rows used, in n_units units and n_periods periods
    n_missing      rows left out: outcome, a regressor, unit, period or cluster is missing
    n_singletons   rows left out: the only one of their unit, which says nothing about changes
    units          the units used, each once
    engine         what computed it: "linearmodels PanelOLS" or "one-pass solver"
    """

    outcome: str
    regressors: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    n_switchers: np.ndarray
    n_rows: int
    n_units: int
    n_periods: int
    n_clusters: int
    n_missing: int
    n_singletons: int
    units: np.ndarray
    engine: str
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per regressor: term, estimate, std_error, interval, p-value, n_switchers."""
        frame = pd.DataFrame(
            {
                "term": list(self.regressors),
                "estimate": self.coefficients,
                "std_error": np.sqrt(np.diag(self.covariance)),
                "n_switchers": self.n_switchers,
            }
        )
        return with_interval(frame, confidence).assign(error_type=self.error_type)


def fixed_effects(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    regressors: Sequence[str],
    cluster: str | None = None,
    error: str = "sss",
    engine: str | None = None,
) -> FixedEffects:
    """Least squares of `outcome` on `regressors` and an effect per unit and per period.

    A coefficient is the mean change of the outcome that goes with a change of one unit in the
    regressor, within units, beyond the change of the period. With effects that differ between
    people or grow with time it is a weighted mean of them in which some weights may be negative
    (Goodman-Bacon 2021): hence it stands beside the matched difference, not in its place.

    Parameters
    ----------
    panel        one row per unit and period, in any order; gaps are allowed
    regressors   numbers or flags
    cluster      what errors are clustered by; the unit if left out
    error        the small-sample correction by name (`CORRECTIONS`): `HC0` none, as plm's default;
                 `sss` as plm's and PanelOLS's; `xtreg` and `areg` as Stata's commands
    engine       `PanelOLS` of linearmodels or the `one-pass solver` by their full names; left out,
                 the former below ONE_PASS_FROM_VALUES, the latter from there on

    Errors are clustered (Arellano 1987) and by default multiplied by sqrt(G / (G - 1) x (n - 1) /
    (n - K)), with G clusters, n rows and K regressors: no degrees of freedom are taken off for the
    effects, which are nested in the clusters. Intervals by the normal distribution.

    Raises
    ------
    EstimationError
        a unit and period twice, a single period, an outcome that never varies within a unit, a
        regressor that nobody switches, or one that repeats others or the effects, units that lie
        in more than one cluster, no more rows than regressors and effects, an outcome of which
        effects, or these and the regressors, leave nothing but rounding

    Both engines equal R's plm on real panels in tests/reference, and each other in
    tests/spec/test_fixed_effects_engines.py.
    """
    correction(error)
    regressors, cluster = tuple(regressors), cluster or unit
    rows = panel_rows_of_changes(
        panel, unit=unit, period=period, outcome=outcome, regressors=regressors, cluster=cluster
    )
    if cluster != unit and error not in ("HC0", "areg"):
        refuse_crossing(
            rows,
            unit,
            cluster,
            expected="its effect is then nested in it, and takes no degree of freedom",
            remedy="; else take error='areg'",
        )
    used_engine = _engine(engine, rows)
    effects = two_way_effects(rows.unit, len(rows.units), rows.period, len(rows.periods))
    left = left_of_regressors(rows, effects, regressors)
    left_outcome = left_of_outcome(rows, effects, outcome)
    factor = correction_factor(error, _sizes(rows, effects))
    if used_engine == ONE_PASS:
        fit = by_one_pass(rows, left, left_outcome, outcome)
    else:
        fit = by_linearmodels(rows, left, left_outcome, outcome, regressors)
    return FixedEffects(
        outcome=outcome,
        regressors=regressors,
        coefficients=fit.coefficients,
        covariance=fit.covariance * factor,
        n_switchers=rows.n_switchers,
        n_rows=len(rows.outcome),
        n_units=len(rows.units),
        n_periods=len(rows.periods),
        n_clusters=rows.n_clusters,
        n_missing=rows.n_missing,
        n_singletons=rows.n_singletons,
        units=rows.units,
        engine=used_engine,
        error_type=f"clustered by {cluster}, {correction(error).words}",
    )


def _engine(engine: str | None, rows: PanelRows) -> str:
    """The engine asked for, or that for the size."""
    fits = min(len(rows.units), len(rows.periods)) <= MOST_OF_THE_SMALLER_SIDE
    if not fits:
        raise EstimationError(
            f"{len(rows.units)} units and {len(rows.periods)} periods.",
            expected=f"at most {MOST_OF_THE_SMALLER_SIDE} of one of them.",
            remedy="use longer periods.",
        )
    if engine is None:
        n_values = len(rows.outcome) * (1 + len(rows.regressors))
        return ONE_PASS if n_values >= ONE_PASS_FROM_VALUES else LINEARMODELS
    if engine not in (LINEARMODELS, ONE_PASS):
        raise EstimationError(
            f"the engine {engine} was asked for.",
            expected=f"{LINEARMODELS} or {ONE_PASS}.",
            remedy="leave it out, and the size of the panel decides.",
        )
    return engine


def _sizes(rows: PanelRows, effects: TwoWayEffects) -> Sizes:
    n_units = len(rows.units)
    return Sizes(
        n_rows=len(rows.outcome),
        n_clusters=rows.n_clusters,
        n_regressors=len(rows.regressors),
        n_effects_of_periods=n_effects(effects) - n_units,
        n_effects=n_effects(effects),
    )
