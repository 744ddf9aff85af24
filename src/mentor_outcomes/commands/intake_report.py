"""What a check found, as tables on a terminal. Counts, places and rules; never a value."""

import re
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
    for note, others in told_once(intake.notes, declared):
        console.print(Text(f"Note. {note}{_same_of(others)}"), soft_wrap=True)
    told = told_once([_paragraph(refusal) for refusal in refusals], declared)
    for number, (paragraph, others) in enumerate(told, start=1):
        _show_refusal(number, paragraph, others, console)
    console.print(Text(_verdict(intake, len(told)), style="bold"))


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


def told_once(texts: Sequence[str], sources: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Each text once, and the sources of which the same is said but for their name.

    One file may feed several sources: what is wrong with it is then found for each of them.
    """
    name = re.compile(rf"\b(?:{'|'.join(map(re.escape, sources))})\b") if sources else None
    told: dict[str, tuple[str, list[str]]] = {}
    for text in texts:
        named = list(dict.fromkeys(name.findall(text))) if name else []
        # Only where one source is named can it be said of which others the same holds.
        alike = name.sub("\0", text) if len(named) == 1 else text
        if alike in told:
            told[alike][1].extend(named)
        else:
            told[alike] = (text, [])
    return [(text, tuple(dict.fromkeys(others))) for text, others in told.values()]


def _same_of(others: Sequence[str]) -> str:
    return f" (The same of {', '.join(others)}.)" if others else ""


def _paragraph(refusal: MentorOutcomesError) -> str:
    return f"{refusal.found}\n  Expected: {refusal.expected}\n  What to do: {refusal.remedy}"


def _show_refusal(number: int, paragraph: str, others: Sequence[str], console: Console) -> None:
    """Not through rich's wrapping: a broken line of YAML could not be pasted."""
    found, *rest = paragraph.split("\n")
    text = f"\nStops the run ({number}). {found}{_same_of(others)}"
    console.print(Text(text, style="red"), soft_wrap=True)
    for line in rest:
        console.print(Text(line), soft_wrap=True)


def _verdict(intake: Intake, n_refusals: int) -> str:
    n_rows = len(intake.quarantine)
    left = f" {n_rows:,} {'row' if n_rows == 1 else 'rows'} would be left out." if n_rows else ""
    if n_refusals:
        return f"\nThe run would stop: {n_refusals} of the above must be mended first.{left}"
    return f"\nThe run would go on.{left} Nothing was written."


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
