"""Person-waves: everyone employed when a survey opened, answered or not."""

from dataclasses import replace
from datetime import date

from mentor_outcomes import schema
from tests.panel_records import SECTION, hired, panel_table, records, rows

STAYS = """
    person_id  spell  hired_on    left_on     exit_kind
    a          1      2015-01-01  .           .
    b          1      2015-01-01  2020-03-04  voluntary
    c          1      2015-01-01  2020-03-03  voluntary
    d          1      2020-03-05  .           .
"""
ANSWERS = records(
    schema.SURVEY_ANSWERS,
    """
    person_id  wave  answered_on
    a          1     2020-03-09
    b          1     2020-03-04
    d          1     2020-03-09
    d          2     2021-01-04
    """,
)
SCORES = records(
    schema.SCALE_SCORES,
    "person_id wave scale score\na 1 calm 4.5\na 1 trust 2\nb 1 calm 3\na 1 other 1",
)


def waves_of(**more):
    tables = hired(STAYS) | {"survey_answers": ANSWERS, "scale_scores": SCORES} | more
    section = more.pop("section", SECTION)
    tables.pop("section", None)
    return panel_table(schema.PERSON_WAVES, tables, section=section, scales=("trust", "calm"))


def test_a_wave_has_a_row_for_whoever_was_employed_on_the_first_day_anyone_answered():
    columns = ("person_id", "wave", "opened_on", "period", "answered")
    assert rows(waves_of(), *columns) == [
        ("a", 1, "2020-03-04", 2, True),
        ("b", 1, "2020-03-04", 2, True),
    ]


def test_who_did_not_answer_has_a_row_without_scores():
    answers = ANSWERS[ANSWERS["person_id"] != "a"]
    waves = waves_of(survey_answers=answers, scale_scores=SCORES[SCORES["person_id"] != "a"])
    assert waves["answered_on"].isna().tolist() == [True, False]
    assert rows(waves, "person_id", "answered", "calm") == [("a", False, None), ("b", True, 3)]


def test_each_declared_scale_is_a_column_in_points_and_a_scale_without_a_score_is_missing():
    waves = waves_of()
    assert list(waves.columns[6:]) == ["calm", "trust"]
    assert rows(waves, "person_id", "calm", "trust") == [("a", 4.5, 2), ("b", 3, None)]


def test_a_wave_before_the_study_has_its_negative_period_and_one_after_it_is_left_out():
    later = replace(
        SECTION, observed_from=date(2020, 6, 10), observed_to=date(2021, 1, 4), period="quarter"
    )
    waves = waves_of(section=later)
    assert rows(waves, "person_id", "wave", "period") == [
        ("a", 1, -1),
        ("a", 2, 3),
        ("b", 1, -1),
        ("d", 2, 3),
    ]


def test_without_a_survey_there_are_no_rows_and_the_scales_have_their_columns():
    waves = panel_table(schema.PERSON_WAVES, hired(STAYS), scales=("calm",))
    assert len(waves) == 0
    assert waves["calm"].dtype == "float64"


def test_whoever_was_employed_the_day_a_wave_is_known_to_have_opened_was_asked():
    linkage = records(schema.SURVEY_LINKAGE, "wave opened_on\n1 2020-03-03")
    columns = ("person_id", "wave", "opened_on", "answered")
    assert rows(waves_of(survey_linkage=linkage), *columns) == [
        ("a", 1, "2020-03-03", True),
        ("b", 1, "2020-03-03", True),
        ("c", 1, "2020-03-03", False),  # gone before the first answer
    ]
