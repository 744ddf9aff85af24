"""Cumulative incidence with competing events, in groups, with clustered errors."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    SAME_DAY,
    RiskIntervals,
    require_columns,
    risk_intervals,
    selected,
)
from mentor_outcomes.estimates.inference.tied_times import as_recorded, stated_times
from mentor_outcomes.estimates.inference.two_way import cluster_words, signed_sums
from mentor_outcomes.estimates.survival._aalen_johansen import (
    Steps,
    aalen_johansen,
    estimates_at,
    event_free_at,
    influences_at,
)
from mentor_outcomes.estimates.survival.incidence_result import EVENT_FREE, IncidenceResult

CENSORED = ("", "censored")
_LARGEST_INFLUENCE = 4_000_000  # influences in memory at once
_LARGEST_TABLE = 20_000  # stated times x causes x groups, for each of which all rows are passed


def cumulative_incidence(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    cause: str,
    by: str | None = None,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
    at: float | Iterable[float] | None = None,
    same_day: float = SAME_DAY,
) -> IncidenceResult:
    """Share of each group that has had an event of each cause by each time.

    Aalen-Johansen (1978), exact under ties and delayed entry; with one cause it is one minus
    Kaplan-Meier. Assumes that being censored or entering late tells nothing about the hazards,
    given the weights.

    Parameters
    ----------
    records : one row per interval; a unit may have several (split where its weight changes)
    entry, exit : columns; a row is at risk on (entry, exit]. No entry: from 0
    cause : column of text; empty, "censored" or missing: the row ends in no event
    by : column; one curve for each of its values
    weights : column of weights above 0, taken as known
    cluster : column, such as the person, whose rows belong together. None: each row is its own.
        Two columns, such as person and mentor: rows that share either (see `two_way`); counts are
        of the first
    at : time or times at which estimates and errors are wanted. None: every distinct event time
    same_day : an event on the day of entry counts as that much later, in units of time

    Errors are infinitesimal jackknife: the root of the sum of squared influences of the clusters,
    with no small-sample correction; a two-way variance may come out negative, and its error is
    then missing. Where no row has an event, or a group none, its share is 0 and its error missing.
    Shares are of those event-free at a group's first entry, and missing up to it if it is after 0.

    Raises
    ------
    EstimationError : missing or reversed times, weights not above 0, a row without a group; or
        everybody at risk has had an event, or is lost, before others enter: what follows is
        unknown; or weights so unequal that those at risk at some event are lost in rounding

    The same as R's `survfit` with one id per row, and as its influences summed by cluster: checked
    in tests/reference/test_incidence_as_in_r.py, and by hand in tests/spec/test_incidence.py.
    """
    return estimates_in_groups(
        records,
        quantity="cumulative_incidence",
        entry=entry,
        exit=exit,
        cause=cause,
        by=by,
        weights=weights,
        cluster=cluster,
        at=at,
        same_day=same_day,
    )


def estimates_in_groups(
    records: pd.DataFrame, *, quantity, entry, exit, cause, by, weights, cluster, at, same_day
) -> IncidenceResult:
    require_columns(records, [cause, by])
    code, causes = cause_codes(records[cause])
    rows = risk_intervals(
        records,
        entry=entry,
        exit=exit,
        is_event=code >= 0,
        weights=weights,
        cluster=cluster,
        same_day=same_day,
    )
    group, groups = group_codes(records, by)
    asked = _times(at, rows, code >= 0, len(groups) * (len(causes) + 1))
    times = as_recorded(asked, rows.entry, rows.exit)
    selections = [np.flatnonzero(group == g) for g in range(len(groups))]
    steps = [
        aalen_johansen(selected(rows, chosen), code[chosen], len(causes)) for chosen in selections
    ]
    integrated = quantity == "mean_time"
    estimates = np.stack([_estimates(part, times, integrated) for part in steps])
    return IncidenceResult(
        quantity=quantity,
        groups=groups,
        states=(*causes, EVENT_FREE),
        times=asked,
        estimates=estimates,
        covariance=_covariance(steps, len(causes), times, integrated),
        n_at_risk=np.stack([_n_at_risk(part, times) for part in steps]),
        n_events=np.stack([_n_events(part, times, len(causes)) for part in steps]),
        curve=_curve(steps, groups, causes),
        error_type=_error_type(cluster, weights),
    )


def cause_codes(column: pd.Series) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each row's cause as a position among the causes in order of name; -1: none."""
    codes, found = pd.factorize(column)
    refuse_unclear_causes(column, found)
    if EVENT_FREE in found:
        raise EstimationError(
            f"a cause is called {EVENT_FREE}.",
            expected="the name of an event; this word means that there was none.",
            remedy="leave the cause empty where there was no event.",
        )
    causes = tuple(sorted(set(found) - set(CENSORED)))
    position = {name: place for place, name in enumerate(causes)}
    place = np.array([position.get(name, -1) for name in found] + [-1])  # the last: missing
    return place[codes], causes


