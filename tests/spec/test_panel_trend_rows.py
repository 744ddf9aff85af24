"""Rows of windows, robust intervals and the design matched on last values, of pay and a scale."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates import censoring_weights, response_weights
from mentor_outcomes.estimates.panel_answers.matched_on_last import (
    VARIANT,
    LastValueDesign,
    blocked_last_value,
    last_value_rows,
)
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.panel_headline import NO_SD, curve_rows, headline_rows
from mentor_outcomes.estimates.panel_answers.panel_matched import (
    Matched,
    matched_periods,
    matched_waves,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.panel_answers.panel_windows import blocked_windows, window_rows
from mentor_outcomes.estimates.panel_answers.parallel_trends_rows import (
    blocked_parallel_trends,
    parallel_trends_rows,
)
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.estimates.weights.censoring import follow_up_weights
from mentor_outcomes.study import Analysis, Exposure, Outcome
from tests.selective_panel import GROUPS, SECTION, selective_panel
from tests.unstarted import all_certain

ANALYSIS = Analysis(horizons_months=(12, 24), main_horizon_months=24)
HORIZONS = [12.0, 24.0]


def question(name: str, **more) -> PanelQuestion:
    kind = "panel" if name == "log_pay" else "scale"
    outcome = Outcome(kind, "higher", 0.01, primary=True, sensitivities=("matched_on_last_value",))
    settings = {"outcome": outcome, "section": SECTION, "exposure": Exposure(), "groups": GROUPS}
    settings |= {"analysis": ANALYSIS, "role": "protege", "contrast": "any"} | more
    return PanelQuestion(name=name, **settings)


@pytest.fixture(scope="module")
def tables() -> PanelTables:
    return panel_tables()


def panel_tables() -> PanelTables:
    panel = selective_panel(np.random.default_rng(6), n=500)
    weights = censoring_weights(
        panel.matched_sets,
        panel.person_months,
        panel.first_mentorships,
        panel.events,
        section=SECTION,
        groups=GROUPS,
        longest_months=24,
    )
    response = response_weights(
        panel.person_waves, panel.person_months, answered="mood", groups=GROUPS
    )
    return PanelTables(
        sets=panel.matched_sets,
        weights=weights,
        events=panel.events,
        first_mentorships=panel.first_mentorships,
        person_months=panel.person_months,
        person_waves=panel.person_waves,
        response=response,
        chances=all_certain(panel.person_months),
    )


def matched_of(asked: PanelQuestion, tables: PanelTables) -> Matched:
    follow_up = follow_up_weights(tables.weights)
    if asked.is_scale:
        return matched_waves(asked, tables.sets, follow_up, tables.person_waves, tables.response)
    return matched_periods(asked, tables.sets, follow_up, tables.person_months)


@pytest.fixture(scope="module")
def matched(tables) -> dict[str, Matched]:
    return {name: matched_of(question(name), tables) for name in ("log_pay", "mood")}


def checked(rows: list[dict]) -> pd.DataFrame:
    return schema.ESTIMATES.check(as_table(rows, schema.ESTIMATES))


@pytest.mark.parametrize("name", ["log_pay", "mood"])
def test_a_window_has_its_row_at_its_last_month(matched, name):
    rows = checked(window_rows(question(name), matched[name]))
    assert rows["horizon_months"].tolist() == HORIZONS
    assert set(rows["quantity"]) == {"difference_over_window"}
    assert rows["estimand"].str.contains("mean over months 1 to 12|13 to 24").all()
    by_hand = matched[name].difference.over_windows([(1, 12), (13, 24)])
    assert rows["estimate"].tolist() == by_hand["estimate"].tolist()
    assert not rows["is_headline"].any()


def test_a_window_of_months_holds_twelve_and_one_of_waves_two(matched):
    for name, n_moments in (("log_pay", 12), ("mood", 2)):
        window = matched[name].difference.over_windows([(1, 12)]).iloc[0]
        assert window["n_moments"] == n_moments


def test_a_window_with_a_lacking_moment_is_blocked(matched):
    points = matched["log_pay"].difference.points.copy()
    lacking = points["moment"] == 15
    points.loc[lacking, ["estimate", "std_error"]] = np.nan
    points["reason"] = points["reason"].astype("object").mask(lacking, "nobody was there")
    short = replace(
        matched["log_pay"], difference=replace(matched["log_pay"].difference, points=points)
    )
    rows = checked(window_rows(question("log_pay"), short))
    assert rows["status"].tolist() == ["estimated", "blocked"]
    assert rows["reason"].iloc[1] == "at moment 15 nobody was there"


@pytest.mark.parametrize("name", ["log_pay", "mood"])
def test_every_horizon_has_an_interval_for_each_magnitude_and_a_breakdown(matched, name):
    asked = question(name)
    rows = checked(parallel_trends_rows(asked, matched[name]))
    robust = rows[rows["quantity"] == "robust_interval"].set_index(["horizon_months", "variant"])
    assert len(robust) == 6
    assert robust["std_error"].isna().all()
    headline = checked(headline_rows(asked, matched[name]))
    headline = headline[headline["quantity"] == "difference"].set_index("horizon_months")
    for months in HORIZONS:
        at = robust.loc[months]
        assert list(at.index) == [f"relative magnitude {m}" for m in ("0.5", "1", "2")]
        assert (at["estimate"] == headline.loc[months, "estimate"]).all()
        assert (at["n_mentored"] == headline.loc[months, "n_mentored"]).all()
        lows = [headline.loc[months, "ci_low"], *at["ci_low"]]
        highs = [headline.loc[months, "ci_high"], *at["ci_high"]]
        assert np.all(np.diff(lows) < 0)
        assert np.all(np.diff(highs) > 0)
    breakdown = rows[rows["quantity"] == "breakdown"]
    assert breakdown["horizon_months"].tolist() == HORIZONS
    assert (breakdown["estimate"] >= 0).all()
    assert set(breakdown["unit"]) == {"times"}


def test_the_trend_that_could_have_been_seen_is_told_once_in_the_unit_of_the_check(matched):
    for name, unit in (("log_pay", "log points"), ("mood", "SD")):
        rows = checked(parallel_trends_rows(question(name), matched[name]))
        own = rows[rows["quantity"] == "detectable_trend"]
        assert own["estimate"].tolist() == [matched[name].test.smallest_detectable]
        assert own["unit"].tolist() == [unit]
        assert own["horizon_months"].tolist() == [24]


def test_moments_of_the_joint_test_are_told_in_months_where_periods_are_quarters():
    """Of pay the test counts periods: -3 of them is nine months before."""
    quarterly = replace(SECTION, period="quarter")
    panel = selective_panel(np.random.default_rng(6), n=500)
    months = panel.person_months
    quarters = months[months["period"] % 3 == 2].assign(period=months["period"] // 3)
    asked = question("log_pay", section=quarterly)
    everybody = panel.matched_sets.merge(pd.DataFrame({"period": range(16)}), how="cross")
    follow_up = everybody[["set_id", "person_id", "period"]].assign(weight=1.0)
    found = matched_periods(asked, panel.matched_sets, follow_up, quarters)
    before = [moment * 3 for moment in found.test.moments]
    rows = checked(parallel_trends_rows(asked, found))
    by_hand = found.difference.parallel_trends(before=before, at=24, reference=-3)
    at_24 = rows[(rows["horizon_months"] == 24) & (rows["variant"] == "relative magnitude 1")]
    assert at_24["ci_low"].tolist() == [by_hand.interval(1.0)[0]]
    assert by_hand.months == 27


def test_without_a_tested_moment_nothing_is_bounded(matched):
    untested = replace(matched["log_pay"], test=replace(matched["log_pay"].test, moments=()))
    untested = replace(untested, test=replace(untested.test, smallest_detectable=np.nan))
    rows = checked(parallel_trends_rows(question("log_pay"), untested))
    assert set(rows["status"]) == {"blocked"}
    assert set(rows["reason"]) == {"no moment before the start could be tested"}


@pytest.mark.parametrize("blocked", [blocked_windows, blocked_parallel_trends, blocked_last_value])
def test_blocked_rows_are_those_that_would_have_been_estimated(matched, tables, blocked):
    made = {
        blocked_windows: lambda asked: window_rows(asked, matched["mood"]),
        blocked_parallel_trends: lambda asked: parallel_trends_rows(asked, matched["mood"]),
        blocked_last_value: lambda asked: last_value_rows(
            asked, LastValueDesign(tables.sets, tables.weights), tables
        ),
    }[blocked]
    asked = question("mood")
    key = list(schema.ESTIMATES.key)
    rows, estimated = checked(blocked(asked, "no weights")), checked(made(asked))
    pd.testing.assert_frame_equal(rows[key], estimated[key])
    assert set(rows["reason"]) == {"no weights"}


def test_the_last_value_design_is_answered_as_the_headline_is(matched, tables):
    """Given the same sets and weights the rows are the same but for their variant."""
    asked = question("log_pay")
    rows = checked(last_value_rows(asked, LastValueDesign(tables.sets, tables.weights), tables))
    headline = checked(headline_rows(asked, matched["log_pay"]))
    assert set(rows["variant"]) == {VARIANT}
    assert not (rows["is_headline"] | rows["is_primary"]).any()
    figures = ["estimate", "std_error", "ci_low", "ci_high", "n_mentored", "n_comparison"]
    pd.testing.assert_frame_equal(rows[figures], headline[figures])
    assert (rows["n_events"] == 0).all()  # nobody is in one of the two alone


def test_people_in_one_of_the_two_groupings_alone_are_counted(tables):
    """Without one comparator, who stays in the answer's groups."""
    members = tables.sets
    gone = members.loc[~members["person_id"].isin(members.loc[members["is_mentored"], "person_id"])]
    kept = {
        name: frame[frame["person_id"] != gone["person_id"].iloc[0]]
        for name, frame in (("sets", members), ("weights", tables.weights))
    }
    rows = checked(last_value_rows(question("log_pay"), LastValueDesign(**kept), tables))
    assert rows["n_events"].max() == 1


