"""How far the two arms could have been each other, and how much a comparator is used."""

import numpy as np
import pandas as pd

from mentor_outcomes.groups.balance import Arm, Arms

N_RANGES = 20
"""Ranges of preference scores that are counted, .05 wide."""
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
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0


def overlap_row(arms: Arms, preference: np.ndarray) -> dict:
    """The overlap of one design, or of a subgroup of it.

    Equipoise is of all eligible, before matching: the mentored, and people eligible on the same
    days, each start spreading a weight of one over them (in a subgroup: over all, of whom some are
    in it). The overall share is the mean of the two arms', which weigh the same. Whoever has no
    score was in nobody's equipoise. A person's weight is summed over the sets.

    preference   of each row that the arms refer to; missing where there is no score
    """
    eligible, matched = arms.mentored_before, arms.mentored_after
    comparators = arms.comparison_after
    shares = [
        equipoise_share(preference[arm.row], arm.weight)
        for arm in (eligible, arms.comparison_before)
    ]
    n_eligible, n_matched = (len(np.unique(arm.person)) for arm in (eligible, matched))
    of_comparator = _per_person(comparators)
    return {
        "n_mentored_eligible": n_eligible,
        "n_mentored_matched": n_matched,
        "share_unmatched": 1 - n_matched / n_eligible if n_eligible else float("nan"),
        "n_comparison": len(of_comparator),
        "effective_mentored": effective_sample_size(_per_person(matched)),
        "effective_comparison": effective_sample_size(of_comparator),
        "equipoise_share": sum(shares) / 2,
        "equipoise_share_mentored": shares[0],
        "equipoise_share_comparison": shares[1],
        "largest_reuse": float(np.unique(comparators.person, return_counts=True)[1].max(initial=0)),
    }


def preference_table(arms: Arms, preference: np.ndarray) -> pd.DataFrame:
    """One row per arm and range of preference scores that anybody is in, before matching.

    Shares are of the arm's weight; those without a score are in no range. A person may be in
    several ranges, on different days.
    """
    tables = []
    for name, arm in (("mentored", arms.mentored_before), ("comparison", arms.comparison_before)):
        score = preference[arm.row]
        known = np.isfinite(score)
        own = pd.DataFrame(
            {
                "place": np.minimum((score[known] * N_RANGES).astype(np.int64), N_RANGES - 1),
                "weight": arm.weight[known],
                "person": arm.person[known],
            }
        )
        by_range = own.groupby("place").agg(share=("weight", "sum"), n_people=("person", "nunique"))
        by_range["share"] /= arm.weight.sum()
        lower = np.round(by_range.index.to_numpy() / N_RANGES, 2)
        tables.append(by_range.assign(arm=name, preference_from=lower))
    return pd.concat(tables, ignore_index=True)


def _per_person(arm: Arm) -> np.ndarray:
    """Weight of each person, over the sets they are in."""
    _, place = np.unique(arm.person, return_inverse=True)
    return np.bincount(place, arm.weight)
