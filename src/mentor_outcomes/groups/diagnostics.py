"""How far a design's arms could have been each other, and how alike they are before and after."""

import numpy as np
import pandas as pd

from mentor_outcomes.groups.balance import Arm, Arms, balance_table, described
from mentor_outcomes.groups.overlap import overlap_row, preference_score
from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.records import STATE_COLUMNS


def diagnostics(person_months, spells, records, propensity: Propensity, starts, sets):
    """The rows of overlap, and of balance if anybody is matched."""
    met = starts.eligible()
    mentored = pd.DataFrame(
        {"person": starts.person[met], "stretch": starts.stretch[met], "month": starts.month[met]}
    ).assign(weight=1.0)
    preference = preference_score(propensity.score, propensity.prevalence)
    overlap = overlap_row(
        sets.members,
        n_eligible=len(mentored),
        mentored_preference=preference[mentored["month"]],
        comparison_preference=preference[sets.eligible["month"]],
        comparison_weight=sets.eligible["weight"].to_numpy(),
    )
    if sets.members.empty:
        return pd.DataFrame([overlap]), None
    is_mentored = sets.members["is_mentored"]
    parts = [mentored, sets.eligible, sets.members[is_mentored], sets.members[~is_mentored]]
    everybody = pd.concat(parts, ignore_index=True)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    arms = (
        Arm(rows, everybody["weight"].to_numpy()[rows], everybody["person"].to_numpy()[rows])
        for rows in np.split(np.arange(len(everybody)), ends)
    )
    known = as_of_the_day(person_months, spells, records, everybody, propensity.encodings)
    return pd.DataFrame([overlap]), balance_table(
        described(known, propensity.encodings), Arms(*arms)
    )


def as_of_the_day(person_months, spells, records, members, encodings) -> pd.DataFrame:
    """Covariates of each member: state of the day before, all else of the period before."""
    names = [encoding.covariate for encoding in encodings]
    state = [name for name in names if name in STATE_COLUMNS]
    known = person_months[names].iloc[members["month"].to_numpy()].reset_index(drop=True)
    rows = records.stretch_row[members["stretch"].to_numpy()]
    return known.assign(**{name: spells[name].iloc[rows].array for name in state})
