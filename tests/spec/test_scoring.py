"""Scale scores and reliability, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import SchemaError
from mentor_outcomes.measures import cronbach_alpha, scale_quality, score_scales
from mentor_outcomes.study import Scale

BELONGING = Scale(("b1", "b2", "b3"), lowest=1, highest=5, reverse_keyed=("b2",), min_answered=2)
ANSWERS = pd.DataFrame(
    {
        "person_id": ["a", "b", "c", "a"],
        "wave": [1, 1, 1, 2],
        "b1": [5.0, 4, 3, 2],
        "b2": [1.0, 4, np.nan, 2],
        "b3": [5.0, np.nan, np.nan, 3],
    }
)


def test_a_score_turns_reversed_items_and_averages_those_answered():
    scores = score_scales(ANSWERS, {"belonging": BELONGING})
    assert scores["person_id"].tolist() == ["a", "a", "b"]
    assert scores["wave"].tolist() == [1, 2, 1]
    # b2 turned is 6 - b2.
    assert scores["score"].tolist() == [(5 + 5 + 5) / 3, (2 + 4 + 3) / 3, (4 + 2) / 2]
    assert scores["n_answered"].tolist() == [3, 3, 2]
    assert scores["is_prorated"].tolist() == [False, False, True]
    schema.SCALE_SCORES.check(scores)


def test_too_few_answers_give_no_score_and_half_are_enough_by_default():
    four = Scale(("b1", "b2", "b3", "b4"), lowest=1, highest=5)
    answers = ANSWERS.assign(b4=np.nan)
    # Needs two of four: person c has one.
    assert set(score_scales(answers, {"x": four})["person_id"]) == {"a", "b"}
    one = Scale(("b1", "b2", "b3"), lowest=1, highest=5, min_answered=1)
    assert set(score_scales(answers, {"x": one})["person_id"]) == {"a", "b", "c"}


def test_scales_from_other_points_turn_by_their_own_ends():
    scale = Scale(("b1",), lowest=0, highest=10, reverse_keyed=("b1",))
    assert score_scales(ANSWERS[:1], {"x": scale})["score"].tolist() == [5.0]
    scale = Scale(("b1",), lowest=1, highest=7, reverse_keyed=("b1",))
    assert score_scales(ANSWERS[:1], {"x": scale})["score"].tolist() == [3.0]


def test_nothing_given_is_changed():
    before = ANSWERS.copy(deep=True)
    scale_quality(ANSWERS, {"belonging": BELONGING})
    pd.testing.assert_frame_equal(ANSWERS, before)


def test_no_scale_or_no_answer_gives_no_rows():
    empty = ANSWERS[:0]
    assert len(score_scales(ANSWERS, {})) == len(score_scales(empty, {"b": BELONGING})) == 0
    schema.SCALE_SCORES.check(score_scales(empty, {"b": BELONGING}))
    schema.SCALE_QUALITY.check(scale_quality(empty, {"b": BELONGING}))


def test_an_item_that_the_answers_lack_is_refused():
    with pytest.raises(SchemaError, match="survey_answers has no b3"):
        score_scales(ANSWERS.drop(columns="b3"), {"belonging": BELONGING})


def test_alpha_of_four_people_by_hand():
    # Item variances 5/3, 5/3, 2/3; sums 3, 6, 8, 11 with mean 7 and variance 34/3.
    items = np.array([[1.0, 1, 1], [2, 2, 2], [3, 3, 2], [4, 4, 3]])
    assert cronbach_alpha(items) == pytest.approx(1.5 * (1 - 4 / (34 / 3)), rel=1e-14)  # rounding


def test_alpha_is_missing_where_it_is_not_defined():
    assert np.isnan(cronbach_alpha(np.array([[1.0, 2]])))
    assert np.isnan(cronbach_alpha(np.array([[1.0], [2]])))
    assert np.isnan(cronbach_alpha(np.array([[1.0, 2], [2, 1]])))


def test_quality_describes_each_wave_and_alpha_uses_complete_answers():
    answers = pd.DataFrame(
        {
            "person_id": list("abcde"),
            "wave": 1,
            "b1": [1.0, 2, 3, 4, 5],
            "b2": [1.0, 2, 3, 4, 5],
            "b3": [1.0, 2, 2, 3, np.nan],
        }
    )
    scale = Scale(("b1", "b2", "b3"), lowest=1, highest=5)
    quality = scale_quality(answers, {"belonging": scale}).iloc[0]
    scores = [1, 2, 8 / 3, 11 / 3, 5]
    mean = sum(scores) / 5
    assert quality["n_people"] == 5
    assert quality["mean"] == pytest.approx(mean, rel=1e-14)  # rounding
    variance = sum((score - mean) ** 2 for score in scores) / 4
    assert quality["sd"] == pytest.approx(variance**0.5, rel=1e-14)  # rounding
    assert quality["share_prorated"] == 1 / 5
    assert quality["alpha"] == pytest.approx(1.5 * (1 - 4 / (34 / 3)), rel=1e-14)  # rounding
