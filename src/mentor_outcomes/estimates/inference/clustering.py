"""Errors of weighted means by what clusters of rows add to them: one way, or two at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.inference.risk_intervals import cluster_codes, cluster_columns
from mentor_outcomes.estimates.inference.two_way import cluster_words

PEOPLE_AND_SETS = ("person_id", "set_id")
"""Of matched sets: who recurs hangs together, and so do those who were chosen to be alike."""
NO_SPREAD = "the matched sets are too few, or too much alike, for errors clustered two ways"
_BLOCK = 1 << 12
_IN_WORDS = {"person_id": "person", "set_id": "matched set"}


def error_type(cluster: str | Sequence[str] | None, functions: str = "influence functions") -> str:
    """What errors of weighted means are, in words."""
    ways = [_IN_WORDS.get(name, name) for name in cluster_columns(cluster)]
    times = "each times G/(G-1)" if len(ways) == 2 else "times G/(G-1)"
    return f"{functions}{cluster_words(ways or None)}, {times}; weights taken as known"


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Rows in clusters, and the sign of the part that their sums have in the variance.

    codes    (n_rows,) whole numbers from 0 below n_clusters
    is_own   no two rows share a cluster: sums are the rows themselves
    """

    sign: int
    codes: np.ndarray
    n_clusters: int
    is_own: bool = False

    def part(self, shares: np.ndarray, counts: np.ndarray) -> "Part | OwnPart":
        """Of one estimate: (n_rows,) what rows add to its error, and which of them count."""
        if self.is_own:
            n_counted = np.array([np.count_nonzero(counts)])
            rows = self.codes
            if (rows[1:] <= rows[:-1]).any():
                order = np.argsort(rows)
                rows, shares = rows[order], shares[order]
            return OwnPart(self.sign, (rows,), (shares,), self.n_clusters, n_counted)
        is_there = np.zeros(self.n_clusters, dtype=bool)
        is_there[self.codes if counts.all() else self.codes[counts]] = True
        n_counted = np.array([np.count_nonzero(is_there)])
        sums = np.bincount(self.codes, shares, self.n_clusters)
        return Part(self.sign, sums[None], n_counted)


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """How rows hang together: in one way; or in the first, the second, less what is in both.

    Two ways make the variance V1 + V2 - V12, in which every pair of rows that share a cluster in
    either way counts once (Cameron, Gelbach & Miller 2011, J. Business & Economic Statistics
    29:238; for matched sets whose members recur: Austin & Cafri 2020, Statistics in Medicine
    39:1623).
    """

    ways: tuple[Way, ...]

    @property
    def people(self) -> Way:
        """The first way, in which people are counted."""
        return self.ways[0]

    def at(self, rows: np.ndarray) -> "Clustering":
        """Of some rows, by position or flag; clusters keep their codes, so that sums line up."""
        return Clustering(tuple(replace(way, codes=way.codes[rows]) for way in self.ways))

    def influence(self, shares: np.ndarray, counts: np.ndarray) -> "Influence":
        """Of one estimate: (n_rows,) what rows add to its error, and which of them count."""
        return Influence(tuple(way.part(shares, counts) for way in self.ways))


