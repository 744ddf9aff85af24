"""A raw table into typed columns, by the contract of its source."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.contracts import CONTRACTS, Field
from mentor_outcomes.tables.identifiers import IDENTIFIERS, parse_identifier
from mentor_outcomes.tables.parsing import parse
from mentor_outcomes.tables.received import Received, place, refuse_rows


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
    received.require(field.name for field in fields)
    return pd.DataFrame({field.name: _column(received, field, reading) for field in fields})


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
    values = parse(received, field.name, field.kind)
    is_whole_throughout = field.kind == "whole" and field.is_required
    return values.astype("int64") if is_whole_throughout else values


def _grades(received: Received, column: str, names: tuple[str, ...]) -> pd.Series:
    """1 for the lowest: whole numbers as they are, or the rank in the study's list of names."""
    if not names:
        grades = parse(received, column, "whole").astype("int64")
        refuse_rows(
            received,
            grades < 1,
            f"have a {column} below 1",
            expected="1 for the lowest grade, whole numbers upwards.",
            remedy="number the grades from 1, or list their names under study.grades.",
        )
        return grades
    codes, texts = pd.factorize(received.frame[column])
    ranks = {name: rank for rank, name in enumerate(names, start=1)}
    unknown = sorted(text for text in texts if text not in ranks)
    if unknown:
        rows = received.frame[column].isin(unknown).to_numpy()
        raise SourceError(
            f"{int(rows.sum())} rows of {place(received, rows)} have a {column} that study.grades "
            f"does not list: {', '.join(unknown[:5])}.",
            expected=f"one of {', '.join(names)}.",
            remedy="add it to study.grades in params.yaml, between its neighbours.",
        )
    known = np.array([ranks[text] for text in texts], dtype="int64")
    return pd.Series(known[codes], index=received.frame.index, name=column)
