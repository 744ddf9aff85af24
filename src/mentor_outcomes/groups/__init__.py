"""Who is compared with whom: eligibility, propensity, matching, balance. Never sees an outcome."""

from mentor_outcomes.groups.design import TABLES, DesignedGroups, design_groups
from mentor_outcomes.groups.entropy_balance import EntropyBalance, entropy_balance
from mentor_outcomes.groups.last_value import asked_for_last_value, last_value_sets
from mentor_outcomes.groups.matching import risk_set_match
from mentor_outcomes.groups.nearest_match import NearestMatch, nearest_match
from mentor_outcomes.groups.placebo import placebo_sets
from mentor_outcomes.groups.raw_weights import Trimming
from mentor_outcomes.groups.trial_weights import TrialWeights, stacked_trial_weights
from mentor_outcomes.groups.waiting_list import waiting_list
from mentor_outcomes.groups.weighting import BalancingWeights, balancing_weights

__all__ = [
    "TABLES",
    "BalancingWeights",
    "DesignedGroups",
    "EntropyBalance",
    "NearestMatch",
    "TrialWeights",
    "Trimming",
    "asked_for_last_value",
    "balancing_weights",
    "design_groups",
    "entropy_balance",
    "last_value_sets",
    "nearest_match",
    "placebo_sets",
    "risk_set_match",
    "stacked_trial_weights",
    "waiting_list",
]
