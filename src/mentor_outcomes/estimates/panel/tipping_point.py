"""How far those not seen would have to differ from those alike for an effect to vanish."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.both_arms import require_both_arms
from mentor_outcomes.estimates.inference.clustering import Influence, beside, clustering, error_type
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.risk_intervals import (
    cluster_columns,
    flags,
    numbers,
    require_columns,
    weights_of,
)
from mentor_outcomes.estimates.panel.mean_difference import mean_difference


@dataclass(frozen=True, slots=True, eq=False)
class TippingPoint:
    """A difference of weighted means of those seen, and the share of each arm that is not seen.

    estimate       the difference, if those not seen are on average as those alike say
    unseen_mentored, unseen_comparison   weighted share of each arm, 0 to 1
    influence      of the estimate and of the two shares, by cluster
    n_mentored, n_comparison   distinct people seen in each arm
    """

    estimate: float
    unseen_mentored: float
    unseen_comparison: float
    influence: Influence
    n_mentored: int
    n_comparison: int
    error_type: str

    @property
    def n_people(self) -> int:
        """Distinct people seen in either arm."""
        return int(self.influence.n_people[0])

    @property
    def has_error(self) -> bool:
        """Whether the error is known of the estimate, and of both shares."""
        return bool(np.isfinite(self.influence.std_errors()).all())

    def adjusted(self, departures: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
        """The effect if those not seen differ so much from what those alike say.

        departures   columns delta_mentored and delta_comparison, in units of the outcome; returned
                     with estimate, std_error, interval and p-value
        """
        delta = departures[["delta_mentored", "delta_comparison"]].to_numpy(dtype="float64")
        shift = delta @ [self.unseen_mentored, -self.unseen_comparison]
        direction = np.column_stack([np.ones(len(delta)), delta[:, 0], -delta[:, 1]])
        error = [self.influence.std_error_of(one) for one in direction]
        frame = departures.assign(estimate=self.estimate + shift, std_error=error)
        return with_interval(frame, confidence).assign(error_type=self.error_type)

    def grid(
        self,
        delta_mentored: Sequence[float],
        delta_comparison: Sequence[float],
        confidence: float = 0.95,
    ) -> pd.DataFrame:
        """One row per pair of departures: `adjusted`, and whether the interval holds zero."""
        pairs = pd.MultiIndex.from_product(
            [delta_mentored, delta_comparison], names=["delta_mentored", "delta_comparison"]
        ).to_frame(index=False)
        found = self.adjusted(pairs, confidence)
        return found.assign(holds_zero=(found["ci_low"] <= 0) & (found["ci_high"] >= 0))

    def to_zero(self) -> float:
        """Departure of the mentored not seen at which the estimate is zero.

        In units of the outcome; missing if everybody mentored was seen.
        """
        return -self.estimate / self.unseen_mentored if self.unseen_mentored > 0 else np.nan

    def to_interval(self, confidence: float = 0.95) -> float:
        """Their smallest departure, towards `to_zero`, at which the interval touches zero.

        0 where the interval holds zero as it is; missing if no departure brings it there, or if no
        error is known (`has_error`). This and
        the departure on the other side of `to_zero` are Fieller's limits of that.
        """
        z = NormalDist().inv_cdf(0.5 + confidence / 2)
        variance = self.influence.covariance()
        if not np.isfinite(variance).all():
            return np.nan
        # (estimate + delta x share)^2 = z^2 x its variance, a quadratic in delta.
        square = self.unseen_mentored**2 - z**2 * variance[1, 1]
        linear = self.estimate * self.unseen_mentored - z**2 * variance[0, 1]
        constant = self.estimate**2 - z**2 * variance[0, 0]
        if constant <= 0:
            return 0.0
        roots = np.roots([square, 2 * linear, constant])
        roots = roots[np.isreal(roots)].real
        towards = roots[roots * self.estimate < 0]
        return float(towards[np.argmin(np.abs(towards))]) if len(towards) else np.nan

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """The rows `to_zero` and `to_interval`: restatements of the estimate, without an error."""
        with_interval(pd.DataFrame({"estimate": [], "std_error": []}), confidence, test=False)
        return pd.DataFrame(
            {
                "quantity": ["to_zero", "to_interval"],
                "estimate": [self.to_zero(), self.to_interval(confidence)],
                **dict.fromkeys(("std_error", "ci_low", "ci_high", "p_value"), np.nan),
                "error_type": "none: restates an estimate and its interval",
            }
        )


def tipping_point(
    records: pd.DataFrame,
    *,
    outcome: str,
    mentored: str,
    seen: str,
    weights: str | None = None,
    seen_weights: str | None = None,
    departs: str | None = None,
    cluster: str | Sequence[str] | None = None,
) -> TippingPoint:
    """The difference of means of those seen, ready to be moved by departures of those not seen.

    A pattern-mixture model (Little 1994; delta adjustment, Cro et al. 2020): the mean of everybody
    is that of those alike, as the weights make it, plus the share not seen times `delta`, by which
    those not seen differ on average from what those alike say. With delta 0 this is the weighted
    estimate, whose assumption can so be put in numbers: a departure that nobody would believe
    leaves the finding standing.

    Parameters
    ----------
    records        one row per person and comparison: the outcome (ignored where not seen), who is
                   mentored, who is seen
    weights        of everybody, by which the share not seen is reckoned; None: 1
    seen_weights   of those seen, that make them stand for everybody; None: `weights`
    departs        who of those not seen may differ from those alike (true or false); None: all
    cluster        column of those whose rows belong together, or two columns, people first; None:
                   each row by itself

    Errors as of `mean_difference`; with delta they hold that of the share not seen, too.
    By hand in tests/spec/test_tipping_point.py; the same by base R in tests/reference.

    Raises
    ------
    EstimationError : nobody of an arm is there, or seen; a value missing or infinite where seen; a
    weight missing, infinite or below zero
    """
    named = [outcome, mentored, seen, weights, seen_weights, departs]
    require_columns(records, [*named, *cluster_columns(cluster)])
    is_mentored, is_seen = flags(records, mentored), flags(records, seen)
    weight = weights_of(records, weights)
    of_seen = weight if seen_weights is None else weights_of(records, seen_weights)
    require_both_arms(is_mentored, weight)
    clusters = clustering(records, cluster)
    if not all((of_seen[arm & is_seen] > 0).any() for arm in (is_mentored, ~is_mentored)):
        raise EstimationError(
            "nobody of an arm is seen at the horizon.",
            expected="some people seen in each arm.",
            remedy="choose an earlier horizon.",
        )
    contrast = mean_difference(
        numbers(records[is_seen], outcome),
        is_mentored[is_seen],
        of_seen[is_seen],
        clusters.at(is_seen),
    )
    is_unseen = ~is_seen if departs is None else ~is_seen & flags(records, departs)
    shares = [_unseen(is_unseen, weight, arm) for arm in (is_mentored, ~is_mentored)]
    counts = is_seen & (of_seen > 0)
    of_shares = [clusters.influence(rows, counts) for _, rows in shares]
    return TippingPoint(
        estimate=contrast.estimate,
        unseen_mentored=shares[0][0],
        unseen_comparison=shares[1][0],
        influence=beside([contrast.influence, *of_shares], 3),
        n_mentored=contrast.n_mentored,
        n_comparison=contrast.n_comparison,
        error_type=error_type(cluster),
    )


def _unseen(is_unseen: np.ndarray, weight: np.ndarray, arm: np.ndarray) -> tuple[float, np.ndarray]:
    """Weighted share of the arm that is not seen, and what each row adds to its error."""
    own = np.where(arm, weight, 0.0) / weight[arm].sum()
    share = float(own @ is_unseen)
    return share, own * (is_unseen - share)
