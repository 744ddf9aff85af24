"""Which ids belong to one person: across rehires, systems, e-mail addresses and survey codes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.study import Layout
from mentor_outcomes.tables.id_text import as_text
from mentor_outcomes.tables.received import Received, refuse_rows


@dataclass(frozen=True, slots=True)
class Joined:
    """ids: the person's; is_unresolved, is_tolerant: as of `identifiers.Identified`."""

    ids: pd.Series
    is_unresolved: np.ndarray
    is_tolerant: np.ndarray


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """system -> other id -> the person's id; `` is the system of ids where none is named."""

    person_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def joined(self, ids: pd.Series, layout: Layout) -> Joined:
        """The person behind each id.

        Where the source names no system, an id that the crosswalk does not have is the person's
        own. Where it names one, such an id is nobody's.

        Raises StudyError where the crosswalk has no id of the system named.
        """
        codes, unique = pd.factorize(ids)
        texts = unique.tolist()
        if layout.ids is None:
            own = self.person_of.get("", {})
            found = [(own.get(text, text), "exact") for text in texts]
        else:
            found = self._looked_up(texts, layout)
        people = pd.array([*(person for person, _ in found), None], dtype="str")
        how = np.array([*(kind for _, kind in found), "missing"])
        # Unresolved ids stay as they are: a mentor from outside is somebody all the same.
        return Joined(
            pd.Series(people[codes], index=ids.index, name=ids.name),
            how[codes] == "unresolved",
            how[codes] == "tolerant",
        )

    def _looked_up(self, texts: list[str], layout: Layout) -> list[tuple[str, str]]:
        system = self.person_of.get(layout.ids)
        if system is None:
            raise StudyError(
                f"a source has ids of the system {layout.ids}, of which the crosswalk has none.",
                expected="a source `crosswalk` with the columns system, other_id and person_id.",
                remedy=f"add sources.crosswalk to params.yaml with rows of the system {layout.ids}"
                ", or remove `ids` from the source.",
            )
        normal = _normal if layout.match == "tolerant" else _without_case
        exact = _by_normal(system, normal, layout.ids)
        near = _near(exact) if layout.match == "tolerant" else {}
        return [_found(text, normal(text), exact, near, layout.ids) for text in texts]


def _by_normal(
    system: Mapping[str, str], normal: Callable[[str], str], name: str
) -> dict[str, str]:
    """Person by the id as it is compared; ids that become equal so must be one person's."""
    exact: dict[str, str] = {}
    n_clashes = 0
    for code, person in system.items():
        # Of nothing but signs or spaces is left nothing, and that is nobody's.
        n_clashes += bool(normal(code)) and exact.setdefault(normal(code), person) != person
    if n_clashes:
        raise StudyError(
            f"{n_clashes} ids of the system {name} differ from another person's only in capitals, "
            "spaces or signs.",
            expected="ids that still tell people apart when these are left out.",
            remedy="correct the crosswalk, or set `match: exact` for the source if it is tolerant.",
        )
    return exact


def _found(
    text: str,
    wanted: str,
    exact: Mapping[str, str],
    near: Mapping[str, set[str]],
    system: str,
) -> tuple[str, str]:
    """The person behind an id, and how they were found; `near` is empty where matching is exact."""
    if wanted in exact:
        return exact[wanted], "exact"
    candidates = {
        exact[code]
        for shape in (_shapes(wanted) if near and len(wanted) >= SHORTEST else ())
        for code in near.get(shape, ())
        if _is_one_apart(wanted, code)
    }
    if len(candidates) == 1:
        return candidates.pop(), "tolerant"
    # Its own name space: never by chance the id of somebody in another system.
    return f"{system}:{wanted}", "unresolved"


SHORTEST = 4
"""Ids of fewer characters must be exact: one of three amiss is another person's as well."""


def crosswalk_of(received: Received | None) -> Crosswalk:
    """The crosswalk of the source of that name; empty where there is none.

    Raises SourceError where one id is said to be two people's.
    """
    if received is None:
        return Crosswalk()
    received.require(
        ["person_id", "other_id"],
        remedy="name the provider's own headers under sources.crosswalk.columns in params.yaml.",
    )
    frame = received.frame
    system = frame["system"].fillna("") if "system" in frame else pd.Series("", frame.index)
    ids = {name: as_text(received, name) for name in ("other_id", "person_id")}
    rows = pd.DataFrame({"system": system, **ids})
    refuse_rows(
        received,
        rows[["other_id", "person_id"]].isna().any(axis="columns"),
        "have no other_id or no person_id",
        expected="both in every row.",
        remedy="complete the crosswalk, or remove these rows.",
    )
    refuse_rows(
        received,
        (ids["person_id"].str.strip() != ids["person_id"])
        | ((ids["other_id"].str.strip() != ids["other_id"]) & (system == "")),
        "have spaces around an id",
        expected="ids without spaces before or after them.",
        remedy="remove the spaces at the source.",
    )
    rows = rows.drop_duplicates()
    contradicts = rows.duplicated(["system", "other_id"], keep=False)
    refuse_rows(
        received,
        contradicts.reindex(frame.index, fill_value=False),
        "give an other_id of one system to two people",
        expected="one person for each id of a system; a person may have several.",
        remedy="correct the crosswalk: who is the person behind that id?",
    )
    _refuse_chains(received, rows)
    return Crosswalk(
        {
            name: dict(zip(part["other_id"], part["person_id"], strict=True))
            for name, part in rows.groupby("system", sort=True)
        }
    )


def without_systems(received: Received) -> Received:
    """The crosswalk with those other ids only that are of no named system."""
    frame = received.frame
    if "system" not in frame or "other_id" not in frame:
        return received
    return replace(
        received, frame=frame.assign(other_id=frame["other_id"].where(frame["system"].isna()))
    )


def _refuse_chains(received: Received, rows: pd.DataFrame) -> None:
    own = rows[(rows["system"] == "") & (rows["other_id"] != rows["person_id"])]
    chained = rows["person_id"].isin(own["other_id"])
    if chained.any():
        raise SourceError(
            f"{int(chained.sum())} rows of {received.paths[0]} lead to an id that another row "
            "leads further on.",
            expected="each row leads to the person's last and only id.",
            remedy="write that id as person_id in all rows of the person.",
        )


def _without_case(code: str) -> str:
    """E-mail addresses and the like are the same in capitals."""
    return code.strip().casefold()


def _normal(code: str) -> str:
    """Capitals, spaces and signs do not count in ids that people type."""
    return re.sub(r"[\W_]+", "", code.casefold())


def _shapes(code: str) -> set[str]:
    """The code with each single character left out, and the code itself."""
    return {code, *(code[:place] + code[place + 1 :] for place in range(len(code)))}


def _near(exact: Mapping[str, str]) -> Mapping[str, set[str]]:
    """Shape -> codes that have it: codes one character apart share one."""
    codes: dict[str, set[str]] = {}
    for code in exact:
        for shape in _shapes(code):
            codes.setdefault(shape, set()).add(code)
    return codes


def _is_one_apart(one: str, other: str) -> bool:
    """One character more, less or other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest = one[place:] if len(one) < len(other) else one[place + 1 :]
    return rest == other[place + 1 :]
