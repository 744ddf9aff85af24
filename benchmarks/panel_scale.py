"""How long the panel of a large organisation takes, and how much memory: 100,000 people by default.

Invents the organisation of params.yaml with so many people in a scratch folder, runs the stages
before the panel there, then times the panel's. Run from the project's folder:

    python -m benchmarks.panel_scale --people 100000
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from mentor_outcomes.panel import PANEL

PROJECT = Path(__file__).parent.parent


def run_stage(name: str, folder: Path) -> str:
    """What the stage took, start and imports included, in words."""
    command = [sys.executable, "-m", f"pipelines.{name}"]
    began = time.perf_counter()
    stage = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(PROJECT)})
    _, status, used = os.wait4(stage.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"the stage {name} failed")
    processor = used.ru_utime + used.ru_stime
    return (
        f"{seconds:.1f} s ({processor:.1f} s of processor time), "
        f"{used.ru_maxrss / 1024**2:.1f} GB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    n_people = parser.parse_args().people
    settings = yaml.safe_load((PROJECT / "params.yaml").read_text(encoding="utf-8"))
    settings["simulation"]["n_people"] = n_people
    folder = Path(tempfile.mkdtemp(prefix="panel_scale."))
    try:
        (folder / "params.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        for name in ("simulate", "ingest", "score", "panel"):
            print(f"{name}: {run_stage(name, folder)}", flush=True)
        for table in PANEL:
            print(f"{table.name}: {pq.read_metadata(folder / table.path).num_rows:,} rows")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
