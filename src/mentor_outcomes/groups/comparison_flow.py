"""Who of the panel could serve as a comparator, and what kept the others out."""

import numpy as np
import pandas as pd

from mentor_outcomes.groups.eligibility import after_minimum_tenure
from mentor_outcomes.groups.flow import among, flow_of
from mentor_outcomes.groups.sets import SetsOfDesign


def comparison_flow(
    records, starts, unmentored, sets: SetsOfDesign, settings, below_top
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
    criteria = {
        "not yet mentored when recording began": ~records.is_prevalent,
        "employed, not on leave and not mentored on the day of a start": among(
            n, unmentored.person[unmentored.hold(wanted)]
        ),
        f"employed for {settings.min_tenure_months:g} months by then": among(
            n, tenured.person[tenured.hold(wanted)]
        ),
        comparable: among(n, sets.eligible["person"].to_numpy()),
        "chosen as a comparator": among(n, chosen),
    }
    return flow_of(
        "comparison", "in the panel", {name: met[panel] for name, met in criteria.items()}
    )
