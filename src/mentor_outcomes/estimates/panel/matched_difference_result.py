"""What a matched difference finds: a curve by moments, its bands, tests and means over windows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustering import NO_SPREAD, Influence
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.inference.uniform_bands import simultaneous_critical_value
from mentor_outcomes.estimates.inference.wald_test import NOT_TESTED, JointTest, wald_test
from mentor_outcomes.estimates.panel.parallel_trends import ParallelTrends, parallel_trends

ALIKE = "; moments of the window counted alike"

_OF_WINDOWS = [
    "first",
    "last",
    "n_moments",
    "estimate",
    "std_error",
    "n_mentored",
    "n_comparison",
    "reason",
]


@dataclass(frozen=True, slots=True, eq=False)
class MatchedDifference:
    """Difference of mean changes at each moment, in units of the outcome.

    points       one row per moment, ascending: moment, estimate, std_error, mean_mentored,
                 mean_comparison, n_mentored, n_comparison (distinct people), reason; the estimate
                 is missing where an arm has fewer people than asked for, the error where nothing
                 varies within the arms, and `reason` says so; missing: both are known
    influence    what clusters add to the error of each point
    n_without_reference   members of sets left out for want of a value before the start
    n_left_out            distinct people among them who have none before any start they are
                          compared at, so that nothing at all is known of their change
    seed         of the draws behind uniform bands
    """

    outcome: str
    points: pd.DataFrame
    influence: Influence
    n_without_reference: int
    n_left_out: int
    error_type: str
    seed: int = 0

    @property
    def n_people(self) -> np.ndarray:
        """Distinct people behind each point."""
        return self.influence.n_people

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """The points with interval, two-sided p-value of no difference, and uniform band.

        ci_low, ci_high       hold the true difference of one moment
        band_low, band_high   hold those of all moments together: `critical_value` errors wide
        """
        half = self.critical_value(confidence) * self.points["std_error"]
        return with_interval(self.points, confidence).assign(
            band_low=self.points["estimate"] - half,
            band_high=self.points["estimate"] + half,
            error_type=self.error_type,
        )

    def of_moments(self, moments: Sequence[float]) -> "MatchedDifference":
        """The same at these moments alone, in their order: bands hold fewer moments then."""
        columns = [self._column(moment) for moment in moments]
        return replace(
            self,
            points=self.points.iloc[columns].reset_index(drop=True),
            influence=self.influence.of(columns),
        )

    def critical_value(self, confidence: float = 0.95) -> float:
        """Errors on either side of each point, for all estimated moments together (sup-t).

        Missing where no moment is estimated.
        """
        known = self.points.loc[self.points["std_error"].notna(), "moment"]
        if known.empty:
            return np.nan
        return simultaneous_critical_value(
            self.covariance(known), confidence, rng=np.random.default_rng(self.seed)
        )

    def covariance(self, moments: Sequence[float]) -> np.ndarray:
        """Between the estimates at these moments, clustered as `error_type` says."""
        return self.influence.of([self._column(moment) for moment in moments]).covariance()

    def joint_test(
        self, moments: Sequence[float], *, slopes: Sequence[float], doubt: float = 0.10
    ) -> JointTest:
        """Whether the estimates at these moments are all zero (Wald); of those that are known.

        slopes   what each of them would be under a trend of size 1; `smallest_detectable` is the
                 size of trend that a test at the level `doubt` finds four times in five
        """
        points = self.points.set_index("moment").reindex(list(moments))
        is_known = points["std_error"].notna().to_numpy()
        if not is_known.any():
            return NOT_TESTED
        tested = tuple(m for m, known in zip(moments, is_known, strict=True) if known)
        return wald_test(
            tested,
            points["estimate"].to_numpy()[is_known],
            self.covariance(tested),
            slopes=np.asarray(slopes, dtype="float64")[is_known],
            doubt=doubt,
        )

    def parallel_trends(
        self, *, before: Sequence[float], at: float, reference: float
    ) -> ParallelTrends:
        """How far the difference at a moment hangs on both arms having moved alike.

        before      moments before the reference; of these, those that are estimated
        reference   the moment that changes are taken from: -1, unless told otherwise, of
                    `matched_difference`; 0 of `matched_wave_difference`
        Raises EstimationError where the moment, or all those before, have no error.
        """
        points = self.points.set_index("moment").reindex([*sorted(before), at])
        known = points.index[points["std_error"].notna()]
        if at not in known or len(known) < 2:
            raise EstimationError(
                f"of the moment {at:g} and the {len(before)} before, {len(known)} are estimated.",
                expected="the moment itself and one or more before.",
                remedy="ask for other moments in the call of the matched difference.",
            )
        return parallel_trends(
            points.loc[known, "estimate"].to_numpy(),
            self.covariance(known),
            before=known[:-1],
            after=known[-1:],
            reference=reference,
        )

    def over_windows(
        self, windows: Sequence[tuple[float, float]], confidence: float = 0.95
    ) -> pd.DataFrame:
        """One row per window: the mean of the differences at its moments, each counted alike.

        Without windows no rows.

        first, last      of the window, both within it, in the unit of `moment`
        n_moments        moments of the result that lie in it
        estimate         estimated only where every one of these is; `reason` says what is lacking
        std_error        from the same influence functions: moments that share people hang together
        n_mentored, n_comparison   distinct people at the moment that has fewest
        with interval, p-value and error_type. A moment at which few are left counts as much as one
        at which all are: the mean is over time since the start, not over people.
        """
        rows = [self._over_window(*window) for window in windows]
        frame = pd.DataFrame(rows, columns=_OF_WINDOWS)
        return with_interval(frame, confidence).assign(error_type=self.error_type + ALIKE)

    def _over_window(self, first: float, last: float) -> dict:
        if not first <= last:
            raise EstimationError(
                f"a window runs from {first:g} to {last:g}.",
                expected="windows whose first moment is not after their last.",
                remedy="write the earlier moment first, such as (1, 12).",
            )
        inside = self.points[self.points["moment"].between(first, last)]
        lacking = inside[inside["std_error"].isna()]
        row = {
            "first": first,
            "last": last,
            "n_moments": len(inside),
            "estimate": np.nan,
            "std_error": np.nan,
            "n_mentored": inside["n_mentored"].min() if len(inside) else 0,
            "n_comparison": inside["n_comparison"].min() if len(inside) else 0,
            "reason": None,
        }
        if inside.empty:
            return row | {"reason": "no moment lies within the window"}
        if len(lacking):
            worst = lacking.iloc[-1]
            return row | {"reason": f"at moment {worst['moment']:g} {worst['reason']}"}
        influence = self.influence.of([self._column(moment) for moment in inside["moment"]])
        error = influence.std_error_of(np.full(len(inside), 1 / len(inside)))
        figures = {"estimate": inside["estimate"].mean(), "std_error": error}
        return row | figures | ({} if error > 0 else {"reason": NO_SPREAD})

    def _column(self, moment: float) -> int:
        return int(np.flatnonzero(self.points["moment"].to_numpy() == moment)[0])
