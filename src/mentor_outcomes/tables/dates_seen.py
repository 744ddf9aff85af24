"""From when to when each source tells of something, and whether that covers the study's window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.schema import Table
from mentor_outcomes.study import StudySection

LONGEST_SILENCE = pd.Timedelta(days=31)
"""A source may be silent for so long without a word; and as long as it was silent before."""
ONE_YEAR = pd.DateOffset(years=1)


@dataclass(frozen=True, slots=True)
class Dated:
    """Events of a source, each with its day.

    is_covering   what is missing at the window's ends would be read as `nothing happened`
    """

    source: str
    what: str
    table: Table
    column: str
    is_covering: bool = False

    @property
    def person(self) -> str | None:
        names = self.table.column_names()
        return next((name for name in ("person_id", "protege_id") if name in names), None)


DATED = (
    Dated("employment", "hires", schema.EMPLOYMENT_SPELLS, "hired_on"),
    Dated("employment", "exits", schema.EMPLOYMENT_SPELLS, "left_on", is_covering=True),
    Dated("jobs", "job changes", schema.JOB_HISTORY, "effective_on", is_covering=True),
    Dated("pay", "pay changes", schema.PAY_HISTORY, "effective_on", is_covering=True),
    Dated("leaves", "leaves begun", schema.LEAVES, "from"),
    Dated("ratings", "ratings", schema.RATINGS, "rated_on"),
    Dated("mentoring", "mentorships begun", schema.MENTORSHIPS, "started_on"),
    Dated("survey", "answers", schema.SURVEY_ANSWERS, "answered_on"),
    Dated("offers", "offers", schema.OFFERS, "offered_on"),
    Dated("unit_output", "months of output", schema.UNIT_OUTPUT, "month"),
)


def dates_seen(tables: Mapping[str, pd.DataFrame], *, minimum: int) -> pd.DataFrame:
    """One row per source and kind of event: source, what, n, first_on, last_on.

    The first and the last day are missing where fewer than `minimum` events, or people, are
    behind them: they would tell of one of few.
    """
    rows = []
    for dated, days in _of(tables):
        is_told = _is_told(dated, tables, minimum)
        rows.append(
            {
                "source": dated.source,
                "what": dated.what,
                "n": len(days),
                "first_on": days.min() if is_told else pd.NaT,
                "last_on": days.max() if is_told else pd.NaT,
            }
        )
    return pd.DataFrame(rows, columns=["source", "what", "n", "first_on", "last_on"])


def window_notes(
    tables: Mapping[str, pd.DataFrame], section: StudySection, *, minimum: int
) -> list[str]:
    """Where the study's dates and the records do not fit, in words.

    Exits, job changes and pay changes that stop before observed_to (or, exits: begin after
    observed_from) look as if nothing had happened, by a silence of over a month that is also
    longer than any between. Kinds of event too few to tell their dates of have no note.
    """
    notes = []
    for dated, days in _of(tables):
        if dated.what == "exits" and days.empty:
            notes.append(
                "employment: nobody ever left. If the extract leaves out people who left, those in "
                "it are survivors, and leaving cannot be studied: ask for leavers too."
            )
        elif dated.is_covering and _is_told(dated, tables, minimum):
            notes += _ends_of_window(dated, days, section)
        if dated.source == "mentoring":
            notes += _recording(days, section, is_told=_is_told(dated, tables, minimum))
    return notes


def _of(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[Dated, pd.Series]]:
    """The kinds of event whose table was made, with their days."""
    for dated in DATED:
        if dated.table.name in tables:
            yield dated, tables[dated.table.name][dated.column].dropna()


def _is_told(dated: Dated, tables: Mapping[str, pd.DataFrame], minimum: int) -> bool:
    table = tables[dated.table.name]
    dated_rows = table[table[dated.column].notna()]
    n = len(dated_rows)
    if dated.person is not None:
        n = min(n, dated_rows[dated.person].nunique())
    return n >= minimum


def _ends_of_window(dated: Dated, days: pd.Series, section: StudySection) -> Iterator[str]:
    begin, end = pd.Timestamp(section.observed_from), pd.Timestamp(section.observed_to)
    inside = days[(days >= begin) & (days <= end)].drop_duplicates().sort_values()
    if inside.empty:
        yield f"{dated.source}: none of the {dated.what} lies within {_day(begin)} to {_day(end)}."
        return
    usual = max(LONGEST_SILENCE, inside.diff().max()) if len(inside) > 1 else LONGEST_SILENCE
    if dated.what == "exits":
        if inside.iloc[0] - begin > usual and not (days < begin).any():
            yield (
                f"{dated.source}: the first exit is dated {_day(inside.iloc[0])}, the study begins "
                f"{_day(begin)}. If the extract leaves out people who left before, those in it are "
                "survivors: ask for leavers too, or set study.observed_from later."
            )
    elif days.min() > begin:
        yield (
            f"{dated.source}: the first of the {dated.what} is dated {_day(days.min())}, after "
            f"observed_from {_day(begin)}: before it nothing is known. Ask for the state on that "
            "day, or set study.observed_from later."
        )
    if end - inside.iloc[-1] > usual and not (days > end).any():
        yield (
            f"{dated.source}: the last of the {dated.what} is dated {_day(inside.iloc[-1])}, the "
            f"study ends {_day(end)}, and no silence between them was as long. If the extract ends "
            f"there, {_READ_AS[dated.what]}: set study.observed_to to the day of the extract."
        )


def _day(moment: pd.Timestamp) -> str:
    return moment.strftime("%Y-%m-%d")


_READ_AS = {
    "exits": "everybody who left since is taken for still employed",
    "job changes": "everybody is taken to have kept their job since",
    "pay changes": "everybody is taken to have kept their pay since",
}


def _recording(days: pd.Series, section: StudySection, *, is_told: bool) -> Iterator[str]:
    recorded = pd.Timestamp(section.mentoring_recorded_from)
    n_before = int((days <= recorded).sum())
    if n_before:
        yield (
            f"mentoring: {n_before:,} of {len(days):,} mentorships began on or before "
            f"mentoring_recorded_from {_day(recorded)}: their people count as mentored already, "
            "and are left out. If mentorships were recorded in full before, set "
            "study.mentoring_recorded_from earlier."
        )
    if is_told and days.min() > recorded + ONE_YEAR:
        yield (
            f"mentoring: the first mentorship began {_day(days.min())}, over a year after "
            f"mentoring_recorded_from {_day(recorded)}. That is fine if there was no mentoring "
            "before; if it was not recorded, people mentored then look unmentored: set "
            "study.mentoring_recorded_from later."
        )
