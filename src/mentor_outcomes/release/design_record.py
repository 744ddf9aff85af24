"""The record of a study's design: what it was, and that it was so before outcomes were seen.

The hash covers the settings that decide who is compared, what is measured and how it is judged,
and all that the design made of the records. It is the same under another pseudonym key, another
order of rows, and other numbers for the sets: two analysts of the same records agree on it.

No date and no path is in the record, so that the same study writes the same bytes. When it was made
is for the history of the repository to say: commit the record before outcomes are estimated.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.study import Release, Study

DESIGN = tuple(table for table in schema.ALL if table.folder == "data/groups")
"""The tables that the hash covers."""

_FILE_FORM = (
    *("path", "encoding", "delimiter", "decimal", "header_rows", "names_in_row", "last_header"),
    *("sheet", "table", "database"),
)
_NO_DESIGN = {
    "study": ("title", "currency", "seed", "data", "pseudonyms"),
    "outcomes": ("label",),
    "scales": ("label", "reference"),
    "sources": _FILE_FORM,
    "ingest": ("corrections", "legal_basis"),
}
"""Names, labels, places and forms of files: they decide not whom or what a study compares."""

_NOT_READ = {
    "groups": ("caliper_sd", "comparators_per_mentee", "prefer_waiting_list"),
}
"""Settings of matching, which no other method reads."""

_NAMES_ALONE = ("keep", "codes", "missing")
"""Lines of a source that hold values of its records. The record tells their columns, not these."""

_IN_ORDER = ("contrasts", "grades", "choices")
"""Lists whose order means something; others are sorted."""

_SECTIONS = (
    "study",
    "sources",
    "ingest",
    "scales",
    "exposure",
    "groups",
    "outcomes",
    "analysis",
    "checks",
)
_DIGITS = 6
"""Numbers count to so many significant digits: sums in another order differ far below them."""
_DECIMALS_OF_WEIGHTS = 6
"""Weights count to so many decimals: small ones carry errors that are not small beside them, and of
millions some would fall on the other side of a rounded digit."""
_SMALLEST = 1e-9
"""Differences of exactly balanced means are rounding, and count as 0."""
_LABELS = ("person_id", "set_id")
_DESIGN_KEY = ["role", "contrast", "eligibility"]
_COUNTED = ("n_mentored_matched", "n_comparison")


def design_settings(study: Study) -> dict[str, object]:
    """The settings that make design and plan, as `section.key: value`, ready for JSON.

    Values left out of the study file stand at their defaults, so that writing a default out, the
    order of keys and comments change nothing. What the method of the groups does not read is left
    out. May hold values of records, which `told_settings` leaves out.
    """
    settings: dict[str, object] = {}
    in_full = replace(study.analysis, windows_months=study.analysis.windows)
    study = replace(study, analysis=in_full)
    is_matched = study.groups.method == "risk_set_matching"
    for section in _SECTIONS:
        left_out = _NO_DESIGN.get(section, ()) + (() if is_matched else _NOT_READ.get(section, ()))
        _flatten(section, getattr(study, section), left_out, settings)
    for name, outcome in study.outcomes.items():
        if outcome.event != "promotion":  # what counts as a promotion says nothing there
            for key in ("definition", "mass_changes"):
                settings.pop(f"outcomes.{name}.{key}", None)
    return dict(sorted(settings.items()))


def told_settings(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings without values of records: of these lines of a source, names of columns alone.

    `sources.jobs.codes.job_family.ENG: engineering` becomes `sources.jobs.codes: [job_family]`.
    """
    told: dict[str, object] = {}
    for place, value in settings.items():
        parts = place.split(".")
        if parts[0] != "sources" or len(parts) < 3 or parts[2] not in _NAMES_ALONE:
            told[place] = value
            continue
        names = told.setdefault(".".join(parts[:3]), [])
        found = [rows["column"] for rows in value] if parts[2] == "keep" else parts[3:4]
        names.extend(name for name in found if name not in names)
    return dict(sorted(told.items()))


def settings_hash(settings: Mapping[str, object]) -> str:
    """SHA-256 of the settings in canonical form."""
    return hashlib.sha256(_canonical(settings).encode()).hexdigest()


def groups_hash(tables: Mapping[str, pd.DataFrame]) -> str:
    """SHA-256 of the tables `DESIGN`, whatever persons and sets are called and rows are ordered."""
    digest = hashlib.sha256()
    for table in DESIGN:
        digest.update(f"\n{table.name}\n".encode())
        digest.update(_content(tables[table.name]))
    return digest.hexdigest()


