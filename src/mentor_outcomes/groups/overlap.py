"""How far the two arms could have been each other, and how much a comparator is used."""

import numpy as np
import pandas as pd

EQUIPOISE = (0.3, 0.7)
"""Preference scores between these: either arm was a plausible course (Walker et al. 2013)."""


def preference_score(log_odds: np.ndarray, prevalence_log_odds: np.ndarray) -> np.ndarray:
    """Probability of starting with how common starting is in that period taken out.

    logit(preference) = logit(hazard) - logit(share starting that period); Walker et al. 2013,
    Comparative Effectiveness Research 3:11.
    """
    return 1 / (1 + np.exp(prevalence_log_odds - log_odds))


def equipoise_share(preference: np.ndarray, weights: np.ndarray) -> float:
    """Weighted share of preference scores in the range of equipoise; missing if nobody is there."""
    total = weights.sum()
    inside = (preference >= EQUIPOISE[0]) & (preference <= EQUIPOISE[1])
    return float(weights @ inside / total) if total > 0 else float("nan")


def effective_sample_size(weights: np.ndarray) -> float:
    """Kish's effective sample size, (sum w)^2 / sum w^2, in people (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def overlap_row(
    members: pd.DataFrame,
    *,
    n_eligible: int,
    mentored_preference: np.ndarray,
    comparison_preference: np.ndarray,
    comparison_weight: np.ndarray,
) -> dict:
    """The overlap of one design.

    Equipoise is of all eligible, before matching: the mentored, and people eligible on the same
    days, each start spreading a weight of one over them. Both arms then weigh the same, and the
    overall share is the mean of the two. A comparator's weight is summed over its sets.
    """
    comparators = members[~members["is_mentored"]]
    by_person = comparators.groupby("person", sort=False)["weight"].agg(["sum", "size"])
    n_matched = int(members["is_mentored"].sum())
    shares = (
        equipoise_share(mentored_preference, np.ones(len(mentored_preference))),
        equipoise_share(comparison_preference, comparison_weight),
    )
    return {
        "n_mentored_eligible": n_eligible,
        "n_mentored_matched": n_matched,
        "share_unmatched": 1 - n_matched / n_eligible if n_eligible else float("nan"),
        "n_comparison": len(by_person),
        "effective_comparison": effective_sample_size(by_person["sum"].to_numpy()),
        "equipoise_share": sum(shares) / 2,
        "equipoise_share_mentored": shares[0],
        "equipoise_share_comparison": shares[1],
        "largest_reuse": float(by_person["size"].max()) if len(by_person) else 0.0,
    }
