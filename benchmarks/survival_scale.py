"""Time and memory of Cox and Aalen-Johansen with clustered errors, by number of people.

    python -m benchmarks.survival_scale [PEOPLE ...]        default: 10000 100000 1000000

Invented records with delayed entry, whole months (heavy ties), five covariates and an exposure
that begins at some time for a third of the people. Each size runs in a process of its own, so that
the peak of memory is its own.
"""

import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from mentor_outcomes.estimates import cox_regression, cumulative_incidence

SIZES = (10_000, 100_000, 1_000_000)
_ONE = "--one"
COVARIATES = ["x1", "x2", "x3", "x4", "is_mentored"]


def records(n_people: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row per person and exposure state, at risk on (entry, exit]."""
    x = rng.normal(size=(n_people, 4))
    entry = rng.integers(0, 24, n_people).astype("float64")
    hazard = 0.01 * np.exp(0.3 * x[:, 0])
    exit_ = entry + np.minimum(np.ceil(rng.exponential(1 / hazard)), rng.integers(1, 60, n_people))
    start = np.where(rng.random(n_people) < 1 / 3, entry + rng.integers(1, 36, n_people), np.inf)
    frame = pd.DataFrame(x, columns=COVARIATES[:4]).assign(
        person=np.arange(n_people), entry=entry, exit=exit_, start=start
    )
    cause = rng.choice(["promotion", "exit", ""], n_people, p=[0.4, 0.3, 0.3])
    before = frame.assign(
        exit=np.minimum(exit_, start), cause=np.where(start < exit_, "", cause), is_mentored=0.0
    )
    after = frame.assign(entry=start, cause=cause, is_mentored=1.0)[start < exit_]
    rows = pd.concat([before, after], ignore_index=True)
    return rows.assign(event=rows["cause"] == "promotion", arm=rows["is_mentored"].map(str))


def measure(n_people: int) -> str:
    """A row of the table: people, rows, seconds of each model, and memory at its peak."""
    rows = records(n_people, np.random.default_rng(3))
    times = {"entry": "entry", "exit": "exit"}
    began = time.perf_counter()
    cox_regression(rows, event="event", covariates=COVARIATES, cluster="person", **times)
    cox = time.perf_counter()
    cumulative_incidence(rows, cause="cause", by="arm", cluster="person", at=[12, 24, 36], **times)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return f"| {n_people:,} | {len(rows):,} | {cox - began:.1f} | {done - cox:.1f} | {peak:.1f} |"


def main(arguments: list[str]) -> None:
    if arguments and arguments[0] == _ONE:
        print(measure(int(arguments[1])))
        return
    print("| people | rows | Cox, s | Aalen-Johansen, s | peak memory, GB |\n|---|---|---|---|---|")
    for size in [int(size) for size in arguments] or SIZES:
        command = [sys.executable, "-m", "benchmarks.survival_scale", _ONE, str(size)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    main(sys.argv[1:])
