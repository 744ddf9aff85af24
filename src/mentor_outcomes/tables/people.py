"""People, and their stays from hire to exit."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.tables.checks import (
    aside_after_extract,
    without_repeats,
    without_reversed,
    without_strangers,
)
from mentor_outcomes.tables.received import counted, refuse_rows
from mentor_outcomes.tables.rows import Rows, Rule


def people_of(rows: Rows) -> Rows:
    """One row per person.

    Rows of one person that do not contradict each other are joined: one may know what another
    leaves empty, as where a crosswalk makes several ids one person. Which rows are one row's
    copies is counted.

    Raises SourceError where rows of one person contradict each other.
    """
    frame = rows.frame
    attributes = [name for name in frame.columns if name != "person_id"]
    is_repeated = frame.duplicated("person_id", keep=False)
    n_values = frame[is_repeated].groupby("person_id")[attributes].nunique()
    clashing = n_values.index[(n_values > 1).any(axis="columns")]
    in_question = np.zeros(len(rows.received.frame), dtype=bool)
    in_question[frame.index[frame["person_id"].isin(clashing)]] = True
    refuse_rows(
        rows.received,
        in_question,
        "have the person_id of another row, and something else about the same person",
        expected="one row for each person_id, or rows that do not contradict each other.",
        remedy="find out which of the rows is right and remove the others at the source; if they "
        "are two people, the crosswalk joins ids that it should not.",
    )
    joined = frame.assign(**frame.groupby("person_id")[attributes].transform("first"))
    return rows.with_frame(joined).aside(
        joined.duplicated("person_id"), "a further row of a person"
    )


def spells_of(rows: Rows, people: pd.Series) -> Rows:
    """One row per person and spell, numbered by day of hire.

    A rehire is a further row of the same person. The last day of a spell lies before the first of
    the next; a spell without an end before a later one cannot be used, since nobody knows when it
    ended. An exit is dated as the layout says, by default on the last day employed; hires and
    exits after the day of the extract are plans.
    """
    rows = without_strangers(rows, "person_id", people)
    rows = without_repeats(aside_after_extract(rows, "hired_on"), ["person_id", "hired_on"])
    rows = _without_planned_exits(_on_last_days(rows))
    rows = with_declared_kinds(rows, rows.frame["left_on"].notna())
    return numbered(without_overlaps(without_half_exits(without_reversed(rows, *_DATES))))


_DATES = ("left_on", "hired_on")


def _on_last_days(rows: Rows) -> Rows:
    """With `left_on` the last day employed."""
    if rows.received.layout.exit_dated != "day_after":
        return rows
    return rows.with_frame(rows.frame.assign(left_on=rows.frame["left_on"] - pd.Timedelta(days=1)))


def _without_planned_exits(rows: Rows) -> Rows:
    """Who is to leave after the extract is still there."""
    extracted_on = rows.received.layout.extracted_on
    if extracted_on is None:
        return rows
    is_plan = rows.frame["left_on"] > pd.Timestamp(extracted_on)
    if not is_plan.any():
        return rows
    frame = rows.frame.assign(
        **{name: rows.frame[name].mask(is_plan) for name in ("left_on", "exit_kind")}
    )
    n_plans = counted(int(is_plan.sum()), "exit")
    return rows.with_frame(frame).noting(f"{n_plans} dated after the extract left out")


def with_declared_kinds(rows: Rows, is_exit: pd.Series) -> Rows:
    """Exits of kind `other` where the study declares that the provider tells no kind.

    is_exit   which rows are, or have, an exit
    """
    if rows.received.layout.columns.get("exit_kind") != "":
        return rows
    kind = pd.Series("other", index=rows.frame.index, dtype="str").where(is_exit)
    return rows.with_frame(rows.frame.assign(exit_kind=kind)).noting(
        "the file tells no kind of exit: every exit counts as `other`, none as by choice"
    )


def without_half_exits(rows: Rows) -> Rows:
    """An exit has a day and a kind, or there is none."""
    return rows.without(
        rows.frame["left_on"].isna() != rows.frame["exit_kind"].isna(),
        Rule(
            "half_an_exit",
            "exit_kind",
            "have left_on without exit_kind, or exit_kind without left_on",
            "both for those who left, neither for those still employed.",
            "complete them; the exit_kind is `other` where HR does not know it, and a left_on that "
            "means `no end` is listed under `open_ends` of the source in params.yaml.",
        ),
    )


def without_overlaps(rows: Rows) -> Rows:
    """Spells of one person that do not overlap, each with an end where another follows."""
    ordered = rows.frame.sort_values(["person_id", "hired_on", "left_on"], kind="stable")
    next_hired = ordered.groupby("person_id")["hired_on"].shift(-1)
    is_open = _in_order(ordered["left_on"].isna() & next_hired.notna(), rows)
    closed = rows.without(is_open, SPELL_WITHOUT_EXIT)
    ordered = closed.frame.sort_values(["person_id", "hired_on", "left_on"], kind="stable")
    of_person = ordered.groupby("person_id")
    until = of_person["left_on"].cummax()
    holds_later = of_person["hired_on"].shift(-1) <= ordered["left_on"]
    begins_within = ordered["hired_on"] <= until.groupby(ordered["person_id"]).shift()
    return closed.without(
        _in_order(holds_later | begins_within, closed),
        Rule(
            "overlapping_spells",
            "hired_on",
            "overlap with another spell of the same person",
            "spells of one person that do not overlap, each begun after the last day of the one "
            "before.",
            "correct the dates at the source.",
        ),
    )


SPELL_WITHOUT_EXIT = Rule(
    "hire_without_exit",
    "left_on",
    "begin a spell that has no exit, and a later spell of the same person follows",
    "an exit before each rehire.",
    "add the missing exit at the source, or correct it in the ledger of corrections.",
)


def _in_order(mask: pd.Series, rows: Rows) -> pd.Series:
    return mask.reindex(rows.frame.index)


def joined_stays(rows: Rows, within_days: int | None) -> Rows:
    """Stays of which the next begins so many days after the last day of the one before are one.

    0 joins none. Raises SourceError where nobody says and some follow on the next day: people move
    between the legal entities of one organisation, and have not left it.
    """
    ordered = rows.frame.sort_values(["person_id", "hired_on"], kind="stable")
    person = ordered["person_id"]
    gap = (ordered["hired_on"] - ordered["left_on"].groupby(person).shift()).dt.days
    if within_days is None and (gap <= 1).any():
        raise SourceError(
            f"{counted(int((gap <= 1).sum()), 'exit')} of {rows.received.name} followed by a hire "
            "of the same person on the next day.",
            expected="to be told whether this is leaving, or a move within the organisation.",
            remedy="write under ingest in params.yaml: `join_stays_within_days: 1` (they have not "
            "left) or `join_stays_within_days: 0` (they have).",
        )
    goes_on = gap <= (within_days or 0)
    if not goes_on.any():
        return rows
    ends = ~goes_on.groupby(person).shift(-1, fill_value=False)
    last = ordered.loc[ends, ["left_on", "exit_kind"]].to_dict("series")
    joined = ordered[~goes_on].assign(**{name: each.to_numpy() for name, each in last.items()})
    n_joined = len(ordered) - len(joined)
    note = f"{n_joined} {'stay' if n_joined == 1 else 'stays'} joined to the one before"
    return numbered(rows.merged(joined)).noting(note)


def numbered(rows: Rows) -> Rows:
    """With `spell`: 1 for the first hire, 2 after a rehire, ..."""
    ordered = rows.frame.sort_values(["person_id", "hired_on"], kind="stable")
    return rows.with_frame(ordered.assign(spell=ordered.groupby("person_id").cumcount() + 1))
