"""Definitions of promotion and sensitivities in the study file: accepted, and refused."""

import copy
from pathlib import Path

import pytest
import yaml

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study import VARIANTS, defined_otherwise, parse_study
from mentor_outcomes.study.sections import Sensitivity

DEFAULT = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))


def with_outcome(name: str, **settings) -> dict:
    raw = copy.deepcopy(DEFAULT)
    raw["outcomes"][name] |= settings
    return raw


def test_a_promotion_is_one_by_grade_without_mass_changes_unless_the_study_says_otherwise():
    raw = copy.deepcopy(DEFAULT)
    for key in ("definition", "mass_changes", "sensitivities"):
        raw["outcomes"]["promotion"].pop(key, None)
    outcome = parse_study(raw).outcomes["promotion"]
    assert (outcome.definition, outcome.mass_changes, outcome.sensitivities) == ("grade", False, ())


def test_the_default_study_declares_every_other_definition_that_its_data_can_tell():
    outcome = parse_study(DEFAULT).outcomes["promotion"]
    assert set(defined_otherwise(outcome)) == {
        "promotion by code",
        "promotion by grade or code",
        "with mass changes",
    }
    assert {"later_promotions", "full_follow_up"} <= set(outcome.sensitivities)


def test_every_sensitivity_has_its_words():
    assert set(VARIANTS) == set(Sensitivity.__args__)
    assert len(set(VARIANTS.values())) == len(VARIANTS)


def test_a_study_may_count_by_code_and_ask_by_grade_and_without_mass_changes():
    outcome = parse_study(
        with_outcome(
            "promotion",
            definition="code",
            mass_changes=True,
            sensitivities=["by_grade", "without_mass_changes"],
        )
    ).outcomes["promotion"]
    others = defined_otherwise(outcome)
    assert others["promotion by grade"].definition == "grade"
    assert others["promotion by grade"].mass_changes
    assert others["without mass changes"].definition == "code"
    assert not others["without mass changes"].mass_changes


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("promotion", {"definition": "title"}, ["definition", "grade, code, either"]),
        ("promotion", {"sensitivities": ["by_cod"]}, ["sensitivities", "nearest is by_code"]),
        ("promotion", {"sensitivities": ["by_code", "by_code"]}, ["by_code more than once"]),
        ("promotion", {"sensitivities": ["by_grade"]}, ["counts by grade", "remove by_grade"]),
        ("promotion", {"sensitivities": ["without_mass_changes"]}, ["mass changes left out"]),
        ("voluntary_exit", {"sensitivities": ["by_code"]}, ["is no promotion", "by_code"]),
        ("voluntary_exit", {"definition": "code"}, ["is no promotion", "definition"]),
        ("voluntary_exit", {"mass_changes": True}, ["is no promotion", "mass_changes"]),
        ("log_pay", {"sensitivities": ["full_follow_up"]}, ["only matched_on_last_value"]),
        ("promotion", {"sensitivities": ["matched_on_last_value"]}, ["a promotion", "by_grade"]),
        ("voluntary_exit", {"sensitivities": ["matched_on_last_value"]}, ["only full_follow_up"]),
    ],
)
def test_what_does_not_fit_the_outcome_is_refused(name, settings, words):
    with pytest.raises(StudyError) as caught:
        parse_study(with_outcome(name, **settings))
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"sensitivities": ["by_code"]},
        {"sensitivities": ["by_either"]},
        {"definition": "code", "sensitivities": []},
    ],
)
def test_promotions_by_code_are_refused_where_the_study_says_that_there_are_no_codes(settings):
    raw = with_outcome("promotion", **settings)
    parse_study(raw)
    raw["sources"]["jobs"]["columns"] = {"event_code": ""}
    with pytest.raises(StudyError, match=r"sources\.jobs has no event_code"):
        parse_study(raw)
    raw["outcomes"]["promotion"] |= {"definition": "grade", "sensitivities": ["with_mass_changes"]}
    parse_study(raw)
