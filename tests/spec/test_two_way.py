"""Errors clustered in two ways, on four rows."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import risk_intervals
from mentor_outcomes.estimates.inference.two_way import cluster_words, signed_sums

EXACT = 1e-12  # sums of four small numbers


def rows(cluster):
    records = pd.DataFrame(
        {
            "person": ["p", "p", "q", "q", "q"],
            "mentor": ["m", "n", "m", "o", "o"],
            "exit": [1.0, 2.0, 3.0, 4.0, 5.0],
        }
    )
    return risk_intervals(
        records,
        entry=None,
        exit="exit",
        is_event=np.ones(5, dtype=bool),
        weights=None,
        cluster=cluster,
    )


def variance(influence, cluster) -> float:
    found = rows(cluster)
    by_unit = np.bincount(found.cluster, influence, found.n_clusters)
    return sum(sign * part @ part for sign, part in signed_sums(by_unit, found.ways))


def test_every_pair_that_shares_a_person_or_a_mentor_counts_once():
    """p with m, n; q with m, o, o."""
    influence = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    by_person = (1 + 2) ** 2 + (4 + 8 + 16) ** 2
    by_mentor = (1 + 4) ** 2 + 2**2 + (8 + 16) ** 2
    assert variance(influence, "person") == pytest.approx(by_person, abs=EXACT)
    assert variance(influence, ["mentor"]) == pytest.approx(by_mentor, abs=EXACT)
    # Of p's rows only the first shares anything with any of q's: the mentor m.
    in_either = by_person + 2 * 1 * 4
    for both in (["person", "mentor"], ["mentor", "person"]):
        assert variance(influence, both) == pytest.approx(in_either, abs=EXACT)


def test_a_way_nested_in_the_other_adds_nothing():
    """Rows are numbered 0-4 by exit; each row is within one person: the person's errors remain."""
    influence = np.array([1.0, -2.0, 4.0, 8.0, -16.0])
    two_way = variance(influence, ["person", "exit"])
    assert two_way == pytest.approx(variance(influence, "person"), abs=EXACT)


def test_influences_of_many_estimates_keep_their_shape():
    found = rows(["person", "mentor"])
    parts = signed_sums(np.ones((found.n_clusters, 2, 3)), found.ways)
    assert [(sign, part.shape) for sign, part in parts] == [
        (1, (2, 2, 3)),
        (1, (3, 2, 3)),
        (-1, (4, 2, 3)),
    ]


@pytest.mark.parametrize("cluster", [[], ["person", "person"], ["person", "mentor", "exit"]])
def test_other_than_one_or_two_different_columns_are_refused(cluster):
    with pytest.raises(EstimationError, match="one column, or two different ones"):
        rows(cluster)


def test_words_say_what_errors_are_clustered_by():
    assert cluster_words(None) == ""
    assert cluster_words("person") == cluster_words(["person"]) == ", clustered by person"
    assert cluster_words(("person", "mentor")) == ", clustered two ways by person and mentor"
