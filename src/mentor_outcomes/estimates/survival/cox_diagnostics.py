"""What a fitted Cox regression says beyond its coefficients: hazards, residuals, proportionality.

Each function takes the result of `cox_regression`, which carries the rows it was fitted on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.survival._partial_likelihood import (
    information_over_time,
    score_residuals,
)
from mentor_outcomes.estimates.survival.cox_errors import refuse_few_clusters, sandwich
from mentor_outcomes.estimates.survival.cox_result import CoxResult, FittedRows

GLOBAL = "all covariates"
TRANSFORMS = ("km", "events", "rank", "identity", "log")


@dataclass(frozen=True, slots=True, eq=False)
class Proportionality:
    """Score tests that log hazard ratios do not change with time.

    terms        the covariates, then "all covariates"
    chi_square   shape (p + 1,), with `df` degrees of freedom
    transform    of time, in which a log hazard ratio would change linearly
    error_type   how the score's variance was found
    """

    terms: tuple[str, ...]
    chi_square: np.ndarray
    df: np.ndarray
    p_value: np.ndarray
    transform: str
    error_type: str

    def tidy(self) -> pd.DataFrame:
        """One row per covariate and one for all of them: term, chi_square, df, p_value."""
        return pd.DataFrame(
            {
                "term": list(self.terms),
                "quantity": "chi_square",
                "chi_square": self.chi_square,
                "df": self.df,
                "p_value": self.p_value,
            }
        ).assign(transform=self.transform, error_type=self.error_type)


def baseline_hazard(fit: CoxResult, at: Mapping[str, float] | None = None) -> pd.DataFrame:
    """One row per stratum and event time: the cumulative hazard so far, for given covariates.

    Parameters
    ----------
    at : a value for every covariate; without it all are zero

    Returns
    -------
    stratum, time (of the records' unit), n_at_risk (rows), n_events, cumulative_hazard

    Breslow's (1974) estimator, or Efron's where the fit takes Efron's ties: the same as R's
    `survfit(fit, newdata)$cumhaz` and `basehaz`, at event times. Checked in tests/reference.
    Refused where `at` lies so far from the records that the hazard is beyond a computer's numbers.
    """
    values = _values_at(fit, at)
    rows, times = fit.rows, fit.rows.at_risk.times
    n = len(times.time) + 1
    entered = np.cumsum(np.bincount(times.first, minlength=n))
    gone = np.cumsum(np.bincount(times.last, minlength=n))
    shift = float(fit.coefficients @ (values - rows.centre))
    frame = pd.DataFrame(
        {
            "stratum": pd.Series(list(rows.strata)).iloc[times.stratum].to_numpy(),
            "time": times.time,
            "n_at_risk": (entered - gone)[:-1],
            "n_events": np.bincount(times.cell, minlength=n - 1),
            "cumulative_hazard": rows.moments.steps.hazard,
        }
    )
    steps = frame.groupby("stratum", sort=False)["cumulative_hazard"]
    with np.errstate(over="ignore", under="ignore"):
        frame["cumulative_hazard"] = steps.cumsum() * np.exp(shift)
    if not frame["cumulative_hazard"].between(0, np.inf, inclusive="neither").all():
        raise EstimationError(
            f"the hazard at these values of {', '.join(fit.covariates)} is too large or too small "
            "for a computer's numbers.",
            expected="values like those in the records.",
            remedy="give `at`: without it, the hazard is asked for where all covariates are zero.",
        )
    return frame.sort_values(["stratum", "time"], ignore_index=True)


def martingale_residuals(fit: CoxResult) -> np.ndarray:
    """One number per row of the records: events less those expected, unweighted.

    The same as R's `residuals(fit, "martingale")`; weighted, they sum to zero (Therneau, Grambsch
    & Fleming 1990, Biometrika 77:147). Sum them by person to read them where people are cut into
    several rows.
    """
    found = fit.rows.is_event.astype("float64")
    found[fit.rows.at_risk.times.row] -= fit.rows.moments.expected
    return found


def score_residual_table(fit: CoxResult) -> pd.DataFrame:
    """One row per row of the records, one column per covariate: the row's part of the score.

    Unweighted; weighted, they sum to zero. The same as R's `residuals(fit, "score")` (Therneau,
    Grambsch & Fleming, 1990). Their sandwich is the clustered covariance.
    """
    rows = fit.rows
    columns = {}
    found = score_residuals(rows.moments, rows.at_risk)
    for name, scale, residual in zip(fit.covariates, rows.scale, found, strict=True):
        columns[name] = np.zeros(fit.n_rows)
        columns[name][rows.at_risk.times.row] = residual * scale
    return pd.DataFrame(columns)


def schoenfeld_residuals(fit: CoxResult) -> pd.DataFrame:
    """One row per event, by stratum and time: row, stratum, time, and covariate less its mean.

    The mean is over those at risk, weighted by their hazards, and with Efron's ties averaged over
    the tied events (Schoenfeld 1982, Biometrika 69:239); `row` is the position in the records.
    The same as R's `residuals(fit, "schoenfeld")`.
    """
    rows, times = fit.rows, fit.rows.at_risk.times
    away = rows.at_risk.event_columns - rows.moments.steps.mean_at_event[:, times.cell]
    frame = pd.DataFrame(
        {
            "row": times.row[times.event],
            "stratum": pd.Series(list(rows.strata)).iloc[times.stratum[times.cell]].to_numpy(),
            "time": times.time[times.cell],
        }
        | dict(zip(fit.covariates, away * rows.scale[:, None], strict=True))
    )
    return frame.sort_values(["stratum", "time", "row"], ignore_index=True)


def proportionality(
    fit: CoxResult,
    transform: Literal["km", "events", "rank", "identity", "log"] = "km",
    *,
    clustered: bool = False,
) -> Proportionality:
    """Whether hazard ratios change with time: a test by covariate and one for all.

    The score test of adding covariate x g(time) to the model (Grambsch & Therneau 1994, Biometrika
    81:515, in its exact form). The same as `cox.zph` of R's survival 3.x, which takes the model's
    variance whatever the fit's errors are. g(time) is, by `transform`,

    km        one less the Kaplan-Meier curve of all rows: where entry is delayed and few are at
              risk early, it may fall at once and leave later times alike; take events then
    events    the rank of the time among the times of the events
    rank      the rank of the time among all rows' exits; it changes if rows are cut in time
    identity  the time itself; log its logarithm

    `clustered` takes the variance of the score from its residuals summed by the fit's clusters
    (as Lin & Wei 1989): for rows that repeat people or carry weights, where the model's variance
    finds change too often. Needs a fit with errors by cluster, and at least 20 clusters at risk,
    three to a covariate: the variance is not centred, so chi-square is at most their number, and
    with few of them the test could not find anything.

    Checked against R in tests/reference, and by hand in tests/spec/test_cox_diagnostics.py.
    """
    time = _transformed(fit.rows, transform)
    time = time - time[fit.rows.at_risk.times.cell].mean()
    score, information = _score_and_information(fit.rows, time)
    kind = "model-based (information)"
    variance = None
    if clustered:
        variance, kind = _clustered_variance(fit, time, information), fit.error_type
    p, unit = len(fit.covariates), fit.rows.at_risk.weight.mean()
    chosen = [[j] for j in range(p)] + [list(range(p))]
    chi_square = np.array(
        [_chi_square(score, information, variance, part, unit) for part in chosen]
    )
    df = np.array([len(part) for part in chosen])
    return Proportionality(
        terms=(*fit.covariates, GLOBAL),
        chi_square=chi_square,
        df=df,
        p_value=stats.chi2.sf(chi_square, df),
        transform=transform,
        error_type=kind,
    )


def _score_and_information(rows: FittedRows, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of covariates x time, (p,), and of covariates and covariates x time together, (2p, 2p)."""
    at_risk, times = rows.at_risk, rows.at_risk.times
    away = at_risk.event_columns - rows.moments.steps.mean_at_event[:, times.cell]
    score = away @ (at_risk.weight[times.event] * time[times.cell])
    cross = information_over_time(rows.moments, at_risk, time)
    own = information_over_time(rows.moments, at_risk, time**2)
    return score, np.block([[rows.moments.information, cross], [cross, own]])


