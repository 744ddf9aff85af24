"""Figures say their message in ten words, draw only what was released, and repeat their bytes."""

import matplotlib
import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.figures import draw_all
from mentor_outcomes.figures.titles import (
    balance_title,
    effect_title,
    forest_title,
    people_title,
    size_in_words,
)
from mentor_outcomes.release import release_tables
from mentor_outcomes.schema import VERDICT_WORDS
from tests.invented_results import default_study, invented_results, without_matched_design

STUDY = default_study()
RISKS = pd.Series({"mentored": 16.8, "comparison": 13.4})


def drawings_of(tables):
    return draw_all(tables, STUDY.outcomes, STUDY.analysis, STUDY.figures)


@pytest.fixture(scope="module")
def released():
    return release_tables(invented_results(STUDY), STUDY.release)


@pytest.fixture(scope="module")
def drawings(released):
    return drawings_of(released)


def test_a_title_holds_the_numbers_in_whole_people():
    title = people_title("promotion", "promotion", "probably_helps", 24, RISKS)
    assert title == "Of 100, 17 were promoted with a mentor, 13 without"


def test_a_title_of_an_unclear_result_claims_no_number():
    assert people_title("promotion", "promotion", "cannot_tell", 24, RISKS) == (
        "Promotion: no clear difference after 24 months"
    )
    assert effect_title("pay", "not_reliable", 24, 0.012, "log points") == (
        "Pay: not a finding, see the checks"
    )


def test_log_points_are_told_in_per_cent():
    assert size_in_words(np.log(1.05), "log points") == "5.0%"
    assert effect_title("pay", "may_help", 24, np.log(0.98), "log points") == (
        "Pay: 2.0% lower after 24 months"
    )


def test_the_balance_title_counts_the_alike():
    assert balance_title(pd.Series([0.05, -0.2, 0.1, np.nan]), 0.1) == (
        "Groups compared: 2 of 3 characteristics are alike"
    )


@pytest.mark.parametrize("verdict", VERDICT_WORDS)
def test_no_title_has_more_than_ten_words(verdict):
    for outcome in STUDY.outcomes.values():
        if outcome.kind == "event":
            title = people_title(outcome.label, outcome.event, verdict, 24, RISKS)
        else:
            title = effect_title(outcome.label, verdict, 24, -0.123, "points")
        assert len(title.split()) <= 10, title


@pytest.mark.parametrize(
    ("verdicts", "title"),
    [
        (["helps", "may_hurt", "cannot_tell"], "Mentoring helps with 1, may hurt 1 of 3 outcomes"),
        (["may_help", "may_help", "cannot_tell"], "Mentoring may help with 2 of 3 outcomes"),
        (["helps", "probably_helps", "may_help"], "Mentoring may help with 3 of 3 outcomes"),
        (
            ["probably_helps", "probably_helps", "hurts"],
            "Mentoring probably helps with 2, hurts 1 of 3 outcomes",
        ),
        (["cannot_tell", "not_reliable"], "No clear effect on 2 outcomes"),
    ],
)
def test_the_forest_title_is_no_surer_than_the_least_sure_verdict_it_counts(verdicts, title):
    assert forest_title(pd.Series(verdicts)) == title
    assert len(title.split()) <= 10


def test_the_balance_figure_counts_characteristics_and_not_their_levels(drawings):
    # Of ten rows two are levels of gender and one marks missing ratings: eight characteristics.
    assert drawings["balance"].title == "Groups compared: all 8 characteristics are alike"


def test_a_study_has_its_figures_each_with_title_and_description(drawings):
    assert {"incidence_promotion", "icons_promotion", "effect_log_pay", "forest", "balance"} <= set(
        drawings
    )
    for drawing in drawings.values():
        assert len(drawing.title.split()) <= 10
        assert drawing.description.startswith(drawing.title)


def test_a_description_tells_the_numbers_that_are_drawn(drawings, released):
    estimates = released["estimates"]
    row = estimates[
        (estimates["outcome"] == "promotion")
        & (estimates["quantity"] == "risk_mentored")
        & (estimates["horizon_months"] == 24)
    ].iloc[0]
    assert f"At 24 months: {row['estimate']:.1f} with a mentor" in (
        drawings["incidence_promotion"].description
    )


def test_the_same_rows_give_the_same_bytes_without_a_date(drawings, released):
    again = drawings_of(released)
    assert {name: drawing.svg for name, drawing in again.items()} == {
        name: drawing.svg for name, drawing in drawings.items()
    }
    assert b"<dc:date>" not in drawings["forest"].svg


def test_drawing_leaves_the_settings_of_matplotlib_as_they_were(released):
    before = dict(matplotlib.rcParams)
    drawings_of(released)
    assert dict(matplotlib.rcParams) == before


def test_hidden_results_are_not_drawn():
    tables = release_tables(invented_results(STUDY, n_mentored=8), STUDY.release)
    assert not [name for name in drawings_of(tables) if name != "balance"]


def test_an_unreliable_outcome_has_no_icon_array():
    tables = invented_results(STUDY, verdicts={"promotion": "not_reliable"})
    names = drawings_of(release_tables(tables, STUDY.release))
    assert "icons_promotion" not in names


def test_a_study_without_a_matched_design_has_no_figures():
    tables = release_tables(without_matched_design(STUDY), STUDY.release)
    assert drawings_of(tables) == {}


def test_both_groups_stand_out_from_white_by_three_to_one():
    for colour in (STUDY.figures.mentored_colour, STUDY.figures.comparison_colour):
        assert contrast_with_white(colour) >= 3


def contrast_with_white(colour: str) -> float:
    """Contrast ratio as WCAG 2.1 defines it."""
    shares = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)
