"""The public functions of `groups`: their examples hold, and what is not there is refused."""

import doctest

import pandas as pd
import pytest

from mentor_outcomes import groups
from mentor_outcomes.errors import StudyError

FUNCTIONS = [
    groups.balancing_weights,
    groups.entropy_balance,
    groups.nearest_match,
    groups.risk_set_match,
    groups.stacked_trial_weights,
]
DAY = pd.DataFrame(
    {"start": 1, "who": list("mabc"), "mentored": [1, 0, 0, 0], "age": [40.0, 41, 45, 39]}
)
NAMES = {"set_id": "start", "is_mentored": "mentored", "person": "who", "score": "age"}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_the_docstring_says_what_comes_back_and_its_example_holds(function):
    assert "Returns\n" in function.__doc__ and "Raises\n" in function.__doc__
    known = {function.__name__: function, "pd": pd}
    (example,) = doctest.DocTestFinder().find(function, globs=known)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"exact": ["typo"]}, "candidates have no column typo"),
        ({"score": "typo"}, "candidates have no column typo"),
        ({"caliper": "typo"}, "candidates have no column typo"),
        ({"preferred": "typo"}, "candidates have no column typo"),
        ({"ratio": 0}, "a ratio of 0"),
    ],
)
def test_columns_and_ratios_that_cannot_be_matched_with_are_refused(change, found):
    with pytest.raises(StudyError, match=found):
        groups.risk_set_match(DAY, **NAMES | change)


@pytest.mark.parametrize("name", ["promotion", "voluntary_exit", "log_pay", "left_on"])
def test_no_weights_are_made_of_outcomes(name):
    people = pd.DataFrame({"trial": 0, "starts": [0, 1, 0, 1], name: [0, 1, 1, 0]})
    asked = {"is_treated": "starts", "covariates": [name], "method": "overlap_weights"}
    with pytest.raises(StudyError, match=f"name {name}, of the role outcome"):
        groups.balancing_weights(people, **asked, estimand="ato")
    with pytest.raises(StudyError, match=f"name {name}, of the role outcome"):
        groups.stacked_trial_weights(people, **asked, trial="trial")


def test_both_functions_that_weigh_by_overlap_call_it_by_one_name():
    people = pd.DataFrame({"trial": 0, "old": [0, 0, 1, 1, 1], "starts": [0, 1, 0, 1, 1]})
    asked = {"is_treated": "starts", "covariates": ["old"], "method": "overlap_weights"}
    of_people = groups.balancing_weights(people, **asked, estimand="ato").weights
    of_trial = groups.stacked_trial_weights(people, **asked, trial="trial").weights
    scaled = of_trial / of_trial.groupby(people["starts"]).transform("mean")
    assert scaled.tolist() == pytest.approx(of_people.tolist())
