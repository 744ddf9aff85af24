"""Pay, leaves, ratings, offers and unit output: one dated record a row."""

import pandas as pd

from mentor_outcomes.tables.checks import refuse_before, refuse_repeated, refuse_strangers
from mentor_outcomes.tables.received import Received, refuse_rows


def pay_of(received: Received, rows: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """One row per person and day of a change: full-time yearly base pay, above 0."""
    refuse_strangers(received, rows, "person_id", people)
    refuse_repeated(received, rows, ["person_id", "effective_on"])
    refuse_rows(
        received,
        rows["annual_pay"] <= 0,
        "have annual_pay of 0 or less",
        expected="full-time yearly base pay above 0: it is compared on a log scale.",
        remedy="remove these rows, or send the full-time pay of those who are not paid now.",
    )
    return rows


def leaves_of(received: Received, rows: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """One row per person and first day away."""
    refuse_strangers(received, rows, "person_id", people)
    refuse_repeated(received, rows, ["person_id", "from"])
    refuse_before(received, rows, "until", "from")
    return rows


def ratings_of(received: Received, rows: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """One row per person and day of rating."""
    refuse_strangers(received, rows, "person_id", people)
    refuse_repeated(received, rows, ["person_id", "rated_on"])
    return rows


def offers_of(received: Received, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per offer."""
    refuse_repeated(received, rows, ["offer_id"])
    return rows


def unit_output_of(received: Received, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per unit and month, the month by its first day."""
    refuse_repeated(received, rows, ["unit_id", "month"])
    refuse_rows(
        received,
        rows["month"].dt.day != 1,
        "have a month that is not the first day of one",
        expected="the month's first day, such as 2024-03-01.",
        remedy="write the first day of the month in the column month.",
    )
    return rows
