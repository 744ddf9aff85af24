"""Job histories, and the changes that are reorganisations rather than promotions."""

import numpy as np
import pandas as pd

from mentor_outcomes.tables.checks import without_superseded
from mentor_outcomes.tables.employment_events import in_sequence
from mentor_outcomes.tables.rows import Rows, Rule
from mentor_outcomes.tables.stays import with_stay

MASS_CHANGE_PEOPLE = 20
MASS_CHANGE_SHARE = 0.3
MASS_CHANGE_FEWEST = 5
"""Changes of one kind on one day are a reorganisation for this many people, or for this share of
the old unit if it is at least the fewest: three of ten promoted together are only three. The same
change means the same old and new unit or, within a unit, the same old and new grade."""

_TRANSITION = ["effective_on", "unit_before", "unit_id", "from_grade", "to_grade"]


def job_history_of(rows: Rows, people: pd.Series, spells: pd.DataFrame) -> Rows:
    """One row per person, day and sequence, with `is_mass_change`.

    Rows without a sequence are the only one of their day; `sequence` counts the rows of a day that
    are kept, in their order. A row that only tells of something else
    (a leave, pay, data) and leaves the job as it is, is no change of it.
    """
    rows = without_superseded(in_sequence(rows, people))
    rows = rows.without(
        (rows.frame["fte"] < 0) | (rows.frame["fte"] > 2),
        Rule(
            "fte_outside_0_to_2",
            "fte",
            "have fte outside 0-2",
            "a share of full time: 1 is full time, 0.5 half.",
            "divide percentages by 100 at the source.",
        ),
    )
    rows = rows.aside(_leaves_job_as_is(rows.frame), "no change of the job")
    of_day = rows.frame.groupby(["person_id", "effective_on"])
    frame = rows.frame.assign(sequence=of_day.cumcount() + 1)
    return rows.with_frame(frame.assign(is_mass_change=_mass_changes(frame, spells)))


NOT_OF_THE_JOB = ("leave", "return", "pay_change", "data_change", "suspension", "other")
"""Events that may leave the job as it is; all others are told even so."""


def _leaves_job_as_is(ordered: pd.DataFrame) -> pd.Series:
    """Rows of such an event, equal in all else to the person's row before."""
    state = ordered.drop(
        columns=["effective_on", "sequence", "event_code", "entered_on"], errors="ignore"
    )
    before = state.shift()
    is_same = ((state == before) | (state.isna() & before.isna())).all(axis="columns")
    return is_same & ordered["event_code"].isin(NOT_OF_THE_JOB)


def _mass_changes(ordered: pd.DataFrame, spells: pd.DataFrame) -> np.ndarray:
    """Whether each row makes a change that many others of the same unit make on the same day.

    A change is of grade or unit, within one employment spell. Where many move to another unit
    together, a new grade on that row is part of the move, whichever grades are exchanged for
    which. `ordered` has a person's rows together and in order.
    """
    states = _with_spells(ordered, spells)
    before = states.groupby(["person_id", "hired_on"], dropna=False)[["unit_id", "grade"]].shift()
    states = states.assign(unit_before=before["unit_id"], grade_before=before["grade"])
    stays_in_unit = states["unit_id"] == states["unit_before"]
    is_change = states["grade_before"].notna() & ~(
        stays_in_unit & (states["grade"] == states["grade_before"])
    )
    changes = states.assign(
        from_grade=states["grade_before"].where(stays_in_unit, 0),
        to_grade=states["grade"].where(stays_in_unit, 0),
    )[is_change]
    n_people = changes.groupby(_TRANSITION)["person_id"].transform("nunique")
    may_be = changes.assign(n_people=n_people)[n_people >= MASS_CHANGE_FEWEST]
    headcount = _headcount(states, may_be["unit_before"], may_be["effective_on"])
    is_mass = (may_be["n_people"] >= MASS_CHANGE_PEOPLE) | (
        may_be["n_people"] >= MASS_CHANGE_SHARE * headcount
    )
    return ordered.index.isin(may_be.index[is_mass])


def _with_spells(ordered: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Each job row with the spell it falls in and the day after its last: the state's end."""
    held = with_stay(ordered, spells, day="effective_on")
    next_on = held.groupby("person_id")["effective_on"].shift(-1)
    gone_on = held["left_on"] + pd.Timedelta(days=1)
    ends_on = pd.concat([next_on, gone_on], axis="columns").min(axis="columns")
    # A change dated after the exit holds for no day.
    return held.assign(
        ends_on=ends_on.where(~(ends_on < held["effective_on"]), held["effective_on"])
    )


def _headcount(states: pd.DataFrame, units: pd.Series, days: pd.Series) -> np.ndarray:
    """People employed in each unit at the end of the day before each of the days.

    A state counts on the days from `effective_on` until the one before `ends_on`.
    """
    last_day = pd.Timestamp("9999-12-31")
    codes, known = pd.factorize(states["unit_id"])
    begun = _by_unit_and_day(codes, states["effective_on"])
    ended = _by_unit_and_day(codes, states["ends_on"].fillna(last_day))
    wanted = known.get_indexer(units)
    day_before = days - pd.Timedelta(days=1)
    asked = _unit_and_day(wanted, day_before)
    first = _unit_and_day(wanted, pd.Series(pd.Timestamp("0001-01-01"), index=days.index))
    n_begun = np.searchsorted(begun, asked, "right") - np.searchsorted(begun, first)
    n_ended = np.searchsorted(ended, asked, "right") - np.searchsorted(ended, first)
    return n_begun - n_ended


def _by_unit_and_day(codes: np.ndarray, days: pd.Series) -> np.ndarray:
    return np.sort(_unit_and_day(codes, days))


def _unit_and_day(codes: np.ndarray, days: pd.Series) -> np.ndarray:
    """One number per unit and day, ordered by unit, then day. Four million days span all dates."""
    day_numbers = days.to_numpy().astype("datetime64[D]").astype("int64")
    return np.asarray(codes, dtype="int64") * 8_000_000 + day_numbers + 1_000_000
