"""Matched difference-in-differences: how much more the mentored changed than their comparators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustering import PEOPLE_AND_SETS
from mentor_outcomes.estimates.inference.risk_intervals import (
    require_columns,
    require_known,
    weights_of,
    whole_numbers,
)
from mentor_outcomes.estimates.inference.wald_test import NOT_TESTED, JointTest
from mentor_outcomes.estimates.panel.fixed_effects_rows import with_missing
from mentor_outcomes.estimates.panel.matched_difference_result import MatchedDifference
from mentor_outcomes.estimates.panel.mean_changes import (
    Changes,
    difference_of_changes,
    members_of,
)
from mentor_outcomes.estimates.panel.member_periods import member_periods, period_weights

__all__ = [
    "NOT_TESTED",
    "JointTest",
    "MatchedDifference",
    "matched_difference",
]
ONE_PERIOD = "the panel has one period only, so that there is no change"


def matched_difference(
    sets: pd.DataFrame,
    panel: pd.DataFrame,
    *,
    outcome: str,
    periods_since_start: Sequence[int],
    reference: int = -1,
    follow_up: pd.DataFrame | None = None,
    minimum_people: int = 2,
    cluster: Sequence[str] = PEOPLE_AND_SETS,
    seed: int = 0,
) -> MatchedDifference:
    """Mean change of the mentored less that of their comparators, by periods since the start.

    The change runs from the period `reference` before the start (-1: the last whole one) to period
    k after it; `.tidy()` gives a row per moment. Estimates the effect on the mentored (of those
    compared) if, without mentoring, both would have changed alike, and if the follow-up weights
    make up for those who left or were mentored later. Moments before the reference show whether
    they did move alike earlier.

    Parameters
    ----------
    sets        one row per set and person: set_id, person_id, start_period (whole number),
                is_mentored, weight (matched: of a set's mentored member 1; of its comparators,
                sum 1). Weights count as they are given: a set whose comparators sum to less counts
                for less among the comparators from the start on
    panel       one row per person and period: person_id, period (whole number) and the outcome
    follow_up   one row per set, person and period from the start on, while followed: set_id,
                person_id, period, weight; members without a row are not used in that period.
                Without it every value counts, with weight 1
    minimum_people   distinct people needed in each arm
    cluster     ("person_id",) alone where sets are no matched sets, but trials of everybody
    reference   the period, counted from the start, that changes run from; it has no row. One after
                the start asks for growth since then, which an effect before it does not enter
    seed        of the draws behind uniform bands

    From the start on, weights are set weight x follow-up weight, normalised within each arm.
    Before it, a set counts where a mentored member and a comparator have the value, and its
    comparators' weights are made to sum to those of its mentored again.
    Errors by influence functions, clustered two ways by person and set, as Austin & Cafri (2020)
    for matching with reuse: comparators recur across sets and may have a set of their own, and
    members of a set were chosen to be alike, which takes from the difference what they share.
    Means over windows of moments: `over_windows` of the result.

    A value before the start is taken from each person as it was, and never matched on: among those
    alike in it, whoever's was high by chance falls back (regression to the mean).
    Raises EstimationError where a set, a person, a period or a weight is missing, a period is no
    whole number, a weight is below zero, a value infinite or text, or a row repeats another's.
    Worked by hand in tests/spec/test_matched_difference.py; truth found in tests/recovery;
    equal to a weighted regression in R with errors clustered either way (tests/reference).
    """
    named = ["set_id", "person_id", "start_period", "is_mentored", "weight"]
    require_columns(sets, named, of="sets")
    require_columns(panel, ["person_id", "period"], of="rows of the panel")
    require_columns(panel, [outcome])
    moments = sorted({*_whole(periods_since_start), *_whole([reference])} - {reference})
    if not moments:
        raise EstimationError(
            "no moment to compare the two arms at.",
            expected="one or more periods since the start, other than the reference.",
            remedy="name some in the call.",
        )
    values, order = _values(sets, panel, outcome)
    sets = sets.iloc[order]
    before, weight = values.at(int(reference)), weights_of(sets, "weight")
    members = members_of(sets, cluster)
    still = None if follow_up is None else member_periods(follow_up, sets)
    factor = None if follow_up is None else period_weights(follow_up)

    def changes_at(moment: int) -> Changes:
        change = values.at(moment) - before
        known = np.flatnonzero(~np.isnan(change))
        found = Changes(moment, known, change[known], weight[known])
        if moment < 0:
            return found.of_complete_sets(members)
        if still is None:
            return found
        place = still.find(known, values.start[known] + moment)
        kept = np.flatnonzero(place >= 0)
        followed = found.weight[kept] * factor[place[kept]]
        return Changes(moment, known[kept], found.change[kept], followed)

    result = difference_of_changes(
        members,
        (changes_at(moment) for moment in moments),
        n_moments=len(moments),
        outcome=outcome,
        minimum_people=minimum_people,
        has_before=~np.isnan(before),
        largest_value=values.largest,
        seed=seed,
    )
    if values.n_periods > 1:
        return result
    return replace(result, points=result.points.assign(reason=ONE_PERIOD))


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """Values of members by period.

    flat    values by person and period, one person after the other, with a last one without any
    starts_within   first and last period of a start
    place   per member, where the person's period that holds the start would stand in `flat`
    """

    flat: np.ndarray
    n_periods: int
    first_period: int
    place: np.ndarray
    start: np.ndarray
    starts_within: tuple[int, int]

    @property
    def largest(self) -> float:
        return float(np.nanmax(np.abs(self.flat), initial=0.0, where=~np.isnan(self.flat)))

    def at(self, k: int) -> np.ndarray:
        """Each member's value k periods after the start; missing outside the panel's periods."""
        first, last = self.starts_within
        if first + k >= self.first_period and last + k < self.first_period + self.n_periods:
            return self.flat[self.place + k]
        column = self.start + (k - self.first_period)
        is_inside = (column >= 0) & (column < self.n_periods)
        return np.where(is_inside, self.flat[np.where(is_inside, self.place + k, 0)], np.nan)


def _values(sets: pd.DataFrame, panel: pd.DataFrame, outcome: str) -> tuple[_Values, np.ndarray]:
    """Values of the members in the order in which they lie, and that order of the sets' rows."""
    require_known(panel, ["person_id"])
    codes, names = pd.factorize(panel["person_id"])
    period = whole_numbers(panel, "period")
    first, n_periods = int(period.min()), int(np.ptp(period)) + 1
    flat = np.full((len(names) + 1) * n_periods, np.nan)
    key = codes * n_periods + (period - first)
    _refuse_repeated(key, len(flat))
    flat[key] = with_missing(panel, outcome)
    # Somebody without any row has position -1: the missing values at the end.
    row = pd.Index(names).get_indexer(sets["person_id"]) % (len(names) + 1)
    start = whole_numbers(sets, "start_period")
    place = row * n_periods + start - first
    order = np.argsort(place, kind="stable")  # memory is read forwards: twice as fast
    within = int(start.min()), int(start.max())
    return _Values(flat, n_periods, first, place[order], start[order], within), order


def _refuse_repeated(key: np.ndarray, n_keys: int) -> None:
    is_there = np.zeros(n_keys, dtype=bool)
    is_there[key] = True
    n_repeated = len(key) - int(np.count_nonzero(is_there))
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} rows of the panel repeat the person and period of another.",
            expected="one row per person and period.",
            remedy="bring the records to one row per person and period first.",
        )


def _whole(periods: Sequence[float]) -> list[int]:
    if not isinstance(periods, Iterable):
        raise EstimationError(
            f"periods_since_start is {periods}.",
            expected="a list of whole numbers of periods.",
            remedy=f"write [{periods}].",
        )
    if not all(float(k).is_integer() for k in periods):
        raise EstimationError(
            f"asked for are the periods {', '.join(f'{k:g}' for k in periods)} since the start.",
            expected="whole numbers of periods, the reference among them.",
            remedy="count moments in periods of the panel; -1 is the last one before the start.",
        )
    return [int(k) for k in periods]
