"""The log partial likelihood of Fine and Gray's model, and each person's influence on its score.

Every distinct time of an event of the cause is a cell. Who had a competing event stays in the risk
sets, with the probability of being still uncensored then given that they were at their own event,
G(t-) / G(T-). That is a product of a number of the person and a number of the cell, so a sum over a
risk set is two running sums: time grows with people x covariates^2.
"""

from dataclasses import dataclass

import numpy as np

from mentor_outcomes.estimates.survival._uncensored import CensoringGroup


@dataclass(frozen=True, slots=True, eq=False)
class SubdistributionTimes:
    """Who is in which risk set; n people, m cells, G censoring groups.

    distinct      (m,) times of the cells
    exit          (n,) times at which people's follow-up ends
    last          (n,) followed in cells 0 ... last - 1, fully
    event         (e,) positions of the people with an event of the cause
    cell          (e,) theirs, last - 1
    n_tied        (m,) events of a cell
    competing     (c,) positions of the people with a competing event
    group         (n,) censoring group
    uncensored    (G, m) probability of not being censored before the cell
    kept          (c,) 1 / the same before one's own competing event
    """

    distinct: np.ndarray
    exit: np.ndarray
    last: np.ndarray
    event: np.ndarray
    cell: np.ndarray
    n_tied: np.ndarray
    competing: np.ndarray
    group: np.ndarray
    uncensored: np.ndarray
    kept: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The log partial likelihood at `coefficients`, and what its derivatives are made of.

    risk       (n,) subdistribution hazard relative to the baseline, exp(x b)
    mean       (m, p) covariate mean of the risk set
    hazard     (m + 1, 1 + p) running sums of the baseline's step, and of step x mean
    later      (G, m + 1, 1 + p) the same, of step x probability of not being censored before
    """

    coefficients: np.ndarray
    loglik: float
    score: np.ndarray
    information: np.ndarray
    risk: np.ndarray
    mean: np.ndarray
    hazard: np.ndarray
    later: np.ndarray


def subdistribution_times(
    exit: np.ndarray,
    is_event: np.ndarray,
    is_competing: np.ndarray,
    group: np.ndarray,
    censoring: list[CensoringGroup],
) -> SubdistributionTimes:
    """Rank people's times among the distinct event times; `is_event` of the cause, some true."""
    distinct, n_tied = np.unique(exit[is_event], return_counts=True)
    last = np.searchsorted(distinct, exit, side="right")
    event, competing = np.flatnonzero(is_event), np.flatnonzero(is_competing)
    before_own = np.ones(len(exit))
    for g, of_group in enumerate(censoring):
        before_own[group == g] = of_group.before(exit[group == g])
    return SubdistributionTimes(
        distinct=distinct,
        exit=exit,
        last=last,
        event=event,
        cell=last[event] - 1,
        n_tied=n_tied,
        competing=competing,
        group=group,
        uncensored=np.stack([of_group.before(distinct) for of_group in censoring]),
        kept=1 / before_own[competing],
    )


def moments(coefficients: np.ndarray, design: np.ndarray, times: SubdistributionTimes) -> Moments:
    """Log likelihood, score and information of people with `design` (n, p); ties as Breslow."""
    linear = design @ coefficients
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        risk = np.exp(linear)
        sums = _over_risk_sets(risk, design, times)
        denominator, mean = sums[:, 0], sums[:, 1:] / sums[:, :1]
        step = times.n_tied / denominator
        steps = np.column_stack([step, step[:, None] * mean])
        hazard, later = _running(steps), _running(times.uncensored[:, :, None] * steps)
        residual = -risk * _integral(hazard, later, times)[:, 0]
    residual[times.event] += 1
    information = design.T @ (-residual[:, None] * design)
    information += design[times.event].T @ design[times.event]
    information -= mean.T @ (times.n_tied[:, None] * mean)
    return Moments(
        coefficients=coefficients,
        loglik=float(linear[times.event].sum() - times.n_tied @ np.log(denominator)),
        score=design.T @ residual,
        information=(information + information.T) / 2,
        risk=risk,
        mean=mean,
        hazard=hazard,
        later=later,
    )


