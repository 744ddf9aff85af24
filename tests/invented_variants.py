"""Rows beside the main ones of an invented study: sensitivities, early and late, a year before."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.study import Study
from tests.invented_estimates import SCALES, frame_of, row

EARLY, LATE = "first 12 months", "after 12 months"
TWO_WAY = "errors by person and mentor"
OF_PROMOTION = {
    "promotion by code": 0.7,
    "with mass changes": -0.4,
    "full follow-up only": 0.0,
}
"""Variant -> how much more per 100 than the main difference at 24 months."""
LATER_COUNTED = 4.6
PLACEBO = {
    "promotion": ("risk_difference", 0.6, 0.9, "per 100 people"),
    "log_pay": ("difference", 0.011, 0.003, "log points"),
    **{name: ("difference", 0.02, 0.05, "points") for name in SCALES},
}
"""Outcome -> quantity, estimate, error, unit of the year before, of the groups compared: pay was
apart. Groups made a year before differ by twice as much, with the same error."""
MADE_BEFORE = "groups made a year before"


def with_variants(
    tables: Mapping[str, pd.DataFrame], study: Study, *, n_mentored: int = 640
) -> dict[str, pd.DataFrame]:
    """The invented tables with these rows of estimates, and the checks of the year before."""
    estimates, n_other = tables["estimates"], 3 * n_mentored
    rows = [
        *_of_promotion(estimates, n_mentored, n_other),
        *(
            each
            for name, outcome in study.outcomes.items()
            if outcome.kind == "event"
            for each in _ratios(name, n_mentored, n_other)
        ),
        *(
            row(name, "placebo_start", quantity, 12.0, times * size, error, unit, 500, 1400)
            | {"variant": variant, "p_value": two_sided_p(times * size / error)}
            | (_EVENTS if quantity == "risk_difference" else {})
            for name, (quantity, size, error, unit) in PLACEBO.items()
            for variant, times in ((MADE_BEFORE, 2), (schema.MAIN, 1))
        ),
    ]
    checks = [
        _check(name, "failed", two_sided_p(size / error))
        if name == "log_pay"
        else _check(name, "passed", two_sided_p(2 * size / error))
        for name, (_, size, error, _) in PLACEBO.items()
    ]
    others = tables["checks"][tables["checks"]["check"] != "placebo_start"]
    return dict(tables) | {
        "estimates": pd.concat([estimates, frame_of(schema.ESTIMATES, rows)], ignore_index=True),
        "checks": pd.concat([others, frame_of(schema.CHECKS, checks)], ignore_index=True),
    }


def two_sided_p(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2))


_EVENTS = {"n_events": 140.0, "n_events_mentored": 40.0, "n_events_comparison": 100.0}


def _main_difference(estimates: pd.DataFrame) -> dict:
    found = estimates[
        (estimates["outcome"] == "promotion")
        & (estimates["method"] == "cumulative_incidence")
        & (estimates["quantity"] == "risk_difference")
        & (estimates["horizon_months"] == 24)
    ]
    return found.iloc[0].to_dict()


def _of_promotion(estimates: pd.DataFrame, n: int, n_other: int) -> list[dict]:
    main = _main_difference(estimates)
    aside = {"is_headline": False, "is_primary": False, "p_adjusted": np.nan}
    size, error = main["estimate"], main["std_error"]
    shifted = [
        main
        | aside
        | {
            "variant": variant,
            "estimate": size + more,
            "ci_low": main["ci_low"] + more,
            "ci_high": main["ci_high"] + more,
        }
        for variant, more in OF_PROMOTION.items()
    ]
    wider = {"std_error": 1.1 * error, "ci_low": size - 2.156 * error}
    counted = row(
        "promotion",
        "mean_count",
        "mean_count_difference",
        24.0,
        LATER_COUNTED,
        2.0,
        "per 100 people",
        n,
        n_other,
        variant="later promotions counted",
        **_EVENTS,
    )
    return [*shifted, main | aside | {"variant": TWO_WAY} | wider, counted]


def _ratios(name: str, n: int, n_other: int) -> list[dict]:
    rows = []
    for method in ("cox", "cox_time_varying"):
        for variant, size in ((EARLY, 0.02), (LATE, 0.43)):
            rows.append(
                row(
                    name,
                    method,
                    "log_hazard_ratio",
                    np.nan,
                    size,
                    0.12,
                    "log hazard ratio",
                    n,
                    n_other,
                    variant=variant,
                    **_EVENTS,
                )
            )
        nothing = dict.fromkeys(["std_error", "ci_low", "ci_high"], np.nan)
        rows.append(
            row(
                name,
                method,
                "proportionality_chi_square",
                np.nan,
                9.1,
                0.0,
                "chi-square (1 df)",
                n,
                n_other,
                p_value=0.003,
                **_EVENTS,
            )
            | nothing
        )
    rows.append(
        row(
            name,
            "cox",
            "log_hazard_ratio",
            np.nan,
            0.245,
            0.1,
            "log hazard ratio",
            n,
            n_other,
            variant=TWO_WAY,
            **_EVENTS,
        )
    )
    return rows


def _check(outcome: str, result: str, value: float) -> dict:
    return {
        "check": "placebo_start",
        "outcome": outcome,
        "role": "protege",
        "contrast": "any",
        "result": result,
        "value": value,
        "n_smallest": np.nan,
        "message": "the difference over the 12 months before the start",
        "is_waived": False,
        "waiver": None,
    }
