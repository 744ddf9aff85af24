"""What a check found, as tables on a terminal. Counts, places and rules; never a value."""

from collections.abc import Mapping, Sequence

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.tables import Intake

LINES_NAMED = 5
"""Lines that are named of each problem; the others are counted."""


def show_intake(
    intake: Intake,
    *,
    refusals: Sequence[MentorOutcomesError],
    declared: Sequence[str],
    console: Console,
) -> None:
    """Sources with their rows, then rows that cannot be used, notes, and what stops the run.

    declared   all sources of the study: those that were not understood are listed too
    """
    understood = set(intake.counts["source"])
    unread = [name for name in declared if name not in understood]
    console.print(_sources(intake.counts, unread))
    _show_set_aside(intake.counts, console)
    if len(intake.quarantine):
        console.print(_problems(intake.quarantine, intake.remedies))
    for note in intake.notes:
        console.print(Text(f"Note. {note}"))
    for number, refusal in enumerate(refusals, start=1):
        _show_refusal(number, refusal, console)
    console.print(Text(_verdict(intake, refusals), style="bold"))


def _sources(counts: pd.DataFrame, unread: Sequence[str]) -> Table:
    """One row per source: how it was read, and where its rows went."""
    table = _table("Sources")
    for name in ("source", "read as"):
        table.add_column(name, overflow="fold")
    for name in ("rows", "used", "set aside", "not usable"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in counts.itertuples():
        numbers = (row.rows_read, row.rows_used, row.rows_set_aside, row.rows_quarantined)
        form = "" if pd.isna(row.form) else row.form
        table.add_row(Text(row.source), Text(form), *(f"{number:,}" for number in numbers))
    for name in unread:
        table.add_row(Text(name), Text("cannot be taken in: see below", style="red"), *[""] * 4)
    return table


def _show_set_aside(counts: pd.DataFrame, console: Console) -> None:
    for row in counts.itertuples():
        if not pd.isna(row.reason):
            console.print(Text(f"{row.source}: {row.reason}"))


def _problems(quarantine: pd.DataFrame, remedies: Mapping[tuple[str, str], str]) -> Table:
    """One row per source, file and rule: how many rows break it, where, and the fix."""
    table = _table("Rows that cannot be used")
    table.add_column("where", overflow="fold", ratio=4)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("what they do", overflow="fold", ratio=3)
    table.add_column("what to do", overflow="fold", ratio=4)
    table.expand = True
    grouped = quarantine.groupby(["source", "file", "column", "rule"], sort=False)
    for (source, file, column, rule), rows in grouped:
        table.add_row(
            Text(f"{source}, {column}\n{file}, {_lines(rows['line'])}"),
            f"{len(rows):,}",
            Text(f"{rows['reason'].iloc[0]} ({rule})"),
            Text(remedies.get((source, rule), "")),
        )
    return table


def _lines(lines: pd.Series) -> str:
    ordered = sorted(lines.tolist())
    named = ", ".join(map(str, ordered[:LINES_NAMED]))
    more = f" and {len(ordered) - LINES_NAMED:,} more" if len(ordered) > LINES_NAMED else ""
    return f"{'line' if len(ordered) == 1 else 'lines'} {named}{more}"


def _show_refusal(number: int, refusal: MentorOutcomesError, console: Console) -> None:
    console.print(Text(f"\nStops the run ({number}). {refusal.found}", style="red"))
    console.print(Text(f"  Expected: {refusal.expected}"))
    console.print(Text(f"  What to do: {refusal.remedy}"))


def _verdict(intake: Intake, refusals: Sequence[MentorOutcomesError]) -> str:
    n_rows = len(intake.quarantine)
    left = f" {n_rows:,} {'row' if n_rows == 1 else 'rows'} would be left out." if n_rows else ""
    if refusals:
        return f"\nThe run would stop: {len(refusals)} of the above must be mended first.{left}"
    return f"\nThe run would go on.{left} Nothing was written."


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
