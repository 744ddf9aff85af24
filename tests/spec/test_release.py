"""The one door, by hand-worked small tables."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import PrivacyError, SchemaError
from mentor_outcomes.release import release_tables
from mentor_outcomes.release.counts import rounded
from mentor_outcomes.release.effects import (
    release_curves,
    release_estimates,
    release_verdicts,
)
from mentor_outcomes.release.flows import release_flow, release_ingest_counts
from mentor_outcomes.study import Release
from tests.invented_results import default_study, invented_results

SETTINGS = Release(minimum_people=10, round_counts_to=5)


def flow_of(arm: str, *steps: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "role": "protege",
                "contrast": "any",
                "eligibility": "employed",
                "arm": arm,
                "step": step,
                "criterion": criterion,
                "unit": "people",
                "n_removed": n_removed,
                "n_remaining": n_remaining,
                "n_people_removed": n_removed,
                "n_people_remaining": n_remaining,
                "n_people_touched": n_removed,
            }
            for step, (criterion, n_removed, n_remaining) in enumerate(steps)
        ]
    )


def told(flow: pd.DataFrame) -> list[tuple]:
    columns = ["criterion", "n_removed", "n_remaining"]
    return list(flow[columns].itertuples(index=False, name=None))


def test_counts_go_to_the_nearest_multiple_and_halves_upward():
    counts = pd.Series([0, 10, 12, 12.5, 13, np.nan])
    assert rounded(counts, 5).tolist()[:5] == [0, 10, 10, 15, 15]
    assert np.isnan(rounded(counts, 5).iloc[5])


def test_a_small_removal_is_told_together_with_the_next():
    flow = flow_of("mentored", ("all", 0, 203), ("on leave", 4, 199), ("no match", 17, 182))
    released = release_flow(flow, SETTINGS)
    assert told(released) == [("all", 0, 200), ("on leave; no match", 20, 180)]


def test_a_small_removal_at_the_end_is_told_together_with_the_one_before():
    flow = flow_of("mentored", ("all", 0, 203), ("no match", 17, 186), ("on leave", 4, 182))
    assert told(release_flow(flow, SETTINGS)) == [("all", 0, 200), ("no match; on leave", 20, 180)]


def test_where_all_removals_together_are_few_only_the_remaining_are_told():
    flow = flow_of("mentored", ("all", 0, 106), ("on leave", 4, 102), ("no match", 2, 100))
    [(criterion, removed, remaining)] = told(release_flow(flow, SETTINGS))
    assert criterion == "all; on leave; no match"
    assert np.isnan(removed) and remaining == 100


def months_of(*steps: tuple[str, int, int, int, int]) -> pd.DataFrame:
    """Steps in person-months: removed and remaining, people touched and people remaining."""
    flow = flow_of("everyone", *(step[:3] for step in steps))
    remaining = pd.Series([step[4] for step in steps])
    return flow.assign(
        unit="person_months",
        n_people_touched=[step[3] for step in steps],
        n_people_remaining=remaining,
        n_people_removed=-remaining.diff().fillna(0).astype("int64"),
    )


def test_many_months_of_few_people_are_told_together_with_the_next():
    flow = months_of(
        ("in the panel", 0, 5000, 0, 400),
        ("not on leave", 40, 4960, 3, 400),
        ("six months", 960, 4000, 300, 320),
    )
    released = release_flow(flow, SETTINGS)
    assert told(released) == [
        ("in the panel", 0, 5000),
        ("not on leave; six months", 1000, 4000),
    ]
    assert released["n_people_remaining"].tolist() == [400, 320]
    assert released["n_people_touched"].isna().all()


def test_a_few_people_lost_with_many_months_are_not_told_apart():
    flow = months_of(
        ("in the panel", 0, 5000, 0, 400),
        ("not on leave", 800, 4200, 90, 396),
        ("six months", 200, 4000, 120, 320),
    )
    released = release_flow(flow, SETTINGS)
    assert released["criterion"].tolist() == ["in the panel", "not on leave; six months"]
    assert released["n_people_removed"].tolist() == [0, 80]


def test_from_a_total_of_few_on_nothing_is_told():
    flow = flow_of("mentored", ("all", 0, 60), ("no match", 53, 7), ("older", 7, 0))
    released = release_flow(flow, SETTINGS)
    assert told(released)[0] == ("all", 0, 60)
    assert released["n_remaining"].iloc[1:].isna().all()
    assert released["n_removed"].iloc[1:].isna().all()


def test_a_criterion_names_no_level_and_no_count_of_few():
    flow = flow_of(
        "mentored",
        ("employed for 6 months", 0, 60),
        ("a model of starts (none: the coefficient of nationality=Tuvalu runs away)", 60, 0),
    )
    assert release_flow(flow, SETTINGS)["criterion"].tolist() == [
        "employed for 6 months",
        "a model of starts (none: the coefficient of nationality)",
    ]


def test_rows_read_are_hidden_with_few_rows_set_aside_and_their_reason():
    counts = pd.DataFrame(
        {
            "source": ["jobs", "mentoring"],
            "rows_read": [1058, 1204],
            "rows_used": [1000, 1200],
            "rows_set_aside": [37, 0],
            "rows_quarantined": [21, 4],
            "reason": ["37 rows twice; have no grade: 21 rows", "4 rows before the hire"],
        }
    )
    released = release_ingest_counts(counts, SETTINGS)
    told = ["rows_read", "rows_used", "rows_set_aside", "rows_quarantined"]
    assert released.loc[0, told].tolist() == [1055, 1000, 35, 20]
    assert released.loc[0, "reason"] == "35 rows twice; have no grade: 20 rows"
    assert released.loc[1, ["rows_read", "rows_quarantined"]].isna().all()
    assert released.loc[1, "reason"] == "hidden: fewer than 10 rows"


def estimates_with(**changes: float) -> pd.DataFrame:
    tables = invented_results(default_study())
    rows = tables["estimates"]
    rows = rows[(rows["outcome"] == "promotion") & (rows["method"] == "cox")]
    return rows.assign(**changes)


NO_CURVES = schema.CURVES.empty()
NO_ATTRITION = schema.ATTRITION.empty()


@pytest.mark.parametrize(
    "few",
    [
        {"n_mentored": 9.0},
        {"n_comparison": 9.0},
        {"n_events": 9.0},
        {"n_mentored": 100.0, "n_comparison": 100.0, "n_events": 191.0},
        {"n_events_mentored": 9.0},
        {"n_events_comparison": 0.0},
        {"n_mentored": 100.0, "n_events_mentored": 91.0},
        {"n_mentored": np.nan},
        {"n_events_mentored": np.nan},
    ],
)
def test_too_few_people_events_or_non_events_hide_all_that_is_linked(few):
    row = release_estimates(estimates_with(**few), NO_CURVES, NO_ATTRITION, SETTINGS).iloc[0]
    hidden = ["estimate", "std_error", "ci_low", "ci_high", "p_value", "n_mentored", "n_events"]
    assert row[hidden].isna().all()
    assert row["status"] == "blocked"
    assert row["reason"] == "hidden: fewer than 10 people"


def test_an_estimate_is_rounded_by_its_unit_since_ten_digits_tell_exact_counts():
    rows = estimates_with(estimate=100 * 12 / 92, unit="per 100 people")
    assert release_estimates(rows, NO_CURVES, NO_ATTRITION, SETTINGS)["estimate"].iloc[0] == 13.0


def test_an_unknown_unit_is_refused():
    with pytest.raises(SchemaError, match="furlongs"):
        release_estimates(estimates_with(unit="furlongs"), NO_CURVES, NO_ATTRITION, SETTINGS)


def curve(events: dict[str, list[int]], at_risk: dict[str, list[int]]) -> pd.DataFrame:
    rows = []
    for arm in ("mentored", "comparison"):
        for month, (n_events, n_at_risk) in enumerate(zip(events[arm], at_risk[arm], strict=True)):
            rows.append(
                dict.fromkeys(schema.CURVES.column_names(), "x")
                | {"arm": arm, "months": float(month), "unit": "per 100 people"}
                | dict.fromkeys(["estimate", "std_error", "ci_low", "ci_high"], 1.0)
                | dict.fromkeys(["band_low", "band_high"], 1.0)
                | {"n_events": float(n_events), "n_at_risk": float(n_at_risk)}
            )
    return pd.DataFrame(rows)


def published_months(points: pd.DataFrame, arm: str = "mentored") -> list[float]:
    rows = points[(points["arm"] == arm) & points["estimate"].notna()]
    return rows["months"].tolist()


def test_a_curve_is_told_at_months_between_which_ten_people_of_each_arm_had_the_event():
    points = curve(
        {"mentored": [0, 6, 12, 18, 24], "comparison": [0, 30, 60, 90, 120]},
        {"mentored": [90] * 5, "comparison": [300] * 5},
    )
    released = release_curves(points, schema.ESTIMATES.empty(), SETTINGS)
    assert published_months(released) == published_months(released, "comparison") == [0, 2, 4]


def test_a_curve_stops_where_fewer_than_ten_of_either_arm_are_followed():
    points = curve(
        {"mentored": [0, 20, 40, 60, 80], "comparison": [0, 20, 40, 60, 80]},
        {"mentored": [90, 50, 9, 50, 50], "comparison": [300] * 5},
    )
    released = release_curves(points, schema.ESTIMATES.empty(), SETTINGS)
    assert published_months(released, "comparison") == [0, 1]
    assert released.loc[released["months"] > 1, ["n_at_risk", "n_events"]].isna().all(axis=None)


def test_a_verdict_on_a_hidden_figure_is_hidden():
    study = default_study()
    tables = invented_results(study)
    estimates = tables["estimates"].assign(
        n_mentored=lambda rows: rows["n_mentored"].mask(rows["outcome"] == "log_pay", 9.0)
    )
    released = release_estimates(estimates, tables["curves"], NO_ATTRITION, SETTINGS)
    told = tables["verdicts"].assign(verdict="probably_helps")
    verdicts = release_verdicts(told, released, SETTINGS).set_index("outcome")
    assert verdicts.loc["log_pay", "verdict"] == "cannot_tell"
    assert verdicts.loc["log_pay", "because"] == "hidden: fewer than 10 people"
    assert verdicts.loc["promotion", "verdict"] == "probably_helps"


def test_a_verdict_of_not_reliable_keeps_its_reason_where_the_figure_is_hidden():
    tables = invented_results(default_study())
    released = release_estimates(
        tables["estimates"].assign(n_mentored=9.0), NO_CURVES, NO_ATTRITION, SETTINGS
    )
    verdicts = release_verdicts(tables["verdicts"], released, SETTINGS).set_index("outcome")
    assert verdicts.loc["log_pay", "verdict"] == "not_reliable"
    kept = "the two groups may have moved apart before the start"
    assert verdicts.loc["log_pay", "because"] == kept
    assert verdicts.loc["promotion", "verdict"] == "cannot_tell"


def test_a_verdict_without_a_primary_row_rests_on_the_main_horizon():
    tables = invented_results(default_study())
    rows = tables["estimates"]
    is_pay = rows["outcome"] == "log_pay"
    told = tables["verdicts"].assign(verdict="may_help")
    for months, expected in [(12.0, "may_help"), (24.0, "cannot_tell")]:
        few = is_pay & (rows["horizon_months"] == months)
        changed = rows.assign(
            is_primary=rows["is_primary"] & ~is_pay, n_mentored=rows["n_mentored"].mask(few, 9.0)
        )
        released = release_estimates(changed, tables["curves"], NO_ATTRITION, SETTINGS)
        verdicts = release_verdicts(told, released, SETTINGS).set_index("outcome")
        assert verdicts.loc["log_pay", "verdict"] == expected


def naive_rows(events: list[tuple[float, float]]) -> pd.DataFrame:
    """A naive risk difference per year of 100 against 300 people, by events of each arm so far."""
    tables = invented_results(default_study())
    rows = tables["estimates"]
    rows = rows[(rows["outcome"] == "promotion") & (rows["method"] == "naive")]
    mentored, comparison = zip(*events, strict=True)
    return rows.assign(
        n_mentored=100.0,
        n_comparison=300.0,
        n_events_mentored=mentored,
        n_events_comparison=comparison,
        n_events=np.add(mentored, comparison),
    )


def test_naive_risks_are_told_at_horizons_between_which_ten_of_each_arm_or_nobody_had_the_event():
    rows = naive_rows([(20.0, 40.0), (24.0, 60.0), (30.0, 70.0)])
    released = release_estimates(rows, NO_CURVES, NO_ATTRITION, SETTINGS)
    assert released["status"].tolist() == ["estimated", "blocked", "estimated"]
    near = "fewer than 10 more people of a group had the event between months 12 and 24"
    assert released["reason"].iloc[1] == f"hidden: {near}"
    rows = naive_rows([(20.0, 40.0), (20.0, 60.0), (29.0, 75.0)])
    released = release_estimates(rows, NO_CURVES, NO_ATTRITION, SETTINGS)
    assert released["status"].tolist() == ["estimated", "estimated", "blocked"]


@pytest.mark.parametrize("method", ["cumulative_incidence", "mean_time"])
def test_a_risk_without_a_published_point_of_its_curve_is_hidden(method):
    tables = invented_results(default_study())
    rows = tables["estimates"]
    rows = rows[(rows["outcome"] == "promotion") & (rows["method"] == method)]
    assert (
        release_estimates(rows, tables["curves"], NO_ATTRITION, SETTINGS)["status"] == "estimated"
    ).all()
    assert (release_estimates(rows, NO_CURVES, NO_ATTRITION, SETTINGS)["status"] == "blocked").all()


def saturated() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Promotion of people who sit in many trials: each has had the event in one of them early."""
    tables = invented_results(default_study())
    estimates = tables["estimates"][tables["estimates"]["outcome"] == "promotion"]
    of_risks = estimates["method"].isin(["cumulative_incidence", "mean_time"])
    estimates = estimates[of_risks].assign(
        n_events=800.0, n_events_mentored=150.0, n_events_comparison=736.0
    )
    months = [0, *[736] * 36]
    points = curve(
        {"mentored": [5 * month for month in range(37)], "comparison": months},
        {"mentored": [1000] * 37, "comparison": [4000] * 37},
    )
    subject = estimates[["outcome", "role", "contrast", "subgroup"]].iloc[0].to_dict()
    return estimates, points.assign(**subject, method="cumulative_incidence")


