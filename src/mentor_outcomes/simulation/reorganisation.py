"""One day on which whole units get new numbers and their grades move up a step.

It looks like promotion and is none.
"""

from dataclasses import dataclass

import numpy as np

from mentor_outcomes.simulation.draws import Draws
from mentor_outcomes.simulation.organisation import Units
from mentor_outcomes.simulation.parameters import Parameters
from mentor_outcomes.simulation.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """In `month` the units that `is_moved` marks are renumbered, their grades moved up."""

    month: int
    is_moved: np.ndarray  # one flag per unit


def plan_reorganisation(
    units: Units, draws: Draws, timeline: Timeline, p: Parameters
) -> Reorganisation:
    """A summer month in the middle of the window, outside the promotion rounds; one family."""
    middle = timeline.n_warm_up + timeline.n_observed // 2
    month = next(
        (m for m in range(middle, timeline.end_of_window) if timeline.calendar_month(m) == 7),
        middle,
    )
    rng = draws.generator("units", 1)
    family = units.family[rng.integers(len(units))]
    members = rng.permutation(np.flatnonzero(units.family == family))
    is_moved = np.zeros(len(units), dtype=bool)
    is_moved[members[: p.workforce.reorganised_units]] = True
    return Reorganisation(month=month, is_moved=is_moved)


def moved_stays(unit_paths: np.ndarray, plan: Reorganisation) -> np.ndarray:
    """Which stays sit in a reorganised unit on that day."""
    return plan.is_moved[unit_paths[plan.month]]


def renumbered(unit: np.ndarray, month: np.ndarray | int, plan: Reorganisation) -> np.ndarray:
    """Unit numbers as HR writes them: a reorganised unit has another from that month on."""
    n_units = len(plan.is_moved)
    is_new = plan.is_moved[unit] & (np.asarray(month) >= plan.month)
    return np.where(is_new, unit + n_units, unit)
