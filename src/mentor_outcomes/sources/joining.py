"""Several files of one source as one table: what they must share, and what is said of them."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.file_rows import FileRows

Labels = Mapping[str, Mapping[str, str]]


def check_same_columns(columns: Sequence[Sequence[str]], paths: Sequence[str]) -> None:
    """Raise SourceError unless all files have the columns of the first, as far as they are read."""
    first = set(columns[0])
    for names, path in zip(columns, paths, strict=True):
        differing = sorted(first ^ set(names))
        if differing:
            raise SourceError(
                f"{path} and {paths[0]} differ in {_listed(differing)}: one has what the other "
                "lacks.",
                expected="the same header in every file of one source.",
                remedy="export the files again with the same columns.",
            )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{'the column' if len(names) == 1 else 'the columns'} {', '.join(names[:5])}{more}"


def joined_form(forms: Sequence[str], paths: Sequence[str]) -> str:
    """How the files were read; said once if it was the same for all."""
    if len(set(forms)) == 1:
        return forms[0]
    return "; ".join(f"{path}: {form}" for path, form in zip(paths, forms, strict=True))


def joined_labels(labels: Sequence[Labels], paths: Sequence[str]) -> dict[str, dict[str, str]]:
    """Value labels of all files.

    Raises SourceError if a label stands for one code in one file and for another in the next: the
    answers of one of them are turned round.
    """
    joined: dict[str, dict[str, str]] = {}
    for each, path in zip(labels, paths, strict=True):
        for column, codes in each.items():
            known = joined.setdefault(column, {})
            _refuse_turned(column, known, codes, path)
            known.update({code: label for code, label in codes.items() if code not in known})
    return joined


def _refuse_turned(
    column: str, known: Mapping[str, str], codes: Mapping[str, str], path: str
) -> None:
    code_of = {_same(label): code for code, label in known.items()}
    for code, label in codes.items():
        other = code_of.get(_same(label), code)
        if other != code and _same(known.get(code, label)) != _same(label):
            # Labels of an id are somebody's name.
            what = (
                f"labels of {column} are those of other codes"
                if column.endswith("_id")
                else f"the code {code} of {column} is labelled {label}, which is the label of "
                f"{other}"
            )
            raise SourceError(
                f"in {path} {what} in the files before it.",
                expected="the same code for the same answer in every file of one source.",
                remedy="recode one of the files.",
            )


def _same(label: str) -> str:
    return " ".join(label.casefold().split())


def joined_notes(
    rows: Sequence[FileRows], frames: Sequence[pd.DataFrame], paths: Sequence[str]
) -> tuple[str, ...]:
    """Each file's own notes, and which file lacks a column that another has.

    Waves may ask different questions.
    """
    every = sorted({name for frame in frames for name in frame.columns})
    several = len(paths) > 1
    notes = []
    for each, frame, path in zip(rows, frames, paths, strict=True):
        notes.extend(f"{path}: {note}" if several else note for note in each.notes)
        lacks = [name for name in every if name not in frame.columns]
        if lacks:
            notes.append(f"{path} lacks {', '.join(lacks)}: missing there")
    return tuple(notes)
