"""In which employment spell a dated row falls."""

import pandas as pd


def with_stay(rows: pd.DataFrame, spells: pd.DataFrame, *, day: str) -> pd.DataFrame:
    """`rows` with `hired_on` and `left_on` of the person's last spell begun by that day.

    Missing before the first hire. The index and the order of rows stay.
    """
    if rows.empty or spells.empty:
        # Nothing to look up, which merge_asof refuses.
        no_day = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
        return rows.assign(hired_on=no_day, left_on=no_day)
    by_day = rows.assign(row=rows.index).sort_values(day, kind="stable")
    held = pd.merge_asof(
        by_day,
        spells[["person_id", "hired_on", "left_on"]].sort_values("hired_on", kind="stable"),
        left_on=day,
        right_on="hired_on",
        by="person_id",
    ).set_index("row")
    return held.loc[rows.index].rename_axis(rows.index.name)
