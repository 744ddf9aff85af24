"""The immortal-time page: one event asked in four ways."""

from collections.abc import Mapping

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import (
    NONE,
    capitalised,
    ratio_with_interval,
    with_figure,
    with_interval,
)
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_placebo import placebo_sections

WHY_NAIVE = (
    "The naive contrast sets those ever mentored against those never mentored. It credits "
    "mentoring with having stayed long enough to find a mentor, and with what made people be "
    "chosen. It is shown as a warning."
)
WHY_IMMORTAL = (
    "Whoever left early never had the time to find a mentor, and counts as never mentored. So the "
    "months before a start, in which nobody who is later mentored can have left, are booked to "
    "mentoring (immortal time; Suissa 2008): leaving looks rarer, and promotion likelier, since "
    "whoever stayed had more time to be promoted, even if mentoring did nothing."
)
_CAPTION_CONTRASTS = (
    "Square: ever against never. Diamond: everyone, day by day. {mark}: emulated trial. {level} "
    "intervals; HR records, {since} to {until}."
)


def contrast_sections(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> list[dict[str, object]]:
    """Naive beside adjusted, and, where there are rows of it, the year before the start."""
    return [*_naive_section(results, figures), *placebo_sections(results, figures)]


def _naive_section(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> list[dict[str, object]]:
    """The events asked in four ways, on one page; none without events."""
    events = results.named("event")
    if not events:
        return []
    pieces = [blocks.text(f"{WHY_NAIVE} {WHY_IMMORTAL}")]
    for name in events:
        mark = "Cross" if results.verdict(name) == "not_reliable" else "Circle"
        pieces += with_figure(results, figures, f"contrasts_{name}", _CAPTION_CONTRASTS, mark=mark)
    pieces += [_ways_table(results, events), *_whose(results, events)]
    return [blocks.section("Naive beside adjusted" + results.mark, *pieces, may_break=False)]


def _ways_table(results: Results, events: list[str]) -> dict[str, object]:
    """One row per way of asking, one column per event; the way says how it is made."""
    words = method_words(results.study.groups)
    adjusted = ", ".join(name.replace("_", " ") for name in results.study.analysis.adjust_for)
    months = f"{results.months:g}"
    ways = (
        (
            "naive",
            "Naive",
            "Ever against never mentored, everyone from hire or the first observed day. "
            f"Per 100 after {months} months.",
        ),
        (
            "cox_time_varying",
            "Time-varying Cox",
            "Everyone, by time in the grade (promotion) or since hire (leaving), entering when "
            "observed; mentored from the day of the start, not before. "
            f"Adjusted for {adjusted or 'nothing else'}. Hazard ratio.",
        ),
        (
            "cox",
            f"Cox, {words.sets}",
            "The people of the emulated trial, by time since its time zero, weighted as there. "
            "Hazard ratio.",
        ),
        (
            "cumulative_incidence",
            "Emulated trial",
            "Who starts against similar people who could have started then, both followed from "
            f"that time on; competing events counted. Per 100 after {months} months.",
        ),
    )
    return blocks.table(
        "The same question asked in four ways, with intervals",
        ("Way", "How it is made", *(capitalised(results.label(name)) for name in events)),
        [
            (way, how, *(_told(results, name, method) for name in events))
            for method, way, how in ways
        ],
        widths=(1.15, 3.4, *(1.5 for _ in events)),
        size=7.5,
        may_break=False,
    )


def _told(results: Results, name: str, method: str) -> str:
    """The numbers of one way; where there are none, why."""
    quantity = "log_hazard_ratio" if method.startswith("cox") else "risk_difference"
    row = _row_of(results, name, method, quantity)
    if row is None:
        return NONE
    if row.status == "blocked":
        return f"{NONE}: {results.in_words(row.reason)}"
    return ratio_with_interval(row) if method.startswith("cox") else with_interval(row)


def _row_of(results: Results, name: str, method: str, quantity: str):
    rows = results.rows("estimates")
    rows = rows[
        (rows["outcome"] == name) & (rows["method"] == method) & (rows["quantity"] == quantity)
    ]
    has_horizon = rows["horizon_months"].notna()
    rows = rows[~has_horizon | (rows["horizon_months"] == results.months)]
    return next(rows.itertuples(), None)


def _whose(results: Results, events: list[str]) -> list[dict[str, object]]:
    """The estimands as the rows name them, each with its ways."""
    names = {
        "naive": "Naive",
        "cox_time_varying": "Time-varying Cox",
        "cox": "Cox on the emulated trial",
        "cumulative_incidence": "Emulated trial",
    }
    by_estimand: dict[str, list[str]] = {}
    for method, way in names.items():
        quantity = "log_hazard_ratio" if method.startswith("cox") else "risk_difference"
        for name in events:
            row = _row_of(results, name, method, quantity)
            ways = [] if row is None else by_estimand.setdefault(row.estimand, [])
            if row is not None and way not in ways:
                ways.append(way)
    said = [
        f"{'; '.join(ways)}: {results.in_words(estimand)}."
        for estimand, ways in by_estimand.items()
    ]
    return [blocks.text("Estimands. " + " ".join(said) + " " + _READING)] if said else []


_READING = (
    "The time-varying one is free of immortal time, not of what else made people be chosen. "
    "Ratios and differences answer different questions."
)
