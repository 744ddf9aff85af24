"""The study file: what is accepted, what is refused, and with which words."""

import copy
import datetime
from pathlib import Path

import pytest
import yaml

from mentor_outcomes.errors import PrivacyError, StudyError
from mentor_outcomes.study import load_study, parse_study

DEFAULT = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))


def changed(path: str, value: object) -> dict:
    """The default study with one key set; `None` removes it."""
    raw = copy.deepcopy(DEFAULT)
    *parents, last = path.split(".")
    place = raw
    for name in parents:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return raw


def test_the_default_study_is_valid_and_typed():
    study = load_study("params.yaml")
    assert study.groups.caliper_sd == 0.2
    assert study.study.calendar.n_periods == 72
    assert study.scales["job_satisfaction"].answers_needed == 2


def test_values_left_out_get_the_defaults():
    raw = changed("groups.caliper_sd", None)
    assert parse_study(raw).groups.caliper_sd == 0.2


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("groups.calliper_sd", 0.1, ["calliper_sd", "caliper_sd"]),
        ("outcoms", {}, ["outcoms", "outcomes"]),
        ("sources.survey.profil", "plain", ["sources.survey", "profile"]),
        ("study.period", "week", ["study.period", "month, quarter, year"]),
        ("study.enrolment", None, ["study lacks enrolment"]),
        ("study.observed_from", "last spring", ["study.observed_from", "date"]),
        ("groups.comparators_per_mentee", "three", ["comparators_per_mentee", "whole number"]),
        ("analysis.main_horizon_months", 18, ["main_horizon_months", "12, 24, 36"]),
        ("release.minimum_people", 3, ["minimum_people", "5 or more"]),
        ("sources.people", None, ["people", "employment", "mentoring"]),
        ("sources.payroll", {"path": "x.csv"}, ["payroll", "pay"]),
        ("outcomes.log_pay.event", "promotion", ["outcomes.log_pay", "event"]),
        (
            "outcomes.burnout",
            {"kind": "scale", "better": "lower", "smallest_worthwhile": 0.1},
            ["burnout", "scales"],
        ),
        ("scales.motivation.reverse_keyed", ["mo9"], ["motivation", "mo9"]),
        ("study.data", "real", ["public", "private"]),
        ("release.round_counts_to", 1, ["round_counts_to", "5 or more"]),
        ("groups.caliper_sd", -1, ["caliper_sd", "above 0"]),
        ("groups.truncate_weights_at", 7, ["truncate_weights_at", "quantile"]),
        ("checks.waive.placebo_strt", "no", ["placebo_strt", "write placebo_start"]),
        ("groups.covariates", ["sex"], ["groups.covariates", "sex", "gender"]),
        ("groups.exact", ["grde"], ["write grade, the nearest"]),
        ("groups.covariates", ["log_pay"], ["log_pay, which is not known before"]),
        ("figures.mentored_colour", "blueish", ["mentored_colour", "#0B5C8A"]),
        ("study.observed_to", datetime.date(2024, 12, 31), ["in quotes"]),
        ("checks.waive.placebo_start", " ", ["placebo_start", "reason"]),
        ("study.observed_to", DEFAULT["study"]["observed_from"], ["observed_to", "order"]),
    ],
)
def test_what_does_not_fit_is_refused_with_found_expected_and_remedy(path, value, words):
    with pytest.raises(StudyError) as caught:
        parse_study(changed(path, value))
    message = str(caught.value)
    assert "Expected:" in message and "What to do:" in message and "\n" not in message
    for word in words:
        assert word in message


def test_a_stage_cannot_read_a_section_it_does_not_name():
    study = load_study("params.yaml", uses=("study",))
    assert study.study.period == "month"
    with pytest.raises(StudyError, match="without having named `groups`"):
        _ = study.groups.exact
    with pytest.raises(StudyError, match="without having named `sources`"):
        _ = study.sources["people"]


def test_a_missing_or_broken_study_file_is_said_plainly(tmp_path):
    with pytest.raises(StudyError, match=r"no params\.yaml"):
        load_study(tmp_path / "params.yaml")
    (tmp_path / "params.yaml").write_text("study: [1, 2\n", encoding="utf-8")
    with pytest.raises(StudyError, match="not valid YAML"):
        load_study(tmp_path / "params.yaml")


REAL = {
    "data": "real",
    "pseudonyms": {"key": "private", "fingerprint": "0a1b2c3d"},
}


def real_study(people: dict, legal_basis: dict | None = None) -> dict:
    """The default study as one of real people, whose source people asks for more."""
    raw = copy.deepcopy(DEFAULT)
    raw["study"] |= REAL
    raw["sources"]["people"] |= people
    raw["ingest"]["legal_basis"] = legal_basis or {}
    return raw


@pytest.mark.parametrize(
    "people",
    [
        {"extra": {"ethnicity": "text"}},
        {"extra": {"origin": "text"}, "columns": {"origin": "Race/Ethnicity"}},
        {"columns": {"education": "RaceEthnicity"}},
    ],
)
def test_a_special_category_needs_a_legal_basis(people):
    with pytest.raises(PrivacyError, match=r"legal_basis\.ethnicity"):
        parse_study(real_study(people))
    parse_study(real_study(people, {"ethnicity": "GDPR, article 9(2)(j)"}))
    with pytest.raises(StudyError, match="legal_basis"):
        parse_study(real_study(people, {"ethnicity": " "}))


def test_what_changes_in_a_career_is_no_attribute_of_a_person():
    with pytest.raises(StudyError, match="job_title, which changes in a career"):
        parse_study(real_study({"extra": {"job_title": "text"}}))
    parse_study(real_study({"extra": {"education_level": "text"}}))


def test_a_source_lies_in_one_place():
    raw = changed("sources.people", {"path": "a.csv", "database": "HR", "table": "people"})
    with pytest.raises(StudyError, match="both a path and a database"):
        parse_study(raw)
    with pytest.raises(StudyError, match="has no path"):
        parse_study(changed("sources.people", {"profile": "plain"}))


def test_every_point_of_a_scale_has_its_choice():
    with pytest.raises(StudyError, match="has 2 choices and 7 points"):
        parse_study(changed("scales.job_satisfaction.choices", ["no", "yes"]))


def test_a_scale_may_name_its_instrument_and_gets_its_key():
    raw = changed("scales.efficacy", {"instrument": "ngse", "items": [f"q{n}" for n in range(8)]})
    scale = parse_study(raw).scales["efficacy"]
    assert (scale.lowest, scale.highest, scale.reverse_keyed) == (1, 5, ())
    assert "Chen" in scale.reference
