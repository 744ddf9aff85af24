"""Weights, estimates, curves, attrition, checks and verdicts."""

import pandas as pd

from mentor_outcomes.schema.groups import DESIGN_KEY
from mentor_outcomes.schema.promise import PERSON, Table, flag, integer, number, text

CENSORING_WEIGHTS = Table(
    "censoring_weights",
    "data/estimates",
    "a person of a matched set in one calendar period after time zero, while followed",
    ("role", "contrast", "eligibility", "set_id", "person_id", "period"),
    (
        *DESIGN_KEY,
        integer("set_id", "identifier"),
        PERSON,
        integer("period", "identifier"),
        number(
            "unmentored_weight",
            "result",
            "for not having been mentored yet by the middle of the period; mentored: 1",
        ),
        number(
            "unmentored_weight_at_end",
            "result",
            "the same at the period's last day; missing: no longer followed then",
        ),
        number("stayed_weight", "result", "for not having left by its last day, both arms"),
    ),
)
ESTIMATE_KEY = (
    text("outcome", "identifier"),
    text("role", "identifier", levels=("protege", "mentor", "organisation")),
    text("contrast", "identifier"),
    text("subgroup", "identifier", "'all', or column=value"),
)
MAIN = "main"
"""The variant of every row of estimates that is no sensitivity."""

ESTIMATES = Table(
    "estimates",
    "data/estimates",
    "an estimated quantity, or the reason why there is none",
    (
        "outcome",
        "role",
        "contrast",
        "subgroup",
        "method",
        "estimand",
        "quantity",
        "horizon_months",
        "variant",
    ),
    (
        *ESTIMATE_KEY,
        text("method", "identifier"),
        text("estimand", "identifier"),
        text("quantity", "identifier"),
        number("horizon_months", "identifier", "missing: none"),
        text("variant", "identifier", "'main', or what a declared sensitivity does otherwise"),
        number("estimate", "result"),
        number("std_error", "result"),
        number("ci_low", "result"),
        number("ci_high", "result"),
        number("p_value", "result", "two-sided, of no effect"),
        number("p_adjusted", "result", "Holm, over the primary rows"),
        text("unit", "result"),
        number("n_mentored", "result", "distinct people"),
        number("n_comparison", "result", "distinct people"),
        number(
            "n_events",
            "result",
            "distinct people with an event; where later promotions count, those with a later one "
            "once more; of a share, those at or above the threshold; of parts by grade, those who "
            "changed grade; of groups made anew, those in one of the two groupings alone; of Lee "
            "bounds, those cut off at the end where they are fewer",
        ),
        number("n_events_mentored", "result", "of these, in the mentored arm; missing: no event"),
        number("n_events_comparison", "result", "of these, in the other arm; missing: no event"),
        number(
            "n_left_out",
            "result",
            "distinct people asked about but left out for want of a value before the start, a "
            "grade or a recorded history; 0: nobody",
        ),
        flag("is_headline", "result"),
        flag("is_primary", "result"),
        text("error_type", "result", "how the error was made: clustering and correction"),
        text("status", "result", levels=("estimated", "blocked")),
        text("reason", "result", "why it is blocked", nullable=True),
    ),
)


def main_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """The rows that answer the study's questions: those of no sensitivity.

    Whoever picks rows by outcome, method, quantity and horizon picks among these: a sensitivity
    has rows of the same names.
    """
    return estimates[estimates["variant"] == MAIN]


CURVES = Table(
    "curves",
    "data/estimates",
    "a point of a curve; of the main variant only",
    (
        "outcome",
        "role",
        "contrast",
        "subgroup",
        "method",
        "quantity",
        "arm",
        "months",
    ),
    (
        *ESTIMATE_KEY,
        text("method", "identifier"),
        text("quantity", "identifier"),
        text("arm", "identifier", levels=("mentored", "comparison", "difference")),
        number("months", "identifier", "since time zero; negative: before"),
        number("estimate", "result"),
        number("std_error", "result"),
        number("ci_low", "result"),
        number("ci_high", "result"),
        number("band_low", "result", "of a band for all points together; missing: none is made"),
        number("band_high", "result", "the same"),
        text("unit", "result"),
        number("n_at_risk", "result", "distinct people still followed"),
        number(
            "n_events",
            "result",
            "distinct people with the event so far; of differences of shares, in the smallest cell "
            "behind them: of either arm, at or above the threshold or below it",
        ),
    ),
)
ATTRITION = Table(
    "attrition",
    "data/estimates",
    "an arm of one outcome's sets at a horizon: who is seen, and why the others are not",
    ("outcome", "role", "contrast", "subgroup", "horizon_months", "arm"),
    (
        *ESTIMATE_KEY,
        number("horizon_months", "identifier"),
        text("arm", "identifier", levels=("mentored", "comparison")),
        integer("n_people", "result", "distinct people; the sum of the seven counts that follow"),
        integer("n_no_value_before", "result", "without a value before the start"),
        integer("n_not_due", "result", "the study ends, or no wave opens, before the horizon"),
        integer("n_mentored_since", "result", "comparators, no longer followed"),
        integer("n_left_by_choice", "result"),
        integer("n_left_otherwise", "result"),
        integer("n_no_value", "result", "employed at the horizon, without pay or an answer"),
        integer("n_seen", "result", "employed at the horizon, with a value"),
        number("share_left_by_choice", "result", "per 100, weighted as in the sets"),
        number("share_left_otherwise", "result", "per 100"),
        number("share_no_value", "result", "per 100"),
        number("share_seen", "result", "per 100; the four add up to 100"),
    ),
)
CHECK_NAMES = (
    "overlap",
    "balance",
    "unmatched_mentees",
    "flow",
    "events_expected",
    "before_start_trend",
    "placebo_start",
    "attrition",
    "response",
    "linkage",
    "negative_controls",
    "measurement_invariance",
    "common_source",
)
CHECKS = Table(
    "checks",
    "data/estimates",
    "a check of one outcome's design or data",
    ("check", "outcome", "role", "contrast"),
    (
        text("check", "identifier", levels=CHECK_NAMES),
        text("outcome", "identifier"),
        text("role", "identifier"),
        text("contrast", "identifier"),
        text(
            "result",
            "result",
            levels=("passed", "in_doubt", "failed", "not_applicable", "not_evaluated"),
        ),
        number("value", "result", "the number that was judged, if there is one"),
        number(
            "n_smallest",
            "result",
            "people in the smallest cell behind the value and message; missing: no count stands "
            "behind them",
        ),
        text("message", "result", "in plain words"),
        flag("is_waived", "result"),
        text("waiver", "result", "the study's reason", nullable=True),
    ),
)
VERDICT_WORDS = (
    "not_reliable",
    "too_small_to_matter",
    "helps",
    "probably_helps",
    "may_help",
    "hurts",
    "probably_hurts",
    "may_hurt",
    "cannot_tell",
    "not_measured",
)
VERDICTS = Table(
    "verdicts",
    "data/estimates",
    "what may be said of one outcome at the main horizon",
    ("outcome", "role", "contrast"),
    (
        text("outcome", "identifier"),
        text("role", "identifier"),
        text("contrast", "identifier"),
        text("verdict", "result", levels=VERDICT_WORDS),
        text("because", "result", "the checks that failed or doubt, in plain words"),
        number("smallest_worthwhile", "result", "in the estimate's unit"),
    ),
)
