"""The matched difference of one outcome at all moments, and the joint test before the start."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.panel.matched_difference import (
    JointTest,
    MatchedDifference,
    matched_difference,
)
from mentor_outcomes.estimates.panel.matched_waves import WINDOW_MONTHS, matched_wave_difference
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion

MONTHS_BEFORE = 24
"""How far before the start the curve and the joint test reach."""
TEST_STEP_MONTHS = 6
"""The joint test takes every sixth month: neighbouring months of pay say almost the same."""
MATCHED_MONTHS_BEFORE = {"log_pay": ("log_pay_12_months_before", 12)}
"""Outcome -> covariate that is an earlier value of it, and how many months before the reference."""


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """A matched difference by months since the start, its reference month, and the joint test.

    sd        of the comparators' scores before the start; missing for outcomes that are no scale
    stride    months between the moments that windows and bands hold; None: all moments
    """

    difference: MatchedDifference
    reference: int
    test: JointTest
    sd: float = np.nan
    stride: int | None = None

    @property
    def regular(self) -> MatchedDifference:
        """The difference at the moments that are there whichever horizons are declared."""
        moments = self.difference.points["moment"].tolist()
        if self.stride is None:
            return self.difference
        return self.difference.of_moments([m for m in moments if m % self.stride == 0])


def matched_periods(
    question: PanelQuestion,
    sets: pd.DataFrame,
    follow_up: pd.DataFrame,
    person_months: pd.DataFrame,
) -> Matched:
    """The matched difference of an outcome of the person-months, with its joint test."""
    step = question.months_per_period
    last = int(max(question.analysis.horizons_months)) // step
    tested = _tested_periods(question)
    result = matched_difference(
        sets.assign(start_period=question.section.calendar.period_of(sets["time_zero"])),
        person_months,
        outcome=question.name,
        periods_since_start=[*range(-(MONTHS_BEFORE // step), last + 1), *tested],
        follow_up=follow_up,
        minimum_people=question.analysis.minimum_at_risk,
        cluster=question.cluster,
        seed=question.section.seed,
    )
    main = question.analysis.main_horizon_months
    test = result.joint_test(tested, slopes=[(k + 1) * step / main for k in tested])
    in_months = replace(result, points=result.points.assign(moment=result.points["moment"] * step))
    return Matched(in_months, -step, test)


def _tested_periods(question: PanelQuestion) -> list[int]:
    """Periods since the start that the joint test takes, those matched on left out."""
    step = question.months_per_period
    stride = max(1, TEST_STEP_MONTHS // step)
    covariate, months = MATCHED_MONTHS_BEFORE.get(question.name, (None, 0))
    matched = months // step if covariate in question.groups.covariates else None
    before_reference = range(stride, MONTHS_BEFORE // step + 1, stride)
    return sorted(-1 - periods for periods in before_reference if periods != matched)


def matched_waves(
    question: PanelQuestion,
    sets: pd.DataFrame,
    follow_up: pd.DataFrame,
    person_waves: pd.DataFrame,
    response: pd.DataFrame,
) -> Matched:
    """The matched difference of a scale, with its joint test over earlier waves.

    At every half year and, so that it has its row, at each declared horizon between two of them: a
    window in months holds two waves a year all the same.
    """
    horizons = question.analysis.horizons_months
    tested = list(range(WINDOW_MONTHS - MONTHS_BEFORE, 0, WINDOW_MONTHS))
    later = {*range(WINDOW_MONTHS, int(max(horizons)) + 1, WINDOW_MONTHS), *horizons}
    result, sd = matched_wave_difference(
        sets,
        person_waves,
        outcome=question.name,
        months_since_start=[*tested, *later],
        follow_up=follow_up,
        response=response,
        minimum_people=question.analysis.minimum_at_risk,
        cluster=question.cluster,
        seed=question.section.seed,
    )
    main = question.analysis.main_horizon_months
    test = result.joint_test(tested, slopes=[months / main for months in tested])
    in_sds = replace(test, smallest_detectable=test.smallest_detectable / sd)
    return Matched(result, 0, in_sds, sd, stride=WINDOW_MONTHS)
