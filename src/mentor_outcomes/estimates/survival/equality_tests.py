"""Tests that groups share one hazard (log-rank, Peto) or one cumulative incidence (Gray)."""

from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    SAME_DAY,
    RiskIntervals,
    cluster_codes,
    flags,
    require_columns,
    risk_intervals,
)
from mentor_outcomes.estimates.survival._gray import gray_score
from mentor_outcomes.estimates.survival.equality_result import EqualityTest, equality_test
from mentor_outcomes.estimates.survival.incidence import cause_codes, group_codes


def log_rank(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    event: str,
    by: str,
    strata: str | None = None,
    weight: Literal["log-rank", "peto"] = "log-rank",
    same_day: float = SAME_DAY,
) -> EqualityTest:
    """Test that the groups have the same hazard of the event at every time.

    Observed less expected events, with the hypergeometric variance of ties (Mantel, 1966; Peto &
    Peto, 1972). Assumes independent rows, or rows of a person that follow one another, and that
    being censored or entering late tells nothing about the hazard. No weights and no clusters:
    for matched sets, where people recur, use `cox_regression` with clustered errors.

    Parameters
    ----------
    records : one row per interval
    entry, exit : columns; a row is at risk on (entry, exit]. No entry: from 0
    event : column, true (or 1) if the event ends the row
    by : column of groups
    strata : column; people are compared within its values only
    weight : "log-rank": each event time counts alike. "peto": by the share still without the event
        just before (Peto & Peto's form of Gehan-Wilcoxon; Harrington & Fleming, 1982, rho = 1),
        which looks at early differences
    same_day : an event on the day of entry counts as that much later, in units of time

    Raises
    ------
    EstimationError : fewer than two groups, no event, or groups never at risk at the same event

    The same as R's `survdiff(..., rho = 0 or 1)`, and with delayed entry, which that refuses, as
    the score test of `coxph(ties = "exact")`: checked in tests/reference/test_equality_as_in_r.py,
    by hand in tests/spec/test_equality_tests.py. A group never at risk at an event has no part in
    the degrees of freedom.
    """
    require_columns(records, [event, by, strata])
    is_event = flags(records, event)
    rows = risk_intervals(
        records,
        entry=entry,
        exit=exit,
        is_event=is_event,
        weights=None,
        cluster=None,
        same_day=same_day,
    )
    if weight not in ("log-rank", "peto"):
        raise EstimationError(
            f"the test's weight is {weight}.",
            expected="log-rank or peto.",
            remedy="use log-rank unless early differences matter most.",
        )
    group, groups = _two_or_more_groups(records, by, int(is_event.sum()))
    stratum, _ = _strata(records, strata)
    at_risk, events, stratum_of = _risk_sets(rows, is_event, group, len(groups), stratum)
    by_time = np.ones(events.shape[1])
    if weight == "peto":
        by_time = _share_before(at_risk.sum(axis=0), events.sum(axis=0), stratum_of)
    expected, covariance = _hypergeometric(at_risk, events.sum(axis=0), by_time)
    stratified = "" if strata is None else f", stratified by {strata}"
    return equality_test(
        f"{weight}{stratified}",
        groups,
        np.bincount(group, minlength=len(groups)),
        events @ by_time,
        expected,
        covariance,
        _compared(at_risk, events.sum(axis=0)),
        "hypergeometric, of independent rows",
    )


