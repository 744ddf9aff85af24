"""The weighted Aalen-Johansen estimator of one group, exact under ties, and its influence.

With weighted hazards dL_c(t) = sum w dN_c / sum w Y, event-free share S and cumulative incidence
F_j(t) = sum S(s-) dL_j(s), any sum theta = sum u(s) S(s-) dL_j(s) over s <= tau has the derivative
u(s) S(s-) [c = j] - (theta - theta(s)) / (1 - dL(s)) with respect to dL_c(s). A row's influence is
the sum of these derivatives times its own share of the hazard, w (dN_c - Y dL_c) / sum w Y.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import RiskIntervals
from mentor_outcomes.estimates.survival._risk_sets import (
    LEAST_RISK_SET,
    refuse_lost,
    running,
    weight_at_risk,
)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The curve of one group, stepping at its distinct event times (of any cause).

    first, last   (n,) the row is at risk at times first ... last - 1
    cause         (n,) 0 ... n_causes - 1, or -1 if the row ends in no event
    times         (k,) ascending
    at_risk       (k,) weight at risk just before
    n_at_risk     (k,) rows at risk just before
    hazards       (n_causes, k) steps of the cause-specific cumulative hazards
    event_free    (k,) share without any event just before
    is_end        (k,) everybody at risk has an event
    backwards     whether weights were summed from the last time backwards
    followed_from, followed_to   first entry; end of follow-up
    """

    rows: RiskIntervals
    first: np.ndarray
    last: np.ndarray
    cause: np.ndarray
    times: np.ndarray
    at_risk: np.ndarray
    n_at_risk: np.ndarray
    hazards: np.ndarray
    event_free: np.ndarray
    is_end: np.ndarray
    backwards: bool
    followed_from: float
    followed_to: float

    @property
    def increments(self) -> np.ndarray:
        """(n_causes, k) steps of the cumulative incidences."""
        return self.event_free * self.hazards

    @property
    def event_free_after(self) -> np.ndarray:
        """(k,) share without any event, at the step and until the next; 0 where nobody is left."""
        return np.where(self.is_end, 0.0, self.event_free * (1.0 - self.hazards.sum(axis=0)))

    def weight_changes(self) -> sparse.csr_array:
        """(n_clusters, k + 1) weight that comes under risk at a time, less what leaves it.

        A cluster of many rows, one after the other, is as short as its weight changes.
        """
        rows = self.rows
        weight = np.where(self.first < self.last, rows.weight, 0.0)
        return _by_cluster(
            rows,
            np.concatenate([weight, -weight]),
            np.concatenate([rows.cluster, rows.cluster]),
            np.concatenate([self.first, self.last]),
            len(self.times) + 1,
        )

    def event_weights(self, cause: int | None = None) -> sparse.csr_array:
        """(n_clusters, k) weight of the rows that end in the cause (None: in any) at a time."""
        chosen = np.flatnonzero(self.cause >= 0 if cause is None else self.cause == cause)
        rows = self.rows
        return _by_cluster(
            rows, rows.weight[chosen], rows.cluster[chosen], self.last[chosen] - 1, len(self.times)
        )


def aalen_johansen(rows: RiskIntervals, cause: np.ndarray, n_causes: int) -> Steps:
    """The steps of the curve of `rows`; refuses one that ends before others enter."""
    is_event = cause >= 0
    times = np.unique(rows.exit[is_event])
    first = np.searchsorted(times, rows.entry, side="right")
    last = np.searchsorted(times, rows.exit, side="right")
    n_times = len(times)
    at_risk, backwards, n_lost = weight_at_risk(first, last, rows.weight, n_times)
    n_at_risk = _number_at_risk(first, last, n_times)
    moment = last[is_event] - 1
    place = cause[is_event] * n_times + moment
    events = np.bincount(place, rows.weight[is_event], n_causes * n_times)
    events = events.reshape(n_causes, n_times)
    # Where everybody at risk has an event, their weight is the weight at risk, to the last digit.
    is_end = np.bincount(moment, minlength=n_times) == n_at_risk
    at_risk = np.where(is_end, events.sum(axis=0), at_risk)
    refuse_lost(n_lost, n_times)
    hazards = events / at_risk
    staying = np.where(is_end, 0.0, 1.0 - hazards.sum(axis=0))
    refuse_lost(int((~is_end & (staying < LEAST_RISK_SET)).sum()), n_times)
    event_free = np.concatenate([[1.0], np.cumprod(staying)])[:-1]
    _refuse_early_end(times, is_end, rows)
    _refuse_gap(rows)
    return Steps(
        rows=rows,
        first=first,
        last=last,
        cause=cause,
        times=times,
        at_risk=at_risk,
        n_at_risk=n_at_risk,
        hazards=hazards,
        event_free=event_free,
        is_end=is_end,
        backwards=backwards,
        followed_from=float(rows.entry.min()),
        followed_to=float(rows.exit.max()),
    )


