"""Libraries that a broken file can crash are called in a process of their own."""

import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_READER = Path(__file__).with_name("isolated_reader.py")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read; or, where that is None, the kind of error: `crash` if the process ended."""

    read: dict | None
    error: str = ""


def read_apart(reader: str, path: Path, **request: object) -> Answer:
    """What `isolated_reader` makes of a file."""
    # -P: modules beside the script must not hide those of the library. What the libraries print
    # may quote the file and goes nowhere.
    ended = subprocess.run(
        [sys.executable, "-P", str(_READER)],
        input=pickle.dumps({"reader": reader, "path": str(path.resolve()), **request}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if ended.returncode != 0:
        return Answer(None, "crash")
    return Answer(**{"read": None, **pickle.loads(ended.stdout)})
