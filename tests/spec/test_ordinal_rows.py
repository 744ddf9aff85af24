"""Rows of proportional odds: what is in them, and what blocks them."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.estimates import proportional_odds
from mentor_outcomes.estimates.panel_answers.ordinal_rows import proportional_odds_rows
from mentor_outcomes.estimates.panel_answers.panel_matched import matched_waves
from mentor_outcomes.estimates.result_rows import as_table
from tests.spec.test_score_shares import OPENED, question

N = 30
"""Sets of one mentored person and one comparator."""


def sets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "set_id": np.repeat(np.arange(N), 2),
            "person_id": np.arange(2 * N),
            "time_zero": pd.Timestamp("2020-06-05").as_unit("us"),
            "is_mentored": np.tile([True, False], N),
            "weight": 1.0,
        }
    )


def scores(seed=5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    before = rng.integers(1, 6, 2 * N).astype("float64")
    then = np.clip(before + rng.integers(-2, 3, 2 * N) + sets()["is_mentored"], 1, 5)
    return pd.DataFrame({"before": before, "then": then})


def rows_of(both: pd.DataFrame, response_weight=1.0) -> pd.DataFrame:
    waves = pd.DataFrame(
        {
            "person_id": np.r_[both.index, both.index],
            "wave": np.repeat([0, 1], len(both)),
            "opened_on": OPENED.repeat(len(both)),
            "period": np.repeat([2, 14], len(both)),
            "mood": np.r_[both["before"], both["then"]],
        }
    )
    response = waves.dropna()[["person_id", "wave"]].assign(response_weight=response_weight)
    follow_up = sets()[["set_id", "person_id"]].assign(period=14, weight=1.0)
    asked = question(None)
    matched = matched_waves(asked, sets(), follow_up, waves, response)
    rows = proportional_odds_rows(asked, matched, sets(), follow_up, waves, response)
    return schema.ESTIMATES.check(as_table(rows, schema.ESTIMATES)).set_index("quantity")


def test_the_row_is_the_model_of_scores_given_those_before():
    both = scores()
    fit = proportional_odds(
        both.assign(z=sets()["is_mentored"].astype("float64"), person=both.index),
        outcome="then",
        covariates=["z", "before"],
        cluster="person",
    )
    row = rows_of(both).loc["log_odds_ratio"]
    assert row["estimate"] == pytest.approx(fit.coefficients[0])
    assert row["std_error"] == pytest.approx(fit.tidy()["std_error"][0])
    assert (row["method"], row["unit"], row["horizon_months"]) == (
        "proportional_odds",
        "log odds",
        12,
    )
    assert (row["n_mentored"], row["n_comparison"], row["n_left_out"]) == (N, N, 0)
    assert "not collapsible" in row["estimand"]
    assert "effect on" not in row["estimand"]
    test = rows_of(both).loc["proportionality_chi_square"]
    assert test["estimate"] == pytest.approx(fit.trend_chi_square[0])
    assert test["p_value"] == pytest.approx(fit.tidy()["proportionality_p_value"][0])
    assert np.isnan(test["std_error"])


def test_weights_of_one_size_for_all_change_nothing():
    pd.testing.assert_frame_equal(rows_of(scores(), 3.0), rows_of(scores()), rtol=1e-8)


def test_where_all_had_the_same_score_before_it_says_nothing():
    both = scores().assign(before=3.0)
    fit = proportional_odds(
        both.assign(z=sets()["is_mentored"].astype("float64"), person=both.index),
        outcome="then",
        covariates=["z"],
        cluster="person",
    )
    assert rows_of(both)["estimate"].iloc[0] == pytest.approx(fit.coefficients[0])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"then": 4.0}, "12 months after the start all have the same score: none is higher"),
        ({"then": np.nan}, "fewer than 2 of the mentored"),
        ({"then": lambda d: d["then"].where(~sets()["is_mentored"])}, "fewer than 2 of the"),
        ({"before": np.nan}, "fewer than 2 of the mentored"),
        ({"then": lambda d: 1.0 + 3 * sets()["is_mentored"]}, "no finite maximum"),
    ],
)
def test_what_has_no_odds_is_blocked_with_its_reason(change, reason):
    found = rows_of(scores().assign(**change))
    assert found["status"].tolist() == ["blocked", "blocked"]
    assert found["reason"].str.contains(reason).all()


def test_two_different_scores_have_one_odds_ratio_and_nothing_to_test():
    both = scores().assign(then=lambda d: (d["then"] > 3).astype("float64"))
    found = rows_of(both)
    assert found.loc["log_odds_ratio", "status"] == "estimated"
    assert found.loc["proportionality_chi_square", "reason"] == (
        "only two different scores were given: one odds ratio"
    )
