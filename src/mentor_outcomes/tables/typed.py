"""A raw table into typed columns, by the contract of its source."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.contracts import CONTRACTS, Field
from mentor_outcomes.tables.identifiers import IDENTIFIERS, parse_identifier
from mentor_outcomes.tables.parsing import KINDS, parse
from mentor_outcomes.tables.received import Received, agreeing, counted, place, refuse_rows


@dataclass(frozen=True, slots=True)
class Reading:
    """What parsing needs beside the text: the study's names of grades, the pseudonym key."""

    grades: tuple[str, ...]
    key: bytes


def typed(received: Received, reading: Reading) -> pd.DataFrame:
    """The source's promised columns and the declared extra ones, one row per record received.

    Rows keep their number, by which checks find their line. Columns nobody declared are left out:
    an extract may hold names and addresses.
    """
    fields = (
        *CONTRACTS[received.name],
        *(Field(name, kind, kind == "flag") for name, kind in received.extra.items()),
    )
    received.require([field.name for field in fields], remedy=_how_to_supply(received, fields))
    return pd.DataFrame({field.name: _column(received, field, reading) for field in fields})


def _how_to_supply(received: Received, fields: Sequence[Field]) -> str:
    """What to do about columns that are not there; only optional ones may be declared absent."""
    lacking = [field for field in fields if field.name not in received.frame.columns]
    optional = [field.name for field in lacking if not field.is_required]
    where = f"sources.{received.name}"
    remedy = (
        f"export the file again with what it lacks, or name the provider's own header under "
        f"{where}.columns in params.yaml"
    )
    if received.name == "survey" and any(field.name == "wave" for field in lacking):
        remedy += f"; where each wave is a file of its own, write `wave: from_file_name` in {where}"
    if optional:
        declared = ", ".join(f'{name}: ""' for name in optional)
        remedy += f"; where the provider has no such column, add `{declared}` to {where}.columns"
    return f"{remedy}."


def _column(received: Received, field: Field, reading: Reading) -> pd.Series:
    if field.is_required:
        refuse_rows(
            received,
            received.frame[field.name].isna(),
            f"have no {field.name}",
            expected=f"{field.name} in every row.",
            remedy="complete the column, or remove these rows before they are sent.",
        )
    if field.kind in IDENTIFIERS:
        return parse_identifier(received, field.name, field.kind, reading.key)
    if field.kind == "text":
        return received.frame[field.name]
    if field.kind == "grade":
        return _grades(received, field.name, reading.grades)
    expected = f"{KINDS[field.kind].expected}." if field.is_required else None
    values = parse(received, field.name, field.kind, expected=expected)
    is_whole_throughout = field.kind == "whole" and field.is_required
    return values.astype("int64") if is_whole_throughout else values


def _grades(received: Received, column: str, names: tuple[str, ...]) -> pd.Series:
    """1 for the lowest: whole numbers as they are, or the rank in the study's list of names."""
    if not names:
        grades = parse(
            received,
            column,
            "whole",
            expected="whole numbers, 1 for the lowest grade, or the names that study.grades lists.",
            remedy="list the grades from lowest to highest under study.grades in params.yaml.",
        ).astype("int64")
        refuse_rows(
            received,
            grades < 1,
            f"have a {column} below 1",
            expected="1 for the lowest grade, whole numbers upwards.",
            remedy="number the grades from 1, or list them from lowest to highest under "
            "study.grades in params.yaml.",
        )
        return grades
    codes, texts = pd.factorize(received.frame[column])
    ranks = {name: rank for rank, name in enumerate(names, start=1)}
    unknown = sorted(text for text in texts if text not in ranks)
    if unknown:
        rows = received.frame[column].isin(unknown).to_numpy()
        n_rows = int(rows.sum())
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise SourceError(
            f"{counted(n_rows, 'row')} of {place(received, rows)} {agreeing(n_rows, 'have')} a "
            f"{column} that study.grades does not list: {', '.join(unknown[:5])}{more}.",
            expected=f"one of {', '.join(names)}.",
            remedy="add what is missing to study.grades in params.yaml, each between the grades "
            "below and above it, or correct it in the file.",
        )
    known = np.array([ranks[text] for text in texts], dtype="int64")
    return pd.Series(known[codes], index=received.frame.index, name=column)
