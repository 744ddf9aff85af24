"""Tables as a person writes them down: text, columns between bars, nothing for a missing value.

A bar within a value is written as a broken one.
"""

import hmac

import pandas as pd

KEY = b"a key of the corpus"
HIDDEN = {
    "person_id": "person",
    "manager_id": "person",
    "rater_id": "person",
    "mentor_id": "person",
    "protege_id": "person",
    "mentorship_id": "mentorship",
    "offer_id": "offer",
}
"""Columns of pseudonyms, and what they are pseudonyms of."""


def written(text: str) -> list[dict[str, str]]:
    """The rows of a table written by hand, sorted."""
    header, *rows = [
        [cell.strip().replace("¦", "|") for cell in line.split("|")]
        for line in text.strip().splitlines()
    ]
    return _sorted([dict(zip(header, row, strict=True)) for row in rows])


def shown(frame: pd.DataFrame, like: list[dict[str, str]]) -> list[dict[str, str]]:
    """A table in the same form, sorted; pseudonyms of ids in `like` as these ids.

    Ids made for mentorships and requests that have none are `made`.
    """
    known = {
        (column, pseudonym(cell, kind)): cell
        for column, kind in HIDDEN.items()
        for row in like
        if (cell := row.get(column))
    }
    return _sorted(
        [
            {
                name: known.get((name, text := _cell(value)), _made(name, text))
                for name, value in record.items()
            }
            for record in frame.to_dict("records")
        ]
    )


def pseudonym(text: str, kind: str) -> str:
    """HMAC-SHA256, 16 hex digits, as the design says."""
    return hmac.digest(KEY, f"{kind}:{text}".encode(), "sha256").hex()[:16]


def _made(column: str, text: str) -> str:
    return "made" if column == "mentorship_id" else text


def _cell(value: object) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _sorted(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(rows, key=lambda row: sorted(row.items()))
