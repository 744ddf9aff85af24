"""The few people near each start, found without ever writing down everybody eligible that day."""

from dataclasses import dataclass, fields, replace

import numpy as np

_FIRST_REACH = 8
"""Places looked at on either side to begin with; four times as many wherever that is too few."""


@dataclass(frozen=True, slots=True)
class Pool:
    """People who could serve on some days of one period; a row per stretch of equal state.

    cell         whole number of the combination of exact columns
    score        in whole score units
    first, last  days on which the row is eligible
    """

    person: np.ndarray
    cell: np.ndarray
    score: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def rows(self, chosen: np.ndarray) -> "Pool":
        """Only some of the rows."""
        return Pool(*(getattr(self, item.name)[chosen] for item in fields(self)))

    def before(self, day: np.ndarray) -> tuple["Pool", np.ndarray]:
        """The days of each row up to `day`, and which rows have any."""
        row = np.flatnonzero(self.first <= day)
        return replace(self.rows(row), last=np.minimum(self.last, day)[row]), row

    def after(self, day: np.ndarray) -> tuple["Pool", np.ndarray]:
        """The days of each row after `day`, and which rows have any."""
        row = np.flatnonzero(self.last > day)
        return replace(self.rows(row), first=np.maximum(self.first, day + 1)[row]), row


@dataclass(frozen=True, slots=True)
class Starts:
    """Starts within one period, a row each; `limit` is the caliper in whole score units."""

    person: np.ndarray
    cell: np.ndarray
    score: np.ndarray
    day: np.ndarray
    limit: np.ndarray


def nearby(pool: Pool, starts: Starts, ratio: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (row of starts, row of pool) among which are all that matching would choose.

    Within the caliper and cell, eligible that day; at least the `ratio` nearest and all that tie
    with the last of them, where there are so many. The pool is sorted once by cell and score;
    each start looks outward from its own place.
    """
    order, keys, key_of = _sorted(pool, starts)
    low = np.searchsorted(keys, key_of(-starts.limit), side="left")
    high = np.searchsorted(keys, key_of(starts.limit), side="right")
    centre = np.searchsorted(keys, key_of(0), side="left")
    score = pool.score[order]
    waiting = np.flatnonzero(low < high)
    found_starts, found_rows = [], []
    reach = _FIRST_REACH
    while len(waiting):
        begin = np.maximum(low[waiting], centre[waiting] - reach)
        end = np.minimum(high[waiting], centre[waiting] + reach)
        start, place = _pairs(waiting, begin, end)
        row = order[place]
        distance = np.abs(score[place] - starts.score[start])
        radius = _seen_radius(score, starts.score[waiting], begin, end, low[waiting], high[waiting])
        position = np.repeat(np.arange(len(waiting)), end - begin)
        fits = (
            (pool.first[row] <= starts.day[start])
            & (starts.day[start] <= pool.last[row])
            & (pool.person[row] != starts.person[start])
            & (distance < radius[position])
        )
        n_found = np.bincount(position[fits], minlength=len(waiting))
        is_done = (n_found >= ratio) | ((begin == low[waiting]) & (end == high[waiting]))
        keep = fits & is_done[position]
        found_starts.append(start[keep])
        found_rows.append(row[keep])
        waiting, reach = waiting[~is_done], reach * 4
    nothing = np.zeros(0, dtype=np.int64)
    return np.concatenate([nothing, *found_starts]), np.concatenate([nothing, *found_rows])


def nearby_in_classes(
    pool: Pool, starts: Starts, ratio: int, requested: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `nearby`, for matching that takes people who are waiting first; and who of them is.

    On the waiting list on a day: the row's day of request (`requested`) is before it. Each class
    is searched by itself, so that the nearest of both are found whichever the places go to.
    """
    pairs = []
    for (part, row_of_part), is_waiting in (
        (pool.after(requested), True),
        (pool.before(requested), False),
    ):
        start, row = nearby(part, starts, ratio)
        pairs.append((start, row_of_part[row], np.full(len(row), is_waiting)))
    start, row, is_waiting = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return start, row, is_waiting


def _sorted(pool: Pool, starts: Starts):
    """Rows of the pool by cell and score, their keys in that order, and keys near each start.

    Only cells in which somebody starts are sorted. A key is the cell times the range of scores,
    plus the score. The order of equal keys decides nothing: all of them tie.
    """
    cells = np.unique(starts.cell)
    code = np.minimum(np.searchsorted(cells, pool.cell), max(len(cells) - 1, 0))
    rows = np.flatnonzero(cells[code] == pool.cell) if len(cells) else np.zeros(0, np.int64)
    scores = np.concatenate([pool.score[rows], starts.score])
    lowest = scores.min(initial=0)
    span = scores.max(initial=0) - lowest + 1
    keys = code[rows] * span + (pool.score[rows] - lowest)
    order = np.argsort(keys)
    start_code = np.searchsorted(cells, starts.cell)

    def key_of(shift):
        return start_code * span + np.clip(starts.score + shift - lowest, 0, span - 1)

    return rows[order], keys[order], key_of


def _pairs(starts: np.ndarray, begin: np.ndarray, end: np.ndarray):
    """Each start beside every place from `begin` to before `end`."""
    lengths = end - begin
    offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(starts, lengths), np.repeat(begin, lengths) + offsets


def _seen_radius(score, own, begin, end, low, high) -> np.ndarray:
    """Distance below which every candidate of the start has been looked at."""
    everything = np.iinfo(np.int64).max
    if len(score) == 0:
        return np.full(len(own), everything)
    left = np.where(begin > low, own - score[np.maximum(begin - 1, 0)], everything)
    right = np.where(end < high, score[np.minimum(end, len(score) - 1)] - own, everything)
    return np.minimum(left, right)
