"""Every number behind the invented organisation, with its source.

Ranges are those of the literature and labour statistics as collected for this project (yearly
rates unless the name says otherwise). *Judgement* marks a number without a source. Slopes act on
the log odds of a monthly probability.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

EXIT_KINDS = ("voluntary", "involuntary", "retirement", "other")
JOB_FAMILIES = ("customer_service", "operations", "finance", "sales", "engineering")
SITES = ("harbour", "hill", "riverside")
EDUCATIONS = ("school", "vocational", "bachelor", "master")
TOP_GRADE = 6


@dataclass(frozen=True, slots=True)
class Workforce:
    """Who is there, and who comes."""

    people_per_unit: int = 35
    grade_shares: tuple[float, ...] = (0.30, 0.27, 0.20, 0.13, 0.07, 0.03)  # judgement: pyramid
    hire_grade_shares: tuple[float, ...] = (0.49, 0.235, 0.137, 0.076, 0.044, 0.018)
    hires_per_year: float = 0.163  # share of headcount; keeps headcount level
    rehire_share: float = 0.06  # judgement: of leavers
    rehire_gap_months: tuple[float, float] = (4.0, 20.0)
    women_share: float = 0.45
    part_time_share: float = 0.14
    transfers_per_year: float = 0.04  # judgement
    mean_tenure_months: float = 66.0  # of the stock, before the cap by age
    leaves_per_year: float = 0.04  # judgement
    leave_days: tuple[int, int] = (45, 330)
    reorganised_units: int = 4
    highest_grade_moved: int = 3  # by the reorganisation; the grades above stay


@dataclass(frozen=True, slots=True)
class Ratings:
    """A yearly rating of 1 to 5: promise, seen through noise."""

    month: int = 1
    first_day: int = 18
    mean: float = 3.25
    promise_slope: float = 0.55
    noise_sd: float = 0.62
    minimum_tenure_days: int = 183


@dataclass(frozen=True, slots=True)
class Promotions:
    """7-9 % of employees a year; the top grade cannot."""

    intercepts: tuple[float, ...] = (-5.16, -5.26, -5.48, -6.01, -6.65, -40.0)
    month_log_factors: Mapping[int, float] = field(
        default_factory=lambda: MappingProxyType({4: 1.25, 10: 0.7})  # two review rounds
    )
    promise_slope: float = 0.45
    rating_slope: float = 0.30
    first_year_slope: float = -2.2  # less than a year in grade
    months_in_grade_slope: float = 0.004
    raise_log: float = 0.098  # domain: 8.7 % to 17 %
    raise_sd: float = 0.025
    effect: float = 0.46  # of mentoring, at full strength


@dataclass(frozen=True, slots=True)
class Pay:
    """Log of yearly full-time pay; overall SD .35-.45, within grade and family .12-.18."""

    base_log: float = 10.42
    grade_steps: tuple[float, ...] = (
        0.0,
        0.16,
        0.33,
        0.51,
        0.71,
        0.94,
    )  # 12-20 % a step, more on top
    family_offsets: tuple[float, ...] = (-0.34, -0.16, 0.02, 0.16, 0.32)
    residual_sd: float = 0.15
    promise_slope: float = 0.03
    woman_offset: float = -0.03  # judgement
    round_month: int = 4
    merit_by_rating: tuple[float, ...] = (0.012, 0.024, 0.038, 0.047, 0.053)  # top +3.9 over low
    merit_unrated: float = 0.036
    merit_promise_slope: float = 0.003
    merit_noise_sd: float = 0.010
    drift_per_year: float = 0.036  # of starting pay
    effect: float = 0.0075  # of mentoring, log points per pay round at full strength


@dataclass(frozen=True, slots=True)
class Exits:
    """Voluntary 12-14 %, involuntary 2-3 %, retirement by age, other; recorded history only."""

    voluntary_intercept: float = -4.25
    tenure_slope: float = -0.0045
    rating_slope: float = -0.22
    unrated_shift: float = 0.20
    months_in_grade_slope: float = 0.004
    grade_slope: float = -0.14
    satisfaction_slope: float = -0.55  # only with exit_on_satisfaction
    involuntary_intercept: float = -6.25
    involuntary_rating_slope: float = -0.75
    retirement_per_month: tuple[tuple[int, float], ...] = (
        (60, 0.010),
        (63, 0.030),
        (65, 0.075),
        (67, 0.200),
    )
    other_per_month: float = 0.0003
    share_on_last_day: float = 0.5  # judgement: many notices run to the end of a month
    effect: float = -0.24  # of mentoring on leaving by choice, at full strength


@dataclass(frozen=True, slots=True)
class StartHazard:
    """Monthly log odds of a first mentorship, linear in what HR had on file a month before."""

    intercept: float
    last_rating_slope: float = 0.45
    rating_before_last_slope: float = 0.20
    unrated_shift: float = 0.15
    unrated_before_shift: float = 0.05
    grade_slope: float = -0.04
    tenure_slope: float = -0.003
    months_in_grade_slope: float = -0.005
    past_promotions_slope: float = 0.15
    age_slope: float = -0.015
    woman_shift: float = 0.10
    promise_slope: float = 0.80  # only with hidden_selection


@dataclass(frozen=True, slots=True)
class Mentoring:
    """Two separate ways to a mentor, and what becomes of it.

    Only recorded mentoring exists here: what nobody wrote down is part of everybody's background.
    About half of the recorded starts are informal, though 4 in 5 pairs are in reality.
    """

    formal: StartHazard = StartHazard(intercept=-4.72)
    informal: StartHazard = StartHazard(intercept=-5.42, woman_shift=0.0)
    formal_months: tuple[int, ...] = (2, 3, 4, 8, 9, 10)  # two start windows a year
    minimum_tenure_days: int = 183
    prevalent_share: float = 0.10  # of the stock when recording begins
    never_matched_ratio: float = 0.30  # unmatched requests per formal start
    request_days_before: tuple[int, int] = (30, 92)
    formal_days: int = 365
    informal_median_months: float = 34.0  # mean relationship 3.3 years
    informal_log_sd: float = 0.55
    bad_fit_share: float = 0.08  # ends early, and a new pair is sought
    again_per_year: float = 0.10  # judgement: later mentorships
    manager_share_informal: float = 0.45  # where the manager is more senior; judgement: 30-50 %
    manager_share_formal: float = 0.05  # judgement: 0-10 %
    same_gender_pull: float = 0.65
    months_to_full_effect: float = 12.0  # builds up through initiation
    months_at_full_effect: float = 36.0
    decay_per_month: float = 0.004


@dataclass(frozen=True, slots=True)
class Trait:
    """A construct of the survey, in the points of its usual range; effect in its SDs.

    loading           on the factor all constructs share
    promise_loading   on hidden promise
    """

    mean: float
    trait_sd: float
    noise_sd: float
    loading: float
    promise_loading: float
    effect: float
    lowest: int = 1
    highest: int = 5


TRAITS: Mapping[str, Trait] = MappingProxyType(
    {
        "job_satisfaction": Trait(5.4, 1.38, 1.00, 0.80, 0.15, 0.29, highest=7),
        "turnover_intent": Trait(2.4, 1.15, 0.88, -0.80, -0.10, -0.24),
        "self_efficacy": Trait(3.9, 0.51, 0.28, 0.35, 0.30, 0.12),
        "socialization": Trait(3.6, 0.75, 0.60, 0.45, 0.10, 0.20),
        "career_planning": Trait(3.3, 0.80, 0.60, 0.30, 0.25, 0.25),
        "involvement": Trait(3.5, 0.75, 0.60, 0.60, 0.15, 0.10),
        "motivation": Trait(3.7, 0.70, 0.55, 0.60, 0.20, 0.15),
    }
)
"""Means, SDs and alphas: job satisfaction 5-5.5, 1.2-1.4, .84; turnover intent 2.3-2.7, 1.1, .80;
self-efficacy 3.9, .55, .86-.90; the other four are judgement."""


@dataclass(frozen=True, slots=True)
class Surveys:
    """A wave every six months; 48-68 % answer, executives about a third."""

    first_wave_month: int = 4  # after observed_from
    months_between: int = 6
    opening_day: int = 6
    days_open: int = 18
    intercept: float = 0.62
    grade_slope: float = -0.13
    executive_shift: float = -1.1  # grades 5 and 6
    tenure_slope: float = 0.001
    rating_slope: float = 0.12
    satisfaction_slope: float = 0.6  # only with response_on_satisfaction
    habit_sd: float = 0.9  # some people always answer, judgement
    item_skipped: float = 0.025
    stable_share: float = 0.6  # of a trait's variance, between people
    half_year_correlation: float = 0.5  # of the rest
    function_mean: float = 3.6  # nine functions received
    function_sd: float = 0.7
    mentor_mean: float = 3.8  # judgement
    mentor_sd: float = 0.7


@dataclass(frozen=True, slots=True)
class Workplaces:
    """Offers to candidates and the output of units."""

    offers_per_year: float = 0.24  # share of headcount
    saw_programme_share: float = 0.4
    acceptance: float = 0.64
    acceptance_effect: float = 0.08
    output_level: float = 100.0
    output_unit_sd: float = 0.15
    output_noise_sd: float = 0.05
    output_effect: float = 0.10  # log points, everyone mentored against nobody


@dataclass(frozen=True, slots=True)
class Parameters:
    """All of it; the default is the organisation the software ships with."""

    workforce: Workforce = Workforce()
    ratings: Ratings = Ratings()
    promotions: Promotions = Promotions()
    pay: Pay = Pay()
    exits: Exits = Exits()
    mentoring: Mentoring = Mentoring()
    surveys: Surveys = Surveys()
    workplaces: Workplaces = Workplaces()
    traits: Mapping[str, Trait] = field(default_factory=lambda: TRAITS)
