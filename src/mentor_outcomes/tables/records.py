"""Leaves, ratings, offers and unit output: one dated record a row."""

import pandas as pd

from mentor_outcomes.tables.checks import (
    aside_after_extract,
    without_repeats,
    without_reversed,
    without_strangers,
)
from mentor_outcomes.tables.rows import Rows, Rule


def leaves_of(rows: Rows, people: pd.Series) -> Rows:
    """One row per person and first day away."""
    rows = aside_after_extract(without_strangers(rows, "person_id", people), "from")
    rows = without_repeats(rows, ["person_id", "from"])
    return without_reversed(rows, "until", "from")


def ratings_of(rows: Rows, people: pd.Series) -> Rows:
    """One row per person and day of rating."""
    rows = aside_after_extract(without_strangers(rows, "person_id", people), "rated_on")
    return without_repeats(rows, ["person_id", "rated_on"])


def offers_of(rows: Rows) -> Rows:
    """One row per offer."""
    return without_repeats(rows, ["offer_id"])


def unit_output_of(rows: Rows) -> Rows:
    """One row per unit and month, the month by its first day."""
    rows = without_repeats(rows, ["unit_id", "month"])
    return rows.without(
        rows.frame["month"].dt.day != 1,
        Rule(
            "not_first_of_month",
            "month",
            "have a month that is not the first day of one",
            "the month's first day, such as 2024-03-01.",
            "write the first day of the month in the column month.",
        ),
    )
