"""Matched difference-in-differences: how much more the mentored changed than their comparators."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.intervals import with_interval
from mentor_outcomes.estimates.mean_difference import ERROR_TYPE, mean_difference
from mentor_outcomes.estimates.member_periods import member_periods
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
    Before it, a set counts where a mentored member and a comparator have the value, and its
    comparators' weights are made to sum to those of its mentored again.
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
    value_at, start = _values(sets, panel, outcome)
    before = value_at(reference)
    still = None if follow_up is None else member_periods(follow_up, sets)

    def changes_at(moment: int) -> Changes:
        change = value_at(moment) - before
        weight = sets["weight"].to_numpy(dtype="float64")
        if moment >= 0 and still is not None:
            place = still.find(np.arange(len(sets)), start + moment)
            factor = follow_up["weight"].to_numpy()[place] if len(follow_up) else 1.0
            weight = np.where(place >= 0, weight * factor, np.nan)
        known = ~(np.isnan(change) | np.isnan(weight))
        chosen = Changes(moment, np.flatnonzero(known), change[known], weight[known])
        return chosen if moment >= 0 else chosen.of_complete_sets(sets)

    return difference_of_changes(
        sets,
        (changes_at(moment) for moment in moments),
        outcome=outcome,
        minimum_people=minimum_people,
        has_before=~np.isnan(before),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Changes of the outcome up to one moment since the start.

    member   positions in the sets of those who have one; change, weight: theirs
    """

    moment: float
    member: np.ndarray
    change: np.ndarray
    weight: np.ndarray

    def of_complete_sets(self, sets: pd.DataFrame) -> "Changes":
        """Of sets with changes in both arms; comparators sum to the mentored of their set again."""
        own = pd.factorize(sets["set_id"])[0][self.member]
        is_mentored = sets["is_mentored"].to_numpy(dtype=bool)[self.member]
        mentored, others = (
            np.bincount(own, self.weight * arm)[own] if len(own) else self.weight
            for arm in (is_mentored, ~is_mentored)
        )
        kept = (mentored > 0) & (others > 0)
        share = np.divide(mentored, others, out=np.ones(len(own)), where=kept)
        weight = np.where(is_mentored, self.weight, self.weight * share)
        return Changes(self.moment, self.member[kept], self.change[kept], weight[kept])


def difference_of_changes(
    sets: pd.DataFrame,
    changes: Iterable[Changes],
    *,
    outcome: str,
    minimum_people: int,
    has_before: np.ndarray,
) -> MatchedDifference:
    """Weighted mean change of the mentored less that of the comparators, at each moment.

    sets         one row per set and person: person_id, is_mentored
    has_before   per row of the sets: is there a value before the start?
    """
    people, names = pd.factorize(sets["person_id"])
    is_mentored = sets["is_mentored"].to_numpy(dtype=bool)
    rows, influence, n_people = [], [], []
    for at in changes:
        contrast = mean_difference(
            at.change, is_mentored[at.member], at.weight, people[at.member], len(names)
        )
        is_enough = min(contrast.n_mentored, contrast.n_comparison) >= minimum_people
        rows.append(
            {
                "moment": at.moment,
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
    n_known = np.bincount(people, has_before, len(names)) if len(sets) else np.zeros(0)
    return MatchedDifference(
        outcome=outcome,
        points=pd.DataFrame(rows),
        influence=np.column_stack(influence),
        n_people=np.array(n_people),
        n_without_reference=int((~has_before).sum()),
        n_left_out=int((n_known == 0).sum()),
    )


def _values(
    sets: pd.DataFrame, panel: pd.DataFrame, outcome: str
) -> tuple[Callable[[int], np.ndarray], np.ndarray]:
    """Each member's value so many periods after the start, as a function; the period of it."""
    values, first_period, rows = _wide(panel, outcome, sets["person_id"])
    start = sets["start_period"].to_numpy(dtype="int64")

    def value_at(k: int) -> np.ndarray:
        column = start + k - first_period
        is_inside = (column >= 0) & (column < values.shape[1])
        return np.where(is_inside, values[rows, np.where(is_inside, column, 0)], np.nan)

    return value_at, start


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


def _noncentrality(degrees_of_freedom: int, level: float, power: float = 0.8) -> float:
    """Of the chi-square that exceeds the critical value of `level` with probability `power`."""
    critical = stats.chi2.isf(level, degrees_of_freedom)
    return brentq(lambda nc: stats.ncx2.sf(critical, degrees_of_freedom, nc) - power, 1e-6, 100.0)
