"""Tenths of the predicted hazard, and how predictable starts are, counted on paper."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from mentor_outcomes.groups.calibration import (
    beside_overlap,
    c_statistic,
    calibration_of,
    tenths_of,
)


def model_of(hazard, starts, in_model=None, dropped=None):
    hazard = np.asarray(hazard, dtype="float64")
    return SimpleNamespace(
        score=np.where(hazard > 0, logit(np.where(hazard > 0, hazard, 0.5)), np.nan),
        starts_next=np.asarray(starts, dtype=bool),
        in_model=np.ones(len(hazard), bool) if in_model is None else np.asarray(in_model),
        model="fitted",
        dropped=dropped or {},
    )


def months(people, periods):
    return SimpleNamespace(month_person=np.asarray(people), month_period=np.asarray(periods))


def test_equal_hazards_share_a_tenth_whatever_the_order_of_rows():
    # 20 rows: 14 equal (places 0-13, middle 7: tenth 4), then six of their own.
    units = np.array([5] * 14 + [6, 7, 8, 9, 10, 11])
    assert tenths_of(units).tolist() == [4] * 14 + [8, 8, 9, 9, 10, 10]
    order = np.random.default_rng(1).permutation(20)
    assert tenths_of(units[order]).tolist() == tenths_of(units)[order].tolist()
    assert tenths_of(np.arange(100)).tolist() == np.repeat(np.arange(1, 11), 10).tolist()
    assert set(tenths_of(np.zeros(7, dtype=int))) == {6}


def test_a_tenth_counts_its_months_people_and_starts():
    # Two hazards, two tenths (middle of the first 4 of 8 rows: 2; of the others: 6).
    model = model_of([0.1] * 4 + [0.3] * 4, [0, 0, 0, 1, 0, 1, 1, 0])
    found = calibration_of(model, months([1, 1, 2, 2, 3, 3, 4, 5], [0] * 8))
    rows = found.tenths.set_index("tenth")
    assert rows.index.tolist() == [3, 8]
    assert rows["n_person_months"].tolist() == [4, 4]
    assert rows["n_people"].tolist() == [2, 3]
    assert rows["n_starts"].tolist() == [1, 2]
    assert rows["mean_predicted"].tolist() == pytest.approx([0.1, 0.3])
    assert rows["observed_share"].tolist() == [1 / 4, 2 / 4]
    errors = [np.sqrt(4 * 0.1 * 0.9) / 4, np.sqrt(4 * 0.3 * 0.7) / 4]
    assert rows["gap_error"].tolist() == pytest.approx(errors)
    assert found.summary["largest_calibration_gap"] == pytest.approx(0.2)
    assert found.summary["calibration_gap_error"] == pytest.approx(errors[1])


def test_months_the_model_never_saw_are_not_counted_and_those_that_cannot_start_are():
    model = model_of([0.0, 0.2, 0.2, 0.9], [0, 1, 0, 1], in_model=[True, True, True, False])
    rows = calibration_of(model, months([1, 2, 3, 4], [0, 0, 0, 0])).tenths
    assert rows["n_person_months"].sum() == 3
    assert rows["mean_predicted"].tolist() == pytest.approx([0.0, 0.2])


def test_the_c_statistic_compares_within_periods_only():
    # Period 0: starts at 5, others at 1, 5, 9: one lower, one equal, one higher: 1.5 of 3.
    # Period 1: starts at 100, other at 90: 1 of 1. Across periods 100 would beat everybody.
    units = np.array([5, 1, 5, 9, 100, 90])
    starts = np.array([1, 0, 0, 0, 1, 0], dtype=bool)
    assert c_statistic(units, starts, np.array([0, 0, 0, 0, 1, 1])) == 2.5 / 4
    assert np.isnan(c_statistic(units, starts & False, np.zeros(6)))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 40))
def test_the_c_statistic_equals_counting_every_pair(seed, n):
    rng = np.random.default_rng(seed)
    units, periods = rng.integers(0, 6, n), rng.integers(0, 3, n)
    starts = rng.random(n) < 0.4
    pairs = [
        (units[i] > units[j]) + 0.5 * (units[i] == units[j])
        for i in np.flatnonzero(starts)
        for j in np.flatnonzero(~starts)
        if periods[i] == periods[j]
    ]
    expected = np.mean(pairs) if pairs else np.nan
    assert c_statistic(units, starts, periods) == pytest.approx(expected, nan_ok=True)


def test_what_the_model_lacks_and_its_summary_stand_beside_the_overlap_of_everybody():
    model = model_of([0.1, 0.2], [0, 1], dropped={"unit_id": "more than 30 levels"})
    calibration = calibration_of(model, months([1, 2], [0, 0]))
    overlap = beside_overlap(pd.DataFrame({"subgroup": ["all", "gender=f"]}), calibration)
    assert overlap["c_statistic"].tolist()[0] == 1.0
    assert overlap["c_statistic"].isna().tolist() == [False, True]
    assert set(overlap["left_out_of_model"]) == {"unit_id: more than 30 levels"}


def test_without_a_model_there_are_no_tenths_and_no_summary():
    model = model_of([0.1, 0.2], [0, 1], in_model=[False, False])
    found = calibration_of(model, months([1, 2], [0, 0]))
    assert found.tenths.empty
    assert np.isnan(list(found.summary.values())).all()
