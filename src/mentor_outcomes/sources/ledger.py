"""The ledger of known errors in received files, as YAML beside them."""

from pathlib import Path

import yaml

from mentor_outcomes.errors import SourceError

USUAL_PLACE = "data/raw/corrections.yaml"


def read_ledger(declared: str | None, root: str | Path = ".") -> object:
    """What the ledger's YAML holds; None where the study has none.

    Raises SourceError where it is not there or is no YAML, and where there is one at the usual
    place that the study file does not name: whoever wrote it believes that it is used.
    """
    if declared is None:
        if (Path(root) / USUAL_PLACE).exists():
            raise SourceError(
                f"there is a {USUAL_PLACE}, and params.yaml does not name it.",
                expected=f"`corrections: {USUAL_PLACE}` under ingest, or no such file.",
                remedy="add that line to params.yaml, or remove the file.",
            )
        return None
    path = Path(root) / declared
    if not path.is_file():
        raise SourceError(
            f"there is no {declared}.",
            expected="the ledger of corrections that ingest.corrections names.",
            remedy="put it there, or remove ingest.corrections from params.yaml.",
        )
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
    raise SourceError(
        f"{declared} is not valid YAML in UTF-8{line}.",
        expected="a list of corrections.",
        remedy="look at that line for a missing colon, quote or space.",
    )
