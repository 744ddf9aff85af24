"""Follow-up of people from an origin to the first thing that ends it, in days."""

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar, days_of_months
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.study import Groups, Outcome, StudySection

EXITS = ("voluntary_exit", "other_exit")
COMPETING = {"exit": EXITS, "other_exit": ("other_exit",)}
EVENT, COMPETING_EVENT = "event", "competing"
ELIGIBILITY = {"promotion": "below_top_grade", "voluntary_exit": "employed"}

_OF_RECORDS = ("set_id", "person_id", "arm", "entry", "exit", "cause", "weight")
_DESIGN = ("role", "contrast", "eligibility")
_ONE_DAY = pd.Timedelta(days=1)


def set_records(
    sets: pd.DataFrame,
    outcome: Outcome,
    *,
    events: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    censoring_weights: pd.DataFrame,
    section: StudySection,
    groups: Groups,
    longest_months: float,
) -> pd.DataFrame:
    """One row per member of a matched set and stretch of follow-up with one weight.

    sets    the matched sets of one design; censoring_weights may hold other designs too

    Columns: set_id, person_id, arm (mentored, comparison), entry and exit in days since time zero
    (at risk on (entry, exit]), cause ("event", "competing" or "": none ends the row) and weight,
    the set weight times the weight for not having been mentored yet in that calendar period.
    Follow-up ends at the first event after time zero, the first exit, observed_to, the longest
    horizon or, for comparators who are then censored, the day of their own first mentorship; of
    two on one day the event counts.
    """
    if sets.empty:
        return pd.DataFrame({name: sets.get(name, []) for name in _OF_RECORDS})
    is_censoring = groups.comparators_mentored_later == "censor"
    started_on = _own_start(sets, first_mentorships)
    members = sets.assign(
        origin=sets["time_zero"],
        arm=np.where(sets["is_mentored"], "mentored", "comparison"),
        censored_on=started_on.where(~sets["is_mentored"] & is_censoring),
    )
    followed = follow_up(members, outcome, events, section, after_origin=True)
    longest = float(days_of_months(longest_months))
    is_past = followed["exit"] > longest
    followed = followed.assign(
        exit=followed["exit"].clip(upper=longest), cause=followed["cause"].mask(is_past, "")
    )
    if is_censoring:
        followed = _weighted(_by_period(followed, section.calendar), censoring_weights)
    return followed[list(_OF_RECORDS)].reset_index(drop=True)


def follow_up(
    members: pd.DataFrame,
    outcome: Outcome,
    events: pd.DataFrame,
    section: StudySection,
    *,
    after_origin: bool,
) -> pd.DataFrame:
    """`members` with entry (0), exit in days since `origin`, and the cause that ends it.

    members        person_id, origin and, where follow-up ends for another reason, censored_on
    after_origin   events on the day of origin do not count; otherwise they do
    """
    members = members.reset_index(drop=True)
    competing = [kind for name in outcome.competing for kind in COMPETING[name]]
    event_on, competing_on, exit_on = (
        _first_of(members, events, kinds, after_origin)
        for kinds in ([outcome.event], competing, EXITS)
    )
    ends = pd.concat([event_on, competing_on, exit_on, members["censored_on"]], axis=1).min(axis=1)
    ends = ends.fillna(pd.Timestamp(section.observed_to))
    cause = np.select([event_on == ends, competing_on == ends], [EVENT, COMPETING_EVENT], "")
    return members.assign(
        entry=0.0,
        exit=(ends - members["origin"]).dt.days.astype("float64"),
        cause=pd.Series(cause, dtype="str"),
    )


def _first_of(members: pd.DataFrame, events: pd.DataFrame, kinds, after_origin: bool) -> pd.Series:
    """Per member, the day of the first event of these kinds from its origin on."""
    chosen = events.loc[events["event"].isin(kinds), ["person_id", "occurred_on"]]
    of_member = members[["person_id", "origin"]].reset_index().merge(chosen, on="person_id")
    since = of_member["occurred_on"] - of_member["origin"]
    counted = of_member[since > pd.Timedelta(0) if after_origin else since >= pd.Timedelta(0)]
    return counted.groupby("index")["occurred_on"].min().reindex(members.index)


def _own_start(sets: pd.DataFrame, first_mentorships: pd.DataFrame) -> pd.Series:
    roles = sets["role"].unique()
    starts = first_mentorships[first_mentorships["role"].isin(roles)].set_index("person_id")
    started_on = sets["person_id"].map(starts["started_on"])
    n_early = int((~sets["is_mentored"] & (started_on <= sets["time_zero"])).sum())
    if n_early:
        raise EstimationError(
            f"{n_early} comparators of matched sets have been mentored by time zero.",
            expected="comparators who are not mentored yet on that day.",
            remedy="run the stage `groups` again: its sets do not belong to these mentorships.",
        )
    return started_on


def _by_period(followed: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Each row cut at the ends of calendar periods; its period; the cause on the last piece."""
    origin = followed["origin"]
    last_day = origin + pd.to_timedelta(np.ceil(followed["exit"]), unit="D")
    last = calendar.period_of(last_day).to_numpy(dtype="int64")
    first = np.minimum(calendar.period_of(origin + _ONE_DAY).to_numpy(dtype="int64"), last)
    n_pieces = last - first + 1
    pieces = followed.loc[followed.index.repeat(n_pieces)].reset_index(drop=True)
    order = np.arange(len(pieces)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    period = np.repeat(first, n_pieces) + order
    begins = (calendar.starts(period) - _ONE_DAY - pieces["origin"]).dt.days
    ends = (calendar.ends(period) - pieces["origin"]).dt.days
    is_last = order == np.repeat(n_pieces, n_pieces) - 1
    return pieces.assign(
        period=period,
        entry=begins.clip(lower=0).astype("float64"),
        exit=np.minimum(pieces["exit"], ends),
        cause=pieces["cause"].where(is_last, ""),
    )


def _weighted(pieces: pd.DataFrame, censoring_weights: pd.DataFrame) -> pd.DataFrame:
    """`pieces` with their weights multiplied; refuses a piece without a censoring weight."""
    key = [*_DESIGN, "set_id", "person_id", "period"]
    merged = pieces.merge(
        censoring_weights[[*key, "unmentored_weight"]], on=key, how="left", validate="many_to_one"
    )
    n_missing = int(merged["unmentored_weight"].isna().sum())
    if n_missing:
        raise EstimationError(
            f"{n_missing} of {len(merged)} person-periods of matched sets have no weight for not "
            "having been mentored yet.",
            expected="a row of censoring_weights for every set, person and period followed.",
            remedy="run the stage `estimate` again from the same matched sets.",
        )
    return merged.assign(weight=merged["weight"] * merged["unmentored_weight"])
