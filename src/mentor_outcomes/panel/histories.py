"""Dated rows as states in force: what held on a given day.

Everything here is a join, lead, lag, a running sum or maximum, a filter or a group-by, so that the
same code runs on any engine Ibis knows. As-of joins and "last value that is not missing" windows
are avoided on purpose: some engines refuse them, others answer them wrongly.

A history is a table with `valid_from` and `valid_until` (the first day it no longer holds).
"""

from collections.abc import Sequence
from datetime import date

import ibis

FIRST_DAY = ibis.literal(date(1, 1, 1), type="date")
OPEN_END = ibis.literal(date(9999, 12, 31), type="date")


def in_days(table: ibis.Table) -> ibis.Table:
    """The same rows with every time stamp cut to its day."""
    stamps = [name for name, type_ in table.schema().items() if type_.is_timestamp()]
    return table.mutate(**{name: table[name].cast("date") for name in stamps})


def employments(spells: ibis.Table) -> ibis.Table:
    """One row per person and stay: hired_on, left_on (OPEN_END: still there), exit_kind, after.

    `after` is the last day of the stay before, the first day of all where there is none.
    """
    by_hire = ibis.window(group_by="person_id", order_by="hired_on")
    return spells.select(
        "person_id",
        "spell",
        "hired_on",
        "exit_kind",
        left_on=spells.left_on.fill_null(OPEN_END),
        after=spells.left_on.lag().over(by_hire).fill_null(FIRST_DAY),
    )


def within_employment(rows: ibis.Table, stays: ibis.Table, *, day: str) -> ibis.Table:
    """Each row with the stay it belongs to: spell, hired_on and left_on.

    A row dated between two stays belongs to the coming one (it was entered before the first
    day); rows after the last exit describe nobody employed and are left out.
    """
    stays = stays.select("spell", "hired_on", "left_on", "after", employed_id="person_id")
    belongs = [
        rows.person_id == stays.employed_id,
        rows[day] > stays.after,
        rows[day] <= stays.left_on,
    ]
    return rows.inner_join(stays, belongs).drop("employed_id", "after")


def until_next(rows: ibis.Table, *, by: Sequence[str], day: str) -> ibis.Table:
    """A history: each row holds from `day` until the next row's, the last one for good."""
    ordered = ibis.window(group_by=list(by), order_by=day)
    history = rows.mutate(
        valid_from=rows[day], valid_until=rows[day].lead().over(ordered).fill_null(OPEN_END)
    )
    return history.drop(day)


def merged(intervals: ibis.Table, *, by: Sequence[str], first: str, last: str) -> ibis.Table:
    """One history row per unbroken stretch of days that some interval covers.

    Intervals run from the day `first` to the day `last`, both included; those that overlap or
    follow without a gap become one.
    """
    by = list(by)
    ordered = {"group_by": by, "order_by": [first, last]}
    earlier = ibis.window(**ordered, preceding=(None, 1))
    so_far = ibis.window(**ordered, preceding=None, following=0)
    # OPEN_END + 1 would leave the calendar, hence the day before it.
    ends = intervals.mutate(valid_until=next_day(intervals[last]))
    starts = ends.mutate(
        is_new=(ends[first] > ends.valid_until.max().over(earlier)).fill_null(True).cast("int64")
    )
    stretches = starts.mutate(stretch=starts.is_new.sum().over(so_far))
    return (
        stretches.group_by([*by, "stretch"])
        .agg(valid_from=stretches[first].min(), valid_until=stretches.valid_until.max())
        .drop("stretch")
    )


def as_of(grid: ibis.Table, history: ibis.Table, *, by: Sequence[str], day: str) -> ibis.Table:
    """Every row of `grid` with the columns of the history in force on its `day`, or missing."""
    history = history.rename({f"{name}_of_history": name for name in by})
    keys = [f"{name}_of_history" for name in by]
    in_force = [
        *(grid[name] == history[key] for name, key in zip(by, keys, strict=True)),
        history.valid_from <= grid[day],
        history.valid_until > grid[day],
    ]
    return grid.left_join(history, in_force).drop(*keys, "valid_from", "valid_until")


def of_person(grid: ibis.Table, attributes: ibis.Table) -> ibis.Table:
    """Every row of `grid` with the person's row of `attributes`, or missing."""
    attributes = attributes.rename(described_id="person_id")
    return grid.left_join(attributes, grid.person_id == attributes.described_id).drop(
        "described_id"
    )


def next_day(day: ibis.Value) -> ibis.Value:
    """The day after; the open end stays."""
    return ibis.ifelse(day == OPEN_END, OPEN_END, (day + ibis.interval(days=1)).cast("date"))
