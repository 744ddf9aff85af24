"""Small, plausible result tables of an invented study, for tests of what reads them.

Numbers follow simple formulas, so that a test can say what to expect without a run of the models.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.study import Study, load_study
from tests.invented_attrition import attrition
from tests.invented_design import balance, calibration, flow, overlap, preference
from tests.invented_estimates import (
    HORIZONS,
    blocked,
    event_points,
    event_rows,
    frame_of,
    panel_points,
    panel_rows,
    row,
)
from tests.invented_surveys import response_rates, scale_invariance, scale_quality


def default_study() -> Study:
    """The study file in the repository's root."""
    return load_study(Path(__file__).parent.parent / "params.yaml")


def invented_results(
    study: Study, *, n_mentored: int = 640, verdicts: Mapping[str, str] | None = None
) -> dict[str, pd.DataFrame]:
    """All result tables by name, three comparators per mentored person.

    verdicts   outcome -> verdict, where it is to differ from the formula's
    """
    n_comparison = 3 * n_mentored
    rows, points = [], []
    for name, outcome in study.outcomes.items():
        if outcome.kind == "event":
            rows += event_rows(name, outcome, n_mentored, n_comparison)
            points += event_points(name, n_mentored, n_comparison)
        else:
            rows += panel_rows(name, outcome, n_mentored, n_comparison)
            points += panel_points(name, outcome, n_mentored)
    tables = {
        "ingest_counts": _ingest_counts(),
        "promotion_counts": _promotion_counts(),
        "scale_quality": scale_quality(study),
        "scale_invariance": scale_invariance(study),
        "response_rates": response_rates(n_mentored),
        "flow": flow(n_mentored),
        "balance": balance(n_mentored, n_comparison),
        "overlap": overlap(n_mentored, n_comparison),
        "preference": preference(n_mentored, n_comparison),
        "calibration": calibration(n_mentored),
        "estimates": frame_of(schema.ESTIMATES, rows),
        "curves": frame_of(schema.CURVES, points),
        "attrition": attrition(study, n_mentored, n_comparison),
        "checks": _checks(study),
        "verdicts": _verdicts(study, verdicts or {}),
    }
    return {name: tables[name] for name in tables}


def without_matched_design(study: Study) -> dict[str, pd.DataFrame]:
    """Results of a study that only has a panel model: no sets, no curves, no survey."""
    estimates = frame_of(
        schema.ESTIMATES,
        [
            *(
                blocked("log_pay", "matched_difference", "difference", horizon, "log points")
                for horizon in HORIZONS
            ),
            row(
                "log_pay",
                "two_way_fixed_effects",
                "coefficient",
                np.nan,
                0.08,
                0.0228,
                "log points",
                545,
                0,
            )
            | {"n_mentored": 271.0, "n_comparison": 274.0},
        ],
    )
    empty = {
        table.name: table.empty()
        for table in (
            schema.PROMOTION_COUNTS,
            schema.SCALE_QUALITY,
            schema.SCALE_INVARIANCE,
            schema.RESPONSE_RATES,
            schema.FLOW,
            schema.BALANCE,
            schema.OVERLAP,
            schema.PREFERENCE,
            schema.CALIBRATION,
            schema.CURVES,
            schema.ATTRITION,
        )
    }
    return empty | {
        "ingest_counts": _ingest_counts(),
        "estimates": estimates,
        "checks": frame_of(
            schema.CHECKS,
            [_check("overlap", "log_pay", "not_evaluated", np.nan, "was not evaluated")],
        ),
        "verdicts": frame_of(
            schema.VERDICTS,
            [_verdict("log_pay", "not_reliable", "the check 'overlap' was not evaluated", 0.01)],
        ),
    }


def _ingest_counts() -> pd.DataFrame:
    return frame_of(
        schema.INGEST_COUNTS,
        [
            {
                "source": source,
                "rows_read": used + aside + unusable,
                "rows_used": used,
                "rows_set_aside": aside,
                "rows_quarantined": unusable,
                "reason": reason,
                "form": "CSV, UTF-8, commas",
            }
            for source, used, aside, unusable, reason in (
                ("people", 5263, 0, 0, None),
                ("employment", 5391, 0, 0, None),
                ("jobs", 11872, 37, 21, "an event of another table: 37; have no grade: 21"),
                ("mentoring", 1204, 0, 4, "have ended_on before started_on: 4"),
            )
        ],
    )


def _promotion_counts() -> pd.DataFrame:
    return frame_of(
        schema.PROMOTION_COUNTS,
        [
            {"found_by": found_by, "is_mass_change": is_mass, "n_promotions": n}
            for found_by, is_mass, n in (
                ("both", False, 1422),
                ("grade_only", False, 61),
                ("code_only", False, 17),
                ("both", True, 0),
                ("grade_only", True, 138),
                ("code_only", True, 0),
            )
        ],
    )


def _check(check, outcome, result, value, message, waiver=None) -> dict:
    return {
        "check": check,
        "outcome": outcome,
        "role": "protege",
        "contrast": "any",
        "result": result,
        "value": value,
        "n_smallest": np.nan,
        "message": message,
        "is_waived": waiver is not None,
        "waiver": waiver,
    }


def _checks(study: Study) -> pd.DataFrame:
    rows = []
    for name, outcome in study.outcomes.items():
        rows.append(
            _check(
                "overlap",
                name,
                "passed",
                0.82,
                "82% of people could well have been in either group",
            )
        )
        rows.append(
            _check("balance", name, "passed", 0.03, "the largest standardised difference is 0.03")
        )
        rows.append(
            _check(
                "unmatched_mentees",
                name,
                "passed",
                0.03,
                "3% of the mentored had no comparable colleague",
            )
        )
        if outcome.kind == "scale":
            rows.append(
                _check(
                    "measurement_invariance",
                    name,
                    "not_evaluated",
                    np.nan,
                    "was not evaluated",
                    "not built yet",
                )
            )
    rows.append(
        _check(
            "before_start_trend",
            "log_pay",
            "failed",
            0.004,
            "joint test of earlier periods: p = 0.00",
        )
    )
    return frame_of(schema.CHECKS, rows)


def _verdict(outcome, verdict, because, smallest) -> dict:
    return {
        "outcome": outcome,
        "role": "protege",
        "contrast": "any",
        "verdict": verdict,
        "because": because,
        "smallest_worthwhile": smallest,
    }


_BY_FORMULA = {
    "promotion": ("probably_helps", ""),
    "voluntary_exit": ("cannot_tell", ""),
    "log_pay": ("not_reliable", "the two groups may have moved apart before the start"),
    "job_satisfaction": ("may_help", "the check 'measurement invariance' was waived"),
    "turnover_intent": ("may_help", "the check 'measurement invariance' was waived"),
    "self_efficacy": ("too_small_to_matter", "the check 'measurement invariance' was waived"),
    "socialization": ("probably_helps", ""),
    "career_planning": ("cannot_tell", ""),
    "involvement": ("cannot_tell", ""),
    "motivation": ("cannot_tell", ""),
}


def _verdicts(study: Study, other: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for name, outcome in study.outcomes.items():
        word, because = _BY_FORMULA[name]
        rows.append(_verdict(name, other.get(name, word), because, outcome.smallest_worthwhile))
    return frame_of(schema.VERDICTS, rows)
