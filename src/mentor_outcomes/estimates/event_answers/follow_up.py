"""Follow-up of people from an origin to the first thing that ends it, in days."""

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar, days_of_months
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.member_periods import member_periods
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
        arm=pd.Categorical.from_codes(
            (~sets["is_mentored"]).astype("int8"), categories=["mentored", "comparison"]
        ),
        censored_on=started_on.where(~sets["is_mentored"] & is_censoring),
    )
    followed = follow_up(members, outcome, events, section, after_origin=True)
    longest = float(days_of_months(longest_months))
    is_past = followed["exit"] > longest
    followed = followed.assign(
        exit=followed["exit"].clip(upper=longest), cause=followed["cause"].mask(is_past, "")
    )
    if is_censoring:
        followed = _by_period(followed, section.calendar, _of_sets(censoring_weights, sets))
    return followed[list(_OF_RECORDS)].reset_index(drop=True)


def _of_sets(censoring_weights: pd.DataFrame, sets: pd.DataFrame) -> pd.DataFrame:
    """The rows of the sets' own design, and of the sets' own people."""
    design = sets[list(_DESIGN)].iloc[0]
    if censoring_weights.empty:
        return censoring_weights
    return censoring_weights[
        np.logical_and.reduce([censoring_weights[name] == design[name] for name in _DESIGN])
    ]


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


def _by_period(
    followed: pd.DataFrame, calendar: Calendar, censoring_weights: pd.DataFrame
) -> pd.DataFrame:
    """Each row cut at the ends of calendar periods, the cause on the last piece, with its weight.

    Refuses a piece without a censoring weight.
    """
    origin = followed["origin"]
    last_day = origin + pd.to_timedelta(np.ceil(followed["exit"]), unit="D")
    last = calendar.period_of(last_day).to_numpy(dtype="int64")
    first = np.minimum(calendar.period_of(origin + _ONE_DAY).to_numpy(dtype="int64"), last)
    n_pieces = last - first + 1
    row = np.repeat(np.arange(len(followed)), n_pieces)
    order = np.arange(len(row)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    period = first[row] + order
    begins, ends = _days_of_periods(calendar, period)
    zero = origin.to_numpy().astype("datetime64[D]").astype(np.int64)[row]
    cause = pd.Categorical(followed["cause"], categories=["", EVENT, COMPETING_EVENT])
    codes = np.where(order == n_pieces[row] - 1, cause.codes[row], 0)
    place = member_periods(censoring_weights, followed).find(row, period)
    n_missing = int((place < 0).sum())
    if n_missing:
        raise EstimationError(
            f"{n_missing} of {len(row)} person-periods of matched sets have no weight for not "
            "having been mentored yet.",
            expected="a row of censoring_weights for every set, person and period followed.",
            remedy="run the stage `estimate` again from the same matched sets.",
        )
    factor = censoring_weights["unmentored_weight"].to_numpy()[place]
    kept = followed[["set_id", "person_id", "arm"]].iloc[row].reset_index(drop=True)
    return kept.assign(
        entry=np.maximum(begins - 1 - zero, 0).astype("float64"),
        exit=np.minimum(followed["exit"].to_numpy()[row], ends - zero),
        cause=pd.Categorical.from_codes(codes, dtype=cause.dtype),
        weight=followed["weight"].to_numpy()[row] * factor,
    )


def _days_of_periods(calendar: Calendar, period: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of each period, in days since 1970."""
    low = int(period.min())
    every = np.arange(low, int(period.max()) + 2)
    starts = calendar.starts(every).to_numpy().astype("datetime64[D]").astype(np.int64)
    return starts[period - low], starts[period - low + 1] - 1
