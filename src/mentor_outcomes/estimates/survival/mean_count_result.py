"""Mean numbers of events by group and time, with the covariance between groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.survival.incidence_result import refuse_one_group

_NO_VARIATION = 1e-7  # of an error, relative to the mean count: sums keep 8 digits at least
_ROUNDING = 1e-9  # of a difference's variance, relative to those of its parts


@dataclass(frozen=True, slots=True, eq=False)
class MeanCountResult:
    """Mean numbers of events per person at stated times.

    groups         values of `by`; "all" without it
    times          in the records' unit of time, as asked for
    estimates      shape (groups, times), events per person; missing beyond follow-up
    covariance     shape (times, groups, groups), between groups, clusters shared
    n_at_risk      shape (groups, times), clusters at risk just before; at 0 those who start
    n_events       shape (groups, times), rows that end in an event so far
    n_with_event   shape (groups, times), clusters with an event so far
    """

    groups: tuple[str, ...]
    times: np.ndarray
    estimates: np.ndarray
    covariance: np.ndarray
    n_at_risk: np.ndarray
    n_events: np.ndarray
    n_with_event: np.ndarray
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per group and time, with a plain interval.

        The error, and the interval with it, is missing as long as no event has happened.
        """
        rows = [
            pd.DataFrame(
                {
                    "term": group,
                    "time": self.times,
                    "quantity": "mean_count",
                    "estimate": self.estimates[place],
                    "std_error": self._errors(np.eye(len(self.groups))[place]),
                    "n_at_risk": self.n_at_risk[place],
                    "n_events": self.n_events[place],
                    "n_with_event": self.n_with_event[place],
                }
            )
            for place, group in enumerate(self.groups)
        ]
        frame = with_interval(pd.concat(rows, ignore_index=True), confidence, test=False)
        return frame.assign(error_type=self.error_type)

    def difference(self, group: str, reference: str, confidence: float = 0.95) -> pd.DataFrame:
        """One row per time: `group` less `reference`, plain interval, p-value.

        Clusters that are in both groups (a person in both arms) are allowed for.
        """
        refuse_one_group(group, reference)
        own, other = self._position(group), self._position(reference)
        unit = np.eye(len(self.groups))
        frame = pd.DataFrame(
            {
                "term": f"{group} less {reference}",
                "time": self.times,
                "quantity": "mean_count_difference",
                "estimate": self.estimates[own] - self.estimates[other],
                "std_error": self._errors(unit[own] - unit[other]),
            }
        )
        return with_interval(frame, confidence).assign(error_type=self.error_type)

    def _position(self, group: str) -> int:
        if group not in self.groups:
            raise EstimationError(
                f"there is no group {group}.",
                expected=f"one of {', '.join(self.groups)}.",
                remedy="correct the group's name.",
            )
        return self.groups.index(group)

    def _errors(self, direction: np.ndarray) -> np.ndarray:
        """Missing where an estimate is, where a group has no event yet, or a variance is < 0.

        A variance clustered two ways may be negative.
        """
        variance = direction @ self.covariance @ direction
        asked = direction != 0
        own = np.stack([self.covariance[:, place, place] for place in np.flatnonzero(asked)])
        counts = self.estimates[asked]
        varies = (own > (_NO_VARIATION * np.nan_to_num(counts)) ** 2) & (counts > 0)
        is_variance = variance >= -_ROUNDING * np.abs(own).sum(axis=0)
        known = ((self.times <= 0) | varies.all(axis=0)) & is_variance & ~np.isnan(counts).any(0)
        return np.sqrt(np.where(known, np.maximum(variance, 0.0), np.nan))
