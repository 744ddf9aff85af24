"""Removes person-level data: what stages made below data/, and DVC's copies of it.

Links are removed as links: what they point to, outside or inside the project, is not touched.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentor_outcomes.commands.dvc_cache import Cache, cache_of, doomed_objects
from mentor_outcomes.errors import StudyError

KEPT = ("README.md", ".gitignore", ".gitkeep")
"""Of data/ and data/raw/ themselves: they say what belongs there."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """What would go of one place: where, in words, and the paths (files, links and folders)."""

    place: str
    paths: tuple[Path, ...]
    n_files: int
    n_bytes: int


def purge(root: Path, console: Console, *, with_raw: bool, is_confirmed: bool) -> int:
    """0 if everything is gone or nothing was there, 1 if nobody confirmed.

    Raises StudyError where the folder is no study's, or a part of it is a link elsewhere.
    """
    _require_study(root)
    cache = cache_of(root)
    places = [each for each in plan(root, cache, with_raw=with_raw) if each.paths]
    if not places:
        console.print("There is nothing to remove.")
        return 0
    console.print(_as_table(places))
    for remark in _remarks(root, cache, with_raw):
        console.print(Text(remark))
    if not is_confirmed and not _agreed():
        console.print("Nothing was removed. To go on, say so or add --yes.")
        return 1
    for each in places:
        for path in each.paths:
            _remove(path)
    if cache is not None and cache.is_ours:
        _remove_empty_folders(cache.folder)
    console.print(f"{sum(each.n_files for each in places):,} files are gone.")
    return 0


def plan(root: Path, cache: Cache | None, *, with_raw: bool) -> list[Doomed]:
    """The places with person-level data and what is there; removes nothing."""
    data, raw = root / "data", root / "data" / "raw"
    places = [_doomed("data, made by stages", _entries(data, also_kept=("raw",)))]
    if with_raw:
        places.append(_doomed("data/raw, the extracts", _entries(raw)))
    if cache is not None:
        objects = doomed_objects(root, cache)
        places.append(_doomed("DVC's copies (cache and run cache)", objects))
    # Experiments and interrupted runs leave whole copies of the project there.
    places.append(_doomed("DVC's temporary files", _entries(root / ".dvc" / "tmp")))
    return places


def _require_study(root: Path) -> None:
    if not (root / "params.yaml").is_file() and not (root / "dvc.yaml").is_file():
        raise StudyError(
            "there is neither params.yaml nor dvc.yaml here.",
            expected="a study's folder, in which the command runs.",
            remedy="change to the study's folder; nothing was removed.",
        )
    for place in (root / "data", root / "data" / "raw", root / ".dvc", root / ".dvc" / "tmp"):
        if place.is_symlink():
            raise StudyError(
                f"{place.relative_to(root).as_posix()} is a link to another place.",
                expected="a folder of the project: what lies outside may be others' too.",
                remedy="remove by hand what the link points to, then the link, and run this "
                "again; nothing was removed.",
            )


def _entries(folder: Path, also_kept: tuple[str, ...] = ()) -> tuple[Path, ...]:
    """What lies in the folder itself, but for what says what belongs there."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(p for p in folder.iterdir() if p.name not in (*KEPT, *also_kept)))


def _doomed(place: str, paths: tuple[Path, ...]) -> Doomed:
    sizes = [size for path in paths for size in _sizes(path)]
    return Doomed(place, paths, len(sizes), sum(sizes))


def _sizes(path: Path) -> Iterator[int]:
    """The size of each file at or below the path; a link counts as itself."""
    if path.is_symlink() or not path.is_dir():
        yield path.lstat().st_size
        return
    for folder, names, files in os.walk(path, followlinks=False):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in (*files, *links):
            yield (Path(folder) / name).lstat().st_size


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)


def _remove_empty_folders(folder: Path) -> None:
    """Folders below this one that hold nothing any more."""
    for each, _, _ in os.walk(folder, topdown=False, followlinks=False):
        if Path(each) != folder and not any(Path(each).iterdir()):
            Path(each).rmdir()


def _as_table(places: list[Doomed]) -> Table:
    """One row per place: counts and sizes, and no name of a file, which may be a person's."""
    table = Table(title="To be removed", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("place", overflow="fold")
    table.add_column("files", justify="right")
    table.add_column("MB", justify="right")
    for each in places:
        table.add_row(Text(each.place), f"{each.n_files:,}", f"{each.n_bytes / 1e6:,.1f}")
    return table


def _remarks(root: Path, cache: Cache | None, with_raw: bool) -> list[str]:
    remarks = []
    if cache is not None and not cache.is_ours:
        remarks.append(
            "DVC's cache is shared with other projects, or may be: only what dvc.lock names below "
            "data/ goes. Copies of earlier runs may remain there."
        )
    if not with_raw and _entries(root / "data" / "raw"):
        remarks.append("The extracts in data/raw stay; --raw removes them too.")
    remarks.append("What was published stays: reports/ and DVC's copies of it.")
    return remarks


def _agreed() -> bool:
    """Whether somebody at a terminal says yes; nobody is asked in a script."""
    if not sys.stdin.isatty():
        return False
    return input("Remove all this? Type yes: ").strip().lower() == "yes"
