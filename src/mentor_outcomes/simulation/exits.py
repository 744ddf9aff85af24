"""How people leave: by choice, by dismissal, into retirement, otherwise."""

import numpy as np
from scipy.special import expit

from mentor_outcomes.simulation.parameters import EXIT_KINDS, Exits
from mentor_outcomes.simulation.states import NOT_LEFT, Known, Setting

HALF_YEAR = 6


def exits_of_month(
    known: Known, strength: np.ndarray, is_active: np.ndarray, month: int, setting: Setting
) -> tuple[np.ndarray, np.ndarray]:
    """Last day employed and kind of exit (a position in EXIT_KINDS; -1: none)."""
    draws, stays = setting.draws, setting.stays
    chances = {
        "voluntary": _voluntary(known, strength, month, setting),
        "involuntary": _involuntary(known, setting.parameters.exits),
        "retirement": _retirement(known.age, setting.parameters.exits),
        "other": setting.parameters.exits.other_per_month,
    }
    kind = np.full(len(stays), NOT_LEFT)
    for position, name in reversed(list(enumerate(EXIT_KINDS))):
        happens = is_active & (draws.uniform(name, month)[stays.draw] < chances[name])
        kind = np.where(happens, position, kind)
    return _last_day(month, setting), kind


def _last_day(month: int, setting: Setting) -> np.ndarray:
    """Any day of the month but the first, when promotions take effect."""
    draws, stays = setting.draws, setting.stays
    first, after = setting.timeline.starts[month], setting.timeline.starts[month + 1]
    within = draws.uniform("exit_day", month)[stays.draw] * (after - first - 1)
    at_end = (
        draws.uniform("exit_month_end", month)[stays.draw]
        < setting.parameters.exits.share_on_last_day
    )
    return np.where(at_end, after - 1, first + 1 + within.astype("int64"))


def _voluntary(known: Known, strength, month: int, setting: Setting) -> np.ndarray:
    p = setting.parameters.exits
    log_odds = (
        p.voluntary_intercept
        + p.tenure_slope * known.tenure_months
        + np.where(
            np.isnan(known.last_rating), p.unrated_shift, p.rating_slope * (known.last_rating - 3)
        )
        + p.months_in_grade_slope * known.months_in_grade
        + p.grade_slope * (known.grade - 2)
        + p.effect * strength
    )
    if setting.switches.exit_on_satisfaction:
        satisfaction = setting.satisfaction[month // HALF_YEAR]
        gained = setting.parameters.traits["job_satisfaction"].effect * strength
        log_odds = log_odds + setting.switches.exit_on_satisfaction * p.satisfaction_slope * (
            satisfaction + gained
        )
    return expit(log_odds)


def _involuntary(known: Known, p: Exits) -> np.ndarray:
    rating = np.nan_to_num(known.last_rating - 3)
    return expit(p.involuntary_intercept + p.involuntary_rating_slope * rating)


def _retirement(age: np.ndarray, p: Exits) -> np.ndarray:
    chance = np.zeros(len(age))
    for from_age, per_month in p.retirement_per_month:
        chance = np.where(age >= from_age, per_month, chance)
    return chance
