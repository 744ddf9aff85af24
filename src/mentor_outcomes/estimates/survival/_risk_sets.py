"""Sums over risk sets, one for each event time, that keep their digits.

Rows come under risk at one event time and leave it at another, so that a sum over a risk set is a
running sum of changes: from the last time backwards, or, where risk sets grow so much that early
ones would be lost in rounding, from the first.
"""

import numpy as np

from mentor_outcomes.errors import EstimationError

LEAST_RISK_SET = 1e-8
"""Share of the weight summed before it that a risk set must have: 8 of 16 digits are left then."""


def weight_at_risk(
    first: np.ndarray, last: np.ndarray, weight: np.ndarray, n_times: int
) -> tuple[np.ndarray, bool, int]:
    """(n_times,) weight of the rows at risk at times first ... last - 1; then as `direction`."""
    # Added and taken away at one time, a heavy row would leave its rounding to the others.
    weight = np.where(first < last, weight, 0.0)
    change = np.bincount(first, weight, n_times + 1) - np.bincount(last, weight, n_times + 1)
    backwards, n_lost = direction(change)
    return over_risk_sets(change, backwards), backwards, n_lost


def direction(change: np.ndarray) -> tuple[bool, int]:
    """Whether to sum risk sets backwards, and how many are lost in rounding even so."""
    n_lost = {}
    for backwards in (True, False):
        total = over_risk_sets(change, backwards)[:: -1 if backwards else 1]
        n_lost[backwards] = int((total < LEAST_RISK_SET * np.maximum.accumulate(total)).sum())
        if n_lost[backwards] == 0:
            break
    backwards = n_lost[True] <= n_lost.get(False, 0)
    return backwards, n_lost[backwards]


def over_risk_sets(changes: np.ndarray, backwards: bool) -> np.ndarray:
    """(..., times) sums over risk sets, of what is added less what is taken away at each time."""
    if backwards:
        return np.cumsum(-changes[..., ::-1], axis=-1)[..., -2::-1]
    return np.cumsum(changes, axis=-1)[..., :-1]


def running(values: np.ndarray, backwards: bool) -> np.ndarray:
    """(times + 1,) whose value at `last` less that at `first` is the sum of values in between.

    Hazards grow as risk sets shrink: they are summed the other way.
    """
    if backwards:
        return np.concatenate([[0.0], np.cumsum(values)])
    return -np.concatenate([np.cumsum(values[::-1])[::-1], [0.0]])


def refuse_lost(n_lost: int, n_times: int) -> None:
    """Refuse risk sets that cannot be summed; `n_lost` of `n_times`."""
    if n_lost:
        raise EstimationError(
            f"at {n_lost} of {n_times} event times those at risk weigh too little beside those at "
            "risk before and after: their sums are lost in rounding.",
            expected=f"risk sets that differ by a factor of less than {1 / LEAST_RISK_SET:.0e}.",
            remedy="look for outlying weights.",
        )
