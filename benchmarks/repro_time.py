"""How long the default study takes: cold, with nothing changed, and by stage.

    python -m benchmarks.repro_time

Runs in a scratch copy with a cache of its own. Wall-clock seconds of one run each.
"""

import tempfile
import time
from pathlib import Path

import yaml

from tests.pipeline.scratch import PROJECT, call, make_study


def timed(folder: Path, command: list[str]) -> float:
    began = time.perf_counter()
    call(folder, command)
    return time.perf_counter() - began


def main() -> None:
    n_people = yaml.safe_load((PROJECT / "params.yaml").read_text())["simulation"]["n_people"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = make_study(Path(scratch) / "study", simulation={"n_people": n_people})
        cold = timed(folder, ["dvc", "repro"])
        unchanged = timed(folder, ["dvc", "repro"])
        stages = yaml.safe_load((folder / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
        rows = [(name, timed(folder, ["python", "-m", f"pipelines.{name}"])) for name in stages]
    print("| what | seconds |\n|---|---|")
    print(f"| dvc repro, nothing there yet | {cold:.1f} |")
    print(f"| dvc repro, nothing changed | {unchanged:.1f} |")
    for name, seconds in rows:
        print(f"| stage {name} alone | {seconds:.1f} |")


if __name__ == "__main__":
    main()
