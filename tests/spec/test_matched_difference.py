"""Matched differences of changes, worked by hand on two sets of four people."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import matched_difference
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from mentor_outcomes.estimates.panel.naive_panel import naive_difference

EXACT = 1e-12
"""Sums of a few numbers, in another order."""


def two_sets() -> pd.DataFrame:
    """Ann is matched with Cy and Di, Bo with Cy alone."""
    return pd.DataFrame(
        {
            "set_id": [1, 1, 1, 2, 2],
            "person_id": ["ann", "cy", "di", "bo", "cy"],
            "start_period": [2, 2, 2, 3, 3],
            "is_mentored": [True, False, False, True, False],
            "weight": [1.0, 0.5, 0.5, 1.0, 1.0],
        }
    )


def pay() -> pd.DataFrame:
    """Periods 0 to 4; Di has left after period 2, Bo was hired in period 1."""
    values = {
        "ann": {0: 1, 1: 2, 2: 3, 3: 5},
        "bo": {1: 3, 2: 4, 3: 6, 4: 7},
        "cy": {0: 1, 1: 1, 2: 2, 3: 2, 4: 4},
        "di": {0: 0, 1: 1, 2: 1},
    }
    return pd.DataFrame(
        [
            {"person_id": person, "period": period, "pay": float(value)}
            for person, history in values.items()
            for period, value in history.items()
        ]
    )


def differences(sets, panel, periods, **more) -> pd.DataFrame:
    result = matched_difference(
        sets, panel, outcome="pay", periods_since_start=periods, minimum_people=1, **more
    )
    return result.tidy().set_index("moment")


def test_the_difference_is_that_of_the_changes_since_the_period_before_the_start():
    row = differences(two_sets(), pay(), [0]).loc[0]
    # Ann 3 - 2, Bo 6 - 4; in set 1 Cy 2 - 1 and Di 1 - 1, in set 2 Cy 2 - 2.
    assert row["mean_mentored"] == pytest.approx((1 + 2) / 2, abs=EXACT)
    assert row["mean_comparison"] == pytest.approx((0.5 * 1 + 0.5 * 0 + 1 * 0) / 2, abs=EXACT)
    assert row["estimate"] == pytest.approx(1.5 - 0.25, abs=EXACT)
    assert (row["n_mentored"], row["n_comparison"]) == (2, 2)


ANN, BO = (1 - 1.5) / 2, (2 - 1.5) / 2
CY_1, CY_2 = -0.5 * (1 - 0.25) / 2, -1 * (0 - 0.25) / 2
DI = -0.5 * (0 - 0.25) / 2
"""What each row adds to the error in the first period."""


def test_the_error_adds_up_what_a_person_adds_in_all_their_sets():
    row = differences(two_sets(), pay(), [0], cluster=["person_id"]).loc[0]
    variance = (ANN**2 + BO**2 + (CY_1 + CY_2) ** 2 + DI**2) * 4 / 3
    assert row["std_error"] == pytest.approx(np.sqrt(variance), abs=EXACT)
    assert "clustered by person, times G/(G-1)" in row["error_type"]


def test_two_ways_it_adds_up_what_a_set_adds_too_and_takes_off_what_counts_twice():
    row = differences(two_sets(), pay(), [0]).loc[0]
    by_person = (ANN**2 + BO**2 + (CY_1 + CY_2) ** 2 + DI**2) * 4 / 3
    by_set = ((ANN + CY_1 + DI) ** 2 + (BO + CY_2) ** 2) * 2 / 1
    by_row = (ANN**2 + BO**2 + CY_1**2 + CY_2**2 + DI**2) * 5 / 4
    error = np.sqrt(by_person + by_set - by_row)
    assert row["std_error"] == pytest.approx(error, abs=EXACT)
    assert "two ways by person and matched set, each times G/(G-1)" in row["error_type"]


@pytest.mark.parametrize("cluster", ["set_id", ("set_id", "person_id"), ("person_id", "mentor")])
def test_errors_by_anything_else_are_refused(cluster):
    with pytest.raises(EstimationError, match="person_id and set_id, or person_id alone"):
        differences(two_sets(), pay(), [0], cluster=cluster)


def test_follow_up_weights_multiply_and_those_no_longer_followed_are_left_out():
    follow_up = pd.DataFrame(
        {
            "set_id": [1, 1, 2, 2],
            "person_id": ["ann", "cy", "bo", "cy"],
            "period": [3, 3, 4, 4],
            "weight": [1.0, 2.0, 1.0, 3.0],
        }
    )
    row = differences(two_sets(), pay(), [1], follow_up=follow_up).loc[1]
    # Ann 5 - 2, Bo 7 - 4; Cy 2 - 1 with .5 x 2, and 4 - 2 with 1 x 3.
    assert row["estimate"] == pytest.approx(3 - (1 * 1 + 3 * 2) / 4, abs=EXACT)
    without_cy = follow_up[(follow_up["person_id"] != "cy") | (follow_up["set_id"] == 2)]
    row = differences(two_sets(), pay(), [1], follow_up=without_cy).loc[1]
    assert row["estimate"] == pytest.approx(3 - 2, abs=EXACT)


def test_earlier_periods_show_whether_both_moved_alike_before():
    row = differences(two_sets(), pay(), [-2]).loc[-2]
    # Ann 1 - 2, Bo 3 - 4; Cy 1 - 1 and Di 0 - 1 in set 1, Cy 1 - 2 in set 2.
    assert row["estimate"] == pytest.approx(-1 - (0.5 * 0 + 0.5 * -1 + 1 * -1) / 2, abs=EXACT)


def test_between_an_earlier_reference_and_the_start_no_follow_up_is_asked_for():
    follow_up = pd.DataFrame(
        {
            "set_id": [1, 1, 2, 2],
            "person_id": ["ann", "cy", "bo", "cy"],
            "period": [2, 2, 3, 3],
            "weight": [1.0, 2.0, 1.0, 3.0],
        }
    )
    rows = differences(two_sets(), pay(), [-1, 0], reference=-2, follow_up=follow_up)
    # Ann 2 - 1, Bo 4 - 3; Cy 1 - 1 and Di 1 - 0 in set 1, Cy 2 - 1 in set 2: nobody had to be
    # followed yet.
    assert rows.loc[-1, "estimate"] == pytest.approx(1 - (0.5 * 0 + 0.5 * 1 + 1 * 1) / 2, abs=EXACT)
    # Ann 3 - 1, Bo 6 - 3; Cy 2 - 1 with .5 x 2, and 2 - 1 with 1 x 3; Di is not followed.
    assert rows.loc[0, "estimate"] == pytest.approx(2.5 - 1, abs=EXACT)


def test_between_an_earlier_reference_and_the_start_a_set_needs_both_arms():
    panel = pay()
    without_bo = panel[(panel["person_id"] != "bo") | (panel["period"] != 2)]
    row = differences(two_sets(), without_bo, [-1], reference=-2).loc[-1]
    assert row["estimate"] == pytest.approx(1 - (0.5 * 0 + 0.5 * 1), abs=EXACT)


def test_before_the_start_a_set_keeps_its_weight_while_it_has_both_arms():
    panel = pay()
    without_di = panel[(panel["person_id"] != "di") | (panel["period"] != 0)]
    row = differences(two_sets(), without_di, [-2]).loc[-2]
    assert row["estimate"] == pytest.approx(-1 - (1 * 0 + 1 * -1) / 2, abs=EXACT)
    without_bo = panel[(panel["person_id"] != "bo") | (panel["period"] != 1)]
    row = differences(two_sets(), without_bo, [-2]).loc[-2]
    assert row["estimate"] == pytest.approx(-1 - (0.5 * 0 + 0.5 * -1), abs=EXACT)


def test_too_few_people_leave_a_moment_without_a_number_but_with_its_counts():
    result = matched_difference(
        two_sets(), pay(), outcome="pay", periods_since_start=[-3, 0, 1], minimum_people=2
    )
    points = result.points.set_index("moment")
    assert points["estimate"].isna().tolist() == [True, False, True]
    assert points["n_mentored"].tolist() == [0, 2, 2]
    assert points["n_comparison"].tolist() == [0, 2, 1]


def test_members_without_a_value_before_the_start_are_counted():
    panel = pay()
    panel = panel[(panel["person_id"] != "cy") | (panel["period"] != 1)]
    result = matched_difference(two_sets(), panel, outcome="pay", periods_since_start=[0])
    # Cy in the first set; in the second one there is a value before, so that Cy is not left out.
    assert (result.n_without_reference, result.n_left_out) == (1, 0)
    without_cy = panel[(panel["person_id"] != "cy") | (panel["period"] > 2)]
    result = matched_difference(two_sets(), without_cy, outcome="pay", periods_since_start=[0])
    assert (result.n_without_reference, result.n_left_out) == (2, 1)


def test_one_tested_moment_gives_the_square_of_its_z_value():
    result = matched_difference(
        two_sets(), pay(), outcome="pay", periods_since_start=[-2], minimum_people=1
    )
    row = result.tidy().iloc[0]
    test = result.joint_test([-2], slopes=[-0.5])
    assert test.statistic == pytest.approx((row["estimate"] / row["std_error"]) ** 2, abs=1e-9)
    assert test.p_value == pytest.approx(row["p_value"], abs=1e-9)
    # Found 4 times in 5 at the level .10: 1.645 + .842 errors; the other tail adds almost nothing.
    assert test.smallest_detectable == pytest.approx(2.487 * row["std_error"] / 0.5, rel=2e-3)


def test_a_joint_test_without_any_known_moment_says_nothing():
    result = matched_difference(
        two_sets(), pay(), outcome="pay", periods_since_start=[-3], minimum_people=1
    )
    test = result.joint_test([-3], slopes=[1.0])
    assert test.moments == ()
    assert np.isnan(test.p_value)


def test_two_rows_of_a_person_and_period_are_refused():
    with pytest.raises(EstimationError, match="repeat the person and period"):
        differences(two_sets(), pd.concat([pay(), pay().iloc[[0]]]), [0])


def test_naive_compares_everybody_ever_mentored_in_all_their_periods():
    panel = pd.DataFrame(
        {
            "person": ["a", "a", "b", "b", "c"],
            "pay": [1.0, 3.0, 2.0, 4.0, np.nan],
            "mentored": [False, True, False, False, True],
        }
    )
    contrast = naive_difference(panel, unit="person", outcome="pay", is_mentored="mentored")
    assert contrast.estimate == 2 - 3
    assert (contrast.n_mentored, contrast.n_comparison) == (1, 1)
    assert contrast.std_error == 0


def wave_sets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "set_id": 1,
            "person_id": ["ann", "cy", "di"],
            "time_zero": pd.Timestamp("2020-06-15").as_unit("us"),
            "is_mentored": [True, False, False],
            "weight": [1.0, 0.5, 0.5],
        }
    )


def waves() -> pd.DataFrame:
    """Waves every March and September; Di does not answer the third."""
    opened = pd.to_datetime(["2019-09-02", "2020-03-02", "2020-09-01", "2021-03-01"]).as_unit("us")
    scores = {"ann": [3, 4, 6, 7], "cy": [2, 4, 4, 5], "di": [3, 2, None, 2]}
    return pd.DataFrame(
        [
            {
                "person_id": person,
                "wave": wave + 1,
                "opened_on": opened[wave],
                "period": 6 * wave,
                "mood": np.nan if score is None else float(score),
            }
            for person, row in scores.items()
            for wave, score in enumerate(row)
        ]
    )


def wave_differences(sets, months, **more):
    result, sd = matched_wave_difference(
        sets, waves(), outcome="mood", months_since_start=months, minimum_people=1, **more
    )
    return result.points.set_index("moment")["estimate"], sd


def test_scores_change_from_the_last_wave_before_to_the_last_one_up_to_the_horizon():
    estimate, _ = wave_differences(wave_sets(), [-6, 6, 12])
    # To September 2020: Ann 6 - 4, Cy 4 - 4. To March 2021: Ann 7 - 4; Cy 5 - 4, Di 2 - 2.
    assert estimate[6] == pytest.approx(2 - 0, abs=EXACT)
    assert estimate[12] == pytest.approx(3 - (0.5 * 1 + 0.5 * 0), abs=EXACT)
    # Back to September 2019: Ann 3 - 4; Cy 2 - 4, Di 3 - 2.
    assert estimate[-6] == pytest.approx(-1 - (0.5 * -2 + 0.5 * 1), abs=EXACT)


def test_the_sd_is_that_of_the_comparators_before_the_start():
    _, sd = wave_differences(wave_sets(), [12])
    assert sd == pytest.approx(1.0, abs=EXACT)  # scores 4 and 2, equal weights


def test_a_wave_opened_on_the_day_of_the_start_is_neither_before_nor_after():
    sets = wave_sets().assign(time_zero=pd.Timestamp("2020-03-02").as_unit("us"))
    estimate, _ = wave_differences(sets, [12])
    # From September 2019 to March 2021: Ann 7 - 3; Cy 5 - 2, Di 2 - 3.
    assert estimate[12] == pytest.approx(4 - (0.5 * 3 + 0.5 * -1), abs=EXACT)


def test_response_weights_of_both_waves_and_follow_up_multiply():
    response = waves().dropna()[["person_id", "wave"]].assign(response_weight=1.0)
    response.loc[(response["person_id"] == "cy") & (response["wave"] == 2), "response_weight"] = 3.0
    response.loc[(response["person_id"] == "cy") & (response["wave"] == 4), "response_weight"] = 2.0
    follow_up = pd.DataFrame(
        {"set_id": 1, "person_id": ["ann", "cy", "di"], "period": 18, "weight": [1.0, 1.0, 2.0]}
    )
    estimate, _ = wave_differences(wave_sets(), [12], response=response, follow_up=follow_up)
    # Cy's change of 1 has the weight .5 x 3 x 2, Di's of 0 the weight .5 x 2.
    assert estimate[12] == pytest.approx(3 - (3 * 1 + 1 * 0) / 4, abs=EXACT)


def test_members_who_did_not_answer_before_have_no_change_and_are_counted():
    silent = waves()
    silent.loc[(silent["person_id"] == "di") & (silent["wave"] == 2), "mood"] = np.nan
    result, _ = matched_wave_difference(
        wave_sets(), silent, outcome="mood", months_since_start=[12], minimum_people=1
    )
    assert (result.n_without_reference, result.n_left_out) == (1, 1)
    assert result.points["estimate"].iloc[0] == pytest.approx(3 - 1, abs=EXACT)


def test_before_the_start_a_set_counts_where_both_arms_answered_with_its_own_weight():
    """Back to September 2019, when Di, and in Bo's set nobody to compare with, was silent."""
    more = wave_sets().assign(set_id=2, person_id=["bo", "ed", "flo"])
    silent = waves()
    theirs = silent.assign(person_id=silent["person_id"].map(dict(ann="bo", cy="ed", di="flo")))
    theirs["mood"] = theirs["mood"].where((theirs["person_id"] == "bo") | (theirs["wave"] > 1))
    silent["mood"] = silent["mood"].where((silent["person_id"] != "di") | (silent["wave"] > 1))
    result, _ = matched_wave_difference(
        pd.concat([wave_sets(), more], ignore_index=True),
        pd.concat([silent, theirs], ignore_index=True),
        outcome="mood",
        months_since_start=[-6],
        minimum_people=1,
    )
    point = result.points.iloc[0]
    # Ann 3 - 4 and Cy 2 - 4; Bo, who is 3 - 4 too, has nobody to be compared with.
    assert point["estimate"] == pytest.approx(-1 - -2, abs=EXACT)
    assert (point["n_mentored"], point["n_comparison"]) == (1, 1)


