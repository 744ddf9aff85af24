"""Whether the design changed after it was put on record, how, and what was known by then."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.numbers import NOT_SHOWN, people
from mentor_outcomes.reports.results import Results
from mentor_outcomes.study.sensitivities import MATCHED_ON_LAST_VALUE

SHORT = 12
"""Digits of a hash that are enough to tell designs of one study apart."""
_UNSET = "not set"
_BEFORE = "before any outcome was estimated"
_AFTER = "after outcomes had been estimated"

Entry = Mapping[str, object]


def freeze_blocks(results: Results, history: Sequence[Entry]) -> list[dict[str, object]]:
    """The hash of the design, whether it changed since it was first recorded, and each change."""
    if not history:
        return [
            blocks.text(
                "No record of the design was found: whether it was settled before outcomes were "
                "estimated cannot be told."
            )
        ]
    changes = [
        _change(results, place, before, after)
        for place, (before, after) in enumerate(pairwise(history), start=2)
    ]
    tables = [blocks.text(_in_words(history))]
    if changes:
        tables.append(
            blocks.table(
                "Changes of the design, in the order in which they were recorded",
                ("Entry", "What changed", "Mentored people compared", "When"),
                changes,
                widths=(0.5, 3, 1.6, 1.2),
                may_break=True,
            )
        )
    return tables


def changed_late(history: Sequence[Entry]) -> bool:
    """Whether the design was changed after outcomes had been estimated."""
    return any(entry["outcomes_already_estimated"] for entry in history[1:])


def recorded_late(history: Sequence[Entry]) -> bool:
    """Whether the design was first put on record after outcomes had been estimated."""
    return bool(history) and bool(history[0]["outcomes_already_estimated"])


def entry_in_words(entry: Entry) -> str:
    """When an entry was made, as far as it matters."""
    return _AFTER if entry["outcomes_already_estimated"] else _BEFORE


def _in_words(history: Sequence[Entry]) -> str:
    first, last = history[0], history[-1]
    said = (
        f"The design of these results has the hash {last['hash']} (SHA-256 over its settings and "
        f"comparison groups). The design was first put on record {entry_in_words(first)}"
    )
    if len(history) == 1:
        return f"{said}, and has not changed since."
    late = sum(bool(entry["outcomes_already_estimated"]) for entry in history[1:])
    n_changes = len(history) - 1
    times = "once" if n_changes == 1 else f"{n_changes} times"
    if not late:
        return f"{said}. It was changed {times} since, each time {_BEFORE}."
    of_these = _AFTER if late == n_changes else f"of which {late} {_AFTER}"
    return (
        f"{said}. It was changed {times} since, {of_these}. What was chosen with outcomes in sight "
        "may have been chosen for them: read such results as exploratory."
    )


def _change(results: Results, place: int, before: Entry, after: Entry) -> tuple[str, ...]:
    return (
        str(place),
        _what_changed(before, after),
        _compared(results, before, after),
        entry_in_words(after),
    )


def _what_changed(before: Entry, after: Entry) -> str:
    old, new = before["settings"], after["settings"]
    gone, come = _entries(old) - _entries(new), _entries(new) - _entries(old)
    said = [
        f"{entry_name} {what}"
        for entries, what in ((gone, "removed"), (come, "added"))
        for entry_name in sorted(map(_entry_in_words, entries))
    ]
    said += [
        f"{setting_in_words(name)}: {told_setting(name, old.get(name))} to "
        f"{told_setting(name, new.get(name))}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name) and _entry(name) not in gone | come
    ]
    if not said and before["settings_hash"] != after["settings_hash"]:
        said.append("values by which rows of a source are kept or coded, which are not told")
    if before["groups_hash"] == after["groups_hash"]:
        said.append("the comparison groups are the same")
    elif not said:
        said.append("no setting; the records or the software made other comparison groups")
    return "; ".join(said)


_OF_ENTRIES: Mapping[str, str] = {"outcomes": "outcome", "scales": "scale"}
"""Sections of the study file that are lists of entries, and what one of them is called."""


def _entry(setting: str) -> tuple[str, str] | None:
    """Section and name of the outcome or scale that a setting is of, if it is of one."""
    section, *below = setting.split(".")
    return (section, below[0]) if section in _OF_ENTRIES and len(below) > 1 else None


def _entries(settings: Mapping[str, object]) -> set[tuple[str, str]]:
    return {entry for entry in map(_entry, settings) if entry is not None}


def _entry_in_words(entry: tuple[str, str]) -> str:
    section, name = entry
    return f"{_OF_ENTRIES[section]} {name.replace('_', ' ')}"


def setting_in_words(name: str) -> str:
    """`groups.caliper_sd` as `groups: caliper SD`."""
    words = name.replace(".", ": ").replace("_", " ")
    return words.removesuffix(" sd") + " SD" * words.endswith(" sd")


_SAID_OTHERWISE = {MATCHED_ON_LAST_VALUE: "on the last value too"}
"""Values that name one method of making groups, whichever the study has."""


_PAIRS = ("analysis.windows_months",)
"""Settings whose values are windows, each by its first and last month."""


def told_setting(setting: str, value: object) -> str:
    """A setting's value in words; windows by their first and last month."""
    if setting in _PAIRS and value:
        return ", ".join(windows_in_words(value))
    return value_in_words(value)


def windows_in_words(windows: Sequence[Sequence[float]]) -> list[str]:
    """`[[1, 12], [13, 24]]` as `1-12` and `13-24`."""
    return [f"{first:g}\u2013{last:g}" for first, last in windows]


def value_in_words(value: object) -> str:
    """A setting's value: yes and no, names without underscores, lists with commas."""
    if value is None:
        return _UNSET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value_in_words(each) for each in value) or "none"
    if not isinstance(value, str):
        return str(value)
    return _SAID_OTHERWISE.get(value, value.replace("_", " "))


def _compared(results: Results, before: Entry, after: Entry) -> str:
    """Numbers of the widest design of the report's contrast, which the release has rounded."""
    old, new = (_n_mentored(results, entry) for entry in (before, after))
    return f"{old} to {new}" if old != new else f"{new}, as before"


def _n_mentored(results: Results, entry: Entry) -> str:
    widest = {"role": results.role, "contrast": results.contrast, "eligibility": "employed"}
    counts = [
        row["n_mentored_matched"]
        for row in entry["compared"]
        if all(row[key] == value for key, value in widest.items())
    ]
    if not counts:
        return "another contrast" if entry["compared"] else "nobody"
    return NOT_SHOWN if counts[0] is None else people(counts[0])
