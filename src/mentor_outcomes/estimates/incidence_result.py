"""Estimates by group, state and time, with the covariance between groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.intervals import with_interval

EVENT_FREE = "event-free"
_NO_VARIATION = 1e-12  # of an error, relative to the largest it could be: mere rounding


@dataclass(frozen=True, slots=True, eq=False)
class IncidenceResult:
    """Cumulative incidences, or the mean times that are their integrals, at stated times.

    quantity      cumulative_incidence (a share) or mean_time (in the records' unit of time)
    groups        values of `by`; "all" without it
    states        the causes, then "event-free"
    times         ascending, in the records' unit of time
    estimates     shape (groups, states, times); missing where nobody is followed so long
    covariance    shape (states, times, groups, groups), between groups, clusters shared
    n_at_risk     shape (groups, times), clusters at risk just before; at 0 those who start
    n_events      shape (groups, states, times), clusters with the event so far; any event for
                  "event-free"
    curve         one row per group, cause and event time: time, n_at_risk (rows), estimate
    """

    quantity: str
    groups: tuple[str, ...]
    states: tuple[str, ...]
    times: np.ndarray
    estimates: np.ndarray
    covariance: np.ndarray
    n_at_risk: np.ndarray
    n_events: np.ndarray
    curve: pd.DataFrame
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per group, state and time, with a plain (untransformed) interval.

        The error is missing where no event has happened yet: it cannot be told from no variation.
        """
        rows = []
        for g, group in enumerate(self.groups):
            for s, state in enumerate(self.states):
                rows.append(
                    pd.DataFrame(
                        {
                            "group": group,
                            "state": state,
                            "time": self.times,
                            "quantity": self.quantity,
                            "estimate": self.estimates[g, s],
                            "std_error": self._errors(self._direction(g), s),
                            "n_at_risk": self.n_at_risk[g],
                            "n_events": self.n_events[g, s],
                        }
                    )
                )
        frame = with_interval(pd.concat(rows, ignore_index=True), confidence, test=False)
        return frame.assign(error_type=self.error_type)

    def difference(self, group: str, reference: str, confidence: float = 0.95) -> pd.DataFrame:
        """One row per state and time: `group` less `reference`, plain interval, p-value.

        Clusters that are in both groups (a person in both arms) are allowed for.
        """
        g, r = self._position(group), self._position(reference)
        direction = self._direction(g) - self._direction(r)
        rows = [
            pd.DataFrame(
                {
                    "group": group,
                    "reference": reference,
                    "state": state,
                    "time": self.times,
                    "quantity": self.quantity,
                    "estimate": self.estimates[g, s] - self.estimates[r, s],
                    "std_error": self._errors(direction, s),
                }
            )
            for s, state in enumerate(self.states)
        ]
        frame = with_interval(pd.concat(rows, ignore_index=True), confidence)
        return frame.assign(error_type=self.error_type)

    def _position(self, group: str) -> int:
        if group not in self.groups:
            raise EstimationError(
                f"there is no group {group}.",
                expected=f"one of {', '.join(self.groups)}.",
                remedy="correct the group's name.",
            )
        return self.groups.index(group)

    def _direction(self, position: int) -> np.ndarray:
        return np.eye(len(self.groups))[position]

    def _errors(self, direction: np.ndarray, state: int) -> np.ndarray:
        variance = direction @ self.covariance[state] @ direction
        own = self.covariance[state][:, direction != 0, direction != 0]
        largest = self.times if self.quantity == "mean_time" else np.ones(len(self.times))
        varies = (np.sqrt(own) > _NO_VARIATION * largest[:, None]).all(axis=1)
        known = (self.times <= 0) | varies
        return np.where(known, np.sqrt(np.maximum(variance, 0.0)), np.nan)
