"""Matched sets of one design, period by period, and everybody who was eligible on the same days."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.groups.eligibility import (
    EligibleDays,
    MentoredStarts,
    cell_of,
    days_in_panel,
)
from mentor_outcomes.groups.matching import risk_set_match, whole_score_units
from mentor_outcomes.groups.nearby import Pool, Starts, nearby_in_classes
from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.records import NEVER, Records


@dataclass(frozen=True, slots=True)
class SetsOfDesign:
    """Who is in which set, and who could have been.

    members    one row per set and person: start (position among the starts), person, stretch
               (state the day before), month (row of person_months the score is from),
               is_mentored, is_waiting (asked for a mentor before that day), score, weight
    eligible   one row per person and stretch eligible on the day of some start of a period:
               person, stretch, month, weight, is_comparable (exact columns and a score known, so
               that they can be members); each start spreads a weight of 1 over all who were
               eligible that day, whatever their exact columns, and whether these are known
    trial_day  of stacked trials: the days on which these comparison rows are eligible; None: the
               day of each start
    """

    members: pd.DataFrame
    eligible: pd.DataFrame
    trial_day: np.ndarray | None = None


def match_design(
    starts: MentoredStarts,
    days: EligibleDays,
    records: Records,
    propensity: Propensity,
    ratio: int,
    *,
    prefer_waiting_list: bool = False,
) -> SetsOfDesign:
    """Match every comparable start to people eligible on its day, nearest in the period's score.

    With `prefer_waiting_list`, those come first who asked for a mentor before the day and have
    had none by then; whether they will ever get one is not looked at.
    """
    requested = records.requested if prefer_waiting_list else np.full(len(records.people), NEVER)
    own_starts = np.flatnonzero(starts.can_be_compared())
    members = [_nobody().assign(start=0, is_mentored=False, is_waiting=False, score=0.0)]
    eligible = [_nobody().assign(is_comparable=False, weight=0.0)]
    for period in np.unique(starts.period[own_starts]):
        own = own_starts[starts.period[own_starts] == period]
        first, last = starts.day[own].min(), starts.day[own].max()
        near = days.rows((days.first <= last) & (days.last >= first))
        near, month = days_in_panel(near, records, propensity, period)
        there = pd.DataFrame({"person": near.person, "stretch": near.stretch, "month": month})
        spread = _spread_of_starts(near, starts.day[own])
        spread = there.assign(is_comparable=near.is_comparable, weight=spread)
        eligible.append(spread[spread["weight"] > 0])
        people = there[near.is_comparable]
        pool = _pool(near.rows(near.is_comparable), people["month"].to_numpy(), records, propensity)
        members.append(_members(own, starts, pool, people, records, propensity, ratio, requested))
    matched = risk_set_match(
        pd.concat(members, ignore_index=True),
        set_id="start",
        is_mentored="is_mentored",
        person="person",
        score="score",
        ratio=ratio,
        preferred="is_waiting",
    )
    return SetsOfDesign(matched, pd.concat(eligible, ignore_index=True))


def _pool(days: EligibleDays, month: np.ndarray, records: Records, propensity: Propensity) -> Pool:
    """People who can be compared, as matching wants them."""
    cell = cell_of(records, days.stretch, month)
    score = whole_score_units(propensity.score[month])
    return Pool(days.person, cell, score, days.first, days.last)


def _spread_of_starts(days: EligibleDays, start_days: np.ndarray) -> np.ndarray:
    """Per row: sum over its days of starts that day / people eligible that day."""
    distinct, n_starts = np.unique(start_days, return_counts=True)
    begin = np.searchsorted(distinct, days.first, side="left")
    end = np.searchsorted(distinct, days.last, side="right")
    changes = np.bincount(begin, minlength=len(distinct) + 1) - np.bincount(
        np.maximum(begin, end), minlength=len(distinct) + 1
    )
    n_eligible = np.cumsum(changes)[:-1]
    shares = np.divide(n_starts, n_eligible, out=np.zeros(len(distinct)), where=n_eligible > 0)
    total = np.r_[0.0, np.cumsum(shares)]
    return np.where(end > begin, total[np.maximum(begin, end)] - total[begin], 0.0)


def _members(own, starts, pool, people, records, propensity, ratio, requested) -> pd.DataFrame:
    """Mentored people of one period, each with the comparators near enough to be chosen."""
    mentored = pd.DataFrame(
        {"person": starts.person[own], "stretch": starts.stretch[own], "month": starts.month[own]}
    )
    month = mentored["month"].to_numpy()
    wanted = Starts(
        person=starts.person[own],
        cell=cell_of(records, starts.stretch[own], month),
        score=whole_score_units(propensity.score[month]),
        day=starts.day[own],
        limit=whole_score_units(propensity.caliper[month]),
    )
    pair_start, pair_row, is_waiting = nearby_in_classes(
        pool, wanted, ratio, requested[pool.person]
    )
    has_any = np.unique(pair_start)
    both = pd.concat(
        [
            mentored.iloc[has_any].assign(start=own[has_any], is_mentored=True, is_waiting=False),
            people.iloc[pair_row].assign(
                start=own[pair_start], is_mentored=False, is_waiting=is_waiting
            ),
        ],
        ignore_index=True,
    )
    return both.assign(score=propensity.score[both["month"].to_numpy()])


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"person": [], "stretch": [], "month": []}, dtype="int64")
