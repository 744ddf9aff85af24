"""A raw table into typed columns, by the contract of its source."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.tables.cell_rules import (
    not_in_crosswalk,
    unreadable,
    with_spaces,
    without_value,
)
from mentor_outcomes.tables.codes import labelled, our_words
from mentor_outcomes.tables.contracts import CONTRACTS, EVENTS_OF, Field, shape_of
from mentor_outcomes.tables.crosswalk import Crosswalk
from mentor_outcomes.tables.forms import Forms, found_date_form, found_decimal
from mentor_outcomes.tables.grades import ranked
from mentor_outcomes.tables.identifiers import IDENTIFIERS, Identified, identified
from mentor_outcomes.tables.parsing import DAYS, NUMBERS, OPEN_ENDS, Parsed, parse
from mentor_outcomes.tables.received import Received, counted, refuse_rows
from mentor_outcomes.tables.rows import OF_ANOTHER_TABLE, Rows, Rule


@dataclass(frozen=True, slots=True)
class Reading:
    """What parsing needs beside the text: names of grades, the pseudonym key, who is who.

    max_share_unreadable   of an optional column; more of it stops the run
    """

    grades: tuple[str, ...]
    key: bytes
    crosswalk: Crosswalk = field(default_factory=Crosswalk)
    max_share_unreadable: float = 0.01


def typed(received: Received, reading: Reading) -> Rows:
    """The source's promised columns and the declared extra ones, for the rows that can be read.

    Rows keep their number, by which checks find their line. Columns nobody declared are left out:
    an extract may hold names and addresses. Columns that are only `if given` and are not there
    are not there.

    Raises SourceError where a column is missing or as a whole cannot be understood.
    """
    fields = _fields(received)
    received, notes = _without_hidden_spaces(received, fields)
    texts = _without_missing_codes(received)
    is_other = _of_other_events(replace(received, frame=texts), fields)
    meant = replace(received, frame=texts[~is_other].reindex(texts.index))
    forms = forms_of(replace(received, frame=texts), fields)  # other events decide with
    columns: dict[str, pd.Series] = {}
    faults: list[tuple[np.ndarray, Rule]] = []
    for item in fields:
        if item.kind in IDENTIFIERS:
            ids = identified(meant, item.name, item.kind, reading.key, reading.crosswalk)
            columns[item.name], found = ids.values, _faults_of_ids(meant, item, ids)
            if item.name == "person_id" and _forgives(received):
                columns["is_tolerant"] = pd.Series(ids.is_tolerant, received.frame.index)
        else:
            columns[item.name], found = _column(meant, item, forms, reading)
        if item.is_required or item.is_telling or item.kind in IDENTIFIERS:
            faults.extend(found)
        else:
            notes = (*notes, *_missing_instead(meant, item, found, reading.max_share_unreadable))
    whole = pd.DataFrame(columns, index=received.frame.index)
    rows = Rows(
        received,
        whole,
        set_aside=dict(received.set_aside),
        notes=(*notes, *_numbers_as_names(received, fields)),
        forms=tuple(dict.fromkeys(said for each in forms for said in each.said)),
        whole=whole,
    ).aside(is_other, OF_ANOTHER_TABLE)
    for is_wrong, rule in faults:
        rows = rows.without(is_wrong[rows.frame.index], rule)
    return rows.with_frame(_whole_numbers(rows.frame, fields))


def _of_other_events(received: Received, fields: Sequence[Field]) -> np.ndarray:
    """Rows of an event log that say nothing of this table, whatever else is wrong with them."""
    events = EVENTS_OF.get((received.name, shape_of(received.name, received.layout)))
    if events is None or not any(item.name == "event_code" for item in fields):
        return np.zeros(len(received.frame), dtype=bool)
    words = our_words(received, "event_code", labelled(received, "event_code"), schema.JOB_EVENTS)
    return (words.notna() & ~words.isin(events)).to_numpy()


def _fields(received: Received) -> tuple[Field, ...]:
    """The contract's columns that the file has, and the declared extra ones."""
    contract = CONTRACTS[received.name][shape_of(received.name, received.layout)]
    extra = tuple(Field(name, kind, kind == "flag") for name, kind in received.extra.items())
    expected = [item for item in (*contract, *extra) if item.is_expected]
    received.require([item.name for item in expected], remedy=_how_to_supply(received, expected))
    absent = {name for name, theirs in received.layout.columns.items() if theirs == ""}
    return tuple(
        item
        for item in (*contract, *extra)
        if item.is_expected or (item.name in received.frame.columns and item.name not in absent)
    )


