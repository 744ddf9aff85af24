"""How long an invented organisation takes to make, by its size; every file written.

    python -m benchmarks.simulate_scale [PEOPLE ...]        default: 3000 100000

Each size runs in a process of its own, so that the peak of memory is its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

from mentor_outcomes import io
from mentor_outcomes.simulation import csv_bytes, parquet_bytes, simulate
from mentor_outcomes.study import load_study

SIZES = (3_000, 100_000)
_ONE = "--one"
_BYTES_PER_GIGABYTE = 1e9
_BYTES_PER_KILOBYTE = 1024  # Linux counts the peak in kilobytes


def measure(n_people: int) -> str:
    """A row of the table: people, starts, seconds to make, to write, and memory at its peak."""
    study = load_study("params.yaml", uses=("study", "scales", "simulation"))
    began = time.perf_counter()
    organisation = simulate(replace(study.simulation, n_people=n_people), study.study, study.scales)
    made = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in organisation.exports.items():
            io.write_bytes(Path(folder) / name, csv_bytes(frame))
        for part in fields(organisation.potential):
            frame = getattr(organisation.potential, part.name)
            io.write_bytes(Path(folder) / f"{part.name}.parquet", parquet_bytes(frame))
    written = time.perf_counter()
    starts = (organisation.potential.events["world"] == "mentored").sum()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_KILOBYTE
    return (
        f"| {n_people:,} | {starts:,} | {made - began:.1f} | {written - made:.1f} "
        f"| {peak / _BYTES_PER_GIGABYTE:.1f} |"
    )


def main(arguments: Sequence[str]) -> None:
    if arguments and arguments[0] == _ONE:
        print(measure(int(arguments[1])))
        return
    print("| people | starts in the window | seconds to make | seconds to write | peak GB |")
    print("|---:|---:|---:|---:|---:|")
    for n_people in [int(text) for text in arguments] or SIZES:
        command = [sys.executable, "-m", "benchmarks.simulate_scale", _ONE, str(n_people)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
