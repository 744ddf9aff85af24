"""The one place where a scale that measures differently loses its figures."""

import numpy as np
import pandas as pd

NO_SCORES = {("lee_bounds", "seen_difference")}
"""Method and quantity of rows that compare who answered, not what: their figures stay."""
FIGURES = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "p_adjusted")


def means_blocked(
    estimates: pd.DataFrame, curves: pd.DataFrame, reason: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of one scale as they are, or with `reason` blocked but for `NO_SCORES`, and no curve.

    All other rows of a scale compare its scores between people or waves, whatever the method: in
    points, SDs, shares or as an order. So none of them is picked out; a method that comes later is
    blocked as well. Counts of people stay. Rows that are blocked already keep their own reason.

    reason   as of `survey_checks.why_means_not_compared`
    """
    if reason is None:
        return estimates, curves
    keys = zip(estimates["method"], estimates["quantity"], strict=True)
    has_scores = np.array([key not in NO_SCORES for key in keys], dtype="bool")
    was_estimated = (estimates["status"] == "estimated").to_numpy() & has_scores
    figures = [name for name in FIGURES if name in estimates.columns]
    rows = estimates.assign(
        **{name: np.where(was_estimated, np.nan, estimates[name]) for name in figures},
        status=estimates["status"].mask(has_scores, "blocked"),
        reason=estimates["reason"].mask(was_estimated, reason),
        error_type=estimates["error_type"].mask(was_estimated, "none"),
    )
    return rows.astype(estimates.dtypes.to_dict()), curves.iloc[:0]
