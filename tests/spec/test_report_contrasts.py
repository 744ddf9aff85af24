"""The immortal-time page, the year before the start, ratios over time, and sensitivities."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from mentor_outcomes.figures import draw_all
from mentor_outcomes.figures.titles import contrasts_title, placebo_title
from mentor_outcomes.reports import Results, hr_content, technical_content
from mentor_outcomes.reports.not_counted import PLACEBO
from mentor_outcomes.reports.numbers import MINUS
from mentor_outcomes.reports.technical_variants import against_main
from tests.invented_results import default_study, invented_results
from tests.invented_variants import OF_PROMOTION, TWO_WAY, with_variants

STUDY = default_study()


def results_of(*, study=STUDY, verdicts=None, extra=True) -> Results:
    """Not released: what the door does is tested elsewhere."""
    tables = invented_results(STUDY, verdicts=verdicts)
    return Results(with_variants(tables, STUDY) if extra else tables, study)


def changed(results: Results, table: str, frame: pd.DataFrame) -> Results:
    return replace(results, tables=dict(results.tables) | {table: frame})


def drawings_of(results: Results):
    study = results.study
    return draw_all(results.tables, study.outcomes, study.analysis, study.figures)


def words_of(results: Results) -> dict:
    return {
        name: {"title": each.title, "description": each.description}
        for name, each in drawings_of(results).items()
    }


def section_of(content, title: str) -> dict:
    [section] = [part for part in content["sections"] if part["title"] == title]
    return section


def tables_in(section) -> list[dict]:
    return [block for block in section["blocks"] if block["kind"] == "table"]


def rows_by_name(table) -> dict:
    return {row[0]: row[1:] for row in table["rows"]}


def estimate_of(results: Results, outcome, method, quantity, horizon=24.0):
    rows = results.rows("estimates")
    rows = rows[
        (rows["outcome"] == outcome)
        & (rows["method"] == method)
        & (rows["quantity"] == quantity)
        & (rows["horizon_months"].isna() | (rows["horizon_months"] == horizon))
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_four_ways_stand_side_by_side_with_what_was_released():
    results = results_of()
    page = section_of(technical_content(results, words_of(results)), "Naive beside adjusted")
    ways = rows_by_name(tables_in(page)[0])
    assert list(ways) == ["Naive", "Time-varying Cox", "Cox, matched sets", "Emulated trial"]
    naive = estimate_of(results, "promotion", "naive", "risk_difference")
    emulated = estimate_of(results, "promotion", "cumulative_incidence", "risk_difference")
    assert ways["Naive"][1].startswith(f"+{naive['estimate']:.1f} (")
    assert ways["Emulated trial"][1].startswith(f"+{emulated['estimate']:.1f} (")
    assert ways["Time-varying Cox"][1].startswith(f"{math.exp(0.245):.2f} (")
    assert [block["name"] for block in page["blocks"] if block["kind"] == "figure"] == [
        "contrasts_promotion",
        "contrasts_voluntary_exit",
    ]


def test_the_page_says_why_the_naive_contrast_flatters_and_whose_effect_each_way_is():
    page = section_of(technical_content(results_of(), {}), "Naive beside adjusted")
    said = " ".join(block["text"] for block in page["blocks"] if block["kind"] == "text")
    assert "never had the time to find a mentor" in said
    assert "effect on the mentored who could be compared" in said


def test_a_way_that_is_blocked_says_why_and_draws_no_figure():
    results = results_of()
    rows = results.tables["estimates"]
    naive = (rows["method"] == "naive") & (rows["outcome"] == "promotion")
    nothing = dict.fromkeys(["estimate", "ci_low", "ci_high"], math.nan)
    blocked = rows[naive].assign(status="blocked", reason="nobody was ever mentored", **nothing)
    results = changed(results, "estimates", pd.concat([rows[~naive], blocked]))
    assert "contrasts_promotion" not in drawings_of(results)
    page = section_of(technical_content(results, words_of(results)), "Naive beside adjusted")
    assert rows_by_name(tables_in(page)[0])["Naive"][1] == "none: nobody was ever mentored"


def test_the_figure_of_the_contrasts_tells_both_differences_and_both_ratios():
    told = drawings_of(results_of())["contrasts_promotion"]
    assert told.title == "Promotion: naive +8.5 per 100, emulated trial +3.4"
    for number in ("8.5", "3.4", "1.28 (1.07 to 1.52)"):
        assert number in told.description


@pytest.mark.parametrize(
    "title",
    [
        contrasts_title("leaving by choice", -19.2, 0.04, is_reliable=True),
        contrasts_title("leaving by choice", -19.2, 0.04, is_reliable=False),
        placebo_title(4, 5),
    ],
)
def test_titles_have_ten_words_at_most(title):
    assert len(title.split()) <= 10


def test_a_title_has_no_signed_zero_and_no_numbers_of_what_is_not_reliable():
    title = contrasts_title("leaving", -19.2, -0.04, is_reliable=True)
    assert title == f"Leaving: naive {MINUS}19.2 per 100, emulated trial 0.0"
    hidden = contrasts_title("leaving", -19.2, 0.0, is_reliable=False)
    assert "19" not in hidden and "neither a finding" in hidden


def test_an_unreliable_outcome_is_drawn_as_a_cross_and_the_caption_says_so():
    results = results_of(verdicts={"promotion": "not_reliable"})
    page = section_of(technical_content(results, words_of(results)), "Naive beside adjusted")
    captions = [block["caption"] for block in page["blocks"] if block["kind"] == "figure"]
    assert "Cross: emulated trial" in captions[0]
    assert "Circle: emulated trial" in captions[1]


def test_without_rows_of_the_year_before_nothing_is_told_of_it():
    results = results_of(extra=False)
    content = technical_content(results, words_of(results))
    assert "placebo" not in drawings_of(results)
    assert not [s for s in content["sections"] if "year before" in s["title"]]
    assert not [s for s in content["sections"] if s["title"] == "Sensitivity"]
    assert not [s for s in content["sections"] if "over time" in s["title"]]


def test_ratios_are_told_early_and_late_with_the_p_of_proportionality():
    page = section_of(technical_content(results_of(), {}), "Hazard ratios over time")
    [table] = tables_in(page)
    assert len(table["rows"]) == 4  # two events, by sets and among everyone
    promotion = table["rows"][0]
    assert promotion[2].startswith("1.28 (")
    assert promotion[3].startswith(f"{math.exp(0.02):.2f} (")
    assert promotion[4].startswith(f"{math.exp(0.43):.2f} (")
    assert [row[5] for row in table["rows"]] == [
        ".003",
        ".003 (time in grade)",
        ".003",
        ".003 (tenure)",
    ]


def test_a_chi_square_is_no_row_of_all_estimates():
    page = section_of(technical_content(results_of(), {}), "Results")
    told = [cell for table in tables_in(page) for row in table["rows"] for cell in row]
    assert not [cell for cell in told if "chi square" in cell or "not shown" in cell]


def test_every_variant_stands_beside_the_main_estimate_and_only_there():
    content = technical_content(results_of(), {})
    tables = tables_in(section_of(content, "Sensitivity"))
    promotion = rows_by_name(tables[0])
    assert set(promotion) == {"main", *OF_PROMOTION, TWO_WAY, "later promotions counted"}
    assert promotion["promotion by code"][1] == "0.7 higher; interval above 0, as there"
    assert promotion["full follow-up only"][1] == "the same; interval above 0, as there"
    assert promotion["later promotions counted"][1].startswith("another quantity")
    for table in tables_in(section_of(content, "Results")):
        assert not [row for row in table["rows"] if row[3].startswith("+4.1")]


def test_variants_change_no_headline_verdict_figure_or_word_of_the_hr_report():
    plain, more = results_of(extra=False), results_of()
    kept = more.tables["estimates"]
    more = changed(more, "estimates", kept[kept["method"] != PLACEBO])
    more = changed(more, "checks", plain.tables["checks"])
    drawn = {name: each.svg for name, each in drawings_of(plain).items()}
    assert drawn == {name: each.svg for name, each in drawings_of(more).items()}
    ours, theirs = (hr_content(each, words_of(each)) for each in (plain, more))
    assert ours | {"provenance": ""} == theirs | {"provenance": ""}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ((3.0, 1.0, 5.0), "0.4 lower; interval above 0, as there"),
        ((3.4, 0.5, 6.3), "the same; interval above 0, as there"),
        ((1.4, -0.5, 3.3), "2.0 lower; interval holds 0, there above 0"),
        ((-1.4, -2.5, -0.3), "4.8 lower; interval below 0, there above 0"),
    ],
)
def test_a_variant_is_told_by_its_gap_and_by_the_side_of_its_interval(own, said):
    def row(estimate, low, high):
        return SimpleNamespace(
            estimate=estimate,
            ci_low=low,
            ci_high=high,
            unit="per 100 people",
            quantity="risk_difference",
        )

    assert against_main(row(*own), row(3.4, 0.5, 6.3)) == said


def test_the_intervals_are_said_to_be_plain():
    page = section_of(technical_content(results_of(), {}), "Results")
    assert (
        "plain: the estimate less and plus 1.96 standard errors (95%)" in page["blocks"][0]["text"]
    )


def test_of_new_mentors_nothing_is_said_of_people_who_find_a_mentor():
    tables = {
        name: frame.assign(role="mentor") if "role" in frame.columns else frame
        for name, frame in results_of().tables.items()
    }
    study = replace(STUDY, exposure=replace(STUDY.exposure, role="mentor"))
    content = technical_content(Results(tables, study, role="mentor"), {})
    titles = [section["title"] for section in content["sections"]]
    assert "A year before they were mentors" in titles
    page = section_of(content, "Naive beside adjusted")
    said = " ".join(block["text"] for block in page["blocks"] if block["kind"] == "text")
    assert "the time to become a mentor" in said and "find a mentor" not in said
