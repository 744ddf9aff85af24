"""Mentorships that began, and requests that have not been answered yet."""

import numpy as np
import pandas as pd

from mentor_outcomes.tables.checks import (
    AFTER_EXTRACT,
    aside_after_extract,
    without_repeats,
    without_reversed,
    without_strangers,
)
from mentor_outcomes.tables.pseudonyms import pseudonyms
from mentor_outcomes.tables.rows import Rows, Rule

_PHASES = ("cultivation_on", "separation_on", "redefinition_on")


def begun_of(rows: Rows, people: pd.Series, key: bytes) -> Rows:
    """One row per mentorship of the source mentoring. A mentor may be from outside.

    Where the provider has no ids of mentorships, those of the same two people, request and start
    are one.
    """
    rows = without_strangers(_with_ids(rows, key), "protege_id", people)
    rows = without_repeats(rows, ["mentorship_id"])
    frame = rows.frame
    rows = rows.without(
        frame["mentor_id"].notna() & (frame["mentor_id"] == frame["protege_id"]), OWN_MENTOR
    )
    frame = rows.frame
    rows = rows.without(
        frame["started_on"].isna() & frame[["ended_on", *_PHASES]].notna().any(axis="columns"),
        END_WITHOUT_START,
    )
    for later in ("ended_on", *_PHASES):
        rows = without_reversed(rows, later, "started_on")
    return _with_plans(rows)


def _with_plans(rows: Rows) -> Rows:
    """A mentorship that is to start after the extract has not begun: `is_plan`, and no days."""
    extracted_on = rows.received.layout.extracted_on
    if extracted_on is None:
        return rows.with_frame(rows.frame.assign(is_plan=False))
    is_plan = rows.frame["started_on"] > pd.Timestamp(extracted_on)
    days = {name: rows.frame[name].mask(is_plan) for name in ("started_on", "ended_on", *_PHASES)}
    return rows.with_frame(rows.frame.assign(**days, is_plan=is_plan))


def _with_ids(rows: Rows, key: bytes) -> Rows:
    """With an id, and the day of the request where the provider has it in the same file."""
    frame = rows.frame
    if "requested_on" not in frame:
        no_day = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
        frame = frame.assign(requested_on=no_day)
    days = [frame[name].dt.strftime("%Y-%m-%d").fillna("") for name in _DAYS_OF_ID]
    text = frame["mentor_id"].fillna("") + " " + frame["protege_id"]
    for day in days:
        text = text + " " + day
    made = pseudonyms(text, key, domain="pair")
    return rows.with_frame(frame.assign(mentorship_id=frame["mentorship_id"].fillna(made)))


_DAYS_OF_ID = ("requested_on", "started_on")


def requests_of(rows: Rows, people: pd.Series, begun: Rows) -> Rows:
    """One row per request, at most one for a mentorship, of the one who asked for it."""
    rows = aside_after_extract(without_strangers(rows, "protege_id", people), "requested_on")
    matched = rows.frame["mentorship_id"].notna()
    unmatched_again = ~matched & rows.frame[~matched].duplicated(
        ["protege_id", "requested_on"]
    ).reindex(rows.frame.index, fill_value=False)
    rows = rows.without(unmatched_again, ASKED_AGAIN)
    protege_of = begun.frame.set_index("mentorship_id")["protege_id"]
    asked_for = rows.frame["mentorship_id"]
    rows = rows.without(asked_for.notna() & ~asked_for.isin(protege_of.index), NO_SUCH_MENTORSHIP)
    theirs = protege_of.reindex(rows.frame["mentorship_id"]).to_numpy()
    is_matched = rows.frame["mentorship_id"].notna()
    rows = rows.without(is_matched & (rows.frame["protege_id"] != theirs), SOMEBODY_ELSES)
    first = rows.frame.groupby("mentorship_id")["requested_on"].transform("min")
    is_later = rows.frame["mentorship_id"].notna() & (rows.frame["requested_on"] > first)
    rows = rows.aside(is_later, "a later request for the same mentorship")
    return rows.aside(
        rows.frame["mentorship_id"].notna() & rows.frame.duplicated("mentorship_id"),
        "a later request for the same mentorship",
    )


