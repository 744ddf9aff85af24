"""What is said beside the tables on pay and scales follows from the rows, and claims no more."""

import pandas as pd
import pytest

from mentor_outcomes.reports import Results
from mentor_outcomes.reports.panel_ways import OF_THE_SCALE, ways, whose
from mentor_outcomes.reports.technical_robust import robust_section
from mentor_outcomes.reports.technical_two_way import EITHER_WAY, who_was_chosen
from tests.spec.test_report_panel import SCALES, STUDY, results_of, table_of


def with_rows(results: Results, table: str, method: str, quantity: str, **values) -> Results:
    """The same with other values in the rows of one method and quantity."""
    rows = results.tables[table].copy()
    mine = (rows["method"] == method) & (rows["quantity"] == quantity)
    for column, value in values.items():
        found = value(rows[mine]) if callable(value) else value
        rows.loc[mine, column] = found
    return Results(dict(results.tables) | {table: rows}, results.study)


def by_threshold(rows: pd.DataFrame) -> pd.Series:
    points = rows["outcome"].map(lambda name: f"{STUDY.outcomes[name].threshold:g}")
    return "effect on the share with " + points + " points or more"


def test_thresholds_that_differ_are_not_told_as_that_of_the_first_scale():
    results = with_rows(
        results_of(), "estimates", "matched_difference", "share_difference", estimand=by_threshold
    )
    asked = [way for way in ways(results) if way.name == "Share at or above the threshold"]
    assert whose(results, SCALES, asked) == [
        ("Share at or above the threshold", f"Effect on the share {OF_THE_SCALE}")
    ]
    threshold = STUDY.outcomes[SCALES[0]].threshold
    [(_, alone)] = whose(results, SCALES[:1], asked)
    assert alone == f"Effect on the share with {threshold:g} points or more"


def test_an_estimand_that_differs_otherwise_names_its_outcomes():
    results = with_rows(
        results_of(),
        "estimates",
        "proportional_odds",
        "log_odds_ratio",
        estimand=lambda rows: rows["outcome"].map(lambda name: f"of {name == SCALES[0]}"),
    )
    asked = [way for way in ways(results) if way.name == "Proportional odds"]
    first, others = whose(results, SCALES, asked)
    assert first == (f"Proportional odds ({results.label(SCALES[0])})", "Of True")
    assert results.label(SCALES[1]) in others[0] and results.label(SCALES[0]) not in others[0]


@pytest.mark.parametrize(("ci_low", "told"), [(0.0001, "< 0.01"), (-0.0001, "0.00")])
def test_a_breakdown_that_rounds_to_zero_is_a_bound_where_the_plain_interval_is_clear(ci_low, told):
    results = with_rows(results_of(), "estimates", "parallel_trends", "breakdown", estimate=0.002)
    results = with_rows(
        results, "estimates", "matched_difference", "difference", ci_low=ci_low, ci_high=0.02
    )
    [section] = robust_section(results, ["log_pay"])
    assert table_of(section["blocks"], "Intervals after 24 months")["Pay"][-1] == told


@pytest.mark.parametrize(
    ("before", "then", "p", "side"),
    [
        (-0.02, 0.05, 0.01, "above the line"),
        (-0.02, 0.05, 0.2, None),
        (0.02, 0.05, 0.01, None),
        (-0.02, 0.001, 0.01, None),
    ],
)
def test_who_was_chosen_is_said_to_pull_the_other_way_only_where_leads_and_lags_say_so(
    before, then, p, side
):
    results = results_of()
    curves = results.tables["curves"]
    lag = (curves["method"] == "two_way_fixed_effects") & (curves["outcome"] == "log_pay")
    lag &= curves["months"] == 24
    mine = [curves[lag].assign(estimate=then), curves[lag].assign(months=-6.0, estimate=before)]
    tables = dict(results.tables) | {"curves": pd.concat([curves[~lag], *mine], ignore_index=True)}
    results = results_of(tables=tables)
    results = with_rows(results, "estimates", "two_way_fixed_effects", "pre_trend", p_value=p)
    said = who_was_chosen(results, "log_pay")
    assert (side in said) if side else said == EITHER_WAY
