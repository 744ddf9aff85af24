"""Mentorships that began, and requests that have not been answered yet."""

import pandas as pd

from mentor_outcomes.tables.checks import (
    refuse_before,
    refuse_repeated,
    refuse_strangers,
    refuse_unknown,
)
from mentor_outcomes.tables.pseudonyms import pseudonyms
from mentor_outcomes.tables.received import Received, refuse_rows

KINDS = ("formal", "informal")
_PHASES = ("cultivation_on", "separation_on", "redefinition_on")


def begun_of(received: Received, rows: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """One row per mentorship of the source mentoring. A mentor may be from outside."""
    refuse_strangers(received, rows, "protege_id", people)
    refuse_repeated(received, rows, ["mentorship_id"])
    refuse_unknown(received, rows, "kind", KINDS)
    refuse_rows(
        received,
        rows["mentor_id"].notna() & (rows["mentor_id"] == rows["protege_id"]),
        "have the same person as mentor and as protégé",
        expected="two people.",
        remedy="correct the ids at the source.",
    )
    refuse_rows(
        received,
        rows["started_on"].isna() & rows[["ended_on", *_PHASES]].notna().any(axis="columns"),
        "have an end or a phase and no started_on",
        expected="the day it started, in every mentorship that took place.",
        remedy="complete started_on at the source.",
    )
    for later in ("ended_on", *_PHASES):
        refuse_before(received, rows, later, "started_on")
    return rows


def requests_of(received: Received, rows: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """One row per request, at most one for a mentorship."""
    refuse_strangers(received, rows, "protege_id", people)
    matched = rows["mentorship_id"].notna()
    refuse_rows(
        received,
        matched & rows.duplicated("mentorship_id"),
        "ask for a mentorship that an earlier row asks for",
        expected="one request for a mentorship, the first.",
        remedy="keep the first request and leave mentorship_id of the others empty.",
    )
    refuse_rows(
        received,
        ~matched
        & rows[~matched]
        .duplicated(["protege_id", "requested_on"])
        .reindex(rows.index, fill_value=False),
        "repeat the protege_id and requested_on of an earlier request never matched",
        expected="one request of a person on a day.",
        remedy="remove the rows that repeat.",
    )
    return rows


def joined(
    mentoring: Received,
    begun: pd.DataFrame,
    source: Received | None,
    requests: pd.DataFrame | None,
    key: bytes,
) -> pd.DataFrame:
    """One row per mentorship begun or asked for; `source` and `requests` may be absent.

    `requested_on` comes from the request that names the mentorship. A request that names none is
    a row of its own, without mentor or start.
    """
    if source is None or requests is None:
        no_day = pd.Series(pd.NaT, index=begun.index, dtype="datetime64[us]")
        asked = begun.assign(requested_on=no_day)
        _refuse_neither_asked_nor_begun(mentoring, asked)
        return asked
    _refuse_unknown_mentorships(source, requests, begun)
    request_days = requests.dropna(subset="mentorship_id").set_index("mentorship_id")
    asked = begun.assign(
        requested_on=request_days["requested_on"].reindex(begun["mentorship_id"]).to_numpy()
    )
    _refuse_neither_asked_nor_begun(mentoring, asked)
    refuse_before(mentoring, asked, "started_on", "requested_on")
    waiting = requests[requests["mentorship_id"].isna()]
    day = waiting["requested_on"].dt.strftime("%Y-%m-%d")
    waiting = waiting.assign(
        mentorship_id=pseudonyms(waiting["protege_id"] + " " + day, key, domain="request")
    )
    return pd.concat([asked, waiting.reindex(columns=asked.columns).astype(asked.dtypes)])


def with_manager_flag(mentorships: pd.DataFrame, job_history: pd.DataFrame | None) -> pd.DataFrame:
    """`mentor_is_manager`: the mentor was the protégé's manager at the end of the start day.

    False where there is no job history, no manager on record, or no start.
    """
    if job_history is None:
        return mentorships.assign(mentor_is_manager=False)
    rows = mentorships.reset_index(drop=True)
    started = rows[rows["started_on"].notna()].assign(row=lambda frame: frame.index)
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


def _refuse_unknown_mentorships(
    source: Received, requests: pd.DataFrame, begun: pd.DataFrame
) -> None:
    protege_of = begun.set_index("mentorship_id")["protege_id"]
    matched = requests["mentorship_id"].notna()
    refuse_rows(
        source,
        matched & ~requests["mentorship_id"].isin(protege_of.index),
        "name a mentorship_id that the source mentoring does not have",
        expected="a mentorship of mentoring, or nothing for a request never matched.",
        remedy="export both files on the same day, or leave mentorship_id empty where a request "
        "was never matched.",
    )
    theirs = protege_of.reindex(requests["mentorship_id"]).to_numpy()
    refuse_rows(
        source,
        matched & (requests["protege_id"] != theirs),
        "name a mentorship of somebody else than the one who asked",
        expected="the same protege_id in the request and in the mentorship.",
        remedy="correct mentorship_id in the requests.",
    )


def _refuse_neither_asked_nor_begun(mentoring: Received, asked: pd.DataFrame) -> None:
    refuse_rows(
        mentoring,
        asked["started_on"].isna() & asked["requested_on"].isna(),
        "have neither a started_on nor a request",
        expected="a start, or a request that was made for it.",
        remedy="complete started_on, add the request, or remove these rows.",
    )
