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
    more = "".join(f"p0{person},1,2020-06-10,3,3,3\n" for person in (3, 4))
    text = SURVEY.replace(",5,1,5", ",6,1,5").replace(",4,2,4", ",0,2,4") + more
    with pytest.raises(SourceError) as caught:
        tables({"survey": text})
    message = str(caught.value)
    assert "b1 has 2 answers outside 1-5 in survey.csv (lines 2, 4) (codes seen: 0, 6)" in message
    assert "if one of them is a code for `not applicable` or `not answered`, list it" in message
    assert "correct lowest and highest of scales.belonging; else correct the answers" in message


def test_one_answer_outside_the_scale_may_be_a_code_for_missing():
    with pytest.raises(SourceError) as caught:
        tables({"survey": SURVEY.replace(",5,1,5", ",9,1,5")})
    assert (
        caught.value.found == "b1 has 1 answer outside 1-5 in survey.csv (line 2) (code seen: 9)."
    )
    assert caught.value.remedy == (
        "if it is a code for `not applicable` or `not answered`, list it under "
        "scales.belonging.missing in params.yaml; if the scale has other points, correct lowest "
        "and highest of scales.belonging; else correct the answers at the source."
    )


def test_an_item_no_file_has_is_refused_with_the_nearest_header():
    with pytest.raises(SourceError, match=r"no column b2\. The header nearest to b2 is b_2\."):
        tables({"survey": SURVEY.replace("b2", "b_2")})


def test_for_an_item_that_is_not_there_neither_another_item_nor_our_columns_are_suggested():
    with pytest.raises(SourceError) as caught:
        tables({"survey": SURVEY.replace(",b3", ",x")})
    assert caught.value.found == "survey.csv has no column b3."
    assert "or correct items of scales.belonging in params.yaml" in caught.value.remedy


def test_a_survey_without_wave_is_told_of_waves_in_file_names():
    with pytest.raises(SourceError, match=r"write `wave: from_file_name` in sources\.survey"):
        tables({"survey": SURVEY.replace("wave", "x")})


def test_of_two_answers_of_a_person_in_a_wave_neither_is_believed():
    with pytest.raises(SourceError, match="have the person_id and wave of another row, and some"):
        tables({"survey": SURVEY + "p01,1,2020-06-11,5,1,5\n"})


def test_questions_of_no_declared_scale_are_left_out():
    lines = SURVEY.splitlines()
    text = "\n".join([lines[0] + ",comment", *(line + ",my boss" for line in lines[1:])])
    assert "comment" not in tables({"survey": text})["survey_answers"].columns
