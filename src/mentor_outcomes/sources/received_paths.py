"""The files that a study file names, and the survey waves in their names."""

import glob
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mentor_outcomes.errors import SourceError


def received_paths(declared: str, root: Path) -> list[str]:
    """Files below `root` that the declared path or pattern names, sorted by name."""
    if not glob.has_magic(declared) or (root / declared).is_file():
        return [declared]
    found = sorted(glob.glob(declared, root_dir=root))
    if not found:
        raise SourceError(
            f"no file matches {declared}.",
            expected="at least one file of that pattern.",
            remedy="put the files there, or correct the path in params.yaml.",
        )
    return [Path(path).as_posix() for path in found]


def waves_of(paths: Sequence[str]) -> list[str]:
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
