"""Sums of influences over clusters in one way, or in two at once (person and mentor)."""

from collections.abc import Sequence

import numpy as np


def signed_sums(
    influence: np.ndarray, ways: Sequence[np.ndarray] = ()
) -> list[tuple[int, np.ndarray]]:
    """Influences summed by cluster, with the sign of their part in the variance.

    The covariance of estimates is the sum of sign x part' part over the parts: with two ways
    V1 + V2 - V12, which counts every pair of units that share a cluster in either way once
    (Cameron, Gelbach & Miller, 2011; no small-sample correction, as with one way). It need not be
    positive: with few clusters V12 can outweigh the others.

    Parameters
    ----------
    influence : (n_units, ...) of the distinct combinations of the clusters, as
        `RiskIntervals.cluster` numbers them
    ways : per cluster column the cluster of each unit, (n_units,); empty: units are the clusters

    Returns
    -------
    (sign, (n_clusters, ...)) of the first way, of the second, and of the combinations

    Checked by hand in tests/spec/test_two_way.py.
    """
    if not ways:
        return [(1, influence)]
    return [(1, _summed(influence, codes)) for codes in ways] + [(-1, influence)]


def cluster_words(cluster: str | Sequence[str] | None) -> str:
    """The part of an `error_type` that says what errors are clustered by; empty for None."""
    if cluster is None:
        return ""
    columns = [cluster] if isinstance(cluster, str) else list(cluster)
    return f", clustered {'by' if len(columns) == 1 else 'two ways by'} {' and '.join(columns)}"


def _summed(influence: np.ndarray, codes: np.ndarray) -> np.ndarray:
    n_clusters = int(codes.max()) + 1
    flat = influence.reshape(len(influence), -1)
    sums = np.column_stack([np.bincount(codes, column, n_clusters) for column in flat.T])
    return sums.reshape(n_clusters, *influence.shape[1:])
