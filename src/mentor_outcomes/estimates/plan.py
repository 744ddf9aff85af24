"""What a design could show of every declared outcome, and its checks, before any is read."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.calendar import days_of_months
from mentor_outcomes.estimates import checks
from mentor_outcomes.estimates.detectable import (
    ArmSize,
    arm_of_changes,
    arm_of_events,
    smallest_detectable,
    std_error,
)
from mentor_outcomes.estimates.event_answers.follow_up import ELIGIBILITY as EVENT_ELIGIBILITY
from mentor_outcomes.estimates.panel_answers.panel_outcomes import ELIGIBILITY as PANEL_ELIGIBILITY
from mentor_outcomes.study import Outcome, Study

READS = (schema.MATCHED_SETS, schema.BALANCE, schema.OVERLAP)
MAKES = (schema.DESIGN_CHECKS, schema.DETECTABLE)

NOT_DECLARED = "not declared: no smallest detectable effect"
NO_DESIGN = "nobody is compared: no smallest detectable effect"
TOO_SHORT = "nobody is followed to the main horizon in both arms"
_UNITS = {"event": "per 100 people", "panel": "log points", "scale": "SD"}


def plan_study(tables: Mapping[str, pd.DataFrame], study: Study) -> dict[str, pd.DataFrame]:
    """The tables `MAKES`, from the tables `READS`: every outcome for every contrast."""
    asked = [
        (name, outcome, contrast)
        for name, outcome in study.outcomes.items()
        for contrast in study.exposure.contrasts
    ]
    judged = [
        checks.check_rows(
            design_judgements(name, outcome, contrast, tables, study),
            outcome=name,
            kind=outcome.kind,
            event=outcome.event,
            role=study.exposure.role,
            contrast=contrast,
            waive=study.checks.waive,
            names=checks.OF_THE_DESIGN,
        )
        for name, outcome, contrast in asked
    ]
    rows = [detectable_row(*one, tables["matched_sets"], study) for one in asked]
    return {
        "design_checks": pd.concat(judged, ignore_index=True),
        "detectable": pd.DataFrame(rows).astype({"reason": "str"}),
    }


def eligibility_of(outcome: Outcome) -> str:
    """The eligibility of the design that answers for an outcome."""
    return EVENT_ELIGIBILITY[outcome.event] if outcome.kind == "event" else PANEL_ELIGIBILITY


def design_judgements(
    name: str,
    outcome: Outcome,
    contrast: str,
    tables: Mapping[str, pd.DataFrame],
    study: Study,
) -> dict[str, checks.Judgement]:
    """The checks of the design that answers for an outcome, from the tables `READS`."""
    design = _design(outcome, contrast, study)
    overlap = of_design(tables["overlap"], design)
    one = overlap.iloc[0] if len(overlap) else None
    judged = {
        "overlap": checks.judge_overlap(one),
        "unmatched_mentees": checks.judge_unmatched(one),
        "balance": checks.judge_balance(of_design(tables["balance"], design)),
        "flow": checks.judge_flow(one),
    }
    if outcome.kind == "event":
        row = detectable_row(name, outcome, contrast, tables["matched_sets"], study)
        judged["events_expected"] = checks.judge_events_expected(
            row["events_mentored"],
            row["events_comparison"],
            is_declared=outcome.expected_per_100 is not None,
            outcome=name,
        )
    return judged


def detectable_row(
    name: str, outcome: Outcome, contrast: str, matched_sets: pd.DataFrame, study: Study
) -> dict[str, object]:
    """The row of DETECTABLE of one outcome and contrast."""
    design = _design(outcome, contrast, study)
    sets = of_design(matched_sets, design)
    row = _declared(name, outcome, contrast, study) | {"eligibility": design["eligibility"]}
    if sets.empty:
        return row | _sized(None, None) | {"reason": NO_DESIGN}
    is_mentored = sets["is_mentored"]
    mentored = _arm(sets[is_mentored], outcome, study)
    comparison = _arm(sets[~is_mentored], outcome, study)
    row |= _sized(mentored, comparison)
    if not min(mentored.share_followed, comparison.share_followed) > 0:
        return row | {"reason": TOO_SHORT}
    if not np.isfinite(row["expected"]):
        return row | {"reason": NOT_DECLARED}
    expected_error = std_error(_spread(outcome), mentored.effective, comparison.effective)
    detectable = smallest_detectable(expected_error, study.analysis.confidence)
    return row | {"std_error": expected_error, "smallest_detectable": detectable}


def _design(outcome: Outcome, contrast: str, study: Study) -> dict[str, str]:
    return {
        "role": study.exposure.role,
        "contrast": contrast,
        "eligibility": eligibility_of(outcome),
    }


def of_design(table: pd.DataFrame, design: Mapping[str, str]) -> pd.DataFrame:
    """Rows of one design, of everybody: subgroups are told, and decide nothing."""
    wanted = dict(design) | ({"subgroup": "all"} if "subgroup" in table.columns else {})
    return table[
        np.logical_and.reduce([table[column] == value for column, value in wanted.items()])
    ]


def _declared(name: str, outcome: Outcome, contrast: str, study: Study) -> dict[str, object]:
    """What the study file says, and nothing found yet."""
    is_event = outcome.kind == "event"
    expected = outcome.expected_per_100 if is_event else outcome.expected_sd
    return {
        "outcome": name,
        "role": study.exposure.role,
        "contrast": contrast,
        "unit": _UNITS[outcome.kind],
        "horizon_months": float(study.analysis.main_horizon_months),
        "expected": np.nan if expected is None else float(expected),
        "smallest_worthwhile": float(outcome.smallest_worthwhile),
        "std_error": np.nan,
        "smallest_detectable": np.nan,
        "reason": None,
    }


def _spread(outcome: Outcome) -> float:
    """SD of one person's outcome, in the unit of the effect."""
    if outcome.kind != "event":
        return float(outcome.expected_sd)
    return float(np.sqrt(outcome.expected_per_100 * (100 - outcome.expected_per_100)))


