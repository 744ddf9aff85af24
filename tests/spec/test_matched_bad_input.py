"""Records that cannot carry a matched difference give a reason, never an interval of no width."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import matched_difference
from mentor_outcomes.estimates.panel.matched_difference import NOT_TESTED
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference

PEOPLE = [f"p{number}" for number in range(8)]


def sets() -> pd.DataFrame:
    """Two sets of two mentored people and two comparators."""
    return pd.DataFrame(
        {
            "set_id": [1, 1, 1, 1, 2, 2, 2, 2],
            "person_id": PEOPLE,
            "start_period": 2,
            "time_zero": pd.Timestamp("2020-06-15").as_unit("us"),
            "is_mentored": [True, True, False, False] * 2,
            "weight": 1.0,
        }
    )


def panel(value, periods=range(5)) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"person_id": person, "period": period, "pay": value(number, period)}
            for number, person in enumerate(PEOPLE)
            for period in periods
        ]
    )


def varied(number: int, period: int) -> float:
    return float((7 * number + 3 * period * number) % 5)


def difference(records: pd.DataFrame, **more):
    return matched_difference(
        sets(), records, outcome="pay", periods_since_start=[-2, 0, 1, 2], **more
    )


def nothing_found(result) -> pd.DataFrame:
    """The rows, after asserting that none of them finds anything."""
    rows = result.tidy()
    figures = ["std_error", "ci_low", "ci_high", "p_value", "band_low", "band_high"]
    assert rows[figures].isna().all(axis=None)
    assert rows["reason"].notna().all()
    assert np.isnan(result.critical_value())
    assert result.joint_test([-2], slopes=[1.0]) == NOT_TESTED
    assert result.over_windows([(0, 2)])["ci_low"].isna().all()
    with pytest.raises(EstimationError, match="are estimated"):
        result.parallel_trends(before=[-2], at=1, reference=-1)
    return rows


@pytest.mark.parametrize("value", [3.0, 0.1 + 0.2, 1e9, 0.0])
def test_an_outcome_that_is_the_same_for_all_has_no_interval(value):
    rows = nothing_found(difference(panel(lambda number, period: value)))
    assert rows["reason"].str.startswith("nothing varies within the arms").all()


def test_an_outcome_that_changes_by_the_same_for_all_of_an_arm_has_no_interval():
    """An estimate of 1/3 without any error would be found for certain."""
    rising = panel(lambda number, period: 10 + (number % 4 < 2) * period / 3)
    rows = nothing_found(difference(rising)).set_index("moment")
    assert rows.loc[0, "estimate"] == pytest.approx(1 / 3)


def test_one_period_holds_no_change():
    rows = nothing_found(difference(panel(varied, periods=[1])))
    assert set(rows["reason"]) == {"the panel has one period only, so that there is no change"}


@pytest.mark.parametrize("is_mentored", [True, False])
def test_an_arm_without_any_value_is_told_and_not_compared(is_mentored):
    silent = panel(varied)
    of_arm = sets().loc[sets()["is_mentored"] == is_mentored, "person_id"]
    silent["pay"] = silent["pay"].mask(silent["person_id"].isin(of_arm))
    rows = nothing_found(difference(silent))
    assert rows["reason"].str.startswith("fewer than 2 of the mentored").all()
    assert rows["estimate"].isna().all()
    after = rows[rows["moment"] >= 0]
    assert (after["n_mentored" if is_mentored else "n_comparison"] == 0).all()
    assert (after["n_comparison" if is_mentored else "n_mentored"] == 4).all()


def test_an_outcome_without_any_value_is_told():
    result = difference(panel(lambda number, period: np.nan))
    nothing_found(result)
    assert (result.n_left_out, result.n_without_reference) == (8, 8)


def test_infinite_values_are_refused():
    records = panel(varied)
    records.loc[3, "pay"] = -np.inf
    with pytest.raises(EstimationError, match="1 of 40 rows have an infinite pay"):
        difference(records)


@pytest.mark.parametrize("name", ["sets", "panel"])
def test_no_records_are_refused(name):
    given = {"sets": sets(), "panel": panel(varied)}
    given[name] = given[name].iloc[:0]
    with pytest.raises(EstimationError, match="no records"):
        matched_difference(**given, outcome="pay", periods_since_start=[0])


def waves(silent: int | None) -> pd.DataFrame:
    """Waves 0 and 1 before the start, 2 and 3 after it; nobody answers the silent one."""
    days = ["2019-09-02", "2020-03-02", "2020-09-01", "2021-03-01"]
    opened = pd.to_datetime(days).as_unit("us")
    return pd.DataFrame(
        [
            {
                "person_id": person,
                "wave": wave,
                "opened_on": opened[wave],
                "period": 6 * wave,
                "mood": np.nan if wave == silent else varied(number, wave),
            }
            for number, person in enumerate(PEOPLE)
            for wave in range(4)
        ]
    )


def scores(silent: int | None):
    return matched_wave_difference(
        sets(), waves(silent), outcome="mood", months_since_start=[-6, 6, 12]
    )


def test_a_wave_without_answers_leaves_its_own_moment_without_a_number():
    all_there, one_silent = scores(None)[0].points, scores(2)[0].points
    assert all_there["estimate"].notna().all()
    assert one_silent["estimate"].notna().tolist() == [True, False, True]
    assert one_silent["reason"].iloc[1].startswith("fewer than 2 of the mentored")
    kept = ["moment", "estimate", "std_error"]
    pd.testing.assert_frame_equal(one_silent[kept].iloc[[0, 2]], all_there[kept].iloc[[0, 2]])


def test_without_answers_in_the_last_wave_before_nothing_can_be_compared():
    """An earlier wave does not stand in for it."""
    result, sd = scores(1)
    assert result.points["estimate"].isna().all()
    assert result.n_left_out == len(PEOPLE)
    assert np.isnan(sd)
