"""Pay that changes once a year: is there a yearly round, and how many does a change span?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar
from mentor_outcomes.estimates.inference.risk_intervals import require_columns

LEAST_SHARE = 0.5
"""A yearly round is a stretch of the calendar with at least this share of all changes ..."""
LEAST_TIMES = 2.0
"""... and this many times what it would have if changes came evenly over the year ..."""
LEAST_YEARS = 0.75
"""... in at least this share of the years that are seen."""
_SAME = 1e-9
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True, eq=False)
class PayRounds:
    """When in the year an outcome changes.

    by_month    one row per stretch of the calendar, one period long: month (1 to 12, its first),
                n_changes, share (of all changes), share_changed (of people seen in the period
                before and in it)
    month       first month of the period of the yearly round; None: there is none
    share       of all changes in the busiest stretch
    n_years     calendar years seen
    period_months   months of a period
    """

    by_month: pd.DataFrame
    month: int | None
    share: float
    n_years: int
    period_months: int

    @property
    def is_yearly(self) -> bool:
        return self.month is not None

    def within(self, months: float) -> tuple[int, int]:
        """Fewest and most rounds that a change to so many months after the start can span.

        It runs from the end of the period before the start to that of the period `months` later,
        so over one period more than `months`. Who starts in the period of the round meets it at
        once; of whole years, everybody else meets one round for each, and they one more.
        """
        periods, a_year = round(months / self.period_months) + 1, 12 // self.period_months
        whole, rest = divmod(periods, a_year)
        return whole, whole + (rest > 0)

    def words(self, months: float) -> str:
        """What is said of the rounds in an estimand; nothing where there is no yearly round.

        Both arms of a set start on the same day, and so meet the same rounds on average, unless
        follow-up weights tilt the arms towards other starts: a round is no effect, but whatever
        mentoring does to raises is seen at rounds only.
        """
        if not self.is_yearly:
            return ""
        fewest, most = self.within(months)
        if fewest == most:
            return f", over {most} yearly {_rounds(most)}"
        if months % 12 == 0:
            when = ("" if self.period_months == 1 else "the quarter from ") + _MONTHS[
                self.month - 1
            ]
            return f", over {fewest} yearly {_rounds(fewest)}, {most} for who starts in {when}"
        return f", over {fewest} or {most} yearly {_rounds(most)} by the month of the start"


def _rounds(number: int) -> str:
    return "pay round" if number == 1 else "pay rounds"


def pay_rounds(
    panel: pd.DataFrame, *, unit: str, period: str, outcome: str, calendar: Calendar
) -> PayRounds:
    """The share of an outcome's changes by calendar month, and whether they come in a yearly round.

    A change is a value that differs from the one of the same unit in the period before. There is a
    yearly round where one stretch of the calendar, a period long, holds at least half of all
    changes, and twice what an even spread would give it, in three of four years seen (those with
    any change). A rule, not a test: rounds are a matter of policy, and show plainly or not at all.

    panel      one row per unit and period: unit, period (whole number on the study's calendar)
               and the outcome

    Periods of a year hold no place within the year: there is no round then.
    Checked in tests/spec/test_pay_rounds.py.
    """
    require_columns(panel, [unit, period, outcome])
    step = calendar.months_per_period
    is_changed, at = _changes(panel, unit, period, outcome)
    day = calendar.starts(at)
    stretch, year = (day.month.to_numpy() - 1) // step, day.year.to_numpy()
    n_seen = np.bincount(stretch, minlength=12 // step)
    n_changes = np.bincount(stretch, is_changed, 12 // step)
    share = n_changes / max(n_changes.sum(), 1)
    busiest = int(share.argmax())
    by_year = _by_year(year[is_changed], stretch[is_changed] == busiest)
    least = max(LEAST_SHARE, LEAST_TIMES * step / 12)
    is_yearly = len(by_year) > 1 and share[busiest] >= least
    is_yearly = is_yearly and (by_year >= least).mean() >= LEAST_YEARS
    month = 1 + np.arange(12 // step) * step
    with np.errstate(invalid="ignore"):
        share_changed = n_changes / n_seen
    return PayRounds(
        by_month=pd.DataFrame(
            {
                "month": month,
                "n_changes": n_changes.astype("int64"),
                "share": share,
                "share_changed": share_changed,
            }
        ),
        month=int(month[busiest]) if is_yearly else None,
        share=float(share[busiest]),
        n_years=len(by_year),
        period_months=step,
    )


def _changes(
    panel: pd.DataFrame, unit: str, period: str, outcome: str
) -> tuple[np.ndarray, np.ndarray]:
    """Of each value with one in the period before, of the same unit: did it change; its period."""
    rows = panel[[unit, period, outcome]].dropna()
    codes = pd.factorize(rows[unit])[0]
    at = rows[period].to_numpy(dtype="int64")
    order = np.lexsort((at, codes))
    codes, at = codes[order], at[order]
    values = rows[outcome].to_numpy(dtype="float64")[order]
    follows = (codes[1:] == codes[:-1]) & (at[1:] == at[:-1] + 1)
    size = np.maximum(np.abs(values[1:]), 1.0)
    return (np.abs(np.diff(values)) > _SAME * size)[follows], at[1:][follows]


def _by_year(year: np.ndarray, is_busiest: np.ndarray) -> pd.Series:
    """Share of each year's changes that fall in the busiest stretch, of years with any."""
    return pd.Series(is_busiest.astype("float64")).groupby(year).mean()
