"""Cox regression on everyone, with the exposure switching on when a mentorship starts."""

from collections.abc import Sequence

import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.event_answers.hazard_covariates import by_period, coded
from mentor_outcomes.estimates.event_answers.hazard_exposure import (
    first_starts,
    refuse_unknown_starts,
)
from mentor_outcomes.estimates.event_answers.naive_events import is_eligible
from mentor_outcomes.estimates.survival.cox import CoxResult, cox_regression
from mentor_outcomes.study import Outcome, StudySection

CLOCK = {"promotion": "in_grade_since", "voluntary_exit": "hired_on"}
EXPOSURE = "is_mentored"
_TIMES = ("person_id", "entry", "exit", "event", EXPOSURE, "since_start")


def spell_records(
    spells: pd.DataFrame,
    outcome: Outcome,
    *,
    first_mentorships: pd.DataFrame,
    section: StudySection,
    role: str,
    contrast: str,
    person_months: pd.DataFrame | None = None,
    adjust_for: Sequence[str] = (),
) -> pd.DataFrame:
    """One row per stretch of employment in which the exposure and the covariates are constant.

    Columns: person_id, entry and exit (days in the grade for promotion, of tenure for leaving),
    event, is_mentored, since_start (days of being mentored at entry; missing: not yet), and the
    covariates to adjust for: job state and leave as in the spells, anything else from the person's
    row of `person_months` of the period before, stretches being cut where it changes.

    Left out: people mentored before recording began, for promotion stretches in the top grade or
    without a recorded grade, and whatever follows a first mentorship of another kind than the
    contrast's. Time before observed_from was survived unseen: rows enter late, they do not start
    at 0. Those still employed on observed_to are at risk up to and with that day, as everywhere,
    though their last stretch is stored as ending the day after.
    """
    adjust_for = list(dict.fromkeys(adjust_for))
    by_month = _told_by_months(adjust_for, spells, person_months)
    starts = first_starts(spells["person_id"], first_mentorships, role=role, contrast=contrast)
    kept = ~spells["is_prevalent"] & is_eligible(spells, spells, outcome)
    kept &= spells[CLOCK[outcome.event]].notna()
    refuse_unknown_starts(spells[kept], starts[kept])
    kept &= ~(starts["otherwise_on"] <= spells["from_on"])
    chosen = spells[kept].assign(mentored_on=starts.loc[kept, "mentored_on"])
    if by_month:
        chosen = by_period(chosen, person_months, by_month, section.calendar)
    origin = chosen[CLOCK[outcome.event]]
    until = chosen["until_on"].clip(upper=pd.Timestamp(section.observed_to))
    times = pd.DataFrame(
        {
            "person_id": chosen["person_id"],
            "entry": (chosen["from_on"] - origin).dt.days.astype("float64"),
            "exit": (until - origin).dt.days.astype("float64"),
            "event": chosen["end_event"] == outcome.event,
            EXPOSURE: chosen[EXPOSURE],
            "since_start": (chosen["from_on"] - chosen["mentored_on"])
            .dt.days.astype("float64")
            .where(chosen[EXPOSURE]),
        }
    )
    return pd.concat([times, coded(chosen, adjust_for)], axis=1).reset_index(drop=True)


def covariates_of(records: pd.DataFrame) -> list[str]:
    """The columns of `spell_records` that are adjusted for."""
    return [name for name in records.columns if name not in _TIMES]


def time_varying_cox(
    records: pd.DataFrame, exposure: Sequence[str] = (EXPOSURE,), adjust_for: Sequence[str] = ()
) -> CoxResult:
    """Log hazard ratios of the flags in `exposure`, first among the terms; clustered by person."""
    return cox_regression(
        records,
        entry="entry",
        exit="exit",
        event="event",
        covariates=[*exposure, *adjust_for],
        cluster="person_id",
    )


def _told_by_months(
    adjust_for: Sequence[str], spells: pd.DataFrame, person_months: pd.DataFrame | None
) -> list[str]:
    """The covariates that only the person-months hold; refuses those that nobody holds."""
    by_month = [name for name in adjust_for if name not in spells.columns]
    columns = () if person_months is None else person_months.columns
    unknown = [name for name in by_month if name not in columns]
    if unknown:
        raise EstimationError(
            f"neither the spells nor the person-months have a column {', '.join(unknown)} to "
            "adjust for.",
            expected="columns of the spells at risk or of the person-months.",
            remedy="correct analysis.adjust_for.",
        )
    return by_month
