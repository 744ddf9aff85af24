"""Published questionnaires as data, and a study's scale that names one."""

import dataclasses

import pytest

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study import Scale
from mentor_outcomes.study.instruments import instruments, scale_settings
from mentor_outcomes.study.reading import read_settings

N_ITEMS = {
    "mfq_9": 9,
    "mri": 33,
    "ngse": 8,
    "moaq_job_satisfaction": 3,
    "tis_6": 6,
    "career_satisfaction": 5,
    "kanungo_job_involvement": 10,
    "gould_career_planning": 6,
    "chao_socialization": 34,
}


def test_every_instrument_has_its_number_of_items_each_once():
    assert {name: len(found.items) for name, found in instruments().items()} == N_ITEMS
    for found in instruments().values():
        assert len(set(found.items)) == len(found.items)
        assert set(found.reverse_keyed or ()) <= set(found.items)
        assert found.citation and found.rights and found.title


def test_subscales_hold_every_item_once():
    sizes = {
        name: [len(part) for part in i.subscales.values()] for name, i in instruments().items()
    }
    assert sizes["mfq_9"] == [3, 3, 3]
    assert sizes["mri"] == [3] * 11
    assert sizes["chao_socialization"] == [5, 6, 6, 5, 7, 5]
    for found in instruments().values():
        parts = [item for part in found.subscales.values() for item in part]
        assert not parts or parts == list(found.items)


def test_what_was_not_seen_in_a_source_is_open_and_never_guessed():
    for found in instruments().values():
        if found.reverse_keyed is None:
            assert not found.verified


def test_an_instrument_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        instruments()["ngse"].lowest = 0


def test_a_scale_gets_keys_by_position_points_and_reference():
    raw = {"instrument": "moaq_job_satisfaction", "items": ["q7", "q3", "q9"], "min_answered": 2}
    scale = read_settings(Scale, scale_settings(raw), where="scales.satisfaction")
    assert scale.items == ("q7", "q3", "q9")
    assert scale.reverse_keyed == ("q3",)
    assert (scale.lowest, scale.highest, scale.min_answered) == (1, 7, 2)
    assert "Bowling & Hammond 2008" in scale.reference


def test_a_subscale_takes_its_own_items():
    raw = {"instrument": "mfq_9", "subscale": "role_modeling", "items": ["a", "b", "c"]}
    assert scale_settings(raw)["reverse_keyed"] == []
    assert "subscale" not in scale_settings(raw) and "instrument" not in scale_settings(raw)


def test_a_scale_without_an_instrument_stays_as_it_is():
    raw = {"items": ["a"], "lowest": 1, "highest": 5}
    assert scale_settings(raw) is raw


def test_what_the_study_says_alike_is_no_contradiction_and_its_reference_stays():
    raw = {
        "instrument": "kanungo_job_involvement",
        "items": [f"ji{number}" for number in range(1, 11)],
        "reverse_keyed": ["ji7", "ji2"],
        "lowest": 1,
        "highest": 6,
        "reference": "our translation",
    }
    settings = scale_settings(raw)
    assert settings["reverse_keyed"] == ["ji2", "ji7"]
    assert (settings["highest"], settings["reference"]) == (6, "our translation")


NGSE = {"instrument": "ngse", "items": [f"se{number}" for number in range(1, 9)]}
TIS = {"instrument": "tis_6", "items": [f"ti{number}" for number in range(1, 7)]}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (NGSE | {"instrument": "nges"}, "write ngse, the nearest"),
        (NGSE | {"instrument": 3}, "is 3, which is not known"),
        (NGSE | {"subscale": "career"}, "it has none"),
        ({"subscale": "career", "items": ["a"]}, "instrument is None"),
        (
            {"instrument": "mfq_9", "subscale": "psychosocial", "items": ["a", "b", "c"]},
            "write psychosocial_support, the nearest",
        ),
        (NGSE | {"items": ["se1", "se2"]}, "has 2 items; ngse has 8"),
        ({"instrument": "mfq_9", "items": ["a", "b", "c"]}, "role_modeling 3"),
        ({"instrument": "ngse"}, "has 0 items"),
        (NGSE | {"highest": 7}, "highest is 7, while ngse has 5"),
        (NGSE | {"reverse_keyed": ["se1"]}, r"\[se1\], while ngse has \[\]"),
        (TIS, "has no reverse_keyed, and the key of tis_6 leaves it open"),
    ],
)
def test_what_contradicts_the_instrument_is_refused_with_the_next_step(raw, says):
    with pytest.raises(StudyError, match=says) as refused:
        scale_settings(raw, where="scales.mood")
    assert "scales.mood" in str(refused.value)


def test_a_key_that_is_left_open_is_the_studys_own():
    settings = scale_settings(TIS | {"reverse_keyed": ["ti6"]})
    assert settings["reverse_keyed"] == ["ti6"] and settings["highest"] == 5
