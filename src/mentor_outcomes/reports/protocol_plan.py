"""What a protocol fixes beforehand: what could be seen, checks, verdicts and waivers."""

import numpy as np
import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.numbers import NOT_SHOWN, people, plain
from mentor_outcomes.reports.results import Results

_DECIMALS = {"per 100 people": 1, "log points": 3, "SD": 2}
_SHORT_UNITS = {"per 100 people": "of 100", "log points": "log points", "SD": "SD"}
UNDECLARED = "not declared"

CHECKS: tuple[tuple[str, str, str, str], ...] = (
    ("overlap", "share in equipoise", "under 40%", "under 20%"),
    (
        "balance",
        "largest standardised difference; ratios of variances",
        "over 0.1, or a ratio outside 0.5 to 2",
        "over 0.1, and more than chance (Holm)",
    ),
    ("unmatched_mentees", "mentored without a comparator", "over 10%", "over 50%"),
    ("flow", "people not accounted for", "", "any"),
    ("events_expected", "expected events, smaller group", "under 10", "under 5"),
    (
        "before_start_trend",
        "joint test of earlier periods",
        "p under .10, or too weak to see",
        "p under .01",
    ),
    (
        "placebo_start",
        "difference in the year before the start",
        "p under .05 for groups made a year before, or for those compared",
        "p under .01 for those compared",
    ),
    ("attrition", "difference of shares observed", "over 5 points", "over 10, not mended"),
    ("response", "difference of shares answering", "over 5 points", "over 10, not mended"),
    (
        "linkage",
        "difference of linked answers",
        "over 5 points",
        "over 10: blocks, as not evaluated",
    ),
    ("negative_controls", "effect where there can be none", "95% interval", "99% interval"),
    (
        "measurement_invariance",
        "same meaning in groups and waves",
        "intercepts differ or untested",
        "loadings differ",
    ),
    (
        "common_source",
        "mentoring on record, or told by those who answer",
        "told by them",
        "",
    ),
)
"""Check, what is judged, when it is in doubt, when it fails: as in the table of rules."""

PLACEBO = (
    "Placebo start: groups made a year before the start may differ since starting follows from "
    "recorded ratings and promotions of that year, which the groups compared take into account. "
    "Where these are made alike in promotions so far or in pay a year earlier, they show in these "
    "outcomes what imbalance was left, and hardly any hidden cause."
)
VERDICTS = (
    "A check failed, or was not evaluated and not waived: not reliable, and no number is a "
    "finding.",
    "The interval lies within the smallest worthwhile effect, both sides of 0: clearly too small "
    "to matter.",
    "The interval lies on the good side of 0: probably helps; with a check in doubt or waived, may "
    "help.",
    "The interval lies on the bad side of 0: probably hurts; with a check in doubt or waived, may "
    "hurt.",
    "Otherwise: cannot tell. That is not the same as no effect.",
)


_DETECTABLE = (
    "The smallest detectable effect is the one that this design would tell from none in four of "
    "five studies (80% power, two-sided, {confidence:.0%} intervals): the sum of the two normal "
    "quantiles times the expected standard error. It rests on what the study file declares of "
    "people without a mentor, not on outcomes of this study, and on the number of people that the "
    "weights leave. It is about right, and no bound: leaving, silence in surveys and comparators "
    "who find a mentor later make it larger, people who serve in both groups without being "
    "censored make it smaller."
)
_GROUNDS = (
    "Expected: events of 100 people without a mentor, or the standard deviation of the change. "
    "Effective: a person who serves on several days counts once while the windows from these days "
    "to the horizon overlap, again where they lie apart, and in part between; so there may be more "
    "effective people than people. Inflation: factor by which the variance grows (below 1: "
    "shrinks) through unequal weights and comparators who serve more than once, and through "
    "records that end before the horizon. Events: mentored and comparators."
)


def detectable_section(results: Results) -> dict[str, object]:
    """Each outcome's smallest worthwhile effect beside the smallest that could be seen."""
    rows = list(results.rows("detectable").itertuples())
    return blocks.section(
        "Outcomes, and what could be seen of them",
        blocks.text(_DETECTABLE.format(confidence=results.study.analysis.confidence)),
        _outcomes_table(results, rows),
        _grounds_table(results, rows),
        blocks.text(_GROUNDS),
    )


def _outcomes_table(results: Results, rows: list) -> dict[str, object]:
    return blocks.table(
        f"Declared outcomes, after {results.months:g} months",
        (
            "Outcome",
            "Kind",
            "Better",
            "Expected",
            "Smallest worthwhile",
            "Smallest detectable",
            "Could the worthwhile be seen?",
        ),
        [_outcome_row(results, row) for row in rows],
        numeric=(3, 4, 5),
        widths=(1.4, 1.3, 0.7, 1.1, 1.1, 1.1, 1.9),
    )


