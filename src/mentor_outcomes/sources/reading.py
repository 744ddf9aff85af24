"""From an entry of `sources` in the study file to a raw table."""

import glob
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.sources.delimited import DelimitedFile, read_delimited
from mentor_outcomes.sources.profiles import PROFILES, OrdinaryRows, Profile
from mentor_outcomes.sources.raw_table import OUR_NAMES, RawTable, require_headers
from mentor_outcomes.study import Source


def read_source(name: str, source: Source, root: str | Path = ".") -> RawTable:
    """One source as text, under our column names where the study file or the profile gives them.

    A pattern reads all files that match, in the order of their names. A column declared as an
    empty text (`columns: {site: ""}`) is one the provider does not have: missing in every row.

    Raises SourceError where a file or a declared column is missing or a record does not fit the
    header.
    """
    profile = PROFILES[source.profile]
    paths = _paths(source.path, Path(root))
    waves = _waves(paths) if source.wave == "from_file_name" else None
    parts = []
    set_aside: Counter[str] = Counter()
    for position, path in enumerate(paths):
        part, counts = _read_file(Path(root) / path, path, source, profile)
        if waves is not None:
            part = DelimitedFile(part.frame.assign(wave=waves[position]), part.lines)
        parts.append(part)
        set_aside.update(counts)
    if waves is None:
        _check_same_columns(parts, paths)
    frames = [part.frame for part in parts]
    return RawTable(
        name=name,
        frame=pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0],
        paths=tuple(paths),
        files=np.repeat(np.arange(len(parts)), [len(frame) for frame in frames]),
        lines=np.concatenate([part.lines for part in parts]),
        set_aside=dict(set_aside),
        extra=dict(source.extra),
        notes=_notes(parts, paths),
    )


def _paths(declared: str, root: Path) -> list[str]:
    """Files below `root` that the declared path or pattern names, sorted by name."""
    if not glob.has_magic(declared):
        return [declared]
    found = sorted(glob.glob(declared, root_dir=root))
    if not found:
        raise SourceError(
            f"no file matches {declared}.",
            expected="at least one file of that pattern.",
            remedy="put the files there, or correct the path in params.yaml.",
        )
    return [Path(path).as_posix() for path in found]


def _waves(paths: Sequence[str]) -> list[str]:
    """The wave's number in each file's name."""
    waves = []
    for path in paths:
        numbers = re.findall(r"[0-9]+", Path(path).stem)
        if len(numbers) != 1:
            raise SourceError(
                f"the file name of {path} holds {len(numbers) or 'no'} numbers.",
                expected="exactly one, the wave's: survey_03.csv is wave 3.",
                remedy="rename the file.",
            )
        waves.append(str(int(numbers[0])))
    repeated = [wave for wave, times in Counter(waves).items() if times > 1]
    if repeated:
        same = [path for path, wave in zip(paths, waves, strict=True) if wave == repeated[0]]
        raise SourceError(
            f"{' and '.join(same)} both are wave {repeated[0]} by their names.",
            expected="one file per wave.",
            remedy="rename or remove one of them.",
        )
    return waves


def _read_file(path: Path, shown: str, source: Source, profile: Profile):
    """One file under our column names, and how many records each rule set aside."""
    read = read_delimited(path, shown, profile)
    kept = np.ones(len(read.frame), dtype=bool)
    counts: dict[str, int] = {}
    for rule in profile.kept_rows:
        fails = kept & ~_is_ordinary(read.frame, rule, shown)
        counts[rule.reason] = int(fails.sum())
        kept &= ~fails
    _check_declared(list(read.frame.columns), source, profile, shown)
    named = _under_our_names(read.frame, source, profile)
    for column in profile.needed:
        fails = kept & named[column].isna().to_numpy()
        counts[f"without {column}"] = int(fails.sum())
        kept &= ~fails
    part = DelimitedFile(named[kept].reset_index(drop=True), read.lines[kept])
    return part, {reason: n for reason, n in counts.items() if n}


def _is_ordinary(frame: pd.DataFrame, rule: OrdinaryRows, shown: str) -> np.ndarray:
    require_headers(
        [rule.column],
        list(frame.columns),
        shown,
        remedy="export the file again with all columns, or correct the `profile` of its source in "
        "params.yaml.",
    )
    return frame[rule.column].isin(rule.values).to_numpy()


def _check_declared(headers: Sequence[str], source: Source, profile: Profile, shown: str) -> None:
    """Raise SourceError if a header that the study file or the profile names is not there."""
    theirs_of = {**profile.columns, **source.columns}
    lacking = {ours for ours, theirs in theirs_of.items() if theirs and theirs not in headers}
    listed = " and ".join(sorted(lacking))
    require_headers(
        [theirs for theirs in theirs_of.values() if theirs],
        headers,
        shown,
        taken=OUR_NAMES.union(theirs_of.values(), source.extra) - lacking,
        remedy=f"correct the header named for {listed} under `columns` of this source in "
        "params.yaml, or export the file again with it.",
    )


def _under_our_names(frame: pd.DataFrame, source: Source, profile: Profile) -> pd.DataFrame:
    """Declared columns renamed; the rules' columns left out; all others as they are."""
    theirs_of = {**profile.columns, **source.columns}
    missing = pd.Series(pd.NA, index=frame.index, dtype="str")
    declared = {ours: frame[theirs] if theirs else missing for ours, theirs in theirs_of.items()}
    done_with = {*theirs_of, *theirs_of.values(), *(rule.column for rule in profile.kept_rows)}
    others = {name: frame[name] for name in frame.columns if name not in done_with}
    return pd.DataFrame({**declared, **others}, index=frame.index)


def _check_same_columns(parts: Sequence[DelimitedFile], paths: Sequence[str]) -> None:
    first = set(parts[0].frame.columns)
    for part, path in zip(parts, paths, strict=True):
        differing = sorted(first ^ set(part.frame.columns))
        if differing:
            raise SourceError(
                f"{path} and {paths[0]} differ in {_listed(differing)}: one has what the other "
                "lacks.",
                expected="the same header in every file of one source.",
                remedy="export the files again with the same columns.",
            )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{'the column' if len(names) == 1 else 'the columns'} {', '.join(names[:5])}{more}"


def _notes(parts: Sequence[DelimitedFile], paths: Sequence[str]) -> tuple[str, ...]:
    """Waves may ask different questions: which file lacks a column that another has."""
    every = sorted({name for part in parts for name in part.frame.columns})
    notes = []
    for part, path in zip(parts, paths, strict=True):
        lacks = [name for name in every if name not in part.frame.columns]
        if lacks:
            notes.append(f"{path} lacks {', '.join(lacks)}: missing there")
    return tuple(notes)
