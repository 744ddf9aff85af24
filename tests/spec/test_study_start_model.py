"""Curves, products and the waiting list: what a study may say of them."""

import copy
from pathlib import Path

import pytest
import yaml

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study import parse_study

DEFAULT = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text())


def parsed(**groups):
    raw = copy.deepcopy(DEFAULT)
    raw["groups"] |= groups
    return parse_study(raw)


def test_the_default_study_bends_tenure_and_age_and_prefers_nobody():
    groups = parse_study(copy.deepcopy(DEFAULT)).groups
    assert groups.splines == ("tenure_months", "age")
    assert groups.interactions == ()
    assert not groups.prefer_waiting_list


def test_declared_pairs_may_join_covariates_and_exact_columns():
    pairs = [["grade", "tenure_months"], ["gender", "age"]]
    assert parsed(interactions=pairs).groups.interactions == (
        ("grade", "tenure_months"),
        ("gender", "age"),
    )


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ({"splines": ["fte"]}, "groups.splines names fte, which is no covariate"),
        ({"splines": ["gender"]}, "groups.splines names gender, whose values count as levels"),
        ({"splines": ["grade"]}, "groups.splines names grade, whose values count as levels"),
        ({"splines": ["age", "age"]}, "groups.splines names age more than once"),
        ({"interactions": [["age", "site"]]}, r"\[age, site\]; site is neither"),
        ({"interactions": [["age", "age"]]}, r"groups.interactions holds \[age, age\]"),
        ({"interactions": [["age"]]}, r"groups.interactions holds \[age\]"),
        (
            {"interactions": [["age", "gender"], ["gender", "age"]]},
            "groups.interactions names age x gender more than once",
        ),
    ],
)
def test_what_could_not_do_what_it_says_is_refused(groups, found):
    with pytest.raises(StudyError, match=found):
        parsed(**groups)


def test_the_waiting_list_needs_requests_matching_and_the_proteges_side():
    assert parsed(prefer_waiting_list=True).groups.prefer_waiting_list
    with pytest.raises(StudyError, match=r"with groups\.method overlap_weights"):
        parsed(prefer_waiting_list=True, method="overlap_weights")
    raw = copy.deepcopy(DEFAULT)
    raw["groups"]["prefer_waiting_list"] = True
    raw["exposure"]["role"] = "mentor"
    with pytest.raises(StudyError, match=r"with exposure\.role mentor"):
        parse_study(raw)
    raw["exposure"]["role"] = "protege"
    del raw["sources"]["requests"]
    with pytest.raises(StudyError, match="no source of the study records requests"):
        parse_study(raw)
    raw["sources"]["mentoring"]["columns"] = {"requested_on": "Applied"}
    assert parse_study(raw).groups.prefer_waiting_list


@pytest.mark.parametrize("period", ["quarter", "year"])
def test_weights_need_months_since_a_trial_has_no_single_day(period):
    raw = copy.deepcopy(DEFAULT)
    raw["study"]["period"] = period
    raw["groups"]["method"] = "overlap_weights"
    with pytest.raises(StudyError) as caught:
        parse_study(raw)
    assert f"groups.method overlap_weights with study.period {period}" in caught.value.found
    raw["groups"]["method"] = "risk_set_matching"
    assert parse_study(raw).study.period == period


@pytest.mark.parametrize("setting", ["covariates", "exact", "subgroups", "splines"])
def test_a_column_nobody_knows_is_refused_once_wherever_a_design_names_it(setting):
    with pytest.raises(StudyError, match=f"groups.{setting} names shoe_size, which is not known"):
        parsed(**{setting: ["shoe_size"]})
    with pytest.raises(StudyError, match=r"groups\.interactions names shoe_size, which is not kno"):
        parsed(interactions=[["age", "shoe_size"]])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("sex", r"groups\.subgroups names sex.*in groups\.subgroups of params\.yaml"),
        ("log_pay", r"groups\.subgroups names log_pay, which is not known before a start"),
        ("age", r"groups\.subgroups names age, a measured number.*in params\.yaml"),
    ],
)
def test_subgroups_that_could_not_be_made_are_refused_before_anything_is_read(name, found):
    with pytest.raises(StudyError, match=found):
        parsed(subgroups=[name])
    assert parsed(subgroups=["site", "grade"]).groups.subgroups == ("site", "grade")


def test_a_contrast_that_is_none_is_refused():
    raw = copy.deepcopy(DEFAULT)
    raw["exposure"]["contrasts"] = ["any", "cross_gender"]
    with pytest.raises(StudyError, match=r"names cross_gender.*exposure\.contrasts of params"):
        parse_study(raw)
    raw["exposure"]["contrasts"] = ["any", "formal", "not_manager"]
    assert parse_study(raw).exposure.contrasts == ("any", "formal", "not_manager")


def test_a_pair_without_its_own_brackets_is_shown_with_them():
    with pytest.raises(StudyError, match=r"lists within a list: \[\[grade, tenure_months\]\]"):
        parsed(interactions=["grade", "tenure_months"])


@pytest.mark.parametrize("per_100", [0.16, 0, 100])
def test_a_share_in_place_of_events_per_100_is_refused(per_100):
    raw = copy.deepcopy(DEFAULT)
    raw["outcomes"]["promotion"]["expected_per_100"] = per_100
    with pytest.raises(StudyError, match=r"checks\.waive\.events_expected") as refused:
        parse_study(raw)
    assert "outcomes.promotion.expected_per_100" in str(refused.value)