def estimates_at(steps: Steps, tau: float, *, integrated: bool) -> np.ndarray:
    """(n_causes,) cumulative incidence at tau, or its integral from 0 to tau.

    Missing where follow-up ends before tau with somebody still event-free, or begins only later.
    """
    n_steps = int(np.searchsorted(steps.times, tau, side="right"))
    if not is_known(steps, tau):
        return np.full(len(steps.hazards), np.nan)
    return steps.increments[:, :n_steps] @ _step_values(steps, tau, n_steps, integrated)


def event_free_at(steps: Steps, tau: float) -> float:
    """Share without any event by tau; exactly 0 once everybody had one. Missing as above."""
    n_steps = int(np.searchsorted(steps.times, tau, side="right"))
    if not is_known(steps, tau):
        return np.nan
    return float(steps.event_free_after[n_steps - 1]) if n_steps else 1.0


def is_known(steps: Steps, tau: float) -> bool:
    """Whether the curve reaches tau: somebody is followed so far, or everybody had an event.

    And somebody is at risk by then: before the first entry, if that is after 0, nothing is known.
    """
    is_begun = steps.followed_from <= 0 or tau > steps.followed_from
    return is_begun and (tau <= steps.followed_to or bool(steps.is_end[-1:].any()))


def influences_at(steps: Steps, times: Sequence[float], *, integrated: bool) -> np.ndarray:
    """(n_causes, n_clusters, n_times) derivatives of the estimates by the growth of a cluster.

    All its weights grow in proportion. They sum to 0 over the clusters; their squares sum to the
    variance.
    """
    changes, of_any = steps.weight_changes(), steps.event_weights()
    influences = []
    for cause in range(len(steps.hazards)):
        expected, later, own = (
            np.zeros((len(steps.times) + extra, len(times))) for extra in (1, 0, 0)
        )
        for column, tau in enumerate(times):
            k = int(np.searchsorted(steps.times, tau, side="right"))
            if k:
                at_risk = np.zeros(len(steps.times))
                at_risk[:k], later[:k, column], own[:k, column] = _derivatives(
                    steps, cause, tau, k, integrated
                )
                expected[:, column] = running(at_risk, steps.backwards)
        influences.append(changes @ expected + of_any @ later + steps.event_weights(cause) @ own)
    return np.stack(influences) if influences else np.zeros((0, steps.rows.n_clusters, len(times)))


def _derivatives(steps: Steps, cause: int, tau: float, k: int, integrated: bool):
    """Of each of the first k steps: what being at risk then takes off, what an event adds.

    The last is added by an event of the cause itself.
    """
    value = _step_values(steps, tau, k, integrated)
    hazard = steps.hazards[:, :k].sum(axis=0)
    is_end = steps.is_end[:k]
    sum_so_far = np.cumsum(value * steps.increments[cause, :k])
    own = value * steps.event_free[:k] / steps.at_risk[:k]
    staying = np.where(is_end, 1.0, steps.at_risk[:k] * (1.0 - hazard))
    later = np.where(is_end, 0.0, sum_so_far - sum_so_far[-1]) / staying
    return own * steps.hazards[cause, :k] + later * hazard, later, own


def _by_cluster(rows: RiskIntervals, values, cluster, column, n_columns: int) -> sparse.csr_array:
    return sparse.coo_array((values, (cluster, column)), (rows.n_clusters, n_columns)).tocsr()


def _step_values(steps: Steps, tau: float, n_steps: int, integrated: bool) -> np.ndarray:
    return tau - steps.times[:n_steps] if integrated else np.ones(n_steps)


def _number_at_risk(first: np.ndarray, last: np.ndarray, n_times: int) -> np.ndarray:
    n = n_times + 1
    return np.cumsum(np.bincount(first, minlength=n) - np.bincount(last, minlength=n))[:-1]


def _refuse_early_end(times: np.ndarray, is_end: np.ndarray, rows: RiskIntervals) -> None:
    n_later = int((rows.entry >= times[is_end][0]).sum()) if is_end.any() else 0
    if n_later:
        raise EstimationError(
            f"everybody at risk has had an event by time {times[is_end][0]:g}, before {n_later} "
            "rows enter.",
            expected="somebody at risk throughout, from the first entry on.",
            remedy="start the clock later, at a time when enough people are at risk.",
        )


def _refuse_gap(rows: RiskIntervals) -> None:
    """What happens while nobody is at risk is unknown, and with it all that follows."""
    is_seen = rows.exit > rows.entry
    entry, exit = np.sort(rows.entry[is_seen]), np.sort(rows.exit[is_seen])
    n_before = np.flatnonzero(np.diff(entry) > 0) + 1  # rows that enter before a later entry
    is_gap = n_before == np.searchsorted(exit, entry[n_before], side="left")
    if is_gap.any():
        began = n_before[is_gap][0]
        raise EstimationError(
            f"nobody is at risk between {exit[began - 1]:g} and {entry[began]:g}, when "
            f"{len(entry) - began} rows are yet to enter.",
            expected="somebody at risk throughout, from the first entry on.",
            remedy="end follow-up before the gap, or start the clock after it.",
        )
