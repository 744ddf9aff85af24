"""Aggregates of group-time effects: their levels, and influences with estimated weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Aggregate = Literal["simple", "dynamic", "group", "calendar"]
ROUNDING = 1e-12
"""Of the largest value of the outcome: errors below this are of mere rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What aggregates are made of, an element per cell.

    group, period, since_start   as numbers
    estimate    missing where not estimated
    influence   shape (n_units, n_cells)
    rounding    in units of the outcome: errors up to this are none
    is_used     shape (n_units, n_cells): whose changes are behind a cell, in either arm
    cohort      shape (n_units,): the group whose size each unit counts for; missing: none
    """

    group: np.ndarray
    period: np.ndarray
    since_start: np.ndarray
    estimate: np.ndarray
    influence: np.ndarray
    rounding: float
    is_used: np.ndarray
    cohort: np.ndarray
    started: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """An aggregate at one level; `at` is missing for the overall effect.

    influence   shape (n_units,); its squares sum to the squared standard error
    std_error   missing if nothing varies in any of its cells: then what cohorts' sizes add is not
                the whole of the error
    row         what `tidy` tells of it, but for the interval
    """

    at: float
    estimate: float
    influence: np.ndarray
    std_error: float
    row: dict


def covariance(influence: np.ndarray) -> np.ndarray:
    """Between estimates, from their influences, shape (n_units, n_estimates)."""
    return influence.T @ influence


def aggregated(cells: Cells, aggregate: Aggregate) -> tuple[Level, ...]:
    """The levels of an aggregate (Callaway & Sant'Anna 2021, section 3), the overall one last.

    Weights are the cohorts' people, and these are estimated: a person of cohort g adds
    sum over the cells of g of (effect - aggregate) / sum over all cells of their cohort's people.
    """
    after = cells.since_start >= 0
    if aggregate == "simple":
        return (_level(cells, after, np.nan, *_by_people(cells, after)),)
    key = {"dynamic": cells.since_start, "group": cells.group, "calendar": cells.period}[aggregate]
    asked = np.ones_like(after) if aggregate == "dynamic" else after
    combine = _plain if aggregate == "group" else _by_people
    levels = [
        _level(cells, chosen, at, *combine(cells, chosen))
        for at in np.unique(key[asked])
        for chosen in [asked & (key == at)]
    ]
    return (*levels, _overall(cells, aggregate, levels, after))


def _by_people(cells: Cells, chosen: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of the chosen cells, weighted by the people of their cohorts, and its influence."""
    used = np.flatnonzero(chosen & np.isfinite(cells.estimate))
    return _weighted(
        cells.estimate[used], cells.influence[:, used], cells.group[used], cells.cohort
    )


def _plain(cells: Cells, chosen: np.ndarray) -> tuple[float, np.ndarray]:
    """Plain mean of the chosen cells, and its influence."""
    used = np.flatnonzero(chosen & np.isfinite(cells.estimate))
    if not len(used):
        return np.nan, np.full(len(cells.cohort), np.nan)
    return float(cells.estimate[used].mean()), cells.influence[:, used].mean(axis=1)


def _weighted(
    effects: np.ndarray, influence: np.ndarray, groups: np.ndarray, cohort: np.ndarray
) -> tuple[float, np.ndarray]:
    if not len(effects):
        return np.nan, np.full(len(cohort), np.nan)
    names, place = np.unique(groups, return_inverse=True)
    own = np.searchsorted(names, cohort).clip(max=len(names) - 1)
    counts = names[own] == cohort
    sizes = np.bincount(own[counts], minlength=len(names)).astype("float64")
    weight = sizes[place]
    total = weight.sum()
    mean = float(weight @ effects / total)
    of_group = np.bincount(place, effects - mean, len(names)) / total
    return mean, influence @ (weight / total) + np.where(counts, of_group[own], 0.0)


def _overall(
    cells: Cells, aggregate: Aggregate, levels: Sequence[Level], after: np.ndarray
) -> Level:
    """Plain mean of the levels from the start on; of cohorts, weighted by their people."""
    known = [level for level in levels if np.isfinite(level.estimate)]
    if aggregate == "dynamic":
        known = [level for level in known if level.at >= 0]
    effects = np.array([level.estimate for level in known])
    if not known:
        return _level(cells, after, np.nan, np.nan, np.full(len(cells.cohort), np.nan))
    influence = np.column_stack([level.influence for level in known])
    if aggregate == "group":
        groups = np.array([level.at for level in known])
        return _level(cells, after, np.nan, *_weighted(effects, influence, groups, cells.cohort))
    return _level(cells, after, np.nan, float(effects.mean()), influence.mean(axis=1))


def _level(
    cells: Cells, chosen: np.ndarray, at: float, estimate: float, influence: np.ndarray
) -> Level:
    """One level with the counts of people and cells behind it."""
    estimated = chosen & np.isfinite(cells.estimate)
    groups = np.unique(cells.group[chosen])
    of_cohorts = np.isin(cells.started, groups)
    own = cells.is_used[:, estimated] & (cells.started[:, None] == cells.group[estimated])
    is_mentored = own.any(axis=1)
    as_comparison = (cells.is_used[:, estimated] & ~own).any(axis=1)
    varies = (np.linalg.norm(cells.influence[:, estimated], axis=0) > cells.rounding).any()
    own_error = float(np.linalg.norm(influence))
    std_error = own_error if varies and own_error > cells.rounding else np.nan
    row = {
        "at": at,
        "estimate": estimate,
        "std_error": std_error,
        "n_mentored": int(is_mentored.sum()),
        "n_comparison": int(as_comparison.sum()),
        "n_cells": int(estimated.sum()),
        "n_cells_left_out": int((chosen & ~estimated).sum()),
        "n_left_out": int((of_cohorts & ~is_mentored).sum()),
    }
    return Level(at, estimate, influence, std_error, row)
