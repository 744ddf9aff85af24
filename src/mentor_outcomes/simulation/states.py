"""What a run of months takes as given, and what it carries from one month to the next."""

from dataclasses import dataclass

import numpy as np

from mentor_outcomes.simulation.draws import Draws
from mentor_outcomes.simulation.organisation import Stays
from mentor_outcomes.simulation.parameters import Parameters
from mentor_outcomes.simulation.timeline import Timeline
from mentor_outcomes.study import Simulation

NOT_LEFT = -1


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run takes as given, one element per stay where it is an array.

    is_reorganised               sits in a moved unit in `reorganised_in`
    satisfaction                 latent, shape (half-years, stays); empty unless it drives leaving
    barred_from, barred_before   months in which a first mentorship may not begin
    """

    stays: Stays
    timeline: Timeline
    draws: Draws
    parameters: Parameters
    switches: Simulation
    reorganised_in: int
    is_reorganised: np.ndarray
    satisfaction: np.ndarray
    barred_from: np.ndarray
    barred_before: np.ndarray


@dataclass(frozen=True, slots=True)
class State:
    """Each stay at the end of a month."""

    grade: np.ndarray
    in_grade_since: np.ndarray
    past_promotions: np.ndarray
    last_rating: np.ndarray
    rating_before_last: np.ndarray
    log_pay: np.ndarray
    leave_from: np.ndarray
    leave_until: np.ndarray
    mentored_on: np.ndarray
    is_formal: np.ndarray
    left_on: np.ndarray
    exit_kind: np.ndarray  # position in EXIT_KINDS, NOT_LEFT
    asked_on: np.ndarray  # latest request that was never matched


@dataclass(frozen=True, slots=True)
class Known:
    """What HR has on file at the end of a month; one element per stay."""

    age: np.ndarray
    is_woman: np.ndarray
    grade: np.ndarray
    tenure_months: np.ndarray
    months_in_grade: np.ndarray
    past_promotions: np.ndarray
    last_rating: np.ndarray
    rating_before_last: np.ndarray
