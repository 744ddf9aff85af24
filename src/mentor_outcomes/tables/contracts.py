"""Which columns each source has, and how their text is read. See CONTRIBUTING.md, raw exports."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a received file.

    kind          a key of `parsing.KINDS`, or `grade`, or an identifier (`identifiers.IDENTIFIERS`)
    is_required   a value in every row
    """

    name: str
    kind: str
    is_required: bool = True


def _optional(name: str, kind: str) -> Field:
    return Field(name, kind, is_required=False)


CONTRACTS: Mapping[str, tuple[Field, ...]] = {
    "people": (
        Field("person_id", "person"),
        _optional("birth_year", "whole"),
        _optional("gender", "text"),
        _optional("education", "text"),
    ),
    "employment": (
        Field("person_id", "person"),
        Field("hired_on", "date"),
        _optional("left_on", "end_date"),
        _optional("exit_kind", "text"),
    ),
    "jobs": (
        Field("person_id", "person"),
        Field("effective_on", "date"),
        Field("sequence", "whole"),
        Field("grade", "grade"),
        Field("job_family", "text"),
        Field("unit_id", "text"),
        _optional("site", "text"),
        _optional("manager_id", "person"),
        _optional("fte", "number"),
        _optional("event_code", "text"),
    ),
    "pay": (
        Field("person_id", "person"),
        Field("effective_on", "date"),
        Field("annual_pay", "number"),
    ),
    "leaves": (
        Field("person_id", "person"),
        Field("from", "date"),
        _optional("until", "end_date"),
    ),
    "ratings": (
        Field("person_id", "person"),
        Field("rated_on", "date"),
        Field("rating", "number"),
        _optional("rater_id", "person"),
    ),
    "mentoring": (
        Field("mentorship_id", "mentorship"),
        _optional("mentor_id", "person"),
        Field("protege_id", "person"),
        _optional("started_on", "date"),
        _optional("ended_on", "end_date"),
        _optional("kind", "text"),
        _optional("cultivation_on", "date"),
        _optional("separation_on", "date"),
        _optional("redefinition_on", "date"),
        _optional("end_reason", "text"),
    ),
    "requests": (
        Field("protege_id", "person"),
        Field("requested_on", "date"),
        _optional("mentorship_id", "mentorship"),
    ),
    "survey": (
        Field("person_id", "person"),
        Field("wave", "whole"),
        Field("answered_on", "moment"),
    ),
    "offers": (
        Field("offer_id", "offer"),
        Field("offered_on", "date"),
        Field("unit_id", "text"),
        Field("saw_programme", "flag"),
        Field("accepted", "flag"),
    ),
    "unit_output": (
        Field("unit_id", "text"),
        Field("month", "date"),
        Field("output", "number"),
    ),
}

SOURCES_WITH_EXTRA = ("people", "jobs", "pay")
"""Sources whose declared extra columns ride along."""
