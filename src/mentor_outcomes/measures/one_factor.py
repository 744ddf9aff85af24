"""One factor behind the items, in one or several groups, by maximum likelihood.

In group g the answers have means tau + lambda kappa and covariances phi lambda lambda' + Theta
(Joreskog 1971, Psychometrika 36:409): loadings lambda, intercepts tau, residual variances on the
diagonal of Theta, factor variance phi and factor mean kappa.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.measures.one_factor_likelihood import discrepancy, score_and_information
from mentor_outcomes.measures.one_factor_parameters import Layout, Moments, Standardised

_STEP_TOLERANCE = 1e-10
"""Largest change of a parameter, in SDs of the items, at which scoring stops."""
_MAX_ITERATIONS = 2000
_SMALLEST_SHARE = 1e-7
_UNIDENTIFIED_BELOW = 1e-9
"""Smallest eigenvalue of the information scaled to unit diagonal; below it, only rounding."""
_SATURATED = 1e-6
"""Chi-square above which a model with as many parameters as moments has missed them."""
_NO_VARIANCE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class OneFactorFit:
    """The maximum, in the units of the items.

    chi2         n times the discrepancy, summed over groups (divisor n, as lavaan's default)
    values       shape (n_groups, 3 n_items + 2), in the order of `Layout`
    covariance   shape (n_free, n_free), of the free parameters, from the expected information
    """

    chi2: float
    df: int
    values: np.ndarray
    covariance: np.ndarray
    layout: Layout


def fewest_people(n_items: int) -> int:
    """People a group needs: more than it has parameters, and 30 at least.

    30 is the smallest number found enough for one factor with good items (Wolf, Harrington,
    Clark & Miller 2013, Educ. Psychol. Meas. 73:913).
    """
    return max(30, 3 * n_items + 1)


def fit_one_factor(groups: Sequence[Moments], layout: Layout, items: Sequence[str]) -> OneFactorFit:
    """The model that makes the answers most likely, by Fisher scoring with halved steps.

    Items are standardised over all groups meanwhile, so that units do not matter.

    Raises
    ------
    EstimationError   no maximum is found, parameters cannot be told apart, or a variance is not
                      positive at the maximum (a Heywood case)
    """
    standardised = Standardised.of(groups)
    free, chi2, information = _maximise(standardised.groups, layout)
    values = layout.spread(free)
    _refuse_improper(values, items)
    _refuse_unidentified(information)
    df = layout.df
    if df == 0 and chi2 > _SATURATED:
        raise _without_maximum("no loadings reproduce the correlations of the items")
    units = layout.gather(standardised.units())
    return OneFactorFit(
        chi2=0.0 if df == 0 else max(chi2, 0.0),
        df=df,
        values=standardised.in_units_of_items(values),
        covariance=np.linalg.inv(information) * np.outer(units, units),
        layout=layout,
    )


def _maximise(groups: Sequence[Moments], layout: Layout) -> tuple[np.ndarray, float, np.ndarray]:
    """Free parameters, chi-square and information at the maximum."""
    free = layout.gather(_start(groups))
    chi2 = discrepancy(groups, layout.spread(free))
    for _ in range(_MAX_ITERATIONS):
        score, information = score_and_information(groups, layout, free)
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            raise _unidentified() from None
        share, found = 1.0, discrepancy(groups, layout.spread(free + step))
        while not found <= chi2 + 1e-9 * (1 + abs(chi2)):
            share /= 2
            if share < _SMALLEST_SHARE:
                raise _without_maximum("no step improves the model any more")
            found = discrepancy(groups, layout.spread(free + share * step))
        free, chi2 = free + share * step, found
        if np.abs(step).max() < _STEP_TOLERANCE:
            return free, chi2, information
    raise _without_maximum(f"it still changed after {_MAX_ITERATIONS} iterations")


def _start(groups: Sequence[Moments]) -> np.ndarray:
    """Where scoring starts: loadings from the first principal axis of the pooled covariances."""
    share = np.array([group.n for group in groups]) / sum(group.n for group in groups)
    pooled = np.einsum("g,gjk->jk", share, [group.covariances for group in groups])
    size, axes = np.linalg.eigh(pooled)
    axis = axes[:, -1] if axes[:, -1].sum() >= 0 else -axes[:, -1]
    # The largest eigenvalue holds about one residual variance beside the common part.
    common = size[-1] - (size.sum() - size[-1]) / max(len(size) - 1, 1)
    bound = 0.9 * np.sqrt(np.diag(pooled))
    loadings = np.clip(axis * np.sqrt(max(common, 0.1)), -bound, bound)
    rows = []
    for group in groups:
        variances = np.diag(group.covariances)
        residuals = np.maximum(variances - loadings**2, 0.1 * variances)
        rows.append(np.concatenate([loadings, residuals, group.means, [1.0, 0.0]]))
    return np.array(rows)


def _refuse_improper(values: np.ndarray, items: Sequence[str]) -> None:
    """Heywood cases: a variance that is not positive at the maximum."""
    n_items = len(items)
    residuals, variances = values[:, n_items : 2 * n_items], values[:, 3 * n_items]
    is_bad = (residuals <= _NO_VARIANCE).any(axis=0)
    if is_bad.any():
        named = [item for item, bad in zip(items, is_bad, strict=True) if bad]
        raise EstimationError(
            "the one-factor model would need a residual variance below zero for "
            f"{', '.join(named)} (a Heywood case).",
            expected="items that each have some variation of their own.",
            remedy="see whether items repeat each other or measure several things; with few "
            "people, wait for more.",
        )
    if (variances <= _NO_VARIANCE).any():
        raise EstimationError(
            "the one-factor model would need a factor variance below zero in a group.",
            expected="items that go together in every group.",
            remedy="look at the items' correlations in each group.",
        )


def _refuse_unidentified(information: np.ndarray) -> None:
    root = np.sqrt(np.diag(information))
    if not (root > 0).all():
        raise _unidentified()
    if np.linalg.eigvalsh(information / np.outer(root, root))[0] < _UNIDENTIFIED_BELOW:
        raise _unidentified()


def _unidentified() -> EstimationError:
    return EstimationError(
        "the answers do not settle the loadings of a one-factor model: too few items go together.",
        expected="at least three items that are correlated with each other.",
        remedy="look at the items' correlations, and at which items are keyed the wrong way.",
    )


def _without_maximum(why: str) -> EstimationError:
    return EstimationError(
        f"the one-factor model was not found by maximum likelihood: {why}.",
        expected="items whose correlations one factor can bring about.",
        remedy="look at the items' correlations, and at which items are keyed the wrong way.",
    )
