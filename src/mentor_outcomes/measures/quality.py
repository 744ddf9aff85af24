"""How well each scale measures, wave by wave."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.measures.scoring import keyed_answers, score_scales
from mentor_outcomes.study import Scale


def cronbach_alpha(items: np.ndarray) -> float:
    """Cronbach's alpha, k/(k-1) (1 - sum of item variances / variance of the sum), 1951.

    items   shape (n_people, n_items), reverse-keyed items turned, no missing answer

    Missing where it is not defined: fewer than two items or people, or everyone's sum the same.
    """
    n_people, n_items = items.shape
    if n_people < 2 or n_items < 2:
        return np.nan
    variance_of_sum = items.sum(axis=1).var(ddof=1)
    if variance_of_sum == 0:
        return np.nan
    return n_items / (n_items - 1) * (1 - items.var(axis=0, ddof=1).sum() / variance_of_sum)


def scale_quality(answers: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """One row per scale and wave in which anyone has a score.

    n_people, mean and sd (points) of the scores; `alpha` on complete answers; `share_prorated`
    of the scores. The sd of one person is missing.
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
    alphas = [
        _alpha(answers[answers["wave"] == wave], scales[name])
        for name, wave in zip(quality["scale"], quality["wave"], strict=True)
    ]
    return quality.assign(alpha=alphas)[list(schema.SCALE_QUALITY.column_names())]


def _alpha(answers: pd.DataFrame, scale: Scale) -> float:
    return cronbach_alpha(keyed_answers(answers, scale).dropna().to_numpy())
