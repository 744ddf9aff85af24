"""How many people are cut off with a share of an arm's weight, and which share cuts off so many."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mentor_outcomes.errors import EstimationError

_ROUNDING = 1e-9  # of a person: sums in another order
_SAME = 1e-12
"""A share up to this is of shares seen that differ by rounding alone: nobody is cut off."""


@dataclass(frozen=True, slots=True, eq=False)
class PeopleFromTheEnd:
    """People of an arm in the order of their values, from one end on.

    At each value, from nothing at all to the whole arm: `shares` of the arm's weight up to it, and
    distinct `people` with a row up to it, both (n_values + 1,). Of those who come in with one value
    each counts the same part of the weight on it, so that the order of rows decides nothing.
    """

    shares: np.ndarray
    people: np.ndarray

    def share_of(self, n_people: int) -> float:
        """The least share of the weight with which so many people are cut off, 1 or more."""
        last = int(np.searchsorted(self.people, n_people))
        first = last - 1
        part = (n_people - self.people[first]) / (self.people[last] - self.people[first])
        return float(self.shares[first] + part * (self.shares[last] - self.shares[first]))

    def people_in(self, share: float) -> int:
        """Whole people who are cut off with this share."""
        return int(np.interp(share, self.shares, self.people) + _ROUNDING)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """The share of an arm's weight that is cut off at either end, and people cut off at least."""

    share: float
    n_people: int


def trimmed_people(
    values: np.ndarray, weights: np.ndarray, people: np.ndarray, *, needed: float, minimum: int
) -> Trimmed:
    """The share needed or, where anybody is cut off, the least that cuts off `minimum` people.

    Both ends are cut by one share, so that the `minimum` is reached at either. Refuses fewer than
    twice as many people: those kept would be too few to be told.
    """
    if needed <= _SAME:
        return Trimmed(needed, 0)
    n_people = len(np.unique(people))
    if n_people < 2 * minimum:
        raise EstimationError(
            f"{n_people} people are seen in the arm of which a share is cut off.",
            expected=f"{2 * minimum} or more, to cut off {minimum} at the least and keep as many.",
            remedy="choose an earlier horizon.",
        )
    ends = [people_from_the_end(values, weights, people, end=end) for end in ("lowest", "highest")]
    share = max([needed, *(end.share_of(minimum) for end in ends if minimum)])
    return Trimmed(share, min(end.people_in(share) for end in ends))


def people_from_the_end(
    values: np.ndarray,
    weights: np.ndarray,
    people: np.ndarray,
    *,
    end: Literal["lowest", "highest"],
) -> PeopleFromTheEnd:
    """Of the rows of an arm, each of a weight above 0; who has several comes in with the first."""
    outward = values if end == "lowest" else -values
    distinct, place = np.unique(outward, return_inverse=True)
    weight = np.bincount(place, weights, len(distinct))
    _, person = np.unique(people, return_inverse=True)
    first = np.full(person.max() + 1, len(distinct))
    np.minimum.at(first, person, place)
    reached = np.cumsum(weight)
    return PeopleFromTheEnd(
        shares=np.concatenate([[0.0], reached / reached[-1]]),
        people=np.concatenate([[0], np.cumsum(np.bincount(first, minlength=len(distinct)))]),
    )
