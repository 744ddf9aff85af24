"""Identifiers as text: what spreadsheets do to them is refused, or undone as the study says."""

import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.received import Received, refuse_rows
from mentor_outcomes.tables.rows import is_among

_MADE_NUMERIC = r"[0-9]+[.,]0*|[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+"
"""With a point or, of a spreadsheet with decimal commas, a comma."""


def as_text(received: Received, column: str) -> pd.Series:
    """The ids as text, with the zeros in front that the study declares.

    Raises SourceError where the file stores ids as numbers, or a spreadsheet has made them some,
    and the study does not say how many digits they have. What people type themselves may look
    like anything.
    """
    ids = received.frame[column]
    digits = received.layout.id_digits
    if column in received.numeric and digits is None:
        raise SourceError(
            f"{received.paths[0]} stores {column} as a number, not as text: zeros in front of an "
            "id are lost there.",
            expected="ids as text, every leading zero kept.",
            remedy="export the file again with the ids as text; if no id begins with a zero or all "
            f"have the same number of digits, write `id_digits: N` under sources.{received.name} "
            "in params.yaml (1, or that number).",
        )
    different = pd.Series(ids.unique(), dtype="str")  # a person has many rows
    made_numeric = different[different.str.fullmatch(_MADE_NUMERIC, na=False)]
    refuse_rows(
        received,
        is_among(ids, made_numeric) & (received.layout.match != "tolerant"),
        f"have a {column} that ends in `.0` or has an exponent: a spreadsheet has made it a number",
        expected="ids as text, every leading zero kept.",
        remedy="export the file again without opening it in a spreadsheet.",
    )
    if digits is None:
        return ids
    return ids.mask(ids.str.fullmatch("[0-9]+", na=False), ids.str.zfill(digits))
