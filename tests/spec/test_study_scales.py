"""What a study file may say of scales as outcomes: thresholds, and where mentoring is told."""

import copy

import pytest
import yaml

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study import parse_study, why_self_reported
from mentor_outcomes.study.common_source import may_name_one_file
from tests.tiny_study import PARAMS

BELONGING = {"kind": "scale", "better": "higher", "smallest_worthwhile": 0.1}


def study(threshold=None, outcome="belonging", **sources):
    params = copy.deepcopy(PARAMS)
    params["outcomes"]["belonging"] = dict(BELONGING)
    if threshold is not None:
        params["outcomes"][outcome]["threshold"] = threshold
    for name, settings in sources.items():
        params["sources"][name] |= settings
    return parse_study(yaml.safe_load(yaml.safe_dump(params)))


@pytest.mark.parametrize("threshold", [1.5, 4, 5])
def test_a_threshold_lies_on_the_scale_above_its_lowest_point(threshold):
    assert study(threshold).outcomes["belonging"].threshold == threshold


@pytest.mark.parametrize("threshold", [0, 1, 5.5, float("nan"), float("inf")])
def test_a_threshold_that_everybody_or_nobody_reaches_is_refused(threshold):
    with pytest.raises(StudyError, match=r"outcomes\.belonging\.threshold is .* from 1 to 5"):
        study(threshold)


def test_a_threshold_of_what_is_no_scale_is_refused():
    with pytest.raises(StudyError, match=r"outcomes\.promotion is of kind event and has thresh"):
        study(4, outcome="promotion")


def test_mentoring_of_records_is_not_self_reported():
    assert why_self_reported(study().sources) is None


@pytest.mark.parametrize(
    ("mentoring", "why"),
    [
        ({"self_reported": True}, "the study file says"),
        ({"path": "raw/survey_2.csv"}, "from the files of the survey"),
        ({"path": "./raw/survey_*.csv"}, "from the files of the survey"),
        ({"path": "raw/*_2.csv"}, "from the files of the survey"),
        ({"path": "raw/other.csv", "profile": "limesurvey"}, "survey platform (limesurvey)"),
    ],
)
def test_mentoring_told_in_a_survey_is_self_reported(mentoring, why):
    assert why in why_self_reported(study(mentoring=mentoring).sources)


def test_another_sheet_or_table_of_one_file_is_another_source():
    one_file = {"path": "raw/all.xlsx", "sheet": "mentoring"}
    survey = {"path": "raw/all.xlsx", "sheet": "survey", "wave": None, "profile": "plain"}
    assert why_self_reported(study(mentoring=one_file, survey=survey).sources) is None
    same = one_file | {"sheet": "survey"}
    assert why_self_reported(study(mentoring=same, survey=survey).sources) is not None


def test_a_study_without_a_survey_has_no_common_source():
    sources = {name: s for name, s in study().sources.items() if name != "survey"}
    assert why_self_reported(sources) is None


def test_self_reported_elsewhere_than_in_mentoring_is_refused():
    with pytest.raises(StudyError, match=r"sources\.pay has self_reported"):
        study(pay={"self_reported": True})


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("a/b.csv", "a/b.csv", True),
        ("a/b.csv", "a/c.csv", False),
        ("a/./b.csv", "a//b.csv", True),
        ("a/*.csv", "a/b.csv", True),
        ("*/b.csv", "a/c/b.csv", False),
        ("a/wave_*.csv", "a/*_3.csv", True),
        ("a/wave_*.csv", "a/mentors_*.csv", False),
        ("a/*_x*.csv", "a/y_*z.csv", True),
        ("a/w?.csv", "a/w12.csv", False),
        ("a/w[12].csv", "a/w2.csv", True),
        ("a/w[!12].csv", "a/w2.csv", False),
        ("a/w[12].csv", "a/w?.csv", True),
        ("a/**/b.csv", "a/c/d/b.csv", True),
        ("a/**/b.csv", "a/b.csv", True),
        ("a/**/b.csv", "c/b.csv", False),
        ("a\\b.csv", "a/b.csv", True),
    ],
)
def test_patterns_are_compared_without_looking_at_files(one, other, may):
    assert may_name_one_file(one, other) is may
    assert may_name_one_file(other, one) is may
