"""Group-time effects as they are handed on: cells, influences, aggregates, joint test and band."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.all_zero import all_zero_test
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.uniform_bands import simultaneous_critical_value
from mentor_outcomes.estimates.panel.group_time_aggregates import (
    Aggregate,
    Cells,
    Level,
    aggregated,
    covariance,
)

Told = Literal["cells", "simple", "dynamic", "group", "calendar"]
ERROR_TYPE = (
    "influence functions, clustered by {unit}, cohort sizes and regressions estimated; no "
    "small-sample correction"
)
WEIGHTED = "; weights for not having started taken as known"

_BAND_SEED = 20210531
"""Of the band's simulated maxima: a result is told the same whenever it is told."""


@dataclass(frozen=True, slots=True)
class PreTrendTest:
    """Wald test that the effects before the reference are all zero, whatever their signs.

    n_effects   effects tested; fewer degrees of freedom where some follow from others
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    n_effects: int


@dataclass(frozen=True, slots=True, eq=False)
class GroupTimeEffects:
    """Mean effects on those who start in `group`, at the end of `period`, in units of the outcome.

    cells    one row per cohort and period but its reference: group, reference, period,
             since_start (periods from the cohort's to this one; negative: before the start),
             estimate, std_error, n_mentored and n_comparison (people used), n_without_value
             (people of either arm without a value at the reference or then), reason (why it, or
             its error, was not estimated; missing where both were). A cell in which nothing varies
             keeps its estimate, and its place in aggregates: without it these would be of the
             cells that moved
    influence           shape (n_units, n_cells), what each unit adds to a cell's error: its
                        squares sum to the squared standard error; missing where not estimated
    units               shape (n_units,), the units of the panel that were not dropped, ascending
    n_always_exposed    units dropped: they started in the first period or before it
    n_later             units that start after the last period; `comparison` says how they serve
    """

    outcome: str
    comparison: str
    covariates: tuple[str, ...]
    cells: pd.DataFrame
    influence: np.ndarray
    units: np.ndarray
    n_always_exposed: int
    n_later: int
    error_type: str
    _cells: Cells

    def tidy(
        self,
        confidence: float = 0.95,
        *,
        aggregate: Told = "cells",
    ) -> pd.DataFrame:
        """A row per cell; or per level of an aggregate, and last its overall effect (`at` missing).

        simple     every cell from the start on, weighted by its cohort's people
        dynamic    `at` periods since the start: cohorts weighted by their people; overall: the
                   plain mean of the levels from the start on
        group      `at` a cohort: the plain mean of its cells from the start on; overall: cohorts
                   weighted by their people, so that each person counts once
        calendar   `at` a period: cohorts that have started weighted by their people; overall: the
                   plain mean

        A cohort's people: those with a value at its reference. Estimate, std_error, interval and
        p-value; n_mentored, n_comparison: distinct people used; n_cells, and n_cells_left_out,
        that were not estimated; n_left_out: people of the cohorts asked about who are in none of
        the cells. `dynamic` has band_low, band_high too: they hold all levels (but the overall)
        at once with the confidence asked for (sup-t; Montiel Olea & Plagborg-Moller 2019).
        """
        if aggregate not in get_args(Told):
            raise EstimationError(
                f"the aggregate {aggregate} was asked for.",
                expected=f"one of {', '.join(get_args(Told))}.",
                remedy="dynamic is by time since the start; group by cohort; calendar by period.",
            )
        if aggregate == "cells":
            return with_interval(self.cells, confidence).assign(error_type=self.error_type)
        levels = self.levels(aggregate)
        rows = pd.DataFrame([level.row for level in levels])
        tidy = with_interval(rows, confidence).assign(error_type=self.error_type)
        return self._with_band(tidy, levels, confidence) if aggregate == "dynamic" else tidy

    def levels(self, aggregate: Aggregate) -> tuple[Level, ...]:
        """The levels of an aggregate with their influences, the overall effect last."""
        return aggregated(self._cells, aggregate)

    def people_used(self) -> pd.DataFrame:
        """One row per estimated cell from the start on and unit of the cohort in it.

        group, period, since_start, unit
        """
        cells = self._cells
        asked = np.flatnonzero((cells.since_start >= 0) & np.isfinite(cells.estimate))
        is_own = cells.is_used[:, asked] & (cells.started[:, None] == cells.group[asked])
        unit, place = np.nonzero(is_own)
        told = self.cells.iloc[asked[place]][["group", "period", "since_start"]]
        return told.reset_index(drop=True).assign(unit=self.units[unit])

    def cohort_sizes(self) -> pd.DataFrame:
        """One row per cohort: group, n_people with a value at the reference; the weights."""
        counted = pd.Series(self._cells.cohort).dropna().value_counts().sort_index()
        return counted.rename_axis("group").rename("n_people").reset_index()

    def pre_trend_test(self, at: Sequence[float] | None = None) -> PreTrendTest:
        """Whether the cohorts moved apart from the comparison before their reference.

        at   periods since the start, below -1, whose dynamic effects are tested; None: every cell
             before the reference by itself, as R's did tests. Those are many: where they are not
             far fewer than the people of the cohorts, their covariance is known badly

        Of the cells equal to R in tests/reference.
        """
        if at is None:
            before = (self.cells["since_start"] < -1) & self.cells["estimate"].notna()
            chosen = np.flatnonzero(before)
            effects = self.cells["estimate"].to_numpy()[chosen]
            return _wald(effects, self.influence[:, chosen], self._cells.rounding)
        asked = [level for level in self.levels("dynamic") if level.at < -1 and level.at in set(at)]
        known = [level for level in asked if np.isfinite(level.estimate)]
        effects = np.array([level.estimate for level in known])
        influence = np.column_stack([level.influence for level in known] or [[]])
        return _wald(effects, influence, self._cells.rounding)

    def _with_band(self, tidy: pd.DataFrame, levels, confidence: float) -> pd.DataFrame:
        known = [
            place
            for place, level in enumerate(levels)
            if np.isfinite(level.at) and level.std_error > 0
        ]
        band = np.full((2, len(levels)), np.nan)
        if known:
            influence = np.column_stack([levels[place].influence for place in known])
            half = simultaneous_critical_value(
                covariance(influence), confidence, rng=np.random.default_rng(_BAND_SEED)
            )
            rows = tidy.iloc[known]
            band[:, known] = np.array([[-1.0], [1.0]]) * half * rows["std_error"].to_numpy()
            band[:, known] += rows["estimate"].to_numpy()
        return tidy.assign(band_low=band[0], band_high=band[1])


def _wald(effects: np.ndarray, influence: np.ndarray, rounding: float) -> PreTrendTest:
    """By the rule of `all_zero_test`.

    rounding   in units of the outcome: errors up to this are none
    """
    if not len(effects):
        raise EstimationError(
            "no effect before the reference.",
            expected="two or more periods with values before some cohort starts.",
            remedy="lengthen the observed window, or start it earlier.",
        )
    variance = covariance(influence)
    scale = np.sqrt(np.diag(variance))
    n_without = int((scale <= rounding).sum())
    if n_without:
        raise EstimationError(
            f"{n_without} of {len(effects)} effects before the start have no error: nothing varies "
            "within the arms.",
            expected="outcomes that vary between people.",
            remedy="check that the outcome was read with its history.",
        )
    found = all_zero_test(effects, variance)
    if np.isnan(found.p_value):
        raise EstimationError(
            f"how unsure the {len(effects)} effects before the start are together cannot be told, "
            "as with no more people than effects.",
            expected="more people than effects.",
            remedy="test the effects at a few periods since the start (`at`).",
        )
    return PreTrendTest(found.chi_square, found.degrees_of_freedom, found.p_value, len(effects))
