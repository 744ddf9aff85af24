"""Identifiers as received: checked for what spreadsheets do to them, then made pseudonyms."""

import pandas as pd

from mentor_outcomes.tables.pseudonyms import pseudonyms
from mentor_outcomes.tables.received import Received, refuse_rows

IDENTIFIERS = ("person", "mentorship", "offer")
"""Kinds of identifier; the kind goes into the hash, so that equal texts of two kinds differ."""

_MADE_NUMERIC = r"[0-9]+\.0*|[0-9](?:\.[0-9]+)?[eE]\+[0-9]+"


def parse_identifier(received: Received, column: str, kind: str, key: bytes) -> pd.Series:
    """Pseudonyms of the column's identifiers; missing stays missing."""
    ids = received.frame[column]
    refuse_rows(
        received,
        ids.str.fullmatch(_MADE_NUMERIC, na=False),
        f"have a {column} that ends in `.0` or has an exponent: a spreadsheet has made it a number",
        expected="ids as text, every leading zero kept.",
        remedy="export the file again without opening it in a spreadsheet.",
    )
    refuse_rows(
        received,
        ids.notna() & (ids.str.strip() != ids),
        f"have a {column} with spaces around it",
        expected="ids without spaces before or after them.",
        remedy="remove the spaces in the file.",
    )
    return pseudonyms(ids, key, domain=kind)
