"""The study file: params.yaml as frozen, typed settings.

A key that does not exist is refused with the nearest valid one. Each pipeline stage names the
sections it uses; reading any other is refused, so a stage can never depend on a setting that
dvc.yaml does not track for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Literal

import yaml

from mentor_outcomes._settings import read_settings
from mentor_outcomes.calendar import Calendar
from mentor_outcomes.errors import StudyError


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
class Source:
    """One table as its provider sends it.

    path      file, or pattern for the survey's waves
    profile   the provider's layout: plain (our column names) or qualtrics
    columns   our column name -> the provider's, where they differ
    extra     further columns to carry along under their own names -> their type
    wave      for surveys: where the wave's number is found
    """

    path: str
    profile: Literal["plain", "qualtrics"] = "plain"
    columns: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Literal["number", "text", "flag"]] = field(default_factory=dict)
    wave: Literal["from_file_name"] | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A questionnaire scale: which items, which of them reversed, which points.

    min_answered   fewer answers than this give no score; default: half of the items, rounded up
    """

    items: tuple[str, ...]
    lowest: int
    highest: int
    reverse_keyed: tuple[str, ...] = ()
    min_answered: int | None = None
    label: str | None = None
    reference: str | None = None

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


@dataclass(frozen=True, slots=True)
class Groups:
    """How the mentored are compared with the unmentored. See design of comparison groups."""

    method: Literal["risk_set_matching"] = "risk_set_matching"
    min_tenure_months: float = 6
    exact: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    comparators_per_mentee: int = 3
    caliper_sd: float = 0.2
    comparators_mentored_later: Literal["censor", "as_assigned"] = "censor"
    truncate_weights_at: float = 0.99


