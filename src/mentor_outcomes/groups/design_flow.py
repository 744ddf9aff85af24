"""The flow of one design: from the tables of the extract to the groups compared, arm by arm."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.groups.comparison_flow import comparison_flow
from mentor_outcomes.groups.eligibility import EligibleDays, MentoredStarts
from mentor_outcomes.groups.flow import after, flow_gap, flow_of
from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.records import Records, days
from mentor_outcomes.groups.sets import SetsOfDesign
from mentor_outcomes.study import Groups, StudySection


@dataclass(frozen=True, slots=True)
class LastCriterion:
    """What the mentored and the comparators meet last, in the words of the design."""

    mentored: str = "a comparator within the caliper"
    comparison: str = "chosen as a comparator"


def mentored_flow(starts: MentoredStarts, further=None, *, panel_flow=None) -> pd.DataFrame:
    """From the mentorships of the extract to first mentorships, and to those that are compared.

    starts    every first mentorship of the role
    further   criterion -> flag per start, beyond the criteria of the starts
    """
    criteria = {**starts.criteria, **starts.comparable, **(further or {})}
    own = flow_of("mentored", "a first mentorship recorded", criteria)
    return after(_of_arm(panel_flow, "mentored"), own)


def person_month_flow(
    person_months: pd.DataFrame,
    records: Records,
    propensity: Propensity,
    settings: Groups,
    section: StudySection,
    *,
    panel_flow: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """From person-periods with a day of employment to those of the model of starts, and its events.

    The criteria are those of being at risk of a first mentorship in the next period. Each counts
    person-periods; the people behind them are counted beside.
    """
    person, ends = records.month_person, days(person_months["period_end"])
    tenure = person_months["tenure_months"].to_numpy(dtype="float64")
    criteria = {
        "not yet mentored when recording began": ~records.is_prevalent[person],
        "not yet mentored by its end": records.started[person] > ends,
        "not on leave at its end": ~person_months["is_on_leave"].to_numpy(dtype=bool),
        f"employed for {settings.min_tenure_months:g} months": tenure >= settings.min_tenure_months,
        "a next period observed": records.month_period < section.calendar.n_periods - 1,
        "in the model of starts: somebody alike started, and somebody did not": propensity.in_model,
        "followed by a start in the next period": propensity.starts_next,
    }
    own = flow_of("everyone", "in the panel", criteria, unit="person_months", person=person)
    return after(_of_arm(panel_flow, "everyone"), own)


def design_flow(
    person_months: pd.DataFrame,
    records: Records,
    starts: MentoredStarts,
    unmentored: EligibleDays,
    sets: SetsOfDesign,
    propensity: Propensity,
    settings: Groups,
    section: StudySection,
    *,
    below_top: bool,
    panel_flow: pd.DataFrame | None = None,
    last: LastCriterion = LastCriterion(),
) -> pd.DataFrame:
    """All arms of one design. Person-months do not depend on the eligibility and stand once.

    unmentored   days on which people are employed and unmentored, whatever their tenure
    """
    mentored = sets.members.loc[sets.members["is_mentored"], "person"].to_numpy()
    is_compared = np.isin(starts.person, mentored)
    people = comparison_flow(
        records, starts, unmentored, sets, settings, below_top, last.comparison
    )
    arms = [
        mentored_flow(starts, {last.mentored: is_compared}, panel_flow=panel_flow),
        after(_of_arm(panel_flow, "comparison"), people),
    ]
    if not below_top:
        arms.append(
            person_month_flow(
                person_months, records, propensity, settings, section, panel_flow=panel_flow
            )
        )
    return pd.concat(arms, ignore_index=True)


def design_flow_gap(
    flow: pd.DataFrame,
    matched_sets: pd.DataFrame,
    starts: MentoredStarts,
    in_contrast: np.ndarray,
    propensity: Propensity,
) -> int:
    """Whether a design's flow ends with the people of its sets and the events of its model.

    in_contrast   of each person, whether their first mentorship is of the contrast's kind
    """
    n_in_arm = matched_sets.groupby("is_mentored")["person_id"].nunique()
    before = starts.month[(starts.month >= 0) & in_contrast[starts.person]]
    n_events = int(propensity.in_model[before].sum())
    ends = {
        name: (int(n_in_arm.get(is_mentored, 0)),) * 2
        for name, is_mentored in (("mentored", True), ("comparison", False))
    }
    return flow_gap(flow, ends | {"everyone": (n_events, n_events)})


def _of_arm(panel_flow: pd.DataFrame | None, arm: str) -> pd.DataFrame | None:
    return None if panel_flow is None else panel_flow[panel_flow["arm"] == arm]
