"""Scratch copies of the project in which a whole study runs, away from the tree."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]
IGNORED = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.pyc")


def make_study(folder: Path, **changes: dict) -> Path:
    """The project's own study in `folder`, small; `changes` replace keys within sections."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("src", "pipelines", "notebooks"):
        shutil.copytree(PROJECT / name, folder / name, ignore=IGNORED)
    for name in ("dvc.yaml", ".dvcignore", "requirements.lock"):
        shutil.copy(PROJECT / name, folder)
    params = yaml.safe_load((PROJECT / "params.yaml").read_text(encoding="utf-8"))
    params["simulation"]["n_people"] = 300
    for section, keys in changes.items():
        params[section].update(keys)
    write_params(folder, params)
    call(folder, ["dvc", "init", "--no-scm", "--quiet"])
    return folder


def read_params(folder: Path) -> dict:
    return yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8"))


def write_params(folder: Path, params: dict) -> None:
    text = yaml.safe_dump(params, sort_keys=False, allow_unicode=True)
    (folder / "params.yaml").write_text(text, encoding="utf-8")


def call(folder: Path, command: list[str], *, cpus: set[int] | None = None, **more):
    """Run a command in the scratch study with its own copy of the code, its output captured."""
    environment = os.environ | {
        "PYTHONPATH": str(folder / "src"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
    }
    pin = (lambda: os.sched_setaffinity(0, cpus)) if cpus else None
    done = subprocess.run(
        command, cwd=folder, env=environment, text=True, capture_output=True, preexec_fn=pin, **more
    )
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr}")
    return done


def stage(folder: Path, name: str, *, cpus: set[int] | None = None) -> None:
    call(folder, ["python", "-m", f"pipelines.{name}"], cpus=cpus)


def digests(folder: Path, *below: str) -> dict[str, str]:
    """SHA-256 of every file below these places, by relative path."""
    files = [path for place in below for path in _files(folder / place)]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
