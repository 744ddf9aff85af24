"""What a study file may say of received files: missing answers, choices, shares, rates."""

import copy

import pytest

from mentor_outcomes.errors import MentorOutcomesError, PrivacyError
from mentor_outcomes.study import Ingest, parse_study
from tests.tiny_study import PARAMS


def changed(path: str, value: object) -> dict:
    """The tiny study with one key set, whether it was there or not."""
    raw = copy.deepcopy(PARAMS)
    *parents, last = path.split(".")
    place = raw
    for name in parents:
        place = place.setdefault(name, {})
    place[last] = value
    return raw


def test_a_scale_says_what_stands_for_no_answer_and_what_its_choices_are_called():
    choices = ["Never", "Rarely", "Sometimes", "Often", "Always"]
    raw = changed("scales.belonging.missing", ["-99", "Prefer not to say"])
    raw["scales"]["belonging"]["choices"] = choices
    scale = parse_study(raw).scales["belonging"]
    assert scale.missing == ("-99", "Prefer not to say")
    assert scale.choices == tuple(choices)


def test_without_a_word_about_it_one_row_in_a_hundred_may_be_left_out():
    ingest = parse_study(PARAMS).ingest
    assert ingest == Ingest()
    assert ingest.max_share_quarantined == 0.01
    assert ingest.corrections is None
    assert ingest.currency_rates == {}
    assert ingest.full_time_hours_per_week is None


def test_ingest_is_read_with_its_types():
    raw = changed("ingest.max_share_quarantined", 0)
    raw["ingest"] |= {
        "corrections": "data/raw/corrections.yaml",
        "currency_rates": {"USD": 0.9, "JPY": 1},
        "full_time_hours_per_week": 39,
    }
    ingest = parse_study(raw).ingest
    assert ingest.max_share_quarantined == 0
    assert ingest.currency_rates == {"USD": 0.9, "JPY": 1.0}
    assert ingest.full_time_hours_per_week == 39


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("scales.belonging.choices", ["No", "Yes"], "scales.belonging has 2 choices and 5 points."),
        ("scales.belonging.missing", [-99], "scales.belonging.missing is -99."),
        ("scales.belonging.missing", "-99", "scales.belonging.missing is '-99'."),
        ("ingest.max_share_quarantined", 1, "ingest.max_share_quarantined is 1."),
        ("ingest.max_share_quarantined", -0.1, "ingest.max_share_quarantined is -0.1."),
        ("ingest.full_time_hours_per_week", 1950, "ingest.full_time_hours_per_week is 1950."),
        ("ingest.currency_rates", {"USD": 0}, "ingest.currency_rates.USD is 0."),
        ("ingest.currency_rates", {"USD": "0,9"}, "ingest.currency_rates.USD is '0,9'."),
        ("ingest.legal_basis", {"hobby": "consent"}, "ingest.legal_basis.hobby is 'consent'."),
        ("ingest.legal_basis", {"ethnicity": " "}, "ingest.legal_basis.ethnicity is ' '."),
        ("ingest.max_share", 0.1, "ingest has a key `max_share`, which does not exist."),
        ("sources.leaves.shape", 3, "sources.leaves.shape is 3."),
        ("sources.jobs.dates", "dd/mm/yyyy", "sources.jobs.dates is 'dd/mm/yyyy'."),
        ("sources.pay.pay_is", "gross", "sources.pay.pay_is is 'gross'."),
        ("sources.pay.pay_per", "fortnight", "sources.pay.pay_per is 'fortnight'."),
        ("sources.survey.match", "fuzzy", "sources.survey.match is 'fuzzy'."),
        ("sources.people.path", "", "sources.people has no path."),
        ("sources.jobs.waves", {"1": "2020-03-01"}, "sources.jobs has `waves`."),
        ("sources.survey.waves", {"w1": "2020-03-01"}, "sources.survey.waves names w1."),
        ("sources.survey.waves", {1: "March"}, "sources.survey.waves.1 is 'March'."),
    ],
)
def test_what_does_not_fit_is_refused(path, value, found):
    with pytest.raises(MentorOutcomesError) as caught:
        parse_study(changed(path, value))
    assert caught.value.found == found


def test_of_real_people_a_special_category_needs_its_legal_basis():
    raw = changed("sources.people.columns", {"gender": "Gender", "education": "Race/Ethnicity"})
    assert parse_study(raw), "invented people have no rights to their data"
    raw["study"] |= {"data": "real", "pseudonyms": {"key": "private", "fingerprint": "0" * 8}}
    with pytest.raises(PrivacyError, match=r"sources\.people asks for education, .* \(ethnicity\)"):
        parse_study(raw)
    raw["ingest"] = {"legal_basis": {"ethnicity": "works agreement of 2 May 2024"}}
    assert parse_study(raw).ingest.legal_basis["ethnicity"] == "works agreement of 2 May 2024"
