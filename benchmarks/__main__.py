"""All benchmarks, one after the other; what each prints is kept in benchmarks/results/.

make bench          or one of them alone: python -m benchmarks.NAME
"""

import subprocess
import sys
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
BENCHMARKS = (
    "repro_time",
    "simulate_scale",
    "ingest_scale",
    "panel_scale",
    "matching_scale",
    "growth",
    "survival_scale",
    "incidence_scale",
    "two_way_scale",
    "matched_difference_scale",
    "recovery",
    "designs_recovery",
    "check_rates",
    "cox_coverage",
    "matched_errors",
    "headline_coverage",
    "panel_coverage",
    "shuffled_starts",
)


def main() -> None:
    RESULTS.mkdir(exist_ok=True)
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        print(done.stdout)
        (RESULTS / f"{name}.txt").write_text(done.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()
