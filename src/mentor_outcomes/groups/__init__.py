"""Who is compared with whom: eligibility, propensity, matching, balance. Never sees an outcome."""

from mentor_outcomes.groups.design import DesignedGroups, design_groups
from mentor_outcomes.groups.entropy_balance import EntropyBalance, entropy_balance
from mentor_outcomes.groups.matching import risk_set_match
from mentor_outcomes.groups.nearest_match import NearestMatch, nearest_match
from mentor_outcomes.groups.raw_weights import Trimming
from mentor_outcomes.groups.weighting import BalancingWeights, balancing_weights

__all__ = [
    "BalancingWeights",
    "DesignedGroups",
    "EntropyBalance",
    "NearestMatch",
    "Trimming",
    "balancing_weights",
    "design_groups",
    "entropy_balance",
    "nearest_match",
    "risk_set_match",
]
