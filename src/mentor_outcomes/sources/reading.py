"""From an entry of `sources` in the study file to a raw table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes.sources.column_choice import (
    ID_COLUMNS,
    ColumnChoice,
    check_our_names,
    choose_columns,
)
from mentor_outcomes.sources.database import read_database, shown_table
from mentor_outcomes.sources.file_rows import Chosen, FileRows
from mentor_outcomes.sources.formats import read_file
from mentor_outcomes.sources.joining import (
    check_same_columns,
    joined_form,
    joined_labels,
    joined_notes,
)
from mentor_outcomes.sources.profiles import layout_of
from mentor_outcomes.sources.raw_table import RawTable, require_headers
from mentor_outcomes.sources.received_paths import received_paths, waves_of
from mentor_outcomes.sources.totals_rows import refuse_totals_as_ids
from mentor_outcomes.study import Layout, Source
from mentor_outcomes.study.received import check_place


def read_source(
    name: str, source: Source, root: str | Path = ".", *, wanted: frozenset[str]
) -> RawTable:
    """One source as text, under our column names; only `wanted` columns and declared extras.

    A pattern reads all files that match, in the order of their names. A column declared as an
    empty text (`columns: {site: ""}`) is one the provider does not have: missing in every row.

    Raises SourceError where a file or a declared column is missing or a file is not a table, and
    StudyError where the study file contradicts itself.
    """
    layout = layout_of(name, source)
    wanted = wanted.union(source.extra)
    check_our_names(name, source, wanted)
    check_place(name, source, layout)
    if layout.database:
        shown = shown_table(layout)
        paths, waves = [shown], None
        parts = [_part(None, shown, source, layout, wanted)]
    else:
        paths = received_paths(source.path, Path(root))
        waves = waves_of(paths) if source.wave == "from_file_name" else None
        asked = wanted if waves is None else wanted - {"wave"}
        parts = [_part(Path(root) / path, path, source, layout, asked) for path in paths]
    frames = [part.frame for part in parts]
    if waves is None:
        check_same_columns([list(frame.columns) for frame in frames], paths)
    else:
        frames = [frame.assign(wave=wave) for frame, wave in zip(frames, waves, strict=True)]
    return RawTable(
        name=name,
        frame=pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0],
        paths=tuple(paths),
        files=np.repeat(np.arange(len(parts)), [len(frame) for frame in frames]),
        lines=np.concatenate([part.rows.lines for part in parts]),
        layout=layout,
        set_aside=dict(sum((Counter(part.set_aside) for part in parts), Counter())),
        extra=dict(source.extra),
        headers=parts[0].rows.headers,
        form=joined_form([part.rows.form for part in parts], paths),
        numeric=frozenset().union(*(part.rows.numeric for part in parts)),
        labels=joined_labels([part.rows.labels for part in parts], paths),
        notes=joined_notes([part.rows for part in parts], frames, paths),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One file under our names; set_aside: why records were not kept -> how many."""

    rows: FileRows
    set_aside: Mapping[str, int]

    @property
    def frame(self) -> pd.DataFrame:
        return self.rows.frame


def _part(
    path: Path | None, shown: str, source: Source, layout: Layout, wanted: frozenset[str]
) -> _Part:
    """One file, or the database's table where `path` is None."""
    choice: ColumnChoice | None = None

    def choose(names: tuple[str, ...]) -> Chosen:
        nonlocal choice
        choice = choose_columns(names, layout, wanted=wanted, extra=source.extra, shown=shown)
        return choice.chosen(names)

    if path is None:
        read = read_database(layout, shown, choose)
    else:
        read = read_file(path, shown, layout, choose)
    return _kept(_under_our_names(read, choice), read.frame, choice, layout, shown)


def _under_our_names(read: FileRows, choice: ColumnChoice) -> FileRows:
    """Columns, their labels and which of them are numbers, as we call them."""
    missing = pd.Series(pd.NA, index=read.frame.index, dtype="str")
    headers = choice.headers
    columns = {
        ours: missing if header is None else read.frame[header].rename(ours)
        for ours, header in headers.items()
    }
    return FileRows(
        pd.DataFrame(columns, index=read.frame.index),
        read.lines,
        read.headers,
        read.form,
        numeric=frozenset(ours for ours, header in headers.items() if header in read.numeric),
        labels={
            ours: read.labels[header] for ours, header in headers.items() if header in read.labels
        },
        notes=read.notes,
    )


def _kept(
    rows: FileRows, received: pd.DataFrame, choice: ColumnChoice, layout: Layout, shown: str
) -> _Part:
    """The records that belong to this source; the others counted by the first rule they break."""
    kept = np.ones(len(received), dtype=bool)
    counts: Counter[str] = Counter()
    for rule, header in zip(layout.keep, choice.kept_by, strict=True):
        belongs = received[header].isin(rule.values) if rule.values else received[header].notna()
        counts[rule.reason] += int((kept & ~belongs.to_numpy()).sum())
        kept &= belongs.to_numpy()
    require_headers(
        layout.needed,
        list(rows.frame.columns),
        shown,
        remedy="name its header under `columns` of this source in params.yaml.",
    )
    for column in layout.needed:
        has = rows.frame[column].notna().to_numpy()
        counts[f"without {column}"] += int((kept & ~has).sum())
        kept &= has
    frame, lines = rows.frame, rows.lines
    if not kept.all():
        frame, lines = frame[kept].reset_index(drop=True), lines[kept]
    for column in sorted(ID_COLUMNS.intersection(frame.columns)):
        refuse_totals_as_ids(frame[column], lines, shown)
    with_ours = FileRows(
        frame, lines, rows.headers, rows.form, rows.numeric, rows.labels, rows.notes
    )
    return _Part(with_ours, {reason: n for reason, n in counts.items() if n})
