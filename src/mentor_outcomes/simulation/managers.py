"""Who reports to whom, month by month.

A unit's manager is its most senior member and stays until they leave the unit; managers report to
the head of their job family, who reports to nobody on file.
"""

import numpy as np

from mentor_outcomes.simulation.parameters import JOB_FAMILIES
from mentor_outcomes.simulation.record import Record

NOBODY = -1
_INCUMBENT = 100.0


def is_employed(record: Record, month: int) -> np.ndarray:
    """Which stays are employed on the first day of a month."""
    day = record.timeline.starts[month]
    return (record.stays.hired_on <= day) & (record.left_on >= day)


def manager_paths(record: Record) -> np.ndarray:
    """Manager (a stay) of each stay on the first of each month, shape (months, stays)."""
    n_stays = len(record.stays)
    tie_break = record.setting.draws.uniform("units")[record.stays.draw]
    paths = np.full((record.timeline.end_of_window, n_stays), NOBODY, dtype="int32")
    manager = np.full(len(record.units), NOBODY)
    head = np.full(len(JOB_FAMILIES), NOBODY)
    for month in range(record.timeline.end_of_window):
        employed = is_employed(record, month)
        standing = np.where(employed, record.histories.grade[month] + tie_break, -1.0)
        manager = _most_senior(record.unit[month], standing, manager)
        head = _most_senior(record.stays.family, standing, head)
        paths[month] = _reporting(record, month, manager, head)
    return paths


def _most_senior(group: np.ndarray, standing: np.ndarray, incumbent: np.ndarray) -> np.ndarray:
    """The most senior stay of each group; the incumbent while still in it."""
    standing = standing.copy()
    seated = np.flatnonzero(incumbent >= 0)
    stays = incumbent[seated]
    remains = (group[stays] == seated) & (standing[stays] > 0)
    standing[stays[remains]] += _INCUMBENT
    highest = np.full(len(incumbent), -1.0)
    np.maximum.at(highest, group, standing)
    best = np.flatnonzero((standing == highest[group]) & (standing > 0))
    chosen = np.full(len(incumbent), NOBODY)
    chosen[group[best]] = best
    return chosen


def _reporting(record: Record, month: int, manager: np.ndarray, head: np.ndarray) -> np.ndarray:
    stays = np.arange(len(record.stays))
    boss = manager[record.unit[month]]
    boss = np.where(boss == stays, head[record.stays.family], boss)
    return np.where(boss == stays, NOBODY, boss)
