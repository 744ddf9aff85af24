"""An invented organisation whose true effects of mentoring are known.

    organisation    units, and the stays of people in them
    reorganisation  whole units renumbered, their grades moved up
    states          what a run of months carries along
    careers         month by month: ratings, promotion, pay, leave
    exits, starts   who leaves; whose first mentorship begins
    record          the one world that HR saw
    traits, waves, answers    what people feel, when they are asked, what they tick
    managers, mentors, mentorships    who reports to whom, who mentors whom
    *_exports, writing        the files HR would hand over
    potential       the mentored again: with, without, later
    truth           true effects by the estimators' definitions
    truth_of_starts true group-time effects, of the people an estimate uses

All chance is in `draws`, all numbers are in `parameters`.
"""

from mentor_outcomes.simulation.potential import PotentialOutcomes
from mentor_outcomes.simulation.simulated import Organisation, simulate
from mentor_outcomes.simulation.truth import true_effects
from mentor_outcomes.simulation.truth_of_starts import true_gains, true_group_time
from mentor_outcomes.simulation.writing import csv_bytes, parquet_bytes

__all__ = [
    "Organisation",
    "PotentialOutcomes",
    "csv_bytes",
    "parquet_bytes",
    "simulate",
    "true_effects",
    "true_gains",
    "true_group_time",
]
