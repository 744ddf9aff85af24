"""The grid of the panel: periods counted from the one that holds the first observed day."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

DAYS_PER_MONTH = 365.25 / 12
MONTHS_PER_PERIOD = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Period 0 holds `observed_from`; earlier periods are negative.

    Periods are whole calendar months, quarters or years; the first and last may be seen in part.
    """

    observed_from: date
    observed_to: date
    period: str = "month"

    @property
    def months_per_period(self) -> int:
        return MONTHS_PER_PERIOD[self.period]

    @property
    def n_periods(self) -> int:
        """Periods of the observed window, the partly observed ones included."""
        return int(self.period_of(pd.Series([pd.Timestamp(self.observed_to)])).iloc[0]) + 1

    def period_of(self, dates: pd.Series) -> pd.Series:
        """Index of the period that holds each date; missing where the date is."""
        absolute = (dates.dt.year * 12 + dates.dt.month - 1) // self.months_per_period
        return absolute - self._absolute_origin()

    def starts(self, periods: np.ndarray | pd.Series) -> pd.DatetimeIndex:
        """First day of each period."""
        months = (np.asarray(periods, dtype="int64") + self._absolute_origin()) * (
            self.months_per_period
        )
        first_days = (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
        return pd.DatetimeIndex(first_days).as_unit("us")

    def ends(self, periods: np.ndarray | pd.Series) -> pd.DatetimeIndex:
        """Last day of each period."""
        return self.starts(np.asarray(periods) + 1) - pd.Timedelta(days=1)

    def _absolute_origin(self) -> int:
        first = self.observed_from
        return (first.year * 12 + first.month - 1) // self.months_per_period


def days_of_months(months: float | np.ndarray) -> float | np.ndarray:
    """Length in days of so many average months (365.25 / 12 days each)."""
    return np.asarray(months, dtype="float64") * DAYS_PER_MONTH
