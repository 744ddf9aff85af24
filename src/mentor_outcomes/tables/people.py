"""People, and their stays from hire to exit."""

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.tables.checks import (
    refuse_before,
    refuse_repeated,
    refuse_strangers,
    refuse_unknown,
)
from mentor_outcomes.tables.received import Received, refuse_rows


def people_of(received: Received, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per person: `rows` as typed, once each."""
    refuse_repeated(received, rows, ["person_id"])
    return rows


def spells_of(received: Received, rows: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """One row per person and spell, numbered by day of hire.

    A rehire is a further row of the same person. The last day of a spell lies before the first of
    the next.
    """
    refuse_strangers(received, rows, "person_id", people)
    refuse_before(received, rows, "left_on", "hired_on")
    refuse_unknown(received, rows, "exit_kind", schema.EXIT_KINDS)
    _refuse_half_exits(received, rows)
    ordered = rows.sort_values(["person_id", "hired_on", "left_on"], kind="stable")
    _refuse_overlaps(received, ordered)
    return ordered.assign(spell=ordered.groupby("person_id").cumcount() + 1)


def _refuse_half_exits(received: Received, rows: pd.DataFrame) -> None:
    refuse_rows(
        received,
        rows["left_on"].isna() != rows["exit_kind"].isna(),
        "have left_on without exit_kind, or exit_kind without left_on",
        expected="both for those who left, neither for those still employed.",
        remedy="complete them; the exit_kind is `other` where HR does not know it.",
    )


def _refuse_overlaps(received: Received, ordered: pd.DataFrame) -> None:
    """A spell that begins before the person's previous one has ended is refused."""
    before = ordered.groupby("person_id")[["hired_on", "left_on"]].shift()
    is_later_spell = before["hired_on"].notna()
    begins_within = is_later_spell & ~(ordered["hired_on"] > before["left_on"])
    refuse_rows(
        received,
        begins_within.sort_index(),
        "begin before an earlier spell of the same person has ended",
        expected="spells of one person that do not overlap, each begun after the last day of "
        "the one before.",
        remedy="complete the missing exit, or correct the dates at the source.",
    )
