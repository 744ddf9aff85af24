"""Rows beside the headlines of pay and scales of an invented study: every method and quantity."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.study import Study
from tests.invented_estimates import frame_of, row

SILENT_ONLY = "the silent only"
MAGNITUDES = (0.5, 1, 2)
ON_LAST_VALUE = "matched on the last value too"


def with_panel_rows(
    tables: Mapping[str, pd.DataFrame], study: Study, *, n_mentored: int = 640
) -> dict[str, pd.DataFrame]:
    """The invented tables with these rows of estimates, of points of share curves, and of lags.

    Of each horizon as many people as `attrition` says are seen.
    """
    rows, points = [], []
    for name, outcome in study.outcomes.items():
        if outcome.kind == "event":
            continue
        seen = _seen(tables["attrition"], name)
        for months, (n, n_other) in seen.items():
            rows += _at_horizon(name, outcome.kind, months, n, n_other)
        rows += _main_horizon(name, outcome.kind, *seen[24.0])
        rows += _of_everybody(name, outcome.kind, n_mentored, 3 * n_mentored)
        points += _points(name, outcome.kind, seen)
    estimates = _with_people_seen(tables["estimates"], tables["attrition"])
    return dict(tables) | {
        "estimates": pd.concat([estimates, frame_of(schema.ESTIMATES, rows)], ignore_index=True),
        "curves": pd.concat([tables["curves"], frame_of(schema.CURVES, points)], ignore_index=True),
    }


def _seen(attrition: pd.DataFrame, name: str) -> dict[float, tuple[int, int]]:
    own = attrition[attrition["outcome"] == name]
    wide = own.pivot(index="horizon_months", columns="arm", values="n_seen")
    return {
        months: (wide.loc[months, "mentored"], wide.loc[months, "comparison"])
        for months in wide.index
    }


def _with_people_seen(estimates: pd.DataFrame, attrition: pd.DataFrame) -> pd.DataFrame:
    """Matched differences count those seen at the horizon."""
    wide = attrition.pivot(index=["outcome", "horizon_months"], columns="arm", values="n_seen")
    own = pd.MultiIndex.from_frame(estimates[["outcome", "horizon_months"]])
    is_matched = estimates["method"] == "matched_difference"
    counts = {
        f"n_{arm}": estimates[f"n_{arm}"].mask(is_matched, wide[arm].reindex(own).to_numpy())
        for arm in ("mentored", "comparison")
    }
    return estimates.assign(**counts)


def _unit(kind: str) -> str:
    return "log points" if kind == "panel" else "points"


def _bare(estimate: float = 1.0, **more) -> dict:
    nothing = dict.fromkeys(["std_error", "ci_low", "ci_high", "p_value"], np.nan)
    return {**nothing, "estimate": estimate, **more}


def _at_horizon(name: str, kind: str, months: float, n: int, n_other: int) -> list[dict]:
    def made(method, quantity, unit=None, **more) -> dict:
        return (
            row(name, method, quantity, months, 0.02, 0.01, unit or _unit(kind), n, n_other) | more
        )

    matched, trends = "matched_difference", "parallel_trends"
    rows = [
        made(matched, "difference", variant="without weights"),
        made(matched, "difference", variant=ON_LAST_VALUE, n_mentored=max(0.0, n - 1.0)),
        made(matched, "difference_over_window"),
        made("lee_bounds", "lower_bound", n_events=40.0),
        made("lee_bounds", "upper_bound", n_events=40.0),
        made("lee_bounds", "seen_difference", "per 100 people"),
        *(
            made(trends, "robust_interval", variant=f"relative magnitude {size:g}")
            for size in MAGNITUDES
        ),
        made(trends, "breakdown", "times") | _bare(),
        made("group_time_effects", "effect_at"),
    ]
    if kind == "panel":
        moved = {"n_events": 0.2 * n + 0.2 * n_other, "n_events_mentored": 0.2 * n}
        moved |= {"n_events_comparison": 0.2 * n_other}
        parts = ("difference_through_grade", "difference_within_grade")
        rows += [made(matched, part, **moved) for part in parts]
        rows.append(made(matched, "growth_difference", "log points per year"))
    else:
        above = {"n_events": float(n // 3 + n_other // 3), "n_events_mentored": float(n // 3)}
        above |= {"n_events_comparison": float(n_other // 3)}
        rows.append(made(matched, "share_difference", "per 100 people", **above))
    return rows


def _main_horizon(name: str, kind: str, n: int, n_other: int) -> list[dict]:
    def made(method, quantity, unit=None, **more) -> dict:
        return row(name, method, quantity, 24.0, 0.4, 0.1, unit or _unit(kind), n, n_other) | more

    rows = [made("parallel_trends", "detectable_trend", "SD") | _bare()]
    for variant in (schema.MAIN,) if kind == "panel" else (schema.MAIN, SILENT_ONLY):
        for end in ("to_zero", "to_interval"):
            rows.append(made("tipping_point", end, variant=variant) | _bare())
            if kind == "scale":
                quantity = f"standardised_{end}"
                rows.append(made("tipping_point", quantity, "SD", variant=variant) | _bare())
    if kind == "scale":
        rows.append(made("proportional_odds", "log_odds_ratio", "log odds"))
        quantity = "proportionality_chi_square"
        rows.append(made("proportional_odds", quantity, "chi-square (1 df)") | _bare(p_value=0.5))
    return rows


def _of_everybody(name: str, kind: str, n: int, n_other: int) -> list[dict]:
    def made(method, quantity, unit=None, **more) -> dict:
        return (
            row(name, method, quantity, np.nan, 0.02, 0.01, unit or _unit(kind), n, n_other) | more
        )

    current = {"variant": "current exposure", "n_mentored": 0.8 * n}
    return [
        made("two_way_fixed_effects", "coefficient", **current, n_comparison=n_other + 0.2 * n),
        made("two_way_fixed_effects", "pre_trend", "chi-square") | _bare(p_value=0.4),
        made("within_between", "within_coefficient"),
        made("within_between", "between_coefficient"),
        made("within_between", "hausman", "chi-square") | _bare(p_value=0.2),
        made("group_time_effects", "overall_effect"),
        made("group_time_effects", "pre_trend", "chi-square") | _bare(p_value=0.6),
    ]


def _points(name: str, kind: str, seen: dict[float, tuple[int, int]]) -> list[dict]:
    """Points of the leads and lags and, of scales, of the curve of shares, at the horizons."""
    points = []
    for months, (n, n_other) in seen.items():
        about = {
            "outcome": name,
            "role": "protege",
            "contrast": "any",
            "subgroup": "all",
            "arm": "difference",
            "months": months,
            "estimate": 0.02,
            "std_error": 0.01,
            "ci_low": 0.0,
            "ci_high": 0.04,
            "n_at_risk": float(min(n, n_other)),
        }
        lags = {"method": "two_way_fixed_effects", "quantity": "coefficient", "unit": _unit(kind)}
        points.append(about | lags | {"n_events": np.nan, "band_low": -0.1, "band_high": 0.1})
        if kind == "scale":
            share = {"method": "matched_difference", "quantity": "share_difference"}
            share |= {"unit": "per 100 people", "n_events": float(min(n, n_other) // 3)}
            points.append(about | share)
    return points
