"""The headline rows and the curve of a matched difference."""

import numpy as np
import pandas as pd

from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.panel_answers.panel_matched import MONTHS_BEFORE, Matched
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import blocked, estimated

METHOD = "matched_difference"
KNOWN_BEFORE = {"panel": "had pay on record before", "scale": "had answered before"}
"""A change needs a value before the start: whom the effect is of, by kind of outcome."""
NO_SD = "the comparators' scores before the start are all alike, so that there is no SD"


def headline_rows(question: PanelQuestion, matched: Matched) -> list[dict]:
    """A row per horizon and quantity."""
    points = matched.difference.tidy(question.analysis.confidence).set_index("moment")
    rows = []
    for months in question.analysis.horizons_months:
        if months not in points.index:
            reason = f"{months:g} months are no whole number of the study's periods"
            rows += [blocked(about, reason) for about in _quantities(question, months)]
            continue
        point = points.loc[months]
        counts = {name: point[name] for name in ("n_mentored", "n_comparison")}
        counts["n_left_out"] = matched.difference.n_left_out
        for about in _quantities(question, months):
            if pd.notna(point["reason"]):
                reason = f"{months:g} months after the start {point['reason']}"
                rows.append(blocked(about, reason, **counts))
            elif about["unit"] == "SD" and np.isnan(matched.sd):
                rows.append(blocked(about, NO_SD, **counts))
            else:
                scale = 1 / matched.sd if about["unit"] == "SD" else 1.0
                rows.append(estimated(about, point, scale=scale, **counts))
    return rows


def blocked_headline_rows(question: PanelQuestion, reason: str) -> list[dict]:
    return [
        blocked(about, reason)
        for months in question.analysis.horizons_months
        for about in _quantities(question, months)
    ]


def _quantities(question: PanelQuestion, months: float) -> list[dict]:
    """What is asked at a horizon: the difference and, of scales, the same in SDs."""
    is_primary = question.outcome.primary and months == question.analysis.main_horizon_months
    known = KNOWN_BEFORE[question.outcome.kind]
    rounds = question.rounds.words(months) if question.rounds else ""
    estimand = f"{of_whom(question.groups)} and {known}, had nobody left{rounds}"
    difference = question.about(
        METHOD,
        "difference",
        estimand + if_as_assigned(question.groups),
        horizon_months=months,
        is_headline=True,
        is_primary=is_primary and not question.is_scale,
        error_type=question.error_type,
    )
    if not question.is_scale:
        return [difference]
    standardised = {
        "quantity": "standardised_difference",
        "unit": "SD",
        "is_headline": False,
        "is_primary": is_primary,
        "error_type": f"{question.error_type}; SD taken as known",
    }
    return [difference, difference | standardised]


def curve_rows(question: PanelQuestion, matched: Matched) -> list[dict]:
    """The differences by months since the start, and the reference, 0 by construction.

    n_at_risk is that of the smaller arm; at the reference, that of the nearest point. The uniform
    band is over all regular moments that are estimated, those of the joint test among them; a
    horizon between two of them has its interval alone.
    """
    confidence, bands = question.analysis.confidence, ["band_low", "band_high"]
    points = matched.difference.tidy(confidence).set_index("moment")
    points[bands] = matched.regular.tidy(confidence).set_index("moment")[bands]
    points = points.reset_index().dropna(subset=["std_error"])
    points = points[points["moment"] >= -MONTHS_BEFORE]
    if points.empty:
        return []
    nearest = points.loc[[(points["moment"] - matched.reference).abs().idxmin()]]
    zero = nearest.assign(moment=matched.reference, estimate=0.0, std_error=0.0)
    zero = zero.assign(ci_low=0.0, ci_high=0.0, band_low=0.0, band_high=0.0)
    points = pd.concat([points, zero], ignore_index=True).sort_values("moment")
    n_at_risk = points[["n_mentored", "n_comparison"]].min(axis=1)
    points = points.assign(months=points["moment"], n_at_risk=n_at_risk)
    about = question.subject | {
        "subgroup": "all",
        "method": METHOD,
        "quantity": "difference",
        "arm": "difference",
        "unit": question.unit,
        "n_events": np.nan,
    }
    return [point | about for point in points.to_dict("records")]
