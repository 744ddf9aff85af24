"""The log partial likelihood of Cox's model, with its derivatives, by cumulative sums.

Every distinct event time (within its stratum) is a cell. A row is at risk in a run of cells, so a
sum over a risk set is a running sum (see `_risk_sets`).
Efron's ties: the l-th of d tied events (l = 0 ... d - 1) sees the risk set less l/d of the events.
One pass costs rows x covariates^2 operations; no array is larger than rows x covariates.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import RiskIntervals
from mentor_outcomes.estimates.survival._risk_sets import direction, over_risk_sets, running

_CHUNK = 65_536  # rows whose columns fit in a processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class EventTimes:
    """Which rows are at risk at which distinct event times; n = rows at risk at any of them.

    row          (n,) positions in the records
    first, last  (n,) the row is at risk in cells first ... last - 1
    event        (e,) positions within `row` of the rows that end in an event, ordered by cell
    cell         (e,) their cells, 0 ... cells - 1
    removed      (e,) share of the tied events already removed: l/d (Efron) or 0 (Breslow)
    begins       (cells,) where in `event` the events of a cell begin
    time         (cells,) in the records' unit; stratum (cells,) codes from 0
    """

    row: np.ndarray
    first: np.ndarray
    last: np.ndarray
    event: np.ndarray
    cell: np.ndarray
    removed: np.ndarray
    begins: np.ndarray
    time: np.ndarray
    stratum: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class AtRisk:
    """The rows at risk at some event time, with what the likelihood needs of them.

    columns        (p, n) covariates, centred and scaled
    event_columns  (p, e) those of the rows that end in an event, ordered by cell
    weight         (n,)
    """

    times: EventTimes
    columns: np.ndarray
    event_columns: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What is known at each distinct event time; sums are of weight x risk over the risk set.

    backwards     whether sums were made from the last cell backwards; n_lost cells whose risk set
                  is too small beside those summed before it
    hazard        (cells,) the step of the baseline hazard
    escaped       (cells,) the part of it that its own tied events escape
    sums          (p, cells) of the covariates over the risk set; tied_sums over its tied events
    mean          (p, cells) step x covariate mean of the risk set; mean_escaped likewise
    mean_at_event (p, cells) covariate mean of the risk set, averaged over its tied events
    """

    backwards: bool
    n_lost: int
    hazard: np.ndarray
    escaped: np.ndarray
    sums: np.ndarray
    tied_sums: np.ndarray
    mean: np.ndarray
    mean_escaped: np.ndarray
    mean_at_event: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The log partial likelihood at `coefficients`, and what its derivatives are made of.

    risk      (n,) hazard relative to the baseline, exp(x b), without the weight
    expected  (n,) cumulative hazard of the row while at risk: its expected number of events
    """

    coefficients: np.ndarray
    loglik: float
    score: np.ndarray
    information: np.ndarray
    risk: np.ndarray
    expected: np.ndarray
    steps: Steps


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
    time = np.unique(rows.exit[is_event])
    first = np.searchsorted(time, rows.entry, side="right")
    last = np.searchsorted(time, rows.exit, side="right")
    stratum_of_cell = np.zeros(len(time), dtype="int64")
    if stratum is not None:
        offset = stratum.astype("int64") * len(time)
        cells = np.unique((offset + last - 1)[is_event])
        first = np.searchsorted(cells, offset + first)
        last = np.searchsorted(cells, offset + last)
        stratum_of_cell, place = np.divmod(cells, len(time))
        time = time[place]
    row = np.flatnonzero(first < last)
    first, last = first[row], last[row]
    event = np.flatnonzero(is_event[row])
    event = event[np.argsort(last[event], kind="stable")]
    cell = last[event] - 1
    n_tied = np.bincount(cell, minlength=len(time))
    begins = np.cumsum(n_tied) - n_tied
    removed = np.zeros(len(cell))
    if ties == "efron":
        removed = (np.arange(len(cell)) - begins[cell]) / n_tied[cell]
    return EventTimes(row, first, last, event, cell, removed, begins, time, stratum_of_cell)


def moments(coefficients: np.ndarray, at_risk: AtRisk) -> Moments:
    """Log likelihood, score and information at these coefficients of the scaled covariates."""
    times, weight = at_risk.times, at_risk.weight
    linear = coefficients @ at_risk.columns
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        risk = np.exp(linear)
        weighted = weight * risk
        steps, log_denominators = _steps(weighted, at_risk)
        expected = risk * _while_at_risk(steps.hazard, steps, times)
        expected[times.event] -= risk[times.event] * steps.escaped[times.cell]
        residual = -weight * expected
        residual[times.event] += weight[times.event]
        return Moments(
            coefficients=coefficients,
            loglik=float(weight[times.event] @ linear[times.event] - log_denominators),
            score=at_risk.columns @ residual,
            information=_information(weight * expected, steps, at_risk, 1.0),
            risk=risk,
            expected=expected,
            steps=steps,
        )


def information_over_time(fit: Moments, at_risk: AtRisk, factor: np.ndarray) -> np.ndarray:
    """The information, (p, p), each event time's part of it multiplied by `factor`, (cells,)."""
    exposure = at_risk.weight * expected_over_time(fit, at_risk, factor)
    return _information(exposure, fit.steps, at_risk, factor)


