"""The months of the simulation, counted from the first month of the warm-up."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from mentor_outcomes.study import StudySection

NEVER = np.iinfo(np.int32).max
"""The day (since 1970) of what does not happen."""
_SPARE_MONTHS = 1  # a start on the last day of a month still has its full horizon


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return int(np.datetime64(day, "D").astype("int64"))


@dataclass(frozen=True, slots=True)
class Timeline:
    """Month 0 opens the warm-up, month `n_warm_up` holds observed_from.

    starts          first day of each month, as days since 1970; one more than there are months
    observed_from   first and last observed day, as days since 1970
    """

    starts: np.ndarray
    n_warm_up: int
    n_observed: int
    observed_from: int
    observed_to: int

    @property
    def n_months(self) -> int:
        """All months, those after the observed window too."""
        return len(self.starts) - 1

    @property
    def end_of_window(self) -> int:
        """First month after the observed window."""
        return self.n_warm_up + self.n_observed

    def year(self, month: int) -> int:
        return int(self._absolute(month) // 12 + 1970)

    def calendar_month(self, month: int) -> int:
        """1 is January."""
        return int(self._absolute(month) % 12 + 1)

    def month_of(self, days: np.ndarray) -> np.ndarray:
        """Month that holds each day; -1 before the first, `n_months` after the last."""
        return np.minimum(np.searchsorted(self.starts, days, side="right") - 1, self.n_months)

    def _absolute(self, month: int) -> int:
        first = np.datetime64(int(self.starts[0]), "D").astype("datetime64[M]").astype("int64")
        return int(first) + month


def build_timeline(section: StudySection, *, warm_up_months: int, months_after: int) -> Timeline:
    """Warm-up, observed window and the months that potential outcomes need after it."""
    first = np.datetime64(section.observed_from, "M").astype("int64")
    last = np.datetime64(section.observed_to, "M").astype("int64")
    months = np.arange(first - warm_up_months, last + 1 + months_after + _SPARE_MONTHS + 1)
    return Timeline(
        starts=months.astype("datetime64[M]").astype("datetime64[D]").astype("int64"),
        n_warm_up=warm_up_months,
        n_observed=int(last - first) + 1,
        observed_from=day_number(section.observed_from),
        observed_to=day_number(section.observed_to),
    )
