"""Two arms, each with somebody of weight above 0."""

import numpy as np

from mentor_outcomes.errors import EstimationError


def require_both_arms(is_mentored: np.ndarray, weight: np.ndarray) -> None:
    """Refuse an arm without rows, or with weights of zero throughout; weights are 0 or more."""
    for name, arm in (("mentored", is_mentored), ("comparison", ~is_mentored)):
        if not arm.any():
            raise EstimationError(
                f"the {name} arm is empty.",
                expected="people in both arms.",
                remedy="look at the selection of people that comes before.",
            )
        if not (weight[arm] > 0).any():
            raise EstimationError(
                f"everybody in the {name} arm has a weight of zero.",
                expected="people with a weight above zero in both arms.",
                remedy="look at the weights.",
            )
