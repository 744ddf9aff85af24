"""How well each scale measures, wave by wave."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.measures.reliability import (
    FEWEST_FOR_ALPHA,
    Coefficient,
    alpha_with_interval,
    item_rest_correlations,
    omega_total,
    spearman_brown,
)
from mentor_outcomes.measures.scoring import keyed_answers, score_scales
from mentor_outcomes.measures.straight_lining import share_straight_lined
from mentor_outcomes.study import Scale

DIGITS = 8
"""Decimals that are kept of what an iteration finds, so that machines agree."""


def scale_quality(answers: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """One row per scale and wave in which anyone has a score.

    n_people, mean and sd (points) of the scores, and `share_prorated` of them; the sd of one person
    is missing. On complete answers, n_complete: alpha, omega total, with two items Spearman-Brown,
    straight-lined answers, and items that go against the rest (`key_errors`). Where a number is
    missing, `reason` says why.
    """
    scores = score_scales(answers, scales)
    if scores.empty:
        return schema.SCALE_QUALITY.empty()
    quality = (
        scores.groupby(["scale", "wave"])
        .agg(
            n_people=("person_id", "nunique"),
            mean=("score", "mean"),
            sd=("score", "std"),
            share_prorated=("is_prorated", "mean"),
        )
        .reset_index()
    )
    measured = [
        _measured(answers[answers["wave"] == wave], scales[name])
        for name, wave in zip(quality["scale"], quality["wave"], strict=True)
    ]
    columns = pd.DataFrame(measured).astype({"key_errors": "str", "reason": "str"})
    return quality.join(columns)[list(schema.SCALE_QUALITY.column_names())]


def _measured(answers: pd.DataFrame, scale: Scale) -> dict[str, object]:
    """What complete answers of one wave tell of the scale."""
    complete = keyed_answers(answers, scale).dropna()
    keyed = complete.to_numpy()
    coefficients = {
        "alpha": _alpha(keyed),
        "omega": _omega(keyed, scale.items),
        "spearman_brown": _spearman_brown(keyed),
    }
    straight, why_not = share_straight_lined(answers, scale)
    reasons = [found.note for found in coefficients.values() if np.isnan(found.ci_low)]
    against = _against_the_rest(keyed, scale.items)
    return {
        "n_complete": len(keyed),
        **_columns("alpha", coefficients["alpha"]),
        **_columns("omega", coefficients["omega"]),
        "spearman_brown": coefficients["spearman_brown"].estimate,
        "share_straight_lined": straight,
        "key_errors": ", ".join(against),
        "reason": "; ".join(dict.fromkeys(filter(None, [*reasons, why_not]))) or None,
    }


def _columns(name: str, found: Coefficient) -> dict[str, float]:
    return {
        name: found.estimate,
        f"{name}_ci_low": found.ci_low,
        f"{name}_ci_high": found.ci_high,
    }


def _alpha(keyed: np.ndarray) -> Coefficient:
    if keyed.shape[1] < 2:
        return Coefficient(note="one item has no alpha")
    if len(keyed) < FEWEST_FOR_ALPHA:
        return Coefficient(note=f"fewer than {FEWEST_FOR_ALPHA} people answered every item")
    return alpha_with_interval(keyed)


def _omega(keyed: np.ndarray, items: tuple[str, ...]) -> Coefficient:
    """Omega, or why there is none: a scale that one factor does not describe stops no study."""
    if keyed.shape[1] < 2:
        return Coefficient()
    try:
        found = omega_total(keyed, items)
    except EstimationError as problem:
        return Coefficient(note=f"no omega: {problem.found.rstrip('.')}")
    figures = (round(each, DIGITS) for each in (found.estimate, found.ci_low, found.ci_high))
    return Coefficient(*figures, note=found.note)


def _spearman_brown(keyed: np.ndarray) -> Coefficient:
    if keyed.shape[1] != 2 or len(keyed) < FEWEST_FOR_ALPHA or (np.ptp(keyed, axis=0) == 0).any():
        return Coefficient()
    return spearman_brown(keyed)


def _against_the_rest(keyed: np.ndarray, items: tuple[str, ...]) -> list[str]:
    if len(keyed) < FEWEST_FOR_ALPHA or keyed.shape[1] < 2:
        return []
    correlations = item_rest_correlations(keyed)
    return [item for item, r in zip(items, correlations, strict=True) if r < 0]
