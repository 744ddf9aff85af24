"""The weighted mean count of one group, exact under ties, and its influence.

With weighted rates dR(t) = sum w dN / sum w Y of the event and hazards dL(t) = sum w dD / sum w Y
of the terminal one, S(t-) the product of 1 - dL before t, mu(t) = sum of S(s-) dR(s) over s <= t.
Its derivative with respect to dR(s) is S(s-), with respect to dL(s) it is
-(mu(t) - mu(s)) / (1 - dL(s)). A row's influence is the sum of these derivatives times its own
share of the rates, w (dN - Y dR) / sum w Y and w (dD - Y dL) / sum w Y.
"""

from dataclasses import dataclass

import numpy as np

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import RiskIntervals
from mentor_outcomes.estimates.survival._risk_sets import (
    LEAST_RISK_SET,
    refuse_lost,
    running,
    weight_at_risk,
)


@dataclass(frozen=True, slots=True, eq=False)
class CountSteps:
    """The curve of one group, stepping at the distinct times of an event or a terminal event.

    first, last   (n,) the row is at risk at times first ... last - 1
    is_event, is_terminal   (n,) what happens at the row's end
    times         (k,) ascending
    at_risk       (k,) weight at risk just before
    rates         (k,) steps of the cumulative rate of the event
    hazards       (k,) steps of the cumulative hazard of the terminal event
    still_there   (k,) share without the terminal event just before
    is_end        (k,) everybody at risk has the terminal event
    backwards     whether weights were summed from the last time backwards
    """

    rows: RiskIntervals
    first: np.ndarray
    last: np.ndarray
    is_event: np.ndarray
    is_terminal: np.ndarray
    times: np.ndarray
    at_risk: np.ndarray
    rates: np.ndarray
    hazards: np.ndarray
    still_there: np.ndarray
    is_end: np.ndarray
    backwards: bool

    @property
    def mean_counts(self) -> np.ndarray:
        """(k,) mu at each of the times."""
        return np.cumsum(self.still_there * self.rates)


def count_steps(rows: RiskIntervals, is_event: np.ndarray, is_terminal: np.ndarray) -> CountSteps:
    """The steps of the curve of `rows`; refuses one that ends while others are yet to enter."""
    times = np.unique(rows.exit[is_event | is_terminal])
    first = np.searchsorted(times, rows.entry, side="right")
    last = np.searchsorted(times, rows.exit, side="right")
    at_risk, backwards, n_lost = weight_at_risk(first, last, rows.weight, len(times))
    n_at_risk = _number_at_risk(first, last, len(times))
    gone = np.bincount(last[is_terminal] - 1, rows.weight[is_terminal], len(times))
    n_gone = np.bincount(last[is_terminal] - 1, minlength=len(times))
    is_end = (n_gone == n_at_risk) & (n_gone > 0)
    # Where everybody at risk goes, their weight is the weight at risk, to the last digit.
    at_risk = np.where(is_end, gone, at_risk)
    events = np.bincount(last[is_event] - 1, rows.weight[is_event], len(times))
    refuse_lost(n_lost, len(times))
    hazards = gone / at_risk
    staying = np.where(is_end, 0.0, 1.0 - hazards)
    refuse_lost(int((~is_end & (staying < LEAST_RISK_SET)).sum()), len(times))
    _refuse_early_end(times, is_end, rows)
    return CountSteps(
        rows=rows,
        first=first,
        last=last,
        is_event=is_event,
        is_terminal=is_terminal,
        times=times,
        at_risk=at_risk,
        rates=events / at_risk,
        hazards=hazards,
        still_there=np.concatenate([[1.0], np.cumprod(staying)])[:-1],
        is_end=is_end,
        backwards=backwards,
    )


def mean_counts_at(steps: CountSteps, times: np.ndarray) -> np.ndarray:
    """mu at each of `times`; missing beyond follow-up, unless everybody is gone by then."""
    place = np.searchsorted(steps.times, times, side="right")
    counts = np.concatenate([[0.0], steps.mean_counts])[place]
    is_known = (times <= steps.rows.exit.max()) | steps.is_end[-1:].any()
    return np.where(is_known, counts, np.nan)


def influences_of_counts(steps: CountSteps, times: np.ndarray) -> np.ndarray:
    """(n_clusters, n_times) derivatives of the estimates by the growth of a cluster.

    All its weights grow in proportion. They sum to 0 over the clusters; their squares sum to the
    variance.
    """
    rows = steps.rows
    return np.column_stack(
        [
            np.bincount(rows.cluster, rows.weight * _of_rows(steps, tau), rows.n_clusters)
            for tau in times
        ]
    )


def _of_rows(steps: CountSteps, tau: float) -> np.ndarray:
    """(n,) influence of a unit of each row's weight on mu(tau)."""
    k = int(np.searchsorted(steps.times, tau, side="right"))
    counts = steps.mean_counts[:k]
    is_end = steps.is_end[:k]
    of_event = steps.still_there[:k] / steps.at_risk[:k]
    staying = np.where(is_end, 1.0, steps.at_risk[:k] * (1.0 - steps.hazards[:k]))
    to_come = np.where(is_end, 0.0, counts[-1:] - counts)
    of_terminal = -to_come / staying
    at_risk = of_event * steps.rates[:k] + of_terminal * steps.hazards[:k]
    so_far = running(at_risk, steps.backwards)
    found = so_far[np.minimum(steps.first, k)] - so_far[np.minimum(steps.last, k)]
    for happens, share in ((steps.is_event, of_event), (steps.is_terminal, of_terminal)):
        chosen = np.flatnonzero(happens & (steps.last <= k))
        found[chosen] += share[steps.last[chosen] - 1]
    return found


def _number_at_risk(first: np.ndarray, last: np.ndarray, n_times: int) -> np.ndarray:
    n = n_times + 1
    return np.cumsum(np.bincount(first, minlength=n) - np.bincount(last, minlength=n))[:-1]


def _refuse_early_end(times: np.ndarray, is_end: np.ndarray, rows: RiskIntervals) -> None:
    n_later = int((rows.entry >= times[is_end][0]).sum()) if is_end.any() else 0
    if n_later:
        raise EstimationError(
            f"everybody at risk is gone by time {times[is_end][0]:g}, before {n_later} rows enter.",
            expected="somebody at risk throughout, from the first entry on.",
            remedy="start the clock later, at a time when enough people are at risk.",
        )
