"""Fine and Gray's regression: how covariates shift the cumulative incidence of one cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.risk_intervals import (
    SAME_DAY,
    RiskIntervals,
    cluster_codes,
    numbers,
    refuse_text,
    require_columns,
    risk_intervals,
)
from mentor_outcomes.estimates.inference.two_way import cluster_words
from mentor_outcomes.estimates.survival._subdistribution import (
    Moments,
    SubdistributionTimes,
    censoring_influences,
    score_residuals,
    subdistribution_times,
)
from mentor_outcomes.estimates.survival._subdistribution_maximum import centre_and_scale, maximise
from mentor_outcomes.estimates.survival._uncensored import (
    AFTER_EVENTS,
    WITH_EVENTS,
    CensoringGroup,
    censoring_group,
)
from mentor_outcomes.estimates.survival.cox_errors import (
    cluster_columns,
    clusters_of,
    refuse_no_variance,
    sandwich,
)
from mentor_outcomes.estimates.survival.incidence import CENSORED, refuse_unclear_causes


@dataclass(frozen=True, slots=True, eq=False)
class FineGrayResult:
    """Log subdistribution hazard ratios of a Fine-Gray regression.

    of             the cause
    covariates     names, in order of the coefficients
    coefficients   shape (p,), log ratio per unit of the covariate
    covariance     shape (p, p), as `error_type` says
    loglik_null    log partial likelihood with all coefficients zero
    loglik         ... at the maximum
    n_people       rows; n_events of them end in the cause, n_competing in another,
                   n_censored in none
    n_clusters     values of the cluster column (the smaller, of two); rows, if there is none
    """

    of: str
    covariates: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    loglik_null: float
    loglik: float
    n_people: int
    n_events: int
    n_competing: int
    n_censored: int
    n_clusters: int
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per covariate: log ratio, error, interval, p-value of no effect."""
        frame = pd.DataFrame(
            {
                "term": list(self.covariates),
                "quantity": "log_subdistribution_hazard_ratio",
                "estimate": self.coefficients,
                "std_error": np.sqrt(np.diag(self.covariance)),
            }
        )
        return with_interval(frame, confidence).assign(
            n_events=self.n_events, n_clusters=self.n_clusters, error_type=self.error_type
        )


def fine_gray(
    records: pd.DataFrame,
    *,
    exit: str,
    cause: str,
    of: str,
    covariates: Sequence[str],
    entry: str | None = None,
    by_censoring: str | None = None,
    cluster: str | Sequence[str] | None = None,
    tied_censoring: Literal["with_events", "after_events"] = AFTER_EVENTS,
    censoring: Literal["estimated", "known"] = "estimated",
    same_day: float = SAME_DAY,
) -> FineGrayResult:
    """Log subdistribution hazard ratios of one cause (Fine & Gray, 1999), censoring-weighted.

    A ratio above 1 means a higher cumulative incidence of the cause, by whichever way: a covariate
    that only keeps people from leaving raises the incidence of promotion. It is not an effect on
    the rate among those still at risk; for that see `cox_regression` of the cause. Assumes that
    these ratios are constant over time, and that being censored tells nothing about the events,
    nor depends on the covariates other than by `by_censoring`. Ties as Breslow.

    Parameters
    ----------
    records : one row per person, followed from time 0 on, with covariates that stay constant
    exit : column, end of follow-up
    cause : column of text, what ended it; empty, "censored" or missing: nothing did
    of : the cause whose incidence is modelled; all others compete with it
    covariates : columns of numbers or flags
    entry : column, 0 throughout. With entry later than 0, or weights, this model's errors have no
        source to check against: refused
    by_censoring : column; the probability of being uncensored is estimated within each value. Who
        had a competing event counts up to the last day on which anybody of their value is followed
    cluster : column or two; influences are summed by cluster, with no small-sample correction.
        None: each row is its own
    tied_censoring : whether who has an event at a time was at risk of being censored at it.
        "after_events": no, one is censored after the events of that time, as Aalen-Johansen and
        `survival::finegray` have it; "with_events": yes, as `cmprsk::crr` has it, which is biased
        where times are few (tests/recovery/test_fine_gray_recovery.py). The same if no one is
        censored at the time of an event
    censoring : "estimated": errors know that the weights were estimated, as `crr`'s do; "known":
        robust errors that do not, as `coxph(..., cluster=)`'s on rows of `finegray`
    same_day : an event at time 0 counts as that much later, in units of time

    Raises
    ------
    EstimationError : missing or negative times, delayed entry, no event of the cause, a covariate
        that does not vary or repeats others, or a likelihood that rises without end (separation)

    The same as R's `cmprsk::crr` ("with_events") and as `coxph` on `survival::finegray`
    ("after_events", "known"), checked in tests/reference/test_fine_gray_as_in_r.py; with
    `by_censoring` crr 2.2-11 has other errors, since its term for the estimated weights misses
    the events of other censoring groups. By hand in tests/spec/test_fine_gray.py.
    """
    refuse_text(covariates)
    require_columns(records, [cause, *covariates])
    _check_choices(covariates, tied_censoring, censoring)
    is_event, is_competing = _kinds(records[cause], of)
    rows = risk_intervals(
        records,
        entry=entry,
        exit=exit,
        is_event=is_event | is_competing,
        weights=None,
        cluster=None,
        same_day=same_day,
    )
    _refuse_delayed_entry(rows, entry)
    groups, times = _risk_sets(records, rows, is_event, is_competing, by_censoring, tied_censoring)
    design = np.column_stack([numbers(records, name) for name in covariates])
    columns = cluster_columns(cluster)
    require_columns(records, columns)
    clusters = clusters_of(records, columns, robust=True)
    null, best, scale, scores = _fit(
        design, times, groups, tuple(covariates), is_known=censoring == "known"
    )
    covariance = _covariance(scores, best.information, clusters, covariates, columns)
    return FineGrayResult(
        of=of,
        covariates=tuple(covariates),
        coefficients=best.coefficients / scale,
        covariance=covariance / np.outer(scale, scale),
        loglik_null=null.loglik,
        loglik=best.loglik,
        n_people=len(records),
        n_events=int(is_event.sum()),
        n_competing=int(is_competing.sum()),
        n_censored=int((~is_event & ~is_competing).sum()),
        n_clusters=min(int(codes.max()) + 1 for codes in clusters),
        error_type=_error_type(cluster, censoring),
    )


