"""Matched difference-in-differences: how much more the mentored changed than their comparators."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.intervals import with_interval
from mentor_outcomes.estimates.mean_difference import ERROR_TYPE, mean_difference
from mentor_outcomes.estimates.risk_intervals import require_columns


@dataclass(frozen=True, slots=True)
class JointTest:
    """A Wald test that the estimates at some moments are all zero.

    Nothing tested (no moment had enough people): no moments and missing values.
    """

    moments: tuple[float, ...]
    statistic: float
    degrees_of_freedom: int
    p_value: float
    smallest_detectable: float


NOT_TESTED = JointTest((), np.nan, 0, np.nan, np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class MatchedDifference:
    """Difference of mean changes at each moment, in units of the outcome.

    points       one row per moment, ascending: moment, estimate, std_error, mean_mentored,
                 mean_comparison, n_mentored, n_comparison (distinct people); the estimate is
                 missing where an arm has fewer people than asked for
    influence    shape (n_people, n_moments)
    n_people     shape (n_moments,), distinct people behind each point
    n_without_reference   members of sets left out for want of a value before the start
    n_left_out            distinct people among them who have none before any start they are
                          compared at, so that nothing at all is known of their change
    """

    outcome: str
    points: pd.DataFrame
    influence: np.ndarray
    n_people: np.ndarray
    n_without_reference: int
    n_left_out: int
    error_type: str = ERROR_TYPE

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """The points with interval and two-sided p-value of no difference."""
        return with_interval(self.points, confidence).assign(error_type=self.error_type)

    def covariance(self, moments: Sequence[float]) -> np.ndarray:
        """Between the estimates at these moments, clustered by person."""
        columns = [self._column(moment) for moment in moments]
        correction = np.sqrt(self.n_people[columns] / np.maximum(self.n_people[columns] - 1, 1))
        influence = self.influence[:, columns] * correction
        return influence.T @ influence

    def joint_test(
        self, moments: Sequence[float], *, slopes: Sequence[float], doubt: float = 0.10
    ) -> JointTest:
        """Whether the estimates at these moments are all zero (Wald).

        slopes   what each of them would be under a trend of size 1; `smallest_detectable` is the
                 size of trend that a test at the level `doubt` finds four times in five
        """
        estimates = self.points.set_index("moment")["estimate"].reindex(moments).to_numpy()
        is_known = np.isfinite(estimates)
        moments = [m for m, known in zip(moments, is_known, strict=True) if known]
        if not moments:
            return NOT_TESTED
        inverse = np.linalg.pinv(covariance := self.covariance(moments), hermitian=True)
        rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
        if rank == 0:
            return NOT_TESTED
        known, trend = estimates[is_known], np.asarray(slopes, dtype="float64")[is_known]
        statistic = float(known @ inverse @ known)
        return JointTest(
            moments=tuple(moments),
            statistic=statistic,
            degrees_of_freedom=rank,
            p_value=float(stats.chi2.sf(statistic, rank)),
            smallest_detectable=float(
                np.sqrt(_noncentrality(rank, doubt) / (trend @ inverse @ trend))
            ),
        )

    def _column(self, moment: float) -> int:
        return int(np.flatnonzero(self.points["moment"].to_numpy() == moment)[0])


def matched_difference(
    sets: pd.DataFrame,
    panel: pd.DataFrame,
    *,
    outcome: str,
    periods_since_start: Sequence[int],
    reference: int = -1,
    follow_up: pd.DataFrame | None = None,
    minimum_people: int = 2,
) -> MatchedDifference:
    """Mean change of the mentored less that of their comparators, by periods since the start.

    The change runs from the period `reference` before the start (-1: the last whole one) to period
    k after it. Estimates the effect on the mentored (of those compared) if, without mentoring,
    both would have changed alike, and if the follow-up weights make up for those who left or were
    mentored later. Moments before the reference show whether they did move alike earlier.

    Parameters
    ----------
    sets        one row per set and person: set_id, person_id, start_period (whole number),
                is_mentored, weight (of a set's mentored member 1; of its comparators, sum 1)
    panel       one row per person and period: person_id, period and the outcome
    follow_up   one row per set, person and period from the start on, while followed: set_id,
                person_id, period, weight; members without a row are not used in that period.
                Without it every value counts, with weight 1
    minimum_people   distinct people needed in each arm

    From the start on, weights are set weight x follow-up weight, normalised within each arm.
    Before it, a set counts where its mentored member and some comparator have the value, and its
    comparators' weights are made to sum to that of the mentored again.
    Errors by influence functions, clustered by person: comparators recur across sets and may have
    a set of their own.
    Worked by hand in tests/spec/test_matched_difference.py; truth found in tests/recovery.
    """
    require_columns(sets, ["set_id", "person_id", "start_period", "is_mentored", "weight"])
    require_columns(panel, ["person_id", "period", outcome])
    moments = [k for k in sorted(set(periods_since_start)) if k != reference]
    if not moments:
        raise EstimationError(
            "no moment to compare the two arms at.",
            expected="one or more periods since the start, other than the reference.",
            remedy="name some in the call.",
        )
    changes, has_before = _changes(sets, panel, outcome, moments, reference)
    is_earlier = changes["moment"] < reference
    later = changes[~is_earlier]
    if follow_up is not None:
        later = _weighted_by(later, follow_up)
    return difference_of_changes(
        pd.concat([complete_sets(changes[is_earlier]), later], ignore_index=True),
        outcome=outcome,
        moments=moments,
        minimum_people=minimum_people,
        has_before=has_before,
    )


def difference_of_changes(
    changes: pd.DataFrame,
    *,
    outcome: str,
    moments: Sequence[float],
    minimum_people: int,
    has_before: pd.Series,
) -> MatchedDifference:
    """Weighted mean change of the mentored less that of the comparators, at each moment.

    changes      one row per member of a set and moment: person_id, is_mentored, moment, weight,
                 change
    has_before   per member of a set, indexed by the person: is there a value before the start?
    """
    people, names = pd.factorize(changes["person_id"])
    change, weight = changes["change"].to_numpy(), changes["weight"].to_numpy()
    is_mentored, moment = changes["is_mentored"].to_numpy(), changes["moment"].to_numpy()
    rows, influence, n_people = [], [], []
    for at in moments:
        here = moment == at
        contrast = mean_difference(
            change[here], is_mentored[here], weight[here], people[here], len(names)
        )
        is_enough = min(contrast.n_mentored, contrast.n_comparison) >= minimum_people
        rows.append(
            {
                "moment": at,
                "estimate": contrast.estimate if is_enough else np.nan,
                "std_error": contrast.std_error if is_enough else np.nan,
                "mean_mentored": contrast.mean_mentored if is_enough else np.nan,
                "mean_comparison": contrast.mean_comparison if is_enough else np.nan,
                "n_mentored": contrast.n_mentored,
                "n_comparison": contrast.n_comparison,
            }
        )
        influence.append(contrast.influence)
        n_people.append(contrast.n_people)
    return MatchedDifference(
        outcome=outcome,
        points=pd.DataFrame(rows),
        influence=np.column_stack(influence),
        n_people=np.array(n_people),
        n_without_reference=int((~has_before).sum()),
        n_left_out=int((~has_before.groupby(level=0).any()).sum()),
    )


def _changes(
    sets: pd.DataFrame, panel: pd.DataFrame, outcome: str, moments: Sequence[int], reference: int
) -> tuple[pd.DataFrame, pd.Series]:
    """One row per member and moment with a value then and at the reference; who has the latter."""
    values, first_period, rows = _wide(panel, outcome, sets["person_id"])
    start = sets["start_period"].to_numpy(dtype="int64")
    members = sets[["set_id", "person_id", "is_mentored", "weight"]].assign(start_period=start)

    def value_at(k: int) -> np.ndarray:
        column = start + k - first_period
        is_inside = (column >= 0) & (column < values.shape[1])
        return np.where(is_inside, values[rows, np.where(is_inside, column, 0)], np.nan)

    before = value_at(reference)
    parts = [members.assign(moment=k, change=value_at(k) - before) for k in moments]
    changes = pd.concat(parts, ignore_index=True)
    has_before = pd.Series(~np.isnan(before), index=sets["person_id"])
    return changes.dropna(subset=["change"]), has_before


def _wide(
    panel: pd.DataFrame, outcome: str, members: pd.Series
) -> tuple[np.ndarray, int, np.ndarray]:
    """Values by person and period, the first period, and each member's row; the last is empty."""
    codes, names = pd.factorize(panel["person_id"])
    periods = panel["period"].to_numpy(dtype="int64")
    n_repeated = int(panel.duplicated(["person_id", "period"]).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} rows of the panel repeat the person and period of another.",
            expected="one row per person and period.",
            remedy="bring the records to one row per person and period first.",
        )
    first = int(periods.min())
    values = np.full((len(names) + 1, int(periods.max()) - first + 1), np.nan)
    values[codes, periods - first] = panel[outcome].to_numpy(dtype="float64")
    # Somebody without any row has position -1: the row of missing values at the end.
    return values, first, pd.Index(names).get_indexer(members)


