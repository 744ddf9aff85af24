"""Typed rows of one source, and which of them were taken out and why: nobody is lost uncounted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mentor_outcomes.tables.received import Received, agreeing, counted, place

OF_ANOTHER_TABLE = "an event of another table"
"""Why most rows of an event log are set aside."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a row must not do to be usable.

    name       short, for tables: `left_before_hired`
    column     where the row breaks it
    what       what such rows do, beginning with a verb in the plural; no value
    expected, remedy   as in every error
    """

    name: str
    column: str
    what: str
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of a source that break a rule: their numbers in the received frame."""

    rule: Rule
    rows: np.ndarray


@dataclass(frozen=True, slots=True)
class Rows:
    """One source on its way into a table.

    received   as it came, with files and lines
    frame      usable rows; the index is the row's number in `received.frame`
    findings   rows taken out because they cannot be used, each once, by the first rule it broke
    set_aside  rows that belong to another table or purpose: reason -> how many
    notes      what a reader of the extract should know
    forms      how the source writes dates and numbers, where that was found
    n_merged   received rows that are one with a row of `frame`, as an exit is with its hire
    whole      every received row as it was typed, whatever became of it
    """

    received: Received
    frame: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    set_aside: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    n_merged: int = 0
    whole: pd.DataFrame = field(default_factory=pd.DataFrame)

    def without(self, is_wrong: pd.Series | np.ndarray, rule: Rule) -> "Rows":
        """The rows where the mask `is_wrong` (aligned with `frame`) is false; the others noted."""
        wrong = np.asarray(is_wrong, dtype=bool)
        if not wrong.any():
            return self
        finding = Finding(rule, self.frame.index[wrong].to_numpy())
        return replace(self, frame=self.frame[~wrong], findings=(*self.findings, finding))

    def aside(self, is_other: pd.Series | np.ndarray, reason: str) -> "Rows":
        """The rows where the mask is false; the others are counted as no part of this table."""
        other = np.asarray(is_other, dtype=bool)
        if not other.any():
            return self
        n_before = self.set_aside.get(reason, 0)
        return replace(
            self,
            frame=self.frame[~other],
            set_aside={**self.set_aside, reason: n_before + int(other.sum())},
        )

    def with_frame(self, frame: pd.DataFrame) -> "Rows":
        """The same rows with other columns, or in another order."""
        return replace(self, frame=frame)

    def merged(self, frame: pd.DataFrame) -> "Rows":
        """`frame` in which each row stands for one or several of these rows."""
        return replace(self, frame=frame, n_merged=self.n_merged + len(self.frame) - len(frame))

    def noting(self, *notes: str) -> "Rows":
        return replace(self, notes=(*self.notes, *notes))

    @property
    def n_used(self) -> int:
        return len(self.frame) + self.n_merged

    @property
    def n_of_table(self) -> int:
        return len(self.received.frame) - self.set_aside.get(OF_ANOTHER_TABLE, 0)

    @property
    def n_quarantined(self) -> int:
        return sum(len(finding.rows) for finding in self.findings)


def is_among(values: pd.Series, known: Iterable[str]) -> pd.Series:
    """Whether each value is one of `known`; a missing one is not. Each text is looked up once."""
    codes, unique = pd.factorize(values)
    wanted = set(known)
    is_known = np.array([*(text in wanted for text in unique.tolist()), False])
    return pd.Series(is_known[codes], index=values.index)


def described(rows: Rows, finding: Finding) -> str:
    """`2 of 9 rows of pay have annual_pay of 0 or less: raw/pay.csv (lines 3, 4)`.

    Of the rows that belong to the table: most of an event log may tell of other things.
    """
    mask = np.zeros(len(rows.received.frame), dtype=bool)
    mask[finding.rows] = True
    n_wrong = int(mask.sum())
    return (
        f"{n_wrong} of {counted(rows.n_of_table, 'row')} of {rows.received.name} "
        f"{agreeing(n_wrong, finding.rule.what)}: {place(rows.received, mask)}"
    )


def quarantined(rows: Rows) -> pd.DataFrame:
    """One row per row taken out: source, file, line, column, rule, reason."""
    received = rows.received
    numbers = [number for finding in rows.findings for number in finding.rows.tolist()]
    of = [finding.rule for finding in rows.findings for _ in range(len(finding.rows))]
    paths = np.array(received.paths, dtype=object)
    return pd.DataFrame(
        {
            "source": received.name,
            "file": paths[received.files[numbers]] if numbers else [],
            "line": received.lines[numbers] if numbers else np.array([], dtype="int64"),
            "column": [rule.column for rule in of],
            "rule": [rule.name for rule in of],
            "reason": [rule.what for rule in of],
        }
    ).astype({name: "str" for name in ("source", "file", "column", "rule", "reason")})
