"""Who may be compared, on which day: the criteria of both arms, as of that day and never later."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.records import NEVER, Records, days_of_tenure, period_of_days
from mentor_outcomes.study import Groups, StudySection


@dataclass(frozen=True, slots=True)
class MentoredStarts:
    """First mentorships of the contrast's kind, one row each.

    stretch      state the day before, a position in the stretches; -1: not known
    month        row of person_months of the period before; -1: none
    criteria     criterion -> whether each start meets it, in the order they are applied
    comparable   the same, of what a comparison needs beyond: exact columns and a score. Eligible
                 people who lack these count as unmatched: the effect is asked for them too
    """

    person: np.ndarray
    day: np.ndarray
    period: np.ndarray
    stretch: np.ndarray
    month: np.ndarray
    criteria: Mapping[str, np.ndarray]
    comparable: Mapping[str, np.ndarray]

    def eligible(self) -> np.ndarray:
        """Whether each start meets every criterion."""
        return np.logical_and.reduce([np.ones(len(self.person), bool), *self.criteria.values()])

    def can_be_compared(self) -> np.ndarray:
        """Whether each start is eligible, with exact columns and a score known."""
        return np.logical_and.reduce([self.eligible(), *self.comparable.values()])


@dataclass(frozen=True, slots=True)
class EligibleDays:
    """Days on which an unmentored person may serve; one row per stretch of equal state.

    first, last     days, both included; the state is that of the day before each of them
    is_comparable   whether what a comparison needs beyond eligibility is recorded; who lacks it is
                    eligible, and compared with nobody, as for starts
    """

    person: np.ndarray
    stretch: np.ndarray
    first: np.ndarray
    last: np.ndarray
    is_comparable: np.ndarray

    def hold(self, wanted: np.ndarray) -> np.ndarray:
        """Whether each row holds at least one of the wanted days."""
        wanted = np.unique(wanted)
        before = np.searchsorted(wanted, self.first, side="left")
        return np.searchsorted(wanted, self.last, side="right") > before

    def rows(self, chosen: np.ndarray) -> "EligibleDays":
        """Only some of the rows."""
        return EligibleDays(*(getattr(self, item.name)[chosen] for item in fields(self)))


def recorded_starts(
    records: Records, in_contrast: np.ndarray, section: StudySection
) -> MentoredStarts:
    """Every first mentorship, with the criteria that need no panel."""
    person = np.flatnonzero(records.started < NEVER)
    day = records.started[person]
    first, last = (
        _day(limit) for limit in (pd.Timestamp(section.observed_from), section.observed_to)
    )
    criteria = {
        "first mentorship is of this kind": in_contrast[person],
        "not yet mentored when recording began": ~records.is_prevalent[person],
        "began after the first observed day": day > first,
        "began by the last observed day": day <= last,
    }
    nowhere = np.full(len(person), -1)
    period = period_of_days(section.calendar, day)
    return MentoredStarts(person, day, period, nowhere, nowhere, criteria, {})


def mentored_starts(
    recorded: MentoredStarts, records: Records, propensity: Propensity, settings: Groups
) -> MentoredStarts:
    """Every first mentorship, with all criteria of the eligibility `employed`.

    The state, and whether it is known, is that of the day before the start; employment and leave
    are of the day itself; everything else is of the period before.
    """
    person, day = recorded.person, recorded.day
    today = records.stretch_on(person, day)
    yesterday = records.stretch_on(person, day - 1)
    month = records.month_row(person, recorded.period - 1)
    is_recorded = (yesterday >= 0) & (month >= 0)
    tenure = day - _at(records.stretch_hired, today, NEVER)
    cell = np.where(is_recorded, cell_of(records, yesterday, month), -1)
    score = _at(propensity.score, np.where(is_recorded, month, -1), np.nan)
    criteria = {
        **recorded.criteria,
        "employed on the day and the next": today >= 0,
        "not on leave": ~_at(records.stretch_on_leave, today, True),
        f"employed for {settings.min_tenure_months:g} months": (
            tenure >= days_of_tenure(settings.min_tenure_months)
        ),
        "in the panel the day and the period before": is_recorded,
    }
    comparable = {
        **_exact_criterion(settings, cell >= 0),
        _model_criterion(propensity): np.isfinite(score),
    }
    return replace(
        recorded, stretch=yesterday, month=month, criteria=criteria, comparable=comparable
    )


def below_top_grade(starts: MentoredStarts, records: Records) -> MentoredStarts:
    """The same starts with one criterion more: a grade is left to be promoted to.

    Whose grade is not recorded is not known to be at the top: eligible, but not comparable.
    """
    grade = _at(records.stretch_grade, starts.stretch, np.nan)
    below = ~(grade >= records.top_grade)
    return replace(
        starts,
        criteria={**starts.criteria, "below the top grade": below},
        comparable={"a grade recorded": ~np.isnan(grade), **starts.comparable},
    )


def employed_unmentored_days(records: Records) -> EligibleDays:
    """Days on which people are employed, not on leave and not yet mentored, whatever their tenure.

    The state of a day is that of the day before. So a stretch serves from its second day to its
    last, and on the first day of the next stretch if that follows and the person is not away; a
    leave serves only on the day of the return.
    """
    end = records.stretch_until - 1 + records.continues
    begin = np.where(records.stretch_on_leave, records.stretch_until, records.stretch_from + 1)
    end = np.minimum(end, records.started[records.stretch_person] - 1)
    serves = (begin <= end) & ~records.is_prevalent[records.stretch_person]
    stretch = np.flatnonzero(serves)
    person, everybody = records.stretch_person[stretch], np.ones(len(stretch), dtype=bool)
    return EligibleDays(person, stretch, begin[stretch], end[stretch], everybody)


def after_minimum_tenure(
    days: EligibleDays, records: Records, min_tenure_months: float
) -> EligibleDays:
    """Those days that come at least so many average months after the hire."""
    reached = records.stretch_hired[days.stretch] + days_of_tenure(min_tenure_months)
    first = np.maximum(days.first, reached)
    return replace(days, first=first).rows(first <= days.last)


def days_below_top(days: EligibleDays, records: Records) -> EligibleDays:
    """Those days on which a grade is left to be promoted to; as of `below_top_grade`."""
    grade = records.stretch_grade[days.stretch]
    known = replace(days, is_comparable=days.is_comparable & ~np.isnan(grade))
    return known.rows(~(grade >= records.top_grade))


def days_in_panel(
    days: EligibleDays, records: Records, propensity: Propensity, period: int
) -> tuple[EligibleDays, np.ndarray]:
    """Days in `period` of those in the panel the period before, and their rows of it.

    Comparable are those whose exact columns and score are known.
    """
    month = records.month_row(days.person, np.full(len(days.person), period - 1))
    days, month = days.rows(month >= 0), month[month >= 0]
    is_known = (cell_of(records, days.stretch, month) >= 0) & np.isfinite(propensity.score[month])
    return replace(days, is_comparable=days.is_comparable & is_known), month


def cell_of(records: Records, stretch: np.ndarray, month: np.ndarray) -> np.ndarray:
    """One number per combination of the exact columns; -1 where one of them is missing."""
    cell = np.zeros(len(stretch), dtype=np.int64)
    is_missing = np.zeros(len(stretch), dtype=bool)
    places = [(codes, stretch) for codes in records.exact_of_stretch]
    places += [(codes, month) for codes in records.exact_of_month]
    for codes, place in places:
        found = _at(codes, place, -1)
        cell = cell * (codes.max(initial=0) + 1) + np.maximum(found, 0)
        is_missing |= found < 0
    return np.where(is_missing, -1, cell)


def _model_criterion(propensity: Propensity) -> str:
    if propensity.refusal:
        return f"a model of who starts (none: {propensity.refusal.rstrip('.')})"
    return "somebody like them both started and did not"


def _exact_criterion(settings: Groups, is_known: np.ndarray) -> dict[str, np.ndarray]:
    return {f"recorded: {', '.join(settings.exact)}": is_known} if settings.exact else {}


def _at(values: np.ndarray, places: np.ndarray, otherwise) -> np.ndarray:
    """Values at these places; `otherwise` where the place is -1."""
    if len(values) == 0:
        return np.full(len(places), otherwise)
    return np.where(places >= 0, values[places], otherwise)


def _day(date) -> int:
    return int(pd.Timestamp(date).to_numpy().astype("datetime64[D]").astype(np.int64))
