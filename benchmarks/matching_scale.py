"""How long matching takes, and how much memory: 50,000 starts among 1,000,000 people by default.

Every person has one score per period in one of 25 cells of exact columns, and may serve on some
of its days. Run from the project's folder:

    python -m benchmarks.matching_scale --people 1000000 --starts 50000
"""

import argparse
import resource
import time

import numpy as np
import pandas as pd

from mentor_outcomes.groups.matching import risk_set_match, whole_score_units
from mentor_outcomes.groups.nearby import Pool, Starts, nearby

N_CELLS = 25
DAYS_PER_PERIOD = 30
CALIPER = 0.2


def matched_period(rng: np.random.Generator, n_people: int, n_starts: int, ratio: int):
    """One period's rows and sets, and the seconds of processor time spent on matching alone."""
    cell = rng.integers(0, N_CELLS, n_people)
    score = rng.normal(-5, 1, n_people)
    away = rng.random(n_people) < 0.1
    first = np.where(away, rng.integers(0, DAYS_PER_PERIOD, n_people), 0)
    units = whole_score_units(score)
    people = np.arange(n_people)
    pool = Pool(people, cell, units, first, np.full(n_people, DAYS_PER_PERIOD))
    own = rng.choice(n_people, n_starts, replace=False)
    day = rng.integers(0, DAYS_PER_PERIOD, n_starts)
    limit = np.full(n_starts, whole_score_units(np.array([CALIPER]))[0])
    began = time.process_time()
    start, row = nearby(pool, Starts(own, cell[own], units[own], day, limit), ratio)
    member = np.r_[own, row]
    candidates = pd.DataFrame(
        {
            "set": np.r_[np.arange(n_starts), start],
            "person": member,
            "is_mentored": np.r_[np.ones(n_starts, bool), np.zeros(len(row), bool)],
            "score": score[member],
        }
    )
    sets = risk_set_match(
        candidates,
        set_id="set",
        is_mentored="is_mentored",
        person="person",
        score="score",
        ratio=ratio,
    )
    return len(sets), int(sets["is_mentored"].sum()), time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=50_000)
    parser.add_argument("--periods", type=int, default=72)
    parser.add_argument("--ratio", type=int, default=3)
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    per_period = arguments.starts // arguments.periods
    found = [
        matched_period(rng, arguments.people, per_period, arguments.ratio)
        for _ in range(arguments.periods)
    ]
    n_rows, n_sets, seconds = (sum(column) for column in zip(*found, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{arguments.people:,} people, {per_period * arguments.periods:,} starts in "
        f"{arguments.periods} periods: {n_sets:,} sets, {n_rows:,} rows; matching "
        f"{seconds:.1f} s of processor time, peak memory {memory:.1f} GB"
    )


if __name__ == "__main__":
    main()
