"""The corpus as cases: which file, how a study reads it, and what must come of it."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

import yaml

CORPUS = Path(__file__).parent
NOT_CASES = ("base", "expected", "__pycache__")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error: its kind, words of what it found, and words of its remedy."""

    kind: str
    found: tuple[str, ...]
    remedy: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One way of reading one file.

    file        below tests/corpus; a pattern reads several
    trap        what is wrong or odd about it, as the head of its list says
    what        the same in a sentence
    source      which of our sources it is read as
    reads       its entry in params.yaml, without the path
    beside      the other sources that are read: those of `base`, or entries of their own
    study, ingest, scales   settings changed in these sections
    ledger      corrections
    error       the refusal, or None
    rows, used, set_aside, quarantined   records of the file, counted by hand
    quarantine  line, column and rule of each row in quarantine
    gives       table -> its rows as written by hand
    says        words of its form, of its notes, or of the reasons for setting rows aside
    """

    file: str
    trap: str
    what: str
    source: str
    reads: Mapping[str, object] = field(default_factory=dict)
    beside: Mapping[str, Mapping] = field(default_factory=dict)
    study: Mapping[str, object] = field(default_factory=dict)
    ingest: Mapping[str, object] = field(default_factory=dict)
    scales: Mapping[str, object] = field(default_factory=dict)
    ledger: tuple[Mapping, ...] = ()
    error: Refusal | None = None
    rows: int = 0
    used: int = 0
    set_aside: int = 0
    quarantined: int = 0
    quarantine: tuple[tuple[int, str, str], ...] = ()
    gives: Mapping[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()

    def settings(self) -> dict:
        """The study file in which the case's file has its place."""
        raw = base_study()
        for section in ("study", "ingest", "scales"):
            raw[section].update(getattr(self, section))
        raw["sources"].update(self.beside)
        raw["sources"][self.source] = {"path": self.file, **self.reads}
        return raw


NEEDED: Mapping[str, tuple[str, ...]] = {
    "people": (),
    "employment": ("people",),
    "jobs": ("people", "employment"),
    "pay": ("people",),
    "leaves": ("people", "employment"),
    "ratings": ("people",),
    "mentoring": ("people",),
    "requests": ("people", "mentoring"),
    "survey": ("people",),
    "offers": (),
    "unit_output": (),
    "crosswalk": ("people", "employment"),
}
"""Source -> the files of `base` that its table needs."""


def base_study() -> dict:
    """The study file of the base study; the caller may change it."""
    return copy.deepcopy(_read_yaml(CORPUS / "base" / "study.yaml"))


@cache
def _read_yaml(path: Path) -> dict:
    # The parser in C, where there is one: a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), loader)


@cache
def cases() -> tuple[Case, ...]:
    """All cases, in the order of their lists."""
    found = []
    for path in sorted((CORPUS / "expected").glob("*.yaml")):
        listed = _read_yaml(path)
        found += [_case(listed["trap"], path.stem, raw) for raw in listed["cases"]]
    return tuple(found)


def _case(trap: str, folder: str, raw: dict) -> Case:
    unknown = set(raw) - {item.name for item in fields(Case)}
    assert not unknown, f"{folder}: {raw['file']} has {unknown}"
    raw = dict(raw)
    if "error" in raw:
        error = raw["error"]
        raw["error"] = Refusal(error["kind"], tuple(error["found"]), tuple(error["remedy"]))
    raw["quarantine"] = tuple(tuple(row) for row in raw.get("quarantine", ()))
    raw["beside"] = _beside(raw)
    for name in ("says", "ledger"):
        raw[name] = tuple(raw.get(name, ()))
    return Case(**{**raw, "file": f"{folder}/{raw['file']}", "trap": trap})


def _beside(raw: dict) -> dict[str, dict]:
    """The base files that the source needs, with those the case names added or in their place."""
    base = base_study()["sources"]
    named = raw.get("beside", {})
    chosen = {name: base[name] for name in NEEDED[raw["source"]]}
    return chosen | {name: entry or base[name] for name, entry in named.items()}


def files_of_corpus() -> list[str]:
    """All odd files below tests/corpus, those beside them included."""
    return sorted(
        path.relative_to(CORPUS).as_posix()
        for folder in CORPUS.iterdir()
        if folder.is_dir() and folder.name not in NOT_CASES
        for path in folder.iterdir()
        if path.is_file()
    )
