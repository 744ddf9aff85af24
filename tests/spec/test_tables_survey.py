"""Survey answers: items of declared scales, within their points."""

import pytest

from mentor_outcomes.errors import SourceError
from tests.tiny_tables import SURVEY, rows_of, tables


def test_answers_are_points_and_unanswered_ones_missing():
    answers = rows_of(tables()["survey_answers"], "p02")
    assert answers.loc[0, ["b1", "b2"]].tolist() == [4, 4]
    assert answers["b3"].isna().all()
    assert answers["wave"].tolist() == [1]


def test_answers_outside_the_scale_are_refused_with_the_codes_seen():
    text = SURVEY.replace(",5,1,5", ",6,1,5").replace(",4,2,4", ",0,2,4")
    with pytest.raises(SourceError) as caught:
        tables({"survey": text})
    message = str(caught.value)
    assert "b1 has 2 answers outside 1-5 in survey.csv (lines 2, 4) (codes seen: 0, 6)" in message
    assert "scales.belonging" in message


def test_an_item_no_file_has_is_refused_with_the_nearest_header():
    with pytest.raises(SourceError, match=r"no column b2\. The header nearest to b2 is b"):
        tables({"survey": SURVEY.replace("b2", "b_2")})


def test_two_answers_of_a_person_in_a_wave_are_refused():
    with pytest.raises(SourceError, match="repeat the person_id and wave"):
        tables({"survey": SURVEY + "p01,1,2020-06-11,5,1,5\n"})


def test_questions_of_no_declared_scale_are_left_out():
    lines = SURVEY.splitlines()
    text = "\n".join([lines[0] + ",comment", *(line + ",my boss" for line in lines[1:])])
    assert "comment" not in tables({"survey": text})["survey_answers"].columns
