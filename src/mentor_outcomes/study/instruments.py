"""Published questionnaires: which items, which reversed, which points; no item's text.

`instruments/*.yaml` hold one each. What is not known for sure is null there, and the entry is
`verified: no`: a study that uses the instrument then says it itself.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml

from mentor_outcomes.errors import StudyError


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire's scoring key.

    items            ids in the instrument's order; where it has subscales, one after the other
    subscales        name -> its items; empty where there are none
    reverse_keyed    items to be turned; None: not known here
    lowest, highest  points; None: not known here, or used with several
    verified         whether reversed items and points are all known for sure
    """

    name: str
    title: str
    citation: str
    rights: str
    items: tuple[str, ...]
    reverse_keyed: tuple[str, ...] | None
    lowest: int | None
    highest: int | None
    verified: bool
    subscales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def instruments() -> Mapping[str, Instrument]:
    """All instruments by name."""
    folder = files("mentor_outcomes.study").joinpath("instruments")
    found = [_read(entry) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return {instrument.name: instrument for instrument in sorted(found, key=lambda i: i.name)}


def _read(entry) -> Instrument:
    raw = yaml.safe_load(entry.read_text(encoding="utf-8"))
    subscales = {name: tuple(items) for name, items in raw.pop("subscales", {}).items()}
    items = raw.pop("items", None) or [item for part in subscales.values() for item in part]
    turned = raw.pop("reverse_keyed")
    return Instrument(
        name=entry.name.removesuffix(".yaml"),
        items=tuple(items),
        reverse_keyed=None if turned is None else tuple(turned),
        subscales=subscales,
        **raw,
    )


def scale_settings(raw: Mapping[str, object], *, where: str = "a scale") -> Mapping[str, object]:
    """A scale's entry of the study file, its `instrument` replaced by what that says.

    An entry with `instrument` (and `subscale`, if it uses one) and `items`, the study's own columns
    in the instrument's order, gets `reverse_keyed`, `lowest`, `highest` and, if it has none,
    `reference`. What the instrument's key leaves open the entry says itself. One without
    `instrument` is returned as it is.

    where   the entry's place in the study file, for messages: `scales.self_efficacy`

    Raises
    ------
    StudyError   an unknown instrument or subscale, another number of items, a key or points that
                 contradict the instrument's, or that neither says
    """
    if not isinstance(raw, Mapping) or ("instrument" not in raw and "subscale" not in raw):
        return raw
    given = {key: value for key, value in raw.items() if key not in ("instrument", "subscale")}
    instrument = _known(raw.get("instrument"), instruments(), f"{where}.instrument")
    items = instrument.items
    if raw.get("subscale") is not None:
        items = _known(raw["subscale"], instrument.subscales, f"{where}.subscale")
    columns = _columns(given.get("items"), items, instrument, where)
    own = {
        "reverse_keyed": _turned(instrument, items, columns),
        "lowest": instrument.lowest,
        "highest": instrument.highest,
    }
    agreed = {
        key: _agreed(key, value, given.get(key), instrument, where) for key, value in own.items()
    }
    return {"reference": instrument.citation} | given | agreed


def _known(name: object, options: Mapping[str, object], where: str):
    if isinstance(name, str) and name in options:
        return options[name]
    raise StudyError(
        f"{where} is {name!r}, which is not known.",
        expected=f"one of {', '.join(options)}." if options else "no subscale: it has none.",
        remedy=_nearest(name, options)
        + "or leave it out and give reverse_keyed, lowest and highest.",
    )


def _nearest(name: object, options: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(name), list(options), n=1, cutoff=0.4)
    return f"write {close[0]}, the nearest, " if close else "correct it, "


def _columns(
    columns: object, items: Sequence[str], instrument: Instrument, where: str
) -> tuple[str, ...]:
    """The study's own columns, one for each of the instrument's items."""
    n_given = len(columns) if isinstance(columns, list | tuple) else 0
    if n_given != len(items):
        parts = ", ".join(f"{name} {len(part)}" for name, part in instrument.subscales.items())
        raise StudyError(
            f"{where} has {n_given} items; {instrument.name} has {len(items)} there.",
            expected=f"the study's own columns for {', '.join(items)}, in this order.",
            remedy=f"correct {where}.items"
            + (f", or name one of its subscales ({parts})." if parts else ".")
            + " A shortened form is declared without `instrument`.",
        )
    return tuple(columns)


def _turned(
    instrument: Instrument, items: Sequence[str], columns: Sequence[str]
) -> list[str] | None:
    if instrument.reverse_keyed is None:
        return None
    pairs = zip(items, columns, strict=True)
    return [column for item, column in pairs if item in instrument.reverse_keyed]


def _agreed(key: str, known: object, given: object, instrument: Instrument, where: str) -> object:
    """What the instrument says, or the study where that is silent; never two different things."""
    if known is None and given is None:
        raise StudyError(
            f"{where} has no {key}, and the key of {instrument.name} leaves it open.",
            expected=f"{key} as in the form that was used.",
            remedy=f"look it up ({instrument.citation}) and write {where}.{key}"
            + (", [] if no item is reversed." if key == "reverse_keyed" else "."),
        )
    if known is None or given is None:
        return given if known is None else known
    is_same = set(known) == set(given) if isinstance(known, list) else known == given
    if not is_same:
        raise StudyError(
            f"{where}.{key} is {_plain(given)}, while {instrument.name} has {_plain(known)}.",
            expected=f"no {key} beside `instrument`, or the same.",
            remedy=f"remove {where}.{key}; a changed form is declared without `instrument`, its "
            "source under `reference`.",
        )
    return known


def _plain(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list | tuple) else str(value)
