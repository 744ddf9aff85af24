"""Spells and leaves out of an event log, in which each row says what happened on a day."""

import pandas as pd

from mentor_outcomes.errors import StudyError
from mentor_outcomes.tables.checks import (
    SAME_ROW_AGAIN,
    aside_after_extract,
    noting_backdated,
    without_repeats,
    without_strangers,
)
from mentor_outcomes.tables.people import SPELL_WITHOUT_EXIT, numbered, with_declared_kinds
from mentor_outcomes.tables.rows import Rows, Rule
from mentor_outcomes.tables.stays import with_stay

ONE_DAY = pd.Timedelta(days=1)


def in_sequence(rows: Rows, people: pd.Series) -> Rows:
    """Usable rows of an event log by person, day and sequence; no sequence counts as 1.

    Rows dated after the extract are counted as plans.
    """
    sequence = rows.frame["sequence"].fillna(1) if "sequence" in rows.frame else 1
    rows = rows.with_frame(rows.frame.assign(sequence=sequence).astype({"sequence": "int64"}))
    rows = aside_after_extract(without_strangers(rows, "person_id", people), "effective_on")
    rows = without_repeats(rows, ["person_id", "effective_on", "sequence"])
    order = ["person_id", "effective_on", "sequence"]
    return noting_backdated(
        rows.with_frame(rows.frame.sort_values(order, kind="stable")), "effective_on"
    )


def spells_from_events(rows: Rows, people: pd.Series) -> Rows:
    """One row per person and spell: from a hire or rehire to the exit that follows it.

    An exit needs a hire before it, and a rehire an exit; rows out of that order cannot be used,
    nor can a hire with no exit where the person has one that is itself in quarantine.
    The exit is dated as the layout says, on the last day employed or on the day after. A spell
    keeps the row number of its hire.

    Raises StudyError where nobody says how exits are dated.
    """
    dated = rows.received.layout.exit_dated
    if dated is None:
        where = f"sources.{rows.received.name}"
        raise StudyError(
            f"nothing says how exits are dated in the event log of {where}.",
            expected="exit_dated: last_day (the last day employed) or day_after.",
            remedy=f"write exit_dated under {where} in params.yaml.",
        )
    rows = in_sequence(rows, people)
    rows = with_declared_kinds(rows, _is_exit(rows))
    lost_on = _last_lost_exit(rows)
    rows = rows.without(_is_exit(rows) & (_before(rows) != "hire"), EXIT_WITHOUT_HIRE)
    rows = rows.without(~_is_exit(rows) & (_after(rows) == "hire"), SPELL_WITHOUT_EXIT)
    is_open = ~_is_exit(rows) & (_after(rows) == "")
    was_lost = lost_on.reindex(rows.frame["person_id"]).to_numpy() >= rows.frame["effective_on"]
    rows = rows.without(is_open & was_lost, EXIT_IN_QUARANTINE)
    left_on = rows.frame["effective_on"] - (ONE_DAY if dated == "day_after" else 0 * ONE_DAY)
    rows = rows.with_frame(rows.frame.assign(left_on=left_on.where(_is_exit(rows))))
    hired_on = rows.frame.groupby("person_id")["effective_on"].shift()
    rows = _without_stays(rows, rows.frame["left_on"] < hired_on, NO_DAY_EMPLOYED)
    rows = _without_stays(rows, _is_exit(rows) & rows.frame["exit_kind"].isna(), EXIT_WITHOUT_KIND)
    rows = rows.without(_in_overlap(rows), OVERLAPPING_STAYS)
    return numbered(_paired(rows))


def _last_lost_exit(rows: Rows) -> pd.Series:
    """By person, the day of the last exit that cannot be used; the last of days if that is why."""
    numbers = [
        number
        for finding in rows.findings
        if finding.rule.name != SAME_ROW_AGAIN
        for number in finding.rows.tolist()
    ]
    lost = rows.whole.loc[numbers]
    exits = lost[lost["event_code"] == "exit"]
    days = exits["effective_on"].fillna(LAST_OF_DAYS)
    return days.groupby(exits["person_id"]).max()


LAST_OF_DAYS = pd.Timestamp("9999-12-31")


def _in_overlap(rows: Rows) -> pd.Series:
    """Rows of stays one of which begins before the one before it is over."""
    person, is_hire = rows.frame["person_id"], ~_is_exit(rows)
    begins_early = is_hire & (
        rows.frame["effective_on"] <= rows.frame["left_on"].groupby(person).shift()
    )
    either = begins_early | begins_early.groupby(person).shift(-1, fill_value=False)
    return either.groupby([person, is_hire.groupby(person).cumsum()]).transform("any")


