"""Spells and leaves out of an event log, in which each row says what happened on a day."""

import pandas as pd

from mentor_outcomes.errors import StudyError
from mentor_outcomes.tables.checks import (
    aside_after_extract,
    lost_rows,
    noting_backdated,
    without_repeats,
    without_strangers,
)
from mentor_outcomes.tables.people import SPELL_WITHOUT_EXIT, numbered, with_declared_kinds
from mentor_outcomes.tables.rows import Rows, Rule
from mentor_outcomes.tables.stays import with_stay

ONE_DAY = pd.Timedelta(days=1)


def in_sequence(rows: Rows, people: pd.Series) -> Rows:
    """Usable rows of an event log by person, day and sequence.

    No sequence counts as 1, but an exit comes before what else happens on its day: whoever is
    hired that day as well is hired again. Rows dated after the extract are counted as plans.
    """
    is_exit = rows.frame["event_code"] == "exit"
    by_event = pd.Series(1, index=rows.frame.index).mask(is_exit, 0)
    sequence = rows.frame["sequence"].fillna(by_event) if "sequence" in rows.frame else by_event
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
    nor can stays that they put in doubt, nor stays within which a row of the log was lost.
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
    lost = _lost_days(rows)
    rows = _in_turn(rows)
    left_on = rows.frame["effective_on"] - (ONE_DAY if dated == "day_after" else 0 * ONE_DAY)
    rows = rows.with_frame(rows.frame.assign(left_on=left_on.where(_is_exit(rows))))
    rows = _without_stays_around(rows, lost)
    hired_on = rows.frame.groupby("person_id")["effective_on"].shift()
    rows = _without_stays(rows, rows.frame["left_on"] < hired_on, NO_DAY_EMPLOYED)
    rows = _without_stays(rows, _is_exit(rows) & rows.frame["exit_kind"].isna(), EXIT_WITHOUT_KIND)
    rows = rows.without(_in_overlap(rows), OVERLAPPING_STAYS)
    return numbered(_paired(rows))


def _in_turn(rows: Rows) -> Rows:
    """Hire, exit, hire, exit, ...: what is out of turn goes, with the stays it puts in doubt.

    Of two hires in a row the first has no exit. Of two exits in a row nobody knows which one ended
    the stay before them.
    """
    before, after, is_exit = _before(rows), _after(rows), _is_exit(rows)
    ends_twice = is_exit & (before == "hire") & (after == "exit")
    hires = ends_twice.groupby(rows.frame["person_id"]).shift(-1, fill_value=False)
    without_exit = ~is_exit & (after == "hire")
    rows = rows.without(is_exit & (before != "hire"), EXIT_WITHOUT_HIRE)
    rows = rows.without((ends_twice | hires)[rows.frame.index], TWO_EXITS)
    return rows.without(without_exit[rows.frame.index], SPELL_WITHOUT_EXIT)


def _lost_days(rows: Rows) -> pd.DataFrame:
    """Person and day of hires and exits that cannot be used; no day where that is why."""
    lost = rows.whole.loc[lost_rows(rows), ["person_id", "effective_on"]]
    return lost.dropna(subset="person_id").rename(columns={"effective_on": "lost_on"})


def _without_stays_around(rows: Rows, lost: pd.DataFrame) -> Rows:
    """Without the stays within which a hire or an exit was lost: they may be two, or over."""
    if lost.empty:
        return rows
    person = rows.frame["person_id"]
    begun = rows.frame["effective_on"].where(~_is_exit(rows))
    ended = rows.frame["effective_on"].where(_is_exit(rows)).groupby(person).shift(-1)
    stays = pd.DataFrame({"person_id": person, "begun": begun, "ended": ended, "row": person.index})
    pairs = stays[begun.notna()].merge(lost, on="person_id")
    is_within = (pairs["lost_on"] >= pairs["begun"]) & ~(pairs["lost_on"] > pairs["ended"])
    touched = rows.frame.index.isin(pairs.loc[is_within | pairs["lost_on"].isna(), "row"])
    hires = pd.Series(touched, index=rows.frame.index)
    exits = hires.groupby(person).shift(1, fill_value=False) & _is_exit(rows)
    return rows.without(hires | exits, EVENT_IN_QUARANTINE)


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


EVENT_IN_QUARANTINE = Rule(
    "event_in_quarantine",
    "event_code",
    "belong to a stay within which another hire or exit of the person cannot be used",
    "usable rows for all hires and exits of a person.",
    "mend the other row: it is in quarantine too.",
)
TWO_EXITS = Rule(
    "two_exits",
    "event_code",
    "belong to a stay that two exits in a row may have ended",
    "one exit for each hire.",
    "remove the exit that is wrong at the source; where somebody had two jobs at a time, keep the "
    "first record of employment.",
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
