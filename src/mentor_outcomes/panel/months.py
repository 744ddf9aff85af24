"""Person-months: everyone employed at the end of each period, as of that day."""

from datetime import timedelta

import ibis
import numpy as np
import pandas as pd

from mentor_outcomes.calendar import DAYS_PER_MONTH, Calendar
from mentor_outcomes.panel.histories import as_of, of_person, until_next

_OF_STAY = ("person_id", "spell")
FIRST_PERIOD = -1
"""The period before the first: what is known before a start in the first one."""


def period_ends(calendar: Calendar) -> pd.DataFrame:
    """One row per period from -1: period, period_end, and the day 12 calendar months before it.

    The last period ends with observed_to. Twelve months before the last day of a month is the
    last day of the same month a year earlier.
    """
    periods = np.arange(FIRST_PERIOD, calendar.n_periods)
    ends = calendar.ends(periods)
    ends = ends.where(ends < pd.Timestamp(calendar.observed_to), pd.Timestamp(calendar.observed_to))
    one_day = timedelta(days=1)
    year_before = ends + one_day - pd.DateOffset(months=12) - one_day
    return pd.DataFrame(
        {"period": periods, "period_end": ends.date, "year_before": year_before.date}
    )


def person_months(
    stays: ibis.Table,
    *,
    people: ibis.Table,
    states: ibis.Table,
    pay: ibis.Table,
    ratings: ibis.Table,
    leaves: ibis.Table,
    first: ibis.Table,
    mentored: ibis.Table,
    calendar: Calendar,
) -> ibis.Table:
    """One row per person and period, from period -1, for those employed on its last day.

    All columns are as of that day; a value is in force from the day it is dated. Pay is the
    person's, across stays; job state and time in grade belong to the stay. Months are average
    months. Further columns of people, jobs and pay ride along under their own names.

    states     as of `jobs.job_states`
    leaves     a history by person and spell
    first      first mentorships in the role under study, one row per person
    mentored   a history by person: a mentorship in that role is going on
    """
    grid = employed_periods(stays, calendar)
    grid = of_person(grid, people)
    grid = as_of(
        grid, states.drop("left_on", "is_change", "is_promotion"), by=_OF_STAY, day="period_end"
    )
    grid = _with_pay(grid, pay)
    grid = as_of(grid, _rating_history(ratings), by=["person_id"], day="period_end")
    grid = as_of(grid, leaves.mutate(leave=True), by=_OF_STAY, day="period_end")
    grid = as_of(grid, mentored.mutate(mentorship=True), by=["person_id"], day="period_end")
    grid = of_person(grid, first.select("person_id", "started_on"))
    named = grid.mutate(
        age=grid.period_end.year() - grid.birth_year,
        tenure_months=_months(grid.hired_on, grid.period_end),
        months_in_grade=_months(grid.grade_since, grid.period_end),
        is_on_leave=grid.leave.fill_null(False),
        is_mentored_ever=(grid.started_on <= grid.period_end).fill_null(False),
        is_mentored_now=grid.mentorship.fill_null(False),
    )
    return named.drop(
        "spell",
        "hired_on",
        "year_before",
        "birth_year",
        "grade_since",
        "leave",
        "started_on",
        "mentorship",
    )


def employed_periods(stays: ibis.Table, calendar: Calendar) -> ibis.Table:
    """One row per person and period on whose last day they are employed, with that day."""
    periods = ibis.memtable(period_ends(calendar))
    stays = stays.select(*_OF_STAY, "hired_on", "left_on")
    employed = [stays.hired_on <= periods.period_end, stays.left_on >= periods.period_end]
    return stays.inner_join(periods, employed).drop("left_on")


def _with_pay(grid: ibis.Table, pay: ibis.Table) -> ibis.Table:
    history = until_next(pay, by=["person_id"], day="effective_on")
    history = history.mutate(log_pay=history.annual_pay.log()).drop("annual_pay")
    earlier = history.select(
        "person_id", "valid_from", "valid_until", log_pay_12_months_before="log_pay"
    )
    grid = as_of(grid, history, by=["person_id"], day="period_end")
    return as_of(grid, earlier, by=["person_id"], day="year_before")


def _rating_history(ratings: ibis.Table) -> ibis.Table:
    given = ratings.filter(ratings.rating.notnull())
    in_order = ibis.window(group_by="person_id", order_by="rated_on")
    rated = given.select(
        "person_id",
        "rated_on",
        last_rating="rating",
        rating_before_last=given.rating.lag().over(in_order),
    )
    return until_next(rated, by=["person_id"], day="rated_on")


def _months(since: ibis.Value, day: ibis.Value) -> ibis.Value:
    return day.delta(since, unit="day").cast("float64") / DAYS_PER_MONTH
