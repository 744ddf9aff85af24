"""Models: each takes a data frame and returns a frozen result with `.tidy()`.

`event_rows` and `panel_rows` turn one declared outcome into rows of `estimates` and `curves`.
"""

from mentor_outcomes.estimates.censoring import censoring_weights, response_weights
from mentor_outcomes.estimates.cox import CoxResult, cox_regression
from mentor_outcomes.estimates.event_outcomes import event_rows
from mentor_outcomes.estimates.fixed_effects import FixedEffects, fixed_effects
from mentor_outcomes.estimates.incidence import cumulative_incidence
from mentor_outcomes.estimates.incidence_result import IncidenceResult
from mentor_outcomes.estimates.matched_difference import MatchedDifference, matched_difference
from mentor_outcomes.estimates.mean_time import mean_time
from mentor_outcomes.estimates.panel_outcomes import panel_rows

__all__ = [
    "CoxResult",
    "FixedEffects",
    "IncidenceResult",
    "MatchedDifference",
    "censoring_weights",
    "cox_regression",
    "cumulative_incidence",
    "event_rows",
    "fixed_effects",
    "matched_difference",
    "mean_time",
    "panel_rows",
    "response_weights",
]
