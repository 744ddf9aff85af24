"""Errors clustered one way and two, on four rows: two people in two sets."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustering import (
    PEOPLE_AND_SETS,
    Influence,
    beside,
    clustering,
    error_type,
)

EXACT = 1e-12
"""Sums of a few numbers."""
ROWS = pd.DataFrame({"person_id": list("aabb"), "set_id": list("stst")})
ALL = np.ones(4, dtype=bool)
NO_MAIN_EFFECT = np.array([1.0, -1.0, -1.0, 1.0])
"""Sums to 0 by person and by set: only what is taken off is left of the variance."""


def influence(shares, cluster=PEOPLE_AND_SETS, counts=ALL, rows=ROWS) -> Influence:
    return clustering(rows, cluster).influence(np.array(shares, dtype="float64"), counts)


def two(first, second, cluster=PEOPLE_AND_SETS) -> Influence:
    return beside([influence(first, cluster), influence(second, cluster)], 2)


def test_rows_of_one_person_are_summed_before_they_are_squared():
    """Person a adds 1 + 2, b as much less: (9 + 9) times 2 / (2 - 1)."""
    assert influence([1, 2, -1, -2], "person_id").std_errors() == pytest.approx([6], abs=EXACT)


def test_without_a_cluster_each_row_is_its_own():
    assert influence([1, 2, -1, -2], None).std_errors() ** 2 == pytest.approx([10 * 4 / 3])


def test_two_ways_add_both_and_take_off_what_is_in_both():
    """By person 3, -1; by set 4, -2; by both 1, 2, 3, -4; each times its own G / (G - 1)."""
    found = influence([1, 2, 3, -4]).std_errors() ** 2
    assert found == pytest.approx([(9 + 1) * 2 + (16 + 4) * 2 - (1 + 4 + 9 + 16) * 4 / 3])


def test_two_ways_of_the_same_clusters_are_one():
    same = ROWS.assign(set_id=ROWS["person_id"])
    twice = influence([1, 2, 3, -4], rows=same).std_errors()
    assert twice == pytest.approx(influence([1, 2, 3, -4], "person_id").std_errors(), abs=EXACT)


def test_the_covariance_of_two_estimates_is_between_their_sums():
    """By person 3, 7 and 2, 0; by set 4, 6 and 3, -1; by both 1 x 2 + 2 x 0 + 3 x 1 - 4 x 1."""
    found = two([1, 2, 3, 4], [2, 0, 1, -1]).covariance()
    assert found[0, 1] == pytest.approx(3 * 2 * 2 + (4 * 3 - 6) * 2 - (2 + 3 - 4) * 4 / 3)
    by_person = two([1, 2, 3, 4], [2, 0, 1, -1], "person_id").covariance()
    assert by_person == pytest.approx(np.array([[58, 6], [6, 4]]) * 2, abs=EXACT)


def test_a_negative_variance_leaves_no_error():
    """0 by person, 0 by set, less 4 x 4 / 3."""
    found = influence(NO_MAIN_EFFECT)
    assert np.isnan(found.std_errors()).all()
    beside_one = two(NO_MAIN_EFFECT, [1, 2, 3, -4]).std_errors()
    assert np.isnan(beside_one).tolist() == [True, False]


def test_negative_eigenvalues_are_cut_and_errors_stay_as_they_are():
    """p = 1, 1, 1, 1 has variance 80 / 3, n = 1, -1, -1, 1 has -16 / 3, and they are apart.

    Of p + n and p - n variances are 64 / 3, the covariance 96 / 3: the difference, 2 n, would have
    a variance below 0. Without it both are p, and as one as they were unsure each.
    """
    found = two(1 + NO_MAIN_EFFECT, 1 - NO_MAIN_EFFECT)
    assert found.std_errors() ** 2 == pytest.approx([64 / 3] * 2)
    assert found.covariance() == pytest.approx(np.full((2, 2), 64 / 3))


def test_the_error_of_a_sum_is_of_the_matrix_as_it_is():
    """(p + n + p - n) / 2 is p; half their difference is n, of a variance below 0."""
    found = two(1 + NO_MAIN_EFFECT, 1 - NO_MAIN_EFFECT)
    assert found.std_error_of(np.array([0.5, 0.5])) ** 2 == pytest.approx(80 / 3)
    assert np.isnan(found.std_error_of(np.array([0.5, -0.5])))


def test_a_covariance_that_is_one_is_not_touched():
    found = two([1, 2, 3, 4], [2, 0, 1, -1])
    assert np.linalg.eigvalsh(found.covariance())[0] > 1
    assert np.diag(found.covariance()) == pytest.approx(found.std_errors() ** 2, rel=EXACT)


def test_one_cluster_says_nothing_of_the_spread():
    alone = ROWS.assign(person_id="a")
    assert np.isnan(influence([1, 2, 3, 4], "person_id", rows=alone).std_errors()).all()
    assert np.isnan(influence([1, 2, 3, 4], rows=alone).std_errors()).all()
    assert np.isnan(influence([1, 2, 3, 4], rows=alone).covariance()).all()


def test_rows_taken_in_another_order_add_the_same():
    clusters = clustering(ROWS, PEOPLE_AND_SETS)
    shares, order = np.array([1.0, 2.0, 3.0, -4.0]), np.array([2, 0, 3, 1])
    turned = clusters.at(order).influence(shares[order], ALL)
    pair = beside([influence(shares), turned], 2).covariance()
    assert pair == pytest.approx(np.full((2, 2), pair[0, 0]))
    assert pair[0, 0] == pytest.approx(influence(shares).std_errors()[0] ** 2)


def test_influences_that_are_too_few_are_refused():
    with pytest.raises(ValueError, match="1 influences of 2"):
        beside([influence([1, 2, 3, 4])], 2)


def test_who_weighs_nothing_is_no_cluster():
    """Of b, c, d only b counts beside a: (1 + 1) x 2 / 1, and not (1 + 1) x 4 / 3."""
    counts = np.array([True, True, False, False])
    of_four = pd.DataFrame({"person_id": list("abcd")})
    found = influence([1, -1, 0, 0], "person_id", counts, of_four)
    assert found.n_people.tolist() == [2]
    assert found.std_errors() ** 2 == pytest.approx([4], abs=EXACT)


def test_in_two_ways_each_counts_its_own_clusters():
    """Without the last row two people, two sets, but three of both."""
    found = influence([1, 2, -3, 0], counts=np.array([True, True, True, False]))
    by_person, by_set, by_both = (9 + 9) * 2, (4 + 4) * 2, (1 + 4 + 9) * 3 / 2
    assert found.std_errors() ** 2 == pytest.approx([by_person + by_set - by_both])


def test_parts_of_the_rows_keep_the_clusters_of_all():
    """Estimates of the first set and of the second hang together through their people."""
    clusters = clustering(ROWS, "person_id")
    ones = np.ones(2, dtype=bool)
    first = clusters.at(np.array([0, 2])).influence(np.array([1.0, -1.0]), ones)
    second = clusters.at(np.array([False, True, False, True])).influence(
        np.array([2.0, -2.0]), ones
    )
    covariance = beside([first, second], 2).covariance()
    assert covariance == pytest.approx(np.array([[4, 8], [8, 16]]), abs=EXACT)


def test_estimates_are_picked_in_the_order_asked_for():
    both = two([1, 2, 3, 4], [2, 0, 1, -1])
    first, second = both.std_errors()
    assert both.of([1, 0]).std_errors() == pytest.approx([second, first], abs=EXACT)
    assert both.of([1]).covariance() == pytest.approx(both.covariance()[1:, 1:], rel=EXACT)
    assert both.of([0, 1]).std_errors() == pytest.approx([first, second], abs=EXACT)


def test_another_unit_multiplies_errors_whatever_its_sign():
    one = influence([1, 2, 3, -4])
    assert one.times(-3).std_errors() == pytest.approx(3 * one.std_errors(), abs=EXACT)
    assert one.times(-3).n_people.tolist() == one.n_people.tolist() == [2]


def test_beside_each_other_estimates_keep_their_people():
    few = np.array([True, True, False, False])
    both = beside([influence([1, 2, 3, -4]), influence([1, -1, 0, 0], counts=few)], 2)
    assert both.n_people.tolist() == [2, 1]


def test_what_adds_no_more_than_rounding_is_told_by_any_way():
    """Nothing by person, but the sets move."""
    found = influence([1, -1, 1, -1])
    assert found.is_above(1e-12).tolist() == [True]
    assert influence([0, 0, 0, 0]).is_above(1e-12).tolist() == [False]


def test_the_words_say_what_errors_are():
    assert error_type(None) == "influence functions, times G/(G-1); weights taken as known"
    assert "clustered by person, times G/(G-1)" in error_type("person_id")
    two_ways = error_type(PEOPLE_AND_SETS, "residuals")
    assert two_ways.startswith("residuals, clustered two ways by person and matched set, each")
    assert "clustered by mentor_id," in error_type("mentor_id")


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        (("person_id", "set_id", "row"), "clustered by person_id, set_id, row"),
        (("person_id", "person_id"), "clustered by person_id, person_id"),
        ((), "clustered by nothing"),
        ("set_id", "1 of 4 rows have no set_id"),
        (PEOPLE_AND_SETS, "1 of 4 rows have no set_id"),
    ],
)
def test_clusters_that_are_none_are_refused(cluster, words):
    lacking = ROWS.assign(set_id=["s", None, "s", "t"])
    with pytest.raises(EstimationError, match=words):
        clustering(lacking, cluster)
