"""The smallest detectable effect, on designs small enough for paper."""

import re

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.estimates import checks, plan
from mentor_outcomes.estimates.detectable import (
    arm_of_changes,
    arm_of_events,
    independent_outcomes,
    smallest_detectable,
    std_error,
)
from mentor_outcomes.study import parse_study
from tests.tiny_study import PARAMS

YEAR = 365.25


def members(*weights, people=None, days=0):
    names = people or [f"p{place}" for place in range(len(weights))]
    time_zero = pd.Timestamp("2019-01-10") + pd.to_timedelta(days, unit="D")
    return pd.DataFrame(
        {"person_id": names, "time_zero": time_zero, "weight": [float(each) for each in weights]}
    )


def test_eighty_percent_power_takes_2_8_standard_errors():
    assert smallest_detectable(1.0) == pytest.approx(1.959964 + 0.841621, abs=1e-6)
    assert smallest_detectable(2.0, confidence=0.90) == pytest.approx(2 * (1.644854 + 0.841621))


def test_the_error_of_a_risk_is_the_binomial_one_where_weights_are_equal():
    """p = .2, 100 and 300 people: sqrt(.2 x .8 x (1/100 + 1/300)) = .04619."""
    assert std_error(0.4, 100, 300) == pytest.approx(np.sqrt(0.16 * 4 / 300))
    assert np.isnan(std_error(0.4, 0, 300))


def test_sets_of_one_person_count_together_as_far_as_their_windows_overlap():
    """Windows of 100 days. Of person a: from days 0, 50 and 200 with weights 1, 1 and 2; the first
    two share half, the third nothing: 1 + 1 + 4 + 2 (1 x 1 x .5) = 7. Of b: 1. (4 + 1)^2 / 8."""
    rows = members(1, 1, 1, 2, people=["a", "b", "a", "a"], days=[50, 10, 0, 200])
    assert independent_outcomes(rows, 100.0) == pytest.approx(25 / 8)
    arm = arm_of_changes(rows, np.full(4, 800.0), horizon_days=100.0)
    assert (arm.n_people, arm.by_weights, arm.by_follow_up) == (2, pytest.approx(25 / 8), 1)


@pytest.mark.parametrize(("days", "counts"), [(0, 1.0), (99, 2 / 1.01), (100, 2.0), (5000, 2.0)])
def test_a_person_who_serves_twice_is_one_on_the_same_day_and_two_a_horizon_apart(days, counts):
    rows = members(1, 1, people=["a", "a"], days=[0, days])
    assert independent_outcomes(rows, 100.0) == pytest.approx(counts)


def test_pairs_found_by_running_sums_are_those_found_one_by_one():
    rng = np.random.default_rng(3)
    people = [f"p{number}" for number in rng.integers(0, 20, 400)]
    rows = members(*rng.random(400), people=people, days=rng.integers(0, 2000, 400))
    day, weight = (rows["time_zero"] - rows["time_zero"].min()).dt.days, rows["weight"]
    squares = sum(
        weight[i] * weight[j] * max(0.0, 1 - abs(day[i] - day[j]) / 730.5)
        for i in range(400)
        for j in range(400)
        if people[i] == people[j]
    )
    found = independent_outcomes(rows, 730.5)
    assert found == pytest.approx(weight.sum() ** 2 / squares, rel=1e-12)
    shuffled = rows.sample(frac=1, random_state=1)
    assert independent_outcomes(shuffled, 730.5) == pytest.approx(found, rel=1e-12)


def test_counts_of_events_in_windows_that_overlap_vary_as_their_number_says():
    """Events at a constant rate, windows of 2 years of which each begins half a year later."""
    starts = [0.0, 0.5, 1.0, 3.5]
    rng, n_people, rate = np.random.default_rng(6), 100_000, 0.4
    quarters = rng.poisson(rate / 4, (n_people, 22))
    counts = [quarters[:, int(4 * t) : int(4 * t) + 8].sum(axis=1) for t in starts]
    rows = members(1, 1, 1, 1, people=["a"] * 4, days=[int(1000 * t) for t in starts])
    number = independent_outcomes(rows, 2000.0)
    # The variance of 100,000 draws of a nearly normal mean is known to .45 % (sqrt(2 / n)).
    assert np.mean(counts, axis=0).var() == pytest.approx(2 * rate / number, rel=0.02)


