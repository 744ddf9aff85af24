"""Names replaced by whole numbers while estimates are made: millions of rows are looked up by them.

Only whether two names are equal counts in any estimate, so that any numbers would do; these are
given in the order of the names, and so keep the order of every table.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

DESIGN = ("role", "contrast", "eligibility")


def with_coded_people(
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], pd.Index]:
    """The tables with a number for each person_id, and the names in order of these numbers.

    The design columns of the tables of sets become categories.
    """
    named = {name: frame for name, frame in tables.items() if "person_id" in frame.columns}
    found = [frame["person_id"].drop_duplicates() for frame in named.values()]
    people = pd.Index(np.sort(pd.concat(found, ignore_index=True).unique()), name="person_id")
    coded = {
        name: frame.assign(person_id=people.get_indexer(frame["person_id"]))
        for name, frame in named.items()
    }
    for table in ("matched_sets", "placebo_sets", "last_value_sets"):
        sets = coded[table]
        coded[table] = sets.assign(**{name: sets[name].astype("category") for name in DESIGN})
    return {**tables, **coded}, people


def with_names(table: pd.DataFrame, people: pd.Index) -> pd.DataFrame:
    """A table of coded people under their names again, its design columns text."""
    names = people.astype("str").take(table["person_id"].to_numpy(dtype=np.int64))
    text = {name: table[name].astype("str") for name in DESIGN}
    return table.assign(person_id=names, **text)
