"""Effects that hold even if the arms would not have moved alike: bounds by what they did before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel._one_moment_test import (
    first_stage_value,
    is_accepted,
    pair_of,
)

MAGNITUDES = (0.5, 1.0, 2.0)
INTERVAL = (
    "conditional test with least-favourable hybrid (Andrews, Roth & Pakes 2023), relative "
    "magnitudes (Rambachan & Roth 2023); covariance taken as known"
)
_GRID = 1001
_ROUNDS, _POINTS = 6, 65
"""Each round of looking for an end cuts the step of the grid to a 64th."""
_LARGEST_MAGNITUDE = 1e4


@dataclass(frozen=True, slots=True, eq=False)
class ParallelTrends:
    """How far an effect at one moment hangs on both arms having moved alike without mentoring.

    estimate, std_error   of the difference at `moment`
    months                from the reference to the moment
    changes               shape (n_before,), change of the difference per unit of time between
                          consecutive moments up to the reference, in time's order
    variances, covariances   shape (n_before,), of the changes, and with the estimate
    """

    moment: float
    estimate: float
    std_error: float
    months: float
    changes: np.ndarray
    variances: np.ndarray
    covariances: np.ndarray

    @property
    def largest_change(self) -> float:
        """The largest change before the start, per unit of time, whatever its sign."""
        return float(np.abs(self.changes).max())

    def identified(self, magnitude: float) -> tuple[float, float]:
        """Effects that agree with the estimates as they are, as if these had no error.

        The arms may drift apart, from the reference to the moment, by `magnitude` times the largest
        change before in every unit of time, always in one direction.
        """
        reach = magnitude * self.months * self.largest_change
        return self.estimate - reach, self.estimate + reach

    def interval(self, magnitude: float, confidence: float = 0.95) -> tuple[float, float]:
        """Holds the effect with `confidence` if later violations are within `magnitude`.

        Everything from the lowest to the highest effect that is not refused, by any one of the
        changes before taken as the largest. At magnitude 0 it is estimate -/+ normal quantile x
        error.
        """
        _check(magnitude, confidence)
        ends = [
            found
            for place in range(len(self.changes))
            for sign in (1.0, -1.0)
            if (found := self._ends(place, sign, magnitude, confidence)) is not None
        ]
        if not ends:
            return np.nan, np.nan
        return min(low for low, _ in ends), max(high for _, high in ends)

    def breakdown(self, confidence: float = 0.95) -> float:
        """The smallest magnitude at which the interval holds 0: 0 where the plain one does."""

        def excludes(magnitude: float) -> float:
            low, high = self.interval(magnitude, confidence)
            return max(low, -high)

        if not excludes(0.0) > 0:
            return 0.0
        high = 1.0
        while excludes(high) > 0:
            high *= 2
            if high > _LARGEST_MAGNITUDE:
                return np.inf
        return float(brentq(excludes, 0.0 if high == 1.0 else high / 2, high, xtol=1e-8))

    def tidy(
        self, magnitudes: Sequence[float] = MAGNITUDES, confidence: float = 0.95
    ) -> pd.DataFrame:
        """One row per magnitude: estimate, robust ci_low and ci_high, what is identified."""
        rows = []
        for magnitude in magnitudes:
            low, high = self.interval(magnitude, confidence)
            identified = self.identified(magnitude)
            rows.append(
                {
                    "moment": self.moment,
                    "magnitude": magnitude,
                    "estimate": self.estimate,
                    "std_error": self.std_error,
                    "ci_low": low,
                    "ci_high": high,
                    "identified_low": identified[0],
                    "identified_high": identified[1],
                }
            )
        return pd.DataFrame(rows).assign(error_type=INTERVAL)

    def _ends(
        self, place: int, sign: float, magnitude: float, confidence: float
    ) -> tuple[float, float] | None:
        """Lowest and highest effect not refused, were this the largest change, of this sign."""
        level, reach = 1 - confidence, magnitude * self.months
        v, cov = sign * self.changes[place], sign * self.covariances[place]
        pair = pair_of(self.std_error**2, self.variances[place], cov, reach)
        first_stage = first_stage_value(pair.correlation, level)

        def accepts(x: np.ndarray) -> np.ndarray:
            return is_accepted(x, v, reach, pair, level=level, first_stage=first_stage)

        furthest = max(reach * v, 0.0) + (first_stage + 1) * max(pair.errors)
        grid = np.linspace(-furthest, furthest, _GRID)
        inside = np.flatnonzero(accepts(grid))
        if len(inside) == 0:
            return None
        step = grid[1] - grid[0]
        least = _edge(accepts, grid[inside[0]], grid[inside[0]] - step)
        most = _edge(accepts, grid[inside[-1]], grid[inside[-1]] + step)
        return self.estimate - most, self.estimate - least


def parallel_trends(
    estimates: Sequence[float],
    covariance: np.ndarray,
    *,
    before: Sequence[float],
    after: Sequence[float],
    reference: float,
    at: float | None = None,
) -> ParallelTrends:
    """Robust interval and breakdown magnitude of an effect, by what moved before the start.

    Had nobody been mentored, the arms might have drifted apart. Assumed is that from one moment to
    the next they would drift, per unit of time, by at most `magnitude` times as much as in the
    worst stretch between two moments before (relative magnitudes; Rambachan & Roth 2023, Review of
    Economic Studies 90:2555). Moments evenly spaced, that is their assumption; stretches of other
    lengths are compared by their slope.

    Parameters
    ----------
    estimates    differences at the moments `before` and then `after`, each against the reference,
                 where it is 0; normal
    covariance   of these, in the same order
    before       moments before the reference, one or more, ascending
    after        moments after it, ascending
    at           which of `after`; the last one without it

    With the differences at the moments between left free, what is assumed of them comes down to
    two inequalities about the one at `at` (a linear programme, solved by hand; HiGHS agrees in
    tests/spec), so that each of the changes before, with either sign, asks for one test without
    nuisance parameters, whose critical values need no simulation. The interval is the union.

    Raises EstimationError for moments out of order, missing estimates, or no error.
    Worked by hand in tests/spec/test_parallel_trends.py; coverage and length in tests/recovery;
    against published intervals of the R package HonestDiD in tests/reference.
    """
    before, after = np.asarray(before, dtype="float64"), np.asarray(after, dtype="float64")
    estimates = np.asarray(estimates, dtype="float64")
    covariance = np.asarray(covariance, dtype="float64")
    at = float(after[-1]) if at is None and len(after) else at
    _check_moments(estimates, covariance, before, after, reference, at)
    place = len(before) + int(np.flatnonzero(after == at)[0])
    gaps = np.diff([*before, reference])
    slopes = np.zeros((len(before), len(estimates)))
    for row, gap in enumerate(gaps):
        slopes[row, row] = -1 / gap
        if row + 1 < len(before):
            slopes[row, row + 1] = 1 / gap
    return ParallelTrends(
        moment=float(at),
        estimate=float(estimates[place]),
        std_error=float(np.sqrt(covariance[place, place])),
        months=float(at - reference),
        changes=slopes @ estimates,
        variances=np.einsum("ri,ij,rj->r", slopes, covariance, slopes),
        covariances=slopes @ covariance[:, place],
    )


def _edge(accepts, inside: float, outside: float) -> float:
    """Where acceptance ends between an accepted effect and one that is not."""
    for _ in range(_ROUNDS):
        grid = np.linspace(inside, outside, _POINTS)
        first_refused = max(int(np.argmin(accepts(grid))), 1)
        inside, outside = grid[first_refused - 1], grid[first_refused]
    return float(inside)


def _check(magnitude: float, confidence: float) -> None:
    if not (np.isfinite(magnitude) and magnitude >= 0):
        raise EstimationError(
            f"a relative magnitude of {magnitude:g} was asked for.",
            expected="0 or more: how many times the largest change before.",
            remedy="write 1 for as much as before.",
        )
    if not 0.5 < confidence < 1:
        raise EstimationError(
            f"a confidence of {confidence:g} was asked for.",
            expected="a share between 0.5 and 1.",
            remedy="write 0.95 for 95 %.",
        )


def _check_moments(estimates, covariance, before, after, reference, at) -> None:
    n = len(before) + len(after)
    in_order = bool((np.diff([*before, reference, *after]) > 0).all())
    if not (len(before) and len(after) and in_order and at in after):
        raise EstimationError(
            f"{len(before)} moments before and {len(after)} after the reference, in order: "
            f"{'yes' if in_order else 'no'}.",
            expected="one or more before and after, ascending, the asked one among those after.",
            remedy="sort the moments with their estimates; ask at one of those after.",
        )
    if estimates.shape != (n,) or covariance.shape != (n, n):
        raise EstimationError(
            f"{estimates.size} estimates and a covariance of {covariance.shape} for {n} moments.",
            expected="an estimate per moment, before and then after, and their covariance.",
            remedy="give both in the order of the moments, without the reference.",
        )
    known = np.isfinite(estimates).all() and np.isfinite(covariance).all()
    if not (known and (np.diag(covariance) > 0).all()):
        raise EstimationError(
            "an estimate or its error is missing or zero.",
            expected="estimates with errors above 0.",
            remedy="leave such moments out.",
        )
