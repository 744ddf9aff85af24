"""How far a design's arms could have been each other, and how alike they are before and after."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.groups.balance import Arm, Arms, balance_table, described
from mentor_outcomes.groups.overlap import overlap_row, preference_score, preference_table
from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.records import STATE_COLUMNS
from mentor_outcomes.groups.subgroups import subgroup_flags


def diagnostics(
    person_months,
    spells,
    records,
    propensity: Propensity,
    starts,
    sets,
    *,
    subgroups: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Rows of overlap, preference and balance, by the name of the table, without a design's key.

    For everybody and inside each level of the columns `subgroups`, both arms on the day; a level
    that only one arm has is there, too. Balance is empty where nobody is compared. Weights are
    those of `sets`, whatever they sum to.
    """
    met = starts.eligible()
    mentored = pd.DataFrame(
        {"person": starts.person[met], "stretch": starts.stretch[met], "month": starts.month[met]}
    ).assign(weight=1.0)
    is_mentored = sets.members["is_mentored"]
    parts = [mentored, sets.eligible, sets.members[is_mentored], sets.members[~is_mentored]]
    everybody = pd.concat(parts, ignore_index=True)
    arm_of_row = np.repeat(np.arange(4), [len(part) for part in parts])
    preference = preference_score(propensity.score, propensity.prevalence)
    preference = preference[everybody["month"].to_numpy(dtype=np.int64)]
    names = [encoding.covariate for encoding in propensity.encodings]
    known = as_of_the_day(person_months, spells, records, everybody, [*names, *subgroups])
    columns = described(known, propensity.encodings)
    overlap, balance = [], []
    for subgroup, is_in in subgroup_flags(known, subgroups).items():
        arms = _arms(everybody, arm_of_row, is_in)
        overlap.append({"subgroup": subgroup, **overlap_row(arms, preference)})
        if len(sets.members):
            balance.append(balance_table(columns, arms).assign(subgroup=subgroup))
    everyone = _arms(everybody, arm_of_row, np.ones(len(everybody), dtype=bool))
    return {
        "overlap": pd.DataFrame(overlap),
        "balance": pd.concat(balance, ignore_index=True) if balance else pd.DataFrame(),
        "preference": preference_table(everyone, preference),
    }


def _arms(everybody: pd.DataFrame, arm_of_row: np.ndarray, is_in: np.ndarray) -> Arms:
    """The four arms of those who are in the subgroup."""
    weight, person = everybody["weight"].to_numpy(), everybody["person"].to_numpy()
    rows = (np.flatnonzero(is_in & (arm_of_row == arm)) for arm in range(4))
    return Arms(*(Arm(own, weight[own], person[own]) for own in rows))


def as_of_the_day(person_months, spells, records, members, names: Sequence[str]) -> pd.DataFrame:
    """Columns of each member: state of the day before, all else of the period before."""
    names = list(dict.fromkeys(names))
    state = [name for name in names if name in STATE_COLUMNS]
    months = members["month"].to_numpy(dtype=np.int64)
    known = person_months[names].iloc[months].reset_index(drop=True)
    rows = records.stretch_row[members["stretch"].to_numpy(dtype=np.int64)]
    return known.assign(**{name: spells[name].iloc[rows].array for name in state})
