"""The reports speak of the groups as the study's method made them."""

import re
from dataclasses import replace

import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates.estimand_words import of_whom
from mentor_outcomes.figures import draw_all, draw_design
from mentor_outcomes.release import design_entry, release_tables
from mentor_outcomes.release.design_record import DESIGN
from mentor_outcomes.reports import (
    Results,
    hr_content,
    protocol_content,
    technical_content,
    wording,
)
from mentor_outcomes.reports.coverage import left_out
from tests.invented_panel import with_panel_rows
from tests.invented_results import default_study, invented_results

STUDY = default_study()
WEIGHTING = ("overlap_weights", "entropy_balancing", "inverse_probability")
OF_MATCHING = re.compile(r"match|caliper|same grade|\bup to \d", re.IGNORECASE)
LAST = {
    "overlap_weights": "overlap weights in a trial with both arms",
    "entropy_balancing": "entropy balancing in a trial with both arms",
    "inverse_probability": "inverse probability weights in a trial with both arms",
}


def study_with(method):
    trim = {"trim_weights_at": 0.99} if method == "inverse_probability" else {}
    return replace(STUDY, groups=replace(STUDY.groups, method=method, **trim))


def tables_of(study):
    """Invented results, their criteria and estimands in the words of the study's method."""
    made = with_panel_rows(invented_results(study), study)
    last = LAST.get(study.groups.method, "a comparator within the caliper")
    flow = made["flow"].replace({"criterion": {"a comparator within the caliper": last}})
    return made | {
        "flow": flow,
        "estimates": made["estimates"].assign(estimand=of_whom(study.groups)),
    }


def results_with(method):
    study = study_with(method)
    return Results(release_tables(tables_of(study), study.release), study)


def hr(results):
    return hr_content(results, words_of(draw_all, results))


def technical(results):
    return technical_content(results, words_of(draw_all, results), [entry_of(results)])


def protocol(results):
    made = {table.name: schema.released(table).empty() for table in schema.DESIGN_RELEASED}
    known = {name: results.tables[name] for name in made if name in results.tables}
    own = replace(results, tables=made | known)
    return protocol_content(own, words_of(draw_design, results), [entry_of(results)])


def words_of(draw, results):
    study = results.study
    drawn = draw(results.tables, study.outcomes, study.analysis, study.figures)
    return {name: {"title": d.title, "description": d.description} for name, d in drawn.items()}


def entry_of(results):
    made = {table.name: table.empty() for table in DESIGN}
    return design_entry(
        results.study, made, results.tables["overlap"], outcomes_already_estimated=False
    )


def texts(content):
    """Every string of a nested value a reader sees; names of figures are none."""
    if isinstance(content, dict):
        return [t for key, value in content.items() if key != "name" for t in texts(value)]
    if isinstance(content, list | tuple):
        return [text for value in content for text in texts(value)]
    return [content] if isinstance(content, str) else []


@pytest.mark.parametrize("report", [hr, technical, protocol])
@pytest.mark.parametrize("method", WEIGHTING)
def test_no_report_of_a_weighting_study_speaks_of_matching(method, report):
    said = texts(report(results_with(method)))
    assert len(said) > 50
    assert [text for text in said if OF_MATCHING.search(text)] == []


def test_a_report_of_matching_does():
    content = hr(results_with("risk_set_matching"))
    assert "They had the same grade and job family." in content["how"]
    assert "Before matching" in content["likeness"]


@pytest.mark.parametrize("method", ["risk_set_matching", *WEIGHTING])
def test_how_it_was_done_is_told_in_about_150_words_and_short_sentences(method):
    content = hr(results_with(method))
    assert 120 <= len(content["how"].split()) <= 180
    for key in ("how", "likeness"):
        for sentence in re.split(r"(?<=[.!?])\s+", content[key]):
            assert len(sentence.split()) <= wording.MOST_WORDS, sentence
    assert "{" not in " ".join(texts(content))


def test_each_method_has_a_text_of_its_own():
    told = [hr(results_with(method))["how"] for method in ("risk_set_matching", *WEIGHTING)]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("method", WEIGHTING)
def test_with_weights_nobody_claims_that_both_arms_share_the_day(method):
    said = " ".join(texts(protocol(results_with(method))))
    assert "Both arms share the day" not in said
    assert "comparators from the month's last" in said
    assert "Both arms share the day" in " ".join(texts(protocol(results_with("risk_set_matching"))))


def test_overlap_weights_are_said_to_be_nearly_of_the_mentored():
    said = " ".join(texts(technical(results_with("overlap_weights"))))
    assert "nearly all of the mentored (ATO, overlap weights)" in said
    assert "nearly that on the mentored (ATT)" in said


@pytest.mark.parametrize(
    ("criterion", "why"),
    [
        (LAST["overlap_weights"], "had no similar colleague"),
        (
            "somebody else in the trial, and at each level of the covariates, who did not start",
            "had no similar colleague",
        ),
        (
            "overlap weights (none: two columns agree; both stay) in a trial",
            "could not be compared",
        ),
        ("a propensity of 0.1 to 0.9 within the trial", "were almost sure to get a mentor"),
    ],
)
def test_who_has_no_weight_is_told_with_the_reason(criterion, why):
    study = study_with("inverse_probability")
    made = tables_of(study)
    flow = made["flow"].replace({"criterion": {LAST["inverse_probability"]: criterion}})
    results = Results(release_tables(made | {"flow": flow}, study.release), study)
    assert f"15 {why}" in " ".join(left_out(results))
