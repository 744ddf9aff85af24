"""What must hold between the settings of a study file, beyond their types."""

import difflib
import re
from collections.abc import Iterable, Mapping

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.received import check_received
from mentor_outcomes.study.sections import (
    REQUIRED_SOURCES,
    SOURCES,
    Analysis,
    Outcome,
    Scale,
    Study,
    StudySection,
)
from mentor_outcomes.study.source import Source


def check_consistency(study: Study) -> None:
    """Refuse settings that contradict each other or would not do what their name says."""
    _check_dates(study.study)
    _check_sources(study.sources)
    for name, outcome in study.outcomes.items():
        _check_outcome(name, outcome, study.scales)
    for name, scale in study.scales.items():
        _check_scale(name, scale)
    _check_analysis(study.analysis)
    _check_ranges(study)
    _check_waivers(study.checks.waive)
    _check_baseline_names(study)
    _check_colours(study)
    _check_privacy(study)
    check_received(study)


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


def _check_ranges(study: Study) -> None:
    """Numbers that would silently do something else than their name says."""
    groups, release = study.groups, study.release
    for where, value, is_fine, expected in (
        ("groups.caliper_sd", groups.caliper_sd, groups.caliper_sd > 0, "above 0"),
        (
            "groups.comparators_per_mentee",
            groups.comparators_per_mentee,
            groups.comparators_per_mentee >= 1,
            "1 or more",
        ),
        (
            "groups.truncate_weights_at",
            groups.truncate_weights_at,
            0.5 < groups.truncate_weights_at <= 1,
            "a quantile above 0.5 and up to 1 (1: none is truncated)",
        ),
        (
            "groups.min_tenure_months",
            groups.min_tenure_months,
            groups.min_tenure_months >= 0,
            "0 or more",
        ),
        (
            "release.round_counts_to",
            release.round_counts_to,
            release.round_counts_to >= 5,
            "5 or more: finer counts can be subtracted from one another",
        ),
    ):
        if not is_fine:
            raise StudyError(
                f"{where} is {value:g}.",
                expected=f"{expected}.",
                remedy=f"correct {where} in params.yaml.",
            )


def _check_waivers(waive: Mapping[str, str]) -> None:
    for check, reason in waive.items():
        if check not in schema.CHECK_NAMES:
            raise StudyError(
                f"checks.waive names {check}, which is no check.",
                expected=f"one of {', '.join(schema.CHECK_NAMES)}.",
                remedy=f"{_nearest(check, schema.CHECK_NAMES)}under checks.waive in params.yaml.",
            )
        if not reason.strip():
            raise StudyError(
                f"checks.waive.{check} has no reason.",
                expected="the reason in words: the report prints it.",
                remedy=f"say in params.yaml why {check} is waived, or remove it.",
            )


def _check_baseline_names(study: Study) -> None:
    """Covariates and exact columns must be known before the start: baselines of the panel."""
    declared = [
        name
        for source in ("people", "jobs", "pay")
        if source in study.sources
        for name in study.sources[source].extra
    ]
    known = [c.name for c in schema.PERSON_MONTHS.columns if c.role == "baseline"] + declared
    for setting in ("covariates", "exact"):
        for name in getattr(study.groups, setting):
            if name not in known:
                raise StudyError(
                    f"groups.{setting} names {name}, which is not known before a start.",
                    expected=f"one of {', '.join(known)}.",
                    remedy=f"{_nearest(name, known)}in groups.{setting} of params.yaml; a "
                    "column of your own is declared under `extra` of its source.",
                )


def _check_colours(study: Study) -> None:
    for name in ("mentored_colour", "comparison_colour"):
        colour = getattr(study.figures, name)
        if not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
            raise StudyError(
                f"figures.{name} is {colour!r}.",
                expected='a colour as # and six hex digits in quotes, such as "#0B5C8A".',
                remedy=f"correct figures.{name} in params.yaml.",
            )


def _nearest(name: str, options: Iterable[str]) -> str:
    """How a remedy begins: with the nearest option, if one is near."""
    close = difflib.get_close_matches(name, list(options), n=1, cutoff=0.7)
    return f"write {close[0]}, the nearest, " if close else "correct the name "


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
