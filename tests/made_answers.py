"""Answer sheets whose means and covariances are known exactly, and drawn ones."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd


def exact_answers(
    loadings: Sequence[float],
    residuals: Sequence[float] | None = None,
    *,
    intercepts: Sequence[float] | None = None,
    n_times: int = 4,
) -> pd.DataFrame:
    """Sheets with covariances l l' + diag(residuals) (divisor n) and means `intercepts`, exactly.

    Every combination of -1 and 1 of the factor and the residuals, `n_times`; so 64 sheets of three
    items.
    """
    loadings = np.asarray(loadings, dtype="float64")
    residuals = np.ones(len(loadings)) if residuals is None else np.asarray(residuals)
    signs = np.array(list(product([-1.0, 1.0], repeat=len(loadings) + 1)))
    answers = signs[:, :1] * loadings + signs[:, 1:] * np.sqrt(residuals)
    answers = answers + (0 if intercepts is None else np.asarray(intercepts))
    names = [f"i{number}" for number in range(1, len(loadings) + 1)]
    return pd.DataFrame(np.tile(answers, (n_times, 1)), columns=names)


def drawn_answers(
    rng: np.random.Generator,
    n: int,
    loadings: Sequence[float],
    *,
    intercepts: Sequence[float] | float = 4.0,
    residual_sd: float = 0.8,
    mean: float = 0.0,
    sd: float = 1.0,
) -> pd.DataFrame:
    """Normal answers of one group to items of one factor, not rounded to points."""
    loadings = np.asarray(loadings, dtype="float64")
    factor = rng.normal(mean, sd, n)
    noise = rng.normal(0, residual_sd, (n, len(loadings)))
    answers = np.asarray(intercepts) + factor[:, None] * loadings + noise
    names = [f"i{number}" for number in range(1, len(loadings) + 1)]
    return pd.DataFrame(answers, columns=names)


def with_covariances(covariances: list[list[float]], n: int = 60) -> pd.DataFrame:
    """Sheets with exactly these covariances (divisor n), of any form."""
    drawn = np.random.default_rng(5).standard_normal((n, len(covariances)))
    drawn -= drawn.mean(axis=0)
    white = drawn @ np.linalg.inv(np.linalg.cholesky(np.cov(drawn, rowvar=False, ddof=0))).T
    answers = white @ np.linalg.cholesky(np.array(covariances)).T
    return pd.DataFrame(answers, columns=[f"i{k}" for k in range(1, len(covariances) + 1)])


def stacked(parts: dict[object, pd.DataFrame]) -> tuple[pd.DataFrame, pd.Series]:
    """The groups' sheets one below the other, and the group of each."""
    items = pd.concat(parts.values(), ignore_index=True)
    groups = np.repeat(list(parts), [len(part) for part in parts.values()])
    return items, pd.Series(groups)
