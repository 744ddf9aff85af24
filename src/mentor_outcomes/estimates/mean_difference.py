"""A weighted difference of means between two arms, with one influence value per person."""

from dataclasses import dataclass

import numpy as np

ERROR_TYPE = "influence functions, clustered by person, times G/(G-1); weights taken as known"


@dataclass(frozen=True, slots=True, eq=False)
class MeanDifference:
    """Mean of the mentored less mean of the comparators.

    influence      shape (n_people,), what each person's rows add to the estimate's error; 0 for
                   people without rows
    n_people       distinct people with a row of weight above 0 in either arm
    n_mentored, n_comparison   those of each arm; one person can be in both
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

    values, is_mentored, weights, people   shape (n_rows,); people are codes 0 ... n_people - 1,
                                           weights finite and 0 or more

    An arm without any weight has a missing mean, and then no influence is known. The influence of a
    row of weight w on its arm's mean m is w (value - m) / sum of w; comparators count negatively.
    """
    arm = is_mentored.astype(np.intp)
    total = np.bincount(arm, weights, 2)
    n_mentored, n_comparison, n_both = _people_of_arms(people, is_mentored, weights > 0, n_people)
    is_there = total > 0
    sums = np.bincount(arm, weights * values, 2)
    mean = np.divide(sums, total, out=np.full(2, np.nan), where=is_there)
    signed = np.divide([-1.0, 1.0], total, out=np.full(2, np.nan), where=is_there)
    shares = (values - mean[arm]) * weights * signed[arm]
    return MeanDifference(
        mean_mentored=float(mean[1]),
        mean_comparison=float(mean[0]),
        influence=np.bincount(people, shares, n_people),
        n_people=n_both,
        n_mentored=n_mentored,
        n_comparison=n_comparison,
    )


def _people_of_arms(
    people: np.ndarray, is_mentored: np.ndarray, counts: np.ndarray, n_people: int
) -> tuple[int, int, int]:
    """Distinct people among the mentored, among the comparators, and in either, who count."""
    is_in = np.zeros(2 * n_people, dtype=bool)
    place = people + n_people * is_mentored
    is_in[place if counts.all() else place[counts]] = True
    comparison, mentored = is_in[:n_people], is_in[n_people:]
    return (
        int(np.count_nonzero(mentored)),
        int(np.count_nonzero(comparison)),
        int(np.count_nonzero(mentored | comparison)),
    )