def _arm(members: pd.DataFrame, outcome: Outcome, study: Study) -> ArmSize:
    followed = (pd.Timestamp(study.study.observed_to) - members["time_zero"]).dt.days.to_numpy()
    horizon_days = float(days_of_months(study.analysis.main_horizon_months))
    if outcome.kind != "event":
        return arm_of_changes(members, followed, horizon_days=horizon_days)
    rate = outcome.expected_per_100
    risk = np.nan if rate is None else rate / 100
    return arm_of_events(members, followed, horizon_days=horizon_days, risk=risk)


def _sized(mentored: ArmSize | None, comparison: ArmSize | None) -> dict[str, float]:
    """The columns of DETECTABLE about people; missing without a design."""
    names = (
        *("n_mentored", "n_comparison", "effective_mentored", "effective_comparison"),
        *("inflation_by_weights", "inflation_by_follow_up", "share_followed"),
        *("events_mentored", "events_comparison"),
    )
    if mentored is None or comparison is None:
        return dict.fromkeys(names, np.nan)
    people, kish, effective = (
        _variance(getattr(mentored, size), getattr(comparison, size))
        for size in ("n_people", "by_weights", "effective")
    )
    is_followed = np.isfinite(effective)
    values = (
        *(float(mentored.n_people), float(comparison.n_people)),
        *(mentored.effective, comparison.effective),
        *(kish / people, effective / kish if is_followed else np.nan),
        min(mentored.share_followed, comparison.share_followed),
        *(arm.by_weights * arm.mean_events for arm in (mentored, comparison)),
    )
    return dict(zip(names, values, strict=True))


def _variance(mentored: float, comparison: float) -> float:
    """Of a difference of arms of so many people, in squared spreads; infinite if one has none."""
    return 1 / mentored + 1 / comparison if mentored and comparison else np.inf
