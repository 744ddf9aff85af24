"""The same design a year too early: whom the later mentored would have been compared with then.

Where mentoring cannot have worked yet, a difference between the arms is not its effect: a placebo
start. Both arms have to be employed, and without a mentor, through the day of the true start.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.groups.design import design_groups
from mentor_outcomes.study import Exposure, Groups, StudySection


@dataclass(frozen=True, slots=True)
class EarlierPanel:
    """What a design reads, as it would be had every first mentorship begun a year earlier.

    person_months, spells   only what is followed by another year of the same employment
    first_mentorships       started_on a year earlier; who was prevalent still is
    """

    person_months: pd.DataFrame
    spells: pd.DataFrame
    first_mentorships: pd.DataFrame


def placebo_sets(
    person_months: pd.DataFrame,
    spells: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    *,
    settings: Groups,
    section: StudySection,
    exposure: Exposure,
) -> tuple[pd.DataFrame, str | None]:
    """Rows of PLACEBO_SETS, made by the study's own method; and why there are none, if so.

    Time zero is a year before the true start. The model of starts is its own: who is mentored a
    year later, by what was known a year before. Arguments as of `design_groups`.
    """
    panel = earlier_panel(person_months, spells, first_mentorships)
    try:
        designed = design_groups(
            panel.person_months,
            panel.spells,
            panel.first_mentorships,
            settings=replace(settings, subgroups=(), prefer_waiting_list=False),
            section=section,
            exposure=exposure,
        )
    except EstimationError as problem:
        return schema.PLACEBO_SETS.empty(), problem.found
    return designed.matched_sets, None


def earlier_panel(
    person_months: pd.DataFrame, spells: pd.DataFrame, first_mentorships: pd.DataFrame
) -> EarlierPanel:
    """The tables of a panel with all first mentorships moved back by a year of the calendar.

    Somebody is at risk on a day only if in the same employment a year later: the last year of
    every employment goes. Who is mentored within that year counts as mentored already. So a design
    on these tables compares, by what was known on the earlier day, people who are all employed on
    the day of the true start, the comparators without a mentor by then.
    """
    last = spells.groupby(["person_id", "spell"])["until_on"].transform("max")
    ends_on = _a_year_before(last)
    kept = spells.assign(until_on=np.minimum(spells["until_on"], ends_on))
    employments = spells.assign(ends_on=ends_on)[["person_id", "hired_on", "ends_on"]]
    return EarlierPanel(
        person_months[_is_followed(person_months, employments.drop_duplicates())],
        kept[spells["from_on"] < ends_on],
        first_mentorships.assign(started_on=_a_year_before(first_mentorships["started_on"])),
    )


def _a_year_before(dates: pd.Series) -> pd.Series:
    return (dates - pd.DateOffset(years=1)).astype(dates.dtype)


def _is_followed(person_months: pd.DataFrame, employments: pd.DataFrame) -> np.ndarray:
    """Of each person-month, whether the employment it is of lasts beyond its end, a year less."""
    rows = person_months[["person_id", "period_end"]].assign(row=np.arange(len(person_months)))
    found = pd.merge_asof(
        rows.sort_values("period_end", kind="stable"),
        employments.sort_values("hired_on", kind="stable"),
        left_on="period_end",
        right_on="hired_on",
        by="person_id",
    )
    is_followed = np.zeros(len(person_months), dtype=bool)
    is_followed[found["row"]] = (found["period_end"] < found["ends_on"]).to_numpy()
    return is_followed
