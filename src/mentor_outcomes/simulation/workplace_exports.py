"""Job offers to candidates, and what units get done."""

import numpy as np
import pandas as pd

from mentor_outcomes.simulation.hr_exports import Filed
from mentor_outcomes.simulation.managers import is_employed
from mentor_outcomes.simulation.reorganisation import renumbered
from mentor_outcomes.simulation.writing import (
    as_days,
    as_decimal,
    as_label,
    as_whole,
    text_frame,
)

_FALSE_TRUE = ("false", "true")


def offers(filed: Filed) -> pd.DataFrame:
    """One row per offer; candidates who see the programme accept a little more often."""
    record = filed.record
    p, timeline = record.setting.parameters.workplaces, record.timeline
    rng = record.setting.draws.generator("offers")
    years = (timeline.observed_to - timeline.observed_from + 1) / 365.25
    n = round(record.setting.switches.n_people * p.offers_per_year * years)
    offered_on = np.sort(rng.integers(timeline.observed_from, timeline.observed_to + 1, n))
    unit = rng.integers(0, len(record.units), n)
    saw = rng.random(n) < p.saw_programme_share
    gain = p.acceptance_effect * record.setting.switches.effect
    accepted = rng.random(n) < p.acceptance + gain * saw
    month = timeline.month_of(offered_on)
    return text_frame(
        {
            "offer_id": as_whole(rng.permutation(n) + 10**6),
            "offered_on": as_days(offered_on),
            "unit_id": as_label(renumbered(unit, month, record.reorganisation), filed.units),
            "saw_programme": as_label(saw.astype("int64"), _FALSE_TRUE),
            "accepted": as_label(accepted.astype("int64"), _FALSE_TRUE),
        }
    )


def unit_output(filed: Filed) -> pd.DataFrame:
    """One row per unit and month; output rises with the share of members ever mentored."""
    record = filed.record
    p, timeline = record.setting.parameters.workplaces, record.timeline
    rng = record.setting.draws.generator("output")
    n_units = len(record.units)
    usual = p.output_unit_sd * rng.standard_normal(n_units)
    months = range(timeline.n_warm_up, timeline.end_of_window)
    outputs, units, days = [], [], []
    for month in months:
        there = is_employed(record, month)
        members = np.bincount(record.unit[month][there], minlength=n_units)
        is_mentored = there & (record.mentored_on < timeline.starts[month])
        mentored = np.bincount(record.unit[month][is_mentored], minlength=n_units)
        share = mentored / np.maximum(members, 1)
        gain = p.output_effect * record.setting.switches.effect * share
        noise = p.output_noise_sd * rng.standard_normal(n_units)
        outputs.append(p.output_level * np.exp(usual + gain + noise))
        units.append(renumbered(np.arange(n_units), month, record.reorganisation))
        days.append(np.full(n_units, timeline.starts[month]))
    return text_frame(
        {
            "unit_id": as_label(np.concatenate(units), filed.units),
            "month": as_days(np.concatenate(days)),
            "output": as_decimal(np.concatenate(outputs), 2),
        }
    )
