"""Person-months: who has a row, and each column as of the period's last day."""

from dataclasses import replace
from datetime import date
from math import log

import pytest

from mentor_outcomes import schema
from mentor_outcomes.calendar import DAYS_PER_MONTH
from mentor_outcomes.errors import SchemaError
from tests.panel_records import SECTION, hired, panel_table, records, rows

ONE_STAY = """
    person_id  spell  hired_on    left_on  exit_kind
    a          1      2015-01-01  .        .
"""
# Division of whole days by 365.25 / 12 may differ in the last digit between engines.
ONE_IN_A_BILLION = 1e-9


def months_of(stays: str = ONE_STAY, *, section=SECTION, role="protege", **more):
    tables = hired(stays) | more
    return panel_table(schema.PERSON_MONTHS, tables, section=section, role=role)


def by_period(months, column: str) -> dict:
    return dict(rows(months, "period", column))


def test_periods_run_from_the_one_before_the_study_to_its_last_day():
    in_part = replace(SECTION, observed_from=date(2020, 1, 10), observed_to=date(2020, 3, 20))
    assert rows(months_of(section=in_part), "period", "period_end") == [
        (-1, "2019-12-31"),
        (0, "2020-01-31"),
        (1, "2020-02-29"),
        (2, "2020-03-20"),
    ]


@pytest.mark.parametrize(
    ("period", "ends"),
    [
        ("quarter", ["2019-12-31", "2020-03-31", "2020-06-30", "2020-09-30", "2020-12-31"]),
        ("year", ["2019-12-31", "2020-12-31"]),
    ],
)
def test_periods_may_be_quarters_or_years(period, ends):
    months = months_of(section=replace(SECTION, period=period))
    assert by_period(months, "period_end") == dict(enumerate(ends, start=-1))


def test_a_row_needs_employment_on_the_last_day_of_the_period():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2020-02-29  2020-04-29  voluntary
        a          2      2020-07-31  2020-07-31  other
        a          3      2020-09-02  2020-09-28  other
        b          1      2015-01-01  2019-12-30  voluntary
        c          1      2015-01-01  2019-12-31  voluntary
    """
    assert rows(months_of(stays), "person_id", "period") == [
        ("a", 1),  # hired on the last of February
        ("a", 2),
        ("a", 6),  # not April: gone a day before its end
        ("c", -1),
    ]


def test_tenure_and_time_in_grade_are_in_average_months_up_to_the_last_day():
    jobs = records(
        schema.JOB_HISTORY,
        "person_id effective_on grade\na 2019-12-01 2\na 2020-02-15 3",
    )
    stays = "person_id spell hired_on left_on exit_kind\na 1 2019-12-11 . ."
    months = months_of(stays, job_history=jobs).set_index("period")
    assert months["tenure_months"][[-1, 1]].tolist() == pytest.approx(
        [20 / DAYS_PER_MONTH, (20 + 31 + 29) / DAYS_PER_MONTH], rel=ONE_IN_A_BILLION
    )
    assert months["months_in_grade"][[-1, 0, 1]].tolist() == pytest.approx(
        [20 / DAYS_PER_MONTH, 51 / DAYS_PER_MONTH, 14 / DAYS_PER_MONTH], rel=ONE_IN_A_BILLION
    )


def test_the_job_is_that_in_force_at_the_end_of_the_last_day():
    jobs = records(
        schema.JOB_HISTORY,
        """
        person_id  effective_on  sequence  grade  job_family  fte
        a          2020-01-31    1         3      sales       0.5
        a          2020-01-31    2         4      legal       0.8
        a          2020-03-01    0         4      finance     1
        """,
    )
    months = months_of(job_history=jobs)
    assert rows(months, "period", "grade", "job_family", "fte")[:5] == [
        (-1, None, None, None),
        (0, 4, "legal", 0.8),
        (1, 4, "legal", 0.8),
        (2, 4, "finance", 1),
        (3, 4, "finance", 1),
    ]


def test_past_promotions_count_all_that_are_recorded_over_all_stays_up_to_the_day():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2010-01-01  2014-12-31  voluntary
        a          2      2015-06-01  .           .
    """
    jobs = records(
        schema.JOB_HISTORY,
        """
        person_id  effective_on  grade  is_mass_change
        a          2010-01-01    1      no
        a          2012-01-01    2      no
        a          2013-01-01    3      yes
        a          2015-06-01    4      no
        a          2020-02-29    5      no
        a          2020-03-01    6      no
        """,
    )
    counts = by_period(months_of(stays, job_history=jobs), "past_promotions")
    assert [counts[period] for period in (-1, 0, 1, 2)] == [1, 1, 2, 3]


def test_pay_is_the_log_of_what_is_in_force_then_and_twelve_calendar_months_before():
    pay = records(
        schema.PAY_HISTORY,
        """
        person_id  effective_on  annual_pay
        a          2019-01-31    40000
        a          2020-01-01    42000
        a          2020-03-31    43000
        """,
    )
    months = months_of(pay_history=pay)
    now, before = by_period(months, "log_pay"), by_period(months, "log_pay_12_months_before")
    assert [now[period] for period in (-1, 0, 1, 2)] == pytest.approx(
        [log(40000), log(42000), log(42000), log(43000)], rel=ONE_IN_A_BILLION
    )
    assert before[-1] is None  # nothing recorded by 2018-12-31
    assert before[0] == pytest.approx(log(40000), rel=ONE_IN_A_BILLION)  # since that very day
    assert before[11] == pytest.approx(log(40000), rel=ONE_IN_A_BILLION)  # as of 2019-12-31


