"""The log partial likelihood of Cox's model, with its derivatives, by cumulative sums.

Every distinct event time (within its stratum) is a cell. A row is at risk in a run of cells, so a
sum over a risk set is a running sum: add the row where its run begins, subtract where it ends.
Efron's ties: the l-th of d tied events (l = 0 ... d - 1) sees the risk set less l/d of the events.
"""

from dataclasses import dataclass

import numpy as np

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.risk_intervals import RiskIntervals


@dataclass(frozen=True, slots=True, eq=False)
class EventTimes:
    """Which rows are at risk at which distinct event times; n = rows at risk at any of them.

    row          (n,) positions in the records
    first, last  (n,) the row is at risk in cells first ... last - 1
    event        (e,) positions within `row` of the rows that end in an event, ordered by cell
    cell         (e,) their cells, 0 ... n_cells - 1
    removed      (e,) share of the tied events already removed: l/d (Efron) or 0 (Breslow)
    """

    row: np.ndarray
    first: np.ndarray
    last: np.ndarray
    event: np.ndarray
    cell: np.ndarray
    removed: np.ndarray
    n_cells: int


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The log partial likelihood at `coefficients`, and what its derivatives are made of.

    risk          (n,) hazard relative to the baseline, exp(x b), without the weight
    hazard        (cells + 1,) running sum of the baseline hazard's steps
    tied          (cells,) the part of a step that its own tied events escape
    mean_at_risk  (cells + 1, p) running sum of step x covariate mean of the risk set
    mean_tied     (cells, p) ... of the part its own tied events escape
    mean_at_event (cells, p) covariate mean of the risk set, averaged over its tied events
    """

    coefficients: np.ndarray
    loglik: float
    score: np.ndarray
    information: np.ndarray
    risk: np.ndarray
    hazard: np.ndarray
    tied: np.ndarray
    mean_at_risk: np.ndarray
    mean_tied: np.ndarray
    mean_at_event: np.ndarray


def event_times(
    rows: RiskIntervals, is_event: np.ndarray, stratum: np.ndarray | None, ties: str
) -> EventTimes:
    """Rank the rows' times among the distinct event times of their stratum."""
    if not is_event.any():
        raise EstimationError(
            f"none of {len(is_event)} rows ends in the event.",
            expected="at least one event.",
            remedy="check the event column and the follow-up.",
        )
    distinct = np.unique(rows.exit[is_event])
    first = np.searchsorted(distinct, rows.entry, side="right")
    last = np.searchsorted(distinct, rows.exit, side="right")
    n_cells = len(distinct)
    if stratum is not None:
        offset = stratum.astype("int64") * n_cells
        cells = np.unique((offset + last - 1)[is_event])
        first = np.searchsorted(cells, offset + first)
        last = np.searchsorted(cells, offset + last)
        n_cells = len(cells)
    row = np.flatnonzero(first < last)
    first, last = first[row], last[row]
    event = np.flatnonzero(is_event[row])
    event = event[np.argsort(last[event], kind="stable")]
    cell = last[event] - 1
    n_tied = np.bincount(cell, minlength=n_cells)
    order = np.arange(len(cell)) - (np.cumsum(n_tied) - n_tied)[cell]
    removed = order / n_tied[cell] if ties == "efron" else np.zeros(len(cell))
    return EventTimes(row, first, last, event, cell, removed, n_cells)


def moments(
    coefficients: np.ndarray, design: np.ndarray, weight: np.ndarray, times: EventTimes
) -> Moments:
    """Log likelihood, score and information of rows `design` (n, p) with `weight` (n,)."""
    linear = design @ coefficients
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        risk = np.exp(linear)
        weighted = weight * risk
        sum_x = np.column_stack([_over_risk_sets(weighted * x, times) for x in design.T])
        tied_x = np.column_stack([_over_tied_events(weighted * x, times) for x in design.T])
        hazard, escaped, squares, log_denominators = _hazard_steps(weighted, weight, times)

    # Sums over tied positions of step x mean, where mean = (sum_x - removed x tied_x)/denominator.
    step_mean = squares[0][:, None] * sum_x - squares[1][:, None] * tied_x
    escaped_mean = squares[1][:, None] * sum_x - squares[2][:, None] * tied_x
    mean_at_event = hazard[:, None] * sum_x - escaped[:, None] * tied_x
    event_weight = np.bincount(times.cell, weight[times.event], times.n_cells)
    running = _running(hazard)

    exposure = weighted * (running[times.last] - running[times.first])
    exposure[times.event] -= weighted[times.event] * escaped[times.cell]
    residual = -exposure
    residual[times.event] += weight[times.event]
    information = design.T @ (exposure[:, None] * design)
    information -= sum_x.T @ step_mean - tied_x.T @ escaped_mean
    return Moments(
        coefficients=coefficients,
        loglik=float(weight[times.event] @ linear[times.event] - log_denominators),
        score=design.T @ residual,
        information=(information + information.T) / 2,
        risk=risk,
        hazard=running,
        tied=escaped,
        mean_at_risk=_running(step_mean),
        mean_tied=escaped_mean,
        mean_at_event=mean_at_event / event_weight[:, None],
    )


def _hazard_steps(weighted: np.ndarray, weight: np.ndarray, times: EventTimes):
    """Per cell: the hazard's step, its part that the tied escape, and step x removed^k /
    denominator for k = 0, 1, 2; and the sum of the weighted log denominators."""
    cell, removed = times.cell, times.removed
    denominator = _over_risk_sets(weighted, times)[cell]
    denominator = denominator - removed * _over_tied_events(weighted, times)[cell]
    n_tied = np.bincount(cell, minlength=times.n_cells)
    mean_weight = (_by_cell(weight[times.event], times) / n_tied)[cell]
    step = mean_weight / denominator
    squares = [_by_cell(step * removed**power / denominator, times) for power in range(3)]
    log_denominators = mean_weight @ np.log(denominator)
    return _by_cell(step, times), _by_cell(step * removed, times), squares, log_denominators


def score_residuals(fit: Moments, design: np.ndarray, times: EventTimes) -> np.ndarray:
    """Each row's part of the score, (n, p), unweighted: the rows' weights make them sum to it.

    (x - mean at its own event) less the integral of (x - mean) x its hazard while at risk.
    """
    first, last, cell = times.first, times.last, times.cell
    hazard = fit.hazard[last] - fit.hazard[first]
    residuals = fit.mean_at_risk[last] - fit.mean_at_risk[first]
    residuals -= hazard[:, None] * design
    residuals[times.event] += fit.tied[cell, None] * design[times.event] - fit.mean_tied[cell]
    residuals *= fit.risk[:, None]
    residuals[times.event] += design[times.event] - fit.mean_at_event[cell]
    return residuals


def _over_risk_sets(values: np.ndarray, times: EventTimes) -> np.ndarray:
    n = times.n_cells + 1
    change = np.bincount(times.first, values, n) - np.bincount(times.last, values, n)
    return np.cumsum(change)[:-1]


def _over_tied_events(values: np.ndarray, times: EventTimes) -> np.ndarray:
    return _by_cell(values[times.event], times)


def _by_cell(values: np.ndarray, times: EventTimes) -> np.ndarray:
    return np.bincount(times.cell, values, times.n_cells)


def _running(steps: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(steps[:1]), np.cumsum(steps, axis=0)])