def clustering(frame: pd.DataFrame, cluster: str | Sequence[str] | None) -> Clustering:
    """By no column (each row by itself), one, or two; refuses rows without a value in them."""
    columns = cluster_columns(cluster)
    if len(columns) < 2:
        return Clustering((Way(1, *cluster_codes(frame, columns[0] if columns else None)),))
    (first, n_first), (second, n_second) = (cluster_codes(frame, name) for name in columns)
    both, names = pd.factorize(first.astype("int64") * n_second + second)
    is_own = len(names) == len(frame)
    # Positions of rows alone are kept for every estimate: in half the room.
    of_both = Way(-1, both.astype("int32") if is_own else both, len(names), is_own)
    return Clustering((Way(1, first, n_first), Way(1, second, n_second), of_both))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Sums by cluster of one way, (n_estimates, n_clusters), and clusters counted, (n_estimates,).

    sign   of this part in the variance
    """

    sign: int
    sums: np.ndarray
    n_counted: np.ndarray

    def products(self) -> np.ndarray:
        """(n_estimates, n_estimates) sums over clusters of what is added to one and to another."""
        return self.sums @ self.sums.T

    def squares(self) -> np.ndarray:
        """The diagonal of the products."""
        return np.einsum("ij,ij->i", self.sums, self.sums)

    def of(self, columns: Sequence[int]) -> "Part":
        return replace(self, sums=self.sums[columns], n_counted=self.n_counted[columns])

    def times(self, factor: float) -> "Part":
        return replace(self, sums=factor * self.sums)


@dataclass(frozen=True, slots=True, eq=False)
class OwnPart:
    """The same where each row is a cluster: nothing is summed, and rows that are not there take
    no room, of which there may be a million at each of sixty moments.

    rows, shares   per estimate: positions, ascending, below n_rows, and what these rows add
    """

    sign: int
    rows: tuple[np.ndarray, ...]
    shares: tuple[np.ndarray, ...]
    n_rows: int
    n_counted: np.ndarray

    def products(self) -> np.ndarray:
        """As of `Part`; rows are taken by blocks that stay in the processor's own memory."""
        total = np.zeros((len(self.rows), len(self.rows)))
        for begin in range(0, self.n_rows, _BLOCK):
            block = np.zeros((len(self.rows), min(_BLOCK, self.n_rows - begin)))
            for line, rows, shares in zip(block, self.rows, self.shares, strict=True):
                # Ends of the same type: rows would be copied into another at every search.
                ends = np.array([begin, begin + _BLOCK], dtype=rows.dtype)
                first, last = np.searchsorted(rows, ends)
                line[rows[first:last] - begin] = shares[first:last]
            total += block @ block.T
        return total

    def squares(self) -> np.ndarray:
        return np.array([shares @ shares for shares in self.shares])

    def of(self, columns: Sequence[int]) -> "OwnPart":
        rows, shares = (tuple(all_[c] for c in columns) for all_ in (self.rows, self.shares))
        return replace(self, rows=rows, shares=shares, n_counted=self.n_counted[columns])

    def times(self, factor: float) -> "OwnPart":
        return replace(self, shares=tuple(factor * shares for shares in self.shares))


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What clusters add to the errors of estimates: a part per way."""

    parts: tuple[Part | OwnPart, ...]

    @property
    def n_people(self) -> np.ndarray:
        """Clusters of the first way behind each estimate."""
        return self.parts[0].n_counted

    def covariance(self) -> np.ndarray:
        """Between the estimates, (n_estimates, n_estimates); what tests of several need.

        With two ways it need not be one: then negative eigenvalues are set to 0 (Cameron, Gelbach &
        Miller 2011, section 2.3), and every variance is scaled to what `std_errors` says. A test of
        all the estimates then knows less than it seems to: with few clusters (measured: fewer than
        a hundred sets) it rejects too often. Missing for an estimate without an error.
        """
        total = self._as_it_is()
        if len(self.parts) == 1 or not np.isfinite(total).all():
            return total
        values, vectors = np.linalg.eigh(total)
        if values[0] >= 0:
            return total
        cut = (vectors * np.maximum(values, 0.0)) @ vectors.T
        errors, left = self.std_errors(), np.sqrt(np.diag(cut))
        scale = np.divide(errors, left, out=np.full(len(left), np.nan), where=left > 0)
        return cut * np.outer(scale, scale)

    def std_error_of(self, weights: np.ndarray) -> float:
        """Of a weighted sum of the estimates; missing where the variance is negative."""
        variance = float(weights @ self._as_it_is() @ weights)
        return float(np.sqrt(variance)) if variance >= 0 else np.nan

    def _as_it_is(self) -> np.ndarray:
        return sum(
            part.sign * part.products() * np.outer(root, root)
            for part in self.parts
            for root in [np.sqrt(_correction(part))]
        )

    def std_errors(self) -> np.ndarray:
        """(n_estimates,); missing where few clusters make the variance negative."""
        variance = sum(part.sign * part.squares() * _correction(part) for part in self.parts)
        return np.sqrt(np.where(variance >= 0, variance, np.nan))

    def is_above(self, least: float | np.ndarray) -> np.ndarray:
        """(n_estimates,) whether any way adds more than this: rounding alone adds less."""
        sizes = [np.sqrt(part.squares()) for part in self.parts]
        return np.max(sizes, axis=0) > least

    def of(self, columns: Sequence[int]) -> "Influence":
        """Of some of the estimates, by position, in this order."""
        if list(columns) == list(range(len(self.n_people))):
            return self
        return Influence(tuple(part.of(columns) for part in self.parts))

    def times(self, factor: float) -> "Influence":
        """Of the estimates in another unit."""
        return Influence(tuple(part.times(factor) for part in self.parts))


def _correction(part: Part | OwnPart) -> np.ndarray:
    """G / (G - 1); missing where there is one cluster only, from which no spread is known."""
    return part.n_counted / np.where(part.n_counted > 1, part.n_counted - 1.0, np.nan)


def beside(influences: Iterable[Influence], n_estimates: int) -> Influence:
    """One influence of all the estimates, in this order; each of one, and of the same clustering.

    They are taken one after the other, so that of many only the sums are ever held.
    """
    kept: list[tuple[Part | OwnPart, ...]] = []
    sums: list[np.ndarray | None] = []
    for place, one in enumerate(influences):
        if not kept:
            sums = [_room(part, n_estimates) for part in one.parts]
        for own, part in zip(sums, one.parts, strict=True):
            if own is not None:
                own[place] = part.sums[0]
        # Sums stand in their room; of the others the rows are the only copy.
        kept.append(
            tuple(
                part if own is None else replace(part, sums=own[place][None])
                for own, part in zip(sums, one.parts, strict=True)
            )
        )
    if len(kept) != n_estimates:
        raise ValueError(f"{len(kept)} influences of {n_estimates} estimates")
    return Influence(
        tuple(_joined(same, own) for same, own in zip(zip(*kept, strict=True), sums, strict=True))
    )


def _room(part: Part | OwnPart, n_estimates: int) -> np.ndarray | None:
    return np.empty((n_estimates, part.sums.shape[1])) if isinstance(part, Part) else None


def _joined(same: Sequence[Part | OwnPart], sums: np.ndarray | None) -> Part | OwnPart:
    n_counted = np.concatenate([part.n_counted for part in same])
    if sums is not None:
        return Part(same[0].sign, sums, n_counted)
    rows, shares = (tuple(getattr(p, name)[0] for p in same) for name in ("rows", "shares"))
    return OwnPart(same[0].sign, rows, shares, same[0].n_rows, n_counted)
