"""Small, plausible tables of an invented design: its flow, balance, overlap and calibration."""

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from tests.invented_estimates import frame_of

SUBGROUPS = {"all": 1.0, "gender=f": 0.45, "gender=m": 0.55}
"""Subgroup -> share of everybody."""
_REMOVED = {
    "mentored": [
        ("mentorships in the tables", 0),
        ("begun", 143),
        ("the first of its person", 187),
        ("a first mentorship recorded", 0),
        ("not yet mentored when recording began", 131),
        ("began after the first observed day", 200),
        ("not on leave", 4),
        ("employed for 6 months", 88),
        ("a comparator within the caliper", 17),
    ],
    "comparison": [
        ("people in the tables", 0),
        ("employed in the observed window or on its eve", 260),
        ("in the panel", 0),
        ("never eligible on such a day", 412),
        ("not chosen as similar", 1800),
    ],
    "everyone": [
        ("employed on some day of the period", 0),
        ("employed on its last day", 420),
        ("in the panel", 0),
        ("not on leave at its end", 1250),
        ("employed for 6 months", 5300),
        ("followed by a start in the next period", 48000),
    ],
}
_OF_MENTORSHIPS = 3


def _key(eligibility: str) -> dict[str, str]:
    return {"role": "protege", "contrast": "any", "eligibility": eligibility}


def flow(n_mentored: int) -> pd.DataFrame:
    """All arms; of person-months, everybody behind them starts in the end."""
    rows = [
        row
        for eligibility in schema.ELIGIBILITIES
        for arm in _REMOVED
        if (arm, eligibility) != ("everyone", "below_top_grade")
        for row in _chain(eligibility, arm, n_mentored * (3 if arm == "comparison" else 1))
    ]
    return frame_of(schema.FLOW, rows)


def _chain(eligibility: str, arm: str, n_last: int):
    remaining = n_last + sum(n for _, n in _REMOVED[arm])
    for step, (criterion, n_removed) in enumerate(_REMOVED[arm]):
        remaining -= n_removed
        unit = "people"
        if arm == "everyone":
            unit = "person_months"
        elif arm == "mentored" and step < _OF_MENTORSHIPS:
            unit = "mentorships"
        is_months = arm == "everyone"
        yield {
            **_key(eligibility),
            "arm": arm,
            "step": step,
            "unit": unit,
            "criterion": criterion,
            "n_removed": n_removed,
            "n_remaining": remaining,
            "n_people_removed": 0 if is_months else n_removed,
            "n_people_remaining": n_last if is_months else remaining,
            "n_people_touched": min(n_removed, n_last) if is_months else n_removed,
        }


def balance(n_mentored: int, n_comparison: int) -> pd.DataFrame:
    """Everybody and both genders, in whom the differences are a little larger."""
    before = {
        "tenure_months": 0.34,
        "months_in_grade": 0.28,
        "past_promotions": 0.22,
        "last_rating": 0.41,
        "rating_before_last": 0.31,
        "log_pay_12_months_before": 0.12,
        "age": -0.26,
        "gender=f": 0.05,
        "gender=m": -0.05,
        "last_rating_missing": -0.08,
    }
    rows = []
    for eligibility in schema.ELIGIBILITIES:
        for subgroup, part in SUBGROUPS.items():
            n, n_other = round(part * n_mentored), round(part * n_comparison)
            for place, (covariate, size) in enumerate(before.items()):
                own = size / (15 if subgroup == "all" else 6) * (-1) ** place
                rows.append(
                    {
                        **_key(eligibility),
                        "subgroup": subgroup,
                        **_balance_row(covariate, size, own, n, n_other),
                    }
                )
    return frame_of(schema.BALANCE, rows)


