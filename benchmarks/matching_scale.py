"""How long matching takes, and how much memory: 50,000 starts among 1,000,000 people by default.

Every person has one score per period in one of 25 cells of exact columns, and may serve on some
of its days. Seconds are of processor time, from scores to weighted sets, inventing people apart.
Run from the project's folder; `benchmarks.growth` runs it in several sizes:

    python -m benchmarks.matching_scale --people 1000000 --starts 50000
"""

import argparse
import json
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
    own = rng.choice(n_people, n_starts, replace=False)
    day = rng.integers(0, DAYS_PER_PERIOD, n_starts)
    began = time.process_time()
    units = whole_score_units(score)
    last = np.full(n_people, DAYS_PER_PERIOD)
    pool = Pool(np.arange(n_people), cell, units, first, last)
    limit = np.full(n_starts, whole_score_units(np.array([CALIPER]))[0])
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


def measured(n_people: int, n_starts: int, n_periods: int, ratio: int) -> dict:
    """Match all periods; `starts` are rounded down to a whole number per period."""
    rng = np.random.default_rng(1)
    per_period = n_starts // n_periods
    found = [matched_period(rng, n_people, per_period, ratio) for _ in range(n_periods)]
    n_rows, n_sets, seconds = (sum(column) for column in zip(*found, strict=True))
    return {
        "people": n_people,
        "starts": per_period * n_periods,
        "sets": n_sets,
        "rows": n_rows,
        "seconds": seconds,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=50_000)
    parser.add_argument("--periods", type=int, default=72)
    parser.add_argument("--ratio", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print the figures for a program")
    arguments = parser.parse_args()
    found = measured(arguments.people, arguments.starts, arguments.periods, arguments.ratio)
    if arguments.json:
        print(json.dumps(found))
        return
    print(
        f"{found['people']:,} people, {found['starts']:,} starts in {arguments.periods} periods: "
        f"{found['sets']:,} sets, {found['rows']:,} rows; matching {found['seconds']:.1f} s of "
        f"processor time, peak memory {found['peak_gb']:.1f} GB"
    )


if __name__ == "__main__":
    main()
