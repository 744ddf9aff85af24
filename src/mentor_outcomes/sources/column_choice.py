"""Which of a file's headers are read, and under which of our names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentor_outcomes.errors import SourceError, StudyError
from mentor_outcomes.sources.file_rows import Chosen
from mentor_outcomes.sources.header_row import tidy_name
from mentor_outcomes.sources.raw_table import OUR_NAMES, require_headers
from mentor_outcomes.study import Layout, Source

ID_COLUMNS = frozenset({"person_id", "protege_id", "offer_id", "unit_id", "other_id"})
"""Our columns that say whose record it is; empty, or the word Total, in a row of totals."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """headers: our column -> its header, None where the provider has none; kept_by: header of
    each rule under `keep`, in its order."""

    headers: Mapping[str, str | None]
    kept_by: tuple[str, ...]

    def chosen(self, names: Sequence[str]) -> Chosen:
        """The headers to read, in the file's order, and which of them hold ids."""
        asked = {*self.headers.values(), *self.kept_by}
        ids = {header for ours, header in self.headers.items() if ours in ID_COLUMNS and header}
        return Chosen(tuple(name for name in names if name in asked), frozenset(ids))


def choose_columns(
    names: Sequence[str],
    layout: Layout,
    *,
    wanted: frozenset[str],
    extra: Iterable[str],
    shown: str,
) -> ColumnChoice:
    """Raises SourceError if the file lacks a header that the study file or the profile names."""
    declared = {ours: theirs for ours, theirs in layout.columns.items() if ours in wanted}
    found = _declared_headers(names, declared, extra, shown)
    taken = {header for header in found.values() if header}
    own = {name: name for name in names if name in wanted and name not in {*found, *taken}}
    lacking = [name for name in extra if name not in {**found, **own}]
    require_headers(
        lacking,
        names,
        shown,
        taken=OUR_NAMES.union(found, taken),
        remedy="correct the name under `extra` of this source in params.yaml, name its header "
        "under `columns`, or export the file again with it.",
    )
    kept_by = tuple(_header_of_rule(names, rule.column, shown) for rule in layout.keep)
    return ColumnChoice({**found, **own}, kept_by)


def check_our_names(name: str, source: Source, wanted: frozenset[str]) -> None:
    """Raise StudyError if the study file maps a column that this source does not have."""
    unknown = [ours for ours in source.columns if ours not in wanted]
    if unknown:
        items = " For an item of a questionnaire: list it under `scales`." * (name == "survey")
        raise StudyError(
            f"sources.{name}.columns names {', '.join(unknown)}, which {name} does not have.",
            expected=f"our names: {', '.join(sorted(wanted))}.{items}",
            remedy=f"correct sources.{name}.columns in params.yaml, or declare the column under "
            "`extra`.",
        )


def _alternatives(declared: str) -> list[str]:
    return [tidy_name(each) for each in declared.split(" | ")]


def _declared_headers(
    names: Sequence[str], declared: Mapping[str, str], extra: Iterable[str], shown: str
) -> dict[str, str | None]:
    """Our column -> the one of its declared headers that the file has."""
    found: dict[str, str | None] = {}
    lacking: dict[str, str] = {}
    for ours, theirs in declared.items():
        present = [each for each in _alternatives(theirs) if each in names]
        if tidy_name(theirs) in names:
            present = [tidy_name(theirs)]
        if len(present) > 1:
            raise _two_headers(ours, present, shown)
        if theirs.strip() and not present:
            lacking[ours] = _alternatives(theirs)[0]
        found[ours] = present[0] if present else None
    listed = " and ".join(sorted(lacking))
    every = {each for theirs in declared.values() for each in _alternatives(theirs)}
    require_headers(
        list(lacking.values()),
        names,
        shown,
        taken=OUR_NAMES.union(every, extra) - set(lacking),
        remedy=f"correct the header named for {listed} under `columns` of this source in "
        f"params.yaml{_others_allowed(declared, lacking)}, or export the file again with it; where "
        f'the provider has no such column, write `{next(iter(lacking), "")}: ""` there.',
    )
    return found


def _others_allowed(declared: Mapping[str, str], lacking: Iterable[str]) -> str:
    others = [each for ours in lacking for each in _alternatives(declared[ours])[1:]]
    return f" ({', '.join(others)} would do as well)" if others else ""


def _two_headers(ours: str, present: Sequence[str], shown: str) -> SourceError:
    return SourceError(
        f"{shown} has both {' and '.join(present)}, and each could be {ours}.",
        expected="one of them.",
        remedy=f"name the right one under `columns` in params.yaml: {ours}: {present[0]}.",
    )


def _header_of_rule(names: Sequence[str], declared: str, shown: str) -> str:
    present = [each for each in _alternatives(declared) if each in names]
    if len(present) > 1:
        raise _two_headers("the column of a rule under `keep`", present, shown)
    require_headers(
        [] if present else [_alternatives(declared)[0]],
        names,
        shown,
        remedy="export the file again with all columns, or correct the `profile` of its source in "
        "params.yaml.",
    )
    return present[0]