def test_the_main_horizon_comes_before_earlier_ones_that_are_too_near_to_it():
    estimates, points = saturated()
    released = release_estimates(estimates, points, NO_ATTRITION, SETTINGS)
    told = released.loc[released["status"] == "estimated", "horizon_months"]
    assert set(told) == {24.0}
    assert published_months(release_curves(points, estimates, SETTINGS)) == [0, 24]
    reasons = released.groupby("horizon_months")["reason"].unique()
    near = "hidden: fewer than 10 more people of a group had the event between months"
    assert reasons[12.0].tolist() == [f"{near} 12 and 24"]
    assert reasons[36.0].tolist() == [f"{near} 24 and 36"]


def test_without_a_primary_row_horizons_come_by_time():
    estimates, points = saturated()
    released = release_estimates(estimates.assign(is_primary=False), points, NO_ATTRITION, SETTINGS)
    assert set(released.loc[released["status"] == "estimated", "horizon_months"]) == {12.0}


def test_a_horizon_to_which_few_are_followed_is_hidden_for_few_people():
    estimates, points = saturated()
    few = points.assign(n_at_risk=points["n_at_risk"].mask(points["months"] > 30, 9.0))
    released = release_estimates(estimates, few, NO_ATTRITION, SETTINGS)
    assert set(released.loc[released["horizon_months"] == 36.0, "reason"]) == {
        "hidden: fewer than 10 people"
    }


