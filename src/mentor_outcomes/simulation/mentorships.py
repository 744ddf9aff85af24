"""Recorded mentorships: who with whom, through which phases, until when and why; and requests.

Only the first mentorship of a person changes their course; what follows is told, not felt.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from mentor_outcomes.simulation.careers import DAYS_PER_MONTH
from mentor_outcomes.simulation.hr_exports import Filed
from mentor_outcomes.simulation.managers import NOBODY
from mentor_outcomes.simulation.mentors import choose_mentors
from mentor_outcomes.simulation.timeline import NEVER
from mentor_outcomes.simulation.writing import as_days, as_label, text_frame

END_REASONS = ("completed", "goals_met", "not_a_good_fit", "protege_left", "mentor_left")
_COMPLETED, _GOALS_MET, _BAD_FIT, _PROTEGE_LEFT, _MENTOR_LEFT = range(len(END_REASONS))
_MOST_PER_PERSON = 4


@dataclass(frozen=True, slots=True)
class Mentorships:
    """One element per mentorship: stays of both, days (NEVER: not by the end of the window)."""

    protege: np.ndarray
    mentor: np.ndarray
    is_formal: np.ndarray
    started_on: np.ndarray
    ended_on: np.ndarray
    cultivation_on: np.ndarray
    separation_on: np.ndarray
    redefinition_on: np.ndarray
    end_reason: np.ndarray  # position in END_REASONS

    def __len__(self) -> int:
        return len(self.protege)


def recorded_mentorships(filed: Filed) -> Mentorships:
    """First mentorships and those that followed, cut at the end of the window."""
    record = filed.record
    started = record.mentored_on
    is_here = (started >= record.stays.hired_on) & (started <= record.timeline.observed_to)
    protege = np.flatnonzero(is_here)
    is_formal = record.histories.final.is_formal[protege]
    parts = []
    for nth in range(_MOST_PER_PERSON):
        rng = record.setting.draws.generator("mentorship", nth)
        part = _pair(filed, protege, started[protege], is_formal, rng)
        parts.append(part)
        started, protege, is_formal = _next_starts(filed, part, rng)
    both = {
        item.name: np.concatenate([getattr(part, item.name) for part in parts])
        for item in fields(Mentorships)
    }
    return Mentorships(**both)


def _pair(filed: Filed, protege, started_on, is_formal, rng) -> Mentorships:
    p = filed.record.setting.parameters.mentoring
    n = len(protege)
    mentor = choose_mentors(filed, protege, started_on, is_formal, rng)
    informal_days = DAYS_PER_MONTH * np.exp(
        np.log(p.informal_median_months) + p.informal_log_sd * rng.standard_normal(n)
    )
    is_bad_fit = rng.random(n) < p.bad_fit_share
    days = np.where(is_formal, p.formal_days, np.maximum(informal_days, 120))
    days = np.where(is_bad_fit, rng.integers(20, 100, n), days).astype("int64")
    reason = np.where(is_formal, _COMPLETED, _GOALS_MET)
    whole = Mentorships(
        protege=protege,
        mentor=mentor,
        is_formal=is_formal,
        started_on=started_on,
        ended_on=started_on + days,
        **_phases(started_on, days, is_formal, is_bad_fit, rng),
        end_reason=np.where(is_bad_fit, _BAD_FIT, reason),
    )
    return _cut(filed, whole)


def _phases(started_on, days, is_formal, is_bad_fit, rng) -> dict[str, np.ndarray]:
    """Initiation 6-12 months, then cultivation, separation over the last 6-12, redefinition.

    A formal programme runs through the same in a year. Pairs that do not fit reach none of it.
    """
    n = len(days)
    first = np.where(is_formal, 0.25, 6 * DAYS_PER_MONTH)
    width = np.where(is_formal, 0.15, 6 * DAYS_PER_MONTH)
    scale = np.where(is_formal, days, 1)
    cultivation = (scale * (first + width * rng.random(n))).astype("int64")
    last = np.where(is_formal, 0.05 + 0.15 * rng.random(n), 6 + 6 * rng.random(n))
    separation = days - (last * np.where(is_formal, days, DAYS_PER_MONTH)).astype("int64")
    separates = separation > cultivation + 30
    redefines = separates & (rng.random(n) < 0.6)

    def dated(offset, happens):
        return np.where(happens & ~is_bad_fit, started_on + offset, NEVER)

    return {
        "cultivation_on": dated(cultivation, cultivation < days),
        "separation_on": dated(separation, separates),
        "redefinition_on": dated(days, redefines),
    }


def _cut(filed: Filed, whole: Mentorships) -> Mentorships:
    """The plan or somebody's exit, whichever comes first; nothing after the window."""
    protege_left = filed.record.left_on[whole.protege]
    mentor_left = np.where(whole.mentor >= 0, filed.record.left_on[whole.mentor], NEVER)
    ended_on = np.minimum(np.minimum(whole.ended_on, protege_left), mentor_left)
    reason = np.where(mentor_left < whole.ended_on, _MENTOR_LEFT, whole.end_reason)
    reason = np.where(
        protege_left <= np.minimum(whole.ended_on, mentor_left), _PROTEGE_LEFT, reason
    )
    known_until = filed.record.timeline.observed_to
    has_ended = ended_on <= known_until

    def reached(day):
        return np.where((day <= ended_on) & (day <= known_until), day, NEVER)

    return replace(
        whole,
        ended_on=np.where(has_ended, ended_on, NEVER),
        end_reason=np.where(has_ended, reason, -1),
        cultivation_on=reached(whole.cultivation_on),
        separation_on=reached(whole.separation_on),
        redefinition_on=reached(whole.redefinition_on),
    )


