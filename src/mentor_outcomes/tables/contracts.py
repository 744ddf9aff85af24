"""Which columns each source has, in each of its shapes, and how their text is read.

The same stands in words in docs/raw_files.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.study import Layout, Scale, Source


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a received file.

    kind          a key of `parsing.KINDS`, or `text`, `code`, `grade`, or an identifier
    is_required   a value in every row
    is_expected   a file without it is refused, unless the study says that it has none; otherwise
                  the column only adds to what is known
    is_telling    a missing value says something (still there, never begun), so that one that cannot
                  be read makes the row unusable; else it is missing, and counted
    words         for codes: our words, to which the provider's codes are mapped
    """

    name: str
    kind: str
    is_required: bool = True
    is_expected: bool = True
    is_telling: bool = False
    words: tuple[str, ...] = ()


def _optional(name: str, kind: str, words: tuple[str, ...] = ()) -> Field:
    return Field(name, kind, is_required=False, words=words)


def _telling(name: str, kind: str, *, is_expected: bool = True) -> Field:
    return Field(name, kind, is_required=False, is_expected=is_expected, is_telling=True)


def _if_given(name: str, kind: str, words: tuple[str, ...] = ()) -> Field:
    return Field(name, kind, is_required=False, is_expected=False, words=words)


PAY_PER = ("year", "month", "half_month", "two_weeks", "week", "hour")
MENTORING_KINDS = ("formal", "informal")

_PERSON = Field("person_id", "person")
_EFFECTIVE = Field("effective_on", "date")
_ENTERED = _if_given("entered_on", "date")
_EVENT_ROW = (_PERSON, _EFFECTIVE, _telling("sequence", "whole", is_expected=False))

CONTRACTS: Mapping[str, Mapping[str, tuple[Field, ...]]] = {
    "people": {
        "rows": (
            _PERSON,
            _optional("birth_year", "year"),
            _optional("gender", "text"),
            _optional("education", "text"),
        )
    },
    "employment": {
        "spells": (
            _PERSON,
            Field("hired_on", "date"),
            _telling("left_on", "end_date"),
            _optional("exit_kind", "code", schema.EXIT_KINDS),
        ),
        "events": (
            *_EVENT_ROW,
            Field("event_code", "code", words=schema.JOB_EVENTS),
            _optional("exit_kind", "code", schema.EXIT_KINDS),
        ),
    },
    "jobs": {
        "rows": (
            _PERSON,
            _EFFECTIVE,
            _telling("sequence", "whole"),
            Field("grade", "grade"),
            Field("job_family", "text"),
            Field("unit_id", "text"),
            _optional("site", "text"),
            _optional("manager_id", "person"),
            _optional("fte", "number"),
            _optional("event_code", "code", schema.JOB_EVENTS),
            _ENTERED,
        )
    },
    "pay": {
        "annual": (
            *(_PERSON, _EFFECTIVE, Field("annual_pay", "number")),
            *(_if_given("currency", "text"), _ENTERED),
        ),
        "amounts": (
            *_EVENT_ROW,
            Field("amount", "number"),
            _if_given("per", "code", PAY_PER),
            _if_given("currency", "text"),
            _if_given("fte", "number"),
            _if_given("hours_per_week", "number"),
            _ENTERED,
        ),
    },
    "leaves": {
        "spans": (_PERSON, Field("from", "date"), _telling("until", "end_date")),
        "events": (*_EVENT_ROW, Field("event_code", "code", words=schema.JOB_EVENTS)),
    },
    "ratings": {
        "rows": (
            _PERSON,
            Field("rated_on", "date"),
            Field("rating", "number"),
            _optional("rater_id", "person"),
        )
    },
    "mentoring": {
        "rows": (
            _optional("mentorship_id", "mentorship"),
            _optional("mentor_id", "person"),
            Field("protege_id", "person"),
            _if_given("requested_on", "date"),
            _telling("started_on", "date"),
            _optional("ended_on", "end_date"),
            _optional("kind", "code", MENTORING_KINDS),
            _optional("cultivation_on", "date"),
            _optional("separation_on", "date"),
            _optional("redefinition_on", "date"),
            _optional("end_reason", "text"),
        )
    },
    "requests": {
        "rows": (
            Field("protege_id", "person"),
            Field("requested_on", "date"),
            _optional("mentorship_id", "mentorship"),
        )
    },
    "survey": {
        "rows": (
            _optional("person_id", "person"),  # without one an answer is unlinked: counted
            Field("wave", "whole"),
            Field("answered_on", "moment"),
        )
    },
    "offers": {
        "rows": (
            Field("offer_id", "offer"),
            Field("offered_on", "date"),
            Field("unit_id", "text"),
            Field("saw_programme", "flag"),
            Field("accepted", "flag"),
        )
    },
    "unit_output": {
        "rows": (
            Field("unit_id", "text"),
            Field("month", "date"),
            Field("output", "number"),
        )
    },
    "crosswalk": {
        "rows": (
            _PERSON,
            Field("other_id", "other_id"),
            _if_given("system", "text"),
        )
    },
}
"""Source -> shape -> its columns; the first shape is the one meant where nothing is said."""

IDENTIFIER_COLUMNS = frozenset(
    field.name
    for shapes in CONTRACTS.values()
    for fields in shapes.values()
    for field in fields
    if field.kind in ("person", "mentorship", "offer", "other_id")
)
"""Columns of ids, in whatever source: their texts are in no message."""

PERSON_COLUMNS: Mapping[str, tuple[str, ...]] = {
    source: tuple(
        dict.fromkeys(
            field.name for fields in shapes.values() for field in fields if field.kind == "person"
        )
    )
    for source, shapes in CONTRACTS.items()
}
"""Source -> its columns of people's ids."""

OUR_COLUMNS = frozenset(
    field.name for shapes in CONTRACTS.values() for fields in shapes.values() for field in fields
).union(
    name for table in schema.ALL if table.folder == "data/tables" for name in table.column_names()
)
"""Names that mean something already: no extra column can bear one."""

EVENTS_OF: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("employment", "events"): ("hire", "rehire", "exit"),
    ("leaves", "events"): ("leave", "return"),
    ("jobs", "rows"): tuple(event for event in schema.JOB_EVENTS if event != "exit"),
}
"""Source and shape -> the events whose rows belong to it; rows of others are counted."""

SOURCES_WITH_EXTRA = ("people", "jobs", "pay")
"""Sources whose declared extra columns ride along."""


def shape_of(source: str, layout: Layout) -> str:
    """The shape that the study file or the profile declares, else the source's first."""
    shapes = CONTRACTS[source]
    if layout.shape is None:
        return next(iter(shapes))
    if layout.shape not in shapes:
        raise StudyError(
            f"sources.{source}.shape is {layout.shape}.",
            expected=f"one of {', '.join(shapes)}.",
            remedy=f"correct sources.{source}.shape in params.yaml, or remove it.",
        )
    return layout.shape


def wanted_columns(name: str, source: Source, scales: Mapping[str, Scale]) -> frozenset[str]:
    """Our names of all columns that may be read from this source; nothing else is."""
    fields = {field.name for shape in CONTRACTS[name].values() for field in shape}
    items = {item for scale in scales.values() for item in scale.items} if name == "survey" else ()
    return frozenset(fields.union(source.extra, items))
