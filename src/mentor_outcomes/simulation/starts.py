"""How a first mentorship begins, and how its effect builds up."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mentor_outcomes.simulation.parameters import Mentoring, StartHazard
from mentor_outcomes.simulation.states import Known, Setting, State
from mentor_outcomes.simulation.timeline import NEVER


@dataclass(frozen=True, slots=True)
class Starts:
    """First mentorships of a month, and requests that nobody took up; one element per stay."""

    is_start: np.ndarray
    is_formal: np.ndarray
    day: np.ndarray
    is_unmatched_request: np.ndarray
    asked_on: np.ndarray


def build_up(months_since: np.ndarray, mentoring: Mentoring) -> np.ndarray:
    """Share of the full effect so many months after the start: 0 at 0, 1 at 12, then lasting."""
    rise = np.clip(months_since / mentoring.months_to_full_effect, 0.0, 1.0)
    late = np.maximum(months_since - mentoring.months_at_full_effect, 0.0)
    return rise * np.exp(-mentoring.decay_per_month * late)


def start_log_odds(known: Known, hazard: StartHazard) -> np.ndarray:
    """Log odds of a start in the coming month."""
    unrated = np.isnan(known.last_rating)
    unrated_before = np.isnan(known.rating_before_last)
    return (
        hazard.intercept
        + np.where(
            unrated, hazard.unrated_shift, hazard.last_rating_slope * (known.last_rating - 3)
        )
        + np.where(
            unrated_before,
            hazard.unrated_before_shift,
            hazard.rating_before_last_slope * (known.rating_before_last - 3),
        )
        + hazard.grade_slope * (known.grade - 2)
        + hazard.tenure_slope * known.tenure_months
        + hazard.months_in_grade_slope * known.months_in_grade
        + hazard.past_promotions_slope * known.past_promotions
        + hazard.age_slope * (known.age - 40)
        + hazard.woman_shift * known.is_woman
    )


def starts_of_month(
    known: Known,
    state: State,
    mentored_on: np.ndarray,
    is_active: np.ndarray,
    month: int,
    setting: Setting,
) -> Starts:
    """Who begins in this month and on which day.

    Nobody on leave that day, nobody in the first half-year, nobody for whom the start is barred.
    """
    mentoring, stays, draws = setting.parameters.mentoring, setting.stays, setting.draws
    first, after = setting.timeline.starts[month], setting.timeline.starts[month + 1]
    day = first + (draws.uniform("start_day", month)[stays.draw] * (after - first)).astype("int64")
    can_start = (
        is_active
        & (mentored_on == NEVER)
        & (day - stays.hired_on >= mentoring.minimum_tenure_days)
        & ~((state.leave_from <= day) & (day <= state.leave_until))
    )
    is_barred = (setting.barred_from <= month) & (month < setting.barred_before)
    formal, informal = _chances(known, month, setting)
    is_formal = draws.uniform("formal", month)[stays.draw] < formal
    is_informal = draws.uniform("informal", month)[stays.draw] < informal
    asks = draws.uniform("asking", month)[stays.draw] < mentoring.never_matched_ratio * formal
    earliest, latest = mentoring.request_days_before
    lead = earliest + draws.uniform("asking", month, 1)[stays.draw] * (latest - earliest)
    return Starts(
        is_start=can_start & ~is_barred & (is_formal | is_informal),
        is_formal=is_formal,
        day=day,
        is_unmatched_request=can_start & ~is_formal & ~is_informal & asks,
        asked_on=np.maximum(day - lead.astype("int64"), stays.hired_on + 1),
    )


def _chances(known: Known, month: int, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Chance of a formal and of an informal start, each by its own process."""
    mentoring = setting.parameters.mentoring
    hidden = setting.switches.hidden_selection * setting.stays.promise
    informal = expit(
        start_log_odds(known, mentoring.informal) + mentoring.informal.promise_slope * hidden
    )
    if setting.timeline.calendar_month(month) not in mentoring.formal_months:
        return np.zeros_like(informal), informal
    formal = expit(
        start_log_odds(known, mentoring.formal) + mentoring.formal.promise_slope * hidden
    )
    return formal, informal
