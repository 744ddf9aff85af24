"""What was last known of pay and scores by the end of each period."""

import numpy as np

from mentor_outcomes import schema
from tests.panel_records import hired, panel_table, records, rows

STAYS = """
    person_id  spell  hired_on    left_on     exit_kind
    a          1      2015-01-01  .           .
    b          1      2020-02-15  2020-04-10  voluntary
"""
PAY = records(
    schema.PAY_HISTORY,
    """
    person_id  effective_on  annual_pay
    a          2019-06-01    100
    a          2020-02-29    200
    a          2020-04-01    300
    b          2020-03-01    50
    """,
)
ANSWERS = records(
    schema.SURVEY_ANSWERS,
    """
    person_id  wave  answered_on
    a          1     2020-02-10
    b          2     2020-03-20
    a          2     2020-04-02
    """,
)
SCORES = records(
    schema.SCALE_SCORES, "person_id wave scale score\na 1 calm 4.5\na 2 calm 2\nb 2 calm 3"
)


def latest(scales=("calm",), **more):
    tables = hired(STAYS) | {"pay_history": PAY, "survey_answers": ANSWERS, "scale_scores": SCORES}
    return panel_table(schema.LATEST_VALUES, tables | more, scales=scales)


def test_there_is_a_row_for_every_person_month():
    tables = hired(STAYS) | {"pay_history": PAY}
    months = panel_table(schema.PERSON_MONTHS, tables)
    key = ["person_id", "period"]
    assert rows(latest(), *key) == rows(months, *key)


def test_pay_is_that_in_force_on_the_last_day_as_in_the_person_months():
    of_a = latest().query("person_id == 'a'").set_index("period")["latest_log_pay"]
    assert np.allclose(np.exp(of_a.loc[[-1, 0, 1, 2, 3]]), [100, 100, 200, 200, 300])
    tables = hired(STAYS) | {"pay_history": PAY}
    months = panel_table(schema.PERSON_MONTHS, tables)
    assert np.array_equal(latest()["latest_log_pay"], months["log_pay"], equal_nan=True)


def test_a_score_is_that_of_the_wave_last_opened_if_answered_by_then():
    """Wave 2 opens on 20 March: at the end of March A has not answered it, in April A has."""
    of_a = latest().query("person_id == 'a'").set_index("period")["latest_calm"]
    assert of_a.loc[[0, 1]].isna().tolist() == [True, False]
    assert of_a.loc[1] == 4.5
    assert np.isnan(of_a.loc[2])
    assert of_a.loc[3] == 2
    assert of_a.loc[11] == 2


def test_who_was_hired_after_a_wave_opened_has_no_score_from_it():
    of_b = latest().query("person_id == 'b'").set_index("period")["latest_calm"]
    assert of_b.isna().tolist() == [True, False]  # February, and March with wave 2


def test_without_scales_or_surveys_there_is_pay_alone():
    assert list(latest(scales=()).columns) == ["person_id", "period", "latest_log_pay"]
    nobody = latest(survey_answers=ANSWERS.iloc[:0], scale_scores=SCORES.iloc[:0])
    assert nobody["latest_calm"].isna().all()
