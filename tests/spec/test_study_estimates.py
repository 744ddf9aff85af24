"""What is put together over all outcomes: adjusted p-values, who is still observed."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates.observation import (
    last_score_before,
    last_value_before,
    still_employed,
)
from mentor_outcomes.estimates.study_estimates import holm_adjusted
from mentor_outcomes.study import load_study

CALENDAR = load_study("params.yaml").study.calendar


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).as_unit("us")


SETS = pd.DataFrame(
    {
        "set_id": [1, 1, 1, 2, 2],
        "person_id": ["ann", "cy", "di", "bo", "cy"],
        "time_zero": [day("2019-03-10")] * 3 + [day("2019-04-20")] * 2,
        "is_mentored": [True, False, False, True, False],
        "weight": [1.0, 0.5, 0.5, 1.0, 1.0],
    }
)


def test_holm_counts_every_declared_primary_row_also_one_without_a_p_value():
    table = pd.DataFrame(
        {"is_primary": [True, True, True, False], "p_value": [0.02, np.nan, 0.04, 0.001]}
    )
    adjusted = holm_adjusted(table)["p_adjusted"]
    assert adjusted[0] == pytest.approx(3 * 0.02)
    assert adjusted[2] == pytest.approx(2 * 0.04)
    assert adjusted[[1, 3]].isna().all()


def test_shares_still_employed_are_weighted_as_in_the_sets_and_count_people_once():
    """Twelve months after March and April 2019: Di has left, the others are there."""
    then = [(person, period) for person in ("ann", "bo", "cy") for period in (14, 15)]
    months = pd.DataFrame(then, columns=["person_id", "period"])
    follow_up = SETS[["set_id", "person_id"]].assign(period=[14, 14, 14, 15, 15], weight=1.0)
    before = pd.Series([1.0, 2.0, 3.0, 2.0, 2.0])
    seen = still_employed(SETS, months, follow_up, before, calendar=CALENDAR, months=12)
    assert seen.mentored == 1.0
    assert seen.comparison == pytest.approx((0.5 + 1.0) / 2)
    # Ann 1 and Bo 2 against Cy, twice 2: means 1.5 and 2, SD of the mentored .5.
    assert seen.gap_after_weights == pytest.approx((1.5 - 2.0) / 0.5)
    assert seen.n_smallest == 0  # nobody of the mentored is missing


def test_members_without_a_value_before_are_not_asked_about():
    months = pd.DataFrame({"person_id": ["ann"], "period": [14]})
    follow_up = pd.DataFrame({"set_id": [1], "person_id": ["ann"], "period": [14], "weight": [1.0]})
    before = pd.Series([1.0, np.nan, 3.0, np.nan, np.nan])
    seen = still_employed(SETS, months, follow_up, before, calendar=CALENDAR, months=12)
    assert (seen.mentored, seen.comparison) == (1.0, 0.0)


def test_the_last_value_before_is_that_of_the_period_before_time_zero():
    months = pd.DataFrame(
        {"person_id": ["ann", "ann", "bo"], "period": [1, 2, 2], "log_pay": [10.0, 11.0, 12.0]}
    )
    found = last_value_before(SETS, months, "log_pay", CALENDAR)
    assert found.iloc[0] == 10.0 and found.iloc[3] == 12.0 and found.isna().sum() == 3


def test_the_last_score_before_is_of_the_wave_opened_and_answered_before_time_zero():
    waves = pd.DataFrame(
        {
            "person_id": ["ann", "cy", "bo"],
            "wave": 1,
            "opened_on": day("2019-03-01"),
            "answered_on": [day("2019-03-05"), day("2019-03-12"), day("2019-03-20")],
            "mood": [4.0, 5.0, 6.0],
        }
    )
    found = last_score_before(SETS, waves, "mood")
    # Cy answered on the 12th: after the start of the 10th, before that of 20 April.
    assert found.tolist()[0] == 4.0 and np.isnan(found[1]) and found.tolist()[3:] == [6.0, 5.0]
