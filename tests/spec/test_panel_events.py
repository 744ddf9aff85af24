"""Promotions and exits, as a reader finds them in the records by hand."""

import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import SchemaError
from tests.panel_records import hired, panel_table, records, rows

ONE_STAY = """
    person_id  spell  hired_on    left_on  exit_kind
    a          1      2015-01-01  .        .
"""


EVENT = ("person_id", "occurred_on", "event")


def events_of(jobs: str, stays: str = ONE_STAY, columns: tuple[str, ...] = EVENT) -> list[tuple]:
    tables = hired(stays) | {"job_history": records(schema.JOB_HISTORY, jobs)}
    return rows(panel_table(schema.PERSON_EVENTS, tables), *columns)


def test_a_promotion_is_a_rise_of_the_grade_and_no_fall_and_a_mass_change_says_that_it_is_one():
    told = events_of(
        """
        person_id  effective_on  grade  is_mass_change
        a          2015-01-01    2      no
        a          2020-02-01    3      no
        a          2020-03-01    3      no
        a          2020-04-01    2      no
        a          2020-05-01    4      yes
        a          2020-06-01    5      no
        """,
        columns=("occurred_on", "event", "is_mass_change"),
    )
    assert told == [
        ("2020-02-01", "promotion", False),
        ("2020-05-01", "promotion", True),
        ("2020-06-01", "promotion", False),
    ]


def test_how_a_promotion_was_found_is_told_and_of_an_exit_nothing():
    stays = ONE_STAY.replace(".        .", "2020-08-31  voluntary")
    told = events_of(
        """
        person_id  effective_on  grade  event_code
        a          2015-01-01    2      hire
        a          2020-02-01    3      promotion
        a          2020-03-01    3      promotion
        a          2020-04-01    4      job_change
        """,
        stays,
        columns=("occurred_on", "event", "found_by", "is_mass_change"),
    )
    assert told == [
        ("2020-02-01", "promotion", "both", False),
        ("2020-03-01", "promotion", "code_only", False),
        ("2020-04-01", "promotion", "grade_only", False),
        ("2020-08-31", "voluntary_exit", None, False),
    ]


def test_a_rehire_into_a_higher_grade_is_no_promotion_and_a_rise_after_it_is_one():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2019-06-30  voluntary
        a          2      2020-02-01  .           .
    """
    assert events_of(
        """
        person_id  effective_on  grade
        a          2015-01-01    2
        a          2020-02-01    3
        a          2020-09-01    4
        """,
        stays,
    ) == [("a", "2020-09-01", "promotion")]


def test_a_first_row_entered_days_after_a_rehire_is_not_compared_with_the_stay_before():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2019-06-30  voluntary
        a          2      2020-02-01  .           .
    """
    assert (
        events_of(
            """
            person_id  effective_on  grade
            a          2015-01-01    2
            a          2020-02-15    3
            """,
            stays,
        )
        == []
    )


def test_nobody_is_promoted_on_the_day_of_hire_even_if_its_rows_rise():
    stays = """
        person_id  spell  hired_on    left_on  exit_kind
        a          1      2020-02-01  .        .
    """
    assert (
        events_of(
            """
            person_id  effective_on  sequence  grade
            a          2020-02-01    0         2
            a          2020-02-01    1         3
            """,
            stays,
        )
        == []
    )


def test_a_row_entered_before_the_first_day_is_the_state_at_hire():
    stays = """
        person_id  spell  hired_on    left_on  exit_kind
        a          1      2020-02-01  .        .
    """
    assert events_of(
        """
        person_id  effective_on  grade
        a          2020-01-20    2
        a          2020-03-01    3
        """,
        stays,
    ) == [("a", "2020-03-01", "promotion")]


def test_all_rows_of_a_day_are_scanned_in_sequence_and_make_one_event():
    up_down_up = """
        person_id  effective_on  sequence  grade
        a          2015-01-01    0         2
        a          2020-02-01    2         2
        a          2020-02-01    1         3
        a          2020-05-01    10        4
        a          2020-05-01    9         3
    """
    assert events_of(up_down_up) == [
        ("a", "2020-02-01", "promotion"),
        ("a", "2020-05-01", "promotion"),
    ]


def test_exits_are_dated_the_last_day_employed_and_voluntary_or_other():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2020-01-01  voluntary
        b          1      2015-01-01  2020-12-31  retirement
        c          1      2015-01-01  2020-06-30  involuntary
        d          1      2015-01-01  2020-06-30  other
        e          1      2015-01-01  2019-12-31  voluntary
        f          1      2015-01-01  2021-01-01  voluntary
    """
    events = panel_table(schema.PERSON_EVENTS, hired(stays))
    assert rows(events, "person_id", "occurred_on", "event") == [
        ("a", "2020-01-01", "voluntary_exit"),
        ("b", "2020-12-31", "other_exit"),
        ("c", "2020-06-30", "other_exit"),
        ("d", "2020-06-30", "other_exit"),
    ]


def test_an_exit_without_its_kind_is_refused_with_a_count_and_no_name():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        anna       1      2015-01-01  2020-01-01  .
        bert       1      2015-01-01  2020-12-31  retirement
    """
    with pytest.raises(SchemaError, match=r"1 of 2 exits .* have no exit_kind") as error:
        panel_table(schema.PERSON_EVENTS, hired(stays))
    assert "anna" not in str(error.value)
