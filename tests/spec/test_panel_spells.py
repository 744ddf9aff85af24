"""Where employment is cut, and what ends each stretch."""

from mentor_outcomes import schema
from tests.panel_records import hired, panel_table, records, rows

ONE_STAY = """
    person_id  spell  hired_on    left_on  exit_kind
    a          1      2015-01-01  .        .
"""


def spells_of(stays: str = ONE_STAY, **more):
    return panel_table(schema.SPELLS_AT_RISK, hired(stays) | more)


def test_a_stretch_ends_on_the_first_day_of_the_next_state_and_the_last_after_the_study():
    jobs = records(
        schema.JOB_HISTORY,
        """
        person_id  effective_on  grade  job_family  unit_id  manager_id
        a          2015-01-01    2      sales       u1       m1
        a          2020-02-01    3      sales       u1       m1
        a          2020-05-01    3      sales       u1       .
        """,
    )
    spells = spells_of(job_history=jobs)
    columns = ("from_on", "until_on", "grade", "manager_id", "in_grade_since", "end_event")
    assert rows(spells, *columns) == [
        ("2020-01-01", "2020-02-01", 2, "m1", "2015-01-01", "promotion"),
        ("2020-02-01", "2020-05-01", 3, "m1", "2020-02-01", "none"),
        ("2020-05-01", "2021-01-01", 3, None, "2020-02-01", "none"),
    ]


def test_a_change_of_hours_alone_cuts_nothing():
    jobs = records(
        schema.JOB_HISTORY,
        """
        person_id  effective_on  grade  job_family  unit_id  fte
        a          2015-01-01    2      sales       u1       1
        a          2020-02-01    2      sales       u1       0.5
        """,
    )
    assert rows(spells_of(job_history=jobs), "from_on", "until_on") == [
        ("2020-01-01", "2021-01-01")
    ]


def test_the_state_is_that_of_the_end_of_the_day_and_a_promotion_undone_that_day_still_ends():
    jobs = records(
        schema.JOB_HISTORY,
        """
        person_id  effective_on  sequence  grade
        a          2015-01-01    0         2
        a          2020-02-01    0         3
        a          2020-02-01    1         2
        """,
    )
    spells = spells_of(job_history=jobs)
    assert rows(spells, "from_on", "grade", "in_grade_since", "end_event") == [
        ("2020-01-01", 2, "2015-01-01", "promotion"),
        ("2020-02-01", 2, "2015-01-01", "none"),
    ]


def test_a_mass_change_begins_a_grade_period_without_an_event_and_a_rehire_begins_anew():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2020-04-30  voluntary
        a          2      2020-07-01  .           .
    """
    jobs = records(
        schema.JOB_HISTORY,
        """
        person_id  effective_on  grade  is_mass_change
        a          2014-12-15    2      no
        a          2020-02-01    3      yes
        a          2020-07-01    3      no
        """,
    )
    columns = ("spell", "from_on", "until_on", "hired_on", "in_grade_since", "end_event")
    assert rows(spells_of(stays, job_history=jobs), *columns) == [
        (1, "2020-01-01", "2020-02-01", "2015-01-01", "2015-01-01", "none"),
        (1, "2020-02-01", "2020-04-30", "2015-01-01", "2020-02-01", "voluntary_exit"),
        (2, "2020-07-01", "2021-01-01", "2020-07-01", "2020-07-01", "none"),
    ]


def test_a_state_does_not_outlast_the_stay_a_rehire_without_a_job_row_has_none():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2020-04-30  other
        a          2      2020-07-01  .           .
    """
    jobs = records(schema.JOB_HISTORY, "person_id effective_on grade\na 2015-01-01 2")
    assert rows(spells_of(stays, job_history=jobs), "grade", "in_grade_since", "end_event") == [
        (2, "2015-01-01", "other_exit"),
        (None, None, "none"),
    ]


def test_a_leave_lasts_through_its_last_day_away():
    leaves = records(schema.LEAVES, "person_id from until\na 2020-03-01 2020-03-31")
    assert rows(spells_of(leaves=leaves), "from_on", "until_on", "is_on_leave") == [
        ("2020-01-01", "2020-03-01", False),
        ("2020-03-01", "2020-04-01", True),
        ("2020-04-01", "2021-01-01", False),
    ]


