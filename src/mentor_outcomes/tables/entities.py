"""Each entity from its source, in the order in which one needs another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import MentorOutcomesError
from mentor_outcomes.schema import Table
from mentor_outcomes.study import Ingest, Scale, StudySection
from mentor_outcomes.tables import mentorships, people, records
from mentor_outcomes.tables.crosswalk import Crosswalk, crosswalk_of
from mentor_outcomes.tables.employment_events import leaves_from_events, spells_from_events
from mentor_outcomes.tables.job_history import job_history_of
from mentor_outcomes.tables.lost_zeros import known_ids, refuse_lost_zeros
from mentor_outcomes.tables.pay import pay_of
from mentor_outcomes.tables.promotions import promotion_counts
from mentor_outcomes.tables.received import Received
from mentor_outcomes.tables.rows import Rows
from mentor_outcomes.tables.survey import answers_of
from mentor_outcomes.tables.typed import Reading, typed
from mentor_outcomes.tables.unknown_exposure import of_unknown_exposure, without_people


@dataclass(frozen=True, slots=True)
class Context:
    """What the tables depend on beside the sources."""

    section: StudySection
    ingest: Ingest
    scales: Mapping[str, Scale]
    key: bytes


class Trial:
    """Calls a function and keeps what it refuses, so that the next can still be tried."""

    def __init__(self) -> None:
        self.refusals: tuple[MentorOutcomesError, ...] = ()

    def __call__(self, function: Callable, *arguments: object):
        """The function's result, None where it refuses."""
        try:
            return function(*arguments)
        except MentorOutcomesError as refusal:
            if str(refusal) not in map(str, self.refusals):
                self.refusals = (*self.refusals, refusal)
            return None


@dataclass(slots=True)
class Made:
    """tables as made so far; rows: of each source, as far as they came."""

    tables: dict[Table, pd.DataFrame] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)

    @property
    def ids(self) -> pd.Series:
        return self.tables[schema.PEOPLE]["person_id"]

    @property
    def spells(self) -> pd.DataFrame:
        return self.tables[schema.EMPLOYMENT_SPELLS]


@dataclass(frozen=True, slots=True)
class Step:
    """A table that comes from one source, and the tables it needs before."""

    source: str
    table: Table
    needs: tuple[Table, ...]
    make: Callable[[Rows, Made, Context], Rows]


def _spells(rows: Rows, made: Made, context: Context) -> Rows:
    is_log = "event_code" in rows.frame
    spells = (spells_from_events if is_log else people.spells_of)(rows, made.ids)
    return people.joined_stays(spells, context.ingest.join_stays_within_days)


def _leaves(rows: Rows, made: Made, context: Context) -> Rows:
    if "event_code" in rows.frame:
        return leaves_from_events(rows, made.ids, made.spells)
    return records.leaves_of(rows, made.ids)


_OF_PEOPLE = (schema.PEOPLE,)
_OF_STAYS = (schema.PEOPLE, schema.EMPLOYMENT_SPELLS)
STEPS = (
    Step("employment", schema.EMPLOYMENT_SPELLS, _OF_PEOPLE, _spells),
    Step(
        "jobs",
        schema.JOB_HISTORY,
        _OF_STAYS,
        lambda rows, made, context: job_history_of(rows, made.ids, made.spells),
    ),
    Step(
        "pay",
        schema.PAY_HISTORY,
        _OF_PEOPLE,
        lambda rows, made, context: pay_of(rows, made.ids, context.section, context.ingest),
    ),
    Step("leaves", schema.LEAVES, _OF_STAYS, _leaves),
    Step(
        "ratings",
        schema.RATINGS,
        _OF_PEOPLE,
        lambda rows, made, context: records.ratings_of(rows, made.ids),
    ),
    Step("offers", schema.OFFERS, (), lambda rows, made, context: records.offers_of(rows)),
    Step(
        "unit_output",
        schema.UNIT_OUTPUT,
        (),
        lambda rows, made, context: records.unit_output_of(rows),
    ),
)


