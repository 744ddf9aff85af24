"""What a study file may say: its sections as frozen, typed settings with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.study.source import Source


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Which key makes the pseudonyms. `public` is a fixed key, for invented people only.

    fingerprint   first eight hex digits of the key's hash, required for `private`: a run with
                  another key would make other pseudonyms, and is refused
    """

    key: Literal["public", "private"] = "private"
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class StudySection:
    """What is studied, when, and how people came to be mentored."""

    title: str
    observed_from: date
    observed_to: date
    mentoring_recorded_from: date
    enrolment: Literal["voluntary", "nominated", "mandatory", "randomised"]
    period: Literal["month", "quarter", "year"] = "month"
    currency: str = "EUR"
    seed: int = 0
    data: Literal["simulated", "published", "real"] = "real"
    grades: tuple[str, ...] = ()
    pseudonyms: Pseudonyms = Pseudonyms()

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.observed_from, self.observed_to, self.period)


@dataclass(frozen=True, slots=True)
class Ingest:
    """What is done with received rows.

    max_share_quarantined      of a source's rows; more than this stops the run
    corrections                ledger of known errors in received files
    currency_rates             currency -> units of the study's currency that one of it is worth
    join_stays_within_days     a hire so many days after a person's last day goes on with the stay;
                               0: none does; asked for where some follow on the next day
    full_time_hours_per_week   behind hourly pay where the file does not say
    legal_basis                special category (ethnicity, ...) -> the legal basis for using it
    """

    max_share_quarantined: float = 0.01
    corrections: str | None = None
    join_stays_within_days: int | None = None
    currency_rates: Mapping[str, float] = field(default_factory=dict)
    full_time_hours_per_week: float | None = None
    legal_basis: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scale:
    """A questionnaire scale: which items, which of them reversed, which points.

    min_answered   fewer answers than this give no score; default: half of the items, rounded up
    missing        texts that stand for `not answered`, such as -99 or Prefer not to say
    choices        the choices' texts from lowest to highest, where a file holds texts
    """

    items: tuple[str, ...]
    lowest: int
    highest: int
    reverse_keyed: tuple[str, ...] = ()
    min_answered: int | None = None
    label: str | None = None
    reference: str | None = None
    missing: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def answers_needed(self) -> int:
        return -(-len(self.items) // 2) if self.min_answered is None else self.min_answered


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who is exposed, from when. `started` is for good; `current` goes on and off."""

    role: Literal["protege", "mentor"] = "protege"
    starts: Literal["started_on"] = "started_on"
    measure: Literal["started", "current"] = "started"
    contrasts: tuple[str, ...] = ("any",)


Method = Literal["risk_set_matching", "overlap_weights", "entropy_balancing", "inverse_probability"]


@dataclass(frozen=True, slots=True)
class Groups:
    """How the mentored are compared with the unmentored. See design of comparison groups.

    subgroups          baseline columns of few levels: balance and overlap are shown inside each
    trim_weights_at    quantile of the weights of inverse probability, each over the mean of its
                       trial, beyond which they are cut
    trim_propensity    probabilities of being the one who starts, within a trial, that are kept
                       (inverse probability only)
    """

    method: Method = "risk_set_matching"
    min_tenure_months: float = 6
    exact: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    splines: tuple[str, ...] = ()
    interactions: tuple[tuple[str, ...], ...] = ()
    subgroups: tuple[str, ...] = ()
    comparators_per_mentee: int = 3
    caliper_sd: float = 0.2
    prefer_waiting_list: bool = False
    comparators_mentored_later: Literal["censor", "as_assigned"] = "censor"
    truncate_weights_at: float = 0.999
    trim_weights_at: float = 1.0
    trim_propensity: tuple[float, ...] = (0.0, 1.0)


Definition = Literal["grade", "code", "either"]
Sensitivity = Literal[
    "by_grade",
    "by_code",
    "by_either",
    "with_mass_changes",
    "without_mass_changes",
    "later_promotions",
    "full_follow_up",
    "matched_on_last_value",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A declared outcome.

    kind                  event (dated), panel (a column of the person-months), scale (of surveys)
    event, competing      for events: what happens, and what precludes it
    definition            of promotions: a rise of the grade, an event coded as one, or either
    mass_changes          whether promotions that are part of a reorganisation count
    sensitivities         what is asked again under another definition or selection, beside the
                          answer: see `study/sensitivities.py`
    better                which direction is good
    threshold             of scales, in points: the share at or above it is told per 100 people; for
                          a scale of which a low score is good, the share with the problem
    smallest_worthwhile   per 100 people at the main horizon; log points; or SDs of a scale
    expected_per_100      events expected of 100 comparators within the main horizon
    expected_sd           SD of the change within the main horizon, expected of comparators: log
                          points, or SDs of the scale
    """

    kind: Literal["event", "panel", "scale"]
    better: Literal["higher", "lower"]
    smallest_worthwhile: float
    event: Literal["promotion", "voluntary_exit"] | None = None
    competing: tuple[Literal["exit", "other_exit"], ...] = ()
    definition: Definition = "grade"
    mass_changes: bool = False
    sensitivities: tuple[Sensitivity, ...] = ()
    primary: bool = False
    label: str | None = None
    expected_per_100: float | None = None
    expected_sd: float | None = None
    threshold: float | None = None


YEARS_AFTER = ((1, 12), (13, 24), (25, 36))
"""Windows of months after the start: each holds every month of the calendar once."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is estimated, how far after the start, and how sure the intervals are to be.

    group_starts_by           how long a cohort of starts is in the group-time effects, for
                              outcomes of the person-months; of scales it is from wave to wave
    group_starts_from_month   1-12, in which such a quarter or year begins: the month after the one
                              in which ratings (or whatever drives starts) are filed
    windows_months    first and last months after the start over which differences are averaged;
                      none declared: the years that end by the longest horizon, of `YEARS_AFTER`
    """

    horizons_months: tuple[float, ...] = (12, 24, 36)
    main_horizon_months: float = 24
    confidence: float = 0.95
    adjust_for: tuple[str, ...] = ()
    minimum_at_risk: int = 10
    group_starts_by: Literal["quarter", "year"] = "quarter"
    group_starts_from_month: int = 1
    windows_months: tuple[tuple[float, ...], ...] | None = None

    @property
    def windows(self) -> tuple[tuple[float, ...], ...]:
        """The declared windows, or the whole years within the horizons."""
        if self.windows_months is not None:
            return self.windows_months
        longest = max(self.horizons_months)
        return tuple(window for window in YEARS_AFTER if window[1] <= longest)


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks that are waived, each with the reason that the report prints."""

    waive: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Release:
    """What may leave data/: the fewest people behind a figure, and the rounding of counts."""

    minimum_people: int = 10
    round_counts_to: int = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """How figures look; one colour means mentored everywhere."""

    mentored_colour: str = "#0B5C8A"
    comparison_colour: str = "#C4551B"
    font_size: float = 9


@dataclass(frozen=True, slots=True)
class Simulation:
    """The invented organisation. Switches are strengths: 0 is off.

    n_people             people employed at any time, about; leavers are replaced
    warm_up_months       history before observed_from
    effect               scales every true effect of mentoring; 0 is none
    hidden_selection     how much unrecorded promise drives who gets a mentor
    exit_on_satisfaction, response_on_satisfaction   how much satisfaction, which HR does not see,
                         drives leaving and answering surveys
    """

    n_people: int = 3000
    warm_up_months: int = 24
    effect: float = 1.0
    hidden_selection: float = 0.0
    exit_on_satisfaction: float = 0.0
    response_on_satisfaction: float = 0.0


@dataclass(frozen=True, slots=True)
class Study:
    """A whole study file."""

    study: StudySection
    sources: Mapping[str, Source]
    outcomes: Mapping[str, Outcome]
    groups: Groups = Groups()
    ingest: Ingest = Ingest()
    scales: Mapping[str, Scale] = field(default_factory=dict)
    exposure: Exposure = Exposure()
    analysis: Analysis = Analysis()
    checks: Checks = Checks()
    release: Release = Release()
    figures: Figures = Figures()
    simulation: Simulation | None = None
    engine: Literal["duckdb"] = "duckdb"


SECTIONS = tuple(item.name for item in fields(Study))
REQUIRED_SOURCES = ("people", "employment", "mentoring")
SOURCES = (
    *REQUIRED_SOURCES,
    "jobs",
    "pay",
    "leaves",
    "ratings",
    "requests",
    "survey",
    "offers",
    "unit_output",
    "crosswalk",
)
