"""Results in the technical report: every row of every method, and the data behind the figures."""

import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import (
    METHODS,
    capitalised,
    method_name,
    p_value,
    quantity_name,
    with_figure,
)
from mentor_outcomes.reports.numbers import in_unit, interval, people, plain
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_contrasts import contrast_sections
from mentor_outcomes.reports.technical_months import behind_the_figures
from mentor_outcomes.reports.technical_panel import panel_sections
from mentor_outcomes.reports.technical_variants import PROPORTIONALITY, variant_sections

_HEADER = (
    "Method",
    "Quantity",
    "Months",
    "Estimate (interval)",
    "SE",
    "p",
    "Holm",
    "People",
    "Events",
    "Left out",
)


def result_sections(
    results: Results, figures: Mapping[str, Mapping[str, str]]
) -> list[dict[str, object]]:
    """Naive beside adjusted, all outcomes, the data behind the figures, what other choices say."""
    return [
        *contrast_sections(results, figures),
        _all_outcomes(results, figures),
        *panel_sections(results, figures),
        behind_the_figures(results),
        *variant_sections(results),
    ]


_CAPTION = (
    "Cumulative incidence, competing events taken into account, with {level} intervals. Source: "
    "study records, {since} to {until}."
)
NO_FIGURES = "Figures are drawn of the first declared kind of mentoring only."


def _all_outcomes(results: Results, figures: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    pieces = [] if results.is_headline else [blocks.text(NO_FIGURES)]
    if "forest" in figures:
        pieces.append(
            blocks.figure(
                "forest",
                figures["forest"]["description"],
                f"Estimates and intervals after {results.months:g} months. Grey: smaller than "
                f"worthwhile.{_crosses(results)}",
            )
        )
    pieces.append(blocks.text(_plain(results)))
    for name in results.named("event"):
        pieces.append(blocks.heading(capitalised(results.label(name))))
        pieces += with_figure(results, figures, f"incidence_{name}", _CAPTION)
        pieces += _estimand_lines(results, name)
        pieces.append(_rows_of(results, name))
    return blocks.section("Results" + results.mark, *pieces)


def _plain(results: Results) -> str:
    """Which intervals these are (see estimates.intervals.with_interval)."""
    confidence = results.study.analysis.confidence
    errors = NormalDist().inv_cdf(0.5 + confidence / 2)
    return (
        f"Intervals are plain: the estimate less and plus {errors:.2f} standard errors "
        f"({confidence:.0%}), on the scale of the estimate; of hazard ratios on the log scale."
    )


def _crosses(results: Results) -> str:
    """What hollow crosses mean, where the forest has any."""
    verdicts = [results.verdict(name) for name in results.study.outcomes]
    return " Hollow crosses: not reliable." if "not_reliable" in verdicts else ""


def _estimates_of(results: Results, name: str) -> pd.DataFrame:
    """Rows of one outcome; of a test of proportionality only the p-value is told, elsewhere."""
    rows = results.rows("estimates")
    return rows[(rows["outcome"] == name) & (rows["quantity"] != PROPORTIONALITY)]


def _estimand_lines(results: Results, name: str) -> list[dict[str, object]]:
    rows = _estimates_of(results, name)
    said = []
    for estimand, mine in rows.groupby("estimand", sort=True):
        said.append(f"{capitalised(_methods_of(results, mine))}: {results.in_words(estimand)}.")
    has_errors = (rows["status"] == "estimated") & (rows["error_type"] != "none")
    for error_type, mine in rows[has_errors].groupby("error_type", sort=True):
        said.append(f"Errors, {_methods_of(results, mine)}: {results.in_words(error_type)}.")
    return [blocks.bullets(said)] if said else []


def _methods_of(results: Results, rows: pd.DataFrame) -> str:
    return "; ".join(dict.fromkeys(method_name(results, method) for method in rows["method"]))


def _rows_of(results: Results, name: str) -> dict[str, object]:
    rows = _estimates_of(results, name)
    order = {method: place for place, method in enumerate(METHODS)}
    rows = rows.assign(place=rows["method"].map(order).fillna(len(order)))
    rows = rows.assign(is_beside=~rows["is_headline"])
    rows = rows.sort_values(["place", "is_beside", "quantity", "horizon_months"])
    return blocks.table(
        f"{capitalised(results.label(name))}: all estimates (people: mentored / comparison)",
        _HEADER,
        [_row(row, results) for row in rows.itertuples()],
        numeric=(2, 4, 5, 6, 7, 8, 9),
        widths=(2.05, 2.2, 0.85, 3, 0.7, 0.75, 0.65, 1.3, 0.75, 0.6),
        size=7.5,
    )


def _row(row, results: Results) -> tuple[str, ...]:
    what = quantity_name(row.quantity) + (" (primary)" if row.is_primary else "")
    months = "" if np.isnan(row.horizon_months) else f"{row.horizon_months:g}"
    method = method_name(results, row.method)
    if row.status == "blocked":
        return (method, what, months, f"none: {results.in_words(row.reason)}", *[""] * 6)
    shown = f"{in_unit(row.estimate, row.unit)} ({interval(row.ci_low, row.ci_high, row.unit)})"
    if row.unit == "log hazard ratio":
        shown += f"; ratio {math.exp(row.estimate):.2f}"
    else:
        shown += f" {row.unit}"
    return (
        method,
        what,
        months,
        shown,
        plain(row.std_error, 4 if row.unit == "log points" else 2),
        p_value(row.p_value),
        p_value(row.p_adjusted),
        f"{people(row.n_mentored)} / {people(row.n_comparison)}",
        "" if np.isnan(row.n_events) else people(row.n_events),
        people(row.n_left_out),
    )
