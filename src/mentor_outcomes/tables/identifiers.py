"""Identifiers as received: looked up in the crosswalk, made pseudonyms."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mentor_outcomes.tables.crosswalk import Crosswalk
from mentor_outcomes.tables.id_text import as_text
from mentor_outcomes.tables.pseudonyms import pseudonyms
from mentor_outcomes.tables.received import Received

IDENTIFIERS = ("person", "mentorship", "offer")
"""Kinds of identifier; the kind goes into the hash, so that equal texts of two kinds differ."""


@dataclass(frozen=True, slots=True)
class Identified:
    """One column of identifiers.

    values        pseudonyms; missing stays missing
    has_spaces    texts with spaces around them, which are no ids; where a crosswalk is asked for
                  ids of a system they do not count
    is_unresolved texts of a declared system that the crosswalk does not have
    is_tolerant   texts that the crosswalk has only with a small difference
    """

    values: pd.Series
    has_spaces: np.ndarray
    is_unresolved: np.ndarray = field(repr=False)
    is_tolerant: np.ndarray = field(repr=False)


def identified(
    received: Received, column: str, kind: str, key: bytes, crosswalk: Crosswalk
) -> Identified:
    """The pseudonyms of a column of identifiers.

    Raises SourceError where the file stores ids as numbers, or a spreadsheet has made them some,
    and the study does not say how many digits they have.
    """
    ids = as_text(received, column)
    has_spaces = (ids.notna() & (ids.str.strip() != ids)).to_numpy()
    nothing = np.zeros(len(ids), dtype=bool)
    if kind != "person":
        return Identified(pseudonyms(ids, key, domain=kind), has_spaces, nothing, nothing)
    if received.layout.ids is not None:
        has_spaces = nothing
    joined = crosswalk.joined(ids, received.layout)
    return Identified(
        pseudonyms(joined.ids, key, domain=kind),
        has_spaces,
        joined.is_unresolved,
        joined.is_tolerant,
    )
