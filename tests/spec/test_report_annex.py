"""The annex tells stored results of the benchmarks, and nothing where there are none."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import cox_coverage, headline_coverage
from mentor_outcomes.reports import Results, technical_annex, technical_content
from mentor_outcomes.reports.technical_annex import (
    CHECKS,
    COVERAGE,
    COX,
    PANEL,
    SHUFFLED,
    STORED,
    annex_of,
    stored,
)
from tests.invented_results import default_study, invented_results

PROJECT = Path(__file__).parent.parent.parent
COVERAGE_ROWS = pd.DataFrame(
    {
        "outcome": ["promotion", "voluntary_exit"],
        "quantity": ["risk_difference", "mean_time_difference"],
        "horizon_months": [24.0, 36.0],
        "n_replications": [1000, 990],
        "mean_truth": [6.21, -0.4],
        "bias_over_sd": [-0.03, 0.11],
        "bias_mc_error": [0.032, 0.032],
        "mean_error_over_sd": [0.97, 1.0],
        "coverage": [0.943, 0.951],
        "coverage_mc_error": [0.0073, 0.0069],
        "mean_error_over_sd_of_estimate": [0.99, 1.01],
        "coverage_of_mean_truth": [0.949, 0.95],
    }
)
PANEL_ROWS = pd.concat(
    COVERAGE_ROWS.head(1).assign(
        outcome=outcome, method=method, quantity=quantity, horizon_months=months, mean_truth=0.018
    )
    for outcome, method, quantity, months in (
        ("log_pay", "matched_difference", "difference", 24.0),
        ("self_efficacy", "matched_difference", "difference", 12.0),
        ("self_efficacy", "group_time_effects", "group", 0.0),
        ("log_pay", "two_way_fixed_effects", "coefficient", 0.0),
    )
)
COX_ROWS = pd.DataFrame(
    {
        "term": ["is_mentored"],
        "n_replications": [1000],
        "truth": [0.4],
        "bias_over_sd": [0.02],
        "bias_mc_error": [0.03],
        "mean_error_over_sd": [0.997],
        "coverage": [0.956],
        "coverage_mc_error": [0.0065],
    }
)
SHUFFLED_ROWS = pd.DataFrame(
    {
        "shuffle": [0, 1, 2, 3],
        "outcome": ["promotion"] * 4,
        "horizon_months": [24.0] * 4,
        "emulated": [5.0, -1.0, 0.0, 1.0],
        "naive": [11.0, 5.0, 6.0, 7.0],
    }
)
CHECK_ROWS = pd.DataFrame(
    {
        "organisation": ["clean", "clean"],
        "design": ["risk_set_matching", "overlap_weights"],
        "outcome": ["promotion", "promotion"],
        "share_in_doubt": [0.25, 0.9],
        "share_blocked": [0.05, 0.9],
        "n_seeds": [100, 100],
        "bias_over_sd": [0.1, 0.2],
        "coverage": [0.94, 0.9],
    }
)


def tables_of(results) -> list[dict]:
    [section] = annex_of(results)
    return [block for block in section["blocks"] if block["kind"] == "table"]


def test_without_a_stored_result_there_is_no_annex():
    assert annex_of({}) == []
    assert annex_of(dict.fromkeys(STORED)) == []


def test_coverage_is_told_of_100_with_its_monte_carlo_error():
    [table] = tables_of({COVERAGE: COVERAGE_ROWS})
    assert table["rows"][0] == [
        "Promotion",
        "Risk difference",
        "24",
        "6.21",
        "\u22120.03 \u00b1 0.03",
        "0.97",
        "94.3 \u00b1 0.7",
        "0.99",
        "94.9",
    ]


def test_names_of_the_benchmarks_are_told_as_labels():
    rows = pd.concat(
        CHECK_ROWS.head(1).assign(organisation=organisation, outcome=outcome)
        for organisation, outcome in (
            ("clean_no_effect", "log_pay"),
            ("hidden_selection_2", "turnover_intent"),
        )
    )
    [table] = tables_of({CHECKS: rows})
    assert [row[:2] for row in table["rows"]] == [
        ["Clean, no effect", "Pay"],
        ["Hidden selection, strength 2", "Intention to leave"],
    ]


def test_the_annex_says_how_many_replications_of_what_organisation():
    [section] = annex_of({COVERAGE: COVERAGE_ROWS})
    said = " ".join(block["text"] for block in section["blocks"] if block["kind"] == "text")
    assert "990 to 1,000 of them" in said
    assert "1,500 people over 5 years" in said and "hidden selection off" in said


def test_pay_and_scales_stand_by_outcome_with_every_method_beside_its_own_truth():
    [table] = tables_of({PANEL: PANEL_ROWS})
    assert [row[:4] for row in table["rows"]] == [
        ["Pay", "difference in the sets", "at the horizon", "0.018"],
        ["Pay", "two-way fixed effects", "over all months", "0.018"],
        ["Self-efficacy", "group-time effects", "over all months", "0.018"],
    ]
    assert table["rows"][0][4:7] == ["\u22120.03 \u00b1 0.03", "0.97", "94.3 \u00b1 0.7"]


def test_the_organisation_told_is_that_of_the_benchmarks():
    assert technical_annex.SIMULATED_PEOPLE == headline_coverage.N_PEOPLE
    from_year = headline_coverage.OBSERVED_TO.year - technical_annex.SIMULATED_YEARS + 1
    assert from_year == 2019  # the invented study begins on 1 January 2019
    assert technical_annex.COX_PEOPLE == cox_coverage.N_PEOPLE


def test_shuffled_starts_leave_the_true_ones_out():
    [table] = tables_of({SHUFFLED: SHUFFLED_ROWS})
    [(outcome, months, naive, emulated)] = table["rows"]
    assert (outcome, months) == ("Promotion", "24")
    assert naive.startswith("6.0 (") and emulated.startswith("0.0 (")


def test_checks_are_told_of_the_default_design_alone():
    [table] = tables_of({CHECKS: CHECK_ROWS})
    assert table["rows"] == [["Clean", "Promotion", "100", "25", "5", "0.10", "94"]]


def test_the_cox_model_is_told_by_its_terms():
    [table] = tables_of({COX: COX_ROWS})
    assert table["rows"][0][:3] == ["Mentored", "0.40", "0.02 \u00b1 0.03"]
    assert "1,000 replications of 400 people" in table["caption"]


def test_the_annex_is_the_last_section_of_the_technical_report():
    study = default_study()
    content = technical_content(Results(invented_results(study), study), {})
    assert content["sections"][-1]["title"] == "Annex: how right is this?"


@pytest.mark.parametrize("name", STORED)
def test_what_the_package_ships_is_what_the_benchmarks_wrote(name):
    measured = PROJECT / "benchmarks" / "results" / f"{name}.csv"
    shipped = PROJECT / "src/mentor_outcomes/reports/annex" / f"{name}.csv"
    assert measured.exists() == shipped.exists()
    if measured.exists():
        assert shipped.read_bytes() == measured.read_bytes()
        assert annex_of({name: stored(name)}) != []
