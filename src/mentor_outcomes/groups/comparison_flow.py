"""Who of the panel could serve as a comparator, and what kept the others out."""

import numpy as np
import pandas as pd

from mentor_outcomes.groups.eligibility import after_minimum_tenure
from mentor_outcomes.groups.flow import among, flow_of
from mentor_outcomes.groups.sets import SetsOfDesign

OF_TRIAL = "all of this on the day of a trial, which is that of its last start"
"""Weighting compares on one day of a trial: who was eligible on earlier ones only is not in it."""


def comparison_flow(
    records,
    starts,
    unmentored,
    sets: SetsOfDesign,
    settings,
    below_top: bool,
    last: str = "chosen as a comparator",
) -> pd.DataFrame:
    """People of the panel, and why they were no comparator on the day of any eligible start."""
    n = len(records.people)
    panel = np.unique(np.concatenate([records.month_person, records.stretch_person]))
    wanted = starts.day[starts.eligible()]
    tenured = after_minimum_tenure(unmentored, records, settings.min_tenure_months)
    chosen = sets.members.loc[~sets.members["is_mentored"], "person"].to_numpy()
    comparable = (
        "comparable: in the panel the day and the period before, "
        + ("below the top grade, " if below_top else "")
        + "exact columns and score known"
    )
    can_be_compared = sets.eligible.loc[sets.eligible["is_comparable"], "person"].to_numpy()
    of_trial = {}
    if sets.trial_day is not None:
        of_trial[OF_TRIAL] = among(n, tenured.person[tenured.hold(sets.trial_day)])
    criteria = {
        "not yet mentored when recording began": ~records.is_prevalent,
        "employed, not on leave and not mentored on the day of a start": among(
            n, unmentored.person[unmentored.hold(wanted)]
        ),
        f"employed for {settings.min_tenure_months:g} months by then": among(
            n, tenured.person[tenured.hold(wanted)]
        ),
        **of_trial,
        comparable: among(n, can_be_compared),
        last: among(n, chosen),
    }
    return flow_of(
        "comparison", "in the panel", {name: met[panel] for name, met in criteria.items()}
    )
