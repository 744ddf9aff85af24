"""Cox regression on everyone, with the exposure switching on when a mentorship starts."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from mentor_outcomes.estimates.cox import CoxResult, cox_regression
from mentor_outcomes.estimates.naive_events import is_eligible
from mentor_outcomes.study import Outcome

CLOCK = {"promotion": "in_grade_since", "voluntary_exit": "hired_on"}
_EXPOSURE = "is_mentored"


def spell_records(
    spells: pd.DataFrame,
    outcome: Outcome,
    *,
    observed_to: date,
    adjust_for: Sequence[str] = (),
) -> pd.DataFrame:
    """One row per stretch of employment in which the exposure and the covariates are constant.

    Columns: person_id, is_mentored, entry and exit (days in the grade for promotion, of tenure
    for leaving), event, and the covariates to adjust for. Left out: people mentored before
    recording began and, for promotion, stretches in the top grade or without a recorded grade.
    Time before observed_from was survived unseen: rows enter late, they do not start at 0. Those
    still employed on observed_to are at risk up to and with that day, as everywhere, though their
    last stretch is stored as ending the day after.
    """
    kept = spells[~spells["is_prevalent"] & is_eligible(spells, spells, outcome)]
    origin = kept[CLOCK[outcome.event]]
    kept, origin = kept[origin.notna()], origin.dropna()
    until = kept["until_on"].clip(upper=pd.Timestamp(observed_to))
    times = pd.DataFrame(
        {
            "person_id": kept["person_id"],
            "entry": (kept["from_on"] - origin).dt.days,
            "exit": (until - origin).dt.days,
            "event": kept["end_event"] == outcome.event,
            _EXPOSURE: kept[_EXPOSURE],
        }
    )
    return pd.concat([times, _covariates(kept, adjust_for)], axis=1).reset_index(drop=True)


def time_varying_cox(records: pd.DataFrame) -> CoxResult:
    """The log hazard ratio of being mentored by now, first among the terms; clustered by person."""
    outside = ("person_id", "entry", "exit", "event", _EXPOSURE)
    return cox_regression(
        records,
        entry="entry",
        exit="exit",
        event="event",
        covariates=[_EXPOSURE, *(name for name in records.columns if name not in outside)],
        cluster="person_id",
    )


def _covariates(spells: pd.DataFrame, adjust_for: Sequence[str]) -> pd.DataFrame:
    parts = [pd.DataFrame(index=spells.index)]
    parts += [_coded(spells[name]) for name in adjust_for]
    return pd.concat(parts, axis=1)


def _coded(column: pd.Series) -> pd.DataFrame:
    """Numbers as they are, with an indicator if missing; text as indicators, the first left out."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        value = column.astype("float64")
        coded = pd.DataFrame({column.name: value.fillna(value.mean())})
        if value.isna().any():
            coded[f"{column.name}_missing"] = value.isna()
        return coded
    return pd.get_dummies(
        column.fillna("(missing)"), prefix=column.name, prefix_sep="=", drop_first=True
    )
