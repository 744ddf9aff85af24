"""Sandwich errors of a Cox regression: by row, by cluster, or by two kinds of cluster."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import cluster_codes, cluster_columns
from mentor_outcomes.estimates.inference.two_way import signed_sums

__all__ = [
    "cluster_columns",
    "clusters_of",
    "error_type",
    "refuse_few_clusters",
    "refuse_no_variance",
    "sandwich",
    "without_negative_eigenvalues",
]

_LEAST_VARIANCE = 1e-10  # share of the model-based variance; less is rounding error
_NEGATIVE = 1e-10  # of an eigenvalue, relative to the largest: below, rounding error
LEAST_CLUSTERS = 20  # for a test by cluster
_SANDWICH = "sandwich of score residuals, {}, no small-sample correction; weights taken as known"


def clusters_of(
    records: pd.DataFrame, names: tuple[str, ...], *, robust: bool
) -> tuple[np.ndarray, ...]:
    """Codes from 0 for each cluster column; of the rows themselves if robust without a column."""
    if not names:
        return (np.arange(len(records)),) if robust else ()
    codes = tuple(cluster_codes(records, name)[0] for name in names)
    for name, code in zip(names, codes, strict=True):
        if code.max() == 0:
            raise EstimationError(
                f"all {len(records)} rows have one {name}: no error can be clustered by it.",
                expected="at least two clusters; for a dependable error, dozens.",
                remedy="take model-based errors, or records of more than one of them.",
            )
    return codes


def sandwich(
    residuals: Iterable[np.ndarray], bread: np.ndarray, clusters: tuple[np.ndarray, ...]
) -> np.ndarray:
    """Covariance from weighted score residuals, a column (n,) per covariate, and `bread`.

    One kind of cluster: the sum of outer products of the residuals summed by cluster (Lin & Wei
    1989, J. Am. Stat. Assoc. 84:1074). Two: V1 + V2 - V12, where V12 is by pairs of both (Cameron,
    Gelbach & Miller 2011, J. Bus. Econ. Stat. 29:238), which may have negative eigenvalues.
    """
    unit, ways = clusters[0], ()
    if len(clusters) == 2:
        n_second = int(clusters[1].max()) + 1
        pairs, unit = np.unique(clusters[0] * n_second + clusters[1], return_inverse=True)
        ways = (pairs // n_second, pairs % n_second)
    dfbeta = np.column_stack([np.bincount(unit, column) for column in residuals]) @ bread
    return sum(sign * part.T @ part for sign, part in signed_sums(dfbeta, ways))


def without_negative_eigenvalues(covariance: np.ndarray) -> tuple[np.ndarray, int]:
    """Negative eigenvalues set to zero, and how many (Cameron, Gelbach & Miller 2011)."""
    values, vectors = np.linalg.eigh(covariance)
    is_negative = values < -_NEGATIVE * np.abs(values).max()
    if not is_negative.any():
        return covariance, 0
    return (vectors * np.maximum(values, 0.0)) @ vectors.T, int(is_negative.sum())


def refuse_no_variance(
    covariance: np.ndarray, model: np.ndarray, names: Sequence[str], columns: tuple[str, ...]
) -> None:
    """An error of zero would be a certainty that nobody has."""
    is_none = np.diag(covariance) <= _LEAST_VARIANCE * np.diag(model)
    if is_none.any():
        guilty = ", ".join(name for name, none in zip(names, is_none, strict=True) if none)
        raise EstimationError(
            f"the variance of the log hazard ratio of {guilty} is not positive when clustered by "
            f"{' and '.join(columns) or 'row'}.",
            expected="clusters that differ, many of them.",
            remedy="cluster by one column, or take model-based errors and say so.",
        )


def refuse_few_clusters(clusters: tuple[np.ndarray, ...], n_covariates: int) -> None:
    """For a score test: its chi-square, of sums that are not centred, is at most their number."""
    n_clusters = min(len(np.unique(codes)) for codes in clusters)
    least = max(LEAST_CLUSTERS, 3 * n_covariates)
    if n_clusters < least:
        raise EstimationError(
            f"there are {n_clusters} clusters at risk: with so few, a clustered test finds no "
            "change of the hazard ratio however large.",
            expected=f"at least {least} clusters.",
            remedy="leave out `clustered` and say so, or look at the ratio by period.",
        )


def error_type(
    columns: tuple[str, ...], *, robust: bool, n_cut: int, is_weighted: bool = False
) -> str:
    """How the errors were made, in words."""
    if not columns and not robust:
        return "model-based (inverse information)" + "; weights taken as counts" * is_weighted
    if not columns:
        return _SANDWICH.format("each row its own cluster")
    if len(columns) == 1:
        return _SANDWICH.format(f"clustered by {columns[0]}")
    words = f"clustered two ways by {columns[0]} and {columns[1]} (V1 + V2 - V12)"
    if n_cut:
        words += f", {n_cut} negative eigenvalue{'s' * (n_cut > 1)} set to zero"
    return _SANDWICH.format(words)