def _balance_row(covariate: str, before: float, after: float, n: int, n_other: int) -> dict:
    is_share = "=" in covariate or covariate.endswith("_missing")
    mean = 0.4 if is_share else 3.0
    ratio = np.nan if is_share else 1.1
    return {
        "covariate": covariate,
        "mean_mentored": mean,
        "mean_comparison_before": mean - before / 2,
        "mean_comparison_after": mean - before / 30,
        "smd_before": before,
        "smd_after": after,
        "smd_after_p_value": 0.5,
        "variance_ratio_before": ratio,
        "variance_ratio_after": ratio,
        "ks_before": 0.12,
        "ks_after": 0.02,
        **_people_behind(n, n_other, mean if is_share else np.nan),
    }


def _people_behind(n_mentored: int, n_comparison: int, share: float) -> dict[str, float]:
    """Everybody has a value; before matching 30 more of each arm, of whom `share` in the level."""
    counts = {}
    for arm, n in (("mentored", n_mentored), ("comparison", n_comparison)):
        counts |= {
            f"n_{arm}_known": float(n),
            f"n_{arm}_level": float(np.round(share * n)),
            f"n_{arm}_known_before": float(n + 30),
            f"n_{arm}_level_before": float(np.round(share * n) + np.round(share * 30)),
        }
    return counts


def overlap(n_mentored: int, n_comparison: int) -> pd.DataFrame:
    """Seventeen of all, and as many of each gender, found no comparator."""
    rows = []
    for eligibility in schema.ELIGIBILITIES:
        for subgroup, part in SUBGROUPS.items():
            n, n_other = round(part * n_mentored), round(part * n_comparison)
            rows.append(
                {
                    **_key(eligibility),
                    "subgroup": subgroup,
                    "n_mentored_eligible": n + 17,
                    "n_mentored_matched": n,
                    "share_unmatched": 17 / (n + 17),
                    "n_comparison": n_other,
                    "effective_mentored": float(n),
                    "effective_comparison": 0.7 * n_other,
                    "equipoise_share": 0.82,
                    "equipoise_share_mentored": 0.79,
                    "equipoise_share_comparison": 0.83,
                    "largest_reuse": 7.0,
                    "n_truncated": 0,
                    "c_statistic": 0.68,
                    "largest_calibration_gap": -0.0021,
                    "calibration_gap_error": 0.0013,
                    "left_out_of_model": None,
                    "flow_gap": 0,
                }
            )
    return frame_of(schema.OVERLAP, rows)


def preference(n_mentored: int, n_comparison: int) -> pd.DataFrame:
    """Two bells of scores, the mentored a little higher."""
    lower = np.round(np.arange(20) / 20, 2)
    rows = []
    for eligibility in schema.ELIGIBILITIES:
        for arm, middle, n in (
            ("mentored", 0.56, n_mentored),
            ("comparison", 0.48, n_comparison),
        ):
            height = np.exp(-0.5 * ((lower + 0.025 - middle) / 0.13) ** 2)
            shares = height / height.sum()
            rows += [
                {
                    **_key(eligibility),
                    "arm": arm,
                    "preference_from": place,
                    "share": share,
                    "n_people": round(share * n),
                }
                for place, share in zip(lower, shares, strict=True)
                if round(share * n) > 0
            ]
    return frame_of(schema.PREFERENCE, rows)


def calibration(n_mentored: int) -> pd.DataFrame:
    """Ten tenths of the person-months, starts rising with the predicted hazard."""
    rows = []
    for tenth in range(1, 11):
        predicted = 0.0035 * tenth
        n_months = 50 * n_mentored
        observed = predicted * (1 + 0.02 * (-1) ** tenth)
        rows.append(
            {
                "role": "protege",
                "contrast": "any",
                "tenth": tenth,
                "n_person_months": n_months,
                "n_people": 4 * n_mentored,
                "n_starts": round(observed * n_months / 10),
                "mean_predicted": predicted,
                "observed_share": observed,
                "gap_error": np.sqrt(predicted * (1 - predicted) / n_months),
            }
        )
    return frame_of(schema.CALIBRATION, rows)
