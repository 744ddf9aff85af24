"""The study's window beside the dates of its records, on a terminal."""

from collections.abc import Mapping

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentor_outcomes.study import StudySection
from mentor_outcomes.tables.dates_seen import dates_seen, window_notes

TOO_FEW = "few: not told"


def show_window(
    section: StudySection,
    tables: Mapping[str, pd.DataFrame],
    *,
    minimum: int,
    console: Console,
) -> None:
    """Title and window of the study, the first and last day of each kind of event, and notes.

    minimum   people behind a day that is told, of whole sources only
    """
    console.print(Text(section.title, style="bold"), soft_wrap=True)
    console.print(
        Text(
            f"Observed {section.observed_from} to {section.observed_to}; mentoring recorded from "
            f"{section.mentoring_recorded_from}."
        ),
        soft_wrap=True,
    )
    seen = dates_seen(tables, minimum=minimum)
    if len(seen):
        console.print(_table(seen))
    for note in window_notes(tables, section, minimum=minimum):
        console.print(Text(f"Note. {note}"), soft_wrap=True)


def _table(seen: pd.DataFrame) -> Table:
    """One row per source and kind of event."""
    table = Table(title="Dates", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for name in ("source", "what"):
        table.add_column(name, overflow="fold")
    table.add_column("how many", justify="right", no_wrap=True)
    for name in ("first", "last"):
        table.add_column(name, no_wrap=True)
    for row in seen.itertuples():
        days = (
            TOO_FEW if pd.isna(day) else f"{day:%Y-%m-%d}" for day in (row.first_on, row.last_on)
        )
        table.add_row(row.source, row.what, f"{row.n:,}", *days)
    return table