def gray_test(
    records: pd.DataFrame,
    *,
    exit: str,
    cause: str,
    of: str,
    by: str,
    strata: str | None = None,
    same_day: float = SAME_DAY,
) -> EqualityTest:
    """Test that the groups have the same cumulative incidence of one cause.

    Gray's K-sample test (1988, Ann. Stat. 16:1141), rho = 0: it compares the hazards of the
    subdistribution. Assumes one row per person, all at risk from 0, independent of each other,
    and censoring that tells nothing about the hazards. Delayed entry, weights and clusters are not
    supported: use `cumulative_incidence(...).difference(...)` at stated times (`fine_gray` takes
    clusters).

    Parameters
    ----------
    records : one row per person
    exit : column; time from 0 to the end of follow-up
    cause : column of text; empty, "censored" or missing: the row ends in no event
    of : the cause whose incidence is compared
    by : column of groups
    strata : column; people are compared within its values only
    same_day : an event at 0 counts as that much later, in units of time

    Raises
    ------
    EstimationError : fewer than two groups, no event of the cause, groups never at risk at the
        same event, ties of so many of so few people that a variance is not positive, or a pooled
        incidence of 1 or more while several groups are still at risk

    Of little use where groups hardly overlap in time: the variance is made as if all were alike,
    and grows without bound the less they are, so that the plainest difference may go unseen (as in
    R). Compare their incidences at stated times then.

    The same as R's `cmprsk::cuminc(...)$Tests`; checked in
    tests/reference/test_equality_as_in_r.py, by hand in tests/spec/test_equality_tests.py.
    """
    require_columns(records, [cause, by, strata])
    code, causes = cause_codes(records[cause])
    if of not in causes:
        raise EstimationError(
            f"no row ends in the cause {of}.",
            expected=f"one of {', '.join(causes) or 'some causes, but no row ends in any'}.",
            remedy="correct the cause's name, or wait for events.",
        )
    rows = risk_intervals(
        records,
        entry=None,
        exit=exit,
        is_event=code >= 0,
        weights=None,
        cluster=None,
        same_day=same_day,
    )
    is_of = code == causes.index(of)
    group, groups = _two_or_more_groups(records, by, int(is_of.sum()))
    stratum, n_strata = _strata(records, strata)
    score, covariance = np.zeros(len(groups)), np.zeros((len(groups), len(groups)))
    compared = np.zeros(len(groups), dtype=bool)
    for place in range(n_strata):
        chosen = stratum == place
        own, own_covariance, own_compared = gray_score(
            rows.exit[chosen], is_of[chosen], code[chosen] >= 0, group[chosen], len(groups)
        )
        score += own
        covariance += own_covariance
        compared |= own_compared
    observed = np.bincount(group[is_of], minlength=len(groups)).astype("float64")
    stratified = "" if strata is None else f", stratified by {strata}"
    return equality_test(
        f"Gray, of {of}{stratified}",
        groups,
        np.bincount(group, minlength=len(groups)),
        observed,
        observed - score,
        covariance,
        compared,
        "Gray's, of independent rows",
    )


def _two_or_more_groups(records: pd.DataFrame, by: str, n_events: int):
    group, groups = group_codes(records, by)
    if len(groups) < 2 or n_events == 0:
        raise EstimationError(
            f"there are {n_events} events among {len(groups)} groups of {by}.",
            expected="at least one event and two groups.",
            remedy="nothing can be compared with these records; look at their selection.",
        )
    return group, groups


def _strata(records: pd.DataFrame, strata: str | None) -> tuple[np.ndarray, int]:
    return (
        (np.zeros(len(records), dtype=int), 1) if strata is None else cluster_codes(records, strata)
    )


def _risk_sets(
    rows: RiskIntervals, is_event: np.ndarray, group: np.ndarray, n_groups: int, stratum: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(groups, cells) rows at risk and events at each event time of a stratum, and its stratum."""
    times = np.unique(rows.exit[is_event])
    offset = stratum.astype("int64") * len(times)
    moment = offset + np.searchsorted(times, rows.exit, side="right") - 1
    cells = np.unique(moment[is_event])
    # A row is at risk in the cells of its stratum after its entry and up to its exit.
    first = np.searchsorted(cells, offset + np.searchsorted(times, rows.entry, side="right"))
    last = np.searchsorted(cells, moment, side="right")
    at_risk, events = np.zeros((2, n_groups, len(cells)))
    for g in range(n_groups):
        own = group == g
        n_cells = len(cells) + 1
        change = np.bincount(first[own], minlength=n_cells)
        change = change - np.bincount(last[own], minlength=n_cells)
        at_risk[g] = np.cumsum(change)[:-1]
        events[g] = np.bincount(last[own & is_event] - 1, minlength=len(cells))
    return at_risk, events, cells // len(times)


def _share_before(at_risk: np.ndarray, events: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Kaplan-Meier of all groups of a stratum together, just before each of its event times."""
    share = pd.Series(1.0 - events / at_risk).groupby(stratum).cumprod()
    before = share.groupby(stratum).shift(fill_value=1.0).to_numpy()
    n_worthless = int((before == 0).sum())
    if n_worthless:
        raise EstimationError(
            f"everybody at risk has had an event before {n_worthless} event times at which others "
            "have entered.",
            expected="somebody at risk throughout, from the first entry on.",
            remedy='use weight="log-rank", or start the clock later.',
        )
    return before


def _hypergeometric(
    at_risk: np.ndarray, events: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Expected events by group, and the covariance of the observed."""
    n = at_risk.sum(axis=0)
    shares = at_risk / n
    expected = shares @ (weight * events)
    factor = weight**2 * events * (n - events) / np.maximum(n - 1.0, 1.0)
    return expected, np.diag(shares @ factor) - (shares * factor) @ shares.T


def _compared(at_risk: np.ndarray, events: np.ndarray) -> np.ndarray:
    """(groups,) whether the group is at risk with another at an event that somebody escapes."""
    present = at_risk > 0
    tells = (present.sum(axis=0) > 1) & (events < at_risk.sum(axis=0))
    return (present & tells).any(axis=1)
