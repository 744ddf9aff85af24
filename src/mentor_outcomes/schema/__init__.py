"""Every table: what one row is, its key, and each column's type, unit and role.

Types: `text`, `integer` (never missing), `number` (may be missing), `flag` (never missing) and
`date` (a day, no time). Text and dates may be missing only where a column says `nullable`.

Roles decide who may read a column. `groups` sees `identifier`, `baseline` and `exposure` only; an
earlier value of an outcome is a baseline under a name that says so (`log_pay_12_months_before`).
Results (`result`) describe groups of people, never one.
"""

from dataclasses import replace

from mentor_outcomes.schema.entities import (
    EMPLOYMENT_SPELLS,
    EXIT_KINDS,
    INGEST_COUNTS,
    JOB_EVENTS,
    JOB_HISTORY,
    LEAVES,
    MENTORSHIPS,
    OFFERS,
    PAY_HISTORY,
    PEOPLE,
    PROMOTION_COUNTS,
    QUARANTINE,
    RATINGS,
    SURVEY_ANSWERS,
    SURVEY_LINKAGE,
    UNIT_OUTPUT,
)
from mentor_outcomes.schema.estimates import (
    ATTRITION,
    CENSORING_WEIGHTS,
    CHECK_NAMES,
    CHECKS,
    CURVES,
    ESTIMATES,
    MAIN,
    VERDICT_WORDS,
    VERDICTS,
    main_rows,
)
from mentor_outcomes.schema.groups import (
    BALANCE,
    CALIBRATION,
    CONTRASTS,
    ELIGIBILITIES,
    FLOW,
    LAST_VALUE_SETS,
    MATCHED_SETS,
    OVERLAP,
    PLACEBO_SETS,
    PREFERENCE,
)
from mentor_outcomes.schema.measures import (
    RESPONSE_RATES,
    SCALE_INVARIANCE,
    SCALE_QUALITY,
    SCALE_SCORES,
)
from mentor_outcomes.schema.panel import (
    EVENTS,
    FIRST_MENTORSHIPS,
    FIRST_REQUESTS,
    LATEST_VALUES,
    PANEL_FLOW,
    PERSON_EVENTS,
    PERSON_MONTHS,
    PERSON_WAVES,
    SPELLS_AT_RISK,
)
from mentor_outcomes.schema.plan import DESIGN_CHECKS, DETECTABLE
from mentor_outcomes.schema.promise import ROLES, TYPES, Column, Table

__all__ = [
    "ALL",
    "ATTRITION",
    "BALANCE",
    "CALIBRATION",
    "CENSORING_WEIGHTS",
    "CHECKS",
    "CHECK_NAMES",
    "CONTRASTS",
    "CURVES",
    "DESIGN_CHECKS",
    "DESIGN_RELEASED",
    "DETECTABLE",
    "ELIGIBILITIES",
    "EMPLOYMENT_SPELLS",
    "ESTIMATES",
    "EVENTS",
    "EXIT_KINDS",
    "FIRST_MENTORSHIPS",
    "FIRST_REQUESTS",
    "FLOW",
    "INGEST_COUNTS",
    "JOB_EVENTS",
    "JOB_HISTORY",
    "LAST_VALUE_SETS",
    "LATEST_VALUES",
    "LEAVES",
    "MAIN",
    "MATCHED_SETS",
    "MENTORSHIPS",
    "OFFERS",
    "OVERLAP",
    "PANEL_FLOW",
    "PAY_HISTORY",
    "PEOPLE",
    "PERSON_EVENTS",
    "PERSON_MONTHS",
    "PERSON_WAVES",
    "PLACEBO_SETS",
    "PREFERENCE",
    "PROMOTION_COUNTS",
    "QUARANTINE",
    "RATINGS",
    "RELEASED",
    "RESPONSE_RATES",
    "ROLES",
    "SCALE_INVARIANCE",
    "SCALE_QUALITY",
    "SCALE_SCORES",
    "SPELLS_AT_RISK",
    "SURVEY_ANSWERS",
    "SURVEY_LINKAGE",
    "TYPES",
    "UNIT_OUTPUT",
    "VERDICTS",
    "VERDICT_WORDS",
    "Column",
    "Table",
    "main_rows",
    "released",
]

ALL = (
    PEOPLE,
    EMPLOYMENT_SPELLS,
    JOB_HISTORY,
    PAY_HISTORY,
    LEAVES,
    RATINGS,
    MENTORSHIPS,
    SURVEY_ANSWERS,
    OFFERS,
    UNIT_OUTPUT,
    SURVEY_LINKAGE,
    PROMOTION_COUNTS,
    QUARANTINE,
    INGEST_COUNTS,
    SCALE_SCORES,
    SCALE_QUALITY,
    SCALE_INVARIANCE,
    RESPONSE_RATES,
    PERSON_MONTHS,
    PERSON_WAVES,
    LATEST_VALUES,
    SPELLS_AT_RISK,
    PERSON_EVENTS,
    FIRST_MENTORSHIPS,
    FIRST_REQUESTS,
    PANEL_FLOW,
    FLOW,
    MATCHED_SETS,
    PLACEBO_SETS,
    LAST_VALUE_SETS,
    BALANCE,
    OVERLAP,
    PREFERENCE,
    CALIBRATION,
    DESIGN_CHECKS,
    DETECTABLE,
    CENSORING_WEIGHTS,
    ESTIMATES,
    CURVES,
    ATTRITION,
    CHECKS,
    VERDICTS,
)
"""Every table, in the order in which they are made."""

RELEASED = (
    INGEST_COUNTS,
    PROMOTION_COUNTS,
    SCALE_QUALITY,
    SCALE_INVARIANCE,
    RESPONSE_RATES,
    FLOW,
    BALANCE,
    OVERLAP,
    PREFERENCE,
    CALIBRATION,
    ESTIMATES,
    CURVES,
    ATTRITION,
    CHECKS,
    VERDICTS,
)
"""The tables that pass the door, and all that reports are made from; others stay in `data/`."""

DESIGN_RELEASED = (
    INGEST_COUNTS,
    *(table for table in RELEASED if table.folder == "data/groups"),
    DESIGN_CHECKS,
    DETECTABLE,
)
"""The tables about a design that pass the door before any outcome is read."""


def released(table: Table) -> Table:
    """The same table on the public side of the door: rounded, small cells hidden, no person.

    Counts become numbers there, since a hidden count is missing.
    """
    columns = tuple(
        replace(column, type="number")
        if (column.type, column.role) == ("integer", "result")
        else column
        for column in table.columns
    )
    return replace(table, folder="reports/released", columns=columns)
