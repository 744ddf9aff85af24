"""The design in the technical report and its figures: flow, overlap, calibration, balance."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.figures import draw_design
from mentor_outcomes.release import release_tables
from mentor_outcomes.reports import Results
from mentor_outcomes.reports.technical_design import what_counts
from mentor_outcomes.reports.technical_flow import flow_blocks
from mentor_outcomes.reports.technical_groups import groups_section
from mentor_outcomes.reports.trial import target_trial
from tests.invented_results import default_study, invented_results

STUDY = default_study()
NAMES = ("balance", "preference", "calibration")


def results_of(tables=None, study=STUDY, n_mentored=640):
    made = invented_results(STUDY, n_mentored=n_mentored) | (tables or {})
    return Results(release_tables(made, STUDY.release), study)


def figures_of(results):
    drawn = draw_design(results.tables, STUDY.outcomes, STUDY.analysis, STUDY.figures)
    return {n: {"title": d.title, "description": d.description} for n, d in drawn.items()}


def tables_in(blocks):
    return {block["caption"]: block for block in blocks if block["kind"] == "table"}


def table(blocks, words):
    [found] = [block for caption, block in tables_in(blocks).items() if words in caption]
    return found


def test_the_flow_begins_at_the_extract_and_each_line_follows_from_the_one_before():
    for words in ("with a mentor", "without", "person-months"):
        rows = table(flow_blocks(results_of()), words)["rows"]
        counts = [[int(n.replace(",", "") or 0) for n in row[1:3]] for row in rows]
        assert rows[0][1] == "" and len(rows) > 2
        for (_, before), (removed, remaining) in pairwise(counts):
            assert before - removed == remaining


def test_criteria_that_removed_nobody_are_counted_once_below_the_tables():
    pieces = flow_blocks(results_of())
    [said] = [block["text"] for block in pieces if block["kind"] == "text"]
    assert said == "2 further criteria removed nobody and have no line."
    shown = [row[0] for block in tables_in(pieces).values() for row in block["rows"]]
    assert "in the panel" not in shown


def test_the_flow_below_the_top_grade_begins_where_it_parts():
    flow = invented_results(STUDY)["flow"]
    is_below = (flow["eligibility"] == "below_top_grade") & (flow["arm"] == "mentored")
    last = flow["step"] == flow.loc[is_below, "step"].max()
    extra = flow[is_below & last].assign(
        step=lambda rows: rows["step"] + 1,
        criterion="below the top grade",
        n_removed=40,
        n_people_removed=40,
        n_people_touched=40,
    )
    extra = extra.assign(n_remaining=extra["n_remaining"] - 40)
    extra = extra.assign(n_people_remaining=extra["n_remaining"])
    pieces = flow_blocks(results_of({"flow": pd.concat([flow, extra], ignore_index=True)}))
    rows = table(pieces, "below the top grade")["rows"]
    assert ["with a mentor", "below the top grade", "40", "600"] in rows
    assert not [row for row in rows if row[1].startswith("begun")]


def test_overlap_shows_every_subgroup_and_equipoise_of_each_arm():
    results = results_of()
    overlap = table(groups_section(results, {})["blocks"], "Overlap")
    groups = [row[0].strip() for row in overlap["rows"]]
    genders = ["gender: f", "gender: m"]
    assert groups == ["all who started", *genders, "below the top grade", *genders]
    assert overlap["rows"][0][-3:] == ["82%", "79%", "83%"]
    assert overlap["rows"][0][3] == "3%"


def test_a_subgroup_of_which_nothing_can_be_told_is_named_below_and_has_no_row():
    tables = invented_results(STUDY)
    is_f = tables["balance"]["subgroup"] == "gender=f"
    few = [name for name in tables["balance"] if name.startswith("n_mentored_known")]
    tables["balance"].loc[is_f, few] = 4.0
    pieces = groups_section(results_of(tables), {})["blocks"]
    told = {row[0].strip(): row[1:4] for row in table(pieces, "largest absolute")["rows"]}
    assert told == {
        "all who started": ["10 of 10", "0.41", "0.03"],
        "below the top grade": ["10 of 10", "0.41", "0.03"],
    }
    said = pieces[-1]["text"]
    # All less these would be the others: both are named.
    for name in ("gender: f", "gender: m"):
        assert f"all who started, {name}; " in said
    assert "differences inside subgroups are shown here and are not checked" in said


def test_covariates_of_which_nothing_can_be_told_are_named_below_the_table():
    tables = invented_results(STUDY)
    is_age = tables["balance"]["covariate"] == "age"
    few = [name for name in tables["balance"] if name.startswith("n_mentored_known")]
    tables["balance"].loc[is_age, few] = 4.0
    pieces = groups_section(results_of(tables), {})["blocks"]
    assert "age" not in [row[0] for row in table(pieces, "Balance")["rows"]]
    said = [block["text"] for block in pieces if block["kind"] == "text"]
    assert "Not shown, of too few people: age." in said


def test_hidden_shares_of_a_subgroup_are_dashes_with_one_sentence():
    results = results_of()
    overlap = results.tables["overlap"]
    is_m = overlap["subgroup"] == "gender=m"
    overlap = overlap.assign(equipoise_share=overlap["equipoise_share"].mask(is_m))
    pieces = groups_section(replace(results, tables={**results.tables, "overlap": overlap}), {})[
        "blocks"
    ]
    assert table(pieces, "Overlap")["rows"][2][-3] == "\u2013"
    assert [b for b in pieces if b["kind"] == "text" and "\u2013: not shown" in b["text"]]


def test_the_gap_of_the_model_says_over_how_many_groups_and_how_many_are_drawn():
    tables = invented_results(STUDY)
    tables["calibration"].loc[tables["calibration"]["tenth"] == 1, "n_starts"] = 3
    results = results_of(tables)
    n_shown = results.tables["calibration"]["observed_share"].notna().sum()
    said = " ".join(b["text"] for b in groups_section(results, {})["blocks"] if b["kind"] == "text")
    assert n_shown < 10
    assert f"over 10 groups of rising prediction, of which {n_shown} hold enough" in said
    title = figures_of(results)["calibration"]["title"]
    assert title.endswith(f"all {n_shown} groups shown")


def test_balance_in_short_names_the_largest_difference_and_counts_those_over_a_tenth():
    tables = invented_results(STUDY)
    at = (tables["balance"]["subgroup"] == "gender=m") & (tables["balance"]["covariate"] == "age")
    tables["balance"].loc[at, "smd_after"] = -0.23
    rows = table(groups_section(results_of(tables), {})["blocks"], "largest absolute")["rows"]
    told = {row[0].strip(): row for row in rows[:3]}["gender: m"]
    assert told[3:6] == ["0.23", "age", "1"]


def test_the_design_has_its_figures_in_the_section_each_with_a_description():
    results = results_of()
    figures = figures_of(results)
    assert set(figures) == set(NAMES)
    shown = [
        block for block in groups_section(results, figures)["blocks"] if block["kind"] == "figure"
    ]
    assert sorted(block["name"] for block in shown) == sorted(NAMES)
    for words in figures.values():
        assert len(words["title"].split()) <= 10
        assert words["description"].startswith(words["title"])


def test_titles_tell_the_numbers_that_are_drawn():
    tables = invented_results(STUDY)
    is_first = tables["calibration"]["tenth"] == 10
    tables["calibration"].loc[is_first, "observed_share"] = 0.2
    figures = figures_of(results_of(tables))
    assert figures["calibration"]["title"] == "Starts come as predicted in 9 of 10 groups"
    assert figures["preference"]["title"] == "82% could well have been in either group"
    assert (
        "79% of those with a mentor and 83% of those without"
        in (figures["preference"]["description"])
    )


@pytest.mark.parametrize(
    ("table_name", "column", "gone"),
    [
        ("calibration", "n_starts", "calibration"),
        ("preference", "n_people", "preference"),
    ],
)
def test_a_figure_whose_numbers_are_hidden_is_absent(table_name, column, gone):
    tables = invented_results(STUDY)
    frame = tables[table_name].assign(**{column: 3})
    assert gone not in figures_of(results_of({table_name: frame}))


def test_without_a_model_nothing_is_said_of_it():
    overlap = invented_results(STUDY)["overlap"].assign(c_statistic=np.nan)
    said = groups_section(results_of({"overlap": overlap}), {})["blocks"]
    texts = [block["text"] for block in said if block["kind"] == "text"]
    assert not [text for text in texts if "model of starts" in text]


@pytest.mark.parametrize(
    ("method", "assigned", "effect"),
    [
        ("risk_set_matching", "matched with up to 3 people", "ATT of the matched"),
        ("overlap_weights", "overlap weights", "ATO"),
        ("entropy_balancing", "entropy balancing", "ATT of the weighted"),
        ("inverse_probability", "odds of starting", "ATT of the weighted"),
    ],
)
def test_the_emulation_names_the_method_and_whom_its_effect_is_about(method, assigned, effect):
    study = replace(STUDY, groups=replace(STUDY.groups, method=method, prefer_waiting_list=True))
    emulated = {row[0]: row[2] for row in target_trial(results_of(study=study))}
    assert assigned in emulated["Assignment"]
    assert effect in emulated["Contrast"]
    is_matched = method == "risk_set_matching"
    assert ("had asked for a mentor first" in emulated["Assignment"]) == is_matched
    assert ("matched set" in emulated["Time zero and follow-up"]) == is_matched


@pytest.mark.parametrize(
    ("definition", "mass_changes", "said"),
    [
        ("grade", False, ["is a higher grade in the same", "do not count"]),
        ("code", True, ["is a change that the provider codes as a promotion in", "count too"]),
        ("either", False, ["a higher grade, or a change that the provider codes"]),
    ],
)
def test_the_report_says_what_counts_as_a_promotion(definition, mass_changes, said):
    promotion = replace(
        STUDY.outcomes["promotion"], definition=definition, mass_changes=mass_changes
    )
    study = replace(STUDY, outcomes={**STUDY.outcomes, "promotion": promotion})
    [words] = what_counts(results_of(study=study))
    assert all(part in words for part in said)
