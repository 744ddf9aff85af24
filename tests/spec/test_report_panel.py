"""Pay and scales in the reports: other ways of asking, robustness, and scales as people of 100."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates.invariance_gate import means_blocked
from mentor_outcomes.figures import draw_all
from mentor_outcomes.release import release_tables
from mentor_outcomes.reports import Results, hr_content, render, technical_content
from mentor_outcomes.reports.estimate_words import METHODS, quantity_name
from mentor_outcomes.reports.panel_cells import Told, marked_table
from mentor_outcomes.reports.panel_ways import ways
from mentor_outcomes.reports.results import outcomes_in_words
from mentor_outcomes.reports.scale_shares import of_hundred_by_scale
from tests.invented_panel import with_panel_rows
from tests.invented_results import default_study, invented_results

STUDY = default_study()
SCALES = [name for name, each in STUDY.outcomes.items() if each.kind == "scale"]
BLOCKED = "its items do not measure the same in all waves"


def results_of(study=STUDY, tables=None, **changes) -> Results:
    """With every row that pay and scales can have; not released, which is tested elsewhere."""
    made = tables or with_panel_rows(invented_results(STUDY, **changes), STUDY)
    return Results(made, study)


def without(*kinds: str) -> Results:
    kept = {name: each for name, each in STUDY.outcomes.items() if each.kind not in kinds}
    study = replace(STUDY, outcomes=kept)
    tables = with_panel_rows(invented_results(STUDY), STUDY)
    mine = {
        name: frame[frame["outcome"].isin(kept)] if "outcome" in frame.columns else frame
        for name, frame in tables.items()
    }
    return Results(mine, study)


def one_scale_blocked(name: str = "job_satisfaction") -> Results:
    tables = with_panel_rows(invented_results(STUDY, verdicts={name: "not_reliable"}), STUDY)
    parts = {table: tables[table] for table in ("estimates", "curves")}
    own = {table: frame["outcome"] == name for table, frame in parts.items()}
    blocked = means_blocked(*(parts[t][own[t]] for t in parts), BLOCKED)
    mine = {
        table: pd.concat([parts[table][~own[table]], rows], ignore_index=True)
        for table, rows in zip(parts, blocked, strict=True)
    }
    return results_of(tables=tables | mine)


def of_two_kinds() -> Results:
    tables = with_panel_rows(invented_results(STUDY), STUDY)
    stacked = {
        name: pd.concat([frame.assign(contrast=kind) for kind in ("any", "formal")])
        if "contrast" in frame.columns
        else frame
        for name, frame in tables.items()
    }
    exposure = replace(STUDY.exposure, contrasts=("any", "formal"))
    return Results(stacked, replace(STUDY, exposure=exposure))


def figures_of(results: Results):
    study = results.study
    return draw_all(results.tables, study.outcomes, study.analysis, study.figures)


def words_of(results: Results) -> dict:
    return {
        name: {"title": each.title, "description": each.description}
        for name, each in figures_of(results).items()
    }


def sections_of(results: Results) -> dict[str, list[dict]]:
    content = technical_content(results, words_of(results))
    return {section["title"]: section["blocks"] for section in content["sections"]}


def table_of(pieces: list[dict], caption: str) -> dict[str, list[str]]:
    """Rows of the table whose caption begins so, by their first cell."""
    [found] = [
        piece
        for piece in pieces
        if piece["kind"] == "table" and piece["caption"].startswith(caption)
    ]
    return {row[0]: row[1:] for row in found["rows"]}


CASES = {
    "all": results_of,
    "released": lambda: results_of(
        tables=release_tables(with_panel_rows(invented_results(STUDY), STUDY), STUDY.release)
    ),
    "headlines only": lambda: results_of(tables=invented_results(STUDY)),
    "no scales": lambda: without("scale"),
    "no pay": lambda: without("panel"),
    "no events": lambda: without("event"),
    "two kinds": of_two_kinds,
    "a scale blocked": one_scale_blocked,
}


@pytest.mark.parametrize("case", CASES)
def test_both_reports_can_be_typeset_whatever_the_study_has(case):
    results = CASES[case]()
    drawings = figures_of(results)
    svgs = {name: each.svg for name, each in drawings.items()}
    words = words_of(results)
    for name, content in (
        ("hr_report", hr_content(results, words)),
        ("technical_report", technical_content(results, words)),
    ):
        assert render(name, content, svgs).startswith(b"%PDF")


def test_every_method_of_the_rows_has_its_words():
    told = set(results_of().tables["estimates"]["method"])
    assert told <= set(METHODS)
    assert quantity_name("standardised_to_zero") == (
        "departure that takes the estimate to zero, in SDs"
    )
    assert quantity_name("standardised_difference") == "standardised difference"


def test_pay_is_asked_in_every_way_that_has_a_row_with_the_numbers_of_the_tables():
    rows = table_of(sections_of(results_of())["Pay"], "The same question asked in other ways")
    assert list(rows) == [
        "Matched difference (main)",
        "Mean over months 13 to 24",
        "Without weights",
        "Matched on the last value too",
        "Always-stayers (Lee bounds)",
        "Group-time effects",
        "Group-time, all months",
        "Two-way fixed effects",
        "Two-way, while mentored",
        "Between people",
        "Naive",
    ]
    assert rows["Matched difference (main)"][1] == "+0.012 (0.004 to 0.020)"
    assert rows["Always-stayers (Lee bounds)"][1] == "0.020 to 0.020 (0.0004 to 0.040)"
    assert rows["Between people"][1] == "+0.020 (0.0004 to 0.040); within +0.020; p .200"
    assert "Goodman-Bacon 2021" in rows["Two-way fixed effects"][0]


def test_the_arm_of_which_a_share_was_cut_off_stands_behind_the_bounds():
    results = results_of()
    rows = results.tables["estimates"]
    is_lee = rows["method"] == "lee_bounds"
    cut = rows["error_type"].mask(is_lee, rows["error_type"] + "; trimmed: comparison; wide")
    cut = results_of(tables=dict(results.tables) | {"estimates": rows.assign(error_type=cut)})
    [way] = [way for way in ways(cut) if way.name.startswith("Always-stayers")]
    assert way.say(cut, "log_pay").shown == "0.020 to 0.020 (0.0004 to 0.040); comparison"


def test_scales_stand_in_points_sds_and_shares_beside_their_threshold():
    pieces = sections_of(results_of())["Scales"]
    rows = table_of(pieces, "Scales in points")
    assert len(rows) == len(SCALES)
    assert rows["Intention to leave (low is good)"][1].startswith("\u22120.12 (")
    said = " ".join(piece["text"] for piece in pieces if piece["kind"] == "text")
    for name in SCALES:
        assert f"{results_of().label(name)} {STUDY.outcomes[name].threshold:g}" in said
    assert "items measure the same" in said


def test_a_blocked_scale_keeps_its_line_and_the_reason_is_told_once_below():
    pieces = sections_of(one_scale_blocked())["Scales"]
    rows = table_of(pieces, "Scales in points")
    assert rows["Job satisfaction"][:3] == ["none (a)"] * 3
    notes = [piece["text"] for piece in pieces if piece["kind"] == "note"]
    assert f"(a) {BLOCKED}." in notes


def test_robustness_names_drift_departures_and_who_is_seen():
    pieces = sections_of(results_of())["Pay and scales: how robust?"]
    drift = table_of(pieces, "Intervals after 24 months")
    assert drift["Pay"][-4:] == ["0.0004 to 0.040"] * 3 + ["1.00"]
    assert drift["Pay"][:3] == ["< .01", ".600", ".400"]
    departures = table_of(pieces, "Departure of the mentored")
    assert departures["Pay"] == ["+1.000", "+1.000", "", ""]
    assert departures["Job satisfaction"][2] == "+1.00 (+1.00 SD)"
    seen = table_of(pieces, "Who is seen")
    assert seen["Pay: mentored"][0] == "640"
    assert {"Pay: comparators", "Self-efficacy: mentored"} <= set(seen)


def test_what_no_row_tells_has_no_section_on_robustness():
    tables = invented_results(STUDY)
    tables["attrition"] = schema.ATTRITION.empty()
    assert not [title for title in sections_of(results_of(tables=tables)) if "robust" in title]


def test_the_months_behind_the_curves_stand_with_their_bands_and_the_two_way_model():
    pieces = sections_of(results_of())["Data behind the figures"]
    months = table_of(pieces, "Pay, log points")
    assert months["24"][0] == "0.012 (0.004 to 0.020)"
    assert months["24"][3] == "0.020 (0.000 to 0.040)"
    assert months["\u221212"][3:] == ["", ""]


def test_all_scales_are_one_figure_and_pay_has_its_own_with_the_two_way_model_beside():
    results = results_of()
    names = set(figures_of(results))
    assert {"effect_log_pay", "effects_scales"} <= names
    assert not {f"effect_{name}" for name in SCALES} & names
    assert "two_way_log_pay" in names
    told = figures_of(results)["effects_scales"].description
    assert "Job satisfaction: At 12 months: 0.105 (" in told


SAID = "Some 3 fewer are satisfied with their job (\u22125.0 to \u22121.0; 5 points or more)"


def with_share(estimate: float, verdict: str, **changes) -> Results:
    """Its interval reaches 2 people to either side."""
    results = results_of(verdicts=dict.fromkeys(SCALES, verdict))
    rows = results.tables["estimates"]
    mine = (rows["quantity"] == "share_difference") & (rows["outcome"] == "job_satisfaction")
    shifted = {
        name: rows[name].mask(mine, estimate + gap)
        for name, gap in (("estimate", 0), ("ci_low", -2), ("ci_high", 2))
    }
    return results_of(
        tables=dict(results.tables) | {"estimates": rows.assign(**shifted)}, **changes
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("may_hurt", f"{SAID}. Verdict: may hurt."),
        ("probably_hurts", f"{SAID}. Verdict: probably hurts."),
        ("cannot_tell", None),
        ("too_small_to_matter", None),
        ("not_reliable", None),
        ("not_measured", None),
    ],
)
def test_a_scale_is_told_of_100_only_where_its_verdict_finds_a_difference(verdict, said):
    told = of_hundred_by_scale(with_share(-3.0, verdict))
    assert told[:1] == ([said] if said else [])


@pytest.mark.parametrize(("estimate", "is_chance"), [(2.1, False), (2.0, True), (-1.0, True)])
def test_a_share_whose_interval_holds_zero_says_that_it_could_be_chance(estimate, is_chance):
    """Whatever the verdict of the points, and also where it points the other way."""
    told = of_hundred_by_scale(with_share(estimate, "may_help"))[0]
    assert ("points or more), which could be chance. Verdict: may help." in told) == is_chance
    assert ("points or more). Verdict: may help." in told) != is_chance


def test_a_share_of_under_one_person_or_without_a_threshold_is_not_made_up():
    told = of_hundred_by_scale(with_share(0.3, "may_help"))
    assert told[0].startswith("Some under 1 more are satisfied")
    outcomes = {name: replace(each, threshold=None) for name, each in STUDY.outcomes.items()}
    bare = with_share(-2.0, "may_help", study=replace(STUDY, outcomes=outcomes))
    assert of_hundred_by_scale(bare) == []


def test_the_hr_report_is_brief_on_further_scales_and_says_as_much_as_their_verdict_lets_it():
    content = hr_content(results_of(), {})
    brief = [row["label"] for row in content["outcomes"] if row["is_brief"]]
    further = [results_of().label(name) for name in SCALES if not STUDY.outcomes[name].primary]
    assert brief == [label[:1].upper() + label[1:] for label in further]
    assert all(row["verdict"] for row in content["outcomes"])
    no_primary = {name: replace(each, primary=False) for name, each in STUDY.outcomes.items()}
    content = hr_content(results_of(replace(STUDY, outcomes=no_primary)), {})
    assert not any(row["is_brief"] for row in content["outcomes"])


def test_a_table_marks_each_reason_once_and_leaves_empty_rows_out():
    rows = [
        ("one", [Told("1.0"), Told("none", "hidden")]),
        ("two", [Told("none", "hidden"), Told("none", "nobody")]),
        ("three", [Told(""), Told("")]),
    ]
    table, note = marked_table("caption", ("", "a", "b"), rows)
    assert table["rows"] == [["one", "1.0", "none (a)"], ["two", "none (a)", "none (b)"]]
    assert note["text"] == "(a) hidden. (b) nobody."
    assert marked_table("caption", ("", "a", "b"), rows[2:]) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["promotion", "log_pay"], "promotion, pay"),
        (list(STUDY.outcomes), "all"),
        (SCALES, "all scales"),
        (SCALES[1:], "all scales but job satisfaction"),
        ([name for name in STUDY.outcomes if name != "promotion"], "all but promotion"),
    ],
)
def test_many_outcomes_are_named_together(names, said):
    assert outcomes_in_words(results_of(), names) == said


def test_a_row_of_no_horizon_is_found_by_nan_and_a_variant_by_its_name():
    results = results_of()
    assert results.row("log_pay", "naive", "difference", math.nan).estimate == 0.024
    assert results.row("log_pay", "naive", "difference") is None
    variant = results.row("log_pay", "two_way_fixed_effects", "coefficient", math.nan, "no such")
    assert variant is None
