"""Estimates by group, state and time, with the covariance between groups."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.intervals import with_interval, with_stated_interval

EVENT_FREE = "event-free"
_NO_VARIATION = 1e-9  # of an error, relative to the largest it could be: mere rounding
_ROUNDING = 1e-9  # of a difference's variance, relative to those of its parts


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
    curve         one row per group, state and time of an event of the group: group, cause (the
                  state), time, n_at_risk (rows just before), estimate (the share, not its integral)
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

    def tidy(
        self, confidence: float = 0.95, *, interval: Literal["plain", "log-log"] = "plain"
    ) -> pd.DataFrame:
        """One row per group, state and time, with an interval of the kind asked for.

        plain     estimate -/+ normal quantile x error; may leave 0 to 1
        log-log   normal on the scale of log(-log estimate), of the share with the event for a
                  cause and of the share without any for "event-free": always within 0 to 1.
                  Missing where the estimate is 0 or 1. Of shares only, not of mean times

        The error, and the interval with it, is missing where no event has happened yet, or all
        have: it cannot be told from no variation. It is also missing where a variance clustered
        two ways comes out negative.
        """
        if interval == "log-log" and self.quantity == "mean_time":
            raise EstimationError(
                "a log-log interval of a mean time was asked for.",
                expected="a plain interval: the log-log scale is one of shares.",
                remedy="leave `interval` out.",
            )
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
        frame = with_stated_interval(pd.concat(rows, ignore_index=True), confidence, interval)
        return frame.assign(error_type=self.error_type)

    def difference(self, group: str, reference: str, confidence: float = 0.95) -> pd.DataFrame:
        """One row per state and time: `group` less `reference`, plain interval, p-value.

        Clusters that are in both groups (a person in both arms) are allowed for.
        """
        refuse_one_group(group, reference)
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
        varies = (own > (_NO_VARIATION * largest[:, None]) ** 2).all(axis=1)
        # One-way variances are negative by rounding alone; two-way ones in earnest.
        is_variance = variance >= -_ROUNDING * own.sum(axis=1)
        is_estimated = ~np.isnan(self.estimates[direction != 0, state]).any(axis=0)
        known = ((self.times <= 0) | varies) & is_variance & is_estimated
        return np.sqrt(np.where(known, np.maximum(variance, 0.0), np.nan))


def refuse_one_group(group: str, reference: str) -> None:
    """A group differs from itself by 0, with an error of 0: no finding at all."""
    if group == reference:
        raise EstimationError(
            f"the group {group} was to be compared with itself.",
            expected="two groups.",
            remedy="name the group, then the one it is compared with.",
        )
