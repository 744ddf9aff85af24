"""Weights of those whose end is known, where others stop being followed: mass handed on."""

from collections.abc import Callable

import numpy as np


def handed_on(
    weight: np.ndarray,
    *,
    last: np.ndarray,
    is_censored: np.ndarray,
    is_there: np.ndarray,
    weights_since: Callable[[np.ndarray, int, bool], np.ndarray],
) -> np.ndarray:
    """Shape (n_rows,), each row's share of its arm; of the censored 0, and 1 in all.

    What a row censored in a period would have weighed goes on to those still followed then, in
    proportion to their weights (Efron 1967, redistribution to the right; with weights for having
    stayed uncensored, the inverse probability of censoring weights of Robins & Finkelstein 2000
    for an end that comes at different times). So the share that is there at the end is one less
    the product-limit share of those who left, while weights that are stabilised within each period
    could not be put side by side for rows that end at different times.

    Parameters
    ----------
    weight         of the rows at time zero
    last           periods since time zero in which the row ends
    is_censored    the row ends there because it is no longer followed; counts for half of it
    is_there       the row reaches its horizon, the end of period `last`
    weights_since  (rows, period, at_end) -> weight for not having been censored by the middle of
                   that period, or by its end

    Should all still followed be censored at once, what they weighed is lost, and the rest sum to
    less than 1.
    By hand in tests/spec/test_handed_on.py.
    """
    share = np.zeros(len(weight))
    if len(weight) == 0 or weight.sum() == 0:
        return share
    left = 1.0
    for period in range(int(last.max()) + 1):
        at_risk = np.flatnonzero(last >= period)
        own = weight[at_risk] * weights_since(at_risk, period, False)
        ends_now = last[at_risk] == period
        is_out = ends_now & is_censored[at_risk]
        is_gone = ends_now & ~is_censored[at_risk] & ~is_there[at_risk]
        total = own.sum() - own[is_out].sum() / 2
        if is_gone.any() and total > 0:
            share[at_risk[is_gone]] = left * own[is_gone] / total
            left -= left * own[is_gone].sum() / total
        at_horizon = ends_now & is_there[at_risk]
        if at_horizon.any():
            stays = at_risk[~(is_out | is_gone)]
            then = weight[stays] * weights_since(stays, period, True)
            reached = last[stays] == period
            share[stays[reached]] = left * then[reached] / then.sum()
            left -= left * then[reached].sum() / then.sum()
    return share
