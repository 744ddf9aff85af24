"""Matched sets of one design, period by period, and everybody who was eligible on the same days."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.groups.eligibility import EligibleDays, MentoredStarts, cell_of
from mentor_outcomes.groups.matching import risk_set_match, whole_score_units
from mentor_outcomes.groups.nearby import Pool, Starts, nearby
from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.records import Records


@dataclass(frozen=True, slots=True)
class SetsOfDesign:
    """Who is in which set, and who could have been.

    members    one row per set and person: start (position among the starts), person, stretch
               (state the day before), month (row of person_months the score is from),
               is_mentored, score, weight
    eligible   one row per person and stretch eligible on the day of some start of a period:
               person, stretch, month, weight; each start spreads a weight of 1 over all who were
               eligible that day, whatever their exact columns
    """

    members: pd.DataFrame
    eligible: pd.DataFrame


def match_design(
    starts: MentoredStarts,
    days: EligibleDays,
    records: Records,
    propensity: Propensity,
    ratio: int,
) -> SetsOfDesign:
    """Match every comparable start to people eligible on its day, nearest in the period's score."""
    own_starts = np.flatnonzero(starts.can_be_compared())
    members = [_nobody().assign(start=0, is_mentored=False, score=0.0)]
    eligible = [_nobody().assign(weight=0.0)]
    for period in np.unique(starts.period[own_starts]):
        own = own_starts[starts.period[own_starts] == period]
        first, last = starts.day[own].min(), starts.day[own].max()
        near = days.rows((days.first <= last) & (days.last >= first))
        pool, people = _pool(near, records, propensity, period)
        spread = people.assign(weight=_spread_of_starts(pool, starts.day[own]))
        eligible.append(spread[spread["weight"] > 0])
        members.append(_members(own, starts, pool, people, records, propensity, ratio))
    matched = risk_set_match(
        pd.concat(members, ignore_index=True),
        set_id="start",
        is_mentored="is_mentored",
        person="person",
        score="score",
        ratio=ratio,
    )
    return SetsOfDesign(matched, pd.concat(eligible, ignore_index=True))


def _pool(near: EligibleDays, records: Records, propensity: Propensity, period: int):
    """People who can be scored: for matching, and with the rows their values are from."""
    month = records.month_row(near.person, np.full(len(near.person), period - 1))
    near, month = near.rows(month >= 0), month[month >= 0]
    cell = cell_of(records, near.stretch, month)
    usable = (cell >= 0) & np.isfinite(propensity.score[month])
    near, month = near.rows(usable), month[usable]
    score = whole_score_units(propensity.score[month])
    people = pd.DataFrame({"person": near.person, "stretch": near.stretch, "month": month})
    return Pool(near.person, cell[usable], score, near.first, near.last), people


def _spread_of_starts(pool: Pool, start_days: np.ndarray) -> np.ndarray:
    """Per row of the pool: sum over its days of starts that day / people eligible that day."""
    distinct, n_starts = np.unique(start_days, return_counts=True)
    begin = np.searchsorted(distinct, pool.first, side="left")
    end = np.searchsorted(distinct, pool.last, side="right")
    changes = np.bincount(begin, minlength=len(distinct) + 1) - np.bincount(
        np.maximum(begin, end), minlength=len(distinct) + 1
    )
    n_eligible = np.cumsum(changes)[:-1]
    shares = np.divide(n_starts, n_eligible, out=np.zeros(len(distinct)), where=n_eligible > 0)
    total = np.r_[0.0, np.cumsum(shares)]
    return np.where(end > begin, total[np.maximum(begin, end)] - total[begin], 0.0)


def _members(own, starts, pool, people, records, propensity, ratio) -> pd.DataFrame:
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
    pair_start, pair_row = nearby(pool, wanted, ratio)
    has_any = np.unique(pair_start)
    both = pd.concat(
        [
            mentored.iloc[has_any].assign(start=own[has_any], is_mentored=True),
            people.iloc[pair_row].assign(start=own[pair_start], is_mentored=False),
        ],
        ignore_index=True,
    )
    return both.assign(score=propensity.score[both["month"].to_numpy()])


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"person": [], "stretch": [], "month": []}, dtype="int64")