def test_leaves_that_overlap_or_touch_are_one():
    leaves = records(
        schema.LEAVES,
        """
        person_id  from        until
        a          2020-03-01  2020-03-31
        a          2020-03-10  2020-03-15
        a          2020-04-01  2020-04-30
        a          2020-05-02  2020-05-02
        """,
    )
    spells = spells_of(leaves=leaves)
    assert rows(spells[spells["is_on_leave"]], "from_on", "until_on") == [
        ("2020-03-01", "2020-05-01"),
        ("2020-05-02", "2020-05-03"),
    ]


def test_a_leave_never_closed_ends_with_the_stay_it_began_in():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2020-04-30  voluntary
        a          2      2020-07-01  .           .
    """
    leaves = records(schema.LEAVES, "person_id from until\na 2020-03-01 .")
    assert rows(spells_of(stays, leaves=leaves), "from_on", "until_on", "is_on_leave") == [
        ("2020-01-01", "2020-03-01", False),
        ("2020-03-01", "2020-04-30", True),
        ("2020-07-01", "2021-01-01", False),
    ]


def test_the_stretch_that_ends_on_the_day_of_the_start_is_not_exposed_the_next_is():
    mentorships = records(
        schema.MENTORSHIPS,
        """
        mentorship_id  protege_id  mentor_id  started_on
        1              a           z          2020-06-15
        2              a           y          2020-09-01
        """,
    )
    spells = spells_of(mentorships=mentorships)
    assert rows(spells, "from_on", "until_on", "is_mentored", "is_prevalent") == [
        ("2020-01-01", "2020-06-15", False, False),
        ("2020-06-15", "2021-01-01", True, False),
    ]


def test_whoever_was_mentored_when_recording_began_is_prevalent_and_exposed_throughout():
    mentorships = records(
        schema.MENTORSHIPS,
        "mentorship_id protege_id mentor_id started_on ended_on\n1 a z 2019-01-01 2019-02-01",
    )
    spells = spells_of(mentorships=mentorships)
    assert rows(spells, "from_on", "is_mentored", "is_prevalent") == [("2020-01-01", True, True)]


def test_what_changes_on_the_last_day_employed_changes_nothing_the_exit_stands():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2020-06-30  voluntary
    """
    jobs = records(
        schema.JOB_HISTORY,
        "person_id effective_on grade\na 2015-01-01 2\na 2020-06-30 3",
    )
    mentorships = records(
        schema.MENTORSHIPS,
        "mentorship_id protege_id mentor_id started_on\n1 a z 2020-06-30",
    )
    spells = spells_of(stays, job_history=jobs, mentorships=mentorships)
    columns = ("from_on", "until_on", "grade", "is_mentored", "end_event")
    assert rows(spells, *columns) == [("2020-01-01", "2020-06-30", 2, False, "voluntary_exit")]


def test_a_stretch_without_length_is_kept_where_hire_and_exit_fall_on_one_day():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2020-05-04  2020-05-04  other
    """
    assert rows(spells_of(stays), "from_on", "until_on", "end_event") == [
        ("2020-05-04", "2020-05-04", "other_exit")
    ]


def test_only_the_observed_part_of_a_stay_is_kept():
    stays = """
        person_id  spell  hired_on    left_on     exit_kind
        a          1      2015-01-01  2019-12-31  voluntary
        b          1      2020-12-31  .           .
        c          1      2021-01-01  .           .
        d          1      2015-01-01  2021-03-31  voluntary
        e          1      2015-01-01  2020-12-31  voluntary
        f          1      2015-01-01  2020-01-01  voluntary
    """
    assert rows(spells_of(stays), "person_id", "from_on", "until_on", "end_event") == [
        ("b", "2020-12-31", "2021-01-01", "none"),
        ("d", "2020-01-01", "2021-01-01", "none"),
        ("e", "2020-01-01", "2020-12-31", "voluntary_exit"),
        ("f", "2020-01-01", "2020-01-01", "voluntary_exit"),
    ]


def test_a_promotion_just_after_the_study_is_not_seen():
    jobs = records(
        schema.JOB_HISTORY, "person_id effective_on grade\na 2015-01-01 2\na 2021-01-01 3"
    )
    spells = spells_of(job_history=jobs)
    assert rows(spells, "until_on", "grade", "end_event") == [("2021-01-01", 2, "none")]


def test_without_a_job_history_the_state_is_missing():
    spells = spells_of()
    assert rows(spells, "grade", "unit_id", "in_grade_since", "end_event") == [
        (None, None, None, "none")
    ]
