"""Totals that spreadsheets and report writers put below the records."""

import re
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError

_WORDS = """
    total|totals|grand total|subtotal|sub-total|sub total|sum|count|average|mean|overall
    summe|gesamt|gesamtsumme|insgesamt|zwischensumme|anzahl|durchschnitt|mittelwert
    somme|total général|sous-total|moyenne|nombre
    suma|total general|promedio|media|recuento
    totale|totale generale|somma|conteggio
    totaal|eindtotaal|subtotaal|som|gemiddelde|aantal
    soma|total geral|média
    summa|totalt|i alt|sum total|antal|gennemsnit|genomsnitt|gjennomsnitt|yhteensä|keskiarvo
    razem|średnia|celkem|součet|průměr
    итого|всего|среднее|σύνολο|toplam
    合计|总计|合計|総計|합계|총계
"""
TOTALS_WORDS = frozenset(word.strip() for word in _WORDS.replace("\n", "|").split("|")) - {""}
"""What a totals row begins with, in the languages of common spreadsheets; without capitals."""

_FIGURES_BEHIND = re.compile(r"[\s:=\-]*[\d.,\s]*$")


def is_totals_word(cell: str) -> bool:
    """Whether a cell says that a total follows: `Total`, `Grand Total:`, `Count: 17`."""
    return _FIGURES_BEHIND.sub("", cell.strip().casefold()).strip() in TOTALS_WORDS


def refuse_totals_row(
    last: Sequence[str],
    headers: Sequence[str],
    id_headers: Collection[str],
    *,
    place: str,
    shown: str,
) -> None:
    """Raise SourceError if the last record is a total of those above.

    It is one if its first filled cell says so, and its id cells (where the file has any of
    `id_headers`) are empty or say so too.
    """
    filled = [cell for cell in last if cell.strip()]
    if not filled or not is_totals_word(filled[0]):
        return
    ids = [cell for cell, name in zip(last, headers, strict=True) if name in id_headers]
    if all(not cell.strip() or is_totals_word(cell) for cell in ids):
        raise SourceError(
            f"{place} of {shown}, the last, is a row of totals.",
            expected="one record in each row.",
            remedy="remove the row of totals and export the file again.",
        )


def refuse_totals_as_ids(ids: pd.Series, lines: np.ndarray, shown: str) -> None:
    """Raise SourceError if an id is the word for a total: a subtotal between the records."""
    codes, texts = pd.factorize(ids)
    is_total = np.array([text.strip().casefold() in TOTALS_WORDS for text in texts] + [False])
    rows = np.flatnonzero(is_total[codes])
    if len(rows):
        more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
        raise SourceError(
            f"the record on line {lines[rows[0]]} of {shown}{more} has the word for a total as "
            f"{ids.name}.",
            expected="one record in each row.",
            remedy="remove the rows of totals and export the file again.",
        )
