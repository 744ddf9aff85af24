"""Values of members of sets period by period, found by position: a stack has millions of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    require_columns,
    require_known,
    weights_of,
    whole_numbers,
)


@dataclass(frozen=True, slots=True, eq=False)
class MemberPeriods:
    """Where each member's rows of a table by set, person and period stand.

    member   per member asked for, its whole number in the table; -1: it has no row
    keys     whole number of member and period, ascending; `rows`: the row that has it
    """

    member: np.ndarray
    keys: np.ndarray
    rows: np.ndarray
    first_period: int
    n_periods: int

    def find(self, position: np.ndarray, period: np.ndarray) -> np.ndarray:
        """Row of the table for each position among the members and period; -1: none."""
        member, since = self.member[position], np.asarray(period) - self.first_period
        wanted = member * self.n_periods + since
        is_inside = (member >= 0) & (since >= 0) & (since < self.n_periods)
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        is_there = is_inside & (self.keys[place] == wanted) if len(self.keys) else is_inside & False
        return np.where(is_there, self.rows[place] if len(self.keys) else 0, -1)


def member_periods(table: pd.DataFrame, members: pd.DataFrame) -> MemberPeriods:
    """Look-up of rows of `table` (set_id, person_id, period) by member and period.

    members   one row per set and person: set_id, person_id

    Quickest where the rows of a member stand together. Refuses rows that repeat another's, and
    those without a set, a person or a whole number as period.
    """
    require_columns(members, ["set_id", "person_id"])
    if table.empty:
        nothing = np.zeros(0, dtype=np.int64)
        return MemberPeriods(np.full(len(members), -1), nothing, nothing, 0, 1)
    require_columns(table, ["set_id", "person_id", "period"])
    require_known(table, ["set_id", "person_id"])
    block, first_rows = _blocks(table)
    heads = table[["set_id", "person_id"]].iloc[first_rows]
    both = _pair_codes(heads, members)
    codes, head = np.unique(both[: len(heads)], return_inverse=True)
    asked = both[len(heads) :]
    place = np.minimum(np.searchsorted(codes, asked), len(codes) - 1)
    period = whole_numbers(table, "period")
    first, n_periods = int(period.min()), int(np.ptp(period)) + 1
    keys = head[block] * n_periods + (period - first)
    rows = np.arange(len(keys))
    if (np.diff(keys) <= 0).any():
        rows = np.argsort(keys, kind="stable")
        keys = keys[rows]
    n_repeated = int((np.diff(keys) == 0).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} rows repeat the set, person and period of another.",
            expected="one row per set, person and period.",
            remedy="keep one row of each.",
        )
    return MemberPeriods(np.where(codes[place] == asked, place, -1), keys, rows, first, n_periods)


def period_weights(table: pd.DataFrame) -> np.ndarray:
    """The column `weight` of such a table, 0 or more in each of its rows."""
    if table.empty:
        return np.zeros(0)
    require_columns(table, ["weight"])
    return weights_of(table, "weight")


def _blocks(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Runs of rows of one set and person: the run of each row, and where each run begins."""
    changes = np.zeros(len(table) - 1, dtype=bool)
    for name in ("set_id", "person_id"):
        values = table[name].array
        changes |= np.asarray(values[1:] != values[:-1], dtype=bool)
    begins = np.r_[True, changes]
    return np.cumsum(begins) - 1, np.flatnonzero(begins)


def _pair_codes(heads: pd.DataFrame, members: pd.DataFrame) -> np.ndarray:
    """One whole number per set and person, of the heads and then of the members."""
    both = [
        pd.factorize(pd.concat([heads[name], members[name]], ignore_index=True))[0].astype(np.int64)
        for name in ("set_id", "person_id")
    ]
    return both[0] * (both[1].max(initial=0) + 1) + both[1]
