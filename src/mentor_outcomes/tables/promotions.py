"""Promotions as the grades tell them and as the provider's codes tell them, side by side."""

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.tables.stays import in_stay


def promotion_counts(job_history: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """PROMOTION_COUNTS: one row per way of finding them and whether it is a mass change.

    A promotion by grade is a grade above that of the row before in the same employment spell, not
    on its first day; one by code is a row of the spell whose event is `promotion`. Counted are days
    of people, over the whole history: several rows of a day are one, a mass change only if no row
    of it is a promotion of a single person. The panel's events tell the same days in the same words
    (`panel.jobs.promotions`), which a test compares.

    job_history   JOB_HISTORY, in any order
    """
    ordered = job_history.sort_values(
        ["person_id", "effective_on", "sequence"], kind="stable"
    ).reset_index(drop=True)
    rows = in_stay(ordered, spells, day="effective_on")
    rows = rows[rows["hired_on"].notna()]
    before = rows.groupby(["person_id", "hired_on"])["grade"].shift()
    is_mass = rows["is_mass_change"]
    by_grade = (rows["grade"] > before) & (rows["effective_on"] > rows["hired_on"])
    by_code = rows["event_code"] == "promotion"
    flags = pd.DataFrame(
        {
            "single_by_grade": by_grade & ~is_mass,
            "by_grade": by_grade,
            "single_by_code": by_code & ~is_mass,
            "by_code": by_code,
        }
    ).astype("bool")
    days = flags.groupby([rows["person_id"], rows["effective_on"]]).any()
    days["is_mass_change"] = ~days["single_by_grade"] & (days["by_grade"] | ~days["single_by_code"])
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
