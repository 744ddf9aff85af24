"""Units, and the stays of people in them: those there at the start, hires, rehires.

A stay runs from one hire to its exit. Who is hired when is drawn beforehand, whoever leaves: in
another world the same colleagues come.
"""

from dataclasses import dataclass, fields

import numpy as np

from mentor_outcomes.simulation.draws import Draws
from mentor_outcomes.simulation.parameters import (
    EDUCATIONS,
    JOB_FAMILIES,
    SITES,
    TOP_GRADE,
    Parameters,
)
from mentor_outcomes.simulation.timeline import NEVER, Timeline

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Units:
    """One element per unit: its job family and site, both as positions in their lists."""

    family: np.ndarray
    site: np.ndarray

    def __len__(self) -> int:
        return len(self.family)


@dataclass(frozen=True, slots=True)
class Stays:
    """One element per stay, as it is on entry. Days are counted since 1970."""

    person: np.ndarray
    draw: np.ndarray  # place in every stream of draws
    is_rehire: np.ndarray
    entry_month: np.ndarray  # -1: there before the first month
    hired_on: np.ndarray
    birth_year: np.ndarray
    is_woman: np.ndarray
    education: np.ndarray
    fte: np.ndarray
    unit: np.ndarray
    family: np.ndarray
    promise: np.ndarray  # hidden, standard normal or nearly so
    grade: np.ndarray
    in_grade_since: np.ndarray
    past_promotions: np.ndarray
    last_rating: np.ndarray  # missing: not rated
    rating_before_last: np.ndarray
    log_pay: np.ndarray
    mentored_on: np.ndarray  # NEVER: not yet

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: np.ndarray) -> "Stays":
        """These stays, in this order."""
        return Stays(**{item.name: getattr(self, item.name)[rows] for item in fields(self)})


def together(first: Stays, second: Stays) -> Stays:
    """The stays of both, `second` after `first`."""
    return Stays(
        **{
            item.name: np.concatenate([getattr(first, item.name), getattr(second, item.name)])
            for item in fields(Stays)
        }
    )


def make_units(n_people: int, draws: Draws, p: Parameters) -> Units:
    """Units of some 35 people, nested in families and sites; every family has at least one."""
    n_units = max(len(JOB_FAMILIES), round(n_people / p.workforce.people_per_unit))
    rng = draws.generator("units")
    family = np.sort(np.arange(n_units) % len(JOB_FAMILIES))
    return Units(family=family, site=rng.integers(0, len(SITES), n_units))


def first_stays(
    n_people: int, units: Units, draws: Draws, timeline: Timeline, p: Parameters
) -> Stays:
    """The stock at the first month, and everybody hired later for the first time."""
    entry_month = _entry_months(n_people, draws, timeline, p)
    is_stock = entry_month < 0
    rng = draws.generator("person")
    n = len(entry_month)
    grade = _grades(is_stock, rng, p)
    promise = rng.standard_normal(n) + 0.08 * (grade - 2.5)  # a little more at the top
    unit = rng.integers(0, len(units), n)
    is_woman = rng.random(n) < p.workforce.women_share
    hired_on, birth_year = _hires(entry_month, grade, timeline, rng, p)
    promotions, in_grade_since = _career_so_far(grade, hired_on, is_stock, timeline, rng)
    last, before = _ratings_so_far(promise, hired_on, is_stock, timeline, rng, p)
    return Stays(
        person=np.arange(n),
        draw=np.arange(n),
        is_rehire=np.zeros(n, dtype=bool),
        entry_month=entry_month,
        hired_on=hired_on,
        birth_year=birth_year,
        is_woman=is_woman,
        education=_education(grade, rng),
        fte=_full_time_shares(n, rng, p),
        unit=unit,
        family=units.family[unit],
        promise=promise,
        grade=grade,
        in_grade_since=in_grade_since,
        past_promotions=promotions,
        last_rating=last,
        rating_before_last=before,
        log_pay=_starting_pay(grade, units.family[unit], promise, is_woman, entry_month, rng, p),
        mentored_on=_prevalent_starts(hired_on, is_stock, timeline, rng, p),
    )


def _grades(is_stock: np.ndarray, rng: np.random.Generator, p: Parameters) -> np.ndarray:
    n = len(is_stock)
    of_stock = rng.choice(TOP_GRADE, n, p=p.workforce.grade_shares)
    of_hires = rng.choice(TOP_GRADE, n, p=p.workforce.hire_grade_shares)
    return np.where(is_stock, of_stock, of_hires) + 1


def _hires(entry_month, grade, timeline, rng, p) -> tuple[np.ndarray, np.ndarray]:
    """Day of hire and year of birth. New people come on the 1st or the 15th."""
    n = len(grade)
    first_day = timeline.starts[0]
    age_at_hire = 20 + 2.2 * grade + rng.gamma(2.0, 5.0, n)
    tenure_years = np.minimum(
        rng.exponential(p.workforce.mean_tenure_months / 12, n),
        np.maximum(64 - age_at_hire, 0.1),
    )
    stock_hired_on = first_day - 1 - (tenure_years * DAYS_PER_YEAR).astype("int64")
    new_hired_on = timeline.starts[np.maximum(entry_month, 0)] + 14 * (rng.random(n) < 0.3)
    hired_on = np.where(entry_month < 0, stock_hired_on, new_hired_on)
    hire_year = timeline.year(0) + (hired_on - first_day) / DAYS_PER_YEAR
    return hired_on, np.floor(hire_year - age_at_hire).astype("int64")


