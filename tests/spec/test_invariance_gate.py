"""A scale that measures differently in the groups: every row that compares scores is blocked."""

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.estimates.invariance_gate import means_blocked
from mentor_outcomes.estimates.result_rows import as_table, blocked, estimated

REASON = "the questions hang together differently between waves"
ABOUT = {
    "outcome": "mood",
    "role": "protege",
    "contrast": "any",
    "estimand": "effect",
    "unit": "points",
    "error_type": "by person",
    "is_primary": True,
}
FIGURES = {"estimate": 0.2, "std_error": 0.1, "ci_low": 0.0, "ci_high": 0.4, "p_value": 0.05}
METHODS = (
    ("matched_difference", "difference"),
    ("matched_difference", "share_difference"),
    ("two_way_fixed_effects", "coefficient"),
    ("naive", "difference"),
    ("placebo_start", "difference"),
    ("a method of tomorrow", "its quantity"),
)


def estimates() -> pd.DataFrame:
    rows = [
        estimated(ABOUT | {"method": method, "quantity": quantity}, FIGURES, n_mentored=40)
        for method, quantity in METHODS
    ]
    too_few = blocked(ABOUT | {"method": "lee_bounds", "quantity": "lower_bound"}, "too few")
    return as_table([*rows, too_few], schema.ESTIMATES)


def curves() -> pd.DataFrame:
    point = {name: 0.0 for name in schema.CURVES.column_names()}
    words = {"outcome": "mood", "role": "protege", "contrast": "any", "subgroup": "all"}
    more = {"method": "matched_difference", "quantity": "difference", "arm": "difference"}
    return as_table([point | words | more | {"unit": "points"}], schema.CURVES)


def test_every_row_loses_its_figures_and_keeps_its_people():
    rows, curve = means_blocked(estimates(), curves(), REASON)
    assert set(rows["status"]) == {"blocked"}
    mine = rows[rows["method"] != "lee_bounds"]
    assert set(mine["reason"]) == {REASON}
    assert (mine["n_mentored"] == 40).all()
    assert mine["is_primary"].all()
    assert set(mine["error_type"]) == {"none"}
    assert rows[list(FIGURES)].isna().all(axis=None)
    assert curve.empty and list(curve.columns) == list(curves().columns)
    schema.ESTIMATES.check(rows)
    schema.CURVES.check(curve)


def test_the_share_that_answered_compares_no_scores_and_stays():
    shares = ABOUT | {"method": "lee_bounds", "quantity": "seen_difference"}
    share = as_table([estimated(shares, FIGURES, n_mentored=40)], schema.ESTIMATES)
    both = pd.concat([estimates(), share], ignore_index=True)
    rows, curve = means_blocked(both, curves(), REASON)
    pd.testing.assert_frame_equal(rows.iloc[-1:].reset_index(drop=True), share)
    assert (rows["status"].iloc[:-1] == "blocked").all()
    assert curve.empty


def test_what_was_blocked_before_keeps_its_own_reason():
    rows, _ = means_blocked(estimates(), curves(), REASON)
    assert rows.loc[rows["method"] == "lee_bounds", "reason"].tolist() == ["too few"]


def test_without_a_reason_nothing_changes():
    rows, curve = means_blocked(estimates(), curves(), None)
    pd.testing.assert_frame_equal(rows, estimates())
    pd.testing.assert_frame_equal(curve, curves())
    assert np.isfinite(rows["estimate"]).sum() == len(METHODS)
