"""Neither the order of rows nor the names of people decide who is in a trial, or their weights."""

from dataclasses import replace

import numpy as np
import pytest

from mentor_outcomes.groups import design_groups
from mentor_outcomes.study import Exposure, Groups
from tests.made_panel import SECTION, invented, panel_of

SAME = 1e-10
PEOPLE = invented(250, 5)
METHODS = ("overlap_weights", "entropy_balancing", "inverse_probability")
KEY = ["eligibility", "set_id", "person_id"]


def sets_of(tables, method: str):
    settings = Groups(
        method=method, exact=("job_family",), covariates=("last_rating", "tenure_months", "gender")
    )
    found = design_groups(*tables, settings=settings, section=SECTION, exposure=Exposure())
    return found.matched_sets


def assert_same(found, expected) -> None:
    found, expected = (frame.sort_values(KEY).reset_index(drop=True) for frame in (found, expected))
    columns = [*KEY, "time_zero", "is_mentored"]
    assert found[columns].equals(expected[columns])
    assert found["weight"].to_numpy() == pytest.approx(expected["weight"].to_numpy(), abs=SAME)


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_rows_changes_nothing(method):
    tables = panel_of(PEOPLE)
    rng = np.random.default_rng(1)
    shuffled = [frame.iloc[rng.permutation(len(frame))] for frame in tables]
    assert_same(sets_of(shuffled, method), sets_of(tables, method))


@pytest.mark.parametrize("method", METHODS)
def test_the_names_of_people_change_nothing(method):
    new = dict(
        zip(
            (one.id for one in PEOPLE),
            np.random.default_rng(2).permutation([f"q{n}" for n in range(len(PEOPLE))]).tolist(),
            strict=True,
        )
    )
    renamed = sets_of(panel_of([replace(one, id=new[one.id]) for one in PEOPLE]), method)
    expected = sets_of(panel_of(PEOPLE), method)
    assert_same(renamed, expected.assign(person_id=expected["person_id"].map(new)))