def test_unequal_weights_and_reuse_count_as_fewer_people():
    """Weights of three people are 2, 1, 1, the first from two sets of a day: 16 / 6 people."""
    rows = members(1, 1, 1, 1, people=["a", "a", "b", "c"])
    arm = arm_of_events(rows, np.full(4, 800.0), horizon_days=2 * YEAR, risk=0.2)
    assert (arm.n_people, arm.by_weights) == (3, pytest.approx(16 / 6))
    assert arm.by_follow_up == pytest.approx(1.0)
    assert arm.effective == pytest.approx(16 / 6)


def test_expected_events_are_the_rate_times_the_follow_up():
    """Risk .36 in two years is .2 in one (.8 x .8 = .64): mean of .36 and .2 over two people."""
    arm = arm_of_events(members(1, 1), np.array([9e3, YEAR]), horizon_days=2 * YEAR, risk=0.36)
    assert arm.mean_events == pytest.approx(0.28)
    assert arm.share_followed == 0.5


def test_records_that_end_early_cost_what_greenwood_says():
    """Half are followed for one of two years. With d = 1/.8 - 1 = .25 in the first year and
    1/.64 - 1/.8 = .3125 in the second, of which half are at risk: the variance is
    .64^2 (.25 + .3125 / .5) = .3584 against .36 x .64 = .2304."""
    arm = arm_of_events(members(1, 1), np.array([9e3, YEAR]), horizon_days=2 * YEAR, risk=0.36)
    assert arm.by_follow_up == pytest.approx(0.3584 / 0.2304)
    assert arm.effective == pytest.approx(2 * 0.2304 / 0.3584)


def test_where_nobody_reaches_the_horizon_there_is_no_effective_person():
    short = np.array([100.0, 200.0])
    risk = arm_of_events(members(1, 1), short, horizon_days=2 * YEAR, risk=0.3)
    change = arm_of_changes(members(1, 1), short, horizon_days=2 * YEAR)
    assert risk.effective == change.effective == 0


def test_a_change_counts_those_followed_to_the_horizon_only():
    followed = np.array([800.0, 800.0, 100.0, 800.0])
    arm = arm_of_changes(members(1, 1, 1, 0.5), followed, horizon_days=2 * YEAR)
    assert arm.effective == pytest.approx(2.5**2 / 2.25)
    assert arm.share_followed == pytest.approx(2.5 / 3.5)
    assert arm.by_weights == pytest.approx(3.5**2 / 3.25)


def study_with(**outcome):
    settings = {
        "promotion": {
            "kind": "event",
            "event": "promotion",
            "competing": ["exit"],
            "better": "higher",
            "smallest_worthwhile": 2,
        }
        | outcome
    }
    return parse_study(PARAMS | {"outcomes": settings})


def pairs(study, n, time_zero="2019-01-10"):
    """`n` sets of one mentored person and one comparator, each of whom serves once."""
    rows = [
        ("protege", "any", "below_top_grade", number, f"{arm}{number}", arm == "m", 1.0, 0.0)
        for number in range(n)
        for arm in "mc"
    ]
    columns = [column.name for column in schema.MATCHED_SETS.columns if column.name != "time_zero"]
    frame = pd.DataFrame(rows, columns=columns).assign(time_zero=pd.Timestamp(time_zero))
    return frame


def test_the_row_of_a_declared_outcome_can_be_worked_out_on_paper():
    """50 pairs, 20 of 100 expected: 2.8016 x 100 sqrt(.16 (1/50 + 1/50)) = 22.4 per 100."""
    study = study_with(expected_per_100=20)
    study_end = pd.Timestamp(study.study.observed_to)
    early = study_end - pd.DateOffset(months=study.analysis.main_horizon_months + 1)
    row = plan.detectable_row(
        "promotion", study.outcomes["promotion"], "any", pairs(study, 50, early), study
    )
    assert row["std_error"] == pytest.approx(8.0)
    assert row["smallest_detectable"] == pytest.approx(2.801585 * 8, abs=1e-4)
    assert row["events_mentored"] == row["events_comparison"] == pytest.approx(10)
    assert (row["n_mentored"], row["inflation_by_weights"]) == (50, pytest.approx(1))
    assert (row["inflation_by_follow_up"], row["share_followed"]) == (pytest.approx(1), 1)


