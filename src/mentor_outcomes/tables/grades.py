"""Grades as ranks, 1 for the lowest: numbers as they are, or names in the study's order."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.codes import frequencies, ids_in, may_show_rare
from mentor_outcomes.tables.forms import Forms
from mentor_outcomes.tables.parsing import Parsed, parse
from mentor_outcomes.tables.received import Received, agreeing, counted, place, refuse_rows

GRADES_NAMED = 5
NAMED_GRADES = 0.5
"""Where more than this share of grades are no numbers, they are names that nobody has ordered."""


def ranked(
    received: Received, column: str, texts: pd.Series, names: Sequence[str], forms: Forms
) -> Parsed:
    """The grade of each row; without `names`, single ones that are no number are unreadable.

    Raises SourceError where a name is not listed, or where the column as a whole is in doubt.
    """
    if not names:
        return _numbered(received, column, texts, forms)
    ranks = {name: rank for rank, name in enumerate(names, start=1)}
    codes, unique = pd.factorize(texts)
    is_unknown = texts.notna() & ~texts.isin(ranks)
    if is_unknown.any():
        raise _not_listed(received, column, texts, is_unknown, names)
    known = np.array([*(ranks[text] for text in unique), np.nan], dtype="float64")
    return Parsed(
        pd.Series(known[codes], index=texts.index, name=column), np.zeros(len(texts), dtype=bool)
    )


def _not_listed(
    received: Received,
    column: str,
    texts: pd.Series,
    is_unknown: pd.Series,
    names: Sequence[str],
) -> SourceError:
    seen = frequencies(
        texts[is_unknown],
        may_show_rare=may_show_rare(texts, is_unknown.to_numpy()),
        hidden=ids_in(received),
    )
    shown = list(seen)[:GRADES_NAMED]
    n_more = texts[is_unknown].nunique() - len(shown)
    told = [*([", ".join(shown)] if shown else []), *([f"{n_more} more"] if n_more else [])]
    n_rows = int(is_unknown.sum())
    return SourceError(
        f"{counted(n_rows, 'row')} of {place(received, is_unknown.to_numpy())} "
        f"{agreeing(n_rows, 'have')} a {column} that study.grades does not list: "
        f"{' and '.join(told)}.",
        expected=f"one of {', '.join(names)}.",
        remedy="add what is missing to study.grades in params.yaml, each between the grades "
        "below and above it, or correct it in the file.",
    )


def _numbered(received: Received, column: str, texts: pd.Series, forms: Forms) -> Parsed:
    parsed = parse(texts, "whole", forms)
    share_unreadable = parsed.is_unreadable.mean() if len(texts) else 0.0
    if share_unreadable > NAMED_GRADES:
        refuse_rows(
            received,
            parsed.is_unreadable,
            f"have a {column} that is no number",
            expected="whole numbers, 1 for the lowest grade, or the names that study.grades lists.",
            remedy="list the grades from lowest to highest under study.grades in params.yaml.",
        )
    refuse_rows(
        received,
        (parsed.values < 1).to_numpy(),
        f"have a {column} below 1",
        expected="1 for the lowest grade, whole numbers upwards.",
        remedy="number the grades from 1, or list them from lowest to highest under "
        "study.grades in params.yaml.",
    )
    return parsed
