"""Who is compared with whom: eligibility, propensity, matching, balance. Never sees an outcome."""

from mentor_outcomes.groups.design import DesignedGroups, design_groups
from mentor_outcomes.groups.matching import risk_set_match

__all__ = ["DesignedGroups", "design_groups", "risk_set_match"]
