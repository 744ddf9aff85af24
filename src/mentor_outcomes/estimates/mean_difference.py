"""A weighted difference of means between two arms, with one influence value per person."""

from dataclasses import dataclass

import numpy as np

ERROR_TYPE = "influence functions, clustered by person, times G/(G-1); weights taken as known"


@dataclass(frozen=True, slots=True, eq=False)
class MeanDifference:
    """Mean of the mentored less mean of the comparators.

    influence      shape (n_people,), what each person's rows add to the estimate's error; 0 for
                   people without rows
    n_people       distinct people with a row in either arm
    n_mentored, n_comparison   distinct people of each arm; one person can be in both
    """

    mean_mentored: float
    mean_comparison: float
    influence: np.ndarray
    n_people: int
    n_mentored: int
    n_comparison: int

    @property
    def estimate(self) -> float:
        return self.mean_mentored - self.mean_comparison

    @property
    def std_error(self) -> float:
        """Rows of one person are allowed to hang together in any way, across arms too."""
        if self.n_people < 2:
            return np.nan
        correction = self.n_people / (self.n_people - 1)
        return float(np.sqrt(correction * (self.influence**2).sum()))


def mean_difference(
    values: np.ndarray,
    is_mentored: np.ndarray,
    weights: np.ndarray,
    people: np.ndarray,
    n_people: int,
) -> MeanDifference:
    """Difference of the arms' weighted means (Hajek), weights normalised within each arm.

    values, is_mentored, weights, people   shape (n_rows,); people are codes 0 ... n_people - 1

    An arm without rows has a missing mean. The influence of a row of weight w on its arm's mean m
    is w (value - m) / sum of w; comparators count negatively.
    """
    influence = np.zeros(n_people)
    means, counts = [], []
    for arm, sign in ((is_mentored, 1.0), (~is_mentored, -1.0)):
        total = weights[arm].sum()
        mean = float(weights[arm] @ values[arm] / total) if total > 0 else np.nan
        shares = sign * weights[arm] * (values[arm] - mean) / total if total > 0 else np.nan
        influence += np.bincount(people[arm], np.broadcast_to(shares, arm.sum()), n_people)
        means.append(mean)
        counts.append(_n_distinct(people[arm]))
    return MeanDifference(
        mean_mentored=means[0],
        mean_comparison=means[1],
        influence=influence,
        n_people=_n_distinct(people),
        n_mentored=counts[0],
        n_comparison=counts[1],
    )


def _n_distinct(people: np.ndarray) -> int:
    return int(np.count_nonzero(np.bincount(people))) if len(people) else 0