def _next_starts(filed: Filed, part: Mentorships, rng):
    """Another mentor after the last: soon where the pair did not fit, else at a steady rate."""
    p = filed.record.setting.parameters.mentoring
    n = len(part)
    soon = rng.integers(30, 90, n)
    gap = 30 + rng.exponential(365.25 / p.again_per_year, n).astype("int64")
    start = part.ended_on + np.where(part.end_reason == _BAD_FIT, soon, gap)
    is_formal = rng.random(n) < 0.5
    again = (part.ended_on < NEVER) & (start < filed.last_day_on_file[part.protege])
    started = np.full(len(filed.record.stays), NEVER)
    started[part.protege[again]] = start[again]
    return started, part.protege[again], is_formal[again]


def mentorship_codes(mentorships: Mentorships, filed: Filed) -> pa.Array:
    """A code per mentorship, in an order that means nothing."""
    n = len(mentorships)
    numbers = filed.record.setting.draws.generator("ids", 1).permutation(n) + 1
    digits = max(5, len(str(n)))
    return pa.array([f"M{number:0{digits}d}" for number in numbers.tolist()], pa.string())


def mentoring_file(mentorships: Mentorships, codes: pa.Array, filed: Filed) -> pd.DataFrame:
    """One row per mentorship."""
    return text_frame(
        {
            "mentorship_id": codes,
            "mentor_id": filed.person(mentorships.mentor),
            "protege_id": filed.person(mentorships.protege),
            "started_on": as_days(mentorships.started_on),
            "ended_on": as_days(mentorships.ended_on),
            "kind": as_label(mentorships.is_formal.astype("int64"), ("informal", "formal")),
            "cultivation_on": as_days(mentorships.cultivation_on),
            "separation_on": as_days(mentorships.separation_on),
            "redefinition_on": as_days(mentorships.redefinition_on),
            "end_reason": as_label(mentorships.end_reason, END_REASONS),
        }
    )


def requests_file(mentorships: Mentorships, codes: pa.Array, filed: Filed) -> pd.DataFrame:
    """One row per request for a formal mentor; no mentorship: not matched, or not yet."""
    record = filed.record
    stays, timeline = record.stays, record.timeline
    formal = np.flatnonzero(mentorships.is_formal)
    upcoming = np.flatnonzero(
        (record.mentored_on > timeline.observed_to)
        & (record.mentored_on < NEVER)
        & record.histories.final.is_formal
    )
    rng = record.setting.draws.generator("mentorship", _MOST_PER_PERSON)
    earliest, latest = record.setting.parameters.mentoring.request_days_before
    asker = np.concatenate([mentorships.protege[formal], upcoming])
    start = np.concatenate([mentorships.started_on[formal], record.mentored_on[upcoming]])
    asked_on = np.maximum(
        start - rng.integers(earliest, latest + 1, len(start)), stays.hired_on[asker]
    )
    never_month, never = np.nonzero(record.histories.asked_on < NEVER)
    asker = np.concatenate([asker, never])
    asked_on = np.concatenate([asked_on, record.histories.asked_on[never_month, never]])
    match = np.concatenate([formal, np.full(len(upcoming) + len(never), NOBODY)])
    on_file = (asked_on >= stays.hired_on[asker]) & (asked_on <= filed.last_day_on_file[asker])
    return text_frame(
        {
            "protege_id": filed.person(asker[on_file]),
            "requested_on": as_days(asked_on[on_file]),
            "mentorship_id": as_label(match[on_file], codes),
        }
    )
