"""A panel as arrays, a row per unit and a column per period; refused where it cannot answer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.fixed_effects_rows import with_missing


@dataclass(frozen=True, slots=True, eq=False)
class Wide:
    """The panel with a row per unit and a column per period, both ascending.

    start        shape (n_units,), position of the start's period; n_periods: after the last one;
                 n_periods + 1: never
    value        shape (n_units, n_periods)
    covariates   shape (n_units, n_periods, n_covariates)
    chance       shape (n_units, n_periods), of not having started by the period's end; None: cells
                 are not weighted
    """

    units: np.ndarray
    periods: np.ndarray
    start: np.ndarray
    value: np.ndarray
    covariates: np.ndarray
    chance: np.ndarray | None = None

    @property
    def cohorts(self) -> np.ndarray:
        """Positions of the periods in which anybody starts, ascending."""
        return np.unique(self.start[self.start < len(self.periods)])

    @property
    def has_reference(self) -> np.ndarray:
        """Units of a cohort with a value at its reference."""
        inside = self.start < len(self.periods)
        place = np.where(inside, self.start - 1, 0)
        return inside & np.isfinite(self.value[np.arange(len(place)), place])


def wide_panel(
    panel: pd.DataFrame,
    unit: str,
    period: str,
    start: str,
    outcome: str,
    covariates: tuple[str, ...],
    chance: str | None = None,
) -> tuple[Wide, int]:
    """The panel without the units that were exposed from the outset, and how many these are.

    Refuses text and infinite numbers in every column but the unit's.
    """
    if panel[[unit, period]].isna().to_numpy().any():
        raise EstimationError(
            f"rows without {unit} or {period}.",
            expected="both in every row.",
            remedy="take out the rows that belong to nobody, or to no time.",
        )
    n_repeated = int(panel.duplicated([unit, period]).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} of {len(panel)} rows repeat the {unit} and {period} of another.",
            expected="one row per unit and period.",
            remedy="bring the records to one row per unit and period first.",
        )
    rows, units = pd.factorize(panel[unit], sort=True)
    columns, periods = pd.factorize(with_missing(panel, period), sort=True)
    _check_periods(periods, period)
    began = _starts(with_missing(panel, start), rows, len(units), start)
    position = np.where(np.isnan(began), len(periods) + 1, np.searchsorted(periods, began))
    inside = (began >= periods[0]) & (began <= periods[-1])
    n_between = int((~np.isin(began[inside], periods)).sum())
    if n_between:
        raise EstimationError(
            f"{n_between} units start between the periods of the panel.",
            expected=f"starts given as the {period} that holds them.",
            remedy="number the starts on the same calendar as the panel.",
        )
    named = (outcome, *covariates) if chance is None else (outcome, *covariates, chance)
    values = np.full((len(units), len(periods), len(named)), np.nan)
    values[rows, columns] = np.column_stack([with_missing(panel, name) for name in named])
    kept = position > 0
    wide = Wide(
        units=np.asarray(units)[kept],
        periods=periods,
        start=position[kept],
        value=values[kept, :, 0],
        covariates=values[kept, :, 1 : 1 + len(covariates)],
        chance=None if chance is None else values[kept, :, -1],
    )
    return wide, int((~kept).sum())


def _starts(began: np.ndarray, rows: np.ndarray, n_units: int, start: str) -> np.ndarray:
    """Each unit's start; refuses one that changes from row to row."""
    coded = np.where(np.isnan(began), np.inf, began)
    first, last = np.full(n_units, np.inf), np.full(n_units, -np.inf)
    np.minimum.at(first, rows, coded)
    np.maximum.at(last, rows, coded)
    n_changing = int((first != last).sum())
    if n_changing:
        raise EstimationError(
            f"{start} changes within {n_changing} of {n_units} units.",
            expected="one start per unit, in all its rows, or none.",
            remedy="give each unit the period of its first start; exposure that ends again needs "
            "another model.",
        )
    return np.where(np.isinf(first), np.nan, first)


def _check_periods(periods: np.ndarray, period: str) -> None:
    if len(periods) < 2:
        raise EstimationError(
            f"{len(periods)} periods in the column {period}.",
            expected="two or more: effects are changes within a unit.",
            remedy="lengthen the observed window, or use an outcome recorded more often.",
        )
    steps = np.diff(periods)
    if not np.allclose(steps, steps[0]):
        raise EstimationError(
            f"periods between {steps.min():g} and {steps.max():g} apart.",
            expected="evenly spaced periods: `since_start` counts them.",
            remedy="number them 1, 2, 3, ... and the starts alike, or keep rows without values "
            "for the periods that are missing.",
        )


def check_arms(wide: Wide, comparison: str, outcome: str, n_always: int) -> None:
    n_periods = len(wide.periods)
    starts, has_value = wide.start < n_periods, np.isfinite(wide.value).any(axis=1)
    after_the_first = wide.start > wide.start.min(initial=n_periods + 1)
    against = after_the_first if comparison == "not_yet" else wide.start == n_periods + 1
    arms = ((starts, "that starts after the first period"), (against, "to compare with"))
    for arm, words in arms:
        if not arm.any():
            raise EstimationError(
                f"no unit {words}; {n_always} start in the first period or before it.",
                expected="units that start inside the periods, and others that have not started.",
                remedy="lengthen the observed window; with comparison not_yet those who start "
                "later serve as well as those who never do. Of units that never start, leave the "
                "start missing: 0 is a period.",
            )
        if not (arm & has_value).any():
            raise EstimationError(
                f"{outcome} is missing for every unit {words}.",
                expected="values in both arms.",
                remedy="check how the outcome was joined to the units.",
            )
    if np.nanmax(wide.value) == np.nanmin(wide.value):
        raise EstimationError(
            f"{outcome} is the same for everybody, always.",
            expected="an outcome that varies.",
            remedy="check that the outcome was read with its history, not only its last value.",
        )
