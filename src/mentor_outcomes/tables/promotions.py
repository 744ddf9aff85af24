"""Promotions as the grades tell them and as the provider's codes tell them, side by side."""

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.tables.stays import with_stay


def promotion_counts(job_history: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """PROMOTION_COUNTS: one row per way of finding them and whether it is a mass change.

    A promotion by grade is a grade above that of the row before in the same employment spell, not
    on its first day; one by code is a row whose event is `promotion`. Counted are days of people,
    over the whole history: several rows of a day are one. The study counts those by grade that
    are no mass change.

    job_history   JOB_HISTORY, in any order
    """
    ordered = job_history.sort_values(
        ["person_id", "effective_on", "sequence"], kind="stable"
    ).reset_index(drop=True)
    stays = with_stay(ordered, spells, day="effective_on")
    before = stays.groupby(["person_id", "hired_on"], dropna=False)["grade"].shift()
    by_grade = (stays["grade"] > before) & ~(stays["effective_on"] <= stays["hired_on"])
    days = (
        pd.DataFrame(
            {
                "person_id": stays["person_id"],
                "effective_on": stays["effective_on"],
                "by_grade": by_grade,
                "by_code": (stays["event_code"] == "promotion").fillna(False).astype(bool),
                "is_mass_change": stays["is_mass_change"],
            }
        )
        .groupby(["person_id", "effective_on"])
        .any()
    )
    days = days[days["by_grade"] | days["by_code"]]
    found_by = pd.Series("both", index=days.index, dtype="str")
    found_by = found_by.mask(~days["by_code"], "grade_only").mask(~days["by_grade"], "code_only")
    counts = days.assign(found_by=found_by).groupby(["found_by", "is_mass_change"]).size()
    every = pd.MultiIndex.from_product(
        [schema.PROMOTION_COUNTS.columns[0].levels, [False, True]], names=counts.index.names
    )
    return (
        counts.reindex(every, fill_value=0)
        .rename("n_promotions")
        .reset_index()
        .astype({"found_by": "str", "is_mass_change": "bool", "n_promotions": "int64"})
    )
