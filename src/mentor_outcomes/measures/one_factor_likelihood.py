"""Discrepancy, score and expected information of the one-factor model, in closed form."""

from collections.abc import Sequence

import numpy as np

from mentor_outcomes.measures.one_factor_parameters import Layout, Moments


def implied(row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and covariances that a group's parameters imply."""
    loadings, residuals, intercepts, variance, mean = _parts(row)
    return intercepts + loadings * mean, variance * np.outer(loadings, loadings) + np.diag(
        residuals
    )


def discrepancy(groups: Sequence[Moments], values: np.ndarray) -> float:
    """Chi-square: twice the log likelihood lost against free means and covariances.

    The sum over groups of n (log|Sigma| - log|S| + tr(S A) - p + d'A d), with A the inverse of the
    implied covariances Sigma and d the observed less the implied means. Infinite where Sigma is no
    covariance matrix.
    """
    total = 0.0
    for group, row in zip(groups, values, strict=True):
        means, covariances = implied(row)
        try:
            np.linalg.cholesky(covariances)
        except np.linalg.LinAlgError:
            return np.inf
        gap = group.means - means
        ratio = np.linalg.solve(covariances, group.covariances)
        total += group.n * (
            np.trace(ratio)
            - len(means)
            - np.linalg.slogdet(ratio)[1]
            + gap @ np.linalg.solve(covariances, gap)
        )
    return float(total)


def score_and_information(
    groups: Sequence[Moments], layout: Layout, free: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gradient of the log likelihood in the free parameters, and its expected information."""
    score = np.zeros(layout.n_free)
    information = np.zeros((layout.n_free, layout.n_free))
    for group, row, places in zip(groups, layout.spread(free), layout.free, strict=True):
        is_free = places >= 0
        own_score, own_information = _of_group(group, row)
        np.add.at(score, places[is_free], own_score[is_free])
        cells = np.ix_(places[is_free], places[is_free])
        information[cells] += own_information[np.ix_(is_free, is_free)]
    return score, information


def _of_group(group: Moments, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Score and information of one group in all its places, free or fixed."""
    loadings, _, _, variance, mean = _parts(row)
    means, covariances = implied(row)
    inverse = np.linalg.inv(covariances)
    gap = group.means - means
    weighted_gap = inverse @ gap
    residual = covariances - group.covariances - np.outer(gap, gap)
    weighted = inverse @ residual @ inverse
    score = np.concatenate(
        [
            mean * weighted_gap - variance * weighted @ loadings,
            -np.diag(weighted) / 2,
            weighted_gap,
            [-loadings @ weighted @ loadings / 2, loadings @ weighted_gap],
        ]
    )
    return group.n * score, group.n * _information(loadings, variance, mean, inverse)


def _information(
    loadings: np.ndarray, variance: float, mean: float, inverse: np.ndarray
) -> np.ndarray:
    """Per person: dmu'A dmu + tr(A dSigma A dSigma) / 2 for each pair of places."""
    p = len(loadings)
    load, rest, start = slice(0, p), slice(p, 2 * p), slice(2 * p, 3 * p)
    pulled = inverse @ loadings
    strength = loadings @ pulled
    cells = np.zeros((3 * p + 2, 3 * p + 2))
    cells[load, load] = variance**2 * (strength * inverse + np.outer(pulled, pulled))
    cells[load, load] += mean**2 * inverse
    cells[load, rest] = variance * inverse * pulled
    cells[load, start] = mean * inverse
    cells[load, -2] = variance * strength * pulled
    cells[load, -1] = mean * pulled
    cells[rest, rest] = inverse**2 / 2
    cells[rest, -2] = pulled**2 / 2
    cells[start, start] = inverse
    cells[start, -1] = pulled
    cells[-2, -2] = strength**2 / 2
    cells[-1, -1] = strength
    upper = np.triu(cells)
    return upper + np.triu(upper, 1).T


def _parts(row: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, float]:
    p = (len(row) - 2) // 3
    return row[:p], row[p : 2 * p], row[2 * p : 3 * p], row[3 * p], row[3 * p + 1]
