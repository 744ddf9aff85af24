"""How many units and people each criterion removes, in turn, and whether the counts add up."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes import schema

STEP_COLUMNS = tuple(column.name for column in schema.PANEL_FLOW.columns)
_PAIRS = (("n_removed", "n_remaining"), ("n_people_removed", "n_people_remaining"))


def flow_of(
    arm: str,
    everybody: str,
    criteria: Mapping[str, np.ndarray],
    *,
    unit: str = "people",
    person: np.ndarray | None = None,
) -> pd.DataFrame:
    """One row per criterion: what it removes of what earlier ones left, in units and in people.

    `criteria` holds, per criterion, a flag for each unit; `person` says whose each unit is, by
    whole numbers (default: every unit is a person of its own). The first row, step 0, counts
    everything and removes nothing.
    """
    n_units = len(next(iter(criteria.values())))
    person = np.arange(n_units) if person is None else person
    kept = np.ones(n_units, dtype=bool)
    rows = [(everybody, 0, n_units, 0, _n_people(person), 0)]
    for criterion, is_met in criteria.items():
        removed, kept = kept & ~is_met, kept & is_met
        n_people = _n_people(person[kept])
        rows.append(
            (
                criterion,
                int(removed.sum()),
                int(kept.sum()),
                rows[-1][4] - n_people,
                n_people,
                _n_people(person[removed]),
            )
        )
    counts = pd.DataFrame(rows, columns=["criterion", *STEP_COLUMNS[4:]])
    return counts.assign(arm=arm, unit=unit, step=np.arange(len(rows)))[list(STEP_COLUMNS)]


def after(earlier: pd.DataFrame | None, later: pd.DataFrame) -> pd.DataFrame:
    """The steps of one arm followed by further ones; the steps are counted on."""
    if earlier is None or earlier.empty:
        return later
    first = earlier[list(STEP_COLUMNS)].sort_values("step")
    last = int(first["step"].iloc[-1])
    return pd.concat([first, later.assign(step=later["step"] + last + 1)], ignore_index=True)


def flow_gap(flow: pd.DataFrame, ends: Mapping[str, tuple[int, int]]) -> int:
    """The largest disagreement of a design's flow, in units or people; 0 if all adds up.

    Within an arm every step has to remove what is missing from the step before, of units and of
    people; the steps between tables, panel and groups were counted from different tables, so this
    says that these agree, too.

    ends   arm -> units and people that the last step has to leave, counted elsewhere
    """
    gaps = [0]
    for arm, rows in flow.groupby("arm", sort=True):
        rows = rows.sort_values("step")
        for removed, remaining in _PAIRS:
            left = rows[remaining].to_numpy()
            gaps += list(np.abs(left[:-1] - rows[removed].to_numpy()[1:] - left[1:]))
        if arm in ends:
            last = rows.iloc[-1]
            found = (last["n_remaining"], last["n_people_remaining"])
            gaps += [abs(int(n) - int(m)) for n, m in zip(found, ends[arm], strict=True)]
    return int(max(gaps))


def among(n_people: int, people: np.ndarray) -> np.ndarray:
    """Flags of all people, true for those named by position."""
    flags = np.zeros(n_people, dtype=bool)
    flags[people] = True
    return flags


def _n_people(person: np.ndarray) -> int:
    return int(np.count_nonzero(np.bincount(person))) if len(person) else 0