def test_pay_on_straight_lines_of_ones_own_has_its_intervals_and_breakdown(tables):
    """The difference at a horizon is the change before, so many times, without any error between.

    Everybody is on record all the time, and followed: the same people stand behind all moments.
    """
    sets = tables.sets
    starts = SECTION.calendar.period_of(sets["time_zero"])
    sets = sets[sets["set_id"].isin(sets.loc[starts.between(24, 30), "set_id"])]
    periods = pd.DataFrame({"period": range(-12, 60)})
    people = sets.groupby("person_id")["is_mentored"].any().reset_index()
    slopes = np.random.default_rng(3).normal(0.01, 0.004, len(people)) + people["is_mentored"] / 50
    pay = people.assign(slope=slopes).merge(periods, how="cross")
    pay = pay.assign(log_pay=10 + pay["slope"] * pay["period"])
    follow_up = sets[["set_id", "person_id"]].merge(periods, how="cross").assign(weight=1.0)
    asked = question("log_pay")
    found = matched_periods(asked, sets, follow_up, pay)
    points = found.difference.points.set_index("moment")
    assert points.loc[24, "estimate"] == pytest.approx(-25 * points.loc[-2, "estimate"])
    rows = checked(parallel_trends_rows(asked, found))
    rows = rows[rows["quantity"] != "detectable_trend"]
    assert set(rows["status"]) == {"estimated"}
    at_one = rows.loc[rows["variant"] == "relative magnitude 1", "ci_low"]
    assert at_one.abs().max() < 1e-6  # going on as before explains all, for certain
    breakdown = rows.loc[rows["quantity"] == "breakdown", "estimate"]
    assert breakdown.tolist() == pytest.approx([1.0, 1.0], abs=1e-6)