@dataclass(frozen=True, slots=True)
class Outcome:
    """A declared outcome.

    kind                  event (dated), panel (a column of the person-months), scale (of surveys)
    event, competing      for events: what happens, and what precludes it
    better                which direction is good
    smallest_worthwhile   per 100 people at the main horizon; log points; or SDs of a scale
    """

    kind: Literal["event", "panel", "scale"]
    better: Literal["higher", "lower"]
    smallest_worthwhile: float
    event: Literal["promotion", "voluntary_exit"] | None = None
    competing: tuple[Literal["exit", "other_exit"], ...] = ()
    primary: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is estimated, how far after the start, and how sure the intervals are to be."""

    horizons_months: tuple[float, ...] = (12, 24, 36)
    main_horizon_months: float = 24
    confidence: float = 0.95
    adjust_for: tuple[str, ...] = ()
    minimum_at_risk: int = 10


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
)


def load_study(path: str | Path = "params.yaml", *, uses: Sequence[str] | None = None) -> Study:
    """Read and check a study file; with `uses`, only these sections can be looked at."""
    path = Path(path)
    if not path.exists():
        raise StudyError(
            f"there is no {path.name} here.",
            expected="the study file, in the folder the command runs in.",
            remedy="change to the study's folder, or copy params.yaml there.",
        )
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as problem:
        where = getattr(problem, "problem_mark", None)
        line = f" (line {where.line + 1})" if where else ""
        raise StudyError(
            f"{path.name} is not valid YAML{line}.",
            expected="keys and values as in the default params.yaml.",
            remedy="look at that line for a missing colon, quote or space.",
        ) from None
    study = parse_study(raw)
    return study if uses is None else _narrowed(study, uses)


def parse_study(raw: object) -> Study:
    """A mapping as read from YAML, into checked settings."""
    study = read_settings(Study, raw, where="params.yaml")
    _check(study)
    return study


def _check(study: Study) -> None:
    _check_dates(study.study)
    _check_sources(study.sources)
    for name, outcome in study.outcomes.items():
        _check_outcome(name, outcome, study.scales)
    for name, scale in study.scales.items():
        _check_scale(name, scale)
    _check_analysis(study.analysis)
    _check_privacy(study)


def _check_dates(section: StudySection) -> None:
    if not section.mentoring_recorded_from <= section.observed_from < section.observed_to:
        raise StudyError(
            f"study.mentoring_recorded_from {section.mentoring_recorded_from}, observed_from "
            f"{section.observed_from}, observed_to {section.observed_to}.",
            expected="these three dates in this order.",
            remedy="correct the dates in the section `study` of params.yaml.",
        )


def _check_sources(sources: Mapping[str, Source]) -> None:
    missing = [name for name in REQUIRED_SOURCES if name not in sources]
    if missing:
        raise StudyError(
            f"sources lacks {', '.join(missing)}.",
            expected=f"at least {', '.join(REQUIRED_SOURCES)}.",
            remedy="add an entry with a path for each under `sources` in params.yaml.",
        )
    unknown = [name for name in sources if name not in SOURCES]
    if unknown:
        raise StudyError(
            f"sources.{unknown[0]} is not a source this software knows.",
            expected=f"one of {', '.join(SOURCES)}.",
            remedy="rename it, or remove it from `sources` in params.yaml.",
        )


def _check_outcome(name: str, outcome: Outcome, scales: Mapping[str, Scale]) -> None:
    if (outcome.kind == "event") != (outcome.event is not None):
        raise StudyError(
            f"outcomes.{name} has kind {outcome.kind} and event {outcome.event}.",
            expected="`event` for outcomes of kind event, and for no others.",
            remedy=f"set or remove outcomes.{name}.event in params.yaml.",
        )
    if outcome.kind == "scale" and name not in scales:
        raise StudyError(
            f"outcomes.{name} is of kind scale, but scales has no {name}.",
            expected=f"one of the declared scales: {', '.join(scales) or 'none is declared'}.",
            remedy="declare its items under `scales` in params.yaml, or correct the name.",
        )


def _check_scale(name: str, scale: Scale) -> None:
    strangers = [item for item in scale.reverse_keyed if item not in scale.items]
    if strangers or scale.lowest >= scale.highest or len(set(scale.items)) < len(scale.items):
        raise StudyError(
            f"scales.{name} has items {', '.join(scale.items)}, reverse_keyed "
            f"{', '.join(scale.reverse_keyed) or 'none'}, range {scale.lowest}-{scale.highest}.",
            expected="each item once, reversed items among them, lowest below highest.",
            remedy=f"correct scales.{name} in params.yaml.",
        )
    if not 1 <= scale.answers_needed <= len(scale.items):
        raise StudyError(
            f"scales.{name}.min_answered is {scale.min_answered}.",
            expected=f"between 1 and its {len(scale.items)} items.",
            remedy=f"correct scales.{name}.min_answered in params.yaml.",
        )


def _check_analysis(analysis: Analysis) -> None:
    if analysis.main_horizon_months not in analysis.horizons_months:
        raise StudyError(
            f"analysis.main_horizon_months is {analysis.main_horizon_months:g}.",
            expected=f"one of horizons_months: "
            f"{', '.join(f'{months:g}' for months in analysis.horizons_months)}.",
            remedy="add it to analysis.horizons_months in params.yaml, or choose one of these.",
        )
    if not 0.5 < analysis.confidence < 1:
        raise StudyError(
            f"analysis.confidence is {analysis.confidence:g}.",
            expected="a share between 0.5 and 1, such as 0.95.",
            remedy="correct analysis.confidence in params.yaml.",
        )


def _check_privacy(study: Study) -> None:
    if study.study.data == "real" and study.study.pseudonyms.key == "public":
        raise StudyError(
            "study.pseudonyms.key is public while study.data is real.",
            expected="a private key for real people: anyone can undo pseudonyms of a public one.",
            remedy="set study.pseudonyms.key to private in params.yaml.",
        )
    if study.release.minimum_people < 5:
        raise StudyError(
            f"release.minimum_people is {study.release.minimum_people}.",
            expected="5 or more (10 is the default): fewer people can be recognised.",
            remedy="raise release.minimum_people in params.yaml.",
        )


class _Untracked:
    """Stands in for a section that the calling stage did not name."""

    def __init__(self, section: str) -> None:
        object.__setattr__(self, "_section", section)

    def __getattr__(self, name: str):
        section = object.__getattribute__(self, "_section")
        raise StudyError(
            f"a stage read `{section}.{name}` of params.yaml without having named `{section}`.",
            expected="every section a stage uses in its `uses` and under its params in dvc.yaml.",
            remedy=f"add {section} in both places.",
        )

    def __getitem__(self, name: str):
        return self.__getattr__(name)

    def __iter__(self):
        return self.__getattr__("(all)")

    def __bool__(self) -> bool:
        return self.__getattr__("(any)")


def _narrowed(study: Study, uses: Sequence[str]) -> Study:
    unknown = sorted(set(uses) - set(SECTIONS))
    if unknown:
        raise StudyError(
            f"a stage uses {', '.join(unknown)}.",
            expected=f"sections of the study file: {', '.join(SECTIONS)}.",
            remedy="correct the stage's `uses`.",
        )
    return Study(
        **{name: getattr(study, name) if name in uses else _Untracked(name) for name in SECTIONS}
    )