def _full_time_shares(n: int, rng: np.random.Generator, p: Parameters) -> np.ndarray:
    is_part_time = rng.random(n) < p.workforce.part_time_share
    return np.where(is_part_time, rng.choice([0.5, 0.6, 0.8], n), 1.0)


def _entry_months(n_people: int, draws: Draws, timeline: Timeline, p: Parameters) -> np.ndarray:
    """-1 for the stock; hires spread evenly over the months of the record, in random order."""
    n_hires = round(n_people * p.workforce.hires_per_year * timeline.end_of_window / 12)
    rng = draws.generator("hires")
    months = rng.integers(0, timeline.end_of_window, n_hires)
    return np.concatenate([np.full(n_people, -1), months])


def _career_so_far(grade, hired_on, is_stock, timeline, rng) -> tuple[np.ndarray, np.ndarray]:
    """Promotions since hire, and the day the present grade began."""
    tenure_days = np.maximum(timeline.starts[0] - hired_on, 0)
    expected = 0.11 * tenure_days / DAYS_PER_YEAR
    most = np.minimum(grade - 1, tenure_days // 450)  # at least 15 months a grade
    promotions = np.where(is_stock, np.minimum(rng.poisson(expected), most), 0)
    share = rng.uniform(0.35, 0.95, len(grade))
    promoted_month = timeline.starts[0] - (tenure_days * (1 - share)).astype("int64")
    since = first_of_month(promoted_month)
    return promotions, np.where((promotions > 0) & (since > hired_on), since, hired_on)


def first_of_month(days: np.ndarray) -> np.ndarray:
    """First day of the month that holds each day."""
    months = np.asarray(days).astype("datetime64[D]").astype("datetime64[M]")
    return months.astype("datetime64[D]").astype("int64")


def noisy_rating(promise: np.ndarray, noise: np.ndarray, p: Parameters) -> np.ndarray:
    """A whole rating of 1 to 5."""
    latent = p.ratings.mean + p.ratings.promise_slope * promise + p.ratings.noise_sd * noise
    return np.clip(np.round(latent), 1, 5)


def _ratings_so_far(promise, hired_on, is_stock, timeline, rng, p):
    tenure_days = timeline.starts[0] - hired_on
    n = len(promise)
    last = noisy_rating(promise, rng.standard_normal(n), p)
    before = noisy_rating(promise, rng.standard_normal(n), p)
    return (
        np.where(is_stock & (tenure_days > 540), last, np.nan),
        np.where(is_stock & (tenure_days > 900), before, np.nan),
    )


def _education(grade: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    level = rng.normal(0.6 + 0.3 * grade, 0.9)
    return np.clip(np.round(level), 0, len(EDUCATIONS) - 1).astype("int64")


def _starting_pay(grade, family, promise, is_woman, entry_month, rng, p) -> np.ndarray:
    pay = p.pay
    years = np.maximum(entry_month, 0) / 12
    residual = pay.residual_sd * rng.standard_normal(len(grade))
    return (
        pay.base_log
        + np.array(pay.grade_steps)[grade - 1]
        + np.array(pay.family_offsets)[family]
        + pay.promise_slope * promise
        + pay.woman_offset * is_woman
        + pay.drift_per_year * years
        + residual
    )


def _prevalent_starts(hired_on, is_stock, timeline, rng, p) -> np.ndarray:
    """Mentorships that were running when recording began."""
    n = len(hired_on)
    start = timeline.starts[0] - rng.integers(1, 900, n)
    is_running = is_stock & (rng.random(n) < p.mentoring.prevalent_share)
    return np.where(
        is_running & (start - hired_on >= p.mentoring.minimum_tenure_days), start, NEVER
    )


def rehire_candidates(draws: Draws, n_first: int, p: Parameters) -> np.ndarray:
    """First stays whose person would come back, had they left: drawn before anybody leaves."""
    return np.flatnonzero(draws.generator("rehire").random(n_first) < p.workforce.rehire_share)


def unit_paths(
    stays: Stays,
    units: Units,
    draws: Draws,
    timeline: Timeline,
    p: Parameters,
    *,
    quiet_month: int,
) -> np.ndarray:
    """Unit of each stay in each month, shape (months of the record, stays).

    Transfers stay within the family, take effect on the first of a month and depend on nothing;
    there are none in the quiet month, that of the reorganisation.
    """
    order = np.argsort(units.family, kind="stable")
    first = np.searchsorted(units.family[order], np.arange(len(JOB_FAMILIES)))
    size = np.bincount(units.family, minlength=len(JOB_FAMILIES))
    path = np.empty((timeline.end_of_window, len(stays)), dtype="int32")
    unit = stays.unit
    for month in range(timeline.end_of_window):
        moves = draws.uniform("transfer", month)[stays.draw] < p.workforce.transfers_per_year / 12
        place = draws.uniform("transfer_to", month)[stays.draw] * size[stays.family]
        target = order[first[stays.family] + place.astype("int64")]
        unit = np.where(moves & (stays.entry_month < month) & (month != quiet_month), target, unit)
        path[month] = unit
    return path
