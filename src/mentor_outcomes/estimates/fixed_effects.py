"""Two-way fixed effects: changes within a person, beyond what changed for everybody that period."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.intervals import with_interval
from mentor_outcomes.estimates.risk_intervals import require_columns


@dataclass(frozen=True, slots=True, eq=False)
class FixedEffects:
    """Coefficients of a regression with an effect for each unit and each period.

    coefficients   shape (n_regressors,), in units of the outcome
    covariance     shape (n_regressors, n_regressors), by cluster
    n_switchers    shape (n_regressors,), units within which the regressor changes
    n_rows         rows used, in n_units units and n_periods periods
    n_missing      rows left out: outcome, a regressor or the cluster is missing
    n_singletons   rows left out: the only one of their unit, which says nothing about changes
    units          the units used, each once
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

    Errors are clustered (Arellano 1987) and multiplied by sqrt(G / (G - 1) x (n - 1) / (n - K)),
    with G clusters, n rows and K regressors: no degrees of freedom are taken off for the effects,
    which are nested in the clusters. Intervals by the normal distribution.

    Raises
    ------
    EstimationError
        a unit and period twice, a single period, an outcome that never varies within a unit, a
        regressor that nobody switches, or one that repeats others or the effects

    Computed by linearmodels. Equals R's plm on the wage panel in tests/reference.
    """
    regressors, cluster = tuple(regressors), cluster or unit
    columns = list(dict.fromkeys([unit, period, outcome, *regressors, cluster]))
    require_columns(panel, columns)
    complete = panel[columns].dropna()
    rows_of_unit = complete.groupby(unit)[period].transform("size")
    used = complete[rows_of_unit > 1]
    _check(used, unit, period, outcome)
    n_switchers = np.array([_n_varying(used, unit, name) for name in regressors])
    _check_switches(regressors, n_switchers)
    fit = _fit(used, unit, period, outcome, regressors, cluster)
    return FixedEffects(
        outcome=outcome,
        regressors=regressors,
        coefficients=fit.params.to_numpy(),
        covariance=fit.cov.to_numpy(),
        n_switchers=n_switchers,
        n_rows=len(used),
        n_units=used[unit].nunique(),
        n_periods=used[period].nunique(),
        n_clusters=used[cluster].nunique(),
        n_missing=len(panel) - len(complete),
        n_singletons=len(complete) - len(used),
        units=used[unit].unique(),
        error_type=f"clustered by {cluster}, times G/(G-1) x (n-1)/(n-K)",
    )


def _fit(used, unit, period, outcome, regressors, cluster):
    # Imported here: linearmodels takes a second to import, and most stages do not need it.
    from linearmodels.panel import PanelOLS
    from linearmodels.panel.utility import AbsorbingEffectError

    index = [pd.factorize(used[name], sort=True)[0] for name in (unit, period)]
    index = pd.MultiIndex.from_arrays(index, names=["unit", "period"])
    data = used[[outcome, *regressors]].astype("float64").set_axis(index)
    clusters = {"cluster_entity": True}
    if cluster != unit:
        codes = pd.factorize(used[cluster], sort=True)[0]
        clusters = {"clusters": pd.DataFrame({"cluster": codes}, index=index)}
    try:
        model = PanelOLS(
            data[[outcome]], data[list(regressors)], entity_effects=True, time_effects=True
        )
        return model.fit(
            cov_type="clustered",
            auto_df=False,
            count_effects=False,
            group_debias=True,
            **clusters,
        )
    except (AbsorbingEffectError, ValueError) as problem:
        if isinstance(problem, ValueError) and "rank" not in str(problem):
            raise
        raise EstimationError(
            f"{', '.join(regressors)} repeat each other, or what unit and period effects say.",
            expected="regressors that move independently of each other within units and periods.",
            remedy="leave out the regressor that follows from the others (such as age beside "
            "effects of person and year).",
        ) from None


def _check(used: pd.DataFrame, unit: str, period: str, outcome: str) -> None:
    n_repeated = int(used.duplicated([unit, period]).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} of {len(used)} rows repeat the {unit} and {period} of another.",
            expected="one row per unit and period.",
            remedy="bring the records to one row per unit and period first.",
        )
    if used[period].nunique() < 2:
        raise EstimationError(
            f"{used[period].nunique()} periods in which anyone is seen more than once.",
            expected="two or more: effects are changes within a unit.",
            remedy="lengthen the observed window, or use an outcome recorded more often.",
        )
    if not _n_varying(used, unit, outcome):
        raise EstimationError(
            f"{outcome} never changes within a unit.",
            expected="an outcome that varies.",
            remedy="check that the outcome was read with its history, not only its last value.",
        )


def _n_varying(used: pd.DataFrame, unit: str, name: str) -> int:
    """Units within which the column takes more than one value."""
    values = used[name].astype("float64").groupby(used[unit])
    return int((values.max() > values.min()).sum())


def _check_switches(regressors: tuple[str, ...], n_switchers: np.ndarray) -> None:
    still = [name for name, n in zip(regressors, n_switchers, strict=True) if n == 0]
    if still:
        raise EstimationError(
            f"nobody switches {', '.join(still)}: constant within every unit.",
            expected="units in which each regressor changes.",
            remedy="leave it out, or observe people both before and after they switch.",
        )