def test_an_answer_given_after_the_start_to_a_wave_opened_before_it_is_none_before():
    """Di answers the wave of March 2020 only after the start: as if she had not answered it."""
    start = wave_sets()["time_zero"].iloc[0]
    answered = waves().assign(answered_on=lambda frame: frame["opened_on"])
    is_late = (answered["person_id"] == "di") & (answered["opened_on"] < start)
    answered.loc[is_late, "answered_on"] = start
    result, _ = matched_wave_difference(
        wave_sets(), answered, outcome="mood", months_since_start=[12], minimum_people=1
    )
    assert (result.n_without_reference, result.n_left_out) == (1, 1)
    assert result.points["estimate"].iloc[0] == pytest.approx(3 - 1, abs=EXACT)


def one_trial() -> pd.DataFrame:
    """Ann and Bo start in the same period, weighing .8 and .6; Cy and Di sum to the same."""
    return pd.DataFrame(
        {
            "set_id": 1,
            "person_id": ["ann", "bo", "cy", "di"],
            "start_period": 3,
            "is_mentored": [True, True, False, False],
            "weight": [0.8, 0.6, 1.0, 0.4],
        }
    )


def test_several_mentored_of_a_set_count_with_their_own_weights():
    row = differences(one_trial(), pay(), [0]).loc[0]
    # Ann 5 - 3, Bo 6 - 4; Cy 2 - 2; Di has left.
    assert row["mean_mentored"] == pytest.approx((0.8 * 2 + 0.6 * 2) / 1.4, abs=EXACT)
    assert row["mean_comparison"] == pytest.approx(0.0, abs=EXACT)


def test_before_the_start_comparators_sum_to_those_mentored_who_have_the_value():
    panel = pay()
    row = differences(one_trial(), panel, [-3]).loc[-3]
    # Only Ann was there in period 0: Ann 1 - 3; Cy 1 - 2 and Di 0 - 1.
    assert row["estimate"] == pytest.approx(-2 - (1.0 * -1 + 0.4 * -1) / 1.4, abs=EXACT)
    both = pd.concat([two_sets(), one_trial().assign(set_id=3)], ignore_index=True)
    without_bo = panel[(panel["person_id"] != "bo") | (panel["period"] != 1)]
    row = differences(both, without_bo, [-2]).loc[-2]
    # Set 1 as before, set 2 gone; set 3: Ann 2 - 3; Cy 1 - 2 and Di 1 - 1, made to sum to .8.
    mentored = (1 * -1 + 0.8 * -1) / 1.8
    comparison = (0.5 * 0 + 0.5 * -1 + 0.8 / 1.4 * (1.0 * -1 + 0.4 * 0)) / 1.8
    assert row["estimate"] == pytest.approx(mentored - comparison, abs=EXACT)
