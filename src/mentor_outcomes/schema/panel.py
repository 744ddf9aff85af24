"""Person-periods, person-waves, spells at risk, events and starts."""

from mentor_outcomes.schema.entities import FOUND_BY
from mentor_outcomes.schema.promise import PERSON, Table, date, flag, integer, number, text

EVENTS = ("promotion", "voluntary_exit", "other_exit")

STATE = (
    number("grade", "baseline", "1 is the lowest; missing: not recorded"),
    text("job_family", "baseline", nullable=True),
    text("unit_id", "baseline", nullable=True),
    text("site", "baseline", nullable=True),
    text("manager_id", "baseline", nullable=True),
)
PERSON_MONTHS = Table(
    "person_months",
    "data/panel",
    "a person in one period of the study's calendar, from period -1, employed at its end; all as "
    "of the period's last day (of the last period: observed_to)",
    ("person_id", "period"),
    (
        PERSON,
        integer("period", "identifier", "0 holds observed_from, -1 is the one before"),
        date("period_end", "identifier", "its last day, or observed_to"),
        *STATE,
        number("fte", "baseline", "share of full time"),
        number("age", "baseline", "years, calendar year less birth year"),
        text("gender", "baseline", nullable=True),
        text("education", "baseline", nullable=True),
        number("tenure_months", "baseline", "since the latest hire"),
        number("months_in_grade", "baseline", "since the grade began, or the latest hire"),
        number("past_promotions", "baseline", "recorded so far, mass changes left out"),
        number("last_rating", "baseline", "points"),
        number("rating_before_last", "baseline", "points"),
        number("log_pay_12_months_before", "baseline", "log of yearly pay, 12 months earlier"),
        flag("is_on_leave", "baseline"),
        flag("is_mentored_ever", "exposure", "first mentorship has begun by now"),
        flag("is_mentored_now", "exposure", "a mentorship is going on"),
        number("log_pay", "outcome", "log of yearly full-time pay"),
    ),
    is_open=True,
)
PERSON_WAVES = Table(
    "person_waves",
    "data/panel",
    "a person employed on the first day of a survey wave, whether they answered or not; one "
    "further column per scale, the score in points",
    ("person_id", "wave"),
    (
        PERSON,
        integer("wave", "identifier"),
        date("opened_on", "identifier", "first day of this wave: declared, or of its first answer"),
        integer("period", "identifier", "period that holds opened_on"),
        flag("answered", "outcome"),
        date("answered_on", "outcome", "missing: not answered", nullable=True),
    ),
    is_open=True,
    open_role="outcome",
)
LATEST_VALUES = Table(
    "latest_values",
    "data/panel",
    "a person in one period, as in person_months: what was last known of the outcomes by its end; "
    "one further column per scale, latest_SCALE: of the wave last opened by then, in points. For "
    "the sensitivity matched_on_last_value alone",
    ("person_id", "period"),
    (
        PERSON,
        integer("period", "identifier"),
        number("latest_log_pay", "baseline", "log of yearly full-time pay on its last day"),
    ),
    is_open=True,
)
SPELLS_AT_RISK = Table(
    "spells_at_risk",
    "data/panel",
    "a stretch of one person's employment in which job state, leave and exposure are constant, "
    "from the morning of from_on until until_on; cut to nothing before observed_from, and at "
    "observed_to",
    ("person_id", "from_on"),
    (
        PERSON,
        integer("spell", "identifier", "of employment"),
        date("from_on", "baseline", "first day in this state"),
        date(
            "until_on",
            "baseline",
            "first day in the next state; at an exit the last day employed; else the day after "
            "observed_to. The event, if any, is dated until_on",
        ),
        date("hired_on", "baseline", "of this employment spell"),
        date("in_grade_since", "baseline", "missing: grade not recorded", nullable=True),
        *STATE,
        flag("is_on_leave", "baseline"),
        flag("is_mentored", "exposure", "first mentorship has begun (measure: started)"),
        flag("is_prevalent", "exposure", "already mentored when recording began"),
        text(
            "end_event",
            "outcome",
            "what ends the stretch on until_on; none: a mere change of state or the study's end",
            levels=(*EVENTS, "none"),
        ),
    ),
)
PERSON_EVENTS = Table(
    "events",
    "data/panel",
    "an event of a person within the observed window",
    ("person_id", "occurred_on", "event"),
    (
        PERSON,
        date("occurred_on", "outcome"),
        text("event", "outcome", levels=EVENTS),
        text(
            "found_by",
            "outcome",
            "of promotions, as in promotion_counts; missing: an exit. A study counts those of its "
            "declared definition",
            nullable=True,
            levels=FOUND_BY,
        ),
        flag("is_mass_change", "outcome", "a promotion that is part of a reorganisation"),
    ),
)
FLOW_STEP = (
    text("arm", "identifier", levels=("mentored", "comparison", "everyone")),
    integer("step", "identifier", "0 counts everything and removes nothing"),
    text("unit", "identifier", levels=("people", "mentorships", "person_months")),
    text("criterion", "result", "kept: what meets it"),
    integer("n_removed", "result", "units"),
    integer("n_remaining", "result", "units"),
    integer("n_people_removed", "result", "people none of whose units remain"),
    integer("n_people_remaining", "result", "distinct people behind what remains"),
    integer("n_people_touched", "result", "distinct people behind what is removed"),
)
PANEL_FLOW = Table(
    "panel_flow",
    "data/panel",
    "a criterion between the tables of the extract and the panel, of one arm; the first steps of "
    "every flow",
    ("arm", "step"),
    FLOW_STEP,
)
FIRST_MENTORSHIPS = Table(
    "first_mentorships",
    "data/panel",
    "the first recorded mentorship of a person, as protege or as mentor",
    ("role", "person_id"),
    (
        text("role", "identifier", levels=("protege", "mentor")),
        PERSON,
        date("requested_on", "exposure", nullable=True),
        date("started_on", "exposure"),
        text("kind", "exposure", nullable=True),
        flag("mentor_is_manager", "exposure"),
        text("mentor_id", "identifier", nullable=True),
        flag("is_prevalent", "exposure", "began on or before mentoring_recorded_from"),
    ),
)
FIRST_REQUESTS = Table(
    "first_requests",
    "data/panel",
    "a person who asked for a mentor, whether one was found or not; a mentor's side has none: who "
    "was asked for is known only of those who were found",
    ("person_id",),
    (
        PERSON,
        date("requested_on", "exposure", "the first request"),
    ),
)