def _how_to_supply(received: Received, fields: Sequence[Field]) -> str:
    """What to do about columns that are not there; only optional ones may be declared absent."""
    lacking = [item for item in fields if item.name not in received.frame.columns]
    # Never proposed for days: nobody would then have begun, ended or left.
    optional = [i.name for i in lacking if not i.is_required and i.kind not in DAYS]
    where = f"sources.{received.name}"
    remedy = (
        f"export the file again with what it lacks, or name the provider's own header under "
        f"{where}.columns in params.yaml"
    )
    if received.name == "survey" and any(item.name == "wave" for item in lacking):
        remedy += f"; where each wave is a file of its own, write `wave: from_file_name` in {where}"
    if optional:
        declared = ", ".join(f'{name}: ""' for name in optional)
        remedy += f"; where the provider has no such column, add `{declared}` to {where}.columns"
    return f"{remedy}."


def _without_hidden_spaces(
    received: Received, fields: Sequence[Field]
) -> tuple[Received, tuple[str, ...]]:
    """Words without spaces around them, and notes: `U1 ` is no other unit than `U1`."""
    columns: dict[str, pd.Series] = {}
    notes = []
    for item in fields:
        if item.kind == "text":
            texts = received.frame[item.name]
            bare = texts.str.strip()
            n_changed = int(((bare != texts) & texts.notna()).sum())
            if n_changed:
                columns[item.name] = bare.mask(bare == "")
                notes.append(f"{item.name}: spaces around {counted(n_changed, 'value')} taken away")
    return replace(received, frame=received.frame.assign(**columns)), tuple(notes)


def _numbers_as_names(received: Received, fields: Sequence[Field]) -> list[str]:
    """Notes of names that a file stores as numbers: 101 here may be 0101 in another file."""
    return [
        f"{item.name} is stored as a number: zeros in front of it, if there were any, are lost"
        for item in fields
        if item.kind == "text"
        and item.name in received.numeric
        and item.name not in received.labels
    ]


def _without_missing_codes(received: Received) -> pd.DataFrame:
    """The texts as received, those missing that the layout declares to stand for it."""
    columns = {
        name: received.frame[name].mask(received.frame[name].isin(texts))
        for name, texts in received.layout.missing.items()
        if name in received.frame.columns
    }
    return received.frame.assign(**columns) if columns else received.frame


def forms_of(received: Received, fields: Sequence[Field]) -> tuple[Forms, ...]:
    """How each file writes dates and numbers: as declared, else found from all its values.

    Each file of a source decides for itself: two waves may come from computers of two countries.
    """
    layout = received.layout
    days = [item.name for item in fields if item.kind in (*DAYS, "year")]
    numbers = [item.name for item in fields if item.kind in NUMBERS]
    open_ends = {*OPEN_ENDS, *layout.open_ends}
    found = []
    for number, path in enumerate(received.paths):
        frame = (
            received.frame if len(received.paths) == 1 else received.frame[received.files == number]
        )
        dates = (
            Forms(dates=layout.dates)
            if layout.dates
            else found_date_form(received, _texts(frame, days, without=open_ends), path)
        )
        decimal = (
            Forms(decimal=layout.decimal)
            if layout.decimal
            else found_decimal(received, _texts(frame, numbers), path)
        )
        found.append(Forms(dates.dates, decimal.decimal, (*dates.said, *decimal.said)))
    return tuple(found)