def design_entry(
    study: Study,
    tables: Mapping[str, pd.DataFrame],
    released_overlap: pd.DataFrame,
    *,
    outcomes_already_estimated: bool,
    history: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    """One entry of the record.

    tables                       the tables `DESIGN`
    released_overlap             for the numbers of people: those that may be told
    outcomes_already_estimated   whether results of this study existed when the design was made
    history                      the record so far: a number that may differ by few people from one
                                 it tells is not told
    """
    settings = design_settings(study)
    parts = {"settings_hash": settings_hash(settings), "groups_hash": groups_hash(tables)}
    return {
        "hash": hashlib.sha256(_canonical(parts).encode()).hexdigest(),
        **parts,
        "outcomes_already_estimated": bool(outcomes_already_estimated),
        "compared": _apart(_compared(released_overlap), history, study.release),
        "settings": told_settings(settings),
    }


def with_entry(
    history: Sequence[Mapping[str, object]], entry: Mapping[str, object]
) -> list[Mapping[str, object]]:
    """The record with `entry` at its end, unless the last one is of the same design."""
    if history and history[-1]["hash"] == entry["hash"]:
        return list(history)
    return [*history, entry]


def history_bytes(history: Sequence[Mapping[str, object]]) -> bytes:
    """The record as JSON that git can show line by line."""
    text = json.dumps(history, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def _canonical(values: Mapping[str, object]) -> str:
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _flatten(place: str, value: object, left_out: Sequence[str], into: dict[str, object]) -> None:
    """Leaves below `value` by their place; what is not set has none."""
    if is_dataclass(value):
        value = {item.name: getattr(value, item.name) for item in fields(value)}
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key not in left_out:
                _flatten(f"{place}.{key}", below, left_out, into)
    elif value is not None and value != ():
        leaf = _plain(value)
        is_sortable = isinstance(leaf, list) and not any(isinstance(each, dict) for each in leaf)
        into[place] = sorted(leaf) if is_sortable and not place.endswith(_IN_ORDER) else leaf


def _plain(value: object) -> object:
    """A leaf as JSON has it; 6 and 6.0 are the same number."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _apart(
    compared: list[dict[str, object]], history: Sequence[Mapping[str, object]], settings: Release
) -> list[dict[str, object]]:
    """Without numbers beside which an earlier entry's would tell of fewer than `minimum_people`."""
    earlier = [row for entry in history for row in entry["compared"]]
    return [
        row | {name: None for name in _COUNTED if _is_near(row, name, earlier, settings)}
        for row in compared
    ]


def _is_near(
    row: Mapping[str, object],
    name: str,
    earlier: Sequence[Mapping[str, object]],
    settings: Release,
) -> bool:
    """Whether a rounded count may differ from a told one of the same design by few people.

    Counts rounded to `to` that differ by g may differ by g - to + 1 before. The same count twice
    tells of nobody.
    """
    same = [other for other in earlier if all(other[key] == row[key] for key in _DESIGN_KEY)]
    told = [other[name] for other in same if other[name] is not None]
    if row[name] is None:
        return False
    furthest = settings.minimum_people + settings.round_counts_to - 1
    return any(0 < abs(row[name] - count) < furthest for count in told)


def _compared(overlap: pd.DataFrame) -> list[dict[str, object]]:
    rows = overlap[overlap["subgroup"] == "all"] if "subgroup" in overlap.columns else overlap
    return [
        {name: getattr(row, name) for name in _DESIGN_KEY}
        | {
            name: None if pd.isna(getattr(row, name)) else int(getattr(row, name))
            for name in _COUNTED
        }
        for row in rows.sort_values(_DESIGN_KEY).itertuples()
    ]


def _content(frame: pd.DataFrame) -> bytes:
    """Rows as text in a total order, labels of persons and sets replaced by what they stand for."""
    names = sorted(name for name in frame.columns if name not in _LABELS)
    texts = [_as_text(frame[name]) for name in names]
    lines = _joined(texts)
    labels = [name for name in _LABELS if name in frame.columns]
    if labels and len(frame):
        lines = _with_bonds(frame, lines, labels)
    return "\n".join(["\t".join(names), *sorted(lines)]).encode()


def _with_bonds(frame: pd.DataFrame, lines: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """Each row with hashes of all rows of its person, and of who stands in its set.

    Rounds of colour refinement (Weisfeiler & Leman 1968): a person is known by their rows, a set
    by its rows and the persons in them.
    """
    told = lines
    for label in labels:
        # The number of a set counts within its design.
        of_one = [*_DESIGN_KEY, label] if label == "set_id" else label
        codes = frame.groupby(of_one, sort=False).ngroup().to_numpy()
        told = _joined([told, _colour_of_each(codes, told)])
    return told


def _joined(columns: Sequence[np.ndarray]) -> np.ndarray:
    """The texts of each row with tabs between them."""
    return np.array(["\t".join(row) for row in zip(*columns, strict=True)], dtype=object)


def _colour_of_each(codes: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """For each row, a hash of all rows with the same code, whatever their order."""
    order = np.lexsort((lines.astype(str), codes))
    ends = np.flatnonzero(np.diff(codes[order], append=-1)) + 1
    colours = np.empty(len(lines), dtype=object)
    begin = 0
    for end in ends:
        rows = order[begin:end]
        colours[rows] = hashlib.sha256("\n".join(lines[rows]).encode()).hexdigest()[:16]
        begin = end
    return colours


def _as_text(values: pd.Series) -> np.ndarray:
    if pd.api.types.is_float_dtype(values.dtype):
        numbers = values.to_numpy()
        if values.name == "weight":
            numbers = np.round(numbers, _DECIMALS_OF_WEIGHTS)
        small = np.abs(numbers) < _SMALLEST
        return np.array([f"{n:.{_DIGITS}g}" for n in np.where(small, 0.0, numbers)], dtype=object)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").fillna("nan").to_numpy(dtype=object)
    return values.astype("str").fillna("nan").to_numpy(dtype=object)
