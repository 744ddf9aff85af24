"""What is known of every member of the sets at a horizon: seen, gone, silent, or not followed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.member_periods import MemberPeriods, member_periods
from mentor_outcomes.estimates.weights.censoring import EXITS
from mentor_outcomes.estimates.weights.handed_on import handed_on

NO_VALUE_BEFORE, NOT_DUE, MENTORED_SINCE, LEFT_BY_CHOICE, LEFT_OTHERWISE, NO_VALUE, SEEN = range(7)
STATUSES = (
    "no_value_before",
    "not_due",
    "mentored_since",
    "left_by_choice",
    "left_otherwise",
    "no_value",
    "seen",
)
"""In the order of what is known of a member: the later, the more."""
_ROUNDING = 1e-12
"""Changes in points or log points that differ by less are alike."""
BY_CHOICE = "voluntary_exit"
KNOWN = (LEFT_BY_CHOICE, LEFT_OTHERWISE, NO_VALUE, SEEN)
"""Of these it is known whether they were seen at the horizon."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """An outcome before the start and at the horizon, shape (n_members,).

    weight_before, weight_then   response weights; 1 for outcomes that are not asked for
    is_due    the horizon lies within the study; `period`: the one at whose end it is reached
    """

    before: np.ndarray
    then: np.ndarray
    weight_before: np.ndarray
    weight_then: np.ndarray
    is_due: np.ndarray
    period: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class MembersAtHorizon:
    """Shape (n_members,), in the order of the sets.

    status           position in STATUSES
    change           of the outcome, where seen
    weight           of those of whom it is known whether they are seen: set weight x response
                     weight of the answer before, what those mentored since would have weighed
                     handed on; sums to 1 in each arm; 0 for the others
    seen_weight      of those seen, as in the matched difference: set weight x follow-up weight x
                     response weights; 0 for the others
    seen_set_weight  of those seen, the set weight alone
    """

    set_id: np.ndarray
    person_id: np.ndarray
    is_mentored: np.ndarray
    period: np.ndarray
    status: np.ndarray
    change: np.ndarray
    weight: np.ndarray
    seen_weight: np.ndarray
    seen_set_weight: np.ndarray

    def nothing_varies(self) -> bool:
        """Whether all who are seen of either arm changed alike, so that no error is known."""
        arms = [
            self.change[(self.status == SEEN) & (self.is_mentored == arm)] for arm in (True, False)
        ]
        return all(len(arm) > 0 and np.ptp(arm) <= _ROUNDING for arm in arms)

    def records(self) -> pd.DataFrame:
        """One row per member of whom it is known whether they are seen, for estimators."""
        rows = pd.DataFrame(
            {
                "set_id": self.set_id,
                "person_id": self.person_id,
                "is_mentored": self.is_mentored,
                "status": self.status,
                "is_seen": self.status == SEEN,
                "change": self.change,
                "weight": self.weight,
                "seen_weight": self.seen_weight,
                "seen_set_weight": self.seen_set_weight,
            }
        )
        return rows[np.isin(self.status, KNOWN)].reset_index(drop=True)


def members_at_horizon(
    sets: pd.DataFrame,
    values: Values,
    *,
    weights: pd.DataFrame,
    events: pd.DataFrame,
    own_start: pd.Series,
    calendar: Calendar,
) -> MembersAtHorizon:
    """Status, change and weights of each member.

    Of a member who left and was mentored later, the earlier counts, as everywhere.

    Parameters
    ----------
    sets        of one design: set_id, person_id, time_zero, is_mentored, weight
    values      the outcome of each member, before and then
    weights     the `censoring_weights` of this design
    events      person_id, occurred_on, event; of exits the last day employed
    own_start   per member, the day on which a comparator's own mentorship ends follow-up; missing:
                none, or comparators are kept as assigned

    By hand in tests/spec/test_members_at_horizon.py.
    """
    start = calendar.period_of(sets["time_zero"]).to_numpy(dtype="int64")
    place_of = member_periods(weights, sets)
    place = place_of.find(np.arange(len(sets)), values.period)
    at_end = _column(weights, "unmentored_weight_at_end", place)
    is_followed = np.isfinite(at_end)
    status, ended_on = _status(sets, values, is_followed, events, own_start)
    ended = calendar.period_of(pd.Series(ended_on)).to_numpy(dtype="float64")
    set_weight = sets["weight"].to_numpy(dtype="float64")
    base = np.where(np.isfinite(values.weight_before), set_weight * values.weight_before, 0.0)
    is_seen, is_mentored = status == SEEN, sets["is_mentored"].to_numpy(dtype=bool)
    last = np.where(is_followed | (status <= NOT_DUE), values.period, ended).astype("int64") - start
    weight = np.zeros(len(sets))
    for arm in (is_mentored, ~is_mentored):
        rows = np.flatnonzero(arm & (status > NOT_DUE))
        weight[rows] = handed_on(
            base[rows],
            last=last[rows],
            is_censored=status[rows] == MENTORED_SINCE,
            is_there=is_followed[rows],
            weights_since=_weights_since(weights, place_of, rows, start[rows]),
        )
    full = base * at_end * _column(weights, "stayed_weight", place) * values.weight_then
    return MembersAtHorizon(
        set_id=sets["set_id"].to_numpy(),
        person_id=sets["person_id"].to_numpy(),
        is_mentored=is_mentored,
        period=values.period,
        status=status,
        change=np.where(is_seen, values.then - values.before, np.nan),
        weight=weight,
        seen_weight=np.where(is_seen, full, 0.0),
        seen_set_weight=np.where(is_seen, set_weight, 0.0),
    )


def _status(sets, values, is_followed, events, own_start) -> tuple[np.ndarray, np.ndarray]:
    """Each member's status, and the day on which follow-up ended, if it did before the horizon."""
    exits = _first_exits(sets, events)
    exit_on = exits["occurred_on"].to_numpy(dtype="datetime64[us]")
    started_on = own_start.to_numpy(dtype="datetime64[us]")
    # Whose last day employed is that of their own start was mentored while employed.
    is_mentored_since = ~np.isnat(started_on) & ~(exit_on < started_on)
    is_known = ~np.isnan(values.before) & values.is_due
    n_unknown = int((is_known & ~is_followed & np.isnat(exit_on) & ~is_mentored_since).sum())
    if n_unknown:
        raise EstimationError(
            f"{n_unknown} members of matched sets are not followed to the horizon, and have "
            "neither left nor been mentored since.",
            expected="censoring weights, events and mentorships that belong to these sets.",
            remedy="run the stage `estimate` again from the same matched sets.",
        )
    status = np.select(
        [
            np.isnan(values.before),
            ~values.is_due,
            is_followed & ~np.isnan(values.then),
            is_followed,
            is_mentored_since,
            exits["event"].eq(BY_CHOICE).to_numpy(),
        ],
        [NO_VALUE_BEFORE, NOT_DUE, SEEN, NO_VALUE, MENTORED_SINCE, LEFT_BY_CHOICE],
        LEFT_OTHERWISE,
    )
    return status, np.where(is_mentored_since, started_on, exit_on)


