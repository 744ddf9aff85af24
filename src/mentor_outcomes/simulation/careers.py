"""Month by month: ratings, promotion, pay, leave, leaving, and the first mentorship.

Every stay runs its whole course as if its person stayed; the day they leave is noted beside it.
So one run holds both what would be recorded (cut at the exit) and what would have been.
All that happens in a month depends on the state at the end of the month before.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from mentor_outcomes.simulation.exits import exits_of_month
from mentor_outcomes.simulation.organisation import Stays, noisy_rating
from mentor_outcomes.simulation.parameters import TOP_GRADE
from mentor_outcomes.simulation.starts import build_up, starts_of_month
from mentor_outcomes.simulation.states import NOT_LEFT, Known, Setting, State
from mentor_outcomes.simulation.timeline import NEVER

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Histories:
    """A run: arrays of shape (months, stays), the state at each month's end; and the last state."""

    grade: np.ndarray
    log_pay: np.ndarray
    is_promoted: np.ndarray
    last_rating: np.ndarray  # 0: none
    rating_before_last: np.ndarray
    leave_from: np.ndarray  # leave that began this month, else NEVER
    leave_until: np.ndarray
    asked_on: np.ndarray  # request of this month that was never matched, else NEVER
    final: State


def run_careers(setting: Setting, n_months: int) -> Histories:
    """`n_months` months from the first one on."""
    n = len(setting.stays)
    shape = (n_months, n)
    grade, rating, rating_before = (np.empty(shape, dtype="int8") for _ in range(3))
    log_pay, is_promoted = np.empty(shape), np.empty(shape, dtype=bool)
    leave_from, leave_until, asked_on = (np.full(shape, NEVER, dtype="int32") for _ in range(3))
    state = state_on_entry(setting.stays)
    for month in range(n_months):
        before = state
        state = next_month(state, month, setting)
        grade[month] = state.grade
        log_pay[month] = state.log_pay
        is_promoted[month] = state.past_promotions > before.past_promotions
        rating[month] = np.nan_to_num(state.last_rating)
        rating_before[month] = np.nan_to_num(state.rating_before_last)
        began = state.leave_from != before.leave_from
        leave_from[month][began] = state.leave_from[began]
        leave_until[month][began] = state.leave_until[began]
        asked = state.asked_on != before.asked_on
        asked_on[month][asked] = state.asked_on[asked]
    return Histories(
        grade=grade,
        log_pay=log_pay,
        is_promoted=is_promoted,
        last_rating=rating,
        rating_before_last=rating_before,
        leave_from=leave_from,
        leave_until=leave_until,
        asked_on=asked_on,
        final=state,
    )


def state_on_entry(stays: Stays) -> State:
    """Each stay before its first month."""
    n = len(stays)
    never = np.full(n, NEVER, dtype="int64")
    return State(
        grade=stays.grade,
        in_grade_since=stays.in_grade_since,
        past_promotions=stays.past_promotions,
        last_rating=stays.last_rating,
        rating_before_last=stays.rating_before_last,
        log_pay=stays.log_pay,
        leave_from=never,
        leave_until=np.full(n, -NEVER, dtype="int64"),
        mentored_on=stays.mentored_on,
        is_formal=np.zeros(n, dtype=bool),  # those before the first month are informal
        left_on=never,
        exit_kind=np.full(n, NOT_LEFT),
        asked_on=never,
    )


def next_month(state: State, month: int, setting: Setting) -> State:
    """The state at the end of `month`, given that of the month before."""
    known = known_on_eve(state, month, setting)
    strength = _strength(state.mentored_on, month, setting)
    is_active = setting.stays.entry_month < month
    left_on, exit_kind = exits_of_month(known, strength, is_active, month, setting)
    is_first_exit = (state.left_on == NEVER) & (exit_kind != NOT_LEFT)
    away = _leave(state, is_active, month, setting)
    began = starts_of_month(known, away, state.mentored_on, is_active, month, setting)
    advanced = _advance(away, known, strength, is_active, month, setting)
    return replace(
        advanced,
        left_on=np.where(is_first_exit, left_on, state.left_on),
        exit_kind=np.where(is_first_exit, exit_kind, state.exit_kind),
        mentored_on=np.where(began.is_start, began.day, state.mentored_on),
        is_formal=np.where(began.is_start, began.is_formal, state.is_formal),
        asked_on=np.where(began.is_unmatched_request, began.asked_on, state.asked_on),
    )


def known_on_eve(state: State, month: int, setting: Setting) -> Known:
    """What HR has on file on the eve of the month."""
    eve = setting.timeline.starts[month] - 1
    return Known(
        age=setting.timeline.year(month - 1) - setting.stays.birth_year,
        is_woman=setting.stays.is_woman,
        grade=state.grade,
        tenure_months=(eve - setting.stays.hired_on) / DAYS_PER_MONTH,
        months_in_grade=(eve - state.in_grade_since) / DAYS_PER_MONTH,
        past_promotions=state.past_promotions,
        last_rating=state.last_rating,
        rating_before_last=state.rating_before_last,
    )


