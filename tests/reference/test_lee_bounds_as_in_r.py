"""Lee bounds and tipping points on a real trial against base R; lee_bounds.R made the numbers."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import lee_bounds, tipping_point

FOLDER = Path(__file__).parent
R = json.loads((FOLDER / "lee_bounds.json").read_text(encoding="utf-8"))
SAME = 1e-12
"""The same sums by another route; 15 digits stored."""
BY_DIFFERENCES = 1e-7
"""R takes derivatives by differences of 1e-5 of a weight."""
BY_SEARCH = 1e-9
"""R finds the interval's reach and the departure by a search."""


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "lee_bounds.csv").assign(one=1.0)


def bounds(people, **more):
    return lee_bounds(people, outcome="change", mentored="mentored", seen="seen", **more)


@pytest.mark.parametrize(
    ("name", "more"), [("plain", {}), ("weighted", {"weights": "weight", "cluster": "cluster"})]
)
def test_bounds_and_shares_equal_r(people, name, more):
    found = bounds(people, **more)
    assert found.trimmed == "comparison"
    for quantity in ("lower", "upper", "share_trimmed", "seen_mentored", "seen_comparison"):
        assert getattr(found, quantity) == pytest.approx(R[name][quantity], abs=SAME)


def test_errors_are_those_of_lees_third_proposition_times_the_stated_correction(people):
    found = bounds(people)
    n = len(people)
    expected = np.array([R["plain"]["error_lower"], R["plain"]["error_upper"]])
    assert found.std_errors[:2] == pytest.approx(expected * np.sqrt(n / (n - 1)), abs=SAME)


def test_clustered_errors_equal_the_jackknife_of_infinitely_small_changes(people):
    found = bounds(people, weights="weight", cluster="cluster")
    expected = [R["weighted"]["error_lower"], R["weighted"]["error_upper"]]
    assert found.std_errors[:2] == pytest.approx(expected, abs=BY_DIFFERENCES)


@pytest.mark.parametrize("level", [90, 95])
def test_the_interval_of_the_effect_equals_r(people, level):
    expected = R["plain"][f"interval_{level}"]
    assert bounds(people).interval(level / 100) == pytest.approx(expected, abs=BY_SEARCH)


def test_departures_of_those_not_seen_equal_the_means_of_filled_in_values(people):
    found = tipping_point(
        people,
        outcome="change",
        mentored="mentored",
        seen="seen",
        weights="weight",
        cluster="cluster",
    )
    assert found.to_zero() == pytest.approx(R["to_zero"], abs=BY_SEARCH)
    frame = found.adjusted(pd.DataFrame(R["departures"])[["delta_mentored", "delta_comparison"]])
    correction = np.sqrt(found.n_people / (found.n_people - 1))
    for row, expected in zip(frame.itertuples(), R["departures"], strict=True):
        assert row.estimate == pytest.approx(expected["estimate"], abs=SAME)
        error = expected["std_error"] * correction
        assert row.std_error == pytest.approx(error, abs=BY_DIFFERENCES)
