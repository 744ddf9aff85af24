"""Results in the technical report: every row of every method, and the data behind the figures."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.numbers import in_unit, interval, people, plain
from mentor_outcomes.reports.results import Results

_METHODS = {
    "cumulative_incidence": "cumulative incidence",
    "mean_time": "mean time",
    "cox": "Cox, {sets}",
    "cox_time_varying": "Cox, time-varying",
    "matched_difference": "{adjective} difference",
    "two_way_fixed_effects": "two-way fixed effects",
    "naive": "naive",
}
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
    """Results of all outcomes, naive beside adjusted, and the data behind the figures."""
    return [
        _naive_beside_adjusted(results),
        _all_outcomes(results, figures),
        _behind_the_figures(results),
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
    for name in results.study.outcomes:
        pieces.append(blocks.heading(_capitalised(results.label(name))))
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


def _estimand_lines(results: Results, name: str) -> list[dict[str, object]]:
    rows = results.rows("estimates")
    rows = rows[rows["outcome"] == name]
    said = []
    for estimand, mine in rows.groupby("estimand", sort=True):
        said.append(f"{_capitalised(_methods_of(results, mine))}: {results.in_words(estimand)}.")
    has_errors = (rows["status"] == "estimated") & (rows["error_type"] != "none")
    for error_type, mine in rows[has_errors].groupby("error_type", sort=True):
        said.append(f"Errors, {_methods_of(results, mine)}: {results.in_words(error_type)}.")
    return [blocks.bullets(said)] if said else []


def _methods_of(results: Results, rows: pd.DataFrame) -> str:
    return "; ".join(dict.fromkeys(_method(results, method) for method in rows["method"]))


def _method(results: Results, method: str) -> str:
    """A method of estimation in words, which name the groups as the design made them."""
    words = method_words(results.study.groups)
    return _METHODS.get(method, method).format(sets=words.sets, adjective=words.adjective)


def _rows_of(results: Results, name: str) -> dict[str, object]:
    rows = results.rows("estimates")
    rows = rows[rows["outcome"] == name]
    order = {method: place for place, method in enumerate(_METHODS)}
    rows = rows.assign(place=rows["method"].map(order).fillna(len(order)))
    rows = rows.assign(is_beside=~rows["is_headline"])
    rows = rows.sort_values(["place", "is_beside", "quantity", "horizon_months"])
    return blocks.table(
        f"{_capitalised(results.label(name))}: all estimates (people: mentored / comparison)",
        _HEADER,
        [_row(row, results) for row in rows.itertuples()],
        numeric=(2, 4, 5, 6, 7, 8, 9),
        widths=(2.05, 2.2, 0.85, 3, 0.7, 0.75, 0.65, 1.3, 0.75, 0.6),
        size=7.5,
    )


def _row(row, results: Results) -> tuple[str, ...]:
    what = row.quantity.replace("_", " ") + (" (primary)" if row.is_primary else "")
    months = "" if np.isnan(row.horizon_months) else f"{row.horizon_months:g}"
    method = _method(results, row.method)
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
        _p_value(row.p_value),
        _p_value(row.p_adjusted),
        f"{people(row.n_mentored)} / {people(row.n_comparison)}",
        "" if np.isnan(row.n_events) else people(row.n_events),
        people(row.n_left_out),
    )


def _p_value(value: float) -> str:
    if not np.isfinite(value):
        return ""
    return "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0")


def _naive_beside_adjusted(results: Results) -> dict[str, object]:
    estimates = results.rows("estimates")
    rows = []
    for name, outcome in results.study.outcomes.items():
        adjusted = results.headline(name)
        naive = estimates[(estimates["outcome"] == name) & (estimates["method"] == "naive")]
        if outcome.kind == "event":
            naive = naive[naive["horizon_months"] == results.months]
        shown = naive.dropna(subset=["estimate"])
        rows.append(
            (
                results.label(name),
                adjusted.unit,
                _with_interval(adjusted) if adjusted.is_known else "none",
                _with_interval(shown.iloc[0]) if len(shown) else "none",
            )
        )
    return blocks.section(
        "Naive beside adjusted" + results.mark,
        blocks.text(
            "The naive contrast sets those ever mentored against those never mentored. It "
            "credits mentoring with having stayed long enough to find a mentor, and with what "
            "made people be chosen. It is shown as a warning."
        ),
        blocks.table(
            f"After {results.months:g} months (pay and scales, naive: all periods)",
            ("Outcome", "Unit", "Adjusted", "Naive"),
            rows,
            widths=(1.4, 1.2, 2, 2),
        ),
    )


def _with_interval(effect) -> str:
    shown = in_unit(effect.estimate, effect.unit, sign=True)
    return f"{shown} ({interval(effect.ci_low, effect.ci_high, effect.unit)})"


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
    label, unit = _capitalised(results.label(name)), points["unit"].iloc[0]
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


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