def test_without_a_declared_rate_nothing_is_guessed_and_the_check_is_not_evaluated():
    study = study_with()
    outcome = study.outcomes["promotion"]
    sets = pairs(study, 50)
    row = plan.detectable_row("promotion", outcome, "any", sets, study)
    assert np.isnan(row["smallest_detectable"])
    judged = checks.judge_events_expected(np.nan, np.nan, is_declared=False, outcome="promotion")
    assert "outcomes.promotion.expected_per_100" in judged.message
    assert "checks.waive.events_expected" in judged.message
    assert judged.result == "not_evaluated"


def test_without_a_design_the_row_says_so():
    study = study_with(expected_per_100=20)
    none = schema.MATCHED_SETS.empty()
    row = plan.detectable_row("promotion", study.outcomes["promotion"], "any", none, study)
    assert row["reason"] == plan.NO_DESIGN
    assert np.isnan(row["events_mentored"])


@pytest.mark.parametrize(
    ("mentored", "comparison", "result"),
    [(10, 40, "passed"), (9.9, 40, "in_doubt"), (40, 4.9, "failed"), (np.nan, 9, "not_evaluated")],
)
def test_few_expected_events_in_the_smaller_arm_are_a_doubt_or_a_failure(
    mentored, comparison, result
):
    assert checks.judge_events_expected(mentored, comparison, is_declared=True).result == result


@pytest.mark.parametrize(
    ("gap", "result"), [(0.0, "passed"), (1.0, "failed"), (np.nan, "not_evaluated")]
)
def test_a_flow_that_loses_one_person_fails(gap, result):
    assert checks.judge_flow(pd.Series({"flow_gap": gap})).result == result
    assert checks.judge_flow(None).result == "not_evaluated"


def test_expected_events_are_checked_for_events_only():
    assert checks.is_applicable("events_expected", "event", "promotion")
    assert not checks.is_applicable("events_expected", "scale", None)
    assert not checks.is_applicable("events_expected", "panel", None)


def test_subgroups_decide_no_check():
    study = study_with(expected_per_100=20)
    key = {"role": "protege", "contrast": "any", "eligibility": "below_top_grade"}
    overlap = pd.DataFrame(
        [
            key | {"subgroup": "all", "equipoise_share": 0.8, "share_unmatched": 0, "flow_gap": 0},
            key
            | {"subgroup": "gender=f", "equipoise_share": 0, "share_unmatched": 1, "flow_gap": 9},
        ]
    )
    alike = {"mean_mentored": 1.0, "mean_comparison_after": 1.0, "smd_after": 0.0}
    apart = {"mean_mentored": 1.0, "mean_comparison_after": 0.0, "smd_after": 0.9}
    balance = pd.DataFrame(
        [
            key | alike | {"subgroup": "all", "smd_after_p_value": 1.0},
            key | apart | {"subgroup": "gender=f", "smd_after_p_value": 0.0},
        ]
    ).assign(variance_ratio_after=[1.0, 9.0])
    tables = {"overlap": overlap, "balance": balance, "matched_sets": pairs(study, 400)}
    judged = plan.design_judgements("promotion", study.outcomes["promotion"], "any", tables, study)
    assert {name: judgement.result for name, judgement in judged.items()} == dict.fromkeys(
        checks.OF_THE_DESIGN, "passed"
    )


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"expected_per_100": 0}, "expected_per_100 is 0"),
        ({"expected_per_100": 100}, "expected_per_100 is 100"),
        ({"expected_sd": 1.0}, "is of kind event and has expected_sd"),
        (
            {"kind": "panel", "event": None, "competing": [], "expected_sd": 0.0},
            "expected_sd is 0",
        ),
        (
            {"kind": "panel", "event": None, "competing": [], "expected_per_100": 9},
            "is of kind panel and has expected_per_100",
        ),
    ],
)
def test_an_impossible_or_misplaced_expectation_is_refused(settings, found):
    with pytest.raises(StudyError, match=re.escape(found)):
        study_with(**settings)