def _chi_square(
    score: np.ndarray,
    information: np.ndarray,
    variance: np.ndarray | None,
    part: list[int],
    unit: float,
) -> float:
    """The score of `part`, with its variance given the coefficients that were estimated.

    unit   mean weight: the model's variance grows with it, `variance` with its square
    """
    p = len(score)
    base, tested = np.arange(p), p + np.array(part)
    slope = np.linalg.solve(information[np.ix_(base, base)], information[np.ix_(base, tested)])
    least = 1e-10 * np.abs(np.diag(information)[tested]).max()
    if variance is None:
        middle = information[np.ix_(tested, tested)] - information[np.ix_(tested, base)] @ slope
    else:
        middle, least = variance[np.ix_(part, part)], least * unit
    if not np.linalg.eigvalsh(middle)[0] > least:
        raise EstimationError(
            "the events lie at too few different times, as transformed, to tell change.",
            expected="events at several times, with covariates that differ among those at risk.",
            remedy="with few at risk early take the transform events, or test fewer covariates.",
        )
    return float(score[part] @ np.linalg.solve(middle, score[part]))


def _clustered_variance(fit: CoxResult, time: np.ndarray, information: np.ndarray) -> np.ndarray:
    """Of the score of covariates x time, the estimation of the coefficients allowed for."""
    rows, p = fit.rows, len(fit.covariates)
    if not rows.cluster:
        raise EstimationError(
            "the fit has model-based errors, and no clusters.",
            expected="a fit with `cluster` or `robust`.",
            remedy="fit again with cluster, or leave out `clustered`.",
        )
    at_risk = rows.at_risk
    slope = np.linalg.solve(information[:p, :p], information[:p, p:])
    base = np.array(list(score_residuals(rows.moments, at_risk)))
    changing = score_residuals(rows.moments, at_risk, time)
    clear = (at_risk.weight * (own - slope[:, j] @ base) for j, own in enumerate(changing))
    clusters = tuple(codes[at_risk.times.row] for codes in rows.cluster)
    refuse_few_clusters(clusters, p)
    return sandwich(clear, np.eye(p), clusters)


