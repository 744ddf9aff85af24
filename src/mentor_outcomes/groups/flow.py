"""How many people each criterion removes, in turn."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def flow_of(arm: str, everybody: str, criteria: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """One row per criterion: people removed by it among those whom earlier ones left.

    `criteria` holds, per criterion, a flag for each person. The first row, step 0, counts
    everybody and removes nobody.
    """
    n_people = len(next(iter(criteria.values())))
    remaining = np.ones(n_people, dtype=bool)
    rows = [(arm, 0, everybody, 0, n_people)]
    for step, (criterion, is_met) in enumerate(criteria.items(), start=1):
        kept = remaining & is_met
        n_kept = int(kept.sum())
        rows.append((arm, step, criterion, int(remaining.sum()) - n_kept, n_kept))
        remaining = kept
    return pd.DataFrame(rows, columns=["arm", "step", "criterion", "n_removed", "n_remaining"])


def among(n_people: int, people: np.ndarray) -> np.ndarray:
    """Flags of all people, true for those named by position."""
    flags = np.zeros(n_people, dtype=bool)
    flags[people] = True
    return flags
