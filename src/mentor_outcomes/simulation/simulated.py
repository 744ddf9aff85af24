"""The whole organisation: its exports as HR would send them, and its truth."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mentor_outcomes.simulation.answers import check_scales
from mentor_outcomes.simulation.hr_exports import (
    Filed,
    employment,
    job_history,
    leaves,
    pay_history,
    people,
    ratings,
)
from mentor_outcomes.simulation.managers import manager_paths
from mentor_outcomes.simulation.mentorships import (
    mentoring_file,
    mentorship_codes,
    recorded_mentorships,
    requests_file,
)
from mentor_outcomes.simulation.parameters import Parameters
from mentor_outcomes.simulation.potential import PotentialOutcomes, potential_outcomes
from mentor_outcomes.simulation.record import Record, make_record
from mentor_outcomes.simulation.survey_exports import survey_files
from mentor_outcomes.simulation.timeline import build_timeline
from mentor_outcomes.simulation.workplace_exports import offers, unit_output
from mentor_outcomes.simulation.writing import person_codes, unit_codes
from mentor_outcomes.study import Scale, Simulation, StudySection

LONGEST_HORIZON_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Organisation:
    """exports: file name -> frame of text, the header in its columns. potential: the truth."""

    exports: Mapping[str, pd.DataFrame]
    potential: PotentialOutcomes


def simulate(
    simulation: Simulation,
    study: StudySection,
    scales: Mapping[str, Scale],
    *,
    longest_horizon_months: int = LONGEST_HORIZON_MONTHS,
    parameters: Parameters | None = None,
) -> Organisation:
    """An organisation of `simulation.n_people` over the study's window, the same for a seed."""
    check_scales(scales)
    timeline = build_timeline(
        study, warm_up_months=simulation.warm_up_months, months_after=longest_horizon_months
    )
    record = make_record(simulation, study.seed, timeline, parameters or Parameters())
    filed = file_record(record)
    return Organisation(
        exports=_exports(filed, scales),
        potential=potential_outcomes(filed, scales, longest_horizon_months=longest_horizon_months),
    )


def file_record(record: Record) -> Filed:
    """The record under the codes HR uses."""
    n_people = int(record.stays.person.max()) + 1
    return Filed(
        record=record,
        persons=person_codes(n_people, record.setting.draws),
        units=unit_codes(len(record.units)),
        manager=manager_paths(record),
    )


def _exports(filed: Filed, scales: Mapping[str, Scale]) -> dict[str, pd.DataFrame]:
    mentorships = recorded_mentorships(filed)
    codes = mentorship_codes(mentorships, filed)
    return {
        "people.csv": people(filed),
        "employment.csv": employment(filed),
        "job_history.csv": job_history(filed),
        "pay_history.csv": pay_history(filed),
        "leaves.csv": leaves(filed),
        "ratings.csv": ratings(filed),
        "mentoring.csv": mentoring_file(mentorships, codes, filed),
        "mentoring_requests.csv": requests_file(mentorships, codes, filed),
        **survey_files(filed, mentorships, scales),
        "offers.csv": offers(filed),
        "unit_output.csv": unit_output(filed),
    }
