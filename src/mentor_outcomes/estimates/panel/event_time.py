"""Leads and lags: what two-way fixed effects say by periods since an exposure began."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.all_zero import AllZeroTest, all_zero_test
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.panel.event_time_columns import (
    REFERENCE,
    EventTimeColumns,
    event_time_columns,
)
from mentor_outcomes.estimates.panel.fixed_effects import FixedEffects, fixed_effects


@dataclass(frozen=True, slots=True, eq=False)
class EventTimeEffects:
    """Coefficients by periods since the start, against the period before it.

    moments        shape (n_moments,), periods since the start: -leads ... -2, 0 ... lags; the first
                   holds all earlier periods, the last all later ones
    coefficients   shape (n_moments,), in units of the outcome; missing where fewer than the wanted
                   units are seen
    covariance     shape (n_moments, n_moments), joint
    n_units_at     shape (n_moments,), units seen at that moment
    goes_off       whether anybody's exposure ends: then a coefficient is that of switching on, and
                   switching off is taken to undo it (minus the same, as long after)
    n_already      units left out: exposed when first seen, so that nobody knows since when
    n_thin         rows left out: at a moment with too few units
    fit            of the regression, further regressors and all counts in it
    """

    moments: np.ndarray
    coefficients: np.ndarray
    covariance: np.ndarray
    n_units_at: np.ndarray
    goes_off: bool
    n_already: int
    n_thin: int
    fit: FixedEffects

    @property
    def ends(self) -> str:
        """What the first and the last moment hold, in words."""
        return (
            f"{-self.moments[0]} periods before the start or earlier, and {self.moments[-1]} after "
            f"or later, count as one moment each; the reference is {-REFERENCE} period before"
        )

    def test_of_leads(self) -> AllZeroTest:
        """That nothing moved before the start: all estimated leads are zero, the first bin too."""
        return self._test(self.moments < REFERENCE)

    def test_of_lags(self) -> AllZeroTest:
        """That nothing follows the start: all estimated lags are zero."""
        return self._test(self.moments > REFERENCE)

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per moment: estimate, std_error, interval, p-value, n_units; reference 0."""
        frame = pd.DataFrame(
            {
                "moment": self.moments,
                "estimate": self.coefficients,
                "std_error": np.sqrt(np.diag(self.covariance)),
                "n_units": self.n_units_at,
            }
        )
        zero = pd.DataFrame({"moment": [REFERENCE], "estimate": [0.0], "std_error": [0.0]})
        frame = pd.concat([frame, zero]).sort_values("moment", ignore_index=True)
        return with_interval(frame, confidence).assign(
            is_reference=frame["moment"] == REFERENCE, error_type=self.fit.error_type
        )

    def _test(self, chosen: np.ndarray) -> AllZeroTest:
        tested = np.flatnonzero(chosen & np.isfinite(self.coefficients))
        return all_zero_test(self.coefficients[tested], self.covariance[np.ix_(tested, tested)])


def event_time_effects(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    exposure: str,
    leads: int,
    lags: int,
    regressors: Sequence[str] = (),
    cluster: str | None = None,
    error: str = "sss",
    minimum_units: int = 1,
    engine: str | None = None,
) -> EventTimeEffects:
    """Two-way fixed effects of `outcome` on indicators of the periods since `exposure` began.

    The exposure may be one that stays (ever) or one that goes on and off (current); in the latter
    case moments count switches, on as 1 and off as -1 (Schmidheiny & Siegloch 2023, J. Applied
    Econometrics 38:695). The reference is the period before the start. Assumes parallel changes
    and, with staggered starts, effects that depend on the time since the start alone: otherwise
    leads and lags are contaminated by each other (Sun & Abraham 2021, J. Econometrics 225:175).

    Parameters
    ----------
    panel          one row per unit and period; rows without outcome say when the exposure switched
    period         whole numbers; a switch is dated to the first row that shows it
    exposure       0 or 1, none missing
    leads, lags    the first moment is `leads` periods before the start and earlier (2 or more), the
                   last `lags` after and later (0 or more)
    regressors     further columns beside the moments
    minimum_units  moments at which fewer units have an outcome are not estimated; their rows are
                   left out

    cluster, error, engine and what is refused: as in `fixed_effects`; besides, an exposure that
    never begins, and moments that repeat each other because every unit begins sooner or later.

    Checked by hand in tests/spec/test_event_time.py, and equal to `fixed_effects` there.
    """
    columns = event_time_columns(
        panel, unit=unit, period=period, outcome=outcome, exposure=exposure, leads=leads, lags=lags
    )
    is_kept = columns.n_units_at >= minimum_units
    kept = np.flatnonzero(is_kept)
    if len(kept) == 0:
        raise EstimationError(
            f"no moment before or after the start of {exposure} has {minimum_units} units with "
            f"{outcome}.",
            expected="units that are observed before and after they start.",
            remedy="observe more units or fewer moments.",
        )
    is_thin = (columns.values[~is_kept] != 0).any(axis=0)
    names = [f"moment {columns.moments[position]}" for position in kept]
    _refuse_taken(names, panel)
    frame = panel[list(dict.fromkeys([unit, period, outcome, *regressors, cluster or unit]))]
    frame = frame.assign(**dict(zip(names, columns.values[kept], strict=True)))
    fit = fixed_effects(
        frame[columns.is_used & ~is_thin],
        unit=unit,
        period=period,
        outcome=outcome,
        regressors=[*names, *regressors],
        cluster=cluster,
        error=error,
        engine=engine,
    )
    return _result(columns, kept, int((is_thin & columns.is_used).sum()), fit)


def _result(
    columns: EventTimeColumns, kept: np.ndarray, n_thin: int, fit: FixedEffects
) -> EventTimeEffects:
    n_moments = len(columns.moments)
    coefficients = np.full(n_moments, np.nan)
    covariance = np.full((n_moments, n_moments), np.nan)
    coefficients[kept] = fit.coefficients[: len(kept)]
    covariance[np.ix_(kept, kept)] = fit.covariance[: len(kept), : len(kept)]
    return EventTimeEffects(
        moments=columns.moments,
        coefficients=coefficients,
        covariance=covariance,
        n_units_at=columns.n_units_at,
        goes_off=columns.goes_off,
        n_already=columns.n_already,
        n_thin=n_thin,
        fit=fit,
    )


def _refuse_taken(names: Sequence[str], panel: pd.DataFrame) -> None:
    taken = sorted(set(names) & set(panel.columns))
    if taken:
        raise EstimationError(
            f"the panel has columns called {', '.join(taken)}.",
            expected="no column of the names that the moments are given.",
            remedy="rename these columns.",
        )