def with_request_days(begun: Rows, requests: Rows | None) -> Rows:
    """`begun` with `requested_on` of the request that names the mentorship, the first of both.

    A mentorship that neither began nor was asked for is none; one planned and not asked for is
    not yet one.
    """
    if requests is not None:
        asked = requests.frame.dropna(subset="mentorship_id").set_index("mentorship_id")
        day = asked["requested_on"].reindex(begun.frame["mentorship_id"]).to_numpy()
        own = begun.frame["requested_on"]
        begun = begun.with_frame(begun.frame.assign(requested_on=np.fmin(own.to_numpy(), day)))
    frame = begun.frame
    is_none = frame["started_on"].isna() & frame["requested_on"].isna()
    begun = begun.aside(is_none & frame["is_plan"], AFTER_EXTRACT)
    begun = begun.without(is_none[begun.frame.index], NEITHER_ASKED_NOR_BEGUN)
    begun = begun.with_frame(begun.frame.drop(columns="is_plan"))
    return without_reversed(begun, "started_on", "requested_on")


def mentorships_of(begun: Rows, requests: Rows | None, key: bytes) -> pd.DataFrame:
    """One row per mentorship begun or asked for.

    A request that names no mentorship is a row of its own, without mentor or start.
    """
    if requests is None:
        return begun.frame
    waiting = requests.frame[requests.frame["mentorship_id"].isna()]
    day = waiting["requested_on"].dt.strftime("%Y-%m-%d")
    waiting = waiting.assign(
        mentorship_id=pseudonyms(waiting["protege_id"] + " " + day, key, domain="request")
    )
    return pd.concat(
        [begun.frame, waiting.reindex(columns=begun.frame.columns).astype(begun.frame.dtypes)]
    )


def with_manager_flag(mentorships: pd.DataFrame, job_history: pd.DataFrame | None) -> pd.DataFrame:
    """`mentor_is_manager`: the mentor was the protégé's manager at the end of the start day.

    False where there is no job history, no manager on record, or no start.
    """
    if job_history is None:
        return mentorships.assign(mentor_is_manager=False)
    rows = mentorships.reset_index(drop=True)
    started = rows[rows["started_on"].notna()].assign(row=lambda frame: frame.index)
    if started.empty or job_history.empty:
        return rows.assign(mentor_is_manager=False)
    states = job_history.sort_values(["effective_on", "sequence"], kind="stable")
    in_force = pd.merge_asof(
        started.sort_values("started_on", kind="stable"),
        states.rename(columns={"person_id": "protege_id"})[
            ["protege_id", "effective_on", "manager_id"]
        ],
        left_on="started_on",
        right_on="effective_on",
        by="protege_id",
    ).set_index("row")
    has_mentor = in_force["mentor_id"].notna()
    is_manager = has_mentor & (in_force["manager_id"] == in_force["mentor_id"])
    return rows.assign(mentor_is_manager=is_manager.reindex(rows.index, fill_value=False))


OWN_MENTOR = Rule(
    "own_mentor",
    "mentor_id",
    "have the same person as mentor and as protégé",
    "two people.",
    "correct the ids at the source.",
)
END_WITHOUT_START = Rule(
    "end_without_start",
    "started_on",
    "have an end or a phase and no started_on",
    "the day it started, in every mentorship that took place.",
    "complete started_on at the source.",
)
NEITHER_ASKED_NOR_BEGUN = Rule(
    "neither_asked_nor_begun",
    "started_on",
    "have neither a started_on nor a request",
    "a start, or a request that was made for it.",
    "complete started_on, add the request, or remove these rows.",
)
ASKED_AGAIN = Rule(
    "asked_again",
    "requested_on",
    "repeat the protege_id and requested_on of an earlier request never matched",
    "one request of a person on a day.",
    "remove the rows that repeat.",
)
NO_SUCH_MENTORSHIP = Rule(
    "no_such_mentorship",
    "mentorship_id",
    "name a mentorship_id that the source mentoring does not have",
    "a mentorship of mentoring, or nothing for a request never matched.",
    "export both files on the same day, or leave mentorship_id empty where a request was never "
    "matched; the mentorship may be in quarantine itself.",
)
SOMEBODY_ELSES = Rule(
    "somebody_elses_mentorship",
    "mentorship_id",
    "name a mentorship of somebody else than the one who asked",
    "the same protege_id in the request and in the mentorship.",
    "correct mentorship_id in the requests.",
)
