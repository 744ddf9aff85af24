"""Tests reject as often as they say, intervals cover, and errors two ways are as the spread."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import (
    cumulative_incidence,
    gray_test,
    kaplan_meier,
    log_rank,
)

N_STUDIES = 200
SPREAD = 0.15  # of an SD over 200 studies by chance: three times 1 / sqrt(2 x 200)
FALSE_ALARMS = (0.005, 0.10)  # of tests at 5 % over 200 studies: 3 SDs of chance either side
COVERAGE = (0.90, 0.99)  # of 95 % intervals over 200 studies: 3 SDs of chance either side


def competing(rng, n: int, hazards: dict[str, tuple[float, float]], censoring) -> pd.DataFrame:
    """One row per person, in two arms: whole days to the first of two events or the end."""
    parts = []
    for arm, (of_event, of_other) in hazards.items():
        event_on, other_on, end = (
            np.ceil(rng.exponential(1 / hazard, n))
            for hazard in (of_event, of_other, censoring[arm])
        )
        cause = np.where(event_on <= other_on, "promoted", "left")
        exit_ = np.minimum(event_on, other_on)
        parts.append(
            pd.DataFrame(
                {
                    "arm": arm,
                    "exit": np.minimum(exit_, end),
                    "cause": np.where(exit_ <= end, cause, ""),
                }
            )
        )
    return pd.concat(parts).assign(event=lambda rows: rows["cause"] == "promoted")


def p_values(rng, hazards, censoring) -> pd.DataFrame:
    found = []
    for _ in range(N_STUDIES):
        rows = competing(rng, 120, hazards, censoring)
        columns = {"exit": "exit", "by": "arm"}
        found.append(
            {
                "log-rank": log_rank(rows, entry=None, event="event", **columns).p_value,
                "peto": log_rank(rows, entry=None, event="event", weight="peto", **columns).p_value,
                "gray": gray_test(rows, cause="cause", of="promoted", **columns).p_value,
            }
        )
    return pd.DataFrame(found)


def test_tests_cry_wolf_as_often_as_they_say_though_arms_are_censored_differently():
    alike = {"mentored": (0.05, 0.04), "comparison": (0.05, 0.04)}
    rejected = (
        p_values(np.random.default_rng(20241125), alike, {"mentored": 0.01, "comparison": 0.05})
        .lt(0.05)
        .mean()
    )
    for test, share in rejected.items():
        assert FALSE_ALARMS[0] <= share <= FALSE_ALARMS[1], test


def test_gray_sees_a_difference_in_incidence_that_hazards_do_not_have_and_log_rank_not():
    """Promoted at the same rate while employed; but one arm leaves much earlier."""
    unlike = {"mentored": (0.05, 0.01), "comparison": (0.05, 0.08)}
    rejected = (
        p_values(np.random.default_rng(20241126), unlike, {"mentored": 0.01, "comparison": 0.01})
        .lt(0.05)
        .mean()
    )
    assert FALSE_ALARMS[0] <= rejected["log-rank"] <= FALSE_ALARMS[1]
    assert rejected["gray"] > 0.9


def test_both_kinds_of_interval_of_a_survival_curve_and_its_median_cover_the_truth():
    rng = np.random.default_rng(20241127)
    truth, median = np.exp(-0.02 * 20), np.log(2) / 0.02
    covered = []
    for _ in range(N_STUDIES):
        on, end = rng.exponential(1 / 0.02, 150), rng.exponential(1 / 0.01, 150)
        rows = pd.DataFrame({"exit": np.minimum(on, end), "left": on <= end})
        curves = kaplan_meier(
            rows, entry=None, exit="exit", event="left", at=[20], errors="greenwood"
        )
        covered.append([])
        for interval in ("plain", "log-log"):
            at_20 = curves.tidy(interval=interval).iloc[0]
            half = curves.medians(interval=interval).iloc[0]
            covered[-1] += [
                at_20["ci_low"] < truth < at_20["ci_high"],
                half["ci_low"] < median < half["ci_high"],
            ]
    for share in np.mean(covered, axis=0):
        assert COVERAGE[0] <= share <= COVERAGE[1]


def test_errors_two_ways_are_as_large_as_the_spread_where_people_and_mentors_recur():
    """Promise of the person and of the mentor both matter; each alone gives errors too small."""
    rng = np.random.default_rng(20241128)
    n_rows, n_people, n_mentors = 600, 120, 60
    estimates, two_ways, by_person = [], [], []
    for _ in range(N_STUDIES):
        person, mentor = rng.integers(0, n_people, n_rows), rng.integers(0, n_mentors, n_rows)
        promise = rng.normal(size=n_people)[person] + rng.normal(size=n_mentors)[mentor]
        on = np.ceil(rng.exponential(20 / np.exp(promise)))
        rows = pd.DataFrame(
            {"person": person, "mentor": mentor, "exit": np.minimum(on, 12)}
        ).assign(cause=np.where(on <= 12, "promoted", ""))
        shared = {"entry": None, "exit": "exit", "cause": "cause", "at": [10]}
        both = cumulative_incidence(rows, cluster=["person", "mentor"], **shared)
        one = cumulative_incidence(rows, cluster="person", **shared)
        promoted = [r.tidy().query("state == 'promoted'").iloc[0] for r in (both, one)]
        estimates.append(promoted[0]["estimate"])
        two_ways.append(promoted[0]["std_error"])
        by_person.append(promoted[1]["std_error"])
    sd = np.std(estimates, ddof=1)
    assert np.mean(two_ways) / sd == pytest.approx(1, abs=SPREAD)
    assert np.mean(by_person) / sd < 0.8
