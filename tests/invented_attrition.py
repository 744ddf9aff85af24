"""Who is seen at the horizons of an invented study, and who is not, by simple shares."""

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.study import Study
from tests.invented_estimates import HORIZONS, frame_of

PER_MONTH = {"not_due": 0.005, "left_by_choice": 0.004, "left_otherwise": 0.0009}
SILENT = 0.15
KNOWN = ("left_by_choice", "left_otherwise", "no_value", "seen")


def attrition(study: Study, n_mentored: int, n_comparison: int) -> pd.DataFrame:
    """Rows of every outcome of kind panel and scale, horizon and arm."""
    rows = [
        attrition_row(name, months, arm, _cells(months, n, arm, outcome.kind == "scale"))
        for name, outcome in study.outcomes.items()
        if outcome.kind != "event"
        for months in HORIZONS
        for arm, n in (("mentored", n_mentored), ("comparison", n_comparison))
    ]
    return frame_of(schema.ATTRITION, rows)


def attrition_row(name: str, months: float, arm: str, cells: dict[str, int]) -> dict:
    """A row from its seven cells, all weights alike; what is not named is 0."""
    cells = dict.fromkeys(("no_value_before", "not_due", "mentored_since", *KNOWN), 0) | cells
    known = sum(cells[status] for status in KNOWN)
    return {
        "outcome": name,
        "role": "protege",
        "contrast": "any",
        "subgroup": "all",
        "horizon_months": float(months),
        "arm": arm,
        "n_people": sum(cells.values()),
        **{f"n_{status}": n for status, n in cells.items()},
        **{
            f"share_{status}": 100 * cells[status] / known if known else float("nan")
            for status in KNOWN
        },
    }


def _cells(months: float, n: int, arm: str, is_scale: bool) -> dict[str, int]:
    more = 1.1 if arm == "comparison" else 1.0
    cells = {status: round(n * months * more * share) for status, share in PER_MONTH.items()}
    cells["mentored_since"] = round(0.08 * n) if arm == "comparison" else 0
    cells["no_value_before"] = round(0.2 * n) if is_scale else 0
    cells["no_value"] = round(SILENT * n) if is_scale else 0
    left = n
    for status in cells:
        cells[status] = min(cells[status], left)
        left -= cells[status]
    return cells | {"seen": left}