def _first_exits(sets: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Per member, the first exit after time zero: occurred_on, the last day employed, and event."""
    asked = sets[["person_id", "time_zero"]].reset_index(drop=True)
    exits = events.loc[events["event"].isin(EXITS), ["person_id", "occurred_on", "event"]]
    found = asked.reset_index().merge(exits, on="person_id")
    # The kind decides between two exits of one day, so that the order of rows does not.
    later = found[found["occurred_on"] > found["time_zero"]].sort_values(["occurred_on", "event"])
    return later.groupby("index")[["occurred_on", "event"]].first().reindex(asked.index)


def _column(weights: pd.DataFrame, name: str, place: np.ndarray) -> np.ndarray:
    values = weights[name].to_numpy(dtype="float64")
    return (
        np.where(place >= 0, values[place], np.nan) if len(values) else np.full(len(place), np.nan)
    )


def _weights_since(weights, place_of: MemberPeriods, rows: np.ndarray, start: np.ndarray):
    """The weight for not being mentored yet, of chosen rows so many periods after time zero."""

    def weights_since(chosen: np.ndarray, periods: int, at_end: bool) -> np.ndarray:
        place = place_of.find(rows[chosen], start[chosen] + periods)
        return _column(
            weights, "unmentored_weight_at_end" if at_end else "unmentored_weight", place
        )

    return weights_since
