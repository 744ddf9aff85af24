"""Rows of `estimates` and `curves`, estimated or blocked, from plain values."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.schema import MAIN, Table

_FIGURES = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "p_adjusted")
_COUNTS = (
    "n_mentored",
    "n_comparison",
    "n_events",
    "n_events_mentored",
    "n_events_comparison",
    "n_left_out",
)
_DTYPES = {"text": "str", "integer": "int64", "number": "float64", "flag": "bool"}


def estimated(
    about: Mapping, figures: Mapping[str, float], *, scale: float = 1.0, **counts: float
) -> dict:
    """A row with its figures; all but the p-value are multiplied by `scale`.

    about     subject, method, estimand, quantity, horizon, unit, error_type of the row, and its
              variant where it is not the main one
    figures   estimate, std_error, ci_low, ci_high and, where there is a test, p_value
    """
    numbers = {
        name: float(figures.get(name, np.nan)) * (1.0 if name.startswith("p_") else scale)
        for name in _FIGURES
    }
    return _row(about, numbers, counts) | {"status": "estimated", "reason": None}


def blocked(about: Mapping, reason: str, **counts: float) -> dict:
    """A row without figures, and why."""
    row = _row(about, dict.fromkeys(_FIGURES, np.nan), counts)
    return row | {"status": "blocked", "reason": reason, "error_type": "none"}


def as_reason(error: EstimationError) -> str:
    """What was found and what to do, as the reason of a blocked row."""
    return f"{error.found.rstrip('.')}; {error.remedy.rstrip('.')}"


def as_table(rows: Iterable[Mapping], table: Table) -> pd.DataFrame:
    """The rows with the columns and types that the table promises."""
    frame = pd.DataFrame(list(rows), columns=list(table.column_names()))
    return frame.astype({column.name: _DTYPES[column.type] for column in table.columns})


def _row(about: Mapping, numbers: Mapping, counts: Mapping) -> dict:
    return {
        "subgroup": "all",
        "horizon_months": np.nan,
        "variant": MAIN,
        "is_headline": False,
        "is_primary": False,
        "error_type": "none",
        **dict.fromkeys(_COUNTS, np.nan),
        **about,
        **numbers,
        **counts,
    }
