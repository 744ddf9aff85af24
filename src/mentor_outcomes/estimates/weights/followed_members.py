"""How long each member of a set is followed, in periods of the calendar."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar, days_of_months
from mentor_outcomes.study import Groups


@dataclass(frozen=True, slots=True, eq=False)
class FollowedMembers:
    """Members of the sets of one design by periods since that of time zero.

    first_period         (n_members,) the period that holds time zero
    first_share          (n_members,) share of its observed days after time zero
    is_followed          (n_members, n_periods) followed into the period
    is_followed_to_end   the same, to its last observed day
    """

    first_period: np.ndarray
    first_share: np.ndarray
    is_followed: np.ndarray
    is_followed_to_end: np.ndarray


def followed_members(
    members: pd.DataFrame,
    starts: pd.DataFrame,
    exits: pd.DataFrame,
    calendar: Calendar,
    groups: Groups,
    longest_months: float,
) -> FollowedMembers:
    """Follow-up to the first exit, observed_to, a censored comparator's own start, or the horizon.

    members   one row per set and person: person_id, time_zero, is_mentored
    starts    first mentorships of the role: person_id, started_on
    exits     person_id and occurred_on, the last day employed
    """
    last_day = pd.Timestamp(calendar.observed_to)
    time_zero = members["time_zero"].reset_index(drop=True)
    left_on = _first_exit(members, exits)
    is_censored = ~members["is_mentored"] & (groups.comparators_mentored_later == "censor")
    own_start = members["person_id"].map(starts.set_index("person_id")["started_on"])
    own_start = own_start.astype("datetime64[us]").where(is_censored).reset_index(drop=True)
    ends = pd.concat([left_on, own_start], axis=1).min(axis=1).fillna(last_day).clip(upper=last_day)
    longest = pd.Timedelta(days=float(days_of_months(longest_months)))
    first = calendar.period_of(time_zero).to_numpy(dtype=np.int64)
    last = np.minimum(calendar.period_of(ends), calendar.period_of(time_zero + longest) + 1)
    n_periods = last.to_numpy(dtype=np.int64) - first + 1
    width = int(n_periods.max(initial=0))
    is_followed = np.arange(width) < n_periods[:, None]
    period_end = _days(pd.Series(calendar.ends(np.arange(first.min(), first.max() + width))))
    period_end = np.minimum(
        period_end, last_day.to_datetime64().astype("datetime64[D]").astype(int)
    )
    place = np.minimum(first[:, None] + np.arange(width) - first.min(), len(period_end) - 1)
    end = period_end[place]
    is_gone = (_days(left_on)[:, None] < end) | (_days(own_start)[:, None] <= end)
    return FollowedMembers(
        first, _share_left(time_zero, first, calendar), is_followed, is_followed & ~is_gone
    )


def _days(dates: pd.Series) -> np.ndarray:
    """Days since 1970 began; later than any where missing."""
    values = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(values), 2**40, values.astype(np.int64))


def _first_exit(members: pd.DataFrame, exits: pd.DataFrame) -> pd.Series:
    """Per member, the last day employed of the first exit after time zero."""
    asked = members[["person_id", "time_zero"]].reset_index(drop=True)
    found = asked.reset_index().merge(exits[["person_id", "occurred_on"]], on="person_id")
    later = found[found["occurred_on"] > found["time_zero"]]
    return later.groupby("index")["occurred_on"].min().reindex(asked.index)


def _share_left(time_zero: pd.Series, period: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Share of the observed days of the period that lie after time zero."""
    begin = pd.Series(calendar.starts(period)).clip(lower=pd.Timestamp(calendar.observed_from))
    end = pd.Series(calendar.ends(period)).clip(upper=pd.Timestamp(calendar.observed_to))
    return ((end - time_zero).dt.days / ((end - begin).dt.days + 1)).to_numpy()
