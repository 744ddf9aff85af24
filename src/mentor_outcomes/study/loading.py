"""Reading a study file, whole or only the sections a stage names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from mentor_outcomes.errors import StudyError
from mentor_outcomes.study.consistency import check_consistency
from mentor_outcomes.study.instruments import scale_settings
from mentor_outcomes.study.reading import read_settings
from mentor_outcomes.study.sections import SECTIONS, Study


def load_study(path: str | Path = "params.yaml", *, uses: Sequence[str] | None = None) -> Study:
    """Read and check a study file; with `uses`, only these sections can be looked at."""
    path = Path(path)
    if not path.exists():
        raise StudyError(
            f"there is no {path.name} here.",
            expected="the study file, in the folder the command runs in.",
            remedy="change to the study's folder, or copy params.yaml there.",
        )
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as problem:
        where = getattr(problem, "problem_mark", None)
        line = f" (line {where.line + 1})" if where else ""
        raise StudyError(
            f"{path.name} is not valid YAML{line}.",
            expected="keys and values as in the default params.yaml.",
            remedy="look at that line for a missing colon, quote or space.",
        ) from None
    study = parse_study(raw)
    return study if uses is None else _narrowed(study, uses)


def parse_study(raw: object) -> Study:
    """A mapping as read from YAML, into checked settings."""
    study = read_settings(Study, _with_instruments(raw), where="params.yaml")
    check_consistency(study)
    return study


def _with_instruments(raw: object) -> object:
    """The study with the keys of published instruments written out in its scales."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("scales"), Mapping):
        return raw
    scales = {
        name: scale_settings(entry, where=f"scales.{name}") if isinstance(entry, Mapping) else entry
        for name, entry in raw["scales"].items()
    }
    return {**raw, "scales": scales}


class _Untracked:
    """Stands in for a section that the calling stage did not name."""

    def __init__(self, section: str) -> None:
        object.__setattr__(self, "_section", section)

    def __getattr__(self, name: str):
        section = object.__getattribute__(self, "_section")
        raise StudyError(
            f"a stage read `{section}.{name}` of params.yaml without having named `{section}`.",
            expected="every section a stage uses in its `uses` and under its params in dvc.yaml.",
            remedy=f"add {section} in both places.",
        )

    def __getitem__(self, name: str):
        return self.__getattr__(name)

    def __iter__(self):
        return self.__getattr__("(all)")

    def __bool__(self) -> bool:
        return self.__getattr__("(any)")


def _narrowed(study: Study, uses: Sequence[str]) -> Study:
    unknown = sorted(set(uses) - set(SECTIONS))
    if unknown:
        raise StudyError(
            f"a stage uses {', '.join(unknown)}.",
            expected=f"sections of the study file: {', '.join(SECTIONS)}.",
            remedy="correct the stage's `uses`.",
        )
    return Study(
        **{name: getattr(study, name) if name in uses else _Untracked(name) for name in SECTIONS}
    )
