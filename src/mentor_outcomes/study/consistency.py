"""What must hold between the settings of a study file, beyond their types."""

import re
from collections.abc import Mapping

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.design_columns import check_design_columns, nearest
from mentor_outcomes.study.received import check_received
from mentor_outcomes.study.recorded import check_recorded
from mentor_outcomes.study.sections import (
    REQUIRED_SOURCES,
    SOURCES,
    Analysis,
    Outcome,
    Scale,
    Study,
    StudySection,
)
from mentor_outcomes.study.sensitivities import check_sensitivities
from mentor_outcomes.study.source import Source
from mentor_outcomes.study.start_model import check_start_model
from mentor_outcomes.study.trimming import check_trimming
from mentor_outcomes.study.windows import check_windows


def check_consistency(study: Study) -> None:
    """Refuse settings that contradict each other or would not do what their name says."""
    _check_dates(study.study)
    _check_sources(study.sources)
    for name, outcome in study.outcomes.items():
        _check_outcome(name, outcome, study.scales)
    check_sensitivities(study)
    for name, scale in study.scales.items():
        _check_scale(name, scale)
    _check_analysis(study.analysis)
    _check_ranges(study)
    check_trimming(study.groups)
    _check_trials(study)
    _check_waivers(study.checks.waive)
    check_design_columns(study)
    check_recorded(study)
    check_start_model(study)
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
    _check_expected(name, outcome)
    _check_threshold(name, outcome, scales)


def _check_threshold(name: str, outcome: Outcome, scales: Mapping[str, Scale]) -> None:
    """A threshold lies on the scale, above its lowest point, which everybody reaches."""
    if outcome.threshold is None:
        return
    if outcome.kind != "scale":
        raise StudyError(
            f"outcomes.{name} is of kind {outcome.kind} and has threshold.",
            expected="threshold for outcomes of kind scale only.",
            remedy=f"remove outcomes.{name}.threshold from params.yaml.",
        )
    scale = scales[name]
    if not scale.lowest < outcome.threshold <= scale.highest:
        raise StudyError(
            f"outcomes.{name}.threshold is {outcome.threshold:g}, and the scale runs from "
            f"{scale.lowest} to {scale.highest}.",
            expected=f"points above {scale.lowest} and up to {scale.highest}: shares are of people "
            "at or above it.",
            remedy=f"correct outcomes.{name}.threshold in params.yaml, or remove it.",
        )


def _check_expected(name: str, outcome: Outcome) -> None:
    """What is expected must be of the outcome's kind, and possible."""
    per_100, sd = outcome.expected_per_100, outcome.expected_sd
    is_event = outcome.kind == "event"
    stray = "expected_sd" if is_event else "expected_per_100"
    if getattr(outcome, stray) is not None:
        raise StudyError(
            f"outcomes.{name} is of kind {outcome.kind} and has {stray}.",
            expected="expected_per_100 for events, expected_sd for panel outcomes and scales.",
            remedy=f"remove outcomes.{name}.{stray} from params.yaml.",
        )
    if per_100 is not None and not 1 <= per_100 < 100:
        raise StudyError(
            f"outcomes.{name}.expected_per_100 is {per_100:g}.",
            expected="events of 100 comparators within the main horizon: 1 or more, and below 100 "
            "(16, where a share of 0.16 have the event).",
            remedy=f"correct outcomes.{name}.expected_per_100 in params.yaml; where nothing is "
            "known, or less than 1 is expected, leave it out and say why under "
            "checks.waive.events_expected.",
        )
    if sd is not None and not 0 < sd < float("inf"):
        raise StudyError(
            f"outcomes.{name}.expected_sd is {sd:g}.",
            expected="the SD of the change within the main horizon: above 0.",
            remedy="correct it in params.yaml, or leave it out if nothing is known.",
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
    check_windows(analysis.windows, analysis.horizons_months)


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
            "analysis.group_starts_from_month",
            study.analysis.group_starts_from_month,
            study.analysis.group_starts_from_month in range(1, 13),
            "1 (January) to 12 (December)",
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


def _check_trials(study: Study) -> None:
    """Within a trial the days of the two arms differ by up to a period: a month at most will do."""
    method, period = study.groups.method, study.study.period
    if method != "risk_set_matching" and period != "month":
        raise StudyError(
            f"groups.method {method} with study.period {period}.",
            expected="study.period month with a method that weighs: comparators count from the "
            "last start of the period, which is months after the first.",
            remedy="set groups.method to risk_set_matching, where a set shares its day, or "
            "study.period to month, in params.yaml.",
        )


def _check_waivers(waive: Mapping[str, str]) -> None:
    for check, reason in waive.items():
        if check not in schema.CHECK_NAMES:
            raise StudyError(
                f"checks.waive names {check}, which is no check.",
                expected=f"one of {', '.join(schema.CHECK_NAMES)}.",
                remedy=f"{nearest(check, schema.CHECK_NAMES)}under checks.waive in params.yaml.",
            )
        if not reason.strip():
            raise StudyError(
                f"checks.waive.{check} has no reason.",
                expected="the reason in words: the report prints it.",
                remedy=f"say in params.yaml why {check} is waived, or remove it.",
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
