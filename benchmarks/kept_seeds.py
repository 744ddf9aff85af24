"""Many seeds, each worked on once: what it makes is kept on disk, one file per seed and part.

Seeds cost some seconds and hundreds are wanted, so a benchmark that was stopped goes on where it
was. The folder's name holds a fingerprint of the code and of the study file: nothing made by other
code is ever reused, and a worker that finds the code changed under its feet stops.
"""

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from benchmarks.study_in_memory import PROJECT
from mentor_outcomes import io

OUT = PROJECT / "benchmarks" / "out"
FIRST_SEED = 20250101
_PARTS_OF_IT = ("kept_seeds.py", "study_in_memory.py")
_NO_PART_OF_IT = ("reports", "figures", "release", "commands")


def kept_seeds(
    name: str,
    seeds: Sequence[int],
    make: Callable[[int], Mapping[str, pd.DataFrame]],
    *,
    benchmarks: Sequence[str],
    n_processes: int,
    seeds_per_process: int = 1,
) -> Path:
    """The folder with `SEED_PART.csv` of all seeds; those already there are not made again.

    make                the rows of each part of one seed, under a name: it goes to other processes
    benchmarks          files of benchmarks/ whose code the rows hang on
    seeds_per_process   then comes a fresh one: what a study leaves in memory does not add up
    """
    expected = fingerprint(benchmarks)
    folder = OUT / "replications" / f"{name}-{expected}"
    missing = [seed for seed in seeds if not _mark(folder, seed).exists()]
    work = partial(_one_seed, make=make, folder=folder, benchmarks=benchmarks, expected=expected)
    began = time.monotonic()
    with get_context("spawn").Pool(n_processes, maxtasksperchild=seeds_per_process) as pool:
        for n_done, seconds in enumerate(pool.imap_unordered(work, missing), start=1):
            print(
                f"{name}: {n_done}/{len(missing)}, {time.monotonic() - began:.0f} s "
                f"(the last one {seconds:.1f} s of processor time)",
                flush=True,
            )
    return folder


def read_part(folder: Path, seeds: Sequence[int], part: str) -> pd.DataFrame:
    """All seeds' rows of a part; none where no seed has any."""
    files = [folder / f"{seed}_{part}.csv" for seed in seeds]
    rows = [pd.read_csv(file) for file in files if file.exists()]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def fingerprint(benchmarks: Sequence[str]) -> str:
    """Of all that a seed's numbers hang on."""
    source = PROJECT / "src" / "mentor_outcomes"
    names = {*_PARTS_OF_IT, *benchmarks}
    files = [PROJECT / "params.yaml", *(PROJECT / "benchmarks" / name for name in names)]
    for path in source.rglob("*"):
        layer = path.relative_to(source).parts[0]
        if path.suffix in (".py", ".yaml") and layer not in _NO_PART_OF_IT:
            files.append(path)
    sums = hashlib.sha256()
    for path in sorted(files):
        sums.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return sums.hexdigest()[:12]


def n_processes() -> int:
    return min(2, os.cpu_count() or 1)


def _one_seed(
    seed: int,
    *,
    make: Callable[[int], Mapping[str, pd.DataFrame]],
    folder: Path,
    benchmarks: Sequence[str],
    expected: str,
) -> float:
    """Make one seed's rows, keep them, and give the processor's seconds."""
    began = time.process_time()
    made = make(seed)
    if fingerprint(benchmarks) != expected:
        raise RuntimeError("the code changed during the replication; start again.")
    for part, rows in made.items():
        text = rows.assign(seed=seed).to_csv(index=False, float_format="%.10g")
        io.write_bytes(folder / f"{seed}_{part}.csv", text.encode())
    io.write_bytes(_mark(folder, seed), b"")  # the last: it marks the seed as done
    return time.process_time() - began


def _mark(folder: Path, seed: int) -> Path:
    return folder / f"{seed}.done"
