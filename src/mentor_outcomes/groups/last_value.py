"""The same design matched on the last values of outcomes, too: a sensitivity, never the answer.

A matched difference takes each person's own last value before the start off. Where comparators are
chosen for being like the mentored in that very value, and the two groups lie apart, they are people
whom it shows too high or too low by chance, and by the next measurement they fall back to where
they belong (regression to the mean): the difference moves though nothing has happened. With
mentored people of mean 1, others of mean 0, and a value half of whose variance passes, comparators
chosen at 1 are back at 1/2, which reads as an effect of 1/2. On the other hand, if who is mentored
hangs on the last value itself (a raise missed, a bad wave), the mentored fall back as well, and
only comparators matched on it do so with them. Which of the two it is the data cannot tell (Daw &
Hatfield 2018, Health Services Research 53:4138; Ham & Miratrix 2024, Annals of Applied Statistics
18). So the answer leaves the last value out, and this design says how far it hangs on that.
"""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups.design import design_groups
from mentor_outcomes.study import MATCHED_ON_LAST_VALUE, Exposure, Groups, Outcome, StudySection


def last_value_sets(
    person_months: pd.DataFrame,
    latest_values: pd.DataFrame,
    spells: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    *,
    outcomes: Iterable[str],
    settings: Groups,
    section: StudySection,
    exposure: Exposure,
    first_requests: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, str | None]:
    """Rows of LAST_VALUE_SETS, made by the study's own method; and why there are none, if so.

    The covariates are the study's and, of each of `outcomes`, the last value known at the end of
    the period before the start (LATEST_VALUES). One design for all of them: what is matched on
    beside does not hurt. An outcome without any value on record is left out. Other arguments as of
    `design_groups`.
    """
    names = [f"latest_{name}" for name in outcomes]
    recorded = [
        name
        for name in names
        if name in latest_values.columns and latest_values[name].notna().any()
    ]
    if not recorded:
        reason = "no outcome that asks for it has a value on record" if names else None
        return schema.LAST_VALUE_SETS.empty(), reason
    known = latest_values[["person_id", "period", *recorded]]
    try:
        designed = design_groups(
            person_months.merge(known, on=["person_id", "period"], how="left", validate="1:1"),
            spells,
            first_mentorships,
            settings=replace(settings, covariates=(*settings.covariates, *recorded), subgroups=()),
            section=section,
            exposure=exposure,
            first_requests=first_requests,
        )
    except (EstimationError, StudyError) as problem:
        return schema.LAST_VALUE_SETS.empty(), problem.found
    return designed.matched_sets, None


def asked_for_last_value(outcomes: dict[str, Outcome]) -> list[str]:
    """Names of the outcomes that declare the sensitivity."""
    return [name for name, each in outcomes.items() if MATCHED_ON_LAST_VALUE in each.sensitivities]
