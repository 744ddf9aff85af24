"""Job histories, and the changes that are reorganisations rather than promotions."""

import numpy as np
import pandas as pd

from mentor_outcomes.tables.checks import refuse_repeated, refuse_strangers
from mentor_outcomes.tables.received import Received, refuse_rows

MASS_CHANGE_PEOPLE = 20
MASS_CHANGE_SHARE = 0.3
MASS_CHANGE_FEWEST = 5
"""Changes of one kind on one day are a reorganisation for this many people, or for this share of
the old unit if it is at least the fewest: three of ten promoted together are only three. The same
change means the same old and new unit or, within a unit, the same old and new grade."""

_ORDER = ["person_id", "effective_on", "sequence"]
_TRANSITION = ["effective_on", "unit_before", "unit_id", "from_grade", "to_grade"]


def job_history_of(
    received: Received, rows: pd.DataFrame, people: pd.Series, spells: pd.DataFrame
) -> pd.DataFrame:
    """One row per person, day and sequence, with `is_mass_change`."""
    refuse_strangers(received, rows, "person_id", people)
    refuse_repeated(received, rows, _ORDER)
    refuse_rows(
        received,
        (rows["fte"] < 0) | (rows["fte"] > 2),
        "have fte outside 0-2",
        expected="a share of full time: 1 is full time, 0.5 half.",
        remedy="divide percentages by 100 when the file is made.",
    )
    ordered = rows.sort_values(_ORDER, kind="stable")
    return ordered.assign(is_mass_change=_mass_changes(ordered, spells))


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
    by_day = ordered.assign(row=ordered.index).sort_values("effective_on", kind="stable")
    held = pd.merge_asof(
        by_day,
        spells[["person_id", "hired_on", "left_on"]].sort_values("hired_on", kind="stable"),
        left_on="effective_on",
        right_on="hired_on",
        by="person_id",
    ).set_index("row")
    held = held.loc[ordered.index]
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