def test_the_same_month_a_year_before_a_short_february_ends_on_the_leap_day():
    pay = records(schema.PAY_HISTORY, "person_id effective_on annual_pay\na 2020-02-29 40000")
    section = replace(SECTION, observed_to=date(2021, 2, 28))
    before = by_period(months_of(section=section, pay_history=pay), "log_pay_12_months_before")
    assert before[12] is None
    assert before[13] == pytest.approx(log(40000), rel=ONE_IN_A_BILLION)


def test_ratings_are_the_last_and_the_one_before_that_were_given_by_then():
    ratings = records(
        schema.RATINGS,
        """
        person_id  rated_on    rating
        a          2019-06-01  2
        a          2020-01-31  4
        a          2020-02-15  .
        a          2020-04-01  5
        """,
    )
    months = months_of(ratings=ratings)
    assert rows(months, "period", "last_rating", "rating_before_last")[:5] == [
        (-1, 2, None),
        (0, 4, 2),
        (1, 4, 2),
        (2, 4, 2),
        (3, 5, 4),
    ]


def test_on_leave_through_the_last_day_away():
    leaves = records(
        schema.LEAVES, "person_id from until\na 2020-01-31 2020-02-28\na 2020-03-15 2020-03-31"
    )
    on_leave = by_period(months_of(leaves=leaves), "is_on_leave")
    assert [on_leave[period] for period in (-1, 0, 1, 2, 3)] == [False, True, False, True, False]


MENTORSHIPS = records(
    schema.MENTORSHIPS,
    """
    mentorship_id  protege_id  mentor_id  started_on  ended_on
    1              a           b          2020-01-31  2020-03-31
    2              a           b          2020-03-15  2020-05-30
    3              a           b          2020-08-01  .
    4              a           b          .           .
    """,
)
TWO_STAYS = """
    person_id  spell  hired_on    left_on  exit_kind
    a          1      2015-01-01  .        .
    b          1      2015-01-01  .        .
"""


def test_mentored_now_goes_on_and_off_and_mentored_ever_stays():
    months = months_of(TWO_STAYS, mentorships=MENTORSHIPS)
    of_protege = months[months["person_id"] == "a"]
    now = by_period(of_protege, "is_mentored_now")
    assert [period for period in now if now[period]] == [0, 1, 2, 3, 7, 8, 9, 10, 11]
    ever = by_period(of_protege, "is_mentored_ever")
    assert [period for period in ever if ever[period]] == list(range(12))
    of_mentor = months[months["person_id"] == "b"]
    assert not of_mentor["is_mentored_ever"].any() | of_mentor["is_mentored_now"].any()


def test_where_mentors_are_studied_it_is_they_who_are_exposed():
    months = months_of(TWO_STAYS, role="mentor", mentorships=MENTORSHIPS)
    assert set(months.loc[months["is_mentored_ever"], "person_id"]) == {"b"}
    assert set(months.loc[months["is_mentored_now"], "person_id"]) == {"b"}


def test_declared_extra_columns_ride_along_with_the_value_in_force():
    people = hired(ONE_STAY)["people"].assign(first_language="sami")
    pay = records(
        schema.PAY_HISTORY,
        "person_id effective_on annual_pay\na 2020-01-15 1\na 2020-02-01 2",
        is_married=[False, True],
        bonus=[0.5, 0.7],
    )
    jobs = records(schema.JOB_HISTORY, "person_id effective_on grade\na 2015-01-01 1", team=["x"])
    months = months_of(people=people, pay_history=pay, job_history=jobs)
    assert rows(months, "first_language", "team", "bonus", "is_married")[:3] == [
        ("sami", "x", None, None),
        ("sami", "x", 0.5, 0),
        ("sami", "x", 0.7, 1),
    ]


def test_an_extra_column_with_a_name_that_is_taken_is_refused():
    pay = records(
        schema.PAY_HISTORY, "person_id effective_on annual_pay\na 2020-01-15 1", grade=[3]
    )
    with pytest.raises(SchemaError, match="pay_history carries grade"):
        months_of(pay_history=pay)


def test_pay_of_zero_is_refused_with_a_count():
    pay = records(
        schema.PAY_HISTORY, "person_id effective_on annual_pay\na 2020-01-15 0\na 2020-02-15 5"
    )
    with pytest.raises(SchemaError, match="1 rows of pay_history"):
        months_of(pay_history=pay)


def test_age_is_the_difference_of_calendar_years_and_absent_sources_leave_columns_missing():
    months = months_of()
    assert by_period(months, "age")[-1] == 2019 - 1980
    assert by_period(months, "age")[0] == 2020 - 1980
    absent = ["grade", "fte", "past_promotions", "last_rating", "log_pay", "months_in_grade"]
    assert months[absent].isna().all(axis=None)
    assert not months["is_on_leave"].any()