def test_people_left_out_are_rounded_and_told_only_where_no_few_lie_between_two_rows():
    rows = naive_rows([(20.0, 40.0), (30.0, 60.0), (40.0, 80.0)])
    released = release_estimates(
        rows.assign(n_left_out=[3.0, 0.0, 22.0]), NO_CURVES, NO_ATTRITION, SETTINGS
    )
    assert released["n_left_out"].isna().tolist() == [True, False, False]
    assert released["n_left_out"].tolist()[1:] == [0, 20]
    released = release_estimates(
        rows.assign(n_left_out=[18.0, 0.0, 22.0]), NO_CURVES, NO_ATTRITION, SETTINGS
    )
    assert released["n_left_out"].isna().tolist() == [True, False, False]
    assert (released["status"] == "estimated").all()


def test_a_table_about_single_people_is_refused_whatever_its_name():
    tables = invented_results(default_study())
    tables["flow"] = tables["flow"].assign(person_id="p")
    with pytest.raises(PrivacyError, match="person_id"):
        release_tables(tables, SETTINGS)


def test_a_table_without_a_rule_is_refused():
    tables = invented_results(default_study()) | {"surprise": pd.DataFrame({"n": [1]})}
    with pytest.raises(PrivacyError, match="surprise"):
        release_tables(tables, SETTINGS)


def test_a_missing_table_is_refused():
    tables = invented_results(default_study())
    del tables["curves"]
    with pytest.raises(PrivacyError, match="curves"):
        release_tables(tables, SETTINGS)


def test_nothing_handed_in_is_changed():
    tables = invented_results(default_study())
    before = {name: frame.copy() for name, frame in tables.items()}
    release_tables(tables, SETTINGS)
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])
