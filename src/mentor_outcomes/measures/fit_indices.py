"""How well a model of means and covariances in several groups fits."""

from collections.abc import Sequence

import numpy as np

from mentor_outcomes.measures.one_factor_likelihood import implied
from mentor_outcomes.measures.one_factor_parameters import Moments


def independence(groups: Sequence[Moments]) -> tuple[float, int]:
    """Chi-square and degrees of freedom of uncorrelated items, means and variances free.

    The baseline of the CFI in every step, as in lavaan: no equality between groups.
    """
    n_items = len(groups[0].means)
    chi2 = sum(-group.n * np.linalg.slogdet(_correlations(group))[1] for group in groups)
    return float(chi2), len(groups) * n_items * (n_items - 1) // 2


def comparative_fit(chi2: float, df: int, baseline: tuple[float, int]) -> float:
    """CFI, 1 - max(chi2 - df, 0) / max(chi2 - df, baseline's, 0) (Bentler 1990)."""
    excess = max(chi2 - df, 0.0)
    most = max(excess, baseline[0] - baseline[1])
    return 1.0 if most <= 0 else 1 - excess / most


def approximation_error(chi2: float, df: int, n: int, n_groups: int) -> float:
    """RMSEA of several groups, sqrt(G max(chi2 - df, 0) / (n df)) (Steiger 1998).

    Missing without degrees of freedom, where it is 0 / 0.
    """
    return np.nan if df == 0 else float(np.sqrt(n_groups * max(chi2 - df, 0.0) / (n * df)))


def standardised_residual(groups: Sequence[Moments], values: np.ndarray) -> float:
    """SRMR with means: root mean square residual of covariances and means in SDs of the items.

    The mean over groups, weighted by their people (Bentler's form, lavaan's default).
    """
    sizes, total = [], sum(group.n for group in groups)
    for group, row in zip(groups, values, strict=True):
        means, covariances = implied(row)
        sds = np.sqrt(np.diag(group.covariances))
        lower = np.tril_indices(len(sds))
        of_pairs = ((group.covariances - covariances) / np.outer(sds, sds))[lower]
        of_means = (group.means - means) / sds
        squares = np.concatenate([of_pairs, of_means]) ** 2
        sizes.append(group.n / total * np.sqrt(squares.mean()))
    return float(sum(sizes))


def _correlations(group: Moments) -> np.ndarray:
    sds = np.sqrt(np.diag(group.covariances))
    return group.covariances / np.outer(sds, sds)