def refuse_unclear_causes(column: pd.Series, found: Iterable[object]) -> None:
    """Refuse causes that are no text, or that are hardly told from being censored."""
    if not all(isinstance(name, str) for name in found):
        raise EstimationError(
            f"the column {column.name} holds {column.dtype}.",
            expected="text: the cause that ends the row, or empty if none does.",
            remedy="make it with a name for each cause.",
        )
    alike = [name for name in found if name not in CENSORED and name.strip().casefold() in CENSORED]
    if alike:
        raise EstimationError(
            f"{int(column.isin(alike).sum())} rows of {column.name} hold "
            f"{' or '.join(repr(name) for name in sorted(alike))}, which would be causes.",
            expected="'censored' in small letters, or nothing at all, where the row ends in none.",
            remedy="correct the spelling, or give the cause a name of its own.",
        )


def group_codes(records: pd.DataFrame, by: str | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each row's group as a position among the groups in order; "all" without a column."""
    if by is None:
        return np.zeros(len(records), dtype=int), ("all",)
    codes, values = pd.factorize(records[by], sort=True)
    n_missing = int((codes < 0).sum())
    if n_missing:
        raise EstimationError(
            f"{n_missing} of {len(records)} rows have no {by}.",
            expected="a group for every row.",
            remedy="leave these rows out with a count, or give them a group of their own.",
        )
    return codes, tuple(str(value) for value in values)


def _times(at, rows: RiskIntervals, is_event: np.ndarray, n_curves: int) -> np.ndarray:
    if at is None and not is_event.any():
        raise EstimationError(
            "there is no event, and no times `at` are stated.",
            expected="an event, or numbers of zero or more, in the unit of entry and exit.",
            remedy="state the times at which estimates are wanted.",
        )
    times = np.unique(rows.exit[is_event] if at is None else stated_times(at))
    if len(times) * n_curves > _LARGEST_TABLE:
        raise EstimationError(
            f"{len(times)} times x {n_curves} curves were asked for.",
            expected=f"at most {_LARGEST_TABLE} estimates with errors.",
            remedy="state fewer times in `at`; the result's `curve` has every step.",
        )
    return times


def _estimates(steps: Steps, times: np.ndarray, integrated: bool) -> np.ndarray:
    by_cause = np.column_stack([estimates_at(steps, t, integrated=integrated) for t in times])
    if integrated:
        return np.vstack([by_cause, times - by_cause.sum(axis=0)])
    return np.vstack([by_cause, [event_free_at(steps, t) for t in times]])


def _covariance(
    steps: list[Steps], n_causes: int, times: np.ndarray, integrated: bool
) -> np.ndarray:
    """(states, times, groups, groups); some times of all causes in memory at once."""
    n_groups = len(steps)
    covariance = np.zeros((n_causes + 1, len(times), n_groups, n_groups))
    n_values = steps[0].rows.n_clusters * n_groups * max(n_causes, 1)
    n_at_once = max(1, _LARGEST_INFLUENCE // max(n_values, 1))
    for begin in range(0, len(times), n_at_once):
        part = slice(begin, begin + n_at_once)
        influences = np.stack(
            [influences_at(own, times[part], integrated=integrated) for own in steps], axis=2
        )
        for c in range(n_causes):
            covariance[c, part] = _products(influences[c], steps[0].rows.ways)
        # What all causes take together, the event-free lose.
        covariance[n_causes, part] = _products(influences.sum(axis=0), steps[0].rows.ways)
    return covariance


def _products(influence: np.ndarray, ways: tuple[np.ndarray, ...]) -> np.ndarray:
    """(times, groups, groups) sums of products over clusters, of (clusters, groups, times)."""
    return sum(
        sign * np.einsum("igt,iht->tgh", part, part) for sign, part in signed_sums(influence, ways)
    )


def _n_at_risk(steps: Steps, times: np.ndarray) -> np.ndarray:
    rows = steps.rows
    return np.array(
        [
            _n_clusters(
                rows, ((rows.entry < t) & (t <= rows.exit)) | ((t == 0) & (rows.entry == 0))
            )
            for t in times
        ]
    )


def _n_events(steps: Steps, times: np.ndarray, n_causes: int) -> np.ndarray:
    rows, cause = steps.rows, steps.cause
    of_state = [np.flatnonzero(cause == c) for c in range(n_causes)] + [np.flatnonzero(cause >= 0)]
    return np.array(
        [[_n_clusters(rows, chosen[rows.exit[chosen] <= t]) for t in times] for chosen in of_state]
    )


def _n_clusters(rows: RiskIntervals, chosen: np.ndarray) -> int:
    """Of the first way, if there are two."""
    seen = np.zeros(rows.n_clusters, dtype=bool)
    seen[rows.cluster[chosen]] = True
    if not rows.ways:
        return int(seen.sum())
    of_first = np.zeros(rows.n_clusters, dtype=bool)
    of_first[rows.ways[0][seen]] = True
    return int(of_first.sum())


def _curve(steps: list[Steps], groups: tuple[str, ...], causes: tuple[str, ...]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "group": group,
                "cause": state,
                "time": part.times,
                "n_at_risk": part.n_at_risk,
                "estimate": estimate,
            }
        )
        for part, group in zip(steps, groups, strict=True)
        for state, estimate in zip(
            (*causes, EVENT_FREE),
            (*np.cumsum(part.increments, axis=1), part.event_free_after),
            strict=True,
        )
    ]
    return pd.concat(parts, ignore_index=True)


def _error_type(cluster: str | Sequence[str] | None, weights: str | None) -> str:
    known = "" if weights is None else "; weights taken as known"
    return f"influence function{cluster_words(cluster)}, no small-sample correction{known}"
