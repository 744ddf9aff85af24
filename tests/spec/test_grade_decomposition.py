"""A pay difference in two parts, by hand on four people and a reference of five."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import grade_decomposition

EXACT = 1e-12


def changes() -> pd.DataFrame:
    """Ann rises from 1 to 2, Bo stays; of the comparators nobody moves."""
    return pd.DataFrame(
        {
            "set_id": [1, 2, 1, 2],
            "person_id": ["ann", "bo", "cy", "di"],
            "is_mentored": [True, True, False, False],
            "weight": [1.0, 1.0, 1.0, 3.0],
            "change": [0.3, 0.1, 0.1, 0.02],
            "period": [7, 7, 7, 8],
            "grade_before": [1.0, 1.0, 2.0, 1.0],
            "grade_then": [2.0, 1.0, 2.0, 1.0],
        }
    )


def reference() -> pd.DataFrame:
    """Cy serves as a reference, too; period 8 has none of grade 2."""
    return pd.DataFrame(
        {
            "person_id": ["cy", "ed", "flo", "gus", "hal"],
            "period": [7, 7, 7, 7, 8],
            "grade": [2.0, 2.0, 1.0, 1.0, 1.0],
            "pay": [10.5, 10.3, 10.1, 10.3, 11.0],
        }
    )


def parts(rows: pd.DataFrame, cluster=("person_id", "set_id"), **more):
    found = grade_decomposition(rows, reference(), outcome="pay", cluster=cluster, **more)
    return found, found.tidy().set_index("part")


def test_who_moves_gains_the_reference_pay_of_the_new_grade_over_that_of_the_old():
    _, rows = parts(changes())
    # Ann: 10.4 - 10.2 of her .3; half of the mentored.
    assert rows.loc["through_grade", "estimate"] == pytest.approx(0.1, abs=EXACT)
    within = (0.1 + 0.1) / 2 - (0.1 + 3 * 0.02) / 4
    assert rows.loc["within_grade", "estimate"] == pytest.approx(within, abs=EXACT)


def test_who_moved_is_counted_in_each_arm():
    found, _ = parts(changes())
    assert found.n_moved == (1, 0)


def test_the_parts_add_up_to_the_difference():
    _, rows = parts(changes())
    difference = (0.3 + 0.1) / 2 - (0.1 + 3 * 0.02) / 4
    assert rows["estimate"].sum() == pytest.approx(difference, abs=EXACT)


def test_the_errors_hold_that_of_the_reference_means():
    found, rows = parts(changes(), cluster=["person_id"])
    own = {"ann": (0.2 - 0.1) / 2, "bo": (0 - 0.1) / 2}
    # Half a person moves: the mean of grade 2 counts .5, that of grade 1 -.5, each of two people.
    of_means = {"cy": 0.5 * 0.1 / 2, "ed": 0.5 * -0.1 / 2, "flo": -0.5 * -0.1 / 2}
    of_means |= {"gus": -0.5 * 0.1 / 2}
    through = pd.Series(own).add(pd.Series(of_means), fill_value=0)
    error = np.sqrt((through**2).sum() * 4 / 3)
    assert rows.loc["through_grade", "std_error"] == pytest.approx(error, abs=EXACT)
    # The error of the sum is that of the difference: nothing of the reference is left in it.
    comparison = pd.Series({"cy": (0.1 - 0.04) / 4, "di": 3 * (0.02 - 0.04) / 4})
    whole = pd.Series({"ann": (0.3 - 0.2) / 2, "bo": (0.1 - 0.2) / 2}).add(
        -comparison, fill_value=0
    )
    total = found.influence.covariance().sum()
    assert total == pytest.approx((whole**2).sum() * 4 / 3, abs=EXACT)


def test_two_ways_the_reference_counts_by_person_and_the_rest_by_set_too():
    """Cy serves as a reference and in set 1; the reference is in no set."""
    found, rows = parts(changes())
    ann, bo = (0.2 - 0.1) / 2, (0 - 0.1) / 2
    of_means = {"cy": 0.025, "ed": -0.025, "flo": 0.025, "gus": -0.025}
    by_person = (ann**2 + bo**2 + sum(one**2 for one in of_means.values())) * 4 / 3
    # By set, and by row, the reference is each person's own: in the difference of the two it goes.
    reference = sum(one**2 for one in of_means.values())
    by_set = (ann**2 + bo**2 + reference) * 2 / 1
    by_row = (ann**2 + bo**2 + reference) * 4 / 3
    error = np.sqrt(by_person + by_set - by_row)
    assert rows.loc["through_grade", "std_error"] == pytest.approx(error, abs=EXACT)
    assert found.n_people == 4


def test_whoever_stays_needs_no_reference_and_an_unknown_grade_counts_as_within():
    rows = changes().assign(grade_then=[2.0, 1.0, 2.0, np.nan], grade_before=[1.0, 1.0, 2.0, 9.0])
    found, table = parts(rows)
    assert found.n_unknown == 1
    assert table.loc["through_grade", "estimate"] == pytest.approx(0.1, abs=EXACT)


def test_if_nobody_moves_nothing_goes_through_grade_and_that_has_no_error():
    _, table = parts(changes().assign(grade_then=[1.0, 1.0, 2.0, 1.0]))
    assert table.loc["through_grade", "estimate"] == 0
    assert np.isnan(table.loc["through_grade", "std_error"])


def test_a_grade_with_too_small_a_reference_is_refused():
    with pytest.raises(EstimationError, match="fewer than 3 of the reference"):
        parts(changes(), minimum_people=3)
    moved = changes().assign(grade_then=[2.0, 1.0, 2.0, 2.0])
    with pytest.raises(EstimationError, match="fewer than 1 of the reference"):
        parts(moved)


def of(name: str, *values) -> dict:
    """The first values of a column of `changes`, the others as they are."""
    return {name: [*values, *changes()[name].tolist()[len(values) :]]}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (of("weight", np.nan), "1 of 4 rows have no finite weight"),
        (of("weight", -1.0), "1 of 4 rows have a weight below zero"),
        (of("weight", 0.0, 0.0), "everybody in the mentored arm has a weight of zero"),
        (of("is_mentored", False, False), "the mentored arm is empty"),
        ({"is_mentored": ["True", "True", "False", "False"]}, "the column is_mentored holds"),
        (of("change", np.inf), "1 of 4 rows have no finite change"),
        (of("person_id", None), "1 of 4 rows have no person_id"),
        (of("period", np.nan), "1 of 4 rows have no period"),
    ],
)
def test_changes_that_are_none_are_refused(wrong, words):
    with pytest.raises(EstimationError, match=words):
        parts(changes().assign(**wrong))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pay": [10.5, -np.inf, 10.1, 10.3, 11.0]}, "1 of 5 rows have no finite pay"),
        ({"pay": ["10.5", "10.3", "10.1", "10.3", "11"]}, "the column pay holds"),
        ({"person_id": ["cy", None, "flo", "gus", "hal"]}, "1 of 5 rows have no person_id"),
        ({"period": [7, np.nan, 7, 7, 8]}, "1 of 5 rows have no period"),
    ],
)
def test_a_reference_that_is_none_is_refused(wrong, words):
    with pytest.raises(EstimationError, match=words):
        grade_decomposition(changes(), reference().assign(**wrong), outcome="pay")


def test_a_person_of_the_reference_given_ten_times_makes_no_ten_people():
    ten = pd.concat([reference()] * 10, ignore_index=True)
    with pytest.raises(EstimationError, match="45 rows of the reference repeat the person"):
        grade_decomposition(changes(), ten, outcome="pay", minimum_people=10)


def test_people_of_weight_zero_do_not_count():
    """Di, who moved to a grade without a reference, neither; nor is that grade missed."""
    found, table = parts(
        changes().assign(weight=[1.0, 1.0, 1.0, 0.0], grade_then=[2.0, 1.0, 2.0, 2.0])
    )
    assert (found.n_people, found.n_moved) == (3, (1, 0))
    assert table.loc["through_grade", "estimate"] == pytest.approx(0.1, abs=EXACT)