def _strength(mentored_on: np.ndarray, month: int, setting: Setting) -> np.ndarray:
    """How much of mentoring's full effect acts in this month: none in the month of the start."""
    months_since = month - setting.timeline.month_of(mentored_on)
    # those mentored before the first month are past their build-up
    months_since = np.where(mentored_on < setting.timeline.starts[0], month + 12, months_since)
    return setting.switches.effect * build_up(months_since, setting.parameters.mentoring)


def _leave(state: State, is_active: np.ndarray, month: int, setting: Setting) -> State:
    """Leaves come at random, one at a time."""
    draws, stays, workforce = setting.draws, setting.stays, setting.parameters.workforce
    start = setting.timeline.starts[month]
    days = setting.timeline.starts[month + 1] - start
    goes = draws.uniform("leave", month)[stays.draw] < workforce.leaves_per_year / 12
    goes = goes & is_active & (state.leave_until < start)
    first = start + (draws.uniform("leave_day", month)[stays.draw] * days).astype("int64")
    shortest, longest = workforce.leave_days
    length = shortest + draws.uniform("leave_length", month)[stays.draw] * (longest - shortest)
    return replace(
        state,
        leave_from=np.where(goes, first, state.leave_from),
        leave_until=np.where(goes, first + length.astype("int64"), state.leave_until),
    )


def _advance(state, known, strength, is_active, month, setting: Setting) -> State:
    """Promotion, reorganisation, pay and rating of the month."""
    p, stays, draws = setting.parameters, setting.stays, setting.draws
    start = setting.timeline.starts[month]
    moved = setting.is_reorganised & is_active & (month == setting.reorganised_in)
    chance = promotion_probability(known, stays.promise, strength, month, setting)
    promoted = (draws.uniform("promotion", month)[stays.draw] < chance) & is_active & ~moved
    lifted = moved & (state.grade <= p.workforce.highest_grade_moved)
    grade = state.grade + (promoted | lifted)
    rated = is_rated(month, is_active, setting)
    log_pay = state.log_pay + _raise(known, promoted, strength, is_active, month, setting)
    new_rating = (
        noisy_rating(stays.promise, draws.normal("rating", month)[stays.draw], p)
        if rated.any()
        else state.last_rating
    )
    return replace(
        state,
        grade=grade,
        in_grade_since=np.where(promoted | lifted, start, state.in_grade_since),
        past_promotions=state.past_promotions + promoted,
        log_pay=log_pay,
        last_rating=np.where(rated, new_rating, state.last_rating),
        rating_before_last=np.where(rated, state.last_rating, state.rating_before_last),
    )


def promotion_probability(known: Known, promise, strength, month: int, setting: Setting):
    """Chance of a promotion on the first of this month."""
    p = setting.parameters.promotions
    review = p.month_log_factors.get(setting.timeline.calendar_month(month), 0.0)
    log_odds = (
        np.array(p.intercepts)[known.grade - 1]
        + review
        + p.promise_slope * promise
        + p.rating_slope * np.nan_to_num(known.last_rating - 3)
        + p.first_year_slope * (known.months_in_grade < 12)
        + p.months_in_grade_slope * np.minimum(known.months_in_grade, 60)
        + p.effect * strength
    )
    return np.where(known.grade < TOP_GRADE, expit(log_odds), 0.0)


def is_rated(month: int, is_active: np.ndarray, setting: Setting) -> np.ndarray:
    """Who gets a rating in this month, should they still be there."""
    ratings = setting.parameters.ratings
    if setting.timeline.calendar_month(month) != ratings.month:
        return np.zeros(len(is_active), dtype=bool)
    tenure = setting.timeline.starts[month] - setting.stays.hired_on
    return is_active & (tenure >= ratings.minimum_tenure_days)


def _raise(known, promoted, strength, is_active, month: int, setting: Setting) -> np.ndarray:
    """Log points of pay gained on the first of this month."""
    pay, stays, draws = setting.parameters.pay, setting.stays, setting.draws
    promotions = setting.parameters.promotions
    step = promotions.raise_log + promotions.raise_sd * (
        draws.normal("promotion_raise", month)[stays.draw] if promoted.any() else 0.0
    )
    gained = np.where(promoted, step, 0.0)
    if setting.timeline.calendar_month(month) != pay.round_month:
        return gained
    by_rating = np.array([pay.merit_unrated, *pay.merit_by_rating])
    merit = (
        by_rating[np.nan_to_num(known.last_rating).astype("int64")]
        + pay.merit_promise_slope * stays.promise
        + pay.merit_noise_sd * draws.normal("merit", month)[stays.draw]
        + pay.effect * strength
    )
    is_due = is_active & (known.tenure_months >= 3)
    return gained + np.where(is_due, np.maximum(merit, 0.0), 0.0)
