"""Proposes how a file of unknown headers could be read; looks at names only."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentor_outcomes.errors import StudyError
from mentor_outcomes.sources import read_source
from mentor_outcomes.sources.header_names import refuse_values
from mentor_outcomes.sources.stub import stub_of
from mentor_outcomes.sources.suggestion import Suggestion, suggest
from mentor_outcomes.study import Source
from mentor_outcomes.tables.contracts import CONTRACTS, Field

MOST_SOURCES = 3
"""Sources that are proposed for one file where the user names none."""
MOST_HEADERS = 60
"""Headers without a use that are named; the others are counted."""


def propose(
    file: str, source: str | None, root: Path, console: Console, *, sheet: str | None = None
) -> int:
    """Prints the readings of the file that its headers allow, each with lines to paste.

    sheet   of a workbook with several

    Raises SourceError where the file has no headers that can be read.
    """
    if source is not None and source not in CONTRACTS:
        raise StudyError(
            f"{source} is not a source this software knows.",
            expected=f"one of {', '.join(CONTRACTS)}.",
            remedy="name one of them after --source.",
        )
    headers = headers_of(file, root, sheet=sheet)
    if source is not None:
        found = [suggest(headers, source, columns_of(source))]
    else:
        found = readings(headers)
    if not found:
        console.print(Text(f"None of the headers of {file} is like a column that is looked for."))
        return 1
    for each in found:
        _show(each, file, headers, console, sheet=sheet)
    return 0


def headers_of(file: str, root: Path, *, sheet: str | None = None) -> tuple[str, ...]:
    """The names of the file's columns; no value of it is kept."""
    raw = read_source("people", Source(path=file, sheet=sheet), root, wanted=frozenset())
    refuse_values(raw.headers, file)
    return raw.headers


def readings(headers: tuple[str, ...]) -> list[Suggestion]:
    """The sources that the file could be, the best first: those complete, or the nearest one."""
    every = [suggest(headers, name, columns_of(name)) for name in CONTRACTS]
    found = sorted((each for each in every if each.chosen), key=_merit, reverse=True)
    complete = [each for each in found if each.coverage == 1 and len(each.chosen) > 1]
    return complete[:MOST_SOURCES] or found[:1]


def _merit(each: Suggestion) -> tuple[bool, float, int]:
    return each.profile != "plain", each.coverage, len(each.chosen)


def columns_of(source: str) -> Mapping[str, Mapping[str, str]]:
    """Shape -> our column -> required, optional or if_given."""
    return {
        shape: {field.name: _need(field) for field in fields}
        for shape, fields in CONTRACTS[source].items()
    }


def _need(field: Field) -> str:
    if field.is_required:
        return "required"
    return "optional" if field.is_expected else "if_given"


def unmatched(found: Suggestion, headers: Sequence[str]) -> list[str]:
    """Headers of which nothing is said, in the file's order."""
    several = [each.theirs for candidates in found.ambiguous.values() for each in candidates]
    told = {*(each.theirs for each in found.chosen), *several, *found.warnings}
    return [header for header in headers if header not in told]


def _show(
    found: Suggestion,
    file: str,
    headers: Sequence[str],
    console: Console,
    *,
    sheet: str | None,
) -> None:
    fits = ", ".join(
        f"{fit.profile} ({fit.n_found} of {fit.n_named} headers)" for fit in found.fits[:3]
    )
    title = f"As {found.source}, profile {found.profile}"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for name in ("our column", "their header", "score", "why"):
        table.add_column(name, overflow="fold")
    for each in found.chosen:
        table.add_row(each.ours, Text(each.theirs), f"{each.score:.2f}", Text(each.reason))
    for ours, several in found.ambiguous.items():
        for each in several:
            reason = f"{each.reason}; not chosen: it is not the only one"
            table.add_row(f"{ours}?", Text(each.theirs), f"{each.score:.2f}", Text(reason))
    console.print(table)
    if fits:
        console.print(Text(f"Profiles by their headers: {fits}."))
    for header, why in found.warnings.items():
        console.print(Text(f"Not mapped by its name: {header} ({why})."))
    if others := unmatched(found, headers):
        named = ", ".join(others[:MOST_HEADERS])
        more = f" and {len(others) - MOST_HEADERS} more" if len(others) > MOST_HEADERS else ""
        console.print(Text(f"Not used, of {len(headers)} headers: {named}{more}."))
    console.print(Text("\nTo paste into params.yaml and to check:\n"))
    # Not through rich's wrapping: a broken line would be other YAML.
    console.print(Text(stub_of(found, file, sheet=sheet)), soft_wrap=True)
