"""What other choices would have said: sensitivities, and hazard ratios early and late."""

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import (
    NONE,
    capitalised,
    method_name,
    p_value,
    ratio_with_interval,
    variant_name,
    with_interval,
)
from mentor_outcomes.reports.numbers import in_unit, people, plain
from mentor_outcomes.reports.panel_cells import NOTHING, Told, marked_table
from mentor_outcomes.reports.panel_ways import IN_WAYS
from mentor_outcomes.reports.results import HEADLINE, Results

EARLY, LATE = "first 12 months", "after 12 months"
COUNTS = "mean_count_difference"
"""Events and not people with one: only a sensitivity tells it."""
PROPORTIONALITY = "proportionality_chi_square"
WHEN_RATIOS_MISLEAD = (
    "One hazard ratio is an average over the follow-up, weighted by when events fell. Where it "
    "changes with time it is true of no month, and depends on how long people were followed: an "
    "effect that builds up is made too large early and too small late. Then read the "
    "differences by horizon, which assume no constant ratio. Months count from time zero on the "
    "sets, and from the start of mentoring among everyone. After 12 months only those without the "
    "event so far are compared, whom the first year has selected (Hern\u00e1n 2010). A "
    "small p: the ratio changes, on the sets with months since time zero, among everyone with the "
    "time in brackets, which the model runs on; with few events a large p says little."
)
_CLOCKS = {"promotion": "time in grade", "voluntary_exit": "tenure"}
"""What the time-varying model counts from (see estimates.spell_hazards.CLOCK)."""
_RATIO = ("cox", "log_hazard_ratio")
_LOG_RATIO = "log hazard ratio"
ABOUT_VARIANTS = (
    "One choice at a time is changed, all else stays. Variants are largely of the same people, so "
    "the gap between two rows has no interval here, and two intervals that overlap are no test. "
    "No variant decides a verdict."
)


def variant_sections(results: Results) -> list[dict[str, object]]:
    """Hazard ratios over time and sensitivities of one contrast; none where there are no rows."""
    return [section for section in (_hazards_over_time(results), _sensitivity(results)) if section]


def _hazards_over_time(results: Results) -> dict[str, object] | None:
    rows = results.estimates_of_all_variants()
    ratios = rows[rows["quantity"] == "log_hazard_ratio"]
    if not ratios["variant"].isin([EARLY, LATE]).any():
        return None
    told = [
        _over_time(results, name, method, own, rows)
        for (name, method), own in ratios.groupby(["outcome", "method"], sort=False)
        if own["variant"].isin([EARLY, LATE]).any()
    ]
    return blocks.section(
        "Hazard ratios over time" + results.mark,
        blocks.text(WHEN_RATIOS_MISLEAD),
        blocks.table(
            "Hazard ratios with intervals: of the whole follow-up, and early and late",
            ("Outcome", "Method", "Whole follow-up", capitalised(EARLY), capitalised(LATE), "p"),
            told,
            widths=(1.2, 1.3, 1.4, 1.4, 1.4, 1.1),
        ),
        may_break=False,
    )


def _over_time(
    results: Results, name: str, method: str, ratios: pd.DataFrame, rows: pd.DataFrame
) -> tuple[str, ...]:
    own = {row.variant: row for row in ratios.itertuples()}
    tests = rows[
        (rows["outcome"] == name)
        & (rows["method"] == method)
        & (rows["quantity"] == PROPORTIONALITY)
        & (rows["variant"] == schema.MAIN)
    ]
    return (
        capitalised(results.label(name)),
        method_name(results, method),
        *(_ratio(results, own.get(variant)) for variant in (schema.MAIN, EARLY, LATE)),
        _proportionality(results, name, method, tests),
    )


def _proportionality(results: Results, name: str, method: str, tests: pd.DataFrame) -> str:
    """The p-value; of the model on everyone with its own axis of time."""
    told = p_value(tests["p_value"].iloc[0]) if len(tests) else ""
    if not told or method != "cox_time_varying":
        return told
    return f"{told} ({_CLOCKS[results.study.outcomes[name].event]})"


