"""Shares of people at or above a threshold of a scale, worked by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import share_above
from mentor_outcomes.estimates.panel.share_cells import share_cells
from mentor_outcomes.estimates.panel_answers.panel_matched import matched_waves
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.panel_answers.share_rows import blocked_share_rows, share_rows
from mentor_outcomes.estimates.result_rows import as_table
from mentor_outcomes.study import Analysis, Exposure, Groups, Outcome, StudySection

SECTION = StudySection(
    "two years", date(2020, 1, 1), date(2021, 12, 31), date(2019, 1, 1), "voluntary"
)
OPENED = pd.to_datetime(["2020-03-01", "2021-03-01"]).as_unit("us")
SCORES = {
    "ann": (3.0, 5.0),
    "bo": (5.0, 5.0),
    "cy": (4.0, 14 / 3 + 1 / 3),  # five but for rounding
    "di": (2.0, 2.0),
    "ed": (5.0, 4.0),
    "flo": (4.0, 4.9),
}
MENTORED = ("ann", "bo")


def waves(scores=SCORES) -> pd.DataFrame:
    rows = [
        (person, wave, OPENED[wave], period, score)
        for person, both in scores.items()
        for wave, (period, score) in enumerate(zip((2, 14), both, strict=True))
    ]
    return pd.DataFrame(rows, columns=["person_id", "wave", "opened_on", "period", "mood"])


def sets() -> pd.DataFrame:
    """Ann with Cy and Di, Bo with Ed and Flo, from 5 June 2020 on."""
    return pd.DataFrame(
        {
            "set_id": [1, 1, 1, 2, 2, 2],
            "person_id": ["ann", "cy", "di", "bo", "ed", "flo"],
            "time_zero": pd.Timestamp("2020-06-05").as_unit("us"),
            "is_mentored": [True, False, False, True, False, False],
            "weight": [1.0, 0.5, 0.5, 1.0, 0.5, 0.5],
        }
    )


def share(scores=SCORES, threshold=5.0):
    return share_above(
        sets(),
        waves(scores),
        outcome="mood",
        threshold=threshold,
        months_since_start=[12],
        cluster=("person_id",),
    )


def question(threshold=5.0, **analysis) -> PanelQuestion:
    outcome = Outcome("scale", "higher", 0.1, threshold=threshold, primary=True)
    asked = Analysis(horizons_months=(12,), main_horizon_months=12, minimum_at_risk=2)
    # Errors of weighting go by person; by set too these four changes would leave none.
    groups = Groups(method="overlap_weights", covariates=("x",))
    return PanelQuestion("mood", outcome, SECTION, Exposure(), asked, groups, "protege", "any")


def rows_of(scores=SCORES, threshold=5.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    answered = waves(scores).dropna()
    response = answered[["person_id", "wave"]].assign(response_weight=1.0)
    follow_up = sets()[["set_id", "person_id"]].assign(period=14, weight=1.0)
    asked = question(threshold)
    matched = matched_waves(asked, sets(), follow_up, waves(scores), response)
    rows, curve = share_rows(asked, matched, sets(), follow_up, waves(scores), response)
    return (
        schema.ESTIMATES.check(as_table(rows, schema.ESTIMATES)),
        as_table(curve, schema.CURVES),
    )


def test_the_share_at_or_above_the_threshold_rises_by_half_against_none():
    """Ann comes up, Bo was there; Cy comes up, Ed falls, Di and Flo stay below."""
    point = share().points.iloc[0]
    assert point["mean_mentored"] == pytest.approx((1 + 0) / 2)
    assert point["mean_comparison"] == pytest.approx((1 + 0 - 1 + 0) / 4)
    assert point["estimate"] == pytest.approx(0.5)


def test_the_error_is_that_of_shares_by_person():
    """Influence: of each arm's changes about their mean, by weight; six people."""
    mentored = ((1 - 0.5) ** 2 + (0 - 0.5) ** 2) / 2**2
    others = (1 + 0 + 1 + 0) / 4**2
    error = np.sqrt(6 / 5 * (mentored + others))
    assert share().points["std_error"].iloc[0] == pytest.approx(error)


def test_a_mean_of_items_that_is_at_the_threshold_but_for_rounding_is_at_it():
    barely = SCORES | {"cy": (4.0, 5.0 - 1e-12)}
    assert share(barely).points["estimate"].iloc[0] == pytest.approx(0.5)


def test_who_did_not_answer_is_neither_above_nor_below():
    silent = SCORES | {"di": (np.nan, 2.0)}
    found = share(silent)
    assert found.points["mean_comparison"].iloc[0] == pytest.approx(0.0)
    assert found.points["n_comparison"].iloc[0] == 3
    assert found.n_left_out == 1


def test_rows_are_per_100_people_beside_the_curve():
    rows, curve = rows_of()
    row = rows.iloc[0]
    assert (row["quantity"], row["unit"], row["status"]) == (
        "share_difference",
        "per 100 people",
        "estimated",
    )
    assert row["estimate"] == pytest.approx(50.0)
    assert row["ci_high"] - row["estimate"] == pytest.approx(1.959964 * row["std_error"], rel=1e-6)
    assert (row["n_mentored"], row["n_comparison"], row["n_left_out"]) == (2, 4, 0)
    assert not row["is_headline"] and not row["is_primary"]
    assert "on the share with 5 points or more" in row["estimand"]
    assert curve.set_index("months")["estimate"].to_dict() == {0.0: 0.0, 12.0: pytest.approx(50.0)}
    assert set(curve["quantity"]) == {"share_difference"}
    assert set(curve["unit"]) == {"per 100 people"}


def test_no_threshold_no_rows():
    assert blocked_share_rows(question(None), "no reason") == []
    rows, curve = rows_of(threshold=None)
    assert rows.empty and curve.empty


def test_a_threshold_that_nobody_crosses_is_blocked_with_the_reason():
    rows, _ = rows_of(threshold=6.5)
    assert rows["status"].tolist() == ["blocked"]
    assert rows["reason"][0] == (
        "12 months after the start nothing varies within the arms, so that no error is known"
    )


def test_an_arm_without_answers_is_blocked_with_the_reason():
    silent = SCORES | dict.fromkeys(MENTORED, (np.nan, np.nan))
    rows, curve = rows_of(silent)
    assert rows["status"].tolist() == ["blocked"]
    assert rows["reason"].str.startswith("12 months after the start fewer than 2").all()
    assert curve.empty


def test_a_wave_without_any_answer_is_blocked_with_the_reason():
    rows, _ = rows_of({person: (before, np.nan) for person, (before, _) in SCORES.items()})
    assert rows["status"].tolist() == ["blocked"]


def test_a_threshold_that_is_no_number_is_refused():
    with pytest.raises(EstimationError, match="the threshold is nan"):
        share(threshold=np.nan)


def test_people_at_the_threshold_and_below_it_are_counted_in_each_arm():
    """Ann and Bo are at it; of the comparators Cy is, the other three are not; nobody mentored."""
    asked = {"outcome": "mood", "threshold": 5.0, "months_since_start": [12]}
    cells = share_cells(sets(), waves(), **asked).loc[12]
    assert cells[["n_events_mentored", "n_events_comparison"]].tolist() == [2, 1]
    assert cells["n_smallest"] == 0


def test_rows_and_points_carry_what_stands_behind_them():
    rows, curve = rows_of()
    counts = ["n_events", "n_events_mentored", "n_events_comparison"]
    assert rows[counts].iloc[0].tolist() == [3, 2, 1]
    assert (curve["n_events"] == 0).all()
