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


def in_stay(rows: pd.DataFrame, spells: pd.DataFrame, *, day: str) -> pd.DataFrame:
    """`rows` with `hired_on` and `left_on` of the stay that they belong to in the panel.

    It is the person's first that is not over by that day: a row dated between two stays belongs to
    the coming one. Missing after the last exit. The index and the order of rows stay.
    """
    if rows.empty or spells.empty:
        return with_stay(rows, spells, day=day)
    stays = spells[["person_id", "hired_on", "left_on"]]
    stays = stays.assign(until=stays["left_on"].fillna(LAST_DAY).astype("datetime64[us]"))
    held = pd.merge_asof(
        rows.assign(row=rows.index).sort_values(day, kind="stable"),
        stays.sort_values("until", kind="stable"),
        left_on=day,
        right_on="until",
        by="person_id",
        direction="forward",
    ).set_index("row")
    return held.drop(columns="until").loc[rows.index].rename_axis(rows.index.name)


LAST_DAY = pd.Timestamp("9999-12-31").as_unit("us")
