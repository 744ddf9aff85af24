"""The contrast that misleads: everyone ever mentored against everyone never mentored."""

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.inference.clustering import clustering
from mentor_outcomes.estimates.panel.fixed_effects_rows import with_missing
from mentor_outcomes.estimates.panel.mean_difference import MeanDifference, mean_difference


def naive_difference(
    panel: pd.DataFrame, *, unit: str, outcome: str, is_mentored: str
) -> MeanDifference:
    """Mean of the outcome over all rows of the ever mentored, less that of the never mentored.

    `panel` has one row per unit and period; a unit with `is_mentored` in any row, even one without
    outcome, is ever mentored. Rows before the start thus count as mentored, and those chosen for a
    mentor differ from the outset: shown as a warning, never as a finding. Errors clustered by unit.
    Refuses an outcome that is text or infinite.
    Checked by hand in tests/spec/test_matched_difference.py.
    """
    is_ever = panel[is_mentored].astype(bool).groupby(panel[unit]).transform("any")
    values = with_missing(panel, outcome)
    has_value = ~np.isnan(values)
    return mean_difference(
        values[has_value],
        is_ever.to_numpy()[has_value],
        np.ones(int(has_value.sum())),
        clustering(panel, unit).at(has_value),
    )
