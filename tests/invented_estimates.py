"""Rows of estimates and curves of an invented study, by simple formulas."""

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.study import Outcome

HORIZONS = (12.0, 24.0, 36.0)
SCALES = {
    "job_satisfaction": (0.21, 1.3),
    "turnover_intent": (-0.12, 1.1),
    "self_efficacy": (0.02, 0.55),
    "socialization": (0.18, 0.8),
    "career_planning": (0.09, 0.9),
    "involvement": (0.05, 0.7),
    "motivation": (0.03, 0.6),
}
_PER_YEAR = {"promotion": (0.092, 0.072), "voluntary_exit": (0.115, 0.135)}


def frame_of(table: schema.Table, rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(table.column_names()))
    types = {"number": "float64", "integer": "int64", "flag": "bool", "text": "str"}
    return table.check(frame.astype({c.name: types[c.type] for c in table.columns}))


def row(outcome, method, quantity, horizon, estimate, std_error, unit, n, n_other, **more) -> dict:
    return {
        "outcome": outcome,
        "role": "protege",
        "contrast": "any",
        "subgroup": "all",
        "method": method,
        "estimand": "effect on the mentored who could be compared",
        "quantity": quantity,
        "horizon_months": horizon,
        "variant": schema.MAIN,
        "estimate": estimate,
        "std_error": std_error,
        "ci_low": estimate - 1.96 * std_error,
        "ci_high": estimate + 1.96 * std_error,
        "p_value": 0.04,
        "p_adjusted": np.nan,
        "unit": unit,
        "n_mentored": float(n),
        "n_comparison": float(n_other),
        "n_events": np.nan,
        "n_events_mentored": np.nan,
        "n_events_comparison": np.nan,
        "n_left_out": 0.0,
        "is_headline": False,
        "is_primary": False,
        "error_type": "clustered by person",
        "status": "estimated",
        "reason": None,
    } | more


def blocked(outcome, method, quantity, horizon, unit) -> dict:
    nothing = dict.fromkeys(
        ["estimate", "std_error", "ci_low", "ci_high", "p_value", "n_mentored", "n_comparison"],
        np.nan,
    )
    return (
        row(outcome, method, quantity, horizon, 0, 0, unit, 0, 0)
        | nothing
        | {
            "is_headline": True,
            "is_primary": horizon == 24,
            "status": "blocked",
            "reason": "137 of 545 people were already mentored when recording began, and "
            "exposure goes on and off: only panel models apply",
        }
    )


def _risks(name: str, months: float) -> tuple[float, float]:
    return tuple(100 * (1 - np.exp(-yearly * months / 12)) for yearly in _PER_YEAR[name])


def event_rows(name: str, outcome: Outcome, n: int, n_other: int) -> list[dict]:
    rows = []
    for horizon in HORIZONS:
        mentored, comparison = _risks(name, horizon)
        events = (round(mentored * n / 100), round(comparison * n_other / 100))
        common = {
            "n": n,
            "n_other": n_other,
            "n_events": float(sum(events)),
            "n_events_mentored": float(events[0]),
            "n_events_comparison": float(events[1]),
        }
        error = 0.5 + horizon / 24
        for quantity, value in (
            ("risk_mentored", mentored),
            ("risk_comparison", comparison),
            ("risk_difference", mentored - comparison),
        ):
            is_headline = quantity == "risk_difference"
            rows.append(
                row(
                    name,
                    "cumulative_incidence",
                    quantity,
                    horizon,
                    value,
                    error,
                    "per 100 people",
                    **common,
                )
                | {
                    "is_headline": is_headline,
                    "is_primary": is_headline and outcome.primary and horizon == 24,
                    "p_adjusted": 0.05 if is_headline and horizon == 24 else np.nan,
                }
            )
        rows.append(
            row(
                name,
                "mean_time",
                "mean_time_difference",
                horizon,
                (mentored - comparison) * horizon / 200,
                0.1,
                "months",
                **common,
                is_headline=True,
            )
        )
        rows.append(
            row(
                name,
                "naive",
                "risk_difference",
                horizon,
                2.5 * (mentored - comparison),
                error,
                "per 100 people",
                **common,
            )
        )
    for method in ("cox", "cox_time_varying"):
        rows.append(
            row(name, method, "log_hazard_ratio", np.nan, 0.245, 0.09, "log hazard ratio", **common)
        )
    return rows


def event_points(name: str, n: int, n_other: int) -> list[dict]:
    points = []
    for month in range(0, 37):
        risks = _risks(name, month)
        for arm, risk, people in zip(("mentored", "comparison"), risks, (n, n_other), strict=True):
            points.append(
                _point(
                    name,
                    "cumulative_incidence",
                    "cumulative_incidence",
                    arm,
                    month,
                    risk,
                    0.05 * month + 0.2,
                    "per 100 people",
                    n_at_risk=float(round(people * 0.97**month)),
                    n_events=float(round(people * risk / 100)),
                )
            )
        points.append(
            _point(
                name,
                "cumulative_incidence",
                "cumulative_incidence",
                "difference",
                month,
                risks[0] - risks[1],
                0.06 * month + 0.2,
                "per 100 people",
                n_at_risk=float(round((n + n_other) * 0.97**month)),
                n_events=np.nan,
            )
        )
    return points


def _point(outcome, method, quantity, arm, months, estimate, std_error, unit, **counts) -> dict:
    error = 0.0 if months == 0 else std_error
    return {
        "outcome": outcome,
        "role": "protege",
        "contrast": "any",
        "subgroup": "all",
        "method": method,
        "quantity": quantity,
        "arm": arm,
        "months": float(months),
        "estimate": estimate,
        "std_error": error,
        "ci_low": estimate - 1.96 * error,
        "ci_high": estimate + 1.96 * error,
        "unit": unit,
    } | counts


def _panel_effect(name: str, outcome: Outcome) -> tuple[float, float, str]:
    if outcome.kind == "panel":
        return 0.012, 0.004, "log points"
    return SCALES[name][0], 0.045, "points"


def panel_rows(name: str, outcome: Outcome, n: int, n_other: int) -> list[dict]:
    effect, error, unit = _panel_effect(name, outcome)
    rows = []
    for horizon in HORIZONS:
        size = effect * horizon / 24
        is_primary = outcome.primary and horizon == 24
        rows.append(
            row(name, "matched_difference", "difference", horizon, size, error, unit, n, n_other)
            | {"is_headline": True, "is_primary": is_primary and outcome.kind == "panel"}
        )
        if outcome.kind == "scale":
            sd = SCALES[name][1]
            rows.append(
                row(
                    name,
                    "matched_difference",
                    "standardised_difference",
                    horizon,
                    size / sd,
                    error / sd,
                    "SD",
                    n,
                    n_other,
                )
                | {"is_primary": is_primary}
            )
    rows.append(
        row(
            name,
            "two_way_fixed_effects",
            "coefficient",
            np.nan,
            0.8 * effect,
            error,
            unit,
            n,
            n_other,
        )
    )
    rows.append(row(name, "naive", "difference", np.nan, 2 * effect, error, unit, n, n_other))
    return rows


def panel_points(name: str, outcome: Outcome, n: int) -> list[dict]:
    effect, error, unit = _panel_effect(name, outcome)
    step = 1 if outcome.kind == "panel" else 6
    return [
        _point(
            name,
            "matched_difference",
            "difference",
            "difference",
            month,
            effect * max(month, 0) / 24,
            error,
            unit,
            n_at_risk=float(round(n * 0.985 ** abs(month))),
            n_events=np.nan,
        )
        for month in range(-12, 37, step)
    ]
