"""The first recorded mentorship of each person, in either role."""

from mentor_outcomes import schema
from tests.panel_records import hired, panel_table, records, rows

STAYS = "person_id spell hired_on left_on exit_kind\na 1 2015-01-01 . ."


def first_of(text: str, *columns: str, role: str = "protege") -> list[tuple]:
    tables = hired(STAYS) | {"mentorships": records(schema.MENTORSHIPS, text)}
    first = panel_table(schema.FIRST_MENTORSHIPS, tables)
    return rows(first[first["role"] == role], "person_id", *columns)


def test_the_earliest_start_counts_for_the_protege_and_for_the_mentor():
    text = """
        mentorship_id  protege_id  mentor_id  requested_on  started_on
        1              a           m          2020-01-01    2020-06-01
        2              b           m          2020-02-01    2020-03-01
        3              a           n          2020-04-01    2020-05-01
        4              c           n          2020-01-01    .
    """
    columns = ("started_on", "requested_on", "mentor_id")
    assert first_of(text, *columns) == [
        ("a", "2020-05-01", "2020-04-01", "n"),
        ("b", "2020-03-01", "2020-02-01", "m"),
    ]
    assert first_of(text, *columns, role="mentor") == [
        ("m", "2020-03-01", "2020-02-01", "m"),
        ("n", "2020-05-01", "2020-04-01", "n"),
    ]


def test_a_start_on_or_before_the_first_recorded_day_is_prevalent():
    text = """
        mentorship_id  protege_id  mentor_id  started_on
        1              a           m          2019-01-01
        2              b           m          2019-01-02
    """
    assert first_of(text, "is_prevalent") == [("a", True), ("b", False)]


def test_a_start_after_the_study_is_not_known_yet():
    text = """
        mentorship_id  protege_id  mentor_id  started_on
        1              a           m          2020-12-31
        2              b           m          2021-01-01
    """
    assert first_of(text) == [("a",)]


def test_of_several_on_one_day_formal_goes_first_then_a_mentor_who_is_not_the_manager():
    text = """
        mentorship_id  protege_id  mentor_id  started_on  kind      mentor_is_manager
        1              a           m          2020-03-01  informal  no
        2              a           n          2020-03-01  formal    yes
        3              a           o          2020-03-01  formal    no
        4              b           m          2020-03-01  .         no
        5              b           n          2020-03-01  informal  yes
    """
    assert first_of(text, "kind", "mentor_is_manager", "mentor_id") == [
        ("a", "formal", False, "o"),
        ("b", "informal", True, "n"),
    ]


def test_mentors_that_nothing_tells_apart_leave_the_mentor_missing_and_the_earliest_request():
    text = """
        mentorship_id  protege_id  mentor_id  requested_on  started_on  kind
        1              a           m          2020-02-01    2020-03-01  formal
        2              a           n          2020-01-15    2020-03-01  formal
        3              b           m          .             2020-03-01  formal
        4              b           m          2020-02-01    2020-03-01  formal
        5              c           m          .             2020-03-01  formal
        6              c           .          .             2020-03-01  formal
    """
    assert first_of(text, "mentor_id", "requested_on") == [
        ("a", None, "2020-01-15"),
        ("b", "m", "2020-02-01"),
        ("c", None, None),
    ]


def requests_in(text: str) -> list[tuple]:
    tables = hired(STAYS) | {"mentorships": records(schema.MENTORSHIPS, text)}
    return rows(panel_table(schema.FIRST_REQUESTS, tables), "person_id", "requested_on")


def test_the_first_request_counts_whether_a_mentor_was_found_or_not():
    text = """
        mentorship_id  protege_id  mentor_id  requested_on  started_on
        1              a           m          2020-05-01    2020-06-01
        2              a           .          2020-02-01    .
        3              b           n          2020-03-01    2020-04-01
        4              b           n          2020-08-01    2020-09-01
        5              c           .          2021-03-01    .
        6              d           m          .             2020-04-01
    """
    assert requests_in(text) == [
        ("a", "2020-02-01"),
        ("b", "2020-03-01"),
        ("c", "2021-03-01"),
    ]


def test_without_requests_nobody_waits():
    assert requests_in("mentorship_id protege_id started_on\n1 a 2020-01-01") == []
