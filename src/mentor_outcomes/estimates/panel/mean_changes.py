"""Weighted mean changes of the members of sets, mentored less comparators, moment by moment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustering import (
    NO_SPREAD,
    PEOPLE_AND_SETS,
    Clustering,
    Influence,
    beside,
    clustering,
    error_type,
)
from mentor_outcomes.estimates.inference.risk_intervals import flags
from mentor_outcomes.estimates.panel.matched_difference_result import MatchedDifference
from mentor_outcomes.estimates.panel.mean_difference import MeanDifference, mean_difference

NO_WEIGHT = "all those of an arm who have a value have a weight of zero"
NOTHING_VARIES = "nothing varies within the arms, so that no error is known"
_ROUNDING = 1e-12
"""Of the largest value: errors below this are of mere rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Rows of sets as numbers, in the order of the sets' rows.

    own_set    whole numbers 0, 1, ...
    clusters   what errors are clustered by, person first; `cluster`: the columns
    """

    own_set: np.ndarray
    clusters: Clustering
    cluster: tuple[str, ...]
    is_mentored: np.ndarray


def members_of(sets: pd.DataFrame, cluster: Sequence[str]) -> Members:
    """From one row per set and person: set_id, person_id, is_mentored (true or false)."""
    cluster = (cluster,) if isinstance(cluster, str) else tuple(cluster)
    if cluster not in (PEOPLE_AND_SETS, PEOPLE_AND_SETS[:1]):
        raise EstimationError(
            f"errors are to be clustered by {', '.join(map(str, cluster)) or 'nothing'}.",
            expected="person_id and set_id, or person_id alone.",
            remedy="name person_id alone where a set holds everybody of a day, as trials do.",
        )
    pairs = clustering(sets, PEOPLE_AND_SETS)
    n_repeated = len(sets) - pairs.ways[-1].n_clusters
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} of {len(sets)} rows of the sets repeat the set and person of another.",
            expected="one row per set and person: a second one would count twice.",
            remedy="keep one row of each.",
        )
    clusters = pairs if len(cluster) == 2 else Clustering(pairs.ways[:1])
    return Members(pairs.ways[1].codes, clusters, cluster, flags(sets, "is_mentored"))


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Changes of the outcome up to one moment since the start.

    member   positions in the sets of those who have one; change, weight: theirs
    """

    moment: float
    member: np.ndarray
    change: np.ndarray
    weight: np.ndarray

    def weigh_nothing(self, members: Members) -> bool:
        """Whether an arm has changes, but none of them has a weight."""
        arm = members.is_mentored[self.member].astype(np.intp)
        n_rows, n_weighing = np.bincount(arm, minlength=2), np.bincount(arm, self.weight > 0, 2)
        return bool(((n_rows > 0) & (n_weighing == 0)).any())

    def of_complete_sets(self, members: Members) -> "Changes":
        """Of sets with changes in both arms; comparators sum to the mentored of their set again.

        All changes as they are where an arm weighs nothing: no set is complete then.
        """
        own = members.own_set[self.member]
        is_mentored = members.is_mentored[self.member]
        mentored, others = (
            np.bincount(own, self.weight * arm)[own] if len(own) else self.weight
            for arm in (is_mentored, ~is_mentored)
        )
        kept = (mentored > 0) & (others > 0)
        if not kept.any() and self.weigh_nothing(members):
            return self
        share = np.divide(mentored, others, out=np.ones(len(own)), where=kept)
        weight = np.where(is_mentored, self.weight, self.weight * share)
        return Changes(self.moment, self.member[kept], self.change[kept], weight[kept])


def difference_of_changes(
    members: Members,
    changes: Iterable[Changes],
    *,
    n_moments: int,
    outcome: str,
    minimum_people: int,
    has_before: np.ndarray,
    largest_value: float,
    seed: int = 0,
) -> MatchedDifference:
    """Weighted mean change of the mentored less that of the comparators, at each moment.

    changes         of n_moments moments, taken one after the other
    has_before      per row of the sets: is there a value before the start?
    largest_value   of the outcome: what its rounding is measured by

    A moment has no estimate where an arm has fewer distinct people than asked for or no weight, and
    no error where nothing varies within the arms: an interval of no width would find anything.
    """
    rows = []

    def influences() -> Iterator[Influence]:
        for at in changes:
            contrast = mean_difference(
                at.change,
                members.is_mentored[at.member],
                at.weight,
                members.clusters.at(at.member),
            )
            point = _point(at.moment, contrast, minimum_people, _ROUNDING * largest_value)
            is_empty = min(contrast.n_mentored, contrast.n_comparison) == 0
            no_weight = is_empty and at.weigh_nothing(members)
            rows.append(point | ({"reason": NO_WEIGHT} if no_weight else {}))
            yield contrast.influence

    influence = beside(influences(), n_moments)
    people = members.clusters.people
    n_known = np.bincount(people.codes, has_before, people.n_clusters)
    return MatchedDifference(
        outcome=outcome,
        points=pd.DataFrame(rows),
        influence=influence,
        n_without_reference=int((~has_before).sum()),
        n_left_out=int((n_known == 0).sum()),
        seed=seed,
        error_type=error_type(members.cluster),
    )


def _point(
    moment: float, contrast: MeanDifference, minimum_people: int, no_variation: float
) -> dict:
    """A row of points. The reason tells no small count: these are beside it."""
    is_enough = min(contrast.n_mentored, contrast.n_comparison) >= minimum_people
    varies = is_enough and bool(contrast.influence.is_above(no_variation)[0])
    has_error = varies and contrast.std_error > no_variation
    too_few = (
        f"fewer than {minimum_people} of the mentored, or of their comparators, have a value and "
        "had one before"
    )
    return {
        "moment": moment,
        "estimate": contrast.estimate if is_enough else np.nan,
        "std_error": contrast.std_error if has_error else np.nan,
        "mean_mentored": contrast.mean_mentored if is_enough else np.nan,
        "mean_comparison": contrast.mean_comparison if is_enough else np.nan,
        "n_mentored": contrast.n_mentored,
        "n_comparison": contrast.n_comparison,
        "reason": too_few
        if not is_enough
        else NOTHING_VARIES
        if not varies
        else None
        if has_error
        else NO_SPREAD,
    }
