"""What a study may ask of received files: what is lawful, and what was known when."""

import re
from collections.abc import Iterable, Mapping

from mentor_outcomes.errors import PrivacyError, StudyError
from mentor_outcomes.study.common_source import check_self_reported
from mentor_outcomes.study.sections import Ingest, Scale, Study
from mentor_outcomes.study.source import Layout, Source

SPECIAL_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "ethnicity": ("ethnicity", "ethnic", "race", "racial"),
    "religion": ("religion", "religious", "belief", "beliefs", "denomination"),
    "health": ("health", "disability", "disabled", "sick", "sickness", "illness", "pregnant"),
    "sexual_orientation": ("sexual", "lgbt", "lgbtq"),
    "political_opinion": ("political",),
    "trade_union": ("trade", "union"),
    "biometric_or_genetic": ("biometric", "genetic"),
}
"""Special categories of personal data (GDPR, article 9), and words that columns of them bear."""

_STATES = (
    *("grade", "level", "title", "position", "department", "unit", "division", "team", "manager"),
    *("supervisor", "salary", "pay", "fte", "rating", "seniority"),
)
"""Words for what changes in a career: in a file of people they say what is so today."""

_FOR_GOOD = ("education", "school", "degree", "language", "birth")
"""With one of these words beside it, a level or title is no state of a career."""


def check_received(study: Study) -> None:
    """Refuse sources that may not be used, or would be believed for what they are not."""
    _check_ingest(study.ingest)
    _check_special_categories(study)
    for name, source in study.sources.items():
        check_place(name, source, source)
        _check_waves(name, source)
        check_self_reported(name, source)
    if "people" in study.sources:
        _check_snapshot(study.sources["people"])
    for name, scale in study.scales.items():
        _check_choices(name, scale)


def _check_ingest(ingest: Ingest) -> None:
    for where, value, is_fine, expected in (
        (
            "max_share_quarantined",
            ingest.max_share_quarantined,
            0 <= ingest.max_share_quarantined < 1,
            "a share from 0 to below 1, such as 0.01",
        ),
        (
            "full_time_hours_per_week",
            ingest.full_time_hours_per_week,
            ingest.full_time_hours_per_week is None or 10 <= ingest.full_time_hours_per_week <= 60,
            "weekly hours between 10 and 60",
        ),
        *(
            (f"currency_rates.{currency}", rate, rate > 0, "above 0")
            for currency, rate in ingest.currency_rates.items()
        ),
    ):
        if not is_fine:
            raise StudyError(
                f"ingest.{where} is {value:g}.",
                expected=f"{expected}.",
                remedy=f"correct ingest.{where} in params.yaml.",
            )


def _check_special_categories(study: Study) -> None:
    """Columns of a special category need a legal basis, named in the study file."""
    for category, basis in study.ingest.legal_basis.items():
        if category not in SPECIAL_CATEGORIES or not basis.strip():
            raise StudyError(
                f"ingest.legal_basis.{category} is {basis!r}.",
                expected=f"for one of {', '.join(SPECIAL_CATEGORIES)}, the legal basis in words.",
                remedy="correct ingest.legal_basis in params.yaml.",
            )
    if study.study.data != "real":
        return
    for name, source in study.sources.items():
        for column, theirs in _asked_for(source):
            category = special_category(f"{column} {theirs}")
            if category is not None and category not in study.ingest.legal_basis:
                raise PrivacyError(
                    f"sources.{name} asks for {column}, which is personal data of a special "
                    f"category ({category}).",
                    expected="a legal basis for using it.",
                    remedy=f"remove the column from sources.{name}, or name the legal basis under "
                    f"ingest.legal_basis.{category} in params.yaml: the reports print it.",
                )


def special_category(header: str) -> str | None:
    """The special category that a column of this name holds, if any."""
    words = set(_words(header))
    if words & {"trade", "union"} == {"trade", "union"}:
        return "trade_union"
    for category, signs in SPECIAL_CATEGORIES.items():
        if category != "trade_union" and words.intersection(signs):
            return category
    return None


def _asked_for(source: Source) -> Iterable[tuple[str, str]]:
    """Our columns that the study names, with the provider's header where it gives one."""
    yield from source.columns.items()
    yield from ((name, "") for name in source.extra if name not in source.columns)


def _words(header: str) -> list[str]:
    """`RaceEthnicity` and `race_ethnicity` are the words race and ethnicity."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", header)
    return [part.casefold() for part in parts]


def check_place(name: str, source: Source, layout: Layout) -> None:
    """Raise StudyError unless the source lies in one place, and its wave is found in one.

    layout   how it is read, with its profile's lines where those are known
    """
    is_server = bool(layout.database)
    if is_server == bool(source.path):
        raise StudyError(
            f"sources.{name} has {'both a path and a database' if is_server else 'no path'}.",
            expected="a path, or a database (an environment variable with its address) and a "
            "table.",
            remedy=f"correct sources.{name} in params.yaml.",
        )
    if source.wave and (is_server or layout.columns.get("wave")):
        raise StudyError(
            f"sources.{name} takes the wave from the file's name, and "
            + ("is no file." if is_server else "names a column for it too."),
            expected="one place where the wave is found.",
            remedy=f"remove `wave` or `columns.wave` from sources.{name} in params.yaml.",
        )


def _check_waves(name: str, source: Source) -> None:
    if not source.waves:
        return
    if name != "survey":
        raise StudyError(
            f"sources.{name} has `waves`.",
            expected="waves of the source survey only.",
            remedy=f"remove `waves` from sources.{name} in params.yaml.",
        )
    if not all(wave.isdecimal() for wave in source.waves):
        raise StudyError(
            f"sources.survey.waves names {', '.join(source.waves)}.",
            expected='numbers of waves, each with the day it opened: {1: "2020-03-01"}.',
            remedy="correct sources.survey.waves in params.yaml.",
        )


def _check_snapshot(people: Source) -> None:
    """What changes in a career has no date in a file of people: today's is not that of then."""
    for name, theirs in _asked_for(people):
        words = set(_words(f"{name} {theirs}"))
        is_state = words.intersection(_STATES) and not words.intersection(_FOR_GOOD)
        if name in people.extra and is_state:
            raise StudyError(
                f"sources.people.extra has {name}, which changes in a career and has no date "
                "there.",
                expected="what is true of a person for good, such as a year of birth.",
                remedy="take it from a file with dates (jobs, pay, ratings); if it never changes, "
                "give it another name under `columns` and `extra`.",
            )


def _check_choices(name: str, scale: Scale) -> None:
    n_points = scale.highest - scale.lowest + 1
    if scale.choices and len(scale.choices) != n_points:
        raise StudyError(
            f"scales.{name} has {len(scale.choices)} choices and {n_points} points.",
            expected=f"one text for each point from {scale.lowest} to {scale.highest}.",
            remedy=f"correct scales.{name}.choices in params.yaml.",
        )
