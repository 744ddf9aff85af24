"""The study file: what is accepted, what is refused, and with which words."""

import copy
import datetime
from pathlib import Path

import pytest
import yaml

from mentor_outcomes import schema
from mentor_outcomes.errors import PrivacyError, StudyError
from mentor_outcomes.study import load_study, parse_study
from mentor_outcomes.study.recorded import RECORDED_IN

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
        ("analysis.adjust_for", ["last_ratng"], ["analysis.adjust_for", "write last_rating"]),
        ("analysis.adjust_for", ["log_pay"], ["log_pay, which is no covariate"]),
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


def study_of(sources: set[str], **groups: list[str]) -> dict:
    """The default study with only these sources, and these covariates and exact columns."""
    raw = copy.deepcopy(DEFAULT)
    raw["sources"] = {name: raw["sources"][name] for name in sources}
    raw["groups"] |= {"covariates": [], "exact": [], "splines": []} | groups
    return raw


ONLY_REQUIRED = {"people", "employment", "mentoring"}


def test_covariates_without_their_source_are_refused_all_at_once():
    covariates = ["tenure_months", "age", "last_rating", "log_pay_12_months_before", "is_on_leave"]
    raw = study_of(ONLY_REQUIRED, covariates=covariates, exact=["grade"])
    raw["analysis"]["adjust_for"] = ["fte"]
    raw["groups"]["subgroups"] = ["site"]
    with pytest.raises(StudyError) as caught:
        parse_study(raw)
    for found in (
        "groups.covariates names last_rating (recorded in ratings), log_pay_12_months_before "
        "(recorded in pay), is_on_leave (recorded in leaves)",
        "groups.exact names grade (recorded in jobs)",
        "groups.subgroups names site (recorded in jobs)",
        "analysis.adjust_for names fte (recorded in jobs)",
    ):
        assert found in caught.value.found
    assert "age" not in caught.value.found.split()
    assert "tenure_months" not in caught.value.found
    assert "supply jobs and leaves and pay and ratings" in caught.value.remedy


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("ratings", ["last_rating", "rating_before_last"]),
        ("pay", ["log_pay_12_months_before"]),
        ("leaves", ["is_on_leave"]),
        (
            "jobs",
            [
                *("grade", "job_family", "unit_id", "site", "manager_id", "fte"),
                *("months_in_grade", "past_promotions"),
            ],
        ),
    ],
)
def test_a_covariate_is_accepted_with_its_source_and_refused_without(source, names):
    parse_study(study_of({*ONLY_REQUIRED, source}, covariates=names))
    for name in names:
        with pytest.raises(StudyError, match=rf"{name} \(recorded in {source}\)"):
            parse_study(study_of(ONLY_REQUIRED, covariates=[name]))


def test_a_covariate_whose_column_the_provider_lacks_is_refused():
    raw = study_of(ONLY_REQUIRED, covariates=["age", "gender"])
    raw["sources"]["people"]["columns"] = {"birth_year": ""}
    with pytest.raises(StudyError, match=r"names age \(recorded in people\.birth_year\), which"):
        parse_study(raw)


def test_every_baseline_of_the_panel_has_its_source():
    """A column added to the panel must be given a source here, or be known of everybody."""
    baselines = {c.name for c in schema.PERSON_MONTHS.columns if c.role == "baseline"}
    assert baselines - set(RECORDED_IN) == {"tenure_months"}


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


def test_an_instrument_that_is_wrong_is_found_under_its_scale():
    raw = changed("scales.motivation", {"instrument": "moaq", "items": ["mo1"]})
    with pytest.raises(StudyError, match=r"scales\.motivation\.instrument is 'moaq'"):
        parse_study(raw)