def test_without_an_sd_no_trend_in_sds_could_have_been_seen(matched):
    """Moments were tested: the reason is the SD."""
    mood = matched["mood"]
    alike = replace(mood, sd=np.nan, test=replace(mood.test, smallest_detectable=np.nan))
    rows = checked(parallel_trends_rows(question("mood"), alike)).set_index("quantity")
    assert rows.loc["detectable_trend", "status"] == "blocked"
    assert rows.loc["detectable_trend", "reason"] == NO_SD


def test_a_horizon_between_two_half_years_changes_no_window_and_no_band(matched, tables):
    asked = question("mood", analysis=replace(ANALYSIS, horizons_months=(9, 12, 24)))
    found = matched_of(asked, tables)
    assert found.difference.points.set_index("moment")["estimate"].notna()[9]
    pd.testing.assert_frame_equal(
        checked(window_rows(asked, found)), checked(window_rows(asked, matched["mood"]))
    )
    with_nine, without = (
        pd.DataFrame(curve_rows(asked, each)).set_index("months")
        for each in (found, matched["mood"])
    )
    bands = ["band_low", "band_high"]
    assert with_nine.loc[9, bands].isna().all()
    assert with_nine.loc[9, ["ci_low", "ci_high"]].notna().all()
    pd.testing.assert_frame_equal(with_nine.drop(index=9), without)
    headline = checked(headline_rows(asked, found)).set_index("horizon_months")
    assert set(headline.loc[9.0, "status"]) == {"estimated"}


def test_of_a_scale_the_last_value_design_is_told_in_points_alone(tables):
    design = LastValueDesign(tables.sets, tables.weights)
    rows = checked(last_value_rows(question("mood"), design, tables))
    assert rows["quantity"].tolist() == ["difference"] * 2


def test_an_outcome_that_does_not_ask_for_it_has_no_such_row(tables):
    silent = question("log_pay", outcome=Outcome("panel", "higher", 0.01))
    design = LastValueDesign(tables.sets, tables.weights)
    assert last_value_rows(silent, design, tables) == []
    assert blocked_last_value(silent, "why") == []


@pytest.mark.parametrize(
    ("empty", "refusal", "words"),
    [(True, None, "alike in the last value"), (False, "no weights", "no weights")],
)
def test_without_sets_or_weights_it_is_blocked(tables, empty, refusal, words):
    sets = tables.sets.iloc[:0] if empty else tables.sets
    design = LastValueDesign(sets, tables.weights, refusal)
    rows = checked(last_value_rows(question("log_pay"), design, tables))
    assert rows["status"].tolist() == ["blocked"] * 2
    assert rows["reason"].str.contains(words).all()
