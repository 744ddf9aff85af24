"""The record of the design in the protocol: its hash, earlier designs, and every setting."""

from collections.abc import Iterator, Mapping, Sequence

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.provenance import data_hash
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_freeze import (
    Entry,
    freeze_blocks,
    setting_in_words,
    told_setting,
    value_in_words,
)


def record_section(results: Results, history: Sequence[Entry]) -> dict[str, object]:
    """The hash, what it covers, earlier designs, and every setting it holds."""
    last = history[-1]
    used, n_idle = _by_use(last["settings"])
    settings = list(_settings_in_words(used))
    return blocks.section(
        "The record of this design",
        *freeze_blocks(results, history),
        blocks.text(
            "The hash covers the settings below and all comparison groups: who stands in which "
            "set, with which weight. It is the same under another pseudonym key and another order "
            "of rows, and under another version of the software, which stands in the footer. It is "
            "kept in reports/design_history.json, under version control: its history shows what "
            "was fixed when."
        ),
        blocks.table(
            "Hashes (SHA-256)",
            ("Of", "Value"),
            [
                ("design", last["hash"]),
                ("settings", last["settings_hash"]),
                ("comparison groups", last["groups_hash"]),
                ("tables of this protocol", data_hash(results.tables)),
            ],
            widths=(1, 3.2),
        ),
        blocks.table(
            "Settings of the design and the plan",
            ("Setting", "Value"),
            settings,
            widths=(1.2, 2.9),
            size=7,
            may_break=True,
        ),
        *([blocks.text(_unused(n_idle))] if n_idle else []),
    )


_ONLY_OF: Mapping[str, str] = {
    "groups.caliper_sd": "risk_set_matching",
    "groups.comparators_per_mentee": "risk_set_matching",
    "groups.prefer_waiting_list": "risk_set_matching",
    "groups.trim_weights_at": "inverse_probability",
    "groups.trim_propensity": "inverse_probability",
}
"""Settings that only one method reads."""


def _by_use(settings: Mapping[str, object]) -> tuple[dict[str, object], int]:
    """The settings that the study's method reads, and how many it does not."""
    method = settings.get("groups.method")
    idle = [name for name in settings if _ONLY_OF.get(name, method) != method]
    return {name: value for name, value in settings.items() if name not in idle}, len(idle)


def _unused(n_idle: int) -> str:
    words = "1 setting" if n_idle == 1 else f"{n_idle} settings"
    return f"{words} that only other methods read: in the hash, and not shown."


def _settings_in_words(settings: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """One row for each outcome, scale and way of reading sources; for other settings one each."""
    together: dict[str, list[str]] = {}
    for name, value in settings.items():
        section, key, *below = name.split(".", maxsplit=2)
        if section == "sources" and below:
            alike = f"sources: {setting_in_words(below[0])} {value_in_words(value)}"
            together.setdefault(alike, []).append(setting_in_words(key))
            continue
        place = together.setdefault(setting_in_words(f"{section}.{key}"), [])
        told = told_setting(name, value)
        place.append(f"{setting_in_words(below[0])}: {told}" if below else told)
    for name, said in together.items():
        yield name, "; ".join(said)
