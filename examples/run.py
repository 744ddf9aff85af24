"""Run an example study through the same stages in a scratch copy, so that the tree stays clean.

    python -m examples.run wage_panel [FOLDER]

Without FOLDER the copy is made in a temporary folder that is removed afterwards; with it the copy
stays there, to be looked at.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def prepare(example: str, folder: Path) -> None:
    """Copy an example study and the project's code to `folder`, and make its raw files there."""
    source = PROJECT / "examples" / example
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.pyc")
    shutil.copytree(source, folder, ignore=ignored, dirs_exist_ok=True)
    for name in ("src", "pipelines"):
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    shutil.copy(PROJECT / "requirements.lock", folder)
    shutil.copy(PROJECT / ".dvcignore", folder)
    run([sys.executable, "make_sources.py"], folder)
    run(["dvc", "init", "--no-scm", "--quiet"], folder)


def run(command: list[str], folder: Path) -> None:
    """Run a command in `folder` with its own copy of the code first on the path."""
    environment = os.environ | {
        "PYTHONPATH": str(folder / "src"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
    }
    subprocess.run(command, cwd=folder, env=environment, check=True)


def main(example: str, folder: Path) -> None:
    """Prepare, run every stage, and print the estimates that answer the example's question."""
    prepare(example, folder)
    run(["dvc", "repro", "--quiet"], folder)
    run([sys.executable, "show.py"], folder)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(sys.argv[1], Path(sys.argv[2]).resolve())
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(sys.argv[1], Path(scratch) / sys.argv[1])
