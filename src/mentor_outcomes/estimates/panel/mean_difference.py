"""A weighted difference of means between two arms, with what each cluster adds to its error."""

from dataclasses import dataclass

import numpy as np

from mentor_outcomes.estimates.inference.clustering import Clustering, Influence, Way, error_type

BY_PERSON = error_type("person_id")


@dataclass(frozen=True, slots=True, eq=False)
class MeanDifference:
    """Mean of the mentored less mean of the comparators.

    influence      of the difference, by cluster
    n_people       distinct people (clusters of the first way) with a row of weight above 0 in
                   either arm
    n_mentored, n_comparison   those of each arm; one person can be in both
    """

    mean_mentored: float
    mean_comparison: float
    influence: Influence
    n_mentored: int
    n_comparison: int

    @property
    def estimate(self) -> float:
        return self.mean_mentored - self.mean_comparison

    @property
    def n_people(self) -> int:
        return int(self.influence.n_people[0])

    @property
    def std_error(self) -> float:
        """Rows of one cluster are allowed to hang together in any way, across arms too."""
        return float(self.influence.std_errors()[0])


def mean_difference(
    values: np.ndarray,
    is_mentored: np.ndarray,
    weights: np.ndarray,
    clusters: Clustering,
) -> MeanDifference:
    """Difference of the arms' weighted means (Hajek), weights normalised within each arm.

    values, is_mentored, weights   shape (n_rows,); weights finite and 0 or more
    clusters                       of these rows, by person first

    An arm without any weight has a missing mean, and then no influence is known. The influence of a
    row of weight w on its arm's mean m is w (value - m) / sum of w; comparators count negatively.
    """
    arm = is_mentored.astype(np.intp)
    total = np.bincount(arm, weights, 2)
    counts = weights > 0
    n_mentored, n_comparison = _people_of_arms(clusters.people, is_mentored, counts)
    is_there = total > 0
    sums = np.bincount(arm, weights * values, 2)
    mean = np.divide(sums, total, out=np.full(2, np.nan), where=is_there)
    signed = np.divide([-1.0, 1.0], total, out=np.full(2, np.nan), where=is_there)
    shares = (values - mean[arm]) * weights * signed[arm]
    return MeanDifference(
        mean_mentored=float(mean[1]),
        mean_comparison=float(mean[0]),
        influence=clusters.influence(shares, counts),
        n_mentored=n_mentored,
        n_comparison=n_comparison,
    )


def _people_of_arms(people: Way, is_mentored: np.ndarray, counts: np.ndarray) -> tuple[int, int]:
    """Distinct people who count among the mentored, and among the comparators."""
    is_in = np.zeros(2 * people.n_clusters, dtype=bool)
    place = people.codes + people.n_clusters * is_mentored
    is_in[place if counts.all() else place[counts]] = True
    comparison, mentored = is_in[: people.n_clusters], is_in[people.n_clusters :]
    return int(np.count_nonzero(mentored)), int(np.count_nonzero(comparison))
