"""Which of DVC's copies hold person-level data, by what dvc.lock says of them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from mentor_outcomes.errors import StudyError

PERSON_LEVEL = "data/"
PUBLISHED = "reports/"
_HASH = re.compile(r"[0-9a-f]{32}(\.dir)?")
"""Anything else would be a path of somebody's making."""


@dataclass(frozen=True, slots=True)
class Cache:
    """DVC's store of file contents.

    folder     where it lies
    is_ours    below the project's folder and of no other project: all of it is this project's
    """

    folder: Path
    is_ours: bool


def cache_of(root: Path) -> Cache | None:
    """The project's cache; None where the folder is no DVC project or has none yet.

    Raises StudyError where DVC does not say where its cache is.
    """
    home = dvc_home(root)
    if home is None:
        return None
    asked = subprocess.run(
        [sys.executable, "-m", "dvc", "cache", "dir"], cwd=root, text=True, capture_output=True
    )
    if asked.returncode:
        raise StudyError(
            "DVC cannot say where its cache is.",
            expected="a readable .dvc/config.",
            remedy="run `dvc cache dir` and mend what it complains of; nothing was removed.",
        )
    # The path stands on the last line; warnings may come before it.
    folder = (root / asked.stdout.strip().splitlines()[-1]).resolve()
    is_ours = home.resolve() == root.resolve() and folder.is_relative_to(root.resolve())
    return Cache(folder, is_ours) if folder.is_dir() else None


def dvc_home(root: Path) -> Path | None:
    """The folder with .dvc that the project belongs to: itself, or one above it."""
    here = root.resolve()
    return next((each for each in (here, *here.parents) if (each / ".dvc").is_dir()), None)


def doomed_objects(root: Path, cache: Cache) -> tuple[Path, ...]:
    """Files of the cache that hold person-level data.

    In the project's own cache these are all but what was published; in a shared one only those
    that dvc.lock names below data/: nobody can tell whose the others are.
    """
    published = set(_objects(root, cache.folder, PUBLISHED))
    if cache.is_ours:
        every = (path for path in cache.folder.rglob("*") if _is_file(path))
        return tuple(sorted(path for path in every if path not in published))
    named = {path for path in _objects(root, cache.folder, PERSON_LEVEL) if _is_file(path)}
    return tuple(sorted(named - published))


def _is_file(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _objects(root: Path, cache: Path, below: str) -> Iterator[Path]:
    """Where the cache keeps what dvc.lock names below this folder, in DVC's present and old form.

    A directory's object lists its files.
    """
    for md5 in _hashes(root, below):
        for base in (cache / "files" / "md5", cache):
            listing = base / md5[:2] / md5[2:]
            yield listing
            if md5.endswith(".dir") and listing.is_file():
                for entry in json.loads(listing.read_text(encoding="utf-8")):
                    if _HASH.fullmatch(entry["md5"]):
                        yield base / entry["md5"][:2] / entry["md5"][2:]


def _hashes(root: Path, below: str) -> set[str]:
    """The hashes of all outputs and dependencies below a folder that dvc.lock holds."""
    path = root / "dvc.lock"
    if not path.is_file():
        return set()
    try:
        lock = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError:
        raise StudyError(
            "dvc.lock is not valid YAML.",
            expected="the file as DVC wrote it.",
            remedy="restore it, for example from git; nothing was removed.",
        ) from None
    stages: Mapping[str, Mapping] = lock.get("stages", {})
    entries = (
        entry
        for stage in stages.values()
        for kind in ("outs", "deps")
        for entry in stage.get(kind, ())
    )
    return {
        entry["md5"]
        for entry in entries
        if _HASH.fullmatch(str(entry.get("md5"))) and f"{entry['path']}/".startswith(below)
    }
