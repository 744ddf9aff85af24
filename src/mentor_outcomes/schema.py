"""Every table: what one row is, its key, and each column's type, unit and role.

Types: `text`, `integer` (never missing), `number` (may be missing), `flag` (never missing) and
`date` (a day, no time). Text and dates may be missing only where a column says `nullable`.

Roles decide who may read a column. `groups` sees `identifier`, `baseline` and `exposure` only; an
earlier value of an outcome is a baseline under a name that says so (`log_pay_12_months_before`).
Results (`result`) describe groups of people, never one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SchemaError

TYPES = ("text", "integer", "number", "flag", "date")
ROLES = ("identifier", "baseline", "exposure", "outcome", "result")


@dataclass(frozen=True, slots=True)
class Column:
    """A promised column. `meaning` says what it holds and in which unit."""

    name: str
    type: str
    role: str
    meaning: str = ""
    nullable: bool = False
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """What one row is, where it lives below the study folder, and which columns it promises.

    An `is_open` table may carry columns the study file declares beyond the promised ones; they
    have the role `open_role`.
    """

    name: str
    folder: str
    one_row_is: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    is_open: bool = False
    open_role: str = "baseline"

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}.parquet"

    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def role_of(self, name: str) -> str:
        roles = {column.name: column.role for column in self.columns}
        return roles.get(name, self.open_role)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` unchanged, or say which promise it breaks."""
        self.check_columns(frame.columns)
        for column in self.columns:
            _check_column(self.name, column, frame[column.name])
        self._check_key(frame)
        return frame

    def empty(self) -> pd.DataFrame:
        """No rows, the right columns and types."""
        return pd.DataFrame({c.name: pd.Series([], dtype=_DTYPES[c.type]) for c in self.columns})

    def check_columns(self, names: Iterable[str]) -> None:
        """Nothing, or an error about a promised column missing or one nobody promised."""
        names = list(names)
        missing = [name for name in self.column_names() if name not in names]
        if missing:
            raise SchemaError(
                f"{self.name} lacks {', '.join(missing)}.",
                expected=f"the columns {', '.join(self.column_names())}.",
                remedy="run the stage that writes this table again, or mend that stage.",
            )
        extra = [name for name in names if name not in self.column_names()]
        if extra and not self.is_open:
            raise SchemaError(
                f"{self.name} has columns nobody promised: {', '.join(map(str, extra))}.",
                expected=f"only {', '.join(self.column_names())}.",
                remedy="drop them, or declare them in schema.py with a type, unit and role.",
            )

    def _check_key(self, frame: pd.DataFrame) -> None:
        n_repeated = int(frame.duplicated(list(self.key)).sum())
        if n_repeated:
            raise SchemaError(
                f"{n_repeated} of {len(frame)} rows of {self.name} repeat the key of another row.",
                expected=f"one row per {' x '.join(self.key)}.",
                remedy="find the rows that repeat in the source of this table and remove them.",
            )


_DTYPES = {
    "text": "str",
    "integer": "int64",
    "number": "float64",
    "flag": "bool",
    "date": "datetime64[us]",
}


def _is_of_type(values: pd.Series, type_: str) -> bool:
    dtype = values.dtype
    if type_ == "text":
        return pd.api.types.is_string_dtype(dtype) or values.isna().all()
    if type_ == "date":
        return pd.api.types.is_datetime64_dtype(dtype)
    if type_ == "flag":
        return dtype == np.bool_
    if type_ == "integer":
        return pd.api.types.is_integer_dtype(dtype) and isinstance(dtype, np.dtype)
    return pd.api.types.is_float_dtype(dtype) and isinstance(dtype, np.dtype)


