"""A cell of group-time effects whose comparison people stand for those who have started since."""

import numpy as np

DEPENDENT = 1e-7
"""Share of a covariate's length beside the others under which it repeats them; diff-diff's, too."""


def weighted_cell(
    change: np.ndarray, covariates: np.ndarray, is_mentored: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean change of the mentored less the one foretold from the comparison's; and influences.

    The comparison's changes are regressed on the covariates by weighted least squares, and foretold
    for the mentored (outcome regression; Sant'Anna & Zhao 2020, equation 2.2). The squares of the
    influences sum to the squared standard error; weights are taken as known.

    Parameters
    ----------
    change, is_mentored, weights : (n_people,); weights of the mentored are not looked at
    covariates : (n_people, n_covariates), of full rank among the comparison people but for what
        follows from others for everybody alike, which changes nothing

    With weights of 1 it equals diff-diff's (tests/spec/test_group_time_weighted.py); equal to R's
    lm in tests/reference/test_group_time_weighted_as_in_r.py.
    """
    columns = _independent(covariates, ~is_mentored)
    of_mentored, others = columns[is_mentored], columns[~is_mentored]
    root = np.sqrt(weights[~is_mentored])[:, None]
    inverse = np.linalg.pinv(root * others)
    foretold = inverse @ (root[:, 0] * change[~is_mentored])
    at = of_mentored.mean(axis=0)
    effect = float(change[is_mentored].mean() - at @ foretold)
    influence = np.zeros(len(change))
    own = change[is_mentored] - of_mentored @ foretold - effect
    influence[is_mentored] = own / is_mentored.sum()
    residual = change[~is_mentored] - others @ foretold
    influence[~is_mentored] = -(at @ inverse) * root[:, 0] * residual
    return effect, influence


def people_in_effect(weights: np.ndarray) -> float:
    """Kish's effective sample size, (sum w)^2 / sum w^2, in people (Kish, 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _independent(covariates: np.ndarray, is_other: np.ndarray) -> np.ndarray:
    """An intercept and the covariates, turned into columns that do not repeat each other.

    What repeats others leaves a direction of mere rounding, at which a regression must not look:
    `pinv` alone keeps some of these.
    """
    size, length = covariates.std(axis=0), np.sqrt((covariates**2).mean(axis=0))
    varies = size > DEPENDENT * length
    varying = covariates[:, varies]
    columns = np.column_stack(
        [np.ones(len(covariates)), (varying - varying.mean(axis=0)) / size[varies]]
    )
    _, lengths, directions = np.linalg.svd(columns[is_other], full_matrices=False)
    return columns @ directions[lengths > DEPENDENT * lengths[0]].T
