"""The tables of the panel, from the entities and the scores."""

from collections.abc import Iterable, Mapping

import ibis

from mentor_outcomes import schema
from mentor_outcomes.panel.events import events
from mentor_outcomes.panel.flow import panel_flow
from mentor_outcomes.panel.histories import (
    OPEN_END,
    employments,
    in_days,
    merged,
    within_employment,
)
from mentor_outcomes.panel.jobs import job_states, promotions
from mentor_outcomes.panel.latest import latest_values
from mentor_outcomes.panel.mentorships import (
    first_mentorships,
    first_requests,
    mentored_stretches,
)
from mentor_outcomes.panel.months import person_months
from mentor_outcomes.panel.promises import as_promised, check_inputs, without_rows
from mentor_outcomes.panel.spells import spells_at_risk
from mentor_outcomes.panel.waves import opened_waves, person_waves
from mentor_outcomes.study import Exposure, StudySection

REQUIRED = (schema.PEOPLE, schema.EMPLOYMENT_SPELLS, schema.MENTORSHIPS)
OPTIONAL = (
    schema.JOB_HISTORY,
    schema.PAY_HISTORY,
    schema.LEAVES,
    schema.RATINGS,
    schema.SURVEY_ANSWERS,
    schema.SURVEY_LINKAGE,
    schema.SCALE_SCORES,
)
PANEL = (
    schema.PERSON_MONTHS,
    schema.PERSON_WAVES,
    schema.LATEST_VALUES,
    schema.SPELLS_AT_RISK,
    schema.PERSON_EVENTS,
    schema.FIRST_MENTORSHIPS,
    schema.FIRST_REQUESTS,
    schema.PANEL_FLOW,
)


def build_panel(
    tables: Mapping[str, ibis.Table],
    *,
    section: StudySection,
    exposure: Exposure,
    scales: Iterable[str],
) -> dict[str, ibis.Table]:
    """The tables of data/panel by name, as expressions on the connection the inputs live on.

    Parameters
    ----------
    tables    by name, the `REQUIRED` and any of the `OPTIONAL` ones, columns as in the schema; what
              is absent leaves its columns missing
    exposure  its role says whose mentorships make somebody mentored
    scales    names of the study's scales, a column each in person_waves

    Raises
    ------
    SchemaError   an exit without its kind, pay of zero or less, a declared extra column that bears
                  the name of one of the panel's own
    """
    absent = {t.name: without_rows(t) for t in OPTIONAL if t.name not in tables}
    tables = {name: _known(in_days(table)) for name, table in {**tables, **absent}.items()}
    check_inputs(tables)
    stays = employments(tables["employment_spells"])
    states = job_states(tables["job_history"], stays)
    leaves = _leaves_of_stays(tables["leaves"], stays)
    first_of_all = first_mentorships(tables["mentorships"], section)
    first = first_of_all.filter(first_of_all.role == exposure.role)
    calendar, scales = section.calendar, tuple(scales)
    waves = person_waves(
        stays,
        answers=tables["survey_answers"],
        linkage=tables["survey_linkage"],
        scores=tables["scale_scores"],
        scales=scales,
        calendar=calendar,
    )
    panel = {
        schema.PERSON_MONTHS: person_months(
            stays,
            people=tables["people"],
            states=states,
            pay=tables["pay_history"],
            ratings=tables["ratings"],
            leaves=leaves,
            first=first,
            mentored=mentored_stretches(tables["mentorships"], exposure.role),
            calendar=calendar,
        ),
        schema.PERSON_WAVES: waves,
        schema.LATEST_VALUES: latest_values(
            stays,
            pay=tables["pay_history"],
            waves=opened_waves(tables["survey_answers"], tables["survey_linkage"], calendar),
            scores=waves,
            scales=scales,
            calendar=calendar,
        ),
        schema.SPELLS_AT_RISK: spells_at_risk(
            stays, states=states, leaves=leaves, first=first, section=section
        ),
        schema.PERSON_EVENTS: events(stays, promotions(tables["job_history"], stays), section),
        schema.FIRST_MENTORSHIPS: first_of_all,
        schema.FIRST_REQUESTS: first_requests(tables["mentorships"]),
        schema.PANEL_FLOW: panel_flow(
            tables["people"],
            stays,
            tables["mentorships"],
            role=exposure.role,
            section=section,
        ),
    }
    return {table.name: as_promised(expression, table) for table, expression in panel.items()}


def _known(table: ibis.Table) -> ibis.Table:
    """Without the day a row was entered: the panel knows what held on a day, not since when."""
    return table.drop("entered_on") if "entered_on" in table.columns else table


def _leaves_of_stays(leaves: ibis.Table, stays: ibis.Table) -> ibis.Table:
    """A history: one row per person, stay and unbroken time on leave.

    A leave belongs to one stay, so that one never closed in the records does not outlast a rehire.
    """
    leaves = within_employment(leaves, stays, day="from")
    leaves = leaves.mutate(until=leaves.until.fill_null(OPEN_END))
    return merged(leaves, by=["person_id", "spell"], first="from", last="until")
