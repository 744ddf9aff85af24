"""People at one level of a column, on the day of a start: inside whom balance is shown as well."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import StudyError
from mentor_outcomes.logit import as_text

ALL = "all"
MOST_LEVELS = 12
"""More levels than this are no subgroups that anybody would read, or too small to be shown."""


def check_subgroups(names: Sequence[str], person_months: pd.DataFrame) -> None:
    """Refuse columns with many levels, such as an age: a subgroup is a level.

    person_months   those the model of starts is fitted on: nothing known later decides
    """
    for name in names:
        n_levels = person_months[name].nunique()
        if n_levels > MOST_LEVELS:
            raise StudyError(
                f"groups.subgroups names {name}, which has {n_levels} values.",
                expected=f"columns with at most {MOST_LEVELS} values.",
                remedy="name a column of few levels, or supply one in bands.",
            )


def subgroup_flags(known: pd.DataFrame, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Subgroup -> flag per row: everybody, each level seen, and those without a value.

    known   one row per person and day (or set), with the columns `names` as of that day

    Named `column=value` and `column_missing`, as covariates are.
    """
    flags = {ALL: np.ones(len(known), dtype=bool)}
    for name in names:
        values = known[name]
        labels = as_text(values).to_numpy(dtype=object, na_value=None)
        for level in sorted({label for label in labels if label is not None}):
            flags[f"{name}={level}"] = labels == level
        if values.isna().any():
            flags[f"{name}_missing"] = values.isna().to_numpy(dtype=bool)
    return flags
