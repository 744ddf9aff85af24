"""Rows on leaving and silence: which there are, what they agree with, and when they are blocked."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import lee_bounds, tipping_point
from mentor_outcomes.estimates.inference.clustering import NO_SPREAD
from mentor_outcomes.estimates.panel.mean_changes import NOTHING_VARIES
from mentor_outcomes.estimates.panel_answers.attrition import attrition_rows
from mentor_outcomes.estimates.panel_answers.leaving import ALL_SEEN, _why, blocked_leaving_rows
from tests.leaving_study import KEY, KIND, leaving_study, with_arm_gone

LEE = {"lower_bound", "upper_bound", "seen_difference"}
PAY = {
    *((name, months, "main") for name in LEE for months in (12, 24)),
    *((name, 24, "main") for name in ("to_zero", "to_interval")),
    *(("difference", months, "without weights") for months in (12, 24)),
    *(
        (name, months, "main")
        for name in ("growth_difference", "difference_through_grade", "difference_within_grade")
        for months in (12, 24)
    ),
}
MOOD = {
    *((name, months, "main") for name in LEE for months in (12, 24)),
    *(("difference", months, "without weights") for months in (12, 24)),
    *(
        (f"{scale}{name}", 24, variant)
        for scale in ("", "standardised_")
        for name in ("to_zero", "to_interval")
        for variant in ("main", "the silent only")
    ),
}


@pytest.fixture(scope="module")
def study():
    return leaving_study(6, n=700)


@pytest.mark.parametrize(("name", "expected"), [("log_pay", PAY), ("mood", MOOD)])
def test_every_row_is_there_estimated_or_blocked(study, name, expected):
    assert set(study.rows(name).index) == expected
    blocked = blocked_leaving_rows(study.question(name), "why")
    assert {tuple(row[column] for column in KEY) for row in blocked} == expected
    assert {row["reason"] for row in blocked} == {"why"}


def test_bounds_enclose_and_their_interval_holds_both(study):
    for name in ("log_pay", "mood"):
        rows = study.rows(name)
        low, high = rows.loc["lower_bound"], rows.loc["upper_bound"]
        assert (low["estimate"] <= high["estimate"]).all()
        assert (low["ci_low"] < low["estimate"]).all()
        assert (high["ci_high"] > high["estimate"]).all()
        assert low["ci_low"].tolist() == high["ci_low"].tolist()
        assert low["error_type"].str.contains("trimmed: ").all()


def test_the_arm_trimmed_is_that_of_which_more_are_seen(study):
    rows = study.rows("mood").xs(24, level="horizon_months")
    share = rows.loc["seen_difference", "estimate"].iloc[0]
    word = "mentored" if share > 0 else "comparison"
    assert f"trimmed: {word}" in rows.loc["lower_bound", "error_type"].iloc[0]
    table = study.attrition("mood").query("horizon_months == 24").set_index("arm")
    gap = table.loc["mentored", "share_seen"] - table.loc["comparison", "share_seen"]
    assert share == pytest.approx(gap, abs=1e-8)


def test_the_parts_by_grade_add_up_to_what_tips_at_zero_departure(study):
    rows = study.rows("log_pay")
    parts = [rows.loc[(f"difference_{p}_grade", 24, "main")] for p in ("through", "within")]
    share = study.attrition("log_pay").query("horizon_months == 24").set_index("arm")
    unseen = 1 - share.loc["mentored", "share_seen"] / 100
    difference = parts[0]["estimate"] + parts[1]["estimate"]
    tipping = rows.loc[("to_zero", 24, "main"), "estimate"]
    assert tipping == pytest.approx(-difference / unseen, rel=1e-9)
    assert parts[0]["estimate"] != 0


def test_scales_tip_in_points_and_in_sds(study):
    rows = study.rows("mood", sd=0.5)
    for variant in ("main", "the silent only"):
        points = rows.loc[("to_zero", 24, variant), "estimate"]
        sds = rows.loc[("standardised_to_zero", 24, variant)]
        assert sds["estimate"] == pytest.approx(points / 0.5, rel=1e-12)
        assert sds["unit"] == "SD"
    # Fewer are silent than silent or gone: each of them would have to differ by more.
    silent = rows.loc[("to_zero", 24, "the silent only"), "estimate"]
    assert abs(silent) > abs(rows.loc[("to_zero", 24, "main"), "estimate"])


def test_the_growth_of_a_year_is_in_log_points_per_year(study):
    rows = study.rows("log_pay").loc["growth_difference"]
    assert (rows["unit"] == "log points per year").all()
    assert (rows["status"] == "estimated").all()


@pytest.mark.parametrize("side", [True, False])
@pytest.mark.parametrize("name", ["log_pay", "mood"])
def test_an_arm_of_which_everybody_left_blocks_every_row_with_a_reason(study, name, side):
    gone = with_arm_gone(study, is_mentored=side)
    rows = gone.rows(name)
    assert (rows["status"] == "blocked").all()
    assert rows["reason"].str.len().min() > 20
    arm = "mentored" if side else "comparison"
    assert f"nobody of the {arm} arm is seen" in rows.loc["lower_bound", "reason"].iloc[0]
    table = gone.attrition(name).set_index("arm").loc[arm]
    assert (table["n_seen"] == 0).all()


@pytest.mark.parametrize("side", [True, False])
def test_an_outcome_missing_in_one_arm_blocks_every_row(study, side):
    sets, months = study.tables.sets, study.tables.person_months
    arm = set(sets.loc[sets["is_mentored"] == side, "person_id"])
    silent = study.but(
        person_months=months.assign(log_pay=months["log_pay"].mask(months["person_id"].isin(arm)))
    )
    rows = silent.rows("log_pay")
    assert (rows["status"] == "blocked").all()
    arm_rows = silent.attrition("log_pay").set_index("arm")
    word = "mentored" if side else "comparison"
    counts = arm_rows.loc[word, ["n_people", "n_no_value_before"]]
    assert (counts["n_people"] == counts["n_no_value_before"]).all()
    assert arm_rows.loc[word, "share_seen"].isna().all()


def test_a_horizon_at_which_nobody_answered_is_blocked_and_the_others_go_on(study):
    """All answers after a year and a half fall silent."""
    waves, sets = study.tables.person_waves, study.tables.sets
    first = sets.groupby("person_id")["time_zero"].min()
    since = waves["opened_on"] - waves["person_id"].map(first)
    is_late = since.dt.days > 550
    silent = study.but(person_waves=waves.assign(mood=waves["mood"].mask(is_late)))
    rows = silent.rows("mood")
    late = rows[rows.index.get_level_values("horizon_months") == 24]
    early = rows[rows.index.get_level_values("horizon_months") == 12]
    assert (late["status"] == "blocked").all()
    assert (early["status"] == "estimated").all()


def test_a_wave_without_any_answer_makes_those_asked_in_it_silent(study):
    waves = study.tables.person_waves
    empty = waves["wave"] == 4
    silent = study.but(person_waves=waves.assign(mood=waves["mood"].mask(empty)))
    before, after = (
        s.attrition("mood").set_index(["arm", "horizon_months"]) for s in (study, silent)
    )
    assert (after["n_people"] == before["n_people"]).all()
    assert (after["n_seen"] < before["n_seen"]).all()
    assert (silent.rows("mood").loc["lower_bound", "status"] == "estimated").all()


def test_too_few_people_are_blocked_with_their_counts(study):
    few = study.tables.sets[study.tables.sets["set_id"] < 8]
    rows = study.but(sets=few).rows("log_pay")
    assert (rows["status"] == "blocked").all()
    assert rows.loc["lower_bound", "reason"].str.contains("fewer than 10").all()
    assert np.isfinite(rows.loc["lower_bound", "n_mentored"]).all()


def test_without_grades_on_record_only_the_parts_by_grade_are_blocked(study):
    rows = study.but(person_months=study.tables.person_months.drop(columns="grade")).rows("log_pay")
    parts = rows.index.get_level_values("quantity").str.endswith("_grade")
    assert (rows.loc[parts, "reason"] == "no grade is on record").all()
    assert (rows.loc[~parts, "status"] == "estimated").all()


def test_without_an_sd_only_what_is_in_sds_is_blocked(study):
    rows = study.rows("mood", sd=np.nan)
    in_sds = rows["unit"] == "SD"
    assert rows.loc[in_sds, "reason"].str.contains("no SD").all()
    assert (rows.loc[~in_sds, "status"] == "estimated").any()


@pytest.mark.parametrize("name", ["log_pay", "mood"])
def test_an_outcome_that_never_varies_blocks_every_row(study, name):
    months, waves = study.tables.person_months, study.tables.person_waves
    constant = study.but(
        person_months=months.assign(log_pay=10.0),
        person_waves=waves.assign(mood=waves["mood"].where(waves["mood"].isna(), 4.0)),
    )
    rows = constant.rows(name)
    assert (rows["status"] == "blocked").all()
    assert rows["reason"].str.contains("nothing varies within the arms").all()


def test_each_row_says_what_it_is(study):
    """The difference of shares has a direction, parts their names, tipping points their ends."""
    words = {name: study.rows(name)["estimand"].xs(24, level="horizon_months") for name in KIND}
    assert "mentored less comparison" in words["log_pay"].loc[("seen_difference", "main")]
    parts = [words["log_pay"].loc[(f"difference_{p}_grade", "main")] for p in ("through", "within")]
    assert parts[0].startswith("part through moving grade")
    assert parts[1].startswith("part within grades")
    assert all("of those not mentored by then" in part for part in parts)
    zero, interval = (words["mood"].loc[(f"to_{end}", "main")] for end in ("zero", "interval"))
    assert zero.endswith("at which the effect on the mentored who could be compared is zero")
    assert interval.endswith("who could be compared touches zero")


def test_the_reference_for_grades_is_of_people_not_mentored_by_then(study):
    """Pay of the mentored turned upside down moves what they earn, not what a grade is worth."""
    months = study.tables.person_months
    turned = months["log_pay"].mask(months["is_mentored_ever"], 30 - 7 * months["grade"])
    odd = study.but(person_months=months.assign(log_pay=turned))
    name = ("difference_through_grade", 24, "main")
    before, after = (each.rows("log_pay").loc[name, "estimate"] for each in (study, odd))
    assert before != 0
    assert after == pytest.approx(before, rel=1e-12)


def test_tables_that_contradict_each_other_block_the_rows_with_the_reason(study):
    """Exits without which nobody knows why members are followed no longer."""
    odd = study.but(events=study.tables.events.iloc[:0])
    for name in KIND:
        rows = odd.rows(name)
        assert (rows["status"] == "blocked").all()
        assert rows["reason"].str.contains("neither left nor been mentored since").all()
        assert attrition_rows(odd.question(name), odd.tables) == []


def test_after_a_single_wave_nobody_is_due_and_the_rows_say_so(study):
    waves, response = study.tables.person_waves, study.tables.response
    one = study.but(
        person_waves=waves[waves["wave"] == 3], response=response[response["wave"] == 3]
    )
    rows = one.rows("mood")
    assert (rows["status"] == "blocked").all()
    found = rows.loc[["lower_bound", "seen_difference", "to_zero"], "reason"]
    assert found.str.startswith("of the mentored nobody with a value before was due another").all()
    assert not rows["reason"].str.contains("no records").any()


def test_an_arm_without_a_value_before_says_so(study):
    tables = study.tables
    sets, months = tables.sets, tables.person_months
    # Who is mentored in one set and a comparator in another stays known.
    sets = sets[
        sets["is_mentored"] | ~sets["person_id"].isin(sets["person_id"][sets["is_mentored"]])
    ]
    arm = set(sets.loc[~sets["is_mentored"], "person_id"])
    unknown = months["log_pay"].mask(months["person_id"].isin(arm))
    rows = study.but(sets=sets, person_months=months.assign(log_pay=unknown)).rows("log_pay")
    assert (
        rows.loc[["lower_bound", "to_zero"], "reason"]
        == "of their comparators nobody has a value before the start"
    ).all()


def test_a_bound_whose_error_is_mere_rounding_is_blocked_and_the_share_seen_is_not(study):
    """Changes are alike in each arm but for a mentored few, whom the lower bound cuts off."""
    months, sets = study.tables.person_months, study.tables.sets
    is_in = months["person_id"].isin(sets.loc[sets["is_mentored"], "person_id"])
    few = months["person_id"].isin(sets.loc[sets["is_mentored"], "person_id"].iloc[:5])
    rise = 0.1 * (months["is_mentored_ever"] & is_in) + 2 * (months["is_mentored_ever"] & few)
    is_lost = ~is_in & (np.random.default_rng(1).random(len(months)) < 0.4)
    pay = (10 + rise).mask(is_lost)
    rows = study.but(person_months=months.assign(log_pay=pay)).rows("log_pay")
    bounds = rows.loc[["lower_bound", "upper_bound"]]
    assert (bounds["status"] == "blocked").all()
    assert bounds["reason"].str.startswith("nothing varies within the arms").all()
    assert (rows.loc["seen_difference", "status"] == "estimated").all()


def test_a_weight_below_zero_blocks_what_is_made_without_other_weights_too(study):
    sets = study.tables.sets
    odd = study.but(sets=sets.assign(weight=sets["weight"].mask(sets["set_id"] == 3, -1.0)))
    rows = odd.rows("log_pay").xs("without weights", level="variant")
    assert (rows["status"] == "blocked").any()
    reasons = rows.loc[rows["status"] == "blocked", "reason"]
    assert reasons.str.contains("below zero").all()


def test_if_all_are_seen_the_difference_of_shares_is_blocked(study):
    """Those who left are taken out of the sets: everybody else has pay on record."""
    events = study.tables.events
    stay = study.tables.sets[~study.tables.sets["person_id"].isin(events["person_id"])]
    rows = study.but(sets=stay).rows("log_pay")
    assert (rows.loc["seen_difference", "status"] == "blocked").all()
    assert rows.loc["seen_difference", "reason"].str.startswith("everybody in both arms").all()
    assert (rows.loc["lower_bound", "status"] == "estimated").all()


def test_where_few_sets_leave_no_error_that_is_the_reason():
    """In either set both change alike, and each person by as much more as less."""
    records = pd.DataFrame(
        {
            "person_id": ["ann", "cy", "ann", "cy"],
            "set_id": [1, 1, 2, 2],
            "is_mentored": [True, False, True, False],
            "is_seen": True,
            "change": [2.0, 2.0, 0.0, 0.0],
        }
    )
    asked = {"outcome": "change", "mentored": "is_mentored", "seen": "is_seen"}
    bounds = lee_bounds(records, **asked, cluster=("person_id", "set_id"))
    assert np.isnan(bounds.std_errors[:2]).all()
    assert _why(bounds, slice(0, 2), NOTHING_VARIES) == NO_SPREAD
    assert _why(bounds, 2, ALL_SEEN) == ALL_SEEN
    tips = tipping_point(records, **asked, cluster=("person_id", "set_id"))
    assert not tips.has_error
    assert np.isnan(tips.to_interval())
    constant = lee_bounds(records.assign(change=1.0), **asked, cluster=("person_id", "set_id"))
    assert _why(constant, slice(0, 2), NOTHING_VARIES) == NOTHING_VARIES
