"""When questionnaires go out, and who sends one back."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mentor_outcomes.simulation.careers import DAYS_PER_MONTH
from mentor_outcomes.simulation.parameters import Surveys
from mentor_outcomes.simulation.record import Record
from mentor_outcomes.simulation.starts import build_up
from mentor_outcomes.simulation.states import Setting
from mentor_outcomes.simulation.timeline import Timeline
from mentor_outcomes.simulation.traits import HALF_YEAR, trait_path


@dataclass(frozen=True, slots=True)
class Wave:
    """A survey wave: its number from 1, its month, and the day it opens."""

    number: int
    month: int
    opened_on: int


def waves(timeline: Timeline, surveys: Surveys) -> tuple[Wave, ...]:
    """All waves, those after the observed window too."""
    first = timeline.n_warm_up + surveys.first_wave_month
    months = range(first, timeline.n_months, surveys.months_between)
    return tuple(
        Wave(number, month, int(timeline.starts[month]) + surveys.opening_day - 1)
        for number, month in enumerate(months, start=1)
    )


def observed_waves(timeline: Timeline, surveys: Surveys) -> tuple[Wave, ...]:
    """The waves that open and close inside the observed window."""
    return tuple(
        wave
        for wave in waves(timeline, surveys)
        if wave.opened_on >= timeline.observed_from
        and wave.opened_on + surveys.days_open - 1 <= timeline.observed_to
    )


def trait_levels(name: str, setting: Setting, mentored_on: np.ndarray) -> np.ndarray:
    """A trait in SDs at every wave, mentoring's effect included, shape (waves, stays).

    Whoever started before the day a wave opens has the effect that has built up by then.
    """
    p, timeline = setting.parameters, setting.timeline
    all_waves = waves(timeline, p.surveys)
    path = trait_path(name, setting.stays, setting.draws, timeline.n_months // HALF_YEAR + 1, p)
    opened_on = np.array([wave.opened_on for wave in all_waves])
    months_since = (opened_on[:, None] - mentored_on[None, :]) / DAYS_PER_MONTH
    gained = setting.switches.effect * build_up(months_since, p.mentoring)
    at_waves = path[[wave.month // HALF_YEAR for wave in all_waves]]
    return at_waves + p.traits[name].effect * gained


def respondents(record: Record, wave: Wave, satisfaction: np.ndarray):
    """Stays that answer a wave, and on which day.

    Everyone employed on the first day is invited. Whether they answer depends on what HR had on
    file a month before, and on habit; on `satisfaction` only by its switch.
    """
    setting, histories, stays = record.setting, record.histories, record.stays
    surveys = setting.parameters.surveys
    grade = histories.grade[wave.month - 1].astype("int64")
    rating = histories.last_rating[wave.month - 1]
    tenure_months = (wave.opened_on - stays.hired_on) / DAYS_PER_MONTH
    log_odds = (
        surveys.intercept
        + surveys.grade_slope * (grade - 2)
        + surveys.executive_shift * (grade >= 5)
        + surveys.tenure_slope * tenure_months
        + np.where(rating > 0, surveys.rating_slope * (rating - 3.0), 0.0)
        + surveys.habit_sd * setting.draws.normal("response")[stays.draw]
        + setting.switches.response_on_satisfaction * surveys.satisfaction_slope * satisfaction
    )
    answers = setting.draws.uniform("response", wave.number)[stays.draw] < expit(log_odds)
    # most answer in the first days
    delay = surveys.days_open * setting.draws.uniform("answer_day", wave.number)[stays.draw] ** 2
    answered_on = wave.opened_on + delay.astype("int64")
    is_invited = (stays.hired_on <= wave.opened_on) & (record.left_on >= wave.opened_on)
    rows = np.flatnonzero(is_invited & answers & (record.left_on >= answered_on))
    return rows, answered_on[rows]
