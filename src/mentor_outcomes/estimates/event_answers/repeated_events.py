"""Follow-up that goes on after an event, cut at each of them: first and later promotions."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.event_answers.follow_up import COMPETING_EVENT, EVENT
from mentor_outcomes.study import Outcome

_MEMBER = ["set_id", "person_id"]


def repeated_records(
    sets: pd.DataFrame,
    outcome: Outcome,
    *,
    events: pd.DataFrame,
    records_of: Callable[..., pd.DataFrame],
) -> pd.DataFrame:
    """One row per member of a set and stretch of follow-up with one weight and no event within.

    Columns as of `follow_up.set_records`, and: event (one happens at `exit`), terminal (the member
    leaves at `exit`, which ends follow-up for good) and is_first (of the events). A cause of
    "event" does not end follow-up here: it goes on, with the same weights, to the first exit,
    observed_to, the longest horizon or, for comparators who are then censored, their own
    mentorship. Any exit is terminal. An event on the day that follow-up ends counts.

    events       those that count
    records_of   `follow_up.set_records` with all but sets, outcome and events
    """
    is_it = events["event"] == outcome.event
    leaving = replace(outcome, competing=("exit",))
    stretches = records_of(sets, leaving, events=events[~is_it])
    stretches = stretches.assign(row=np.arange(len(stretches)))
    days = _days_of_events(sets, events.loc[is_it, ["person_id", "occurred_on"]])
    inside = stretches.merge(days, on=_MEMBER, how="inner")
    inside = inside[(inside["entry"] < inside["day"]) & (inside["day"] <= inside["exit"])]
    return _cut(stretches, inside)


def _days_of_events(sets: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Per member and event after time zero, its day since then, and whether it is the first."""
    days = sets[[*_MEMBER, "time_zero"]].merge(events, on="person_id")
    days = days[days["occurred_on"] > days["time_zero"]]
    day = (days["occurred_on"] - days["time_zero"]).dt.days.astype("float64")
    first = day.groupby([days[name] for name in _MEMBER], observed=True).transform("min")
    return days[_MEMBER].assign(day=day, is_first=day == first)


def _cut(stretches: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    """Each stretch up to each event that is inside it, and what is left of it after the last."""
    ends_in_one = stretches["row"].isin(inside.loc[inside["day"] == inside["exit"], "row"])
    to_events = inside.assign(exit=inside["day"], is_end=inside["day"] == inside["exit"])
    rest = stretches[~ends_in_one].assign(is_end=True, is_first=False)
    pieces = pd.concat(
        [to_events.drop(columns="day").assign(event=True), rest.assign(event=False)],
        ignore_index=True,
    ).sort_values(["row", "exit"], kind="stable", ignore_index=True)
    before = pieces.groupby("row")["exit"].shift()
    is_gone = (pieces["cause"] == COMPETING_EVENT) & pieces["is_end"]
    return pieces.assign(
        entry=before.fillna(pieces["entry"]),
        event=pieces["event"].astype(bool),
        is_first=pieces["is_first"].astype(bool),
        terminal=is_gone.astype(bool),
        cause=np.select([pieces["event"].astype(bool), is_gone], [EVENT, COMPETING_EVENT], ""),
    ).drop(columns=["row", "is_end"])
