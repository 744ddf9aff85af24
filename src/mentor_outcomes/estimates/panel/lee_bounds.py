"""Bounds on an effect among those who would be seen in either arm, where leaving is selective."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.both_arms import require_both_arms
from mentor_outcomes.estimates.inference.clustering import (
    Clustering,
    Influence,
    beside,
    clustering,
    error_type,
)
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.risk_intervals import (
    cluster_columns,
    flags,
    numbers,
    require_columns,
    weights_of,
)
from mentor_outcomes.estimates.panel.trimmed_mean import TrimmedMean, trimmed_mean, weighted_mean
from mentor_outcomes.estimates.panel.trimmed_people import Trimmed, trimmed_people

FUNCTIONS = "influence functions with the estimated share trimmed"
OF_THE_EFFECT = "; interval of the effect itself (Imbens & Manski 2004)"
_NORMAL = NormalDist()
_ENDS = ("highest", "lowest")
"""At which values are cut off for the lower and for the upper mean."""
_SAME = 1e-12
"""Shares seen that differ by rounding alone; of the largest value, errors of mere rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class LeeBounds:
    """Lower and upper bound of the effect on those seen in either arm, in units of the outcome.

    trimmed            the arm of which more are seen, and of which a share is cut off: "mentored"
                       or "comparison"
    share_trimmed      of those seen in that arm, 0 to 1; share_needed: as the shares seen ask for
    n_trimmed          people cut off at the end at which these are fewer; 0: nobody
    seen_mentored, seen_comparison   weighted share seen in each arm
    influence          of lower bound, upper bound and of the difference seen_mentored -
                       seen_comparison, by cluster of those in either arm, seen or not
    rounding           sizes of the three, below which an influence is of rounding alone
    n_mentored, n_comparison   distinct people seen in each arm

    People of weight 0 are not counted.
    """

    lower: float
    upper: float
    trimmed: str
    share_trimmed: float
    share_needed: float
    n_trimmed: int
    seen_mentored: float
    seen_comparison: float
    influence: Influence
    rounding: np.ndarray
    n_mentored: int
    n_comparison: int
    error_type: str
    shares_error_type: str

    @property
    def n_people(self) -> int:
        """Distinct people in either arm, seen or not."""
        return int(self.influence.n_people[0])

    @property
    def std_errors(self) -> np.ndarray:
        """Of lower bound, upper bound, and difference of the shares seen.

        Missing where nothing varies: an interval of no width would find anything.
        """
        errors = self.influence.std_errors()
        return np.where(errors > self.rounding, errors, np.nan)

    def direction_is_known(self, confidence: float = 0.95) -> bool:
        """Whether the shares seen differ by more than chance: which arm is trimmed is no accident.

        Where they do not, the bounds lie near each other and their estimates are not normal: the
        share trimmed cannot be negative, so that they are too far apart on average and the
        interval holds the effect too often rather than too rarely (measured:
        tests/recovery/test_lee_bounds_recovery.py).
        """
        difference = self.seen_mentored - self.seen_comparison
        return bool(abs(difference) > _NORMAL.inv_cdf(0.5 + confidence / 2) * self.std_errors[2])

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Holds the effect itself, wherever between the bounds it is (Imbens & Manski 2004).

        Narrower than an interval that holds both bounds: the effect can be near one of them only.
        Missing where the error of a bound is.
        """
        below, above, _ = self.std_errors
        if np.isnan(below) or np.isnan(above):
            return np.nan, np.nan
        reach = _imbens_manski(confidence, self.upper - self.lower, max(below, above))
        return self.lower - reach * below, self.upper + reach * above

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per bound; ci_low and ci_high of both are the interval of the effect itself.

        p_value   of no effect: one less the confidence at which that interval begins to hold 0
        """
        frame = pd.DataFrame(
            {
                "bound": ["lower", "upper"],
                "estimate": [self.lower, self.upper],
                "std_error": self.std_errors[:2],
            }
        )
        # Refuses a confidence that is no share.
        with_interval(frame, confidence, test=False)
        low, high = self.interval(confidence)
        return frame.assign(
            ci_low=low, ci_high=high, p_value=self._p_value(), error_type=self.error_type
        )

    def seen_difference(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row: how many more per 100 of the mentored are seen, with interval and p-value."""
        frame = pd.DataFrame(
            {
                "estimate": [100 * (self.seen_mentored - self.seen_comparison)],
                "std_error": [100 * self.std_errors[2]],
            }
        )
        return with_interval(frame, confidence).assign(error_type=self.shares_error_type)

    def _p_value(self) -> float:
        below, above, _ = self.std_errors
        if np.isnan(below) or np.isnan(above):
            return np.nan
        if self.lower <= 0 <= self.upper:
            return 1.0
        distance, error = (self.lower, below) if self.lower > 0 else (-self.upper, above)
        reach = distance / error
        width = (self.upper - self.lower) / max(below, above)
        return float(ndtr(-reach - width) + ndtr(-reach))


def lee_bounds(
    records: pd.DataFrame,
    *,
    outcome: str,
    mentored: str,
    seen: str,
    weights: str | None = None,
    cluster: str | Sequence[str] | None = None,
    minimum_trimmed: int = 0,
) -> LeeBounds:
    """Bounds of Lee (2009) on the mean effect of those seen whether mentored or not.

    Assumes that who is mentored is as good as random given the weights, and monotonicity: being
    mentored moves being seen in one direction only (nobody is lost by it, or nobody is kept). Then
    the arm of which more are seen holds some who would not have been seen in the other. At worst
    they have its highest values, or its lowest: the share of them, 1 - the ratio of the shares
    seen, is cut off at one end of that arm's values and at the other. Where equal values lie on
    the cut each counts with the same fraction, so that exactly that share goes.

    Parameters
    ----------
    records   one row per person and comparison: the outcome (ignored, and may be missing, where
              not seen), who is mentored and who is seen (true or false), and weights (0 or more)
    cluster   column of those whose rows belong together, or two columns, people first; None:
              each row by itself
    minimum_trimmed   people who are cut off at either end at the least, wherever anybody is: for
              bounds that are to be told, since they give the mean of those cut off. A larger share
              moves the lower bound down and the upper one up, so that they hold the effect all the
              same; their interval need not be wider, since the error of the share weighs less

    Errors are of influence functions, the estimated share trimmed included (Lee 2009, proposition
    3, with weights and clusters); where `minimum_trimmed` sets the share, too: in truth the share
    needed may be the larger one.
    By hand in tests/spec/test_lee_bounds.py, against base R on people of a real experiment in
    tests/reference, against a known truth in tests/recovery.

    Raises
    ------
    EstimationError : nobody in an arm, or nobody of an arm seen; a value missing or infinite where
    seen; a weight missing, infinite or below zero; too few people to cut off `minimum_trimmed` and
    keep as many
    """
    require_columns(records, [outcome, mentored, seen, weights, *cluster_columns(cluster)])
    is_mentored, is_seen = flags(records, mentored), flags(records, seen)
    weight = weights_of(records, weights)
    clusters = clustering(records, cluster)
    value = np.zeros(len(records))
    value[is_seen] = numbers(records[is_seen], outcome) if is_seen.any() else 0.0
    _require_seen(is_mentored, is_seen, weight)
    arms = {"mentored": is_mentored, "comparison": ~is_mentored}
    share = {
        name: weighted_mean(is_seen.astype("float64"), weight, arm) for name, arm in arms.items()
    }
    is_fewer = share["mentored"].mean < share["comparison"].mean - _SAME
    more, less = ("comparison", "mentored") if is_fewer else ("mentored", "comparison")
    ratio = min(share[less].mean / share[more].mean, 1.0)
    of_ratio = (share[less].influence - ratio * share[more].influence) / share[more].mean
    is_more = arms[more] & is_seen & (weight > 0)
    trimmed = _trimmed(value, weight, clusters, is_more, 1 - ratio, minimum_trimmed)
    low, high = (_cut(value, weight, is_more, trimmed.share, of_ratio, end) for end in _ENDS)
    other = weighted_mean(value, weight, arms[less] & is_seen)
    ends = [_less(low, other), _less(high, other)]
    ends = ends if more == "mentored" else [(-mean, -rows) for mean, rows in reversed(ends)]
    gap = share["mentored"].influence - share["comparison"].influence
    columns = [clusters.influence(rows, weight > 0) for rows in (ends[0][1], ends[1][1], gap)]
    sizes = np.array([*2 * [np.abs(value[weight > 0]).max()], 1.0])
    return LeeBounds(
        lower=ends[0][0],
        upper=ends[1][0],
        trimmed=more,
        share_trimmed=trimmed.share,
        share_needed=1 - ratio,
        n_trimmed=trimmed.n_people,
        seen_mentored=share["mentored"].mean,
        seen_comparison=share["comparison"].mean,
        influence=beside(columns, len(columns)),
        rounding=_SAME * sizes,
        n_mentored=_distinct(clusters, is_mentored & is_seen & (weight > 0)),
        n_comparison=_distinct(clusters, ~is_mentored & is_seen & (weight > 0)),
        error_type=error_type(cluster, FUNCTIONS) + OF_THE_EFFECT,
        shares_error_type=error_type(cluster),
    )


def _less(kept: TrimmedMean, other: TrimmedMean) -> tuple[float, np.ndarray]:
    return kept.mean - other.mean, kept.influence - other.influence


def _distinct(clusters: Clustering, chosen: np.ndarray) -> int:
    return len(np.unique(clusters.people.codes[chosen]))


def _trimmed(value, weight, clusters, rows, needed: float, minimum: int) -> Trimmed:
    people = clusters.people.codes[rows]
    return trimmed_people(value[rows], weight[rows], people, needed=needed, minimum=minimum)


def _cut(value, weight, rows, share, of_ratio, end) -> TrimmedMean:
    """The mean with the share cut off at one end; its influence holds that of the share."""
    kept = trimmed_mean(value, weight, rows, share=share, end=end)
    # Cutting off a little more moves the mean away from the value at the cut.
    slope = (kept.mean - kept.cut_at) / (1 - share)
    return TrimmedMean(kept.mean, kept.influence - slope * of_ratio, kept.cut_at)


def _imbens_manski(confidence: float, width: float, error: float) -> float:
    """Errors from either bound to the end of the interval."""
    two_sided = _NORMAL.inv_cdf(0.5 + confidence / 2)
    one_sided = _NORMAL.inv_cdf(confidence)
    gap = width / error
    return brentq(
        lambda c: ndtr(c + gap) - ndtr(-c) - confidence, one_sided - 1e-6, two_sided + 1e-6
    )


def _require_seen(is_mentored: np.ndarray, is_seen: np.ndarray, weight: np.ndarray) -> None:
    require_both_arms(is_mentored, weight)
    for name, arm in (("mentored", is_mentored), ("comparison", ~is_mentored)):
        if weight[arm & is_seen].sum() == 0:
            raise EstimationError(
                f"nobody of the {name} arm is seen at the horizon.",
                expected="some people seen in each arm: nothing bounds the effect otherwise.",
                remedy="choose an earlier horizon.",
            )