def _ratio(results: Results, row) -> str:
    if row is not None and row.status == "blocked":
        return f"{NONE}: {results.in_words(row.reason)}"
    return ratio_with_interval(row)


def _sensitivity(results: Results) -> dict[str, object] | None:
    asked = [
        (name, *what)
        for name, outcome in results.study.outcomes.items()
        for what in (HEADLINE[outcome.kind], *([_RATIO] if outcome.kind == "event" else []))
    ]
    shown = [piece for what in asked for piece in _variants_of(results, *what)]
    if not shown:
        return None
    return blocks.section("Sensitivity" + results.mark, blocks.text(ABOUT_VARIANTS), *shown)


def _variants_of(
    results: Results, name: str, method: str, quantity: str
) -> list[dict[str, object]]:
    """The main estimate of one quantity beside its variants, in the order of the tables."""
    rows = results.estimates_of_all_variants()
    is_asked = (rows["method"] == method) & (rows["quantity"] == quantity)
    if quantity == "risk_difference":
        is_asked |= rows["quantity"] == COUNTS
    rows = rows[
        (rows["outcome"] == name)
        & is_asked
        & (rows["horizon_months"].isna() | (rows["horizon_months"] == results.months))
        & ~rows["variant"].isin([EARLY, LATE, *IN_WAYS])
    ]
    main = next(rows[rows["variant"] == schema.MAIN].itertuples(), None)
    others = rows[rows["variant"] != schema.MAIN]
    if main is None or others.empty:
        return []
    has_events = bool(others["n_events"].notna().any())
    head = ("Variant", "Estimate (interval)", "Against the main", "People")
    return marked_table(
        f"{capitalised(results.label(name))}, {_what(results, method, main)} (people: mentored / "
        "comparison)",
        (*head, "Events") if has_events else head,
        [_variant_row(results, row, main, has_events) for row in (main, *others.itertuples())],
        numeric=(3, 4),
        widths=(1.9, 1.6, 2.7, 1, 0.6) if has_events else (1.9, 1.6, 2.7, 1),
    )


def _what(results: Results, method: str, main) -> str:
    """The quantity with its unit and horizon."""
    if main.unit == _LOG_RATIO:
        return f"hazard ratio ({method_name(results, method)})"
    return f"{main.quantity.replace('_', ' ')}, {main.unit}, after {results.months:g} months"


def _variant_row(results: Results, row, main, has_events: bool) -> tuple[str, list[Told]]:
    """Its name; estimate, gap, people and events, or `none` with a mark for the reason."""
    is_main = row.variant == schema.MAIN
    name = "main" if is_main else variant_name(results, row.variant)
    if row.status == "blocked":
        return name, [Told(NONE, results.in_words(row.reason)), *[NOTHING] * (2 + has_events)]
    events = people(row.n_events) if np.isfinite(row.n_events) else ""
    shown = (
        ratio_with_interval(row) if row.unit == _LOG_RATIO else with_interval(row),
        "" if is_main else against_main(row, main),
        f"{people(row.n_mentored)} / {people(row.n_comparison)}",
        *([events] if has_events else []),
    )
    return name, list(map(Told, shown))


def against_main(row, main) -> str:
    """How a variant differs, in words: by how much, and on which side of 0 its interval lies."""
    if row.quantity == COUNTS:
        return f"another quantity: events, not people with one; interval {_side(row)}"
    if not np.isfinite(main.estimate):
        return "no main estimate may be shown"
    size = _gap(row, main)
    own, before = _side(row), _side(main)
    if own == before:
        return f"{size}; interval {own}, as there"
    return f"{size}; interval {own}, there {before}"


def _gap(row, main) -> str:
    """By how much, in the unit of both; of ratios only the direction."""
    shown = in_unit(abs(row.estimate - main.estimate), row.unit)
    if shown == plain(0, len(shown.partition(".")[2])):
        return "the same"
    direction = "higher" if row.estimate > main.estimate else "lower"
    return direction if row.unit == _LOG_RATIO else f"{shown} {direction}"


def _side(row) -> str:
    none = "1" if row.unit == _LOG_RATIO else "0"
    if row.ci_low > 0:
        return f"above {none}"
    return f"below {none}" if row.ci_high < 0 else f"holds {none}"
