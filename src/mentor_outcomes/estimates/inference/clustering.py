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
_IN_WORDS = {"person_id": "person", "set_id": "matched set"}


def error_type(cluster: str | Sequence[str] | None, functions: str = "influence functions") -> str:
    """What errors of weighted means are, in words."""
    ways = [_IN_WORDS.get(name, name) for name in cluster_columns(cluster)]
    times = "each times G/(G-1)" if len(ways) == 2 else "times G/(G-1)"
    return f"{functions}{cluster_words(ways or None)}, {times}; weights taken as known"


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Rows in clusters, and the sign of the part that their sums have in the variance.

    codes   (n_rows,) whole numbers from 0 below n_clusters
    """

    sign: int
    codes: np.ndarray
    n_clusters: int

    def part(self, shares: np.ndarray, counts: np.ndarray) -> "Part":
        """Of one estimate: (n_rows,) what rows add to its error, and which of them count."""
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
    return Clustering((Way(1, first, n_first), Way(1, second, n_second), Way(-1, both, len(names))))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Sums by cluster of one way, (n_estimates, n_clusters), and clusters counted, (n_estimates,).

    sign   of this part in the variance
    """

    sign: int
    sums: np.ndarray
    n_counted: np.ndarray

    def covariance(self) -> np.ndarray:
        """Missing where there is one cluster only, from which no spread is known."""
        correction = np.sqrt(self._correction())
        return self.sign * (self.sums @ self.sums.T) * np.outer(correction, correction)

    def variances(self) -> np.ndarray:
        """The diagonal of the covariance."""
        return self.sign * np.einsum("ij,ij->i", self.sums, self.sums) * self._correction()

    def _correction(self) -> np.ndarray:
        """G / (G - 1)."""
        return self.n_counted / np.where(self.n_counted > 1, self.n_counted - 1.0, np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """What clusters add to the errors of estimates: a part per way."""

    parts: tuple[Part, ...]

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
        return sum(part.covariance() for part in self.parts)

    def std_errors(self) -> np.ndarray:
        """(n_estimates,); missing where few clusters make the variance negative."""
        variance = sum(part.variances() for part in self.parts)
        return np.sqrt(np.where(variance >= 0, variance, np.nan))

    def is_above(self, least: float | np.ndarray) -> np.ndarray:
        """(n_estimates,) whether any way adds more than this: rounding alone adds less."""
        sizes = [np.linalg.norm(part.sums, axis=1) for part in self.parts]
        return np.max(sizes, axis=0) > least

    def of(self, columns: Sequence[int]) -> "Influence":
        """Of some of the estimates, by position, in this order."""
        if list(columns) == list(range(len(self.n_people))):
            return self
        return self._each(
            lambda part: replace(part, sums=part.sums[columns], n_counted=part.n_counted[columns])
        )

    def times(self, factor: float) -> "Influence":
        """Of the estimates in another unit."""
        return self._each(lambda part: replace(part, sums=factor * part.sums))

    def _each(self, change) -> "Influence":
        return Influence(tuple(change(part) for part in self.parts))


def beside(influences: Iterable[Influence], n_estimates: int) -> Influence:
    """One influence of all the estimates, in this order; each of one, and of the same clustering.

    They are taken one after the other, so that of many only the sums are ever held.
    """
    place, sums = -1, []
    signs, n_counted = (), np.zeros((0, n_estimates), dtype="int64")
    for place, one in enumerate(influences):
        if not sums:
            signs = tuple(part.sign for part in one.parts)
            sums = [np.empty((n_estimates, part.sums.shape[1])) for part in one.parts]
            n_counted = np.empty((len(signs), n_estimates), dtype="int64")
        for way, part in enumerate(one.parts):
            sums[way][place] = part.sums[0]
            n_counted[way, place] = part.n_counted[0]
    if place + 1 != n_estimates:
        raise ValueError(f"{place + 1} influences of {n_estimates} estimates")
    return Influence(tuple(map(Part, signs, sums, n_counted)))
