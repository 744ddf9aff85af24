"""Plausible tables about scales and surveys of an invented study."""

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.study import Study
from tests.invented_estimates import frame_of

WAVES = range(1, 5)


def scale_quality(study: Study) -> pd.DataFrame:
    return frame_of(
        schema.SCALE_QUALITY,
        [
            {
                "scale": scale,
                "wave": wave,
                "n_people": 1500 + 7 * wave,
                "n_complete": 1440 + 7 * wave,
                "mean": 3.9,
                "sd": 0.8,
                "alpha": 0.80 + wave / 100,
                "alpha_ci_low": 0.78,
                "alpha_ci_high": 0.84,
                "omega": 0.81 + wave / 100,
                "omega_ci_low": 0.79,
                "omega_ci_high": 0.85,
                "spearman_brown": np.nan,
                "share_prorated": 0.04,
                "share_straight_lined": 0.03 if settings.reverse_keyed else np.nan,
                "key_errors": "",
                "reason": None if settings.reverse_keyed else "straight-lining does not show",
            }
            for scale, settings in study.scales.items()
            for wave in WAVES
        ],
    )


def scale_invariance(study: Study) -> pd.DataFrame:
    """Loadings alike everywhere; intercepts of turnover intent differ between waves."""
    rows = []
    for scale in study.scales:
        for grouping, n_groups in (("waves", 4), ("mentored", 2)):
            differs = (scale, grouping) == ("turnover_intent", "waves")
            for place, step in enumerate(("configural", "metric", "scalar")):
                is_broken = differs and step == "scalar"
                rows.append(
                    {
                        "scale": scale,
                        "grouping": grouping,
                        "step": step,
                        "chi2": 12.5 * place,
                        "df": 2.0 * (n_groups - 1) * place,
                        "p_value": 0.2 if place else np.nan,
                        "cfi": 0.972 if is_broken else 1 - 0.001 * place,
                        "rmsea": 0.012 * place if place else np.nan,
                        "srmr": 0.01 * place,
                        "delta_cfi": np.nan if not place else -0.027 if is_broken else -0.001,
                        "delta_rmsea": 0.012 if step == "scalar" else np.nan,
                        "n_people": 2100,
                        "n_smallest": 610 if grouping == "mentored" else 1447,
                        "n_left_out": 243,
                        "n_groups": n_groups,
                        "holds": "no" if is_broken else "yes" if place else "cannot be tested",
                        "reason": "as the changes of fit say",
                    }
                )
    return frame_of(schema.SCALE_INVARIANCE, rows)


def response_rates(n_mentored: int) -> pd.DataFrame:
    rows = []
    for wave in WAVES:
        for arm, n_employed in (("mentored", n_mentored), ("not_mentored", 3 * n_mentored)):
            n_answered, n_unlinked = int(0.6 * n_employed), 20
            may_be_own = min(n_unlinked, n_employed - n_answered)
            rows.append(
                {
                    "wave": wave,
                    "arm": arm,
                    "n_employed": float(n_employed),
                    "n_answered": n_answered,
                    "response_rate": n_answered / n_employed,
                    "n_unlinked": n_unlinked,
                    "linkage_lowest": n_answered / (n_answered + may_be_own),
                    "linkage_highest": 1.0,
                }
            )
    return frame_of(schema.RESPONSE_RATES, rows)