def expected_over_time(fit: Moments, at_risk: AtRisk, factor: np.ndarray) -> np.ndarray:
    """Each row's cumulative hazard, (n,), the baseline's steps multiplied by `factor`, (cells,)."""
    times, steps = at_risk.times, fit.steps
    expected = fit.risk * _while_at_risk(steps.hazard * factor, steps, times)
    expected[times.event] -= fit.risk[times.event] * (steps.escaped * factor)[times.cell]
    return expected


def score_residuals(
    fit: Moments, at_risk: AtRisk, factor: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """By covariate, each row's part of the score, (n,), unweighted: weighted they sum to it.

    (x - mean at its own event) less the integral of (x - mean) x its hazard while at risk; with
    `factor`, (cells,), the parts at each event time multiplied by it. One column at a time: the
    columns together would take as much memory as the covariates.
    """
    times, steps = at_risk.times, fit.steps
    by_cell = np.ones(len(times.time)) if factor is None else factor
    expected = fit.expected if factor is None else expected_over_time(fit, at_risk, factor)
    risk_of_events = fit.risk[times.event]
    for j, column in enumerate(at_risk.columns):
        residual = _while_at_risk(steps.mean[j] * by_cell, steps, times)
        residual *= fit.risk
        residual -= expected * column
        at_event = by_cell[times.cell] * at_risk.event_columns[j]
        at_event -= (by_cell * steps.mean_at_event[j])[times.cell]
        at_event -= risk_of_events * (by_cell * steps.mean_escaped[j])[times.cell]
        residual[times.event] += at_event
        yield residual


def _steps(weighted: np.ndarray, at_risk: AtRisk) -> tuple[Steps, float]:
    """The steps at each event time, and the sum of the weighted log denominators.

    Over the tied positions of a cell, mean = (sums - removed x tied_sums) / denominator.
    """
    times = at_risk.times
    weighted_events, event_weight = weighted[times.event], at_risk.weight[times.event]
    changes = _changes(weighted, at_risk)
    backwards, n_lost = direction(changes[0])
    total, *sums = over_risk_sets(changes, backwards)
    sums = np.array(sums)
    tied_sums = np.array([_by_cell(weighted_events * x, times) for x in at_risk.event_columns])
    n_tied = np.diff(times.begins, append=len(times.cell))
    tied_weight = _by_cell(event_weight, times)
    denominator = total[times.cell]
    denominator -= times.removed * _by_cell(weighted_events, times)[times.cell]
    step = (tied_weight / n_tied)[times.cell] / denominator
    hazard, escaped = _by_cell(step, times), _by_cell(step * times.removed, times)
    squares = []
    step /= denominator
    for _ in range(3):
        squares.append(_by_cell(step, times))
        step *= times.removed
    log_denominators = float((tied_weight / n_tied)[times.cell] @ np.log(denominator))
    steps = Steps(
        backwards=backwards,
        n_lost=n_lost,
        hazard=hazard,
        escaped=escaped,
        sums=sums,
        tied_sums=tied_sums,
        mean=squares[0] * sums - squares[1] * tied_sums,
        mean_escaped=squares[1] * sums - squares[2] * tied_sums,
        mean_at_event=(hazard * sums - escaped * tied_sums) / tied_weight,
    )
    return steps, log_denominators


def _information(
    exposure: np.ndarray, steps: Steps, at_risk: AtRisk, factor: np.ndarray | float
) -> np.ndarray:
    """Sum over rows of exposure x x', less that of the means."""
    columns = at_risk.columns
    total = -((steps.sums * factor) @ steps.mean.T)
    total += (steps.tied_sums * factor) @ steps.mean_escaped.T
    for begin in range(0, columns.shape[1], _CHUNK):
        part = columns[:, begin : begin + _CHUNK]
        total += (part * exposure[begin : begin + _CHUNK]) @ part.T
    return (total + total.T) / 2


def _changes(weighted: np.ndarray, at_risk: AtRisk) -> np.ndarray:
    """Sums of the rows that begin in a cell less those of which it is past the last.

    (p + 1, cells + 1): of their weight x risk, then of that times each covariate. In chunks of rows
    that stay in the cache, but so large that their number of cells costs little.
    """
    times, columns = at_risk.times, at_risk.columns
    n = len(times.time) + 1
    changes = np.zeros((len(columns) + 1, n))
    size = max(_CHUNK, 4 * n)
    for begin in range(0, len(weighted), size):
        part = slice(begin, begin + size)
        first, last, weight = times.first[part], times.last[part], weighted[part]
        for j, change in enumerate(changes):
            values = weight if j == 0 else weight * columns[j - 1, part]
            change += np.bincount(first, values, n)
            change -= np.bincount(last, values, n)
    return changes


def _while_at_risk(values: np.ndarray, steps: Steps, times: EventTimes) -> np.ndarray:
    """The sum of a row's cells, for every row."""
    so_far = running(values, steps.backwards)
    return so_far[times.last] - so_far[times.first]


def _by_cell(values: np.ndarray, times: EventTimes) -> np.ndarray:
    return np.add.reduceat(values, times.begins)
