"""Shares of people whose score reaches a threshold: of 100 mentored, how many more do?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.clustering import PEOPLE_AND_SETS
from mentor_outcomes.estimates.inference.risk_intervals import require_columns
from mentor_outcomes.estimates.panel.matched_difference import MatchedDifference
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference

_ROUNDING = 1e-9
"""Of the threshold: a mean of items that is at it up to rounding is at it."""


def share_above(
    sets: pd.DataFrame,
    waves: pd.DataFrame,
    *,
    outcome: str,
    threshold: float,
    months_since_start: Sequence[float],
    follow_up: pd.DataFrame | None = None,
    response: pd.DataFrame | None = None,
    minimum_people: int = 2,
    cluster: Sequence[str] = PEOPLE_AND_SETS,
) -> MatchedDifference:
    """Change in the share with a score at or above the threshold: mentored less comparators.

    The difference-in-differences of `matched_wave_difference`, with 1 for a score of `threshold`
    points or more and 0 for less: shares from 0 to 1, so that .06 is 6 more of 100. Of those
    mentored, so many more reach the threshold than would without mentoring, if without it the share
    would have changed alike in both arms. That is an assumption of its own: arms whose means would
    move alike need not have shares that do, where they start from different scores (Roth &
    Sant'Anna, 2023, Econometrica 91:737). Parameters and errors as there.

    The threshold is on the scale's own points and in its own direction, for scales of which a low
    score is good, too: then it is the share with the problem, and fewer is better.
    Worked by hand in tests/spec/test_score_shares.py.
    """
    require_columns(waves, [outcome])
    if not np.isfinite(threshold):
        raise EstimationError(
            f"the threshold is {threshold}.",
            expected="a number of points on the scale.",
            remedy="name a score that means something, such as 5 of 7.",
        )
    result, _ = matched_wave_difference(
        sets,
        waves.assign(**{outcome: reaches(waves[outcome], threshold)}),
        outcome=outcome,
        months_since_start=months_since_start,
        follow_up=follow_up,
        response=response,
        minimum_people=minimum_people,
        cluster=cluster,
    )
    return result


def reaches(scores: pd.Series, threshold: float) -> pd.Series:
    """1 for a score at or above the threshold, up to rounding, 0 below; missing without a score."""
    least = threshold - _ROUNDING * max(1.0, abs(threshold))
    return (scores >= least).astype("float64").where(scores.notna())