def _paired(rows: Rows) -> Rows:
    """Each hire with the exit that follows it, which becomes part of its row."""
    of_person = rows.frame.groupby("person_id")
    spells = rows.frame.assign(
        hired_on=rows.frame["effective_on"],
        left_on=of_person["left_on"].shift(-1),
        exit_kind=of_person["exit_kind"].shift(-1),
    )[~_is_exit(rows)]
    return rows.merged(spells[["person_id", "hired_on", "left_on", "exit_kind"]])


def _without_stays(rows: Rows, is_wrong_exit: pd.Series, rule: Rule) -> Rows:
    """Without these exits and the hires before them."""
    hires = is_wrong_exit.groupby(rows.frame["person_id"]).shift(-1, fill_value=False)
    return rows.without(is_wrong_exit | hires, rule)


def _is_exit(rows: Rows) -> pd.Series:
    return rows.frame["event_code"] == "exit"


def _what(rows: Rows) -> pd.Series:
    return rows.frame["event_code"].replace({"rehire": "hire"})


def _before(rows: Rows) -> pd.Series:
    return _what(rows).groupby(rows.frame["person_id"]).shift().fillna("")


def _after(rows: Rows) -> pd.Series:
    return _what(rows).groupby(rows.frame["person_id"]).shift(-1).fillna("")


def leaves_from_events(rows: Rows, people: pd.Series, spells: pd.DataFrame) -> Rows:
    """One row per leave: from its first day until the day before the return.

    A further leave during a leave, as from paid to unpaid, goes on with it. A leave with no return
    in its employment spell has no end: the exit, or today, ends it. One whose return is dated the
    day it began is none.
    """
    rows = in_sequence(rows, people)
    rows = rows.with_frame(with_stay(rows.frame, spells, day="effective_on"))
    rows = rows.without(
        (rows.frame["event_code"] == "return") & (_in_stay(rows, 1) != "leave"),
        RETURN_WITHOUT_LEAVE,
    )
    goes_on = (rows.frame["event_code"] == "leave") & (_in_stay(rows, 1) == "leave")
    rows = rows.aside(goes_on, "a leave that goes on")
    is_over_at_once = (_in_stay(rows, -1) == "return") & (
        rows.frame["effective_on"].groupby(_stay(rows)).shift(-1) <= rows.frame["effective_on"]
    )
    rows = rows.aside(
        is_over_at_once | is_over_at_once.groupby(_stay(rows)).shift(fill_value=False),
        "a leave of no day",
    )
    is_return = rows.frame["event_code"] == "return"
    until = (rows.frame["effective_on"] - ONE_DAY).groupby(_stay(rows), dropna=False).shift(-1)
    is_back = _in_stay(rows, -1) == "return"
    leaves = rows.frame.assign(
        **{"from": rows.frame["effective_on"], "until": until.where(is_back)}
    )[~is_return]
    return rows.merged(leaves[["person_id", "from", "until"]])


def _stay(rows: Rows) -> pd.Series:
    """One number per person and stay."""
    columns = [rows.frame["person_id"], rows.frame["hired_on"]]
    return (
        pd.concat(columns, axis="columns").groupby(["person_id", "hired_on"], dropna=False).ngroup()
    )


def _in_stay(rows: Rows, periods: int) -> pd.Series:
    """The event so many rows before (or after, if negative) in the same stay; else empty."""
    return rows.frame["event_code"].groupby(_stay(rows)).shift(periods).fillna("")


EXIT_IN_QUARANTINE = Rule(
    "exit_in_quarantine",
    "event_code",
    "begin a stay whose exit is a row that cannot be used",
    "an exit that can be read, or nobody knows that they left.",
    "correct the row of the exit: it is in quarantine for a reason of its own.",
)
OVERLAPPING_STAYS = Rule(
    "overlapping_spells",
    "effective_on",
    "belong to stays of which one begins before the other is over",
    "a rehire after the last day of the stay before.",
    "correct the dates at the source; if exits are dated the day after the last one, write "
    "`exit_dated: day_after` under the source in params.yaml.",
)
EXIT_WITHOUT_HIRE = Rule(
    "exit_without_hire",
    "event_code",
    "are an exit with no hire before it",
    "hire, exit, rehire, exit, in this order.",
    "add the missing hire at the source; an extract that begins late may have cut it off.",
)
EXIT_WITHOUT_KIND = Rule(
    "half_an_exit",
    "exit_kind",
    "belong to an exit without exit_kind",
    "a kind for every exit.",
    "complete the reason at the source, or translate it to `other` under codes.",
)
NO_DAY_EMPLOYED = Rule(
    "left_on_before_hired_on",
    "effective_on",
    "belong to a stay that ends before its first day",
    "an exit after the hire.",
    "correct the dates at the source; those who never came are no employees.",
)
RETURN_WITHOUT_LEAVE = Rule(
    "return_without_leave",
    "event_code",
    "are a return with no leave before it",
    "a leave before each return.",
    "add the missing leave at the source.",
)
