"""What holds in every invented organisation, whatever its numbers."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import StudyError
from mentor_outcomes.simulation import csv_bytes, parquet_bytes, simulate
from mentor_outcomes.study import Scale, Simulation
from tests.invented_organisation import WINDOW, dates, organisation

PEOPLE = 400


def by_world(frame: pd.DataFrame, world: str) -> pd.DataFrame:
    keys = [name for name in ("person_id", "months_since", "wave") if name in frame]
    chosen = frame[frame["world"] == world].drop(columns="world")
    return chosen.sort_values(keys, ignore_index=True)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    once, again = organisation(PEOPLE), organisation.__wrapped__(PEOPLE)
    assert list(once.exports) == list(again.exports)
    for name, frame in once.exports.items():
        assert csv_bytes(frame) == csv_bytes(again.exports[name]), name
    for part in ("events", "pay", "scores"):
        first, second = getattr(once.potential, part), getattr(again.potential, part)
        assert parquet_bytes(first) == parquet_bytes(second)
    other = organisation(PEOPLE, seed=1)
    assert csv_bytes(once.exports["people.csv"]) != csv_bytes(other.exports["people.csv"])


def test_without_an_effect_the_worlds_differ_only_in_who_is_mentored():
    potential = organisation(PEOPLE, effect=0.0).potential
    for other in ("never", "later"):
        for frame in (potential.events, potential.pay, potential.scores):
            as_it_was = by_world(frame, "mentored").drop(columns="mentored_days", errors="ignore")
            without = by_world(frame, other).drop(columns="mentored_days", errors="ignore")
            pd.testing.assert_frame_equal(as_it_was, without, check_exact=True)


def test_until_the_start_the_worlds_are_the_same():
    potential = organisation(PEOPLE).potential
    start = potential.events.drop_duplicates("person_id").set_index("person_id")["time_zero"]
    scores = potential.scores
    earlier = scores[scores["opened_on"] <= scores["person_id"].map(start)]
    pay = potential.pay[potential.pay["months_since"] == 0]
    assert len(earlier) > 100
    for other in ("never", "later"):
        pd.testing.assert_frame_equal(by_world(earlier, "mentored"), by_world(earlier, other))
        pd.testing.assert_frame_equal(by_world(pay, "mentored"), by_world(pay, other))


def test_a_mentor_never_delays_the_first_promotion():
    events = organisation(PEOPLE).potential.events
    mentored, never = by_world(events, "mentored"), by_world(events, "never")
    assert (mentored["promotion_days"] <= never["promotion_days"]).all()
    assert (mentored["promotion_days"] < never["promotion_days"]).any()


def test_mentorships_begin_at_once_not_at_all_or_in_a_later_month():
    events = organisation(PEOPLE).potential.events
    assert (by_world(events, "mentored")["mentored_days"] == 0).all()
    assert np.isinf(by_world(events, "never")["mentored_days"]).all()
    later = by_world(events, "later")
    assert (later["mentored_days"] > 0).all()
    happens = later[np.isfinite(later["mentored_days"])]
    again = happens["time_zero"] + pd.to_timedelta(happens["mentored_days"], unit="D")
    assert (again.dt.to_period("M") > happens["time_zero"].dt.to_period("M")).all()


def test_the_mentored_world_is_the_one_in_the_exports():
    made = organisation(PEOPLE)
    end = pd.Timestamp(WINDOW.observed_to)
    events = by_world(made.potential.events, "mentored").set_index("person_id")
    leaves = events[np.isfinite(events["exit_days"])]
    left_on = leaves["time_zero"] + pd.to_timedelta(leaves["exit_days"], unit="D")
    left_on = left_on[left_on <= end]
    stays = made.exports["employment.csv"].dropna(subset="left_on")
    on_file = set(zip(stays["person_id"], dates(stays["left_on"]), strict=True))
    assert len(left_on) > 20
    assert set(left_on.items()) <= on_file

    jobs = made.exports["job_history.csv"]
    promoted = jobs[jobs["event_code"] == "promotion"]
    on_file = set(zip(promoted["person_id"], dates(promoted["effective_on"]), strict=True))
    is_in_time = (events["promotion_days"] <= events["exit_days"]) & np.isfinite(
        events["promotion_days"]
    )
    rises = events[is_in_time]
    promoted_on = rises["time_zero"] + pd.to_timedelta(rises["promotion_days"], unit="D")
    promoted_on = promoted_on[promoted_on <= end]
    assert len(promoted_on) > 20
    assert set(promoted_on.items()) <= on_file


def test_pay_with_a_mentor_is_the_pay_on_file():
    made = organisation(PEOPLE)
    pay = made.exports["pay_history.csv"].assign(
        effective_on=lambda rows: dates(rows["effective_on"])
    )
    worlds = made.potential
    events = by_world(worlds.events, "mentored").set_index("person_id")
    after = by_world(worlds.pay, "mentored")
    after = after[after["months_since"] == 6].set_index("person_id")["log_pay"]
    stays_on = events[events["exit_days"] > 250].index
    month = events.loc[stays_on, "time_zero"].dt.to_period("M") + 6
    month_end = month.dt.end_time.dt.floor("D")
    observed = stays_on[(month_end <= pd.Timestamp(WINDOW.observed_to)).to_numpy()]
    latest = (
        pay[pay["effective_on"] <= pay["person_id"].map(month_end)]
        .sort_values("effective_on", kind="stable")
        .groupby("person_id")["annual_pay"]
        .last()
    )
    on_file = np.log(latest.loc[observed].astype("float64"))
    assert len(observed) > 50
    # pay on file is in whole units of the currency: half a unit of some 20,000
    assert np.abs(on_file - after.loc[observed]).max() < 0.5 / 15_000


def test_nothing_on_file_is_dated_after_the_window():
    for name, frame in organisation(PEOPLE).exports.items():
        for column in frame.columns:
            if column.endswith("_on") or column in ("from", "until", "month", "RecordedDate"):
                values = frame[column].iloc[2:] if name.startswith("survey") else frame[column]
                assert dates(values.dropna()).max() < pd.Timestamp("2025-01-01"), (name, column)


def test_ids_are_six_digits_some_with_leading_zeros_and_all_belong_to_people_on_file():
    exports = organisation(PEOPLE).exports
    ids = exports["people.csv"]["person_id"]
    assert ids.is_unique
    assert ids.str.fullmatch(r"\d{6}").all()
    assert ids.str.startswith("0").any()
    references = {
        "employment.csv": ("person_id",),
        "job_history.csv": ("person_id", "manager_id"),
        "ratings.csv": ("person_id", "rater_id"),
        "mentoring.csv": ("mentor_id", "protege_id"),
        "mentoring_requests.csv": ("protege_id",),
    }
    for name, columns in references.items():
        for column in columns:
            assert exports[name][column].dropna().isin(ids).all(), (name, column)


def test_stays_of_a_person_do_not_overlap_and_exits_have_a_kind():
    stays = organisation(PEOPLE).exports["employment.csv"]
    spans = stays.assign(hired_on=dates(stays["hired_on"]), left_on=dates(stays["left_on"]))
    spans = spans.sort_values(["person_id", "hired_on"])
    previous_end = spans.groupby("person_id")["left_on"].shift()
    again = spans.groupby("person_id").cumcount() > 0
    assert again.sum() > 5
    assert (spans["hired_on"][again] > previous_end[again]).all()
    assert (spans["left_on"].isna() == spans["exit_kind"].isna()).all()
    assert (spans["left_on"].dropna() > spans["hired_on"][spans["left_on"].notna()]).all()


def test_nobody_starts_on_leave_in_the_first_half_year_or_after_leaving():
    exports = organisation(3000).exports
    pairs = exports["mentoring.csv"]
    pairs = pairs.assign(started_on=dates(pairs["started_on"])).sort_values("started_on")
    first = pairs.drop_duplicates("protege_id")
    stays = exports["employment.csv"].rename(columns={"person_id": "protege_id"})
    joined = first.merge(stays, on="protege_id")
    hired_on = dates(joined["hired_on"])
    left_on = dates(joined["left_on"]).fillna(pd.Timestamp("2100-01-01"))
    here = joined[(hired_on <= joined["started_on"]) & (joined["started_on"] < left_on)]
    assert sorted(here["protege_id"]) == sorted(first["protege_id"])
    assert ((here["started_on"] - dates(here["hired_on"])).dt.days >= 183).all()
    away = exports["leaves.csv"].merge(first, left_on="person_id", right_on="protege_id")
    until = dates(away["until"]).fillna(pd.Timestamp("2100-01-01"))
    assert not ((dates(away["from"]) <= away["started_on"]) & (away["started_on"] <= until)).any()


def test_phases_come_in_order_and_end_with_the_mentorship():
    pairs = organisation(3000).exports["mentoring.csv"]
    order = ("started_on", "cultivation_on", "separation_on", "redefinition_on")
    days = {name: dates(pairs[name]) for name in (*order, "ended_on")}
    for earlier, later in pairwise(order):
        reached = days[later].notna()
        assert reached.sum() > 100
        assert (days[earlier][reached] < days[later][reached]).all(), later
        closed = reached & days["ended_on"].notna()
        assert (days[later][closed] <= days["ended_on"][closed]).all()


def test_the_reorganisation_moves_whole_units_one_step_and_never_past_the_top():
    jobs = organisation(3000).exports["job_history.csv"]
    jobs = jobs.assign(grade=jobs["grade"].astype(int))
    before = jobs.groupby("person_id")[["grade", "unit_id"]].shift()
    moved = jobs["event_code"] == "reorganisation"
    step = (jobs["grade"] - before["grade"])[moved]
    assert jobs.loc[moved, "effective_on"].nunique() == 1
    assert before.loc[moved, "unit_id"].nunique() == 4
    assert (jobs.loc[moved, "unit_id"] != before.loc[moved, "unit_id"]).all()
    assert set(step) == {0.0, 1.0}
    assert (step == 1).sum() >= 20
    assert jobs["grade"].max() == 6
    # nowhere else does a grade change without a promotion
    is_first = before["grade"].isna()
    changes = ~is_first & (jobs["grade"] != before["grade"]) & ~moved
    changed_codes = set(jobs.loc[changes, "event_code"])
    assert changed_codes == {"promotion"}


def test_a_survey_file_has_three_header_rows():
    frame = organisation(PEOPLE).exports["survey_01.csv"]
    lines = csv_bytes(frame).decode().splitlines()
    assert lines[0].startswith("StartDate,EndDate,Status,IPAddress,")
    assert "Job satisfaction, statement 1" in lines[1]
    assert '{""ImportId"": ""QID_js1""}' in lines[2]
    assert frame["ExternalReference"].iloc[2:].is_unique


def test_a_scale_without_a_trait_is_refused():
    scales = {"zeal": Scale(("z1", "z2"), 1, 5)}
    with pytest.raises(StudyError, match=r"scales\.zeal is not known to the simulation"):
        simulate(Simulation(n_people=50), WINDOW, scales)
