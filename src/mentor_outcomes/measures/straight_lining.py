"""Answers ticked down one column: the same to statements that say the opposite."""

import numpy as np
import pandas as pd

from mentor_outcomes.study import Scale

FEWEST_ITEMS = 3
"""With two items an honest answer may well be the same to both."""


def share_straight_lined(answers: pd.DataFrame, scale: Scale) -> tuple[float, str]:
    """Share of complete answers to a scale that are straight-lined, and why it may be missing.

    Straight-lined: the same raw answer to every item of a scale that holds items of both keys, and
    not the middle one. Such an answer contradicts itself, while the same answer to items all keyed
    one way, or `neither` throughout, may be meant (Curran 2016, J. Exp. Soc. Psychol. 66:4). With
    few items some of these are slips, so the share is a ceiling of carelessness; see it over waves.

    Parameters
    ----------
    answers : one row per answer sheet, raw points, not turned
    """
    items = list(scale.items)
    if not 0 < len(scale.reverse_keyed) < len(items) or len(items) < FEWEST_ITEMS:
        return np.nan, "straight-lining shows only with items of both keys, three or more in all"
    complete = answers[items].dropna().to_numpy(dtype="float64")
    if not len(complete):
        return np.nan, "nobody answered every item"
    is_same = complete.min(axis=1) == complete.max(axis=1)
    is_middle = complete[:, 0] == (scale.lowest + scale.highest) / 2
    return float((is_same & ~is_middle).mean()), ""
