"""A panel made from a few lines per person, slowly and plainly, for the tests of groups."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.calendar import DAYS_PER_MONTH
from mentor_outcomes.study import StudySection

SECTION = StudySection(
    title="made by hand",
    observed_from=date(2020, 1, 1),
    observed_to=date(2020, 12, 31),
    mentoring_recorded_from=date(2019, 1, 1),
    enrolment="voluntary",
)


@dataclass(frozen=True)
class Someone:
    """One person; `grades` and `families` map the day of a change to the new value."""

    id: str
    hired: date = date(2015, 1, 1)
    left: date | None = None
    started: date | None = None
    kind: str = "formal"
    is_managed: bool = False
    grades: dict = field(default_factory=lambda: {date(2015, 1, 1): 1})
    family: str | None = "ops"
    leave: tuple | None = None
    rating: float = 3.0
    gender: str = "f"

    def grade_on(self, day: date) -> float:
        held = [since for since in self.grades if since <= day]
        return float(self.grades[max(held)]) if held and self.grades[max(held)] else np.nan

    def is_away(self, day: date) -> bool:
        return bool(self.leave) and self.leave[0] <= day <= self.leave[1]


def panel_of(people: list[Someone], section: StudySection = SECTION, role: str = "protege"):
    """person_months, spells_at_risk and first_mentorships, without any column of an outcome."""
    months = [row for someone in people for row in _months(someone, section)]
    spells = [row for someone in people for row in _spells(someone, section)]
    starts = [
        {
            "role": role,
            "person_id": someone.id,
            "requested_on": None,
            "started_on": someone.started,
            "kind": someone.kind,
            "mentor_is_manager": someone.is_managed,
            "mentor_id": "boss",
            "is_prevalent": someone.started <= section.mentoring_recorded_from,
        }
        for someone in people
        if someone.started
    ]
    return (
        _typed(schema.PERSON_MONTHS, months),
        _typed(schema.SPELLS_AT_RISK, spells),
        _typed(schema.FIRST_MENTORSHIPS, starts),
    )


def _months(someone: Someone, section: StudySection):
    calendar = section.calendar
    for period in range(-1, calendar.n_periods):
        end = min(calendar.ends([period])[0].date(), section.observed_to)
        if not someone.hired <= end <= (someone.left or date.max):
            continue
        tenure = (end - someone.hired).days / DAYS_PER_MONTH
        yield {
            "person_id": someone.id,
            "period": period,
            "period_end": end,
            "grade": someone.grade_on(end),
            "job_family": someone.family,
            "tenure_months": tenure,
            "last_rating": someone.rating,
            "gender": someone.gender,
            "is_on_leave": someone.is_away(end),
            "is_mentored_ever": bool(someone.started) and someone.started <= end,
        }


def _spells(someone: Someone, section: StudySection):
    """Day by day: a new stretch whenever anything changes."""
    last = min(someone.left or date.max, section.observed_to)
    day, previous, rows = max(section.observed_from, someone.hired), None, []
    while day <= last:
        state = (
            someone.grade_on(day),
            someone.is_away(day),
            bool(someone.started) and someone.started <= day,
        )
        if str(state) != str(previous):
            rows.append({"from_on": day, "state": state})
        previous, day = state, day + timedelta(days=1)
    ends = [row["from_on"] for row in rows[1:]]
    is_exit = someone.left is not None and someone.left <= section.observed_to
    ends.append(last if is_exit else last + timedelta(days=1))
    for row, end in zip(rows, ends, strict=True):
        grade, is_away, is_mentored = row["state"]
        yield {
            "person_id": someone.id,
            "spell": 1,
            "from_on": row["from_on"],
            "until_on": end,
            "hired_on": someone.hired,
            "grade": grade,
            "job_family": someone.family,
            "is_on_leave": is_away,
            "is_mentored": is_mentored,
            "is_prevalent": bool(someone.started)
            and someone.started <= section.mentoring_recorded_from,
        }


def _typed(table: schema.Table, rows: list) -> pd.DataFrame:
    empty = table.empty()
    known = [c.name for c in table.columns if c.role in ("identifier", "baseline", "exposure")]
    frame = pd.DataFrame(rows, columns=known)
    for name in known:
        dtype = empty[name].dtype
        if str(dtype).startswith("datetime"):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
        elif pd.api.types.is_bool_dtype(dtype):
            frame[name] = frame[name].isin([True])
        else:
            frame[name] = frame[name].astype(dtype)
    return frame


def invented(n_people: int, seed: int, n_months: int = 12) -> list[Someone]:
    """People whose chance of a mentor rises with their rating."""
    rng = np.random.default_rng(seed)
    origin, made = date(2020, 1, 1), []
    for number in range(n_people):
        hired = date(2019, 1, 1) + timedelta(days=int(rng.integers(-1500, 500)))
        rating = float(np.round(rng.normal(3, 0.7), 1))
        waiting = rng.exponential(700 * np.exp(-0.5 * (rating - 3)))
        started = origin + timedelta(days=int(waiting) - 60)
        moved = origin + timedelta(days=int(rng.integers(0, 30 * n_months)))
        away = origin + timedelta(days=int(rng.integers(0, 30 * n_months)))
        left = origin + timedelta(days=int(rng.integers(0, 2500)))
        grade = int(rng.integers(1, 3))
        made.append(
            Someone(
                id=f"p{number:04d}",
                hired=hired,
                left=max(left, hired + timedelta(days=5)),
                started=started if started > hired and waiting < 400 else None,
                kind=str(rng.choice(["formal", "informal"])),
                is_managed=bool(rng.random() < 0.3),
                grades={hired: grade, max(moved, hired + timedelta(days=1)): grade + 1},
                family=str(rng.choice(["ops", "it"])),
                leave=(away, away + timedelta(days=40)) if rng.random() < 0.2 else None,
                rating=rating,
                gender=str(rng.choice(["f", "m"])),
            )
        )
    return made
