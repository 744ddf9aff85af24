"""Share without the event, by time: the product-limit estimator, its errors and its median."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.intervals import with_stated_interval
from mentor_outcomes.estimates.inference.risk_intervals import SAME_DAY, flags, require_columns
from mentor_outcomes.estimates.inference.tied_times import as_recorded
from mentor_outcomes.estimates.survival.incidence import cumulative_incidence
from mentor_outcomes.estimates.survival.incidence_result import EVENT_FREE

Interval = Literal["plain", "log-log"]
_EVENT = "event"
_COLUMNS = ["group", "time", "quantity", "estimate", "std_error", "n_at_risk", "n_events"]
_EXACTLY_HALF = 1e-9  # products of fractions that should be 1/2 miss it by rounding alone


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurves:
    """Shares without the event, by group.

    estimates   one row per group and stated time: group, time, quantity, estimate, std_error,
                n_at_risk (clusters at risk just before; at 0 those who start), n_events (clusters
                with the event so far)
    steps       one row per group and distinct event time: group, time, estimate, std_error
                (missing for influence errors where times were stated, or where nobody is left)
    error_type  how errors were made
    """

    estimates: pd.DataFrame
    steps: pd.DataFrame
    error_type: str

    def tidy(self, confidence: float = 0.95, *, interval: Interval = "plain") -> pd.DataFrame:
        """One row per group and time, with an interval of the kind asked for.

        As of `IncidenceResult.tidy`: log-log bounds are missing where the share is 0 or 1, errors
        where nobody has had the event yet, or nobody is left.
        """
        frame = with_stated_interval(self.estimates, confidence, interval)
        return frame.assign(error_type=self.error_type)

    def medians(self, confidence: float = 0.95, *, interval: Interval = "plain") -> pd.DataFrame:
        """One row per group: the time by which half have had the event, with its interval.

        The interval holds the times at which the curve's own interval includes 1/2 (Brookmeyer &
        Crowley, 1982); no error of its own. Where the curve stays at 1/2 for a while, its middle.
        Missing: fewer than half had the event in the time observed; a bound, if the interval's
        does not reach 1/2, or if influence errors are not known at every step (leave `at` out).
        """
        steps = with_stated_interval(self.steps, confidence, interval)
        found = []
        for group in self.estimates["group"].unique():
            own = steps[steps["group"] == group]
            found.append(
                {"group": group, "quantity": "median_time"}
                | {
                    name: _time_of_half(own["time"].to_numpy(), own[name].to_numpy())
                    for name in ("estimate", "ci_low", "ci_high")
                }
            )
        return pd.DataFrame(found).assign(error_type=self.error_type)


def kaplan_meier(
    records: pd.DataFrame,
    *,
    entry: str | None,
    exit: str,
    event: str,
    by: str | None = None,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
    at: float | Iterable[float] | None = None,
    errors: Literal["influence", "greenwood"] = "influence",
    same_day: float = SAME_DAY,
) -> SurvivalCurves:
    """Share of each group without the event, by time (Kaplan & Meier, 1958).

    Exact under ties and delayed entry. Assumes that being censored or entering late tells nothing
    about the hazard, given the weights; other ways of leaving that rule the event out are not
    censoring (`cumulative_incidence`).

    Parameters
    ----------
    records : one row per interval; a unit may have several (split where its weight changes)
    entry, exit : columns; a row is at risk on (entry, exit]. No entry: from 0
    event : column, true (or 1) if the event ends the row
    by, weights, cluster, at, same_day : as in `cumulative_incidence`
    errors : "influence": infinitesimal jackknife, summed by cluster. "greenwood": Greenwood's
        (1926) formula, of independent rows of weight 1; the same without delayed entry

    Raises
    ------
    EstimationError : as `cumulative_incidence`; no event and no times stated; Greenwood's errors
        of weighted or clustered rows, or of people whose time is cut into several rows (clusters)

    The same as R's `survfit(Surv(entry, exit, event) ~ by, weights=, cluster=)`; checked in
    tests/reference/test_incidence_as_in_r.py, by hand in tests/spec/test_kaplan_meier.py.
    """
    require_columns(records, [event])
    _check_errors(errors, weights, cluster)
    is_event = flags(records, event)
    # A name that is none of the columns the caller may have named.
    name = f"cause of {event}"
    result = cumulative_incidence(
        records.assign(**{name: pd.Categorical(np.where(is_event, _EVENT, ""))}),
        entry=entry,
        exit=exit,
        cause=name,
        by=by,
        weights=weights,
        cluster=cluster,
        at=at,
        same_day=same_day,
    )
    tidy, curve = result.tidy(), result.curve
    estimates = tidy[tidy["state"] == EVENT_FREE]
    steps = curve[curve["cause"] == EVENT_FREE]
    if errors == "greenwood":
        steps = steps.assign(std_error=_greenwood(steps))
        estimates = estimates.assign(std_error=_greenwood_at(steps, estimates))
    else:
        known = estimates[["group", "time", "std_error"]].assign(std_error=np.nan)
        steps = steps.merge(known if at is not None else estimates[known.columns], how="left")
    return SurvivalCurves(
        estimates=estimates[_COLUMNS].assign(quantity="survival").reset_index(drop=True),
        steps=steps[["group", "time", "estimate", "std_error"]].reset_index(drop=True),
        error_type=result.error_type if errors == "influence" else "Greenwood",
    )


def _check_errors(errors: str, weights: str | None, cluster: str | Sequence[str] | None) -> None:
    if errors not in ("influence", "greenwood"):
        raise EstimationError(
            f"errors of the kind {errors} were asked for.",
            expected="influence or greenwood.",
            remedy="leave `errors` out.",
        )
    if errors == "greenwood" and (weights or cluster):
        raise EstimationError(
            "Greenwood's errors were asked for of weighted or clustered rows.",
            expected="independent rows, each of which counts once.",
            remedy='use errors="influence".',
        )


def _greenwood(steps: pd.DataFrame) -> pd.Series:
    """Errors after each step; missing where nobody is left."""
    before = steps.groupby("group")["estimate"].shift(fill_value=1.0)
    staying = (steps["estimate"] / before).where(steps["estimate"] > 0)
    growth = (1.0 - staying) / (steps["n_at_risk"] * staying)
    return steps["estimate"] * np.sqrt(growth.groupby(steps["group"]).cumsum())


def _greenwood_at(steps: pd.DataFrame, estimates: pd.DataFrame) -> np.ndarray:
    """Errors at the estimates' times: those of the last step before; missing before the first."""
    errors = []
    for group, rows in estimates.groupby("group", sort=False):
        own = steps[steps["group"] == group]
        by_place = np.concatenate([[np.nan], own["std_error"]])
        times = rows["time"].to_numpy()
        if len(own):
            times = as_recorded(times, own["time"].to_numpy())
        errors.append(by_place[np.searchsorted(own["time"], times, side="right")])
        errors[-1][times <= 0] = 0.0
    return np.where(estimates["estimate"].isna(), np.nan, np.concatenate(errors))


def _time_of_half(times: np.ndarray, shares: np.ndarray) -> float:
    """First time at which the falling share is at most 1/2; the middle of a stretch at 1/2."""
    reached = times[shares <= 0.5 + _EXACTLY_HALF]
    passed = times[shares < 0.5 - _EXACTLY_HALF]
    if len(reached) == 0:
        return np.nan
    # A curve that ends at 1/2 stays there as long as anybody is followed: its start is told.
    return float(reached[0] + (passed[0] if len(passed) else reached[0])) / 2
