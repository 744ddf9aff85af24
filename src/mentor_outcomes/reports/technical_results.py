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
)
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.numbers import in_unit, interval, people, plain
from mentor_outcomes.reports.results import Results
from mentor_outcomes.reports.technical_contrasts import contrast_sections
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
        _behind_the_figures(results),
        *variant_sections(results),
    ]


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
    for name in results.study.outcomes:
        pieces.append(blocks.heading(capitalised(results.label(name))))
        for prefix in ("incidence", "effect"):
            if f"{prefix}_{name}" in figures:
                pieces.append(
                    blocks.figure(
                        f"{prefix}_{name}",
                        figures[f"{prefix}_{name}"]["description"],
                        _caption(results, prefix),
                    )
                )
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


def _caption(results: Results, prefix: str) -> str:
    section, words = results.study.study, method_words(results.study.groups)
    measure = {
        "incidence": "Cumulative incidence, competing events taken into account",
        "effect": f"{words.adjective.capitalize()} difference from before the start",
    }[prefix]
    return (
        f"{measure}, with {results.study.analysis.confidence:.0%} intervals. Source: study "
        f"records, {section.observed_from} to {section.observed_to}."
    )


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
    what = row.quantity.replace("_", " ") + (" (primary)" if row.is_primary else "")
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


def _behind_the_figures(results: Results) -> dict[str, object]:
    curves = results.rows("curves").dropna(subset=["estimate"])
    pieces = [
        _curve_table(results, name, curves[curves["outcome"] == name])
        for name in results.study.outcomes
        if (curves["outcome"] == name).any()
    ]
    text = (
        "Months between those shown are hidden: too few people had an event in between."
        if pieces
        else "No curve could be published."
    )
    title = "Data behind the figures" if results.is_headline else "Month by month"
    return blocks.section(
        title + results.mark,
        blocks.text(text),
        blocks.columns(pieces),
        on_new_page=results.is_headline,
    )


def _curve_table(results: Results, name: str, points: pd.DataFrame) -> dict[str, object]:
    label, unit = capitalised(results.label(name)), points["unit"].iloc[0]
    if results.study.outcomes[name].kind == "event":
        by_month = {arm: rows.set_index("months") for arm, rows in points.groupby("arm")}
        months = sorted(set(by_month.get("mentored", points).index))
        rows = [
            (
                f"{month:g}",
                *(_cell(by_month, arm, month, unit) for arm in ("mentored", "comparison")),
            )
            for month in months
        ]
        header = ("Months", "Mentored, followed", "Comparison, followed")
    else:
        mine = points[points["arm"] == "difference"].sort_values("months")
        rows = [
            (
                f"{row.months:g}".replace("-", "\u2212"),
                f"{in_unit(row.estimate, unit)} ({interval(row.ci_low, row.ci_high, unit)})",
                people(row.n_at_risk),
            )
            for row in mine.itertuples()
        ]
        header = ("Months", "Difference (interval)", "People, smaller arm")
    return blocks.table(
        f"{label}, {unit}", header, rows, numeric=(0, 1, 2), widths=(0.6, 2, 2), size=7
    )


def _cell(by_month: Mapping[str, pd.DataFrame], arm: str, month: float, unit: str) -> str:
    row = by_month[arm].loc[month]
    shown = f"{in_unit(row['estimate'], unit)} ({interval(row['ci_low'], row['ci_high'], unit)})"
    return f"{shown}, {people(row['n_at_risk'])}"
