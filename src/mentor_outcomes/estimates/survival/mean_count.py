"""Mean number of events per person by each time, first and later ones, until a terminal event."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.inference.risk_intervals import (
    SAME_DAY,
    RiskIntervals,
    cluster_codes,
    flags,
    require_columns,
    risk_intervals,
    selected,
)
from mentor_outcomes.estimates.inference.tied_times import as_recorded, stated_times
from mentor_outcomes.estimates.inference.two_way import cluster_words, signed_sums
from mentor_outcomes.estimates.survival._mean_count import (
    CountSteps,
    count_steps,
    influences_of_counts,
    mean_counts_at,
)
from mentor_outcomes.estimates.survival.incidence import group_codes
from mentor_outcomes.estimates.survival.mean_count_result import MeanCountResult
from mentor_outcomes.estimates.survival.recurrences import placed


def mean_count(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    event: str,
    terminal: str,
    at: float | Iterable[float],
    by: str | None = None,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
    unit: str | Sequence[str] | None = None,
    same_day: float = SAME_DAY,
) -> MeanCountResult:
    """Mean number of events that a person of each group has had by each time of `at`.

    mu(t) = integral of S(u-) dN(u) / Y(u), with S the share still there (Kaplan-Meier of the
    terminal event): who is gone has no more events (Ghosh & Lin, 2000, Biometrics 56:554). It is
    the sum over k of the shares with a k-th event. A mere sum of dN / Y would count the events
    of those gone as if they had stayed. Assumes that being censored or entering late tells nothing
    about events or the terminal event, given the weights; not that a person's events are
    independent of each other.

    Parameters
    ----------
    records : one row per interval; a unit has one for each stretch between its events
    entry, exit : columns; a row is at risk on (entry, exit]. No entry: from 0
    event : column, true or false: an event at `exit`, after which the unit goes on in another row
    terminal : column, true or false: `exit` ends the unit for good. Both may be true: the event
        counts
    at : time or times at which estimates are wanted, in the unit of entry and exit
    by : column; one curve for each of its values
    weights : column of weights above 0, taken as known
    cluster : column, such as the person, whose rows belong together: without it a person's events
        would count as independent, and errors be too small. Two columns: see `two_way`
    unit : column or columns that tell whose rows follow each other, such as the set and the person
        where people are in several sets. None: the clusters, as far as their rows do not overlap
    same_day : an event on the day of entry counts as that much later, in units of time; at its own
        time if another row of the unit ends then, as a second event of one day

    Errors are infinitesimal jackknife (the influence functions of Ghosh & Lin, exact under ties),
    summed by cluster, with no small-sample correction. Missing where nobody is followed so long, or
    no event has happened.

    Raises
    ------
    EstimationError : missing or reversed times, weights not above 0, a row without a group, flags
        that are neither true nor false, rows of a unit that overlap or come after its terminal
        event, or everybody at risk is gone before others enter

    Checked by hand in tests/spec/test_mean_count.py, against a known truth in tests/recovery, and
    against the formula written in R in tests/reference/test_mean_count_as_in_r.py.
    """
    require_columns(records, [event, terminal, by])
    is_event, is_terminal = flags(records, event), flags(records, terminal)
    rows = risk_intervals(
        records,
        entry=entry,
        exit=exit,
        is_event=np.zeros(len(records), dtype=bool),
        weights=weights,
        cluster=cluster,
        same_day=same_day,
    )
    group, groups = group_codes(records, by)
    rows = placed(
        rows,
        is_event,
        is_terminal,
        _units(records, rows, unit, group),
        same_day,
        is_named=unit is not None,
    )
    asked = stated_times(at)
    times = as_recorded(asked, rows.entry, rows.exit)
    selections = [np.flatnonzero(group == place) for place in range(len(groups))]
    steps = [
        count_steps(selected(rows, own), is_event[own], is_terminal[own]) for own in selections
    ]
    influences = np.stack([influences_of_counts(own, times) for own in steps], axis=1)
    return MeanCountResult(
        groups=groups,
        times=asked,
        estimates=np.stack([mean_counts_at(own, times) for own in steps]),
        covariance=_covariance(influences, rows.ways),
        n_at_risk=np.stack([_n_at_risk(own, times) for own in steps]),
        n_events=np.stack([_n_events(own, times) for own in steps]),
        n_with_event=np.stack([_n_with_event(own, times) for own in steps]),
        error_type=_error_type(cluster, weights),
    )


def _units(
    records: pd.DataFrame,
    rows: RiskIntervals,
    unit: str | Sequence[str] | None,
    group: np.ndarray,
) -> np.ndarray:
    """(n,) codes from 0 of whose rows follow each other; one in two groups is two."""
    if unit is None:
        code = rows.cluster
    else:
        columns = [unit] if isinstance(unit, str) else list(unit)
        require_columns(records, columns)
        code = np.zeros(len(records), dtype="int64")
        for name in columns:
            own, n_values = cluster_codes(records, name)
            code = pd.factorize(code * n_values + own)[0]
    return pd.factorize(code * (int(group.max()) + 1) + group)[0]


def _covariance(influences: np.ndarray, ways: tuple[np.ndarray, ...]) -> np.ndarray:
    """(times, groups, groups), from influences of shape (clusters, groups, times)."""
    return sum(
        sign * np.einsum("igt,iht->tgh", part, part) for sign, part in signed_sums(influences, ways)
    )


def _n_at_risk(steps: CountSteps, times: np.ndarray) -> np.ndarray:
    rows = steps.rows
    is_there = [
        ((rows.entry < t) & (t <= rows.exit)) | ((t == 0) & (rows.entry == 0)) for t in times
    ]
    return np.array([_n_clusters(rows, chosen) for chosen in is_there])


def _n_events(steps: CountSteps, times: np.ndarray) -> np.ndarray:
    return np.array([(steps.is_event & (steps.rows.exit <= t)).sum() for t in times])


def _n_with_event(steps: CountSteps, times: np.ndarray) -> np.ndarray:
    rows = steps.rows
    return np.array([_n_clusters(rows, steps.is_event & (rows.exit <= t)) for t in times])


def _n_clusters(rows: RiskIntervals, chosen: np.ndarray) -> int:
    """Of the first way, if there are two."""
    units = np.unique(rows.cluster[chosen])
    return len(units) if not rows.ways else len(np.unique(rows.ways[0][units]))


def _error_type(cluster: str | Sequence[str] | None, weights: str | None) -> str:
    known = "" if weights is None else "; weights taken as known"
    return f"influence function{cluster_words(cluster)}, no small-sample correction{known}"
