"""The true group-time effects: of the cells and people that an estimate uses, as it weighs them."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SchemaError
from mentor_outcomes.simulation.potential import PotentialOutcomes

_KEYS = ["person_id", "world", "wave", "opened_on"]


def true_gains(potential: PotentialOutcomes, *, world: str = "never") -> pd.DataFrame:
    """One row per person, outcome and moment: what mentoring has added by then, nobody leaving.

    person_id, outcome, moment, gain. Of log_pay the moment is in calendar months since the month
    of the start, and gains are in log points at that month's end; of scales it is the number of
    the wave, from the last half year before the start on, and gains are in points.
    """
    pay = potential.pay.rename(columns={"months_since": "moment"})
    scores = potential.scores.rename(columns={"wave": "moment"})
    scales = [name for name in scores.columns if name not in {*_KEYS, "moment"}]
    long = scores.melt(
        ["person_id", "world", "moment"], scales, var_name="outcome", value_name="value"
    )
    pay = pay.assign(outcome="log_pay").rename(columns={"log_pay": "value"})
    both = pd.concat([pay[long.columns], long], ignore_index=True)
    key = ["person_id", "outcome", "moment"]
    with_mentor = both[both["world"] == "mentored"].set_index(key)["value"]
    without = both[both["world"] == world].set_index(key)["value"]
    return (with_mentor - without).rename("gain").reset_index()


def true_group_time(
    gains: pd.DataFrame, used: pd.DataFrame, cohorts: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """True effects in the cells of an estimate, and their aggregates with the estimate's weights.

    Parameters
    ----------
    gains     as of `true_gains`, of one outcome: person_id, moment, gain
    used      one row per cell from the start on and mentored person in it: group, period,
              since_start, person_id, moment
    cohorts   one row per cohort: group, n_people (with a value at the reference)

    Returns
    -------
    cells: group, period, since_start, truth (the mean gain of those used); and the aggregates
    simple, dynamic, group and calendar: at (missing: overall), truth, each defined as by
    `GroupTimeEffects.tidy`

    Raises SchemaError where a person used has no gain at that moment: it lies beyond the horizon
    to which potential outcomes were run, or the person is unknown.

    Worked by hand in tests/spec/test_truth_of_starts.py.
    """
    joined = used.merge(
        gains[["person_id", "moment", "gain"]], on=["person_id", "moment"], how="left"
    )
    n_unknown = int(joined["gain"].isna().sum())
    if n_unknown or len(joined) != len(used):
        raise SchemaError(
            f"{n_unknown} of {len(used)} values used have no potential outcome.",
            expected="potential outcomes of all mentored people up to the end of the window.",
            remedy="simulate with a longest horizon as long as the window.",
        )
    cells = joined.groupby(["group", "period", "since_start"], as_index=False)["gain"].mean()
    cells = cells.rename(columns={"gain": "truth"})
    sized = cells.merge(cohorts, on="group", validate="many_to_one")
    by_group = sized.groupby("group").agg(truth=("truth", "mean"), n_people=("n_people", "first"))
    return {
        "cells": cells,
        "simple": _with_overall({}, _by_people(sized)),
        "dynamic": _by_level(sized, "since_start"),
        "group": _with_overall(by_group["truth"].to_dict(), _by_people(by_group)),
        "calendar": _by_level(sized, "period"),
    }


def _by_level(sized: pd.DataFrame, key: str) -> pd.DataFrame:
    truths = {at: _by_people(own) for at, own in sized.groupby(key)}
    return _with_overall(truths, float(np.mean(list(truths.values()))))


def _by_people(cells: pd.DataFrame) -> float:
    return float(np.average(cells["truth"], weights=cells["n_people"]))


def _with_overall(truths: dict[float, float], overall: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"at": [*truths, np.nan], "truth": [*truths.values(), overall]}, dtype="float64"
    )
