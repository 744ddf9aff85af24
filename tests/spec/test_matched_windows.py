"""Means of matched differences over windows of moments, and bands, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates import matched_difference
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference

EXACT = 1e-12


def sets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "set_id": [1, 1, 2, 2],
            "person_id": ["ann", "cy", "bo", "di"],
            "start_period": 1,
            "is_mentored": [True, False, True, False],
            "weight": 1.0,
        }
    )


def pay(values: dict[str, list[float]]) -> pd.DataFrame:
    """Periods 0, 1, ...; the change is from period 0."""
    return pd.DataFrame(
        [
            {"person_id": person, "period": period, "pay": value}
            for person, history in values.items()
            for period, value in enumerate(history)
            if not np.isnan(value)
        ]
    )


HISTORIES = {"ann": [0, 4, 6, 9], "bo": [0, 2, 4, 3], "cy": [0, 1, 0, 2], "di": [0, 0, 3, 1]}


def difference(values=HISTORIES, periods=(0, 1, 2), minimum_people=1, cluster=("person_id",)):
    return matched_difference(
        sets(),
        pay({person: [float(v) for v in history] for person, history in values.items()}),
        outcome="pay",
        periods_since_start=periods,
        minimum_people=minimum_people,
        cluster=cluster,
    )


def test_a_window_is_the_mean_of_its_moments_each_counted_alike():
    window = difference().over_windows([(0, 1)]).iloc[0]
    # At 0: (4 + 2) / 2 - (1 + 0) / 2; at 1: (6 + 4) / 2 - (0 + 3) / 2.
    assert window["estimate"] == pytest.approx((2.5 + 3.5) / 2, abs=EXACT)
    assert (window["n_moments"], window["n_mentored"], window["n_comparison"]) == (2, 2, 2)


def test_its_error_is_that_of_each_persons_mean_change():
    """Everybody is there at both moments: the mean over moments is a change like another."""
    window = difference().over_windows([(0, 1)]).iloc[0]
    ann, bo, cy, di = 5.0, 3.0, 0.5, 1.5
    influence = np.array([ann - 4, bo - 4, -(cy - 1), -(di - 1)]) / 2
    assert window["std_error"] == pytest.approx(np.sqrt((influence**2).sum() * 4 / 3), abs=EXACT)
    assert window["ci_high"] - window["estimate"] == pytest.approx(
        1.959963984540054 * window["std_error"], abs=1e-9
    )


def test_a_window_of_one_moment_is_that_moment():
    result = difference()
    window, point = result.over_windows([(2, 2)]).iloc[0], result.tidy().iloc[2]
    assert window[["estimate", "std_error", "p_value"]].tolist() == pytest.approx(
        point[["estimate", "std_error", "p_value"]].tolist(), abs=EXACT
    )


def test_a_window_with_a_moment_of_too_few_people_is_not_estimated_and_says_which():
    without_bo = {**HISTORIES, "bo": [0, 2, 4, np.nan]}
    windows = difference(without_bo, minimum_people=2).over_windows([(0, 1), (1, 2)])
    assert windows["estimate"].notna().tolist() == [True, False]
    assert windows["reason"].iloc[1].startswith("at moment 2 fewer than 2 of the mentored")
    assert windows["n_mentored"].tolist() == [2, 1]


def test_a_window_without_a_moment_says_so():
    window = difference().over_windows([(7, 9)]).iloc[0]
    assert np.isnan(window["estimate"])
    assert window["reason"] == "no moment lies within the window"


def test_without_windows_there_are_no_rows():
    assert difference().over_windows([]).empty
    assert list(difference().over_windows([])) == list(difference().over_windows([(0, 1)]))


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(EstimationError, match="from 2 to 1"):
        difference().over_windows([(2, 1)])


def test_a_band_is_wider_than_the_intervals_by_the_critical_value():
    result = difference()
    rows = result.tidy()
    critical = result.critical_value()
    assert 1.959963984540054 < critical < 2.394  # Bonferroni of three
    half = (rows["band_high"] - rows["estimate"]).to_numpy()
    assert half == pytest.approx(critical * rows["std_error"].to_numpy(), abs=EXACT)
    assert (rows["estimate"] - rows["band_low"]).to_numpy() == pytest.approx(half, abs=EXACT)


def test_the_band_of_one_moment_is_its_interval():
    row = difference(periods=[1]).tidy().iloc[0]
    assert row["band_low"] == pytest.approx(row["ci_low"], abs=1e-9)


def test_a_moment_that_is_not_estimated_has_no_band_and_widens_none():
    without_bo = {**HISTORIES, "bo": [0, 2, 4, np.nan]}
    some = difference(without_bo, minimum_people=2)
    fewer = difference(without_bo, periods=(0, 1), minimum_people=2)
    assert some.critical_value() == fewer.critical_value()
    assert some.tidy()["band_low"].isna().tolist() == [False, False, True]


def test_scores_are_averaged_over_the_waves_that_a_window_holds():
    opened = pd.to_datetime(["2020-03-02", "2020-09-01", "2021-03-01"]).as_unit("us")
    rows = [
        {"person_id": person, "wave": w, "opened_on": opened[w], "period": 6 * w, "mood": score}
        for person, scores in HISTORIES.items()
        for w, score in enumerate(scores[:3])
    ]
    of_wave = sets().assign(time_zero=pd.Timestamp("2020-06-15").as_unit("us"))
    result, _ = matched_wave_difference(
        of_wave, pd.DataFrame(rows), outcome="mood", months_since_start=[6, 12], minimum_people=1
    )
    window = result.over_windows([(1, 12)]).iloc[0]
    assert window["n_moments"] == 2
    assert window["estimate"] == pytest.approx((2.5 + 3.5) / 2, abs=EXACT)
