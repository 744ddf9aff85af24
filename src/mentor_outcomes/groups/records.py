"""The panel as arrays: people as whole numbers, dates as days, so that lookups are searches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import DAYS_PER_MONTH, Calendar
from mentor_outcomes.errors import StudyError

NEVER = 2**40
"""A day later than any."""
STATE_COLUMNS = ("grade", "job_family", "unit_id", "site", "manager_id")
"""Columns known day by day, from spells_at_risk."""


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of everybody. People are positions in `people`; days count from 1970.

    started, is_prevalent       per person: day of the first mentorship (NEVER: none)
    requested                   per person: day of the first request for a mentor (NEVER: none)
    month_person, month_period  per row of person_months
    month_key, month_order      person and period as one number, ascending, and its rows
    stretch_*                   per stretch of spells_at_risk, ordered by person and day; `row` is
                                where it stands in the table
    continues                   the next stretch follows without a gap, and the person is not away
    exact                       per exact column: code per stretch (state) or per month, -1 missing
    top_grade                   highest grade recorded of anybody before their own start and by
                                the last start: later ones are not known yet; missing: none is
    """

    people: pd.Index
    started: np.ndarray
    is_prevalent: np.ndarray
    requested: np.ndarray
    month_person: np.ndarray
    month_period: np.ndarray
    month_key: np.ndarray
    month_order: np.ndarray
    stretch_row: np.ndarray
    stretch_person: np.ndarray
    stretch_from: np.ndarray
    stretch_until: np.ndarray
    stretch_hired: np.ndarray
    stretch_on_leave: np.ndarray
    stretch_grade: np.ndarray
    continues: np.ndarray
    exact_of_stretch: tuple[np.ndarray, ...]
    exact_of_month: tuple[np.ndarray, ...]
    top_grade: float

    def month_row(self, person: np.ndarray, period: np.ndarray) -> np.ndarray:
        """Row of person_months for each person and period; -1 where there is none."""
        return _found(self.month_key, self.month_order, _month_key(person, period))

    def stretch_on(self, person: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Stretch that holds each person's day; -1 where not employed, or on the last day."""
        keys = self.stretch_person * NEVER + self.stretch_from
        place = np.searchsorted(keys, person * NEVER + day, side="right") - 1
        if len(keys) == 0:
            return np.full(len(person), -1)
        is_held = (
            (place >= 0)
            & (self.stretch_person[place] == person)
            & (day < self.stretch_until[place])
        )
        return np.where(is_held, place, -1)


def records_of(
    person_months: pd.DataFrame,
    spells: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    exact: Sequence[str],
    first_requests: pd.DataFrame | None = None,
) -> Records:
    """The tables as arrays; `first_mentorships` of one role only."""
    ids = [frame["person_id"] for frame in (person_months, spells, first_mentorships)]
    people = pd.Index(pd.concat(ids, ignore_index=True).unique())
    month_person, spell_person, mentored = (people.get_indexer(values) for values in ids)
    started = np.full(len(people), NEVER)
    started[mentored] = days(first_mentorships["started_on"])
    is_prevalent = np.zeros(len(people), dtype=bool)
    is_prevalent[mentored] = first_mentorships["is_prevalent"].to_numpy(dtype=bool)
    requested = np.full(len(people), NEVER)
    if first_requests is not None:
        place = people.get_indexer(first_requests["person_id"])
        requested[place[place >= 0]] = days(first_requests["requested_on"])[place >= 0]
    period = person_months["period"].to_numpy()
    keys = _month_key(month_person, period)
    month_order = np.argsort(keys, kind="stable")
    return Records(
        people=people,
        started=started,
        is_prevalent=is_prevalent,
        requested=requested,
        month_person=month_person,
        month_period=period,
        month_key=keys[month_order],
        month_order=month_order,
        **_stretches(spells, spell_person, [name for name in exact if name in STATE_COLUMNS]),
        exact_of_month=tuple(
            pd.factorize(person_months[name])[0] for name in exact if name not in STATE_COLUMNS
        ),
        top_grade=_top_grade(
            [
                (person_months["grade"], days(person_months["period_end"]), started[month_person]),
                (spells["grade"], days(spells["from_on"]), started[spell_person]),
            ],
            last_start=days(first_mentorships["started_on"]).max(initial=-NEVER),
        ),
    )


def _top_grade(parts, last_start: int) -> float:
    """Highest of the grades held on days before the person's own start and up to the last one."""
    known = [
        grades.to_numpy(dtype="float64")[(day < started) & (day <= last_start)]
        for grades, day, started in parts
    ]
    seen = np.concatenate(known)
    seen = seen[~np.isnan(seen)]
    return float(seen.max()) if len(seen) else float("nan")


def days(dates: pd.Series) -> np.ndarray:
    """Days since 1970 began; `NEVER` where missing."""
    values = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(values), NEVER, values.astype(np.int64))


def period_of_days(calendar: Calendar, wanted: np.ndarray) -> np.ndarray:
    """Index of the period that holds each day."""
    dates = pd.Series(np.asarray(wanted).astype("datetime64[D]").astype("datetime64[us]"))
    return calendar.period_of(dates).to_numpy(dtype=np.int64)


def days_of_tenure(months: float) -> int:
    """Fewest whole days since the hire that make so many average months."""
    return int(np.ceil(months * DAYS_PER_MONTH - 1e-9))


def check_exact(exact: Sequence[str], person_months: pd.DataFrame) -> None:
    """Refuse to match exactly on numbers that hardly ever agree."""
    for name in exact:
        values = person_months[name]
        if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 != 0).any():
            raise StudyError(
                f"groups.exact names {name}, which holds fractions.",
                expected="columns of text, flags or whole numbers.",
                remedy="move it to groups.covariates.",
            )


def _stretches(spells: pd.DataFrame, person: np.ndarray, exact: Sequence[str]) -> dict:
    first, until = days(spells["from_on"]), days(spells["until_on"])
    order = np.lexsort((first, person))
    person, first, until = person[order], first[order], until[order]
    spell = spells["spell"].to_numpy()[order]
    away = spells["is_on_leave"].to_numpy(dtype=bool)[order]
    # The next stretch begins the day this one ends, in the same employment, and is not a leave.
    # One that ends on the day it begins is the last day employed: nobody can be followed from it.
    follows = (
        (person[1:] == person[:-1])
        & (spell[1:] == spell[:-1])
        & (first[1:] == until[:-1])
        & (until[1:] > first[1:])
        & ~away[1:]
    )
    return {
        "stretch_row": order,
        "stretch_person": person,
        "stretch_from": first,
        "stretch_until": until,
        "stretch_hired": days(spells["hired_on"])[order],
        "stretch_on_leave": away,
        "stretch_grade": spells["grade"].to_numpy(dtype="float64")[order],
        "continues": np.r_[follows, False] if len(person) else np.zeros(0, dtype=bool),
        "exact_of_stretch": tuple(pd.factorize(spells[name])[0][order] for name in exact),
    }


def _month_key(person: np.ndarray, period: np.ndarray) -> np.ndarray:
    return person.astype(np.int64) * 2**20 + (np.asarray(period, dtype=np.int64) + 2**19)


def _found(keys: np.ndarray, order: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    if len(keys) == 0:
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, order[place], -1)