def _transformed(rows: FittedRows, transform: str) -> np.ndarray:
    """g(time) at every cell."""
    time = rows.at_risk.times.time
    if transform == "identity":
        return time
    if transform == "log" and time.min() > 0:
        return np.log(time)
    if transform in ("rank", "events"):
        counted = rows.is_event if transform == "events" else slice(None)
        ends = np.sort(rows.records.exit[counted])
        below, upto = np.searchsorted(ends, time), np.searchsorted(ends, time, side="right")
        return (below + upto + 1) / 2
    if transform == "km":
        return _share_gone_before(rows, time)
    raise EstimationError(
        f"the transform of time is {transform}, and the first event is at {time.min():g}.",
        expected=f"one of {', '.join(TRANSFORMS)}; log for times above zero only.",
        remedy="take km.",
    )


def _share_gone_before(rows: FittedRows, time: np.ndarray) -> np.ndarray:
    """One less the Kaplan-Meier curve of all rows, unweighted, just before each time."""
    distinct, n_events = np.unique(rows.records.exit[rows.is_event], return_counts=True)
    entered = np.searchsorted(np.sort(rows.records.entry), distinct)
    gone = np.searchsorted(np.sort(rows.records.exit), distinct)
    left = np.cumprod(1 - n_events / (entered - gone))
    return 1 - np.concatenate([[1.0], left])[np.searchsorted(distinct, time)]


def _values_at(fit: CoxResult, at: Mapping[str, float] | None) -> np.ndarray:
    given = dict.fromkeys(fit.covariates, 0.0) if at is None else dict(at)
    if set(given) != set(fit.covariates):
        raise EstimationError(
            f"the hazard is asked for at values of {', '.join(map(str, given)) or 'nothing'}.",
            expected=f"a value for each of {', '.join(fit.covariates)}.",
            remedy="give every covariate of the model a value, and no other column.",
        )
    values = np.array([given[name] for name in fit.covariates], dtype="float64")
    if not np.isfinite(values).all():
        raise EstimationError(
            "the hazard is asked for at values that are missing or infinite.",
            expected="a finite value for every covariate.",
            remedy="give every covariate of the model a value.",
        )
    return values
