"""Survey answers: items of declared scales, within their points."""

from dataclasses import replace

import numpy as np
import pytest

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Layout, Scale
from tests.tiny_tables import (
    STUDY,
    SURVEY,
    broken,
    counts_of,
    intake_of,
    reason_of,
    received,
    rows_of,
    tables,
    taken_in,
)


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
        "if it is a code for `not applicable` or `not answered`, list it in quotes under "
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


BELONGING = STUDY.scales["belonging"]
CHOICES = ("Never", "Rarely", "Sometimes", "Often", "Always")


def points(survey: str, layout: Layout | None = None, **scale: object) -> list[float]:
    """b1, b2 and b3 of p01 in wave 1, as a scale with these settings reads them."""
    raw = received({"survey": survey}, layouts={"survey": layout} if layout else None)
    intake = taken_in(raw, scales={"belonging": replace(BELONGING, **scale)})
    if intake.refusals:
        raise intake.refusals[0]
    return rows_of(intake.tables["survey_answers"], "p01").loc[0, ["b1", "b2", "b3"]].tolist()


def test_what_a_scale_declares_to_be_missing_is_not_an_answer():
    survey = SURVEY.replace(",5,1,5", ",5,-99,Not applicable")
    assert np.isnan(points(survey, missing=("-99", "Not applicable"))).tolist() == [
        *(False, True, True)
    ]
    with pytest.raises(SourceError, match=r"b2 has 1 answer outside 1-5 .* \(code seen: -99\)"):
        points(survey, missing=("Not applicable",))
    with pytest.raises(SourceError, match=r"b3 has 1 answer that is no number in survey.csv"):
        points(survey, missing=("-99",))


def test_missing_codes_are_each_scales_own():
    # 9 is no answer to one instrument and a point of the other.
    survey = SURVEY.replace(",b3\n", ",b3,w1\n").replace(",5,1,5\n", ",5,9,5,9\n")
    survey = survey.replace(",4,4,\n", ",4,4,,1\n").replace(",4,2,4\n", ",4,2,4,10\n")
    scales = {
        "belonging": replace(BELONGING, missing=("9",)),
        "wellbeing": Scale(items=("w1",), lowest=0, highest=10),
    }
    intake = taken_in(received({"survey": survey}), scales=scales)
    row = rows_of(intake.tables["survey_answers"], "p01").loc[0]
    assert np.isnan(row["b2"])
    assert row["w1"] == 9


def test_a_missing_code_may_be_declared_for_one_file():
    layout = Layout(missing={"b2": ("77",)})
    assert np.isnan(points(SURVEY.replace(",5,1,5", ",5,77,5"), layout)[1])


def test_choices_may_be_texts_in_the_order_of_the_points():
    survey = SURVEY.replace(",5,1,5", ",Always,Never,5").replace(",4,2,4", ",Often,Rarely,")
    assert points(survey, choices=CHOICES) == [5, 1, 5]
    with pytest.raises(SourceError) as caught:
        points(survey)
    assert "b1 has 2 answers that are no number in survey.csv (lines 2, 4)." in caught.value.found
    assert "under scales.belonging.choices in params.yaml" in caught.value.remedy


def test_a_providers_codes_of_an_item_are_translated_to_points():
    layout = Layout(codes={"b1": {"A5": "5"}})
    assert points(SURVEY.replace(",5,1,5", ",A5,1,5"), layout) == [5, 1, 5]


def test_a_text_among_points_is_named_only_if_several_gave_it():
    survey = SURVEY + "".join(f"p0{n},1,2020-06-10,Often,1,1\n" for n in (3, 4, 5))
    survey += "p06,1,2020-06-10,my boss Zoe,1,1\n"
    with pytest.raises(SourceError) as caught:
        points(survey)
    assert (
        "b1 has 4 answers that are no number in survey.csv (lines 5, 6, 7 and 1 more): 'Often' "
        in (caught.value.found)
    )
    assert "Zoe" not in str(caught.value)


def test_where_most_answers_are_outside_the_scale_rare_ones_are_not_told():
    # A column of personnel numbers, say: each is somebody's.
    survey = SURVEY.replace(",5,1,5", ",4711,1,5").replace(",4,4,", ",4712,4,")
    with pytest.raises(SourceError) as caught:
        points(survey)
    assert caught.value.found == "b1 has 2 answers outside 1-5 in survey.csv (lines 2, 3)."


def test_linkage_counts_answers_of_each_wave():
    survey = SURVEY + ",1,2020-06-10,3,3,3\nq9,2,2020-12-09,3,3,3\n,2,2020-12-09,3,3,3\n"
    intake = intake_of({"survey": survey})
    linkage = intake.tables["survey_linkage"]
    assert linkage.columns.tolist() == [
        *("wave", "n_finished", "n_linked", "n_tolerant", "n_unlinked", "opened_on")
    ]
    counts = linkage.drop(columns="opened_on")
    assert counts.to_numpy().tolist() == [[1, 3, 2, 0, 1], [2, 3, 1, 0, 2]]
    assert reason_of(intake, "survey").startswith("without a person_id: 2 rows")
    assert broken(intake, "survey") == [(6, "not_among_people")]
    assert counts_of(intake, "survey") == (6, 3, 2, 1)


def test_an_answer_of_no_wave_or_day_cannot_be_used():
    intake = intake_of({"survey": SURVEY.replace("p02,1,", "p02,,").replace(",2020-12-09", ",?")})
    assert broken(intake, "survey") == [(3, "no_wave"), (4, "answered_on_unreadable")]


def test_an_answer_between_two_points_is_no_answer_of_a_choice():
    with pytest.raises(SourceError) as caught:
        points(SURVEY.replace(",5,1,5", ",4.5,1,5"))
    assert caught.value.found == "b1 has 1 answer between two points in survey.csv (line 2)."
    assert points(SURVEY.replace(",5,1,5", ",5.0,1,5")) == [5, 1, 5]
