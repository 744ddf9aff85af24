"""What the HR system would hand over: people, employment, jobs, pay, leaves, ratings."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from mentor_outcomes.simulation.careers import is_rated
from mentor_outcomes.simulation.managers import NOBODY
from mentor_outcomes.simulation.organisation import first_of_month
from mentor_outcomes.simulation.parameters import EDUCATIONS, EXIT_KINDS, JOB_FAMILIES, SITES
from mentor_outcomes.simulation.record import Record
from mentor_outcomes.simulation.reorganisation import renumbered
from mentor_outcomes.simulation.timeline import NEVER
from mentor_outcomes.simulation.writing import (
    as_days,
    as_label,
    as_whole,
    text_frame,
)

EVENT_CODES = ("hire", "rehire", "manager_change", "transfer", "reorganisation", "promotion")
_HIRE, _REHIRE, _MANAGER, _TRANSFER, _REORG, _PROMOTION = range(len(EVENT_CODES))


@dataclass(frozen=True, slots=True)
class Filed:
    """The record and what HR files it under.

    persons, units   codes of people and of units (the reorganised ones have a second)
    manager          of each stay on the first of each month, shape (months, stays)
    is_on_file       stays that began inside the window or before
    """

    record: Record
    persons: pa.Array
    units: pa.Array
    manager: np.ndarray

    @property
    def is_on_file(self) -> np.ndarray:
        return self.record.stays.hired_on <= self.record.timeline.observed_to

    @property
    def left_on(self) -> np.ndarray:
        """Last day employed, NEVER where that is after the window."""
        left = self.record.left_on
        return np.where(left <= self.record.timeline.observed_to, left, NEVER)

    @property
    def last_day_on_file(self) -> np.ndarray:
        return np.minimum(self.record.left_on, self.record.timeline.observed_to)

    def person(self, rows: np.ndarray) -> pa.Array:
        """Codes of the people behind these stays; missing for NOBODY."""
        stays = np.asarray(rows, dtype="int64")
        return as_label(np.where(stays >= 0, self.record.stays.person[stays], NOBODY), self.persons)


def people(filed: Filed) -> pd.DataFrame:
    """One row per person."""
    stays = filed.record.stays
    rows = np.flatnonzero(filed.is_on_file & ~stays.is_rehire)
    return text_frame(
        {
            "person_id": filed.person(rows),
            "birth_year": as_whole(stays.birth_year[rows]),
            "gender": as_label(stays.is_woman[rows].astype("int64"), ("man", "woman")),
            "education": as_label(stays.education[rows], EDUCATIONS),
        }
    )


def employment(filed: Filed) -> pd.DataFrame:
    """One row per stay."""
    rows = np.flatnonzero(filed.is_on_file)
    left_on = filed.left_on[rows]
    kind = np.where(left_on < NEVER, filed.record.histories.final.exit_kind[rows], -1)
    return text_frame(
        {
            "person_id": filed.person(rows),
            "hired_on": as_days(filed.record.stays.hired_on[rows]),
            "left_on": as_days(left_on),
            "exit_kind": as_label(kind, EXIT_KINDS),
        }
    )


def job_history(filed: Filed) -> pd.DataFrame:
    """One row per change of a job; two changes on one day are two rows in sequence."""
    rows = pd.concat([_entries(filed), _earlier_grades(filed), _changes(filed)], ignore_index=True)
    rows = rows.sort_values(["stay", "day", "code"], kind="stable")
    sequence = rows.groupby(["stay", "day"]).cumcount().to_numpy() + 1
    stays = filed.record.stays
    stay = rows["stay"].to_numpy()
    unit = rows["unit"].to_numpy()
    home = unit % len(filed.record.units)
    return text_frame(
        {
            "person_id": filed.person(stay),
            "effective_on": as_days(rows["day"].to_numpy()),
            "sequence": as_whole(sequence),
            "grade": as_whole(rows["grade"].to_numpy()),
            "job_family": as_label(stays.family[stay], JOB_FAMILIES),
            "unit_id": as_label(unit, filed.units),
            "site": as_label(filed.record.units.site[home], SITES),
            "manager_id": filed.person(rows["manager"].to_numpy()),
            "fte": as_label((stays.fte[stay] * 10).astype("int64"), _FTE_LABELS),
            "event_code": as_label(rows["code"].to_numpy(), EVENT_CODES),
        }
    )


_FTE_LABELS = tuple(f"{tenths / 10:g}" for tenths in range(11))


def _job_rows(stay, day, grade, unit, manager, code) -> pd.DataFrame:
    return pd.DataFrame(
        {"stay": stay, "day": day, "grade": grade, "unit": unit, "manager": manager, "code": code}
    )


def _entries(filed: Filed) -> pd.DataFrame:
    """The hires. Managers before the first month were not kept."""
    record, stays = filed.record, filed.record.stays
    rows = np.flatnonzero(filed.is_on_file)
    month = stays.entry_month[rows]
    is_stock = month < 0
    unit = renumbered(record.unit[np.maximum(month, 0), rows], month, record.reorganisation)
    return _job_rows(
        stay=rows,
        day=stays.hired_on[rows],
        grade=stays.grade[rows] - np.where(stays.is_rehire[rows], 0, stays.past_promotions[rows]),
        unit=unit,
        manager=np.where(is_stock, NOBODY, filed.manager[np.maximum(month, 0), rows]),
        code=np.where(stays.is_rehire[rows], _REHIRE, _HIRE),
    )


def _earlier_grades(filed: Filed) -> pd.DataFrame:
    """Promotions of the stock before the first month, evenly spread between hire and the last."""
    record, stays = filed.record, filed.record.stays
    parts = []
    for nth in range(1, int(stays.past_promotions.max(initial=0)) + 1):
        rows = np.flatnonzero((stays.past_promotions >= nth) & (stays.entry_month < 0))
        total = stays.past_promotions[rows]
        span = stays.in_grade_since[rows] - stays.hired_on[rows]
        day = first_of_month(stays.hired_on[rows] + span * nth // total)
        parts.append(
            _job_rows(
                stay=rows,
                day=np.where(nth == total, stays.in_grade_since[rows], day),
                grade=stays.grade[rows] - total + nth,
                unit=record.unit[0, rows],
                manager=np.full(len(rows), NOBODY),
                code=np.full(len(rows), _PROMOTION),
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else _entries(filed).iloc[:0]


def _changes(filed: Filed) -> pd.DataFrame:
    """What took effect on the first of some month, to people employed the day before and then."""
    record, stays = filed.record, filed.record.stays
    plan = record.reorganisation
    parts = []
    for month in range(record.timeline.end_of_window):
        day = record.timeline.starts[month]
        is_there = (stays.hired_on < day) & (filed.last_day_on_file >= day)
        grade = record.histories.grade[month].astype("int64")
        grade_before = (record.histories.grade[month - 1] if month else stays.grade).astype("int64")
        unit_before = record.unit[month - 1] if month else record.unit[0]
        manager_before = filed.manager[month - 1] if month else np.full(len(stays), NOBODY)
        is_promoted = record.histories.is_promoted[month]
        is_moved = record.setting.is_reorganised & (month == plan.month)
        transferred = (record.unit[month] != unit_before) & ~is_moved
        manager = filed.manager[month]
        flags = {
            _MANAGER: (manager != manager_before) & ~(transferred | is_promoted | is_moved),
            _TRANSFER: transferred,
            _REORG: is_moved,
            _PROMOTION: is_promoted,
        }
        for code, flag in flags.items():
            rows = np.flatnonzero(flag & is_there)
            keeps_grade = code in (_TRANSFER, _MANAGER)
            parts.append(
                _job_rows(
                    stay=rows,
                    day=np.full(len(rows), day),
                    grade=(grade_before if keeps_grade else grade)[rows],
                    unit=renumbered(record.unit[month][rows], month, plan),
                    manager=manager[rows],
                    code=np.full(len(rows), code),
                )
            )
    return pd.concat(parts, ignore_index=True)


def pay_history(filed: Filed) -> pd.DataFrame:
    """One row per change of yearly full-time pay, in whole units of the currency."""
    record, stays = filed.record, filed.record.stays
    rows = np.flatnonzero(filed.is_on_file)
    last_round = record.timeline.starts[0] - 275  # the April before the first month
    parts = [
        (rows, np.maximum(stays.hired_on[rows], first_of_month(last_round)), stays.log_pay[rows])
    ]
    for month in range(record.timeline.end_of_window):
        day = record.timeline.starts[month]
        before = record.histories.log_pay[month - 1] if month else stays.log_pay
        now = record.histories.log_pay[month]
        is_there = (stays.hired_on < day) & (filed.last_day_on_file >= day)
        changed = np.flatnonzero(is_there & (now != before))
        parts.append((changed, np.full(len(changed), day), now[changed]))
    stay, day, log_pay = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((day, stay))
    return text_frame(
        {
            "person_id": filed.person(stay[order]),
            "effective_on": as_days(day[order]),
            "annual_pay": as_whole(np.round(np.exp(log_pay[order]))),
        }
    )


def leaves(filed: Filed) -> pd.DataFrame:
    """One row per leave; missing end: not back by the end of the window, or left while away."""
    histories = filed.record.histories
    month, stay = np.nonzero(histories.leave_from < NEVER)
    first, last = histories.leave_from[month, stay], histories.leave_until[month, stay]
    on_file = (first <= filed.last_day_on_file[stay]) & (first >= filed.record.stays.hired_on[stay])
    stay, first, last = stay[on_file], first[on_file], last[on_file]
    order = np.lexsort((first, stay))
    return text_frame(
        {
            "person_id": filed.person(stay[order]),
            "from": as_days(first[order]),
            "until": as_days(np.where(last > filed.last_day_on_file[stay], NEVER, last)[order]),
        }
    )


def ratings(filed: Filed) -> pd.DataFrame:
    """One row per yearly rating, signed by the manager of that month."""
    record, stays = filed.record, filed.record.stays
    rating = record.setting.parameters.ratings
    parts = _earlier_ratings(filed)
    for month in range(record.timeline.end_of_window):
        rated = is_rated(month, stays.entry_month < month, record.setting)
        if not rated.any():
            continue
        spread = record.setting.draws.uniform("rating_day", month)[stays.draw]
        day = record.timeline.starts[month] + rating.first_day - 1 + (spread * 10).astype("int64")
        rows = np.flatnonzero(rated & (day <= filed.last_day_on_file))
        parts.append(
            (rows, day[rows], record.histories.last_rating[month, rows], filed.manager[month, rows])
        )
    stay, day, points, rater = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((day, stay))
    return text_frame(
        {
            "person_id": filed.person(stay[order]),
            "rated_on": as_days(day[order]),
            "rating": as_whole(points[order]),
            "rater_id": filed.person(rater[order]),
        }
    )


def _earlier_ratings(filed: Filed) -> list[tuple[np.ndarray, ...]]:
    """The two ratings the stock brings along, of the two years before the first month."""
    stays, first = filed.record.stays, filed.record.timeline.starts[0]
    parts = []
    for years, points in ((1, stays.last_rating), (2, stays.rating_before_last)):
        rows = np.flatnonzero((stays.entry_month < 0) & ~np.isnan(points))
        day = np.full(len(rows), first_of_month(first - 365 * years + 20) + 19)
        parts.append((rows, day, points[rows].astype("int64"), np.full(len(rows), NOBODY)))
    return parts
