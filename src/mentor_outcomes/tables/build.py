"""All received sources into the tables of our entities."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.schema import Table
from mentor_outcomes.study import Scale, StudySection
from mentor_outcomes.tables import mentorships, records
from mentor_outcomes.tables.contracts import SOURCES_WITH_EXTRA
from mentor_outcomes.tables.job_history import job_history_of
from mentor_outcomes.tables.people import people_of, spells_of
from mentor_outcomes.tables.received import Received
from mentor_outcomes.tables.survey import answers_of
from mentor_outcomes.tables.typed import Reading, typed


def build_tables(
    raw: Mapping[str, Received],
    *,
    section: StudySection,
    scales: Mapping[str, Scale],
    key: bytes,
) -> dict[str, pd.DataFrame]:
    """Tables by name, each as its schema promises and in the order of its key.

    A source that was not received has no table. Every identifier of a person, mentorship or offer
    is a pseudonym made with `key`; nothing else depends on the key, nor on the order of rows.

    Raises SourceError where a value cannot be read or records contradict each other.
    """
    _check_extra(raw)
    reading = Reading(section.grades, key)
    rows = {name: typed(received, reading) for name, received in raw.items()}
    people = people_of(raw["people"], rows["people"])
    ids = people["person_id"]
    spells = spells_of(raw["employment"], rows["employment"], ids)
    built = {schema.PEOPLE: people, schema.EMPLOYMENT_SPELLS: spells}
    if "jobs" in raw:
        built[schema.JOB_HISTORY] = job_history_of(raw["jobs"], rows["jobs"], ids, spells)
    for source, table, make in _OF_PEOPLE:
        if source in raw:
            built[table] = make(raw[source], rows[source], ids)
    built[schema.MENTORSHIPS] = _mentorships(raw, rows, ids, built.get(schema.JOB_HISTORY), key)
    if "survey" in raw:
        built[schema.SURVEY_ANSWERS] = answers_of(raw["survey"], rows["survey"], ids, scales)
    for source, table, make in _OF_OTHERS:
        if source in raw:
            built[table] = make(raw[source], rows[source])
    built[schema.INGEST_COUNTS] = ingest_counts(raw)
    return {table.name: _finished(table, frame) for table, frame in built.items()}


_OF_PEOPLE = (
    ("pay", schema.PAY_HISTORY, records.pay_of),
    ("leaves", schema.LEAVES, records.leaves_of),
    ("ratings", schema.RATINGS, records.ratings_of),
)
_OF_OTHERS = (
    ("offers", schema.OFFERS, records.offers_of),
    ("unit_output", schema.UNIT_OUTPUT, records.unit_output_of),
)


def ingest_counts(raw: Mapping[str, Received]) -> pd.DataFrame:
    """One row per source: records read, used, and set aside with the reason."""
    rows = []
    for name, received in raw.items():
        n_aside = sum(received.set_aside.values())
        reasons = [f"{reason}: {n}" for reason, n in sorted(received.set_aside.items())]
        rows.append((name, len(received.frame) + n_aside, n_aside, "; ".join(reasons) or None))
    counts = pd.DataFrame(rows, columns=["source", "rows_read", "rows_set_aside", "reason"])
    counts["rows_used"] = counts["rows_read"] - counts["rows_set_aside"]
    return counts.astype({"source": "str", "reason": "str"})


def _mentorships(
    raw: Mapping[str, Received],
    rows: Mapping[str, pd.DataFrame],
    people: pd.Series,
    job_history: pd.DataFrame | None,
    key: bytes,
) -> pd.DataFrame:
    begun = mentorships.begun_of(raw["mentoring"], rows["mentoring"], people)
    source = raw.get("requests")
    requests = None if source is None else mentorships.requests_of(source, rows["requests"], people)
    both = mentorships.joined(raw["mentoring"], begun, source, requests, key)
    return mentorships.with_manager_flag(both, job_history)


def _check_extra(raw: Mapping[str, Received]) -> None:
    for name, received in raw.items():
        if received.extra and name not in SOURCES_WITH_EXTRA:
            raise StudyError(
                f"sources.{name}.extra declares {', '.join(received.extra)}.",
                expected=f"extra columns of {', '.join(SOURCES_WITH_EXTRA)} only.",
                remedy=f"remove sources.{name}.extra from params.yaml; its columns are not used.",
            )


def _finished(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Checked, columns and rows in their order."""
    promised = list(table.column_names())
    extra = sorted(set(frame.columns) - set(promised))
    ordered = frame[promised + extra].sort_values(list(table.key), kind="stable")
    return table.check(ordered.reset_index(drop=True))
