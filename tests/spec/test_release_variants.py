"""Sensitivities beside the estimate that they vary: when a difference would be about a few."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.release.descriptions import beside_hidden_placebo
from mentor_outcomes.release.effects import release_estimates
from mentor_outcomes.release.variants import NOT_BOTH, NOT_MAIN
from mentor_outcomes.study import Release
from tests.invented_results import default_study, invented_results

SETTINGS = Release(minimum_people=10, round_counts_to=5)
NO_ATTRITION = schema.ATTRITION.empty()
MONTHS = (12.0, 24.0, 36.0)
COUNTS = ["n_mentored", "n_comparison", "n_events_mentored", "n_events_comparison"]
MAIN_EVENTS = {12.0: (56, 133), 24.0: (108, 257), 36.0: (154, 373)}


def told(*variants: pd.DataFrame, hide_main_at: float | None = None) -> pd.DataFrame:
    """What is told of the promotions of 640 and 1920 people, with these sensitivities beside."""
    tables = invented_results(default_study())
    rows = tables["estimates"]
    main = rows[(rows["outcome"] == "promotion") & (rows["method"] == "cumulative_incidence")]
    main = main[main["variant"] == schema.MAIN]
    few = main["horizon_months"] == hide_main_at
    main = main.assign(n_mentored=main["n_mentored"].mask(few, 9.0))
    released = release_estimates(
        pd.concat([main, *variants], ignore_index=True),
        tables["curves"],
        NO_ATTRITION,
        SETTINGS,
    )
    return released[released["variant"] != schema.MAIN].set_index(["variant", "horizon_months"])


def sensitivity(name: str, more: dict[float, tuple[float, float]], **columns) -> pd.DataFrame:
    """Risk differences with so many more people with the event in each arm, by horizon."""
    rows = invented_results(default_study())["estimates"]
    rows = rows[(rows["outcome"] == "promotion") & (rows["quantity"] == "risk_difference")]
    rows = rows[(rows["method"] == "cumulative_incidence") & (rows["variant"] == schema.MAIN)]
    events = rows.set_index("horizon_months")
    assert {
        month: (row["n_events_mentored"], row["n_events_comparison"])
        for month, row in events.iterrows()
    } == MAIN_EVENTS
    rows = rows[rows["horizon_months"].isin(list(more))]
    extra = np.array([more[month] for month in rows["horizon_months"]])
    mentored, comparison = (rows[name] for name in COUNTS[2:])
    return rows.assign(
        variant=name,
        is_headline=False,
        is_primary=False,
        p_adjusted=np.nan,
        n_events_mentored=mentored + extra[:, 0],
        n_events_comparison=comparison + extra[:, 1],
        n_events=mentored + comparison + extra.sum(axis=1),
        **columns,
    )


def test_one_that_differs_by_ten_people_of_each_arm_or_by_nobody_is_told():
    released = told(sensitivity("with mass changes", {12: (10, 0), 24: (0, 0), 36: (12, -20)}))
    assert (released["status"] == "estimated").all()
    assert released["n_events_mentored"].tolist() == [65, 110, 165]


@pytest.mark.parametrize("more", [(1, 0), (9, 20), (0, -9), (-3, 3)])
def test_one_that_differs_by_a_few_of_an_arm_is_hidden_with_its_counts(more):
    row = told(sensitivity("with mass changes", {24: more})).iloc[0]
    assert row["status"] == "blocked"
    assert (
        row["reason"]
        == "hidden: it differs from the main estimate by fewer than 10 people of a group"
    )
    hidden = ["estimate", "std_error", "ci_low", "ci_high", "p_value", "n_events", *COUNTS]
    assert row[hidden].isna().all()


def test_a_few_people_fewer_without_the_event_are_a_few_too():
    """Twelve of the mentored are left out, of whom ten had the event: two had not."""
    rows = sensitivity("full follow-up only", {24: (-10, 0)}, n_mentored=628.0)
    assert told(rows)["status"].tolist() == ["blocked"]
    rows = sensitivity("full follow-up only", {24: (-10, 0)}, n_mentored=620.0)
    assert told(rows)["status"].tolist() == ["estimated"]


def test_two_sensitivities_that_differ_from_each_other_by_a_few_are_told_in_part():
    released = told(
        sensitivity("promotion by code", {24: (20, 20)}),
        sensitivity("promotion by grade or code", {24: (24, 40)}),
    )
    assert released.loc[("promotion by code", 24.0), "status"] == "estimated"
    assert released.loc[("promotion by grade or code", 24.0), "reason"] == (
        "hidden: it differs from 'promotion by code' by fewer than 10 people of a group"
    )


def test_sensitivities_of_other_people_or_another_quantity_are_not_set_against_each_other():
    later = {"method": "mean_count", "quantity": "mean_count_difference"}
    released = told(
        sensitivity("full follow-up only", {24: (-20, -20)}, n_mentored=500.0),
        sensitivity("later promotions counted", {24: (20, 20)}, **later),
        sensitivity("promotion by code", {24: (-22, -30)}),
        sensitivity("with mass changes", {24: (24, 24)}),
    )
    assert (released["status"] == "estimated").all()


def test_nothing_is_told_beside_a_hidden_main_estimate():
    """It would say nearly what was hidden."""
    rows = sensitivity("with mass changes", {12: (20, 20), 24: (30, 30)})
    released = told(rows, hide_main_at=12.0)
    assert released["status"].tolist() == ["blocked", "estimated"]
    assert released["reason"].iloc[0] == NOT_MAIN


def test_horizons_of_one_sensitivity_lie_apart_by_ten_events_of_each_arm():
    """Of 56 and 108 mentored with the event, -45 leaves 63 at 24 months: 7 more than at 12."""
    released = told(sensitivity("promotion by code", {12: (0, -20), 24: (-45, -20)}))
    assert released.loc[("promotion by code", 24.0), "status"] == "estimated"
    assert released.loc[("promotion by code", 12.0), "reason"] == (
        "hidden: fewer than 10 more people of a group had the event between months 12 and 24"
    )


def test_horizons_of_different_people_are_not_set_against_each_other():
    early = sensitivity("full follow-up only", {12: (-10, -20)}, n_mentored=600.0)
    late = sensitivity("full follow-up only", {24: (-59, -20)}, n_mentored=400.0)
    assert (told(early, late)["status"] == "estimated").all()


def test_later_promotions_are_told_where_ten_people_of_each_arm_had_one():
    """Their counts hold those people once more."""
    columns = {"method": "mean_count", "quantity": "mean_count_difference"}
    rows = sensitivity("later promotions counted", {12: (3, 10), 24: (10, 20)}, **columns)
    assert told(rows)["status"].tolist() == ["blocked", "estimated"]


def test_parts_of_one_follow_up_are_told_together_or_not_at_all():
    """Ratios of the first 12 months and later ones: few events in one, with all, tell of it."""
    rows = invented_results(default_study())["estimates"]
    cox = rows[(rows["outcome"] == "promotion") & (rows["method"] == "cox")]
    assert len(cox[cox["variant"] == schema.MAIN]) == 1
    main = cox[cox["variant"] == schema.MAIN].assign(
        n_events_mentored=60.0, n_events_comparison=120.0, n_events=180.0
    )
    parts = {
        name: main.assign(
            variant=name,
            n_events_mentored=mentored,
            n_events_comparison=60.0,
            n_events=mentored + 60,
            n_mentored=n,
            n_comparison=n_other,
        )
        for name, mentored, n, n_other in (
            ("first 12 months", 30.0, 640.0, 1920.0),
            ("after 12 months", 30.0, 500.0, 1500.0),
        )
    }
    curves = invented_results(default_study())["curves"]

    def statuses(**changes: pd.DataFrame) -> list:
        made = pd.concat([main, *{**parts, **changes}.values()], ignore_index=True)
        return (
            release_estimates(made, curves, NO_ATTRITION, SETTINGS)["reason"]
            .astype(object)
            .fillna("told")
            .tolist()
        )

    assert statuses() == ["told", "told", "told"]
    together = pd.concat([main, *parts.values()], ignore_index=True)
    counts = (
        release_estimates(together, curves, NO_ATTRITION, SETTINGS)[COUNTS]
        .notna()
        .all(axis="columns")
    )
    assert counts.tolist() == [True, False, False]  # beside a told month they would tell a few
    few = parts["after 12 months"].assign(n_mentored=9.0)
    assert statuses(**{"after 12 months": few}) == [
        "told",
        NOT_BOTH,
        "hidden: fewer than 10 people",
    ]


@pytest.mark.parametrize("hidden", ["main", "groups made a year before", None])
def test_the_placebo_check_tells_no_p_value_of_a_hidden_row(hidden):
    tables = invented_results(default_study())
    rows = tables["estimates"]
    rows = rows[(rows["outcome"] == "promotion") & (rows["variant"] == schema.MAIN)].head(1)
    both = pd.concat(
        [
            rows.assign(
                method="placebo_start",
                variant=name,
                reason="hidden: too few" if name == hidden else None,
            )
            for name in (schema.MAIN, "groups made a year before")
        ]
    )
    checks = pd.DataFrame(
        {
            "check": ["placebo_start", "balance"],
            "outcome": "promotion",
            "role": rows["role"].iloc[0],
            "contrast": rows["contrast"].iloc[0],
            "value": 0.5,
            "n_smallest": 20.0,
            "message": "p = 0.500",
        }
    )
    told = beside_hidden_placebo(checks, both, SETTINGS).set_index("check")
    assert told.loc["balance", "message"] == "p = 0.500"
    is_told = told.loc["placebo_start", "message"] == "p = 0.500"
    assert is_told == (hidden is None)
    assert told.loc["placebo_start", ["value", "n_smallest"]].notna().all() == (hidden is None)
