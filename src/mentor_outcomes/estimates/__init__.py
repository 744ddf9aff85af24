"""Models: each takes a data frame and returns a frozen result with `.tidy()`.

`event_rows` and `panel_rows` turn one declared outcome into rows of `estimates` and `curves`.
"""

from mentor_outcomes.estimates.event_answers.event_outcomes import event_rows
from mentor_outcomes.estimates.inference.uniform_bands import simultaneous_critical_value
from mentor_outcomes.estimates.panel.event_time import EventTimeEffects, event_time_effects
from mentor_outcomes.estimates.panel.fixed_effects import FixedEffects, fixed_effects
from mentor_outcomes.estimates.panel.grade_decomposition import (
    GradeDecomposition,
    grade_decomposition,
)
from mentor_outcomes.estimates.panel.group_time_effects import group_time_effects
from mentor_outcomes.estimates.panel.group_time_result import GroupTimeEffects, PreTrendTest
from mentor_outcomes.estimates.panel.hausman import HausmanTest, hausman
from mentor_outcomes.estimates.panel.lee_bounds import LeeBounds, lee_bounds
from mentor_outcomes.estimates.panel.matched_difference import MatchedDifference, matched_difference
from mentor_outcomes.estimates.panel.matched_waves import matched_wave_difference
from mentor_outcomes.estimates.panel.parallel_trends import ParallelTrends, parallel_trends
from mentor_outcomes.estimates.panel.pay_rounds import PayRounds, pay_rounds
from mentor_outcomes.estimates.panel.proportional_odds import proportional_odds
from mentor_outcomes.estimates.panel.proportional_odds_result import ProportionalOdds
from mentor_outcomes.estimates.panel.random_effects import random_effects
from mentor_outcomes.estimates.panel.random_effects_result import RandomEffects
from mentor_outcomes.estimates.panel.score_shares import share_above
from mentor_outcomes.estimates.panel.tipping_point import TippingPoint, tipping_point
from mentor_outcomes.estimates.panel_answers.panel_outcomes import panel_rows
from mentor_outcomes.estimates.survival.cox import CoxResult, cox_regression
from mentor_outcomes.estimates.survival.cox_diagnostics import (
    Proportionality,
    baseline_hazard,
    martingale_residuals,
    proportionality,
    schoenfeld_residuals,
    score_residual_table,
)
from mentor_outcomes.estimates.survival.discrete_hazard import discrete_hazard
from mentor_outcomes.estimates.survival.discrete_hazard_result import DiscreteHazardResult
from mentor_outcomes.estimates.survival.equality_result import EqualityTest
from mentor_outcomes.estimates.survival.equality_tests import gray_test, log_rank
from mentor_outcomes.estimates.survival.fine_gray import FineGrayResult, fine_gray
from mentor_outcomes.estimates.survival.incidence import cumulative_incidence
from mentor_outcomes.estimates.survival.incidence_result import IncidenceResult
from mentor_outcomes.estimates.survival.kaplan_meier import SurvivalCurves, kaplan_meier
from mentor_outcomes.estimates.survival.mean_count import mean_count
from mentor_outcomes.estimates.survival.mean_count_result import MeanCountResult
from mentor_outcomes.estimates.survival.mean_time import mean_time
from mentor_outcomes.estimates.survival.person_periods import PersonPeriods, person_periods
from mentor_outcomes.estimates.weights.censoring import censoring_weights
from mentor_outcomes.estimates.weights.response import response_weights

__all__ = [
    "CoxResult",
    "DiscreteHazardResult",
    "EqualityTest",
    "EventTimeEffects",
    "FineGrayResult",
    "FixedEffects",
    "GradeDecomposition",
    "GroupTimeEffects",
    "HausmanTest",
    "IncidenceResult",
    "LeeBounds",
    "MatchedDifference",
    "MeanCountResult",
    "ParallelTrends",
    "PayRounds",
    "PersonPeriods",
    "PreTrendTest",
    "ProportionalOdds",
    "Proportionality",
    "RandomEffects",
    "SurvivalCurves",
    "TippingPoint",
    "baseline_hazard",
    "censoring_weights",
    "cox_regression",
    "cumulative_incidence",
    "discrete_hazard",
    "event_rows",
    "event_time_effects",
    "fine_gray",
    "fixed_effects",
    "grade_decomposition",
    "gray_test",
    "group_time_effects",
    "hausman",
    "kaplan_meier",
    "lee_bounds",
    "log_rank",
    "martingale_residuals",
    "matched_difference",
    "matched_wave_difference",
    "mean_count",
    "mean_time",
    "panel_rows",
    "parallel_trends",
    "pay_rounds",
    "person_periods",
    "proportional_odds",
    "proportionality",
    "random_effects",
    "response_weights",
    "schoenfeld_residuals",
    "score_residual_table",
    "share_above",
    "simultaneous_critical_value",
    "tipping_point",
]
