"""Robust intervals against those that the R package HonestDiD gives for a published event study.

HonestDiD searches a grid and simulates its first stage; here the ends are solved for, and nothing
is simulated. So the ends are compared on its grid: the last point of it that lies inside.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from mentor_outcomes.estimates import parallel_trends

REFERENCE = json.loads((Path(__file__).parent / "parallel_trends.json").read_text())
CASES = [
    (table["at"], tuple(table["grid"]), *interval)
    for table in REFERENCE["tables"]
    for interval in table["intervals"]
]


@pytest.mark.parametrize(("at", "grid", "magnitude", "low", "high"), CASES)
def test_ends_are_those_of_the_package_up_to_one_step_of_its_grid(at, grid, magnitude, low, high):
    found = parallel_trends(
        REFERENCE["estimates"],
        np.array(REFERENCE["covariance"]),
        before=REFERENCE["before"],
        after=REFERENCE["after"],
        reference=0,
        at=at,
    ).interval(magnitude)
    points = np.linspace(grid[0], grid[1], int(grid[2]))
    inside = points[(points >= found[0]) & (points <= found[1])]
    step, rounding = points[1] - points[0], 5e-4
    # Of 1,000 points a step is .0008, where the simulated first stage may move an end by one.
    allowed = rounding + (step if len(points) == 1000 else 0)
    assert inside[0] == pytest.approx(low, abs=allowed)
    assert inside[-1] == pytest.approx(high, abs=allowed)
