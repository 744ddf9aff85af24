"""Ids that lost their zeros in a spreadsheet, found by comparing two files."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mentor_outcomes.tables.contracts import PERSON_COLUMNS
from mentor_outcomes.tables.crosswalk import without_systems
from mentor_outcomes.tables.id_text import as_text
from mentor_outcomes.tables.received import Received, refuse_rows
from mentor_outcomes.tables.rows import is_among


@dataclass(frozen=True, slots=True)
class KnownIds:
    """Ids by which the source people names somebody; with a crosswalk's; these without zeros."""

    of_people: frozenset[str]
    ids: frozenset[str]
    bare: frozenset[str]


def known_ids(raw: Mapping[str, Received]) -> KnownIds | None:
    """The ids under which a person may be named; None where people have ids of another system."""
    people = raw["people"]
    if people.layout.ids is not None:
        return None
    of_people = frozenset(_different(people, "person_id"))
    ids = of_people
    if "crosswalk" in raw:
        unnamed = without_systems(raw["crosswalk"])
        ids |= {text for name in ("person_id", "other_id") for text in _different(unnamed, name)}
    return KnownIds(of_people, ids, _bare(ids))


def _bare(ids: frozenset[str]) -> frozenset[str]:
    return frozenset(text.lstrip("0") for text in ids)


def refuse_lost_zeros(source: str, received: Received, known: KnownIds) -> None:
    """Ids that are nobody's, but would be somebody's with other zeros in front, are refused.

    One of the two files was opened in a spreadsheet.
    """
    if source == "people" or received.layout.ids is not None:
        return
    columns, named, bare = PERSON_COLUMNS.get(source, ()), known.ids, known.bare
    if source == "crosswalk":  # it may have lost the zeros itself
        named, bare = known.of_people, _bare(known.of_people)
        received, columns = without_systems(received), (*columns, "other_id")
    for column in columns:
        if column not in received.frame:
            continue
        lost = {
            text
            for text in _different(received, column)
            if text not in named and text.lstrip("0") in bare
        }
        refuse_rows(
            received,
            is_among(as_text(received, column), lost),
            f"have a {column} that the source people has with another number of zeros in front",
            expected="the same ids in every source, every leading zero kept.",
            remedy="export the file whose ids lost their zeros again without opening it in a "
            "spreadsheet, or write `id_digits: N` under its source in params.yaml, if all ids "
            "have N digits.",
        )


def _different(received: Received, column: str) -> list[str]:
    """The ids of a column, each once."""
    return pd.Series(as_text(received, column).dropna().unique(), dtype="str").tolist()