def _check_column(table: str, column: Column, values: pd.Series) -> None:
    if not _is_of_type(values, column.type):
        raise SchemaError(
            f"{table}.{column.name} holds {values.dtype}.",
            expected=f"{column.type} ({column.meaning or 'see schema.py'}).",
            remedy="convert the column before the table is written.",
        )
    n_missing = int(values.isna().sum())
    if n_missing and column.type in ("text", "date") and not column.nullable:
        raise SchemaError(
            f"{n_missing} of {len(values)} rows of {table} have no {column.name}.",
            expected="a value in every row.",
            remedy="complete the column at its source, or remove those rows with a count.",
        )
    if column.levels:
        unknown = values[~values.isin(column.levels) & values.notna()]
        if len(unknown):
            raise SchemaError(
                f"{len(unknown)} rows of {table} have an unknown {column.name}: "
                f"{', '.join(sorted(unknown.unique())[:5])}.",
                expected=f"one of {', '.join(column.levels)}.",
                remedy="map the code in the study file, or add it to the levels in schema.py.",
            )


def _text(name, role, meaning="", nullable=False, levels=()):
    return Column(name, "text", role, meaning, nullable, tuple(levels))


def _integer(name, role, meaning=""):
    return Column(name, "integer", role, meaning)


def _number(name, role, meaning=""):
    return Column(name, "number", role, meaning)


def _flag(name, role, meaning=""):
    return Column(name, "flag", role, meaning)


def _date(name, role, meaning="", nullable=False):
    return Column(name, "date", role, meaning, nullable)


_PERSON = _text("person_id", "identifier", "pseudonym")
EXIT_KINDS = ("voluntary", "involuntary", "retirement", "other")
EVENTS = ("promotion", "voluntary_exit", "other_exit")

# ---------------------------------------------------------------- tables: entities, from sources

PEOPLE = Table(
    "people",
    "data/tables",
    "a person, across rehires",
    ("person_id",),
    (
        _PERSON,
        _number("birth_year", "baseline", "calendar year"),
        _text("gender", "baseline", nullable=True),
        _text("education", "baseline", nullable=True),
    ),
    is_open=True,
)
EMPLOYMENT_SPELLS = Table(
    "employment_spells",
    "data/tables",
    "a person's stay from one hire to its exit",
    ("person_id", "spell"),
    (
        _PERSON,
        _integer("spell", "identifier", "1 for the first hire, 2 after a rehire, ..."),
        _date("hired_on", "baseline", "first day employed"),
        _date("left_on", "outcome", "last day employed; missing: still there", nullable=True),
        _text("exit_kind", "outcome", nullable=True, levels=EXIT_KINDS),
    ),
)
JOB_HISTORY = Table(
    "job_history",
    "data/tables",
    "a change of a person's job (or its state at hire), valid until the next",
    ("person_id", "effective_on", "sequence"),
    (
        _PERSON,
        _date("effective_on", "baseline", "first day in this state"),
        _integer("sequence", "identifier", "order within a day; the last is the end-of-day state"),
        _integer("grade", "baseline", "1 is the lowest"),
        _text("job_family", "baseline"),
        _text("unit_id", "baseline"),
        _text("site", "baseline", nullable=True),
        _text("manager_id", "baseline", "pseudonym", nullable=True),
        _number("fte", "baseline", "share of full time"),
        _text("event_code", "baseline", "as the provider coded it", nullable=True),
        _flag("is_mass_change", "baseline", "a reorganisation, not a promotion"),
    ),
    is_open=True,
)
PAY_HISTORY = Table(
    "pay_history",
    "data/tables",
    "a change of a person's pay, valid until the next",
    ("person_id", "effective_on"),
    (
        _PERSON,
        _date("effective_on", "outcome"),
        _number("annual_pay", "outcome", "full-time yearly base pay, in the study's currency"),
    ),
    is_open=True,
)
LEAVES = Table(
    "leaves",
    "data/tables",
    "a leave of a person",
    ("person_id", "from"),
    (
        _PERSON,
        _date("from", "baseline", "first day away"),
        _date("until", "baseline", "last day away; missing: not back yet", nullable=True),
    ),
)
RATINGS = Table(
    "ratings",
    "data/tables",
    "a performance rating of a person",
    ("person_id", "rated_on"),
    (
        _PERSON,
        _date("rated_on", "baseline"),
        _number("rating", "baseline", "points, higher is better"),
        _text("rater_id", "identifier", "pseudonym", nullable=True),
    ),
)
MENTORSHIPS = Table(
    "mentorships",
    "data/tables",
    "a mentorship asked for or begun",
    ("mentorship_id",),
    (
        _text("mentorship_id", "identifier"),
        _text("mentor_id", "identifier", "pseudonym", nullable=True),
        _text("protege_id", "identifier", "pseudonym"),
        _date("requested_on", "exposure", nullable=True),
        _date("started_on", "exposure", "missing: asked for, never begun", nullable=True),
        _date("ended_on", "exposure", "missing: still going on", nullable=True),
        _text("kind", "exposure", nullable=True, levels=("formal", "informal")),
        _flag("mentor_is_manager", "exposure", "mentor was the line manager on the first day"),
        _date("cultivation_on", "exposure", nullable=True),
        _date("separation_on", "exposure", nullable=True),
        _date("redefinition_on", "exposure", nullable=True),
        _text("end_reason", "exposure", nullable=True),
    ),
)
SURVEY_ANSWERS = Table(
    "survey_answers",
    "data/tables",
    "a person's answers in one survey wave; one further column per item, points, may be missing",
    ("person_id", "wave"),
    (_PERSON, _integer("wave", "identifier"), _date("answered_on", "outcome")),
    is_open=True,
    open_role="outcome",
)
OFFERS = Table(
    "offers",
    "data/tables",
    "a job offer to a candidate",
    ("offer_id",),
    (
        _text("offer_id", "identifier"),
        _date("offered_on", "baseline"),
        _text("unit_id", "baseline"),
        _flag("saw_programme", "exposure"),
        _flag("accepted", "outcome"),
    ),
)
UNIT_OUTPUT = Table(
    "unit_output",
    "data/tables",
    "a unit's output in one month",
    ("unit_id", "month"),
    (
        _text("unit_id", "identifier"),
        _date("month", "identifier", "first day of the month"),
        _number("output", "outcome", "productivity measure"),
    ),
)
INGEST_COUNTS = Table(
    "ingest_counts",
    "data/tables",
    "a source: rows read, used and set aside; rows_read = rows_used + rows_set_aside",
    ("source",),
    (
        _text("source", "identifier", "as named in params.yaml"),
        _integer("rows_read", "result"),
        _integer("rows_used", "result"),
        _integer("rows_set_aside", "result", "not used, for the reason given"),
        _text("reason", "result", nullable=True),
    ),
)

