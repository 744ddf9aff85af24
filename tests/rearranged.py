"""The same exports with their rows in another order and their people under other names."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

ID_COLUMNS = frozenset(
    {"person_id", "manager_id", "rater_id", "mentor_id", "protege_id", "ExternalReference"}
)
_HEADER_ROWS_BELOW = 2
"""Qualtrics writes the question's text and its id below the header."""


def other_names(exports: Mapping[str, pd.DataFrame], rng: np.random.Generator) -> dict[str, str]:
    """Id in the exports -> another id: the same ids, handed round."""
    people = exports["people.csv"]["person_id"].astype("str").to_numpy()
    return dict(zip(people.tolist(), rng.permutation(people).tolist(), strict=True))


def rearranged(
    exports: Mapping[str, pd.DataFrame], names: Mapping[str, str], rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """Every export, a frame of text by file name, permuted and renamed."""
    made = {}
    for file, frame in exports.items():
        n_above = _HEADER_ROWS_BELOW if file.startswith("survey_") else 0
        rows = frame.iloc[n_above:].iloc[rng.permutation(len(frame) - n_above)]
        renamed = {
            column: rows[column].map(lambda old: names.get(old, old)).astype("str")
            for column in sorted(ID_COLUMNS & set(rows.columns))
        }
        both = pd.concat([frame.iloc[:n_above], rows.assign(**renamed)], ignore_index=True)
        # Built anew: pyarrow's CSV writer spoils text columns that are slices of others.
        made[file] = pd.DataFrame(
            {name: pd.array(both[name].tolist(), dtype="str") for name in frame.columns}
        )
    return made
