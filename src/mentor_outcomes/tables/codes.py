"""Providers' codes into our words. A code that nobody has explained stops the run."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.contracts import IDENTIFIER_COLUMNS
from mentor_outcomes.tables.received import Received, agreeing, counted, place

CODES_NAMED = 12
FREQUENT = 3
"""A text seen on at least so many rows is a code, not somebody's name or remark."""


def labelled(received: Received, column: str) -> pd.Series:
    """The column's texts, codes replaced by the labels that the file holds for them.

    Raises SourceError where two codes have one label: they would become one.
    """
    labels = received.labels.get(column)
    texts = received.frame[column]
    if not labels:
        return texts
    seen = [code for code in texts.dropna().unique() if code in labels]
    n_labels = len({labels[code] for code in seen})
    if n_labels < len(seen):
        raise SourceError(
            f"{len(seen)} codes of {column} in {received.paths[0]} have {n_labels} labels.",
            expected="a label of its own for each code.",
            remedy="correct the value labels and save the file again.",
        )
    return texts.map(lambda code: labels.get(code, code), na_action="ignore").astype("str")


def our_words(
    received: Received, column: str, texts: pd.Series, words: Sequence[str] = ()
) -> pd.Series:
    """Each text in our words; missing stays missing.

    Codes are translated as the layout says under `codes`; a text that is one of `words` already
    stays. Without `words` and without codes of this column the texts are kept as they are.

    Raises SourceError with a frequency table and the lines to fill in where a code is unknown.
    """
    declared = received.layout.codes.get(column, {})
    if not words and not declared:
        return texts
    allowed = set(words) or set(declared.values())
    wrong = sorted({word for word in declared.values() if word not in allowed})
    if wrong:
        raise SourceError(
            f"sources.{received.name}.codes.{column} translates to {', '.join(wrong)}.",
            expected=f"one of {', '.join(words)}.",
            remedy=f"correct sources.{received.name}.codes.{column} in params.yaml.",
        )
    codes, unique = pd.factorize(texts)
    translated = [declared.get(text, text if text in allowed else None) for text in unique.tolist()]
    is_unknown = np.array([word is None for word in translated] + [False])
    if is_unknown.any():
        raise _unknown(received, column, texts, is_unknown[codes], sorted(allowed, key=str))
    known = pd.array([*translated, None], dtype="str")
    return pd.Series(known[codes], index=texts.index, name=texts.name)


def _unknown(
    received: Received, column: str, texts: pd.Series, unknown: np.ndarray, allowed: Sequence[str]
) -> SourceError:
    counts = frequencies(
        texts[unknown], may_show_rare=may_show_rare(texts, unknown), hidden=ids_in(received)
    )
    named = ", ".join(f"{code} ({n})" for code, n in list(counts.items())[:CODES_NAMED])
    n_kinds = texts[unknown].nunique()
    n_hidden = n_kinds - min(len(counts), CODES_NAMED)
    more = f"{' and ' if named else ''}{n_hidden} more" if n_hidden else ""
    more += f" (on fewer than {FREQUENT} rows: not told, it may be a name)" if n_hidden else ""
    n_rows = int(unknown.sum())
    stub = ", ".join(f"{_quoted(code)}: ..." for code in list(counts)[:CODES_NAMED])
    mask = np.zeros(len(received.frame), dtype=bool)
    mask[texts.index[unknown]] = True
    return SourceError(
        f"{counted(n_rows, 'row')} of {place(received, mask)} {agreeing(n_rows, 'have')} an "
        f"unknown {column}: {named}{more}.",
        expected=f"one of {', '.join(allowed)}, or a code that is translated to one.",
        remedy=f"fill in, under sources.{received.name} in params.yaml: `codes: {{{column}: "
        f"{{{stub or '...'}}}}}`, each with one of these words; if {column} is another column of "
        f"the file, name it under columns.",
    )


def may_show_rare(texts: pd.Series, unknown: np.ndarray) -> bool:
    """Whether most of what a column holds is known.

    Otherwise it may be the wrong column, and what is rare in it somebody's name.
    """
    return bool(unknown.sum() <= 0.5 * texts.notna().sum())


def ids_in(received: Received) -> frozenset[str]:
    """Every identifier that the source holds, as `frequencies` compares it."""
    columns = IDENTIFIER_COLUMNS.intersection(received.frame.columns)
    return frozenset(
        _bare(text) for name in columns for text in received.frame[name].dropna().unique().tolist()
    )


def _bare(text: str) -> str:
    return text.strip().casefold()


def frequencies(
    texts: pd.Series, *, may_show_rare: bool, hidden: frozenset[str] = frozenset()
) -> Mapping[str, int]:
    """How often each text occurs, the most frequent first; equals in the order of the alphabet.

    Rare ones are left out unless they may be shown and look like codes: a word may be somebody's
    name, or a remark on them. Those `hidden` are always left out, unless they are as short and
    frequent as codes.
    """
    counts = texts.value_counts()
    shown = counts if may_show_rare else counts[counts >= FREQUENT]
    ordered = sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        code: int(n)
        for code, n in ordered
        if len(code) <= LONGEST_CODE
        and (n >= FREQUENT or _CODE.fullmatch(code))
        and (_bare(code) not in hidden or (n >= FREQUENT and len(code) <= SHORT))
    }


LONGEST_CODE = 40
_CODE = re.compile(r"[-+]?[A-Z0-9][A-Z0-9_./-]{0,5}")
"""Capitals, digits and signs, up to six."""

SHORT = 2
"""Characters of a code that may also be somebody's id: both are numbers such as 26."""


def _quoted(code: str) -> str:
    """As YAML wants it: codes such as 26 or N are no text without quotes."""
    return f'"{code}"'
