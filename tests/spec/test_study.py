"""The study file: what is accepted, what is refused, and with which words."""

import copy
import datetime
from pathlib import Path

import pytest
import yaml

from mentor_outcomes.errors import StudyError
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