def score_residuals(fit: Moments, design: np.ndarray, times: SubdistributionTimes) -> np.ndarray:
    """Each person's part of the score, (n, p), the censoring distribution taken as known.

    (x - mean at one's own event) less the integral of (x - mean) x one's weighted hazard: eta of
    Fine & Gray (1999, section 3).
    """
    integral = _integral(fit.hazard, fit.later, times)
    residuals = -fit.risk[:, None] * (integral[:, :1] * design - integral[:, 1:])
    residuals[times.event] += design[times.event] - fit.mean[times.cell]
    return residuals


def censoring_influences(
    fit: Moments,
    design: np.ndarray,
    times: SubdistributionTimes,
    censoring: list[CensoringGroup],
) -> np.ndarray:
    """What each person adds to the score by being part of the estimate of G, (n, p).

    The integral of q / at risk by one's martingale of being censored: psi of Fine & Gray (1999,
    section 3), where q(u) is how the score moves with the hazard of being censored at u.
    """
    influences = np.zeros(design.shape)
    for g, of_group in enumerate(censoring):
        q = _moved_by_censoring(fit, design, times, g, of_group)
        members = np.flatnonzero(times.group == g)
        influences[members] = of_group.martingale_integrals(q)
    return influences


def _moved_by_censoring(fit, design, times, g, of_group) -> np.ndarray:
    """q at each censoring time of group g: over its members with a competing event before, their
    weighted (x - mean) x hazard from there on."""
    own = times.group[times.competing] == g
    members = times.competing[own]
    order = np.argsort(times.exit[members], kind="stable")
    members = members[order]
    weight = (fit.risk[times.competing] * times.kept)[own][order]
    past = _running(np.column_stack([weight, weight[:, None] * design[members]]))
    n_past = np.searchsorted(times.exit[members], of_group.times, side=of_group.side_of_past)
    start = np.searchsorted(times.distinct, of_group.times, side=of_group.side_of_past)
    remaining = fit.later[g, -1] - fit.later[g, start]
    past = past[n_past]
    return past[:, 1:] * remaining[:, :1] - past[:, :1] * remaining[:, 1:]


def _over_risk_sets(risk, design, times: SubdistributionTimes) -> np.ndarray:
    """Per cell the weighted sum of risk, and of risk x design: (m, 1 + p)."""
    n_groups, n_cells = times.uncensored.shape
    place = times.group[times.competing] * (n_cells + 1) + times.last[times.competing]
    columns = []
    for values in (risk, *(risk * x for x in design.T)):
        leaving = np.cumsum(np.bincount(times.last, values, n_cells + 1)[::-1])[::-1]
        gone = np.bincount(
            place, values[times.competing] * times.kept, n_groups * (n_cells + 1)
        ).reshape(n_groups, n_cells + 1)
        staying = np.cumsum(gone, axis=1)[:, :n_cells] * times.uncensored
        columns.append(leaving[1:] + staying.sum(axis=0))
    return np.column_stack(columns)


def _integral(hazard: np.ndarray, later: np.ndarray, times: SubdistributionTimes) -> np.ndarray:
    """Per person the sum of the baseline's steps (and of steps x mean) with one's weights."""
    integral = hazard[times.last]
    group = times.group[times.competing]
    staying = later[group, -1] - later[group, times.last[times.competing]]
    integral[times.competing] += times.kept[:, None] * staying
    return integral


def _running(steps: np.ndarray) -> np.ndarray:
    """Sums of the steps before each place, along the last but one axis."""
    none = np.zeros((*steps.shape[:-2], 1, steps.shape[-1]))
    return np.concatenate([none, np.cumsum(steps, axis=-2)], axis=-2)
