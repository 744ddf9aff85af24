"""Models: each takes a data frame and returns a frozen result with `.tidy()`.

`event_rows` and `panel_rows` turn one declared outcome into rows of `estimates` and `curves`.
"""

from mentor_outcomes.estimates.censoring import censoring_weights, response_weights
from mentor_outcomes.estimates.cox import CoxResult, cox_regression
from mentor_outcomes.estimates.cox_diagnostics import (
    Proportionality,
    baseline_hazard,
    martingale_residuals,
    proportionality,
    schoenfeld_residuals,
    score_residual_table,
)
from mentor_outcomes.estimates.discrete_hazard import discrete_hazard
from mentor_outcomes.estimates.discrete_hazard_result import DiscreteHazardResult
from mentor_outcomes.estimates.equality_result import EqualityTest
from mentor_outcomes.estimates.equality_tests import gray_test, log_rank
from mentor_outcomes.estimates.event_outcomes import event_rows
from mentor_outcomes.estimates.fine_gray import FineGrayResult, fine_gray
from mentor_outcomes.estimates.fixed_effects import FixedEffects, fixed_effects
from mentor_outcomes.estimates.incidence import cumulative_incidence
from mentor_outcomes.estimates.incidence_result import IncidenceResult
from mentor_outcomes.estimates.kaplan_meier import SurvivalCurves, kaplan_meier
from mentor_outcomes.estimates.matched_difference import MatchedDifference, matched_difference
from mentor_outcomes.estimates.mean_count import mean_count
from mentor_outcomes.estimates.mean_count_result import MeanCountResult
from mentor_outcomes.estimates.mean_time import mean_time
from mentor_outcomes.estimates.panel_outcomes import panel_rows
from mentor_outcomes.estimates.person_periods import PersonPeriods, person_periods

__all__ = [
    "CoxResult",
    "DiscreteHazardResult",
    "EqualityTest",
    "FineGrayResult",
    "FixedEffects",
    "IncidenceResult",
    "MatchedDifference",
    "MeanCountResult",
    "PersonPeriods",
    "Proportionality",
    "SurvivalCurves",
    "baseline_hazard",
    "censoring_weights",
    "cox_regression",
    "cumulative_incidence",
    "discrete_hazard",
    "event_rows",
    "fine_gray",
    "fixed_effects",
    "gray_test",
    "kaplan_meier",
    "log_rank",
    "martingale_residuals",
    "matched_difference",
    "mean_count",
    "mean_time",
    "panel_rows",
    "person_periods",
    "proportionality",
    "response_weights",
    "schoenfeld_residuals",
    "score_residual_table",
]
