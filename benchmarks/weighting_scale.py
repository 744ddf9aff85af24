"""How long one weighting of people takes, and how much memory: 1,000,000 people by default.

One row per person with six numbers and two groups, 5 % treated. Run from the project's folder;
`benchmarks.growth` runs it in several sizes:

    python -m benchmarks.weighting_scale --people 1000000 --method entropy_balancing
"""

import argparse
import json
import resource
import time

import numpy as np
import pandas as pd
from scipy.special import expit

from mentor_outcomes.groups import balancing_weights

ESTIMANDS = {"overlap_weights": "ato", "entropy_balancing": "att", "inverse_probability": "att"}
N_NUMBERS = 6


def invented(rng: np.random.Generator, n_people: int) -> pd.DataFrame:
    """One row per person; treatment hangs on three of the numbers and one group."""
    people = pd.DataFrame({f"x{i}": rng.normal(0, 1, n_people) for i in range(N_NUMBERS)})
    people["grade"] = rng.integers(1, 6, n_people)
    people["family"] = rng.choice(["a", "b", "c", "d", "e"], n_people)
    log_odds = -3.6 + 0.6 * people["x0"] + 0.4 * people["x1"] - 0.3 * people["x2"]
    log_odds += 0.4 * (people["family"] == "a")
    return people.assign(is_treated=rng.random(n_people) < expit(log_odds))


def measured(n_people: int, method: str) -> dict:
    """Weigh one invented population; inventing it is not counted."""
    people = invented(np.random.default_rng(1), n_people)
    began = time.process_time()
    balancing_weights(
        people,
        is_treated="is_treated",
        covariates=[name for name in people if name != "is_treated"],
        categories=("grade",),
        method=method,
        estimand=ESTIMANDS[method],
    )
    return {
        "method": method,
        "people": n_people,
        "starts": int(people["is_treated"].sum()),
        "seconds": time.process_time() - began,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--method", choices=sorted(ESTIMANDS), default="entropy_balancing")
    parser.add_argument("--json", action="store_true", help="print the figures for a program")
    arguments = parser.parse_args()
    found = measured(arguments.people, arguments.method)
    if arguments.json:
        print(json.dumps(found))
        return
    print(
        f"{found['people']:,} people, {found['starts']:,} of them treated, {found['method']}: "
        f"{found['seconds']:.1f} s of processor time, peak memory {found['peak_gb']:.1f} GB"
    )


if __name__ == "__main__":
    main()