def _weighted_by(later: pd.DataFrame, follow_up: pd.DataFrame) -> pd.DataFrame:
    """Rows still followed in that period, their weights multiplied."""
    require_columns(follow_up, ["set_id", "person_id", "period", "weight"])
    rows = later.assign(period=later["start_period"] + later["moment"]).merge(
        follow_up[["set_id", "person_id", "period", "weight"]].rename(columns={"weight": "_still"}),
        on=["set_id", "person_id", "period"],
        validate="many_to_one",
    )
    return rows.assign(weight=rows["weight"] * rows["_still"]).drop(columns=["period", "_still"])


def complete_sets(changes: pd.DataFrame) -> pd.DataFrame:
    """Sets that have the mentored member and a comparator; comparators sum to the mentored."""
    by_set = [changes["set_id"], changes["moment"]]
    mentored = changes["weight"].where(changes["is_mentored"], 0.0).groupby(by_set).transform("sum")
    others = changes["weight"].mask(changes["is_mentored"], 0.0).groupby(by_set).transform("sum")
    rescaled = changes["weight"].where(
        changes["is_mentored"], changes["weight"] * mentored / others
    )
    return changes.assign(weight=rescaled)[(mentored > 0) & (others > 0)]


def _noncentrality(degrees_of_freedom: int, level: float, power: float = 0.8) -> float:
    """Of the chi-square that exceeds the critical value of `level` with probability `power`."""
    critical = stats.chi2.isf(level, degrees_of_freedom)
    return brentq(lambda nc: stats.ncx2.sf(critical, degrees_of_freedom, nc) - power, 1e-6, 100.0)
