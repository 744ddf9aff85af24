"""Shares and odds of a scale: order, names, units and the direction of the scale."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import censoring_weights, response_weights
from mentor_outcomes.estimates.panel_answers.ordinal_rows import proportional_odds_rows
from mentor_outcomes.estimates.panel_answers.panel_matched import matched_waves
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.panel_answers.share_rows import share_rows
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from mentor_outcomes.study import Analysis, Exposure, Outcome
from tests.selective_panel import GROUPS, SECTION, selective_panel

SAME = 1e-8
"""The same sums in another order, and one more step of Newton's."""
THRESHOLD = 4.2  # between two of the levels, which are halves
FIGURES = ["estimate", "std_error", "ci_low", "ci_high"]


@pytest.fixture(scope="module")
def panel():
    made = selective_panel(np.random.default_rng(4), n=700)
    waves = made.person_waves
    mood = (2 * waves["mood"]).round() / 2
    weights = censoring_weights(
        made.matched_sets,
        made.person_months,
        made.first_mentorships,
        made.events,
        section=SECTION,
        groups=GROUPS,
        longest_months=24,
    )
    response = response_weights(waves, made.person_months, answered="mood", groups=GROUPS)
    follow_up = follow_up_weights(weights)
    return made.matched_sets, follow_up, waves.assign(mood=mood), response


def answers(sets, follow_up, waves, response, threshold=THRESHOLD) -> pd.DataFrame:
    question = PanelQuestion(
        "mood",
        Outcome("scale", "higher", 0.1, threshold=threshold),
        SECTION,
        Exposure(),
        Analysis(horizons_months=(12, 24), main_horizon_months=24),
        GROUPS,
        "protege",
        "any",
    )
    matched = matched_waves(question, sets, follow_up, waves, response)
    rows, curve = share_rows(question, matched, sets, follow_up, waves, response)
    odds = proportional_odds_rows(question, matched, sets, follow_up, waves, response)
    table = pd.DataFrame([*rows, *odds]).set_index(["quantity", "horizon_months"])
    assert (table["status"] == "estimated").all() and len(curve) > 4
    return table


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    counts = ["n_mentored", "n_comparison", "n_left_out"]
    assert found[counts].equals(expected[counts])
    for name in (*FIGURES, "p_value"):
        assert found[name].to_numpy() == pytest.approx(
            expected[name].to_numpy(), abs=SAME, nan_ok=True
        ), name


def test_neither_the_order_of_rows_nor_names_change_anything(panel):
    expected = answers(*panel)
    same(answers(*map(shuffled, panel)), expected)
    people = pd.concat([frame["person_id"] for frame in panel]).unique()
    name = dict(zip(people, np.random.default_rng(0).permutation(people), strict=True))
    renamed = [frame.assign(person_id=frame["person_id"].map(name)) for frame in panel]
    same(answers(*renamed), expected)


def test_the_unit_of_the_scale_changes_nothing(panel):
    sets, follow_up, waves, response = panel
    tenfold = waves.assign(mood=10 * waves["mood"])
    same(answers(sets, follow_up, tenfold, response, 10 * THRESHOLD), answers(*panel))


def test_odds_take_the_scores_as_an_order_only(panel):
    """Stretching the upper half leaves odds as they are if the score before keeps its meaning."""
    sets, follow_up, waves, response = panel
    last = waves["opened_on"].max()
    is_last = waves["opened_on"] == last
    stretched = waves["mood"].where(~is_last, np.exp(waves["mood"]))
    early = sets[sets["time_zero"] + pd.DateOffset(months=24) >= last]
    kept = (early, follow_up, waves, response)
    found = answers(early, follow_up, waves.assign(mood=stretched), response).loc["log_odds_ratio"]
    same(found, answers(*kept).loc["log_odds_ratio"])


def test_a_scale_turned_round_gives_mirrored_results(panel):
    sets, follow_up, waves, response = panel
    turned = answers(sets, follow_up, waves.assign(mood=8 - waves["mood"]), response, 8 - THRESHOLD)
    expected = answers(*panel)
    mirrored = expected.assign(
        estimate=-expected["estimate"],
        ci_low=-expected["ci_high"],
        ci_high=-expected["ci_low"],
    )
    chi_square = ["proportionality_chi_square"]
    same(turned.drop(index=chi_square, level=0), mirrored.drop(index=chi_square, level=0))
    same(turned.loc[chi_square], expected.loc[chi_square])
