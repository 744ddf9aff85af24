"""Score and covariance of Gray's test within a stratum.

In group k: Y_k at risk, S_k event-free just before (Kaplan-Meier of all causes), F_k incidence of
the cause just before; R_k = Y_k (1 - F_k) / S_k is the risk set of the subdistribution. The score
of group i is the sum over times of d1_i - d1 R_i / R. If all groups are alike, with pooled F and
its steps d1 / sum(Y / S), it is a sum of independent martingales of group k: an event of the cause
moves it by a_ik and, like a competing event, changes all later weights.
"""

import numpy as np

from mentor_outcomes.errors import EstimationError

_ROUNDING = 1e-9


def gray_score(
    exit: np.ndarray, is_of: np.ndarray, is_any: np.ndarray, group: np.ndarray, n_groups: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(groups,) scores and their (groups, groups) covariance (Gray, 1988, section 3; rho = 0).

    And (groups,) whether the group is at risk at an event of the cause together with another.
    `exit` above 0, all at risk from 0; `is_of` the cause itself, `is_any` any cause.
    """
    if not is_of.any():
        return np.zeros(n_groups), np.zeros((n_groups, n_groups)), np.zeros(n_groups, dtype=bool)
    times = np.unique(exit[is_any])
    at_risk = np.stack([_at_risk(exit[group == g], times) for g in range(n_groups)])
    of, other = (
        np.stack([_counts(exit[chosen & (group == g)], times) for g in range(n_groups)])
        for chosen in (is_of, is_any & ~is_of)
    )
    per_person = 1.0 / np.maximum(at_risk, 1.0)
    event_free = _before(np.cumprod(1.0 - (of + other) * per_person, axis=1), 1.0)
    incidence = _before(np.cumsum(event_free * of * per_person, axis=1), 0.0)
    # Where nobody of a group is left its event-free share may be 0, and it has no part.
    present = at_risk > 0
    scale = np.divide(at_risk, event_free, out=np.zeros_like(at_risk), where=present)
    subdistribution = scale * (1.0 - incidence)
    of_all = of.sum(axis=0)
    share = np.divide(subdistribution, subdistribution.sum(axis=0), where=present, out=scale * 0.0)
    score = (of - of_all * share).sum(axis=1)
    several = present.sum(axis=0) > 1
    compared = (present & several & (of_all > 0)).any(axis=1)
    return score, _covariance(at_risk, of, other, event_free, scale, several), compared


def _covariance(at_risk, of, other, event_free, scale, several) -> np.ndarray:
    """Sum over groups k and times of squared effects x hypergeometric variances of events."""
    n_groups = len(at_risk)
    of_all, total = of.sum(axis=0), scale.sum(axis=0)
    step = of_all / total
    pooled_before = _before(np.cumsum(step), 0.0)
    pooled_after = pooled_before + step
    # Where one group is left nothing is compared, and the pooled incidence may be 1.
    compares = several & (of_all > 0)
    _refuse_no_overlap(pooled_before[compares])
    rate = np.divide(step, 1.0 - pooled_before, out=np.zeros_like(step), where=compares)
    present = at_risk > 0
    after = event_free * (1.0 - (of + other) / np.maximum(at_risk, 1.0))
    covariance = np.zeros((n_groups, n_groups))
    for k in range(n_groups):
        # (groups, times): effect of an event of the cause in group k, and of the weights it moves.
        own = -scale * scale[k] / total
        own[k] += scale[k]
        weights = np.cumsum(own * rate, axis=1)
        later = weights[:, -1:] - weights
        left = present[k] & (after[k] > 0)
        ratio = np.divide(1.0 - pooled_after, after[k], out=np.zeros_like(step), where=left)
        tied = 1.0 - np.maximum(of_all - 1.0, 0.0) / np.where(
            of_all > 1, total * event_free[k] - 1.0, 1.0
        )
        moved = np.where(left, 1.0 - ratio, 1.0)
        variance = np.divide(
            tied * event_free[k] * step, at_risk[k], out=np.zeros_like(step), where=present[k]
        )
        effect = own + moved * later
        covariance += (effect * variance) @ effect.T
        tied = 1.0 - np.maximum(other[k] - 1.0, 0.0) / np.maximum(at_risk[k] - 1.0, 1.0)
        variance = tied * other[k] * (event_free[k] / np.maximum(at_risk[k], 1.0)) ** 2
        effect = ratio * later
        covariance += (effect * variance) @ effect.T
    return covariance


def _refuse_no_overlap(pooled: np.ndarray) -> None:
    """`pooled` incidence just before the events at which groups are compared."""
    n_beyond = int((pooled >= 1.0 - _ROUNDING).sum())
    if n_beyond:
        raise EstimationError(
            "the incidence of all groups together, as if they were alike, reaches 1 before "
            f"{n_beyond} event times at which several of them are still at risk.",
            expected="groups that are at risk together, in similar shares, throughout.",
            remedy="the groups hardly overlap in time: compare cumulative incidences at stated "
            "times.",
        )


def _at_risk(exit: np.ndarray, times: np.ndarray) -> np.ndarray:
    return (len(exit) - np.searchsorted(np.sort(exit), times, side="left")).astype("float64")


def _counts(exit: np.ndarray, times: np.ndarray) -> np.ndarray:
    return np.bincount(np.searchsorted(times, exit), minlength=len(times)).astype("float64")


def _before(after: np.ndarray, at_start: float) -> np.ndarray:
    """The value just before each time, of values from each time on."""
    return np.concatenate([np.full_like(after[..., :1], at_start), after[..., :-1]], axis=-1)
