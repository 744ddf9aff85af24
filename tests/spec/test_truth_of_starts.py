"""The true group-time effects, worked by hand on invented gains."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import SchemaError
from mentor_outcomes.simulation import PotentialOutcomes, true_gains, true_group_time

GAINS = pd.DataFrame(
    {
        "person_id": ["a", "a", "b", "b", "c"],
        "moment": [0, 1, 0, 1, 0],
        "gain": [1.0, 4.0, 3.0, 8.0, 7.0],
    }
)
USED = pd.DataFrame(
    {
        "group": [2, 2, 2, 3],
        "period": [2, 2, 3, 3],
        "since_start": [0, 0, 1, 0],
        "person_id": ["a", "b", "a", "c"],
        "moment": [0, 0, 1, 0],
    }
)
COHORTS = pd.DataFrame({"group": [2, 3], "n_people": [3, 1]})


def truths(kind: str) -> list[float]:
    return true_group_time(GAINS, USED, COHORTS)[kind]["truth"].tolist()


def test_a_cell_is_the_mean_gain_of_the_people_used_in_it():
    """b, who is not seen in the third period, counts in the second alone."""
    assert truths("cells") == [(1 + 3) / 2, 4, 7]


def test_aggregates_weigh_cohorts_as_the_estimate_does():
    assert truths("simple") == [(3 * 2 + 3 * 4 + 1 * 7) / 7]
    assert truths("dynamic") == [(3 * 2 + 7) / 4, 4, ((3 * 2 + 7) / 4 + 4) / 2]
    assert truths("group") == [(2 + 4) / 2, 7, (3 * 3 + 7) / 4]
    assert truths("calendar") == [2, (3 * 4 + 7) / 4, (2 + (3 * 4 + 7) / 4) / 2]


def test_the_overall_effect_stands_last_without_a_level():
    at = true_group_time(GAINS, USED, COHORTS)["dynamic"]["at"]
    assert at.tolist()[:-1] == [0, 1]
    assert np.isnan(at.iloc[-1])


def test_people_without_potential_outcomes_are_refused():
    with pytest.raises(SchemaError, match="1 of 4 values used have no potential outcome"):
        true_group_time(GAINS[GAINS["person_id"] != "c"], USED, COHORTS)


def test_gains_are_the_mentored_world_less_the_other():
    pay = pd.DataFrame(
        {
            "person_id": "a",
            "world": ["mentored", "never", "later"],
            "months_since": 3,
            "log_pay": [2.0, 1.5, 1.75],
        }
    )
    scores = pd.DataFrame(
        {
            "person_id": "a",
            "world": ["mentored", "never"],
            "wave": 4,
            "opened_on": pd.Timestamp("2020-04-06"),
            "belonging": [5.0, 4.0],
        }
    )
    potential = PotentialOutcomes(events=pd.DataFrame(), pay=pay, scores=scores)
    found = true_gains(potential).set_index(["outcome", "moment"])["gain"]
    assert found.to_dict() == {("belonging", 4): 1.0, ("log_pay", 3): 0.5}
    later = true_gains(potential, world="later").set_index("outcome")["gain"]
    assert later["log_pay"] == 0.25
