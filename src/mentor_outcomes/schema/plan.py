"""What a design could show, before any outcome is read: its checks and detectable effects."""

from dataclasses import replace

from mentor_outcomes.schema.estimates import CHECKS
from mentor_outcomes.schema.promise import Table, number, text

DESIGN_CHECKS = replace(
    CHECKS,
    name="design_checks",
    folder="data/plan",
    one_row_is="a check of one outcome's design, made before any outcome is read",
)
"""The columns of `checks`; the rows are those that `checks` holds later."""

DETECTABLE = Table(
    "detectable",
    "data/plan",
    "the smallest detectable effect of one outcome at the main horizon, or why there is none",
    ("outcome", "role", "contrast"),
    (
        text("outcome", "identifier"),
        text("role", "identifier"),
        text("contrast", "identifier"),
        text("eligibility", "result", "whose design; empty where there is no design"),
        text("unit", "result", levels=("per 100 people", "log points", "SD")),
        number("horizon_months", "result", "the main horizon"),
        number("expected", "result", "as declared: events per 100, or the SD of the change"),
        number("smallest_worthwhile", "result", "as declared, in `unit`"),
        number("n_mentored", "result", "distinct people compared"),
        number("n_comparison", "result", "distinct people compared"),
        number("effective_mentored", "result", "after weights, reuse and follow-up, in people"),
        number("effective_comparison", "result", "after weights, reuse and follow-up, in people"),
        number("inflation_by_weights", "result", "factor of the variance: weights and reuse"),
        number("inflation_by_follow_up", "result", "factor of the variance: records end too early"),
        number("share_followed", "result", "of the starts, those followed to the horizon"),
        number("events_mentored", "result", "expected by then at the declared rate; events only"),
        number("events_comparison", "result", "the same, of the effective comparators"),
        number("std_error", "result", "expected, in `unit`"),
        number("smallest_detectable", "result", "seen with 80 % power, in `unit`"),
        text("reason", "result", "why there is none", nullable=True),
    ),
)