def _grounds_table(results: Results, rows: list) -> dict[str, object]:
    return blocks.table(
        "What these rest on",
        (
            "Outcome",
            "Mentored",
            "Compar\u00adators",
            "Effective mentored",
            "Effective comparators",
            "Inflation: weights",
            "Inflation: follow-up",
            "Followed to the horizon",
            "Events expected",
            "Standard error",
        ),
        [_grounds_row(results, row) for row in rows],
        numeric=range(1, 10),
        widths=(1.7, 1, 1.1, 1, 1.2, 0.95, 0.95, 1, 1.1, 1),
        size=7.5,
    )


def could_be_seen(results: Results) -> tuple[int, int, int]:
    """Outcomes whose worthwhile effect could be seen, those of which that is known, and all."""
    rows = results.rows("detectable")
    known = rows.dropna(subset=["smallest_detectable"])
    seen = known["smallest_detectable"] <= known["smallest_worthwhile"]
    return int(seen.sum()), len(known), len(rows)


def check_value(check: str, value: float) -> str:
    """The number that was judged: people and events in whole ones; empty where there is none."""
    if not np.isfinite(value):
        return ""
    shown = plain(value, 0 if check in ("flow", "events_expected") else 2)
    return "< 0.01" if check in _OF_P_VALUES and shown == "0.00" else shown


_OF_P_VALUES = ("before_start_trend", "placebo_start")
"""Checks that judge a p-value, which is never 0."""


def check_message(results: Results, check: str, message: str) -> str:
    """What a check found, in words; where its numbers are hidden, the rule it was judged by."""
    said = results.in_words(message)
    if not message.startswith("hidden:"):
        return said
    _, judged, doubt, fails = next(row for row in CHECKS if row[0] == check)
    rule = [f"in doubt: {doubt}"] * bool(doubt) + [f"fails: {fails}"] * bool(fails)
    return f"{judged}, judged by the rule ({'; '.join(rule)}); its numbers are {said}"


def _outcome_row(results: Results, row) -> tuple[str, ...]:
    outcome = results.study.outcomes[row.outcome]
    kind = {"event": "dated event", "panel": "pay records", "scale": "survey scale"}[outcome.kind]
    unit, decimals = _SHORT_UNITS[row.unit], _DECIMALS[row.unit]
    expected = UNDECLARED if pd.isna(row.expected) else _sized(row.expected, unit)
    is_known = not pd.isna(row.smallest_detectable)
    return (
        results.label(row.outcome),
        f"{kind}, {'primary' if outcome.primary else 'secondary'}",
        outcome.better,
        expected,
        _sized(row.smallest_worthwhile, unit),
        f"{plain(row.smallest_detectable, decimals)} {unit}" if is_known else "none",
        _verdict_on_size(row) if is_known else str(row.reason),
    )


def _sized(value: float, unit: str) -> str:
    return f"{value:g} {unit}"


def _verdict_on_size(row) -> str:
    ratio = row.smallest_detectable / row.smallest_worthwhile
    if ratio <= 1:
        return "yes, in four of five studies or more"
    return f"no: only effects {plain(ratio, 1)} times as large or larger"


def _grounds_row(results: Results, row) -> tuple[str, ...]:
    is_event = results.study.outcomes[row.outcome].kind == "event"
    events = f"{_count(row.events_mentored)} and {_count(row.events_comparison)}"
    return (
        results.label(row.outcome),
        *(
            _count(count)
            for count in (
                row.n_mentored,
                row.n_comparison,
                row.effective_mentored,
                row.effective_comparison,
            )
        ),
        plain(row.inflation_by_weights, 1),
        plain(row.inflation_by_follow_up, 1),
        NOT_SHOWN if pd.isna(row.share_followed) else f"{row.share_followed:.0%}",
        events if is_event else "",
        plain(row.std_error, _DECIMALS[row.unit] + 1),
    )


def _count(count: float) -> str:
    return NOT_SHOWN if pd.isna(count) else people(count)


def rules_section(results: Results) -> dict[str, object]:
    """The checks with their thresholds, the verdict rules, and what is waived."""
    waive = results.study.checks.waive
    waived = [(results.check_name(name), reason) for name, reason in waive.items()]
    return blocks.section(
        "Checks and verdicts",
        blocks.text(
            "A check that is not evaluated blocks like one that failed, unless it is waived by "
            "name and with a reason; the waiver leaves a doubt. A failed check cannot be waived."
        ),
        blocks.table(
            "Every check, and where doubt and failure begin",
            ("Check", "What is judged", "In doubt", "Fails, or blocks"),
            [(results.check_name(name), *rest) for name, *rest in CHECKS],
            widths=(1.3, 1.8, 1.6, 1.8),
            may_break=True,
        ),
        blocks.text(PLACEBO),
        blocks.table("Waived checks", ("Check", "Reason"), waived, widths=(1, 3)),
        blocks.heading("Verdict: the first that fits"),
        blocks.bullets(VERDICTS),
    )