def _parsed(received: Received, column: str, kind: str, forms: Sequence[Forms]) -> Parsed:
    """The column's values, each file read in its own form."""
    texts, open_ends = received.frame[column], received.layout.open_ends
    if len({(each.dates, each.decimal) for each in forms}) == 1:
        return parse(texts, kind, forms[0], open_ends)
    parts = [
        parse(texts[received.files == number], kind, form, open_ends)
        for number, form in enumerate(forms)
    ]
    is_unreadable = np.zeros(len(texts), dtype=bool)
    for number, part in enumerate(parts):
        is_unreadable[received.files == number] = part.is_unreadable
    look = next((part.look for part in parts if part.look), "")
    return Parsed(pd.concat([part.values for part in parts]).loc[texts.index], is_unreadable, look)


def _texts(
    frame: pd.DataFrame, columns: Sequence[str], without: set[str] | frozenset[str] = frozenset()
) -> list[str]:
    """The different texts of these columns, in order of appearance."""
    texts = dict.fromkeys(
        text for name in columns for text in frame[name].dropna().unique().tolist()
    )
    return [text for text in texts if text not in without]


def _column(
    received: Received, item: Field, forms: Sequence[Forms], reading: Reading
) -> tuple[pd.Series, list[tuple[np.ndarray, Rule]]]:
    """The column's values, and the rows that cannot be used because of it."""
    faults = _faults_of_missing(received, item)
    if item.kind == "text":
        return our_words(received, item.name, labelled(received, item.name)), faults
    if item.kind == "code":
        return _codes(received, item), faults
    if item.kind == "grade":
        words = our_words(received, item.name, labelled(received, item.name))
        parsed = ranked(received, item.name, words, reading.grades, forms[0])
    else:
        parsed = _parsed(received, item.name, item.kind, forms)
    faults.append((parsed.is_unreadable, unreadable(item.name, item.kind, parsed)))
    return parsed.values, faults


def _faults_of_missing(received: Received, item: Field) -> list[tuple[np.ndarray, Rule]]:
    if not item.is_required:
        return []
    return [(received.frame[item.name].isna().to_numpy(), without_value(item.name))]


def _faults_of_ids(
    received: Received, item: Field, ids: Identified
) -> list[tuple[np.ndarray, Rule]]:
    """Rows that cannot be used because of an id."""
    faults = _faults_of_missing(received, item)
    faults.append((ids.has_spaces, with_spaces(item.name)))
    if item.is_required:
        faults.append((ids.is_unresolved, not_in_crosswalk(item.name)))
    return faults


def _forgives(received: Received) -> bool:
    """Whether answers are told apart whose id is somebody's only with a small difference."""
    return received.layout.match == "tolerant" and received.name == "survey"


def _missing_instead(
    received: Received, item: Field, faults: Sequence[tuple[np.ndarray, Rule]], limit: float
) -> list[str]:
    """Notes of unreadable values that are missing now; nobody is left out for them.

    Raises SourceError where they are more than `limit` of the rows: the column is another one.
    """
    notes = []
    for is_unreadable, rule in faults:
        if is_unreadable.sum() > limit * len(is_unreadable):
            refuse_rows(
                received,
                is_unreadable,
                rule.what,
                expected=rule.expected,
                remedy=f"{rule.remedy.removesuffix('.')}; up to ingest.max_share_quarantined "
                f"({limit:.1%}) of them count as missing.",
            )
        if is_unreadable.any():
            n = counted(int(is_unreadable.sum()), "value")
            what = rule.what.partition(" that cannot")[2]
            notes.append(f"{item.name}: {n} that cannot{what}: missing instead")
    return notes


def _codes(received: Received, item: Field) -> pd.Series:
    """Our words for the column's codes; in an event log an exit's kind is read of exits only."""
    texts = labelled(received, item.name)
    if item.name == "exit_kind" and received.layout.shape == "events":
        events = our_words(
            received, "event_code", labelled(received, "event_code"), schema.JOB_EVENTS
        )
        texts = texts.where(events == "exit")
    return our_words(received, item.name, texts, item.words)


def _whole_numbers(frame: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Required whole numbers as such: no row without one is left."""
    whole = [item.name for item in fields if item.is_required and item.kind in ("whole", "grade")]
    return frame.astype(dict.fromkeys(whole, "int64"))
