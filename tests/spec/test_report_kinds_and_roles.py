"""Reports of several kinds of mentoring, of new mentors, and of a design changed late."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.figures import draw_all
from mentor_outcomes.release import release_tables
from mentor_outcomes.reports import (
    Results,
    hr_content,
    passages,
    protocol_content,
    render,
    technical_content,
    wording,
)
from mentor_outcomes.schema import released
from tests.invented_results import default_study, invented_results
from tests.spec.test_protocol_text import design_checks, detectable, entry

STUDY = default_study()
KINDS = ("any", "formal", "informal")


def of_kinds(*kinds: str, **groups) -> Results:
    """The same invented numbers for each kind, of which formal mentoring may hurt."""
    tables = release_tables(invented_results(STUDY), STUDY.release)
    stacked = {
        name: pd.concat([frame.assign(contrast=kind) for kind in kinds], ignore_index=True)
        if "contrast" in frame.columns
        else frame
        for name, frame in tables.items()
    }
    is_formal = stacked["verdicts"]["contrast"] == "formal"
    word = stacked["verdicts"]["verdict"].mask(is_formal, "may_hurt")
    stacked["verdicts"] = stacked["verdicts"].assign(verdict=word)
    exposure = replace(STUDY.exposure, contrasts=kinds)
    study = replace(STUDY, exposure=exposure, groups=replace(STUDY.groups, **groups))
    return Results(stacked, study, contrast=kinds[0])


def of_mentors() -> Results:
    tables = release_tables(invented_results(STUDY), STUDY.release)
    named = {
        name: frame.assign(role="mentor") if "role" in frame.columns else frame
        for name, frame in tables.items()
    }
    study = replace(STUDY, exposure=replace(STUDY.exposure, role="mentor"))
    return Results(named, study, role="mentor")


def figures_of(results: Results):
    study = results.study
    key = {"role": results.role, "contrast": results.contrast}
    return draw_all(results.tables, study.outcomes, study.analysis, study.figures, **key)


def words_of(results: Results) -> dict:
    return {
        name: {"title": each.title, "description": each.description}
        for name, each in figures_of(results).items()
    }


def protocol_of(results: Results, kinds=("any",), history=None) -> dict:
    tables = {table.name: released(table).empty() for table in schema.DESIGN_RELEASED}
    role = {"role": results.role}
    for name, frame in (("detectable", detectable()), ("design_checks", design_checks())):
        tables[name] = pd.concat([frame.assign(contrast=kind, **role) for kind in kinds])
    own = replace(results, tables=tables)
    return protocol_content(own, {}, history or [entry()])


def texts(content: object) -> list[str]:
    if isinstance(content, dict):
        return [text for value in content.values() for text in texts(value)]
    if isinstance(content, list | tuple):
        return [text for value in content for text in texts(value)]
    return [content] if isinstance(content, str) else []


def test_every_declared_kind_has_its_verdicts_design_and_results():
    content = technical_content(of_kinds(*KINDS), {})
    titles = [section["title"] for section in content["sections"]]
    for kind in KINDS:
        for title in ("Comparison groups", "Naive beside adjusted", "Results", "Checks"):
            assert f"{title} ({kind})" in titles
    verdicts = {
        block["caption"]: block["rows"][0][1]
        for block in content["sections"][0]["blocks"]
        if block["kind"] == "table"
    }
    assert verdicts["Verdicts (formal)"] == "may hurt"
    assert verdicts["Verdicts (informal)"] == verdicts["Verdicts (any)"] != "may hurt"
    assert "primary outcomes of all kinds together (any, formal, informal)" in json.dumps(content)


def test_rows_read_from_the_sources_are_told_once_whatever_the_kinds():
    for content in (
        technical_content(of_kinds(*KINDS), {}),
        protocol_of(of_kinds(*KINDS), KINDS),
    ):
        assert json.dumps(content).count("Rows read from each source") == 1


def test_one_kind_has_no_marks():
    content = technical_content(of_kinds("any"), {})
    assert not [s for s in content["sections"] if s["title"].endswith("(any)")]
    assert hr_content(of_kinds("any"), {})["kinds"]["rows"] == []


def test_the_other_kinds_stand_in_one_table_of_the_hr_report_and_the_first_is_the_headline():
    content = hr_content(of_kinds(*KINDS), {})
    table = content["kinds"]
    assert table["header"] == ["Outcome", "Formal", "Informal"]
    assert len(table["rows"]) == len(STUDY.outcomes)
    promotion = table["rows"][0]["cells"]
    assert promotion[0]["verdict"] == wording.VERDICTS["may_hurt"].short
    assert promotion[1]["verdict"] == content["outcomes"][0]["verdict"]
    assert promotion[1]["difference"] == content["outcomes"][0]["difference"] != ""
    for text in texts(table["note"]):
        for sentence in re.split(r"(?<=[.])\s+", text):
            assert len(sentence.split()) <= wording.MOST_WORDS


def test_the_first_page_of_the_protocol_tells_the_numbers_of_every_kind():
    status = protocol_of(of_kinds(*KINDS), KINDS)["status"]
    assert status[2]["title"].endswith("(any)")
    assert "Others: formal 1 of 3, informal 1 of 3." in status[2]["says"]


def test_how_it_was_done_says_which_kind_counts_and_who_came_first():
    said = hr_content(of_kinds("formal", prefer_waiting_list=True), {})["how"]
    assert passages.ONLY_KIND["formal"] in said and passages.WAITING_FIRST in said
    plain = hr_content(of_kinds("any"), {})["how"]
    assert "Only people whose" not in plain and passages.WAITING_FIRST not in plain
    assert set(passages.ONLY_KIND) == set(KINDS) | {"manager", "not_manager"}


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ([entry()], ""),
        ([entry(), entry(0.1, "c" * 64)], ""),
        ([entry(), entry(0.1, "c" * 64, estimated=True)], passages.CHANGED_LATE),
        ([entry(estimated=True)], passages.RECORDED_LATE),
        ([entry(estimated=True), entry(0.1, "c" * 64, estimated=True)], passages.CHANGED_LATE),
    ],
)
def test_the_first_page_says_when_the_design_was_changed_with_outcomes_in_sight(history, said):
    assert hr_content(of_kinds("any"), {}, history)["late"] == said


def test_an_earlier_design_of_another_contrast_is_not_called_nobody():
    before = entry(groups="c" * 64)
    before["compared"][0]["contrast"] = "formal"
    assert "another contrast to 640" in json.dumps(
        technical_content(of_kinds("any"), {}, [before, entry()])
    )


def test_settings_that_the_method_does_not_read_are_not_listed_and_flags_are_words():
    of_weights = entry(**{"groups.method": "overlap_weights", "groups.prefer_waiting_list": False})
    content = protocol_of(of_kinds("any"), history=[of_weights])
    record = json.dumps(content["sections"][-1])
    assert "caliper" not in record and "waiting list" not in record
    assert "2 settings that only other methods read" in record
    matched = entry(**{"groups.method": "risk_set_matching", "groups.prefer_waiting_list": False})
    rows = [
        row
        for block in protocol_of(of_kinds("any"), history=[matched])["sections"][-1]["blocks"]
        if block["kind"] == "table"
        for row in block["rows"]
    ]
    assert ["groups: caliper SD", "0.2"] in rows
    assert ["groups: prefer waiting list", "no"] in rows


OF_PROTEGES = re.compile(
    r"\b(with a mentor|without a mentor|(got|get|getting|had|having|find) a mentor|mentored|"
    r"mentees)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("report", ["hr", "technical", "protocol"])
def test_reports_of_new_mentors_never_speak_of_people_with_a_mentor(report):
    results = of_mentors()
    words = words_of(results)
    content = {
        "hr": lambda: hr_content(results, words),
        "technical": lambda: technical_content(results, words),
        "protocol": lambda: protocol_of(results),
    }[report]()
    for text in texts(content):
        if "comparators mentored later" not in text:  # the name of a setting
            assert not OF_PROTEGES.search(text), text
    assert render(
        {"hr": "hr_report", "technical": "technical_report"}.get(report, report),
        content,
        {n: d.svg for n, d in figures_of(results).items()},
    )


def test_the_answer_and_the_figures_about_new_mentors_say_who_became_one():
    results = of_mentors()
    content = hr_content(results, words_of(results))
    assert content["answer"] == (
        "Of 100 employees who became mentors about 17 were promoted within 24 months, of 100 "
        "similar ones who did not about 13."
    )
    assert content["arms"] == ["Mentors", "Others"]
    titles = {name: each.title for name, each in figures_of(results).items()}
    assert titles["icons_promotion"] == "Of 100 mentors, 17 were promoted; of 100 others, 13"
    assert all(len(title.split()) <= 10 for title in titles.values())
    for key, text in ((key, text) for key, part in content.items() for text in texts(part)):
        if key != "provenance":
            for sentence in re.split(r"(?<=[.!?])\s+", text):
                assert len(sentence.split()) <= wording.MOST_WORDS + 1, sentence


def test_likeness_whose_numbers_are_hidden_is_told_by_its_check():
    results = of_kinds("any")
    hidden = results.tables["balance"].assign(smd_before=float("nan"))
    said = hr_content(replace(results, tables={**results.tables, "balance": hidden}), {})[
        "likeness"
    ]
    assert said.startswith("The check whether the groups were alike at the start passed.")
