"""Small files as providers write them, read with their profile."""

from pathlib import Path

import pandas as pd

from mentor_outcomes.sources import read_source
from mentor_outcomes.study import Scale, Source
from mentor_outcomes.tables import wanted_columns
from mentor_outcomes.tables.crosswalk import Crosswalk
from mentor_outcomes.tables.typed import Reading, typed

CROSSWALK = Crosswalk({"email": {"ann@example.org": "A1", "bob@example.org": "B2"}})
SCALES = {"belonging": Scale(items=("b1", "b2"), lowest=1, highest=5)}


def read(folder: Path, name: str, text: str, file: str = "export.csv", **source):
    (folder / file).write_text(text, encoding="utf-8")
    declared = Source(path=file, **source)
    return read_source(name, declared, folder, wanted=wanted_columns(name, declared, SCALES))


def rows(folder: Path, name: str, text: str, file: str = "export.csv", **source):
    """The source's typed rows, and the same as received."""
    raw = read(folder, name, text, file, **source)
    return typed(raw, Reading((), bytes(32), CROSSWALK)), raw


def days(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(day) else day.date().isoformat() for day in column]
