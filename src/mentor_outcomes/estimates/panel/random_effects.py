"""Random effects with units' means beside them: changes within people, differences between them."""

from collections.abc import Sequence

import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustered_errors import correction
from mentor_outcomes.estimates.panel._random_effects_blocks import (
    Columns,
    columns_of,
    separate,
    together,
)
from mentor_outcomes.estimates.panel.fixed_effects_rows import (
    panel_rows_of_changes,
    refuse_crossing,
)
from mentor_outcomes.estimates.panel.random_effects_result import RandomEffects


def random_effects(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    regressors: Sequence[str],
    constants: Sequence[str] = (),
    means: bool = True,
    period_effects: bool = False,
    cluster: str | None = None,
    error: str = "sss",
) -> RandomEffects:
    """Generalised least squares with a random effect per unit, Swamy and Arora's components.

    With `means` (Mundlak 1978, Econometrica 46:69) every regressor has two coefficients: `within`,
    the change that goes with a change of the unit, equal to fixed effects; and `between`, the
    difference between units whose means differ by one, which holds whatever else differs between
    them. Without means it is the random effects model proper, one coefficient for both, right only
    if the unit effect has nothing to do with the regressors: see `hausman`.

    Parameters
    ----------
    panel            one row per unit and period, in any order; gaps are allowed
    regressors       numbers or flags that change within units
    constants        numbers or flags that never do; their coefficient is one between units
    period_effects   an effect per period too; with `means` also between units seen at different
                     periods (Wooldridge 2019, J. Econometrics 211:137), so that `within` equals
                     two-way fixed effects in unbalanced panels too
    cluster, error   as in `fixed_effects`, `HC0` or `sss`, where K counts all coefficients, the
                     constant and period effects too, as plm does

    Rows with a missing value are left out with a count; units with a single row stay.

    Raises EstimationError on what `fixed_effects` refuses, constants that change, columns that
    repeat each other, and too few units for the columns; whatever the correction, on units that
    lie in more than one cluster; with `means`, on means of the outcome that the columns say in
    full.

    Equals R's plm (model="random") on real panels, balanced or not, in tests/reference.
    """
    if error not in ("HC0", "sss"):
        raise EstimationError(
            f"errors with the correction {error} were asked for.",
            expected="HC0 or sss: without fixed effects there are no others.",
            remedy="take sss.",
        )
    regressors, constants, cluster = tuple(regressors), tuple(constants), cluster or unit
    rows = panel_rows_of_changes(
        panel,
        unit=unit,
        period=period,
        outcome=outcome,
        regressors=regressors,
        constants=constants,
        cluster=cluster,
        keep_singletons=True,
    )
    if cluster != unit:
        refuse_crossing(
            rows,
            unit,
            cluster,
            expected="the difference between units is one observation, which no row can share out",
        )
    columns: Columns = columns_of(rows, outcome, regressors, constants, period_effects)
    fit = separate(rows, columns, error) if means else together(rows, columns, error)
    return RandomEffects(
        outcome=outcome,
        terms=fit.terms,
        parts=fit.parts,
        coefficients=fit.coefficients,
        covariance=fit.covariance,
        model_covariance=fit.model_covariance,
        variance=fit.variance,
        components=fit.components,
        theta=fit.components.theta(columns.rows_of_unit),
        n_rows=len(rows.outcome),
        n_units=len(rows.units),
        n_periods=len(rows.periods),
        n_clusters=rows.n_clusters,
        n_missing=rows.n_missing,
        n_switchers=rows.n_switchers,
        units=rows.units,
        error_type=f"clustered by {cluster}, {correction(error).words}"
        f"{' and the constant' if error == 'sss' else ''}",
    )
