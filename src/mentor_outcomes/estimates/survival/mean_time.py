"""Mean time spent after an event, within a window: the integral of a cumulative incidence."""

from collections.abc import Iterable, Sequence

import pandas as pd

from mentor_outcomes.estimates.inference.risk_intervals import SAME_DAY
from mentor_outcomes.estimates.survival.incidence import estimates_in_groups
from mentor_outcomes.estimates.survival.incidence_result import IncidenceResult


def mean_time(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    cause: str,
    at: float | Iterable[float],
    by: str | None = None,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
    same_day: float = SAME_DAY,
) -> IncidenceResult:
    """Mean time from 0 to each time of `at` spent after an event of each cause, and event-free.

    The integral of the cumulative incidence (Andersen, 2013: "years lost" by cause; event-free it
    is the restricted mean, Royston & Parmar, 2013); the states' means add up to the length of the
    window. In the records' unit of time. Arguments, assumptions, errors and refusals as in
    `cumulative_incidence`; `difference` of the result compares groups. Missing for windows that
    reach beyond follow-up, or end by a group's first entry, before which all count as event-free.

    The same as R's `print(survfit(...), rmean=)`; checked in tests/reference, and by hand in
    tests/spec/test_incidence.py.
    """
    return estimates_in_groups(
        records,
        quantity="mean_time",
        entry=entry,
        exit=exit,
        cause=cause,
        by=by,
        weights=weights,
        cluster=cluster,
        at=at,
        same_day=same_day,
    )
