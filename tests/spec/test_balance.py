"""Balance and overlap by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from mentor_outcomes.errors import StudyError
from mentor_outcomes.groups.balance import Arm, Arms, balance_table, described, kolmogorov_smirnov
from mentor_outcomes.groups.overlap import (
    effective_sample_size,
    equipoise_share,
    overlap_row,
    preference_score,
    preference_table,
)
from mentor_outcomes.groups.subgroups import check_subgroups, subgroup_flags
from mentor_outcomes.logit import design_matrix


def arm(rows, weights=None, people=None):
    rows = np.array(rows, dtype=int)
    weights = np.ones(len(rows)) if weights is None else np.array(weights, dtype=float)
    return Arm(rows, weights, rows if people is None else np.array(people))


COLUMNS = pd.DataFrame({"tenure": [10.0, 20.0, 30.0, 10.0, 40.0], "woman": [1.0, 0, 1, 0, 0]})
# Mentored: rows 0-2, of whom 0 and 1 are matched. Comparators: rows 3 and 4; matched 3 and 4 with
# weights summing to 1 per set: row 3 serves both sets (.5 + 1), row 4 one (.5).
ARMS = Arms(arm([0, 1, 2]), arm([3, 4]), arm([0, 1]), arm([3, 4, 3], [0.5, 0.5, 1.0]))


def test_standardised_differences_use_the_sd_of_all_eligible_mentored():
    row = balance_table(COLUMNS, ARMS).set_index("covariate").loc["tenure"]
    sd = np.sqrt((100 + 0 + 100) / 3)
    assert row["mean_mentored"] == 15
    assert row["mean_comparison_before"] == 25
    assert row["mean_comparison_after"] == (1.5 * 10 + 0.5 * 40) / 2
    assert row["smd_before"] == pytest.approx((20 - 25) / sd)
    assert row["smd_after"] == pytest.approx((15 - 17.5) / sd)


def test_people_behind_a_covariate_are_counted_once_with_a_value_and_with_a_one():
    columns = COLUMNS.assign(rating=[1.0, np.nan, 2.0, np.nan, 3.0])
    rows = balance_table(columns, ARMS).set_index("covariate")
    counts = [
        f"n_{arm}_{what}" for what in ("known", "level") for arm in ("mentored", "comparison")
    ]
    assert rows.loc["woman", counts].tolist() == [2, 2, 1, 0]
    assert rows.loc["woman", [f"{name}_before" for name in counts]].tolist() == [3, 2, 2, 0]
    assert rows.loc["rating", counts[:2]].tolist() == [1, 1]
    assert rows.loc[
        "rating", ["n_mentored_known_before", "n_comparison_known_before"]
    ].tolist() == [
        2,
        1,
    ]
    assert rows.loc["rating", counts[2:]].isna().all()


def test_variance_ratios_are_for_numbers_only():
    table = balance_table(COLUMNS, ARMS).set_index("covariate")
    after = (1.5 * 7.5**2 + 0.5 * 22.5**2) / 2
    assert table.loc["tenure", "variance_ratio_before"] == pytest.approx((200 / 3) / 225)
    assert table.loc["tenure", "variance_ratio_after"] == pytest.approx(25 / after)
    assert table.loc["woman", ["variance_ratio_before", "variance_ratio_after"]].isna().all()


def test_kolmogorov_smirnov_is_the_largest_gap_of_weighted_distributions():
    # Mentored {10, 20}, comparators 10 with share .75 and 40 with .25: gaps .25, .25, 0.
    row = balance_table(COLUMNS, ARMS).set_index("covariate").loc["tenure"]
    assert row["ks_after"] == pytest.approx(0.25)
    # Before: {10, 20, 30} against {10, 40}: gaps 1/6, 1/6, 1/2.
    assert row["ks_before"] == pytest.approx(1 / 2)
    assert np.isnan(kolmogorov_smirnov(np.zeros(0), np.zeros(0), np.ones(1), np.ones(1)))


def test_the_test_of_balance_is_clustered_by_person():
    # Influence of rows 0 and 1: (10 - 15)/2 and (20 - 15)/2; of row 3, who serves twice,
    # 1.5 (10 - 17.5)/2; of row 4, .5 (40 - 17.5)/2. Four people: factor 4/3.
    influence = np.array([-2.5, 2.5, 1.5 * -7.5 / 2, 0.5 * 22.5 / 2])
    error = np.sqrt((influence**2).sum() * 4 / 3)
    row = balance_table(COLUMNS, ARMS).set_index("covariate").loc["tenure"]
    assert row["smd_after_p_value"] == pytest.approx(2 * ndtr(-2.5 / error))


def test_a_person_in_both_arms_counts_once():
    both = Arms(arm([0, 1]), arm([3, 4]), arm([0, 1], people=[7, 8]), arm([3, 4], people=[7, 9]))
    # Row 0 and row 3 are the same person: -2.5 - (10 - 25)/2 = 5. Three people: factor 3/2.
    influence = np.array([-2.5 + 7.5, 2.5, -7.5])
    error = np.sqrt((influence**2).sum() * 3 / 2)
    row = balance_table(COLUMNS, both).set_index("covariate").loc["tenure"]
    assert row["smd_after_p_value"] == pytest.approx(2 * ndtr(-10 / error))


def test_equal_means_differ_by_nothing_with_certainty():
    arms = Arms(arm([0, 3]), arm([0, 3]), arm([0, 3]), arm([3, 0]))
    row = balance_table(COLUMNS, arms).set_index("covariate").loc["tenure"]
    assert (row["smd_after"], row["smd_after_p_value"], row["ks_after"]) == (0, 1, 0)


def test_where_the_mentored_do_not_vary_the_sd_is_the_comparators():
    columns = pd.DataFrame({"x": [0.0, 0.0, 0.0, 0.0, 1.0]})
    row = balance_table(columns, ARMS).iloc[0]
    assert row["smd_before"] == pytest.approx(-0.5 / 0.5)


def test_missing_values_are_left_out_and_have_a_column_of_their_own():
    frame = pd.DataFrame(
        {
            "rating": [3.0, np.nan, 4.0, 2.0, np.nan],
            "site": pd.array(["a", "b", "c", "a", "a"], dtype="str"),
            "gender": pd.array(["f", "m", "f", "f", None], dtype="str"),
        }
    )
    encodings = design_matrix(frame, ["rating", "site", "gender"]).encodings
    columns = described(frame, encodings)
    assert list(columns.columns) == [
        "rating",
        "rating_missing",
        "site=a",
        "site=b",
        "site=c",
        "gender=m",
        "gender_missing",
    ]
    table = balance_table(columns, ARMS).set_index("covariate")
    assert table.loc["rating", "mean_mentored"] == 3
    assert table.loc["rating_missing", "mean_mentored"] == 1 / 2
    assert table.loc["rating_missing", "mean_comparison_after"] == 0.5 / 2


def test_preference_takes_out_how_common_starting_is():
    # Odds of 1/9 where the share starting has odds 1/9: preference one half, whatever the share.
    assert preference_score(np.log([1 / 9]), np.log([1 / 9])) == pytest.approx(0.5)
    assert preference_score(np.log([4 / 9]), np.log([1 / 9])) == pytest.approx(0.8)
    assert equipoise_share(np.array([0.3, 0.5, 0.8]), np.array([1.0, 1.0, 2.0])) == 0.5


def test_kish_counts_equal_weights_as_people():
    assert effective_sample_size(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_sample_size(np.array([1.5, 0.5])) == pytest.approx(4 / 2.5)


PREFERENCE = np.array([0.5, 0.5, 0.9, 0.9, 0.5, 0.1])


def test_overlap_counts_people_not_rows():
    arms = Arms(
        arm([0, 1, 2, 3], people=[1, 2, 3, 4]),
        arm([4, 5], [3.0, 1.0], [8, 9]),
        arm([0, 1], people=[1, 2]),
        arm([4, 5, 4], [0.5, 0.5, 1.0], [8, 9, 8]),
    )
    assert overlap_row(arms, PREFERENCE) == {
        "n_mentored_eligible": 4,
        "n_mentored_matched": 2,
        "share_unmatched": 0.5,
        "n_comparison": 2,
        "effective_mentored": 2,
        "effective_comparison": 4 / 2.5,
        "equipoise_share": (0.5 + 0.75) / 2,
        "equipoise_share_mentored": 0.5,
        "equipoise_share_comparison": 0.75,
        "largest_reuse": 2,
    }


def test_the_effective_number_of_mentored_follows_their_weights():
    # A trial with two mentored of weights .8 and .4 (overlap weights), and one comparator for both.
    arms = Arms(arm([0, 1]), arm([4]), arm([0, 1], [0.8, 0.4]), arm([4], [1.2]))
    row = overlap_row(arms, PREFERENCE)
    assert row["effective_mentored"] == pytest.approx(1.2**2 / (0.8**2 + 0.4**2))
    assert row["effective_comparison"] == pytest.approx(1)


def test_the_overlap_of_nobody_is_missing_and_not_zero():
    nobody = arm([])
    row = overlap_row(Arms(nobody, nobody, nobody, nobody), PREFERENCE)
    assert row["n_mentored_matched"] == row["effective_mentored"] == row["largest_reuse"] == 0
    assert np.isnan(row["share_unmatched"]) and np.isnan(row["equipoise_share"])


def test_ranges_of_preference_hold_the_weight_of_each_arm():
    score = np.array([0.32, 0.34, 0.99, np.nan, 0.3, 1.0])
    arms = Arms(arm([0, 1, 2, 3]), arm([4, 5, 4], [1.0, 1.0, 2.0], [8, 9, 8]), arm([0]), arm([4]))
    table = preference_table(arms, score).set_index(["arm", "preference_from"])
    # One of four mentored has no score and is in no range; a score of 1 is in the last range.
    assert table["share"].to_dict() == {
        ("mentored", 0.3): 0.5,
        ("mentored", 0.95): 0.25,
        ("comparison", 0.3): 0.75,
        ("comparison", 0.95): 0.25,
    }
    assert table["n_people"].tolist() == [2, 1, 1, 1]


def test_a_subgroup_is_of_the_value_on_the_day_and_those_without_one_are_their_own():
    known = pd.DataFrame({"gender": ["f", "m", None, "f"], "grade": [1.0, 2.0, 2.0, np.nan]})
    flags = subgroup_flags(known, ["gender", "grade"])
    assert {name: is_in.tolist() for name, is_in in flags.items()} == {
        "all": [True] * 4,
        "gender=f": [True, False, False, True],
        "gender=m": [False, True, False, False],
        "gender_missing": [False, False, True, False],
        "grade=1": [True, False, False, False],
        "grade=2": [False, True, True, False],
        "grade_missing": [False, False, False, True],
    }


def test_a_column_of_many_values_makes_no_subgroups():
    months = pd.DataFrame({"age": np.arange(30.0)})
    with pytest.raises(StudyError, match=r"groups\.subgroups names age, which has 30 values"):
        check_subgroups(["age"], months)