# ------------------------------------------------------------------------------------- measures

SCALE_SCORES = Table(
    "scale_scores",
    "data/measures",
    "a person's score on one scale in one wave; only those with enough answers",
    ("person_id", "wave", "scale"),
    (
        _PERSON,
        _integer("wave", "identifier"),
        _text("scale", "identifier"),
        _number("score", "outcome", "mean answer on the scale's own points, reversed items turned"),
        _integer("n_answered", "outcome", "items answered"),
        _flag("is_prorated", "outcome", "some item was not answered"),
    ),
)
SCALE_QUALITY = Table(
    "scale_quality",
    "data/measures",
    "a scale in one wave",
    ("scale", "wave"),
    (
        _text("scale", "identifier"),
        _integer("wave", "identifier"),
        _integer("n_people", "result", "people with a score"),
        _number("mean", "result", "points"),
        _number("sd", "result", "points"),
        _number("alpha", "result", "Cronbach's alpha, on complete answers"),
        _number("share_prorated", "result"),
    ),
)

# ---------------------------------------------------------------------------------------- panel

_STATE = (
    _number("grade", "baseline", "1 is the lowest; missing: not recorded"),
    _text("job_family", "baseline", nullable=True),
    _text("unit_id", "baseline", nullable=True),
    _text("site", "baseline", nullable=True),
    _text("manager_id", "baseline", nullable=True),
)
PERSON_MONTHS = Table(
    "person_months",
    "data/panel",
    "a person in one period of the study's calendar, from period -1, employed at its end; all as "
    "of the period's last day (of the last period: observed_to)",
    ("person_id", "period"),
    (
        _PERSON,
        _integer("period", "identifier", "0 holds observed_from, -1 is the one before"),
        _date("period_end", "identifier", "its last day, or observed_to"),
        *_STATE,
        _number("fte", "baseline", "share of full time"),
        _number("age", "baseline", "years, calendar year less birth year"),
        _text("gender", "baseline", nullable=True),
        _text("education", "baseline", nullable=True),
        _number("tenure_months", "baseline", "since the latest hire"),
        _number("months_in_grade", "baseline", "since the grade began, or the latest hire"),
        _number("past_promotions", "baseline", "recorded so far, mass changes left out"),
        _number("last_rating", "baseline", "points"),
        _number("rating_before_last", "baseline", "points"),
        _number("log_pay_12_months_before", "baseline", "log of yearly pay, 12 months earlier"),
        _flag("is_on_leave", "baseline"),
        _flag("is_mentored_ever", "exposure", "first mentorship has begun by now"),
        _flag("is_mentored_now", "exposure", "a mentorship is going on"),
        _number("log_pay", "outcome", "log of yearly full-time pay"),
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
        _PERSON,
        _integer("wave", "identifier"),
        _date("opened_on", "identifier", "first day anyone answered this wave"),
        _integer("period", "identifier", "period that holds opened_on"),
        _flag("answered", "outcome"),
        _date("answered_on", "outcome", "missing: not answered", nullable=True),
    ),
    is_open=True,
    open_role="outcome",
)
SPELLS_AT_RISK = Table(
    "spells_at_risk",
    "data/panel",
    "a stretch of one person's employment in which job state, leave and exposure are constant, "
    "from the morning of from_on until until_on; cut to nothing before observed_from, and at "
    "observed_to",
    ("person_id", "from_on"),
    (
        _PERSON,
        _integer("spell", "identifier", "of employment"),
        _date("from_on", "baseline", "first day in this state"),
        _date(
            "until_on",
            "baseline",
            "first day in the next state; at an exit the last day employed; else the day after "
            "observed_to. The event, if any, is dated until_on",
        ),
        _date("hired_on", "baseline", "of this employment spell"),
        _date("in_grade_since", "baseline", "missing: grade not recorded", nullable=True),
        *_STATE,
        _flag("is_on_leave", "baseline"),
        _flag("is_mentored", "exposure", "first mentorship has begun (measure: started)"),
        _flag("is_prevalent", "exposure", "already mentored when recording began"),
        _text(
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
        _PERSON,
        _date("occurred_on", "outcome"),
        _text("event", "outcome", levels=EVENTS),
    ),
)
FIRST_MENTORSHIPS = Table(
    "first_mentorships",
    "data/panel",
    "the first recorded mentorship of a person, as protege or as mentor",
    ("role", "person_id"),
    (
        _text("role", "identifier", levels=("protege", "mentor")),
        _PERSON,
        _date("requested_on", "exposure", nullable=True),
        _date("started_on", "exposure"),
        _text("kind", "exposure", nullable=True),
        _flag("mentor_is_manager", "exposure"),
        _text("mentor_id", "identifier", nullable=True),
        _flag("is_prevalent", "exposure", "began on or before mentoring_recorded_from"),
    ),
)

# --------------------------------------------------------------------------------------- groups

ELIGIBILITIES = ("employed", "below_top_grade")
_DESIGN_KEY = (
    _text("role", "identifier"),
    _text("contrast", "identifier"),
    _text("eligibility", "identifier", levels=ELIGIBILITIES),
)
FLOW = Table(
    "flow",
    "data/groups",
    "a criterion applied in turn to one arm; n_before - n_removed = n_remaining",
    ("role", "contrast", "eligibility", "arm", "step"),
    (
        *_DESIGN_KEY,
        _text("arm", "identifier", levels=("mentored", "comparison")),
        _integer("step", "identifier"),
        _text("criterion", "result"),
        _integer("n_removed", "result", "people"),
        _integer("n_remaining", "result", "people"),
    ),
)
MATCHED_SETS = Table(
    "matched_sets",
    "data/groups",
    "a person in the matched set of one mentored person's start",
    ("role", "contrast", "eligibility", "set_id", "person_id"),
    (
        *_DESIGN_KEY,
        _integer("set_id", "identifier", "a label; its order means nothing"),
        _PERSON,
        _date("time_zero", "exposure", "the day the set's mentored person starts"),
        _flag("is_mentored", "exposure"),
        _number("weight", "baseline", "1 for the mentored; comparators of a set sum to 1"),
        _number("score", "baseline", "logit of the hazard of starting that period"),
    ),
)
BALANCE = Table(
    "balance",
    "data/groups",
    "a covariate (or one level of it) of a design",
    ("role", "contrast", "eligibility", "covariate"),
    (
        *_DESIGN_KEY,
        _text("covariate", "identifier"),
        _number("mean_mentored", "result"),
        _number("mean_comparison_before", "result", "all eligible on the same days"),
        _number("mean_comparison_after", "result", "matched, weighted"),
        _number("smd_before", "result", "difference over the SD of the mentored"),
        _number("smd_after", "result", "the same SD"),
        _number("smd_after_p_value", "result", "difference of means, clustered by person"),
        _number("variance_ratio_before", "result", "missing for 0/1 columns"),
        _number("variance_ratio_after", "result", "missing for 0/1 columns"),
        _number("ks_before", "result", "Kolmogorov-Smirnov distance"),
        _number("ks_after", "result"),
        _number("n_mentored_known", "result", "distinct matched people with a value"),
        _number("n_comparison_known", "result", "the same of the comparators"),
        _number("n_mentored_level", "result", "of these, people with a 1; missing: no 0/1 column"),
        _number("n_comparison_level", "result", "the same of the comparators"),
        _number("n_mentored_known_before", "result", "distinct eligible people with a value"),
        _number("n_comparison_known_before", "result", "the same, eligible on the same days"),
        _number("n_mentored_level_before", "result", "of these, people with a 1"),
        _number("n_comparison_level_before", "result", "the same, eligible on the same days"),
    ),
)
OVERLAP = Table(
    "overlap",
    "data/groups",
    "a design",
    ("role", "contrast", "eligibility"),
    (
        *_DESIGN_KEY,
        _integer("n_mentored_eligible", "result", "people"),
        _integer("n_mentored_matched", "result", "people"),
        _number("share_unmatched", "result"),
        _integer("n_comparison", "result", "distinct people"),
        _number("effective_comparison", "result", "Kish, weights summed over a person's sets"),
        _number("equipoise_share", "result", "preference score .3-.7, both arms"),
        _number("equipoise_share_mentored", "result"),
        _number("equipoise_share_comparison", "result"),
        _number("largest_reuse", "result", "sets the most used comparator serves in"),
    ),
)

# ------------------------------------------------------------------------------------ estimates

CENSORING_WEIGHTS = Table(
    "censoring_weights",
    "data/estimates",
    "a person of a matched set in one calendar period after time zero, while followed",
    ("role", "contrast", "eligibility", "set_id", "person_id", "period"),
    (
        *_DESIGN_KEY,
        _integer("set_id", "identifier"),
        _PERSON,
        _integer("period", "identifier"),
        _number(
            "unmentored_weight",
            "result",
            "for not having been mentored yet by the middle of the period; mentored: 1",
        ),
        _number(
            "unmentored_weight_at_end",
            "result",
            "the same at the period's last day; missing: no longer followed then",
        ),
        _number("stayed_weight", "result", "for not having left by its last day, both arms"),
    ),
)
_ESTIMATE_KEY = (
    _text("outcome", "identifier"),
    _text("role", "identifier", levels=("protege", "mentor", "organisation")),
    _text("contrast", "identifier"),
    _text("subgroup", "identifier", "'all', or column=value"),
)
ESTIMATES = Table(
    "estimates",
    "data/estimates",
    "an estimated quantity, or the reason why there is none",
    (
        "outcome",
        "role",
        "contrast",
        "subgroup",
        "method",
        "estimand",
        "quantity",
        "horizon_months",
    ),
    (
        *_ESTIMATE_KEY,
        _text("method", "identifier"),
        _text("estimand", "identifier"),
        _text("quantity", "identifier"),
        _number("horizon_months", "identifier", "missing: none"),
        _number("estimate", "result"),
        _number("std_error", "result"),
        _number("ci_low", "result"),
        _number("ci_high", "result"),
        _number("p_value", "result", "two-sided, of no effect"),
        _number("p_adjusted", "result", "Holm, over the primary rows"),
        _text("unit", "result"),
        _number("n_mentored", "result", "distinct people"),
        _number("n_comparison", "result", "distinct people"),
        _number("n_events", "result", "distinct people with an event"),
        _number("n_events_mentored", "result", "of these, in the mentored arm; missing: no event"),
        _number("n_events_comparison", "result", "of these, in the other arm; missing: no event"),
        _number(
            "n_left_out",
            "result",
            "distinct people asked about but left out for want of a value before the start, a "
            "grade or a recorded history; 0: nobody",
        ),
        _flag("is_headline", "result"),
        _flag("is_primary", "result"),
        _text("error_type", "result", "how the error was made: clustering and correction"),
        _text("status", "result", levels=("estimated", "blocked")),
        _text("reason", "result", "why it is blocked", nullable=True),
    ),
)
CURVES = Table(
    "curves",
    "data/estimates",
    "a point of a curve",
    (
        "outcome",
        "role",
        "contrast",
        "subgroup",
        "method",
        "quantity",
        "arm",
        "months",
    ),
    (
        *_ESTIMATE_KEY,
        _text("method", "identifier"),
        _text("quantity", "identifier"),
        _text("arm", "identifier", levels=("mentored", "comparison", "difference")),
        _number("months", "identifier", "since time zero; negative: before"),
        _number("estimate", "result"),
        _number("std_error", "result"),
        _number("ci_low", "result"),
        _number("ci_high", "result"),
        _text("unit", "result"),
        _number("n_at_risk", "result", "distinct people still followed"),
        _number("n_events", "result", "distinct people with the event so far"),
    ),
)
CHECK_NAMES = (
    "overlap",
    "balance",
    "unmatched_mentees",
    "before_start_trend",
    "placebo_start",
    "attrition",
    "response",
    "linkage",
    "negative_controls",
    "measurement_invariance",
)
CHECKS = Table(
    "checks",
    "data/estimates",
    "a check of one outcome's design or data",
    ("check", "outcome", "role", "contrast"),
    (
        _text("check", "identifier", levels=CHECK_NAMES),
        _text("outcome", "identifier"),
        _text("role", "identifier"),
        _text("contrast", "identifier"),
        _text(
            "result",
            "result",
            levels=("passed", "in_doubt", "failed", "not_applicable", "not_evaluated"),
        ),
        _number("value", "result", "the number that was judged, if there is one"),
        _number(
            "n_smallest",
            "result",
            "people in the smallest cell behind the value and message; missing: no count stands "
            "behind them",
        ),
        _text("message", "result", "in plain words"),
        _flag("is_waived", "result"),
        _text("waiver", "result", "the study's reason", nullable=True),
    ),
)
VERDICT_WORDS = (
    "not_reliable",
    "too_small_to_matter",
    "helps",
    "probably_helps",
    "may_help",
    "hurts",
    "probably_hurts",
    "may_hurt",
    "cannot_tell",
    "not_measured",
)
VERDICTS = Table(
    "verdicts",
    "data/estimates",
    "what may be said of one outcome at the main horizon",
    ("outcome", "role", "contrast"),
    (
        _text("outcome", "identifier"),
        _text("role", "identifier"),
        _text("contrast", "identifier"),
        _text("verdict", "result", levels=VERDICT_WORDS),
        _text("because", "result", "the checks that failed or doubt, in plain words"),
        _number("smallest_worthwhile", "result", "in the estimate's unit"),
    ),
)

# -------------------------------------------------------------------------------------- release


RELEASED = (
    INGEST_COUNTS,
    SCALE_QUALITY,
    FLOW,
    BALANCE,
    OVERLAP,
    ESTIMATES,
    CURVES,
    CHECKS,
    VERDICTS,
)
"""The tables that pass the door, and all that reports are made from; others stay in `data/`."""


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


ALL = tuple(value for value in list(globals().values()) if isinstance(value, Table))
