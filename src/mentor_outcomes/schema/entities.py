"""Entities and identifiers, made from the sources: people, spells, jobs, pay, mentorships."""

from mentor_outcomes.schema.promise import PERSON, Table, date, flag, integer, number, text

EXIT_KINDS = ("voluntary", "involuntary", "retirement", "other")
JOB_EVENTS = (
    "hire",
    "rehire",
    "exit",
    "promotion",
    "demotion",
    "transfer",
    "reorganisation",
    "reclassification",
    "job_change",
    "position_change",
    "manager_change",
    "pay_change",
    "data_change",
    "leave",
    "return",
    "probation",
    "suspension",
    "other",
)
"""What a row of a job history says has happened, whatever a provider's code for it."""

PEOPLE = Table(
    "people",
    "data/tables",
    "a person, across rehires",
    ("person_id",),
    (
        PERSON,
        number("birth_year", "baseline", "calendar year"),
        text("gender", "baseline", nullable=True),
        text("education", "baseline", nullable=True),
    ),
    is_open=True,
)
EMPLOYMENT_SPELLS = Table(
    "employment_spells",
    "data/tables",
    "a person's stay from one hire to its exit",
    ("person_id", "spell"),
    (
        PERSON,
        integer("spell", "identifier", "1 for the first hire, 2 after a rehire, ..."),
        date("hired_on", "baseline", "first day employed"),
        date("left_on", "outcome", "last day employed; missing: still there", nullable=True),
        text("exit_kind", "outcome", nullable=True, levels=EXIT_KINDS),
    ),
)
JOB_HISTORY = Table(
    "job_history",
    "data/tables",
    "a change of a person's job (or its state at hire), valid until the next",
    ("person_id", "effective_on", "sequence"),
    (
        PERSON,
        date("effective_on", "baseline", "first day in this state"),
        integer("sequence", "identifier", "order within a day; the last is the end-of-day state"),
        integer("grade", "baseline", "1 is the lowest"),
        text("job_family", "baseline"),
        text("unit_id", "baseline"),
        text("site", "baseline", nullable=True),
        text("manager_id", "baseline", "pseudonym", nullable=True),
        number("fte", "baseline", "share of full time"),
        text("event_code", "baseline", "in our words", nullable=True, levels=JOB_EVENTS),
        flag("is_mass_change", "baseline", "a reorganisation, not a promotion"),
    ),
    is_open=True,
)
PAY_HISTORY = Table(
    "pay_history",
    "data/tables",
    "a change of a person's pay, valid until the next",
    ("person_id", "effective_on"),
    (
        PERSON,
        date("effective_on", "outcome"),
        number("annual_pay", "outcome", "full-time yearly base pay, in the study's currency"),
    ),
    is_open=True,
)
LEAVES = Table(
    "leaves",
    "data/tables",
    "a leave of a person",
    ("person_id", "from"),
    (
        PERSON,
        date("from", "baseline", "first day away"),
        date("until", "baseline", "last day away; missing: not back yet", nullable=True),
    ),
)
RATINGS = Table(
    "ratings",
    "data/tables",
    "a performance rating of a person",
    ("person_id", "rated_on"),
    (
        PERSON,
        date("rated_on", "baseline"),
        number("rating", "baseline", "points, higher is better"),
        text("rater_id", "identifier", "pseudonym", nullable=True),
    ),
)
MENTORSHIPS = Table(
    "mentorships",
    "data/tables",
    "a mentorship asked for or begun",
    ("mentorship_id",),
    (
        text("mentorship_id", "identifier"),
        text("mentor_id", "identifier", "pseudonym", nullable=True),
        text("protege_id", "identifier", "pseudonym"),
        date("requested_on", "exposure", nullable=True),
        date("started_on", "exposure", "missing: asked for, never begun", nullable=True),
        date("ended_on", "exposure", "missing: still going on", nullable=True),
        text("kind", "exposure", nullable=True, levels=("formal", "informal")),
        flag("mentor_is_manager", "exposure", "mentor was the line manager on the first day"),
        date("cultivation_on", "exposure", nullable=True),
        date("separation_on", "exposure", nullable=True),
        date("redefinition_on", "exposure", nullable=True),
        text("end_reason", "exposure", nullable=True),
    ),
)
SURVEY_ANSWERS = Table(
    "survey_answers",
    "data/tables",
    "a person's answers in one survey wave; one further column per item, points, may be missing",
    ("person_id", "wave"),
    (PERSON, integer("wave", "identifier"), date("answered_on", "outcome")),
    is_open=True,
    open_role="outcome",
)
OFFERS = Table(
    "offers",
    "data/tables",
    "a job offer to a candidate",
    ("offer_id",),
    (
        text("offer_id", "identifier"),
        date("offered_on", "baseline"),
        text("unit_id", "baseline"),
        flag("saw_programme", "exposure"),
        flag("accepted", "outcome"),
    ),
)
UNIT_OUTPUT = Table(
    "unit_output",
    "data/tables",
    "a unit's output in one month",
    ("unit_id", "month"),
    (
        text("unit_id", "identifier"),
        date("month", "identifier", "first day of the month"),
        number("output", "outcome", "productivity measure"),
    ),
)
SURVEY_LINKAGE = Table(
    "survey_linkage",
    "data/tables",
    "a survey wave: finished answers, and how many of them belong to a known person",
    ("wave",),
    (
        integer("wave", "identifier"),
        integer("n_finished", "result", "answers; n_linked + n_tolerant + n_unlinked"),
        integer("n_linked", "result", "of somebody among people, by an id that is exactly theirs"),
        integer("n_tolerant", "result", "likewise, by an id a little different from theirs only"),
        integer(
            "n_unlinked",
            "result",
            "without an id, with one that is nobody's, or nearly that of somebody who answered",
        ),
        date("opened_on", "identifier", "as declared, else first linked answer", nullable=True),
    ),
)
FOUND_BY = ("both", "grade_only", "code_only")
"""Which of two definitions find a promotion: a rise of the grade, the provider's event code."""

PROMOTION_COUNTS = Table(
    "promotion_counts",
    "data/tables",
    "promotions in the job history as one or both of two definitions find them",
    ("found_by", "is_mass_change"),
    (
        text("found_by", "identifier", levels=FOUND_BY),
        flag("is_mass_change", "identifier"),
        integer("n_promotions", "result", "person-days, over the whole history"),
    ),
)
QUARANTINE = Table(
    "quarantine",
    "data/tables",
    "a received row that cannot be used",
    ("source", "file", "line"),
    (
        text("source", "identifier", "as named in params.yaml"),
        text("file", "identifier"),
        integer("line", "identifier", "line, row of a sheet or number of a record"),
        text("column", "identifier", "where the row breaks the rule"),
        text("rule", "identifier"),
        text("reason", "identifier", "what such rows do, in words; no value"),
    ),
)
INGEST_COUNTS = Table(
    "ingest_counts",
    "data/tables",
    "a source; rows_read = rows_used + rows_set_aside + rows_quarantined",
    ("source",),
    (
        text("source", "identifier", "as named in params.yaml"),
        integer("rows_read", "result"),
        integer("rows_used", "result"),
        integer("rows_set_aside", "result", "of another table or purpose, for the reason given"),
        integer("rows_quarantined", "result", "cannot be used, for the reason given"),
        text("reason", "result", nullable=True),
        text("form", "result", "how the files were read", nullable=True),
    ),
)
