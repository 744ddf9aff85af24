"""Group-time effects (Callaway & Sant'Anna 2021): every cohort of starts, period by period."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import require_columns
from mentor_outcomes.estimates.panel.group_time_aggregates import ROUNDING, Cells
from mentor_outcomes.estimates.panel.group_time_cells import (
    CellEffect,
    CellPeople,
    cell_effects,
    people_of,
)
from mentor_outcomes.estimates.panel.group_time_result import ERROR_TYPE, WEIGHTED, GroupTimeEffects
from mentor_outcomes.estimates.panel.group_time_wide import Wide, check_arms, wide_panel
from mentor_outcomes.estimates.panel.mean_changes import NOTHING_VARIES

Comparison = Literal["never", "not_yet"]


def group_time_effects(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    start: str,
    outcome: str,
    comparison: Comparison,
    covariates: Sequence[str] = (),
    minimum_people: int = 2,
    chance_unstarted: str | None = None,
    truncate_weights_at: float = 1.0,
) -> GroupTimeEffects:
    """Mean effect on those who start in each period (a cohort), at the end of every period.

    A cohort's period holds its starts; its reference is the period before; the outcome is as of a
    period's end. A cell is the cohort's mean change from the reference to another period less
    that of the comparison people. It is the cohort's mean effect if, without it, both would have
    changed alike (given the covariates at the reference) and nobody anticipates it. Cells before
    the reference show whether they did move alike. Unlike two-way fixed effects, nobody who has
    started is ever a comparison, so that effects may grow, and differ between cohorts. `.tidy()` of
    the result gives the cells, `.tidy(aggregate=...)` means over people or over time since start.

    Parameters
    ----------
    panel        one row per unit and period, in any order; a unit may lack periods, or values
    period       evenly spaced numbers
    start        the period in which the unit starts; missing: never; one value per unit. Numbers
                 like 0 or -1 for never are periods: such units are dropped, as exposed all along
    comparison   `never`: units that never start. `not_yet`: and those that start later than both
                 the cell's periods
    covariates   numbers; taken at the reference, where none may be missing for a unit used. The
                 comparison's changes are regressed on them, and foretold for the cohort
    minimum_people   units needed in each arm of a cell, of the comparison by weight and beside one
                 per covariate; smaller ones are not estimated, and told
    chance_unstarted  with `not_yet`: the chance of not having started by the period's end, given
                 what was on file before each period so far (above 0, up to 1). Who has not started
                 by a later period was passed over since the reference, and differs from those alike
                 then if starts follow from what happened meanwhile. With it comparison people weigh
                 the chance at the reference over that then, and stand for those alike who have
                 started since (inverse probability of censoring; Robins & Finkelstein 2000)
    truncate_weights_at   quantile of the weights of a cell's comparison beyond which, and below its
                 complement, they are cut

    Units that start in the first period or before it were never seen unexposed: they are dropped,
    and counted. A unit is used in a cell if it has a value at the reference and then. Standard
    errors by influence functions, clustered by unit, without small-sample correction, as in R's
    did; no random numbers are used.

    Raises
    ------
    EstimationError
        a unit and period twice, a start that changes, periods that are unevenly spaced or a single
        one, starts between periods, nobody who starts inside them, nobody to compare with, an
        outcome without values in an arm or the same for all, a covariate missing at a reference,
        text or infinite numbers

    By hand in tests/spec/test_group_time_effects.py; equals means of changes written out in base
    R, and csdid, in tests/reference/test_group_time_as_in_r.py.
    """
    if isinstance(covariates, str):
        raise EstimationError(
            f"covariates is {covariates}.",
            expected="a list of columns.",
            remedy=f'write ["{covariates}"].',
        )
    covariates = tuple(covariates)
    require_columns(panel, [unit, period, start, outcome, *covariates, chance_unstarted])
    _check_comparison(comparison, chance_unstarted)
    _check_truncation(truncate_weights_at)
    wide, n_always = wide_panel(panel, unit, period, start, outcome, covariates, chance_unstarted)
    check_arms(wide, comparison, outcome, n_always)
    rounding = ROUNDING * float(np.nanmax(np.abs(wide.value)))
    asked = [
        people_of(wide, cohort, then, comparison)
        for cohort in wide.cohorts
        for then in range(len(wide.periods))
        if then != cohort - 1
    ]
    for people in asked:
        _check_known(wide, people, covariates)
    _check_chances(wide, asked, chance_unstarted)
    effects = cell_effects(wide, asked, comparison, minimum_people, truncate_weights_at)
    cells = pd.DataFrame([_row(wide, *both, rounding) for both in zip(asked, effects, strict=True)])
    influence = np.column_stack([effect.influence for effect in effects])
    started = np.append(wide.periods, [np.nan, np.nan])[wide.start]
    return GroupTimeEffects(
        outcome=outcome,
        comparison=comparison,
        covariates=covariates,
        cells=cells,
        influence=influence,
        units=wide.units,
        n_always_exposed=n_always,
        n_later=int((wide.start == len(wide.periods)).sum()),
        error_type=ERROR_TYPE.format(unit=unit) + (WEIGHTED if wide.chance is not None else ""),
        _cells=Cells(
            group=cells["group"].to_numpy("float64"),
            period=cells["period"].to_numpy("float64"),
            since_start=cells["since_start"].to_numpy("float64"),
            estimate=cells["estimate"].to_numpy("float64"),
            influence=influence,
            rounding=rounding,
            is_used=np.column_stack([people.is_used for people in asked]),
            cohort=np.where(wide.has_reference, started, np.nan),
            started=started,
        ),
    )


def _row(wide: Wide, people: CellPeople, effect: CellEffect, rounding: float) -> dict:
    is_known = effect.std_error > rounding
    return {
        "group": wide.periods[people.cohort],
        "reference": wide.periods[people.cohort - 1],
        "period": wide.periods[people.then],
        "since_start": people.then - people.cohort,
        "estimate": effect.estimate,
        "std_error": effect.std_error if is_known else np.nan,
        "n_mentored": people.n_mentored,
        "n_comparison": people.n_comparison,
        "n_without_value": people.n_without_value,
        "reason": effect.refusal or (None if is_known else NOTHING_VARIES),
    }


def _check_comparison(comparison: str, chance_unstarted: str | None) -> None:
    if comparison == "never" and chance_unstarted is not None:
        raise EstimationError(
            "chances of not having started, with those who never start compared.",
            expected="comparison not_yet: who never starts was passed over to the end.",
            remedy="leave the chances out, or compare with those not started yet.",
        )
    if comparison not in ("never", "not_yet"):
        raise EstimationError(
            f"comparison {comparison}.",
            expected="never, or not_yet.",
            remedy="compare with those who never start, or also with those who start later.",
        )


def _check_truncation(quantile: float) -> None:
    if not 0.5 < quantile <= 1:
        raise EstimationError(
            f"truncate_weights_at {quantile:g}.",
            expected="a quantile above 0.5, up to 1, which cuts nothing.",
            remedy="give the share of the weights that is to stay below the cut, such as 0.999.",
        )


def _check_known(wide: Wide, people: CellPeople, covariates: tuple[str, ...]) -> None:
    n_missing = np.isnan(wide.covariates[people.is_used, people.cohort - 1]).sum(axis=0)
    if n_missing.any():
        named = [name for name, n in zip(covariates, n_missing, strict=True) if n]
        raise EstimationError(
            f"{', '.join(named)} missing at a reference, for up to {n_missing.max()} people.",
            expected="covariates known wherever the outcome is.",
            remedy="fill in the mean and mark it by a further covariate, or leave it out.",
        )


_UP = 1 + 1e-9
"""Products of many factors in another order may rise by rounding."""


def _check_chances(wide: Wide, cells: Sequence[CellPeople], name: str | None) -> None:
    """Of those compared, at the reference and then: above 0, up to 1, and never rising."""
    if wide.chance is None:
        return
    n_wrong = 0
    for people in cells:
        others = people.is_used & ~people.is_mentored
        first, then = wide.chance[others, people.cohort - 1], wide.chance[others, people.then]
        later = then if people.then >= people.cohort else first
        n_wrong = max(
            n_wrong, int((~((later > 0) & (later <= first * _UP) & (first <= _UP))).sum())
        )
    if n_wrong:
        raise EstimationError(
            f"{name} of up to {n_wrong} people compared in a cell is missing, 0, above 1 or rises.",
            expected="chances of not having started, above 0 and up to 1, that only fall.",
            remedy="give the product of one less the chance of a start in every period so far.",
        )
