"""The invented organisation that the tests of the simulation share."""

from datetime import date
from functools import cache

import pandas as pd

from mentor_outcomes.simulation import Organisation, simulate
from mentor_outcomes.simulation.parameters import Parameters
from mentor_outcomes.simulation.record import Record, make_record
from mentor_outcomes.simulation.timeline import build_timeline
from mentor_outcomes.study import Scale, Simulation, StudySection

WINDOW = StudySection(
    title="Invented",
    observed_from=date(2019, 1, 1),
    observed_to=date(2024, 12, 31),
    mentoring_recorded_from=date(2017, 1, 1),
    enrolment="voluntary",
    seed=20241122,
)
SCALES = {
    "job_satisfaction": Scale(("js1", "js2", "js3"), 1, 7, reverse_keyed=("js2",)),
    "turnover_intent": Scale(("ti1", "ti2", "ti3"), 1, 5, reverse_keyed=("ti3",)),
    "self_efficacy": Scale(("se1", "se2", "se3", "se4"), 1, 5),
}


@cache
def organisation(n_people: int, seed: int = WINDOW.seed, **switches: float) -> Organisation:
    """Everything the simulation makes, with these switches."""
    section = StudySection(**{name: getattr(WINDOW, name) for name in _DATES}, seed=seed)
    return simulate(Simulation(n_people=n_people, **switches), section, SCALES)


_DATES = ("title", "observed_from", "observed_to", "mentoring_recorded_from", "enrolment")


def record(n_people: int, **switches: float) -> Record:
    """The record behind the exports, hidden traits included."""
    timeline = build_timeline(WINDOW, warm_up_months=24, months_after=36)
    return make_record(
        Simulation(n_people=n_people, **switches), WINDOW.seed, timeline, Parameters()
    )


def dates(text: pd.Series) -> pd.Series:
    return pd.to_datetime(text, format="ISO8601")