def entities(raw: Mapping[str, Received], context: Context, trial: Trial) -> Made:
    """Every table whose source can be read and whose needs are met, unchecked and unordered.

    Whose mentoring cannot be told is left out of all of them: see `unknown_exposure`.
    """
    made = Made(rows=_typed(raw, context, trial))
    if "people" in made.rows and (people_rows := trial(people.people_of, made.rows["people"])):
        made.rows["people"] = people_rows
        made.tables[schema.PEOPLE] = people_rows.frame
        _refuse_lost_zeros(raw, made, trial)
        _mentoring(made, context, trial)
    for step in STEPS:
        is_ready = step.source in made.rows and all(table in made.tables for table in step.needs)
        if is_ready and (rows := trial(step.make, made.rows[step.source], made, context)):
            made.rows[step.source] = rows
            made.tables[step.table] = rows.frame
    if schema.PEOPLE in made.tables:
        _answers(made, context, trial)
    _with_managers(made)
    if schema.JOB_HISTORY in made.tables:
        jobs = made.tables[schema.JOB_HISTORY]
        made.tables[schema.PROMOTION_COUNTS] = promotion_counts(jobs, made.spells)
    else:
        made.tables[schema.PROMOTION_COUNTS] = schema.PROMOTION_COUNTS.empty()
    return made


def _typed(raw: Mapping[str, Received], context: Context, trial: Trial) -> dict[str, Rows]:
    crosswalk = trial(crosswalk_of, raw.get("crosswalk"))
    reading = Reading(
        context.section.grades,
        context.key,
        crosswalk or Crosswalk(),
        context.ingest.max_share_quarantined,
    )
    if crosswalk is None:
        # Nobody knows who is who, but other refusals can be told all the same.
        for name, received in raw.items():
            if name != "crosswalk" and received.layout.ids is None:
                trial(typed, received, reading)
        return {}
    rows = {
        name: Rows(received, received.frame, set_aside=dict(received.set_aside))
        if name == "crosswalk"  # looked up as it is: its ids are no pseudonyms
        else trial(typed, received, reading)
        for name, received in raw.items()
    }
    return {name: each for name, each in rows.items() if each is not None}


def _refuse_lost_zeros(raw: Mapping[str, Received], made: Made, trial: Trial) -> None:
    """Of all sources that could be read."""
    known = trial(known_ids, raw)
    if known is not None:
        for source in made.rows:
            trial(refuse_lost_zeros, source, raw[source], known)


def _mentoring(made: Made, context: Context, trial: Trial) -> None:
    """Mentorships and requests; and all rows about people whose mentoring cannot be told out."""
    if "mentoring" not in made.rows:
        return
    begun = trial(mentorships.begun_of, made.rows["mentoring"], made.ids, context.key)
    if begun is None:
        return
    requests = None
    if "requests" in made.rows:
        requests = trial(mentorships.requests_of, made.rows["requests"], made.ids, begun)
        if requests is None:
            return
        made.rows["requests"] = requests
    made.rows["mentoring"] = mentorships.with_request_days(begun, requests)
    unknown = of_unknown_exposure(made.rows["mentoring"])
    made.rows = {name: without_people(rows, name, unknown) for name, rows in made.rows.items()}
    made.tables[schema.PEOPLE] = made.rows["people"].frame
    made.tables[schema.MENTORSHIPS] = mentorships.mentorships_of(
        made.rows["mentoring"], made.rows.get("requests"), context.key
    )


def _with_managers(made: Made) -> None:
    if schema.MENTORSHIPS in made.tables:
        made.tables[schema.MENTORSHIPS] = mentorships.with_manager_flag(
            made.tables[schema.MENTORSHIPS], made.tables.get(schema.JOB_HISTORY)
        )


def _answers(made: Made, context: Context, trial: Trial) -> None:
    if "survey" not in made.rows:
        return
    found = trial(answers_of, made.rows["survey"], made.ids, context.scales)
    if found is not None:
        made.rows["survey"], made.tables[schema.SURVEY_LINKAGE] = found
        made.tables[schema.SURVEY_ANSWERS] = made.rows["survey"].frame
