"""Balancing weights by hand, and what is said where there are none."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError, SeparationError, StudyError
from mentor_outcomes.groups import Trimming, balancing_weights, entropy_balance

SAME = 1e-12
"""Newton stops when nothing moves by 1e-9 (logit) or 1e-13 (entropy); errors left are squares."""


def stratum(x, n_treated: int, n_comparison: int) -> list[tuple]:
    return [(x, True)] * n_treated + [(x, False)] * n_comparison


def people_of(*strata) -> pd.DataFrame:
    rows = [row for part in strata for row in part]
    return pd.DataFrame(rows, columns=["x", "treated"], index=range(100, 100 + len(rows)))


# A saturated logit gives the shares treated: 1/4 at 0, 3/5 at 1. Treated: 4 of 9.
TWO_STRATA = people_of(stratum(0, 1, 3), stratum(1, 3, 2))


def weighted(people, method, estimand, covariates=("x",), **rest):
    return balancing_weights(
        people,
        is_treated="treated",
        covariates=list(covariates),
        method=method,
        estimand=estimand,
        **rest,
    )


def by_cell(people: pd.DataFrame, found) -> dict:
    """Weights by covariate and arm, which must be alike within a cell."""
    cells = found.weights.groupby([people["x"], people["treated"]])
    assert np.allclose(cells.max(), cells.min())
    return cells.mean().to_dict()


def test_inverse_probability_for_the_treated_is_the_odds_of_treatment():
    found = weighted(TWO_STRATA, "inverse_probability", "att")
    # Odds 1/3 and 3/2: 3 x 1/3 + 2 x 3/2 = 4 treated, spread over 5 others.
    expected = {(0, True): 1, (1, True): 1, (0, False): 1 / 3 * 5 / 4, (1, False): 3 / 2 * 5 / 4}
    assert by_cell(TWO_STRATA, found) == pytest.approx(expected, abs=SAME)
    assert (found.weights[TWO_STRATA["treated"]] == 1).all()
    assert found.propensity.loc[[100, 104]].tolist() == pytest.approx([1 / 4, 3 / 5], abs=SAME)
    arms = found.tidy().set_index("arm")
    # Stabilised, a saturated model's weights average 1 by themselves.
    assert arms["mean_stabilised"].tolist() == pytest.approx([1, 1], abs=SAME)
    n_effective = 5**2 / (3 * (5 / 12) ** 2 + 2 * (15 / 8) ** 2)
    assert arms["effective_sample_size"].tolist() == pytest.approx([4, n_effective], abs=SAME)


def test_inverse_probability_for_everybody_weighs_each_by_the_chance_of_the_own_arm():
    found = weighted(TWO_STRATA, "inverse_probability", "ate")
    treated, others = 4 / 9, 5 / 9
    expected = {
        (0, True): treated / (1 / 4),
        (1, True): treated / (3 / 5),
        (0, False): others / (3 / 4),
        (1, False): others / (2 / 5),
    }
    assert by_cell(TWO_STRATA, found) == pytest.approx(expected, abs=SAME)


def test_overlap_weighs_each_by_the_chance_of_the_other_arm():
    found = weighted(TWO_STRATA, "overlap_weights", "ato")
    # Treated 3/4 + 3 x 2/5 = 39/20, others 3 x 1/4 + 2 x 3/5 = 39/20: the same sum.
    expected = {
        (0, True): 3 / 4 * 4 * 20 / 39,
        (1, True): 2 / 5 * 4 * 20 / 39,
        (0, False): 1 / 4 * 5 * 20 / 39,
        (1, False): 3 / 5 * 5 * 20 / 39,
    }
    assert by_cell(TWO_STRATA, found) == pytest.approx(expected, abs=SAME)


def test_entropy_balancing_doubles_from_value_to_value_where_that_gives_the_average():
    # Weights 1, 2, 4 at 0, 1, 2 have the average (2 + 8) / 7 = 10/7: that of 4 ones and 3 twos.
    people = people_of(stratum(0, 0, 1), stratum(1, 4, 1), stratum(2, 3, 1))
    found = weighted(people, "entropy_balancing", "att")
    assert found.weights[~people["treated"]].tolist() == pytest.approx(
        [3 / 7, 6 / 7, 12 / 7], abs=SAME
    )
    assert (found.weights[people["treated"]] == 1).all()
    assert found.propensity is None
    assert found.largest_imbalance == 0


def test_entropy_balancing_for_everybody_brings_both_arms_to_the_whole():
    found = weighted(TWO_STRATA, "entropy_balancing", "ate")
    # 5 of 9 people are at 1. Treated: 1 at 0 and 3 at 1; others: 3 at 0 and 2 at 1.
    expected = {
        (0, True): 4 / 9 * 4,
        (1, True): 5 / 9 * 4 / 3,
        (0, False): 4 / 9 * 5 / 3,
        (1, False): 5 / 9 * 5 / 2,
    }
    assert by_cell(TWO_STRATA, found) == pytest.approx(expected, abs=SAME)


def test_variances_can_be_balanced_too():
    # Treated at -1 and 1: mean 0, variance 1. Others at -2, 0, 2: w, 1 - 2w, w with 8w = 1.
    people = people_of(
        stratum(-1, 1, 0), stratum(1, 1, 0), stratum(-2, 0, 1), stratum(0, 0, 1), stratum(2, 0, 1)
    )
    found = weighted(people, "entropy_balancing", "att", moments="means_and_variances")
    assert found.weights[~people["treated"]].tolist() == pytest.approx(
        [3 / 8, 9 / 4, 3 / 8], abs=SAME
    )


def test_a_missing_number_is_a_level_of_its_own_and_the_known_are_balanced_among_themselves():
    people = people_of(stratum(np.nan, 2, 4), stratum(1, 1, 5), stratum(2, 2, 3), stratum(3, 3, 2))
    for method, estimand in [("overlap_weights", "ato"), ("entropy_balancing", "att")]:
        found = weighted(people, method, estimand)
        arms = [people["treated"], ~people["treated"]]
        known = people["x"].notna()
        shares, means = (
            [np.average(values[own & rows], weights=found.weights[own & rows]) for own in arms]
            for values, rows in ((known, True), (people["x"], known))
        )
        assert shares[0] == pytest.approx(shares[1], abs=SAME)
        assert means[0] == pytest.approx(means[1], abs=SAME)
        assert set(found.balance["covariate"]) == {"x", "x_missing"}


def test_comparison_people_at_a_level_without_treated_do_not_count_in_an_att():
    people = people_of(stratum("a", 1, 3), stratum("b", 3, 2), stratum("c", 0, 6))
    without = people[people["x"] != "c"]
    for method in ("inverse_probability", "entropy_balancing"):
        found = weighted(people, method, "att")
        expected = weighted(without, method, "att").weights.reindex(people.index, fill_value=0.0)
        assert found.weights.to_numpy() == pytest.approx(expected.to_numpy(), abs=SAME)
        arms = found.tidy().set_index("arm")
        assert arms.loc["comparison", "n_without_counterpart"] == 6
        with pytest.raises(SeparationError, match="all 6 people at x=c are in the comparison arm"):
            weighted(people, method, "ate")


def test_treated_people_at_a_level_without_others_are_an_error_unless_overlap_leaves_them_out():
    people = people_of(stratum("a", 1, 3), stratum("b", 3, 2), stratum("c", 6, 0))
    for method in ("inverse_probability", "entropy_balancing"):
        with pytest.raises(SeparationError, match="all 6 people at x=c are treated"):
            weighted(people, method, "att")
    found = weighted(people, "overlap_weights", "ato")
    assert (found.weights[people["x"] == "c"] == 0).all()
    assert (found.propensity[people["x"] == "c"] == 1).all()
    assert found.tidy()["n_without_counterpart"].tolist() == [6, 0]


def test_leaving_a_level_out_may_empty_another():
    people = pd.DataFrame(
        {
            "treated": [True, True, False, False, False],
            "x": ["a", "b", "a", "a", "c"],
            "y": ["u", "v", "u", "u", "v"],
        }
    )
    # Only the one at c is at v as the treated one at b is, and c has no treated.
    with pytest.raises(SeparationError, match="all 1 people at"):
        weighted(people, "entropy_balancing", "att", covariates=("x", "y"))


def test_trimming_follows_the_declared_rule_and_is_counted():
    rule = Trimming(propensity_range=(0.0, 0.5))
    people = people_of(stratum("a", 1, 3), stratum("b", 3, 2), stratum("c", 2, 2))
    found = weighted(people, "inverse_probability", "att", trim=rule)
    arms = found.tidy().set_index("arm")
    assert arms["n_outside_range"].tolist() == [3, 2]
    assert (found.weights[people["x"] == "b"] == 0).all()
    assert arms["n_weighted"].tolist() == [3, 5]
    assert found.weights[~people["treated"]].sum() == pytest.approx(5)

    # Others' weights are 5/12 three times and 15/8 twice; their .6 quantile is 40 % of the way.
    limit = 5 / 12 + 0.4 * (15 / 8 - 5 / 12)
    found = weighted(TWO_STRATA, "inverse_probability", "att", trim=Trimming(0.6))
    cells = by_cell(TWO_STRATA, found)
    assert cells[1, False] / cells[0, False] == pytest.approx(limit / (5 / 12))
    arms = found.tidy().set_index("arm")
    assert arms["n_truncated"].tolist() == [0, 2]
    assert arms.loc["comparison", "mean_stabilised"] == pytest.approx((3 * 5 / 12 + 2 * limit) / 5)


def test_balance_is_shown_before_and_after():
    row = weighted(TWO_STRATA, "inverse_probability", "ate").balance.set_index("covariate").loc["x"]
    sd = np.sqrt(3 / 4 * 1 / 4)
    assert row["mean_mentored_before"] == 3 / 4
    assert row["mean_comparison_before"] == 2 / 5
    assert row["mean_mentored"] == pytest.approx(5 / 9)
    assert row["mean_comparison_after"] == pytest.approx(5 / 9)
    assert row["smd_before"] == pytest.approx((3 / 4 - 2 / 5) / sd)
    assert row["smd_after"] == 0


@pytest.mark.parametrize(
    ("method", "estimand", "rest"),
    [
        ("overlap_weights", "att", {}),
        ("inverse_probability", "ato", {}),
        ("entropy_balancing", "ato", {}),
        ("magic", "att", {}),
        ("overlap_weights", "ato", {"moments": "means_and_variances"}),
        ("entropy_balancing", "att", {"moments": "skewness"}),
        ("overlap_weights", "ato", {"trim": Trimming(0.99)}),
    ],
)
def test_what_is_not_defined_is_refused(method, estimand, rest):
    with pytest.raises(StudyError, match="Expected:"):
        weighted(TWO_STRATA, method, estimand, **rest)


def test_names_arms_and_numbers_that_cannot_be_are_refused():
    with pytest.raises(StudyError, match="no column y"):
        weighted(TWO_STRATA, "overlap_weights", "ato", covariates=("x", "y"))
    with pytest.raises(StudyError, match="both the arm and a covariate"):
        weighted(TWO_STRATA, "overlap_weights", "ato", covariates=("x", "treated"))
    with pytest.raises(StudyError, match="role outcome"):
        paid = TWO_STRATA.assign(log_pay=1.0)
        weighted(paid, "overlap_weights", "ato", covariates=("x", "log_pay"))
    with pytest.raises(EstimationError, match="0 of 9 people are treated"):
        weighted(TWO_STRATA.assign(treated=False), "overlap_weights", "ato")
    unknown = TWO_STRATA.assign(treated=TWO_STRATA["treated"].astype("boolean").mask([True] * 9))
    with pytest.raises(EstimationError, match="9 of 9 people are neither"):
        weighted(unknown, "overlap_weights", "ato")
    infinite = TWO_STRATA.assign(x=[np.inf, *range(8)])
    with pytest.raises(EstimationError, match="infinite values in x"):
        weighted(infinite, "entropy_balancing", "att")
    with pytest.raises(StudyError, match="trimming"):
        Trimming(weight_quantile=0)


def test_covariates_that_repeat_each_other_or_foretell_the_arm_are_named():
    rng = np.random.default_rng(0)
    people = pd.DataFrame({"x": rng.normal(size=40), "z": rng.normal(size=40)})
    people["treated"] = people["x"] + rng.normal(size=40) > 0
    twice = people.assign(y=2 * people["x"] + 3)
    with pytest.raises(EstimationError, match="x and y repeat each other"):
        weighted(twice, "overlap_weights", "ato", covariates=("x", "y"))
    # Balance of the one is balance of the other: no harm done.
    once = weighted(people, "entropy_balancing", "att").weights
    again = weighted(twice, "entropy_balancing", "att", covariates=("x", "y")).weights
    assert again.to_numpy() == pytest.approx(once.to_numpy(), abs=1e-9)
    foretold = people.assign(treated=people["x"] > 0)
    with pytest.raises(SeparationError, match="x foretells the event"):
        weighted(foretold, "inverse_probability", "att")


def test_an_average_outside_the_values_of_the_others_is_named_without_telling_a_value():
    people = people_of(stratum(1, 3, 3), stratum(2, 3, 3), stratum(9, 4, 0))
    with pytest.raises(EstimationError, match=r"treated lies outside .*: x \(above all of them\)"):
        weighted(people, "entropy_balancing", "att")


def test_averages_that_cannot_be_reached_together_are_named():
    values = np.array([[0.0, 0, 5], [1, 1, 6], [2, 2, 5], [3, 3, 6]])
    with pytest.raises(EstimationError, match=r"averages of the rest: .*; (up|down) cannot be met"):
        entropy_balance(
            values,
            np.array([1.0, 2.0, 5.5]),
            names=["up", "down", "across"],
            of_whom="the rest",
        )


def test_a_target_on_the_edge_gives_those_off_it_nothing():
    values = np.array([[0.0, 0.0], [0.0, 2.0], [0.0, 1.0], [1.0, 1.0]])
    found = entropy_balance(values, np.array([0.0, 1.0]), names=["x", "y"])
    assert found.weights.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0], abs=SAME)


def test_without_anything_that_varies_all_weigh_the_same():
    people = TWO_STRATA.assign(x=1)
    for method, estimand in [("overlap_weights", "ato"), ("entropy_balancing", "att")]:
        found = weighted(people, method, estimand)
        assert found.weights.to_numpy() == pytest.approx(np.ones(9), abs=SAME)
        assert found.dropped == {"x": "constant"}