def _check_choices(covariates: Sequence[str], tied_censoring: str, censoring: str) -> None:
    if not covariates or len(set(covariates)) < len(covariates):
        raise EstimationError(
            f"the covariates are {', '.join(covariates) or 'none'}.",
            expected="at least one column, each named once.",
            remedy="name the covariates of the model.",
        )
    choices = {
        "tied_censoring": (tied_censoring, (WITH_EVENTS, AFTER_EVENTS)),
        "censoring": (censoring, ("estimated", "known")),
    }
    for name, (chosen, known) in choices.items():
        if chosen not in known:
            raise EstimationError(
                f"{name} is {chosen}.", expected=f"{' or '.join(known)}.", remedy="choose one."
            )


def _kinds(column: pd.Series, of: str) -> tuple[np.ndarray, np.ndarray]:
    """Who has an event of the cause, and who a competing one."""
    codes, found = pd.factorize(column)
    refuse_unclear_causes(column, found)
    causes = sorted(set(found) - set(CENSORED))
    if of not in causes:
        raise EstimationError(
            f"none of {len(column)} people has the event {of}; causes found: "
            f"{', '.join(causes) or 'none, all are censored'}.",
            expected="at least one event of the cause.",
            remedy="check the name of the cause and the follow-up.",
        )
    name = np.append(found.to_numpy(dtype=object), "")[codes]
    return name == of, ~np.isin(name.astype(str), (of, *CENSORED))


def _refuse_delayed_entry(rows: RiskIntervals, entry: str | None) -> None:
    n_late = int((rows.entry != 0).sum())
    if n_late:
        raise EstimationError(
            f"{n_late} of {len(rows.entry)} people have an entry ({entry}) other than 0.",
            expected="everybody followed from time 0: who had a competing event before entry is "
            "not in the records, but would belong to the risk sets.",
            remedy="measure time from entry, or use cumulative_incidence or cox_regression, which "
            "allow delayed entry.",
        )


def _risk_sets(
    records: pd.DataFrame,
    rows: RiskIntervals,
    is_event: np.ndarray,
    is_competing: np.ndarray,
    by_censoring: str | None,
    tied_censoring: str,
) -> tuple[list[CensoringGroup], SubdistributionTimes]:
    """The censoring groups with their probabilities, and who is in which risk set."""
    if by_censoring is None:
        group, n_groups = np.zeros(len(records), dtype="int64"), 1
    else:
        require_columns(records, [by_censoring])
        group, n_groups = cluster_codes(records, by_censoring)
    is_censored = ~(is_event | is_competing)
    groups = [
        censoring_group(rows.exit[group == g], is_censored[group == g], tied_censoring)
        for g in range(n_groups)
    ]
    return groups, subdistribution_times(rows.exit, is_event, is_competing, group, groups)


def _fit(
    design: np.ndarray,
    times: SubdistributionTimes,
    groups: list[CensoringGroup],
    names: tuple[str, ...],
    *,
    is_known: bool,
) -> tuple[Moments, Moments, np.ndarray, np.ndarray]:
    """Moments at zero and at the maximum of standardised covariates, their scales, and each
    person's part of the score."""
    is_ever_at_risk = times.last > 0
    is_ever_at_risk[times.competing] = True
    centre, scale = centre_and_scale(design[is_ever_at_risk], names)
    scaled = (design - centre) / scale
    null, best = maximise(scaled, times, names)
    scores = score_residuals(best, scaled, times)
    if not is_known:
        scores += censoring_influences(best, scaled, times, groups)
    return null, best, scale, scores


def _covariance(
    scores: np.ndarray,
    information: np.ndarray,
    clusters: tuple[np.ndarray, ...],
    names: Sequence[str],
    columns: tuple[str, ...],
) -> np.ndarray:
    model = np.linalg.inv(information)
    covariance = sandwich(scores.T, model, clusters)
    refuse_no_variance(covariance, model, names, columns)
    return covariance


def _error_type(cluster: str | Sequence[str] | None, censoring: str) -> str:
    weights = "estimated" if censoring == "estimated" else "taken as known"
    return (
        f"sandwich of score residuals, censoring weights {weights}{cluster_words(cluster)}, "
        "no small-sample correction"
    )
