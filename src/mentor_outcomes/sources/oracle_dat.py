"""Files of Oracle's HCM Data Loader (.dat): METADATA lines name columns, MERGE lines hold records.

Instructions and reserved characters as in Oracle's documentation of HCM Data Loader: `File Line
Instructions and File Discriminators`, `The METADATA Instruction`, `How You Manage Reserved
Characters`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.file_rows import Choose, FileRows, content_of, no_rows, text_column
from mentor_outcomes.sources.header_row import column_names
from mentor_outcomes.sources.text_detection import decoded_text
from mentor_outcomes.study import Layout


@dataclass(frozen=True, slots=True)
class _Signs:
    """What ends a field, what takes a sign's meaning away, and what stands for a line break."""

    FILE_DELIMITER: str = "|"
    FILE_ESCAPE: str = "\\"
    FILE_NEW_LINE: str = "n"


@dataclass(slots=True)
class _Component:
    """A METADATA line and the MERGE lines that belong to it."""

    line: int
    names: list[str]
    records: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_oracle_dat(path: Path, shown: str, layout: Layout, choose: Choose) -> FileRows:
    """The records of one component (WorkTerms, Assignment, ...), which `layout.table` names.

    Without a name, the file must hold one only. Empty lines and comments do not count.
    """
    text = decoded_text(content_of(path, shown), shown, layout.encoding)
    components = _components(text.utf8.decode(), shown)
    component = _chosen(components, layout.table, shown)
    name = next(name for name, each in components.items() if each is component)
    names, notes = column_names(component.names, shown, f"line {component.line}")
    if not component.records:
        raise no_rows(shown)
    chosen = choose(names)
    frame = pd.DataFrame(
        {
            column: text_column([record[at] for record in component.records])
            for column in chosen.columns
            for at in [names.index(column)]
        },
        index=range(len(component.records)),
    )
    lines = np.array(component.lines, dtype="int64")
    form = f"Oracle HCM Data Loader, {name}, {text.encoding}"
    return FileRows(frame, lines, names, form, notes=notes)


def _components(text: str, shown: str) -> dict[str, _Component]:
    signs = _Signs()
    components: dict[str, _Component] = {}
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        instruction = re.match(r"[A-Z]*", line)[0]
        if not line.strip() or instruction == "COMMENT":
            continue
        if instruction == "SET":
            signs = _set(signs, line, number, shown, is_late=bool(components))
            continue
        fields = _fields(line, signs)
        if fields[0] not in ("METADATA", "MERGE") or len(fields) < 3:
            raise _no_instruction(fields[0], number, shown)
        _take(components, fields, number, shown)
    return components


def _take(
    components: dict[str, _Component], fields: Sequence[str], number: int, shown: str
) -> None:
    """Add one METADATA or MERGE line to its component."""
    instruction, name, *values = fields
    known = components.get(name)
    if instruction == "METADATA":
        if known is not None:
            raise _misplaced(f"line {number} of {shown} is a second METADATA line of {name}")
        components[name] = _Component(number, list(values))
        return
    if known is None:
        raise _misplaced(f"line {number} of {shown} has a record above the METADATA line it needs")
    if len(values) != len(known.names):
        raise SourceError(
            f"line {number} of {shown} has {len(values)} values.",
            expected=f"{len(known.names)}, one for each attribute in line {known.line}.",
            remedy="look there for a bar inside a value that is not escaped, and export again.",
        )
    known.records.append(values)
    known.lines.append(number)


def _set(signs: _Signs, line: str, number: int, shown: str, *, is_late: bool) -> _Signs:
    """SET lines may change the reserved characters; what else they set does not concern us."""
    _, name, value = [*line.split(" ", 2), "", ""][:3]
    if name not in ("FILE_DELIMITER", "FILE_ESCAPE", "FILE_NEW_LINE"):
        return signs
    if is_late or not value:
        raise _misplaced(
            f"line {number} of {shown} is a SET line below METADATA or without a value"
        )
    return replace(signs, **{name: value})


def _fields(line: str, signs: _Signs) -> list[str]:
    """The fields of a line: escaped delimiters, line breaks and escapes as what they stand for."""
    if signs.FILE_ESCAPE not in line:
        return line.split(signs.FILE_DELIMITER)
    meanings = {
        signs.FILE_DELIMITER: signs.FILE_DELIMITER,
        signs.FILE_NEW_LINE: "\n",
        signs.FILE_ESCAPE: signs.FILE_ESCAPE,
    }
    escaped = "|".join(re.escape(signs.FILE_ESCAPE + sign) for sign in meanings)
    parts = re.split(f"({escaped}|{re.escape(signs.FILE_DELIMITER)})", line)
    fields = [""]
    for part in parts:
        if part == signs.FILE_DELIMITER:
            fields.append("")
        else:
            meaning = meanings.get(part.removeprefix(signs.FILE_ESCAPE), part)
            fields[-1] += meaning if part.startswith(signs.FILE_ESCAPE) else part
    return fields


def _chosen(components: dict[str, _Component], table: str | None, shown: str) -> _Component:
    if not components:
        raise SourceError(
            f"{shown} has no METADATA line.",
            expected="a file of Oracle's HCM Data Loader.",
            remedy="give the file the ending .csv or .txt if it is delimited text.",
        )
    if table is None and len(components) == 1:
        return next(iter(components.values()))
    if table in components:
        return components[table]
    listed = ", ".join(components)
    raise SourceError(
        f"{shown} has no component {table}; it has {listed}."
        if table
        else f"{shown} has {len(components)} components: {listed}.",
        expected="the name of the one to read.",
        remedy="write `table: NAME` under this source in params.yaml.",
    )


def _no_instruction(instruction: str, number: int, shown: str) -> SourceError:
    what = "a DELETE instruction" if instruction == "DELETE" else "no METADATA or MERGE instruction"
    return SourceError(
        f"line {number} of {shown} has {what}.",
        expected="METADATA lines with attributes, MERGE lines with values.",
        remedy="look there for a line break inside a value; export the records, not their removal.",
    )


def _misplaced(found: str) -> SourceError:
    return SourceError(
        f"{found}.",
        expected="SET lines first, then one METADATA line for each component, above its records.",
        remedy="export the file again.",
    )
