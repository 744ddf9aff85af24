"""How a row of estimates is told in the technical report: its method, numbers, p-value, figure."""

import math
from collections.abc import Mapping

import numpy as np

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.numbers import in_unit, interval
from mentor_outcomes.reports.results import Results
from mentor_outcomes.study.sensitivities import VARIANTS

ON_LAST_VALUE = VARIANTS["matched_on_last_value"]
METHODS = {
    "cumulative_incidence": "cumulative incidence",
    "mean_time": "mean time",
    "mean_count": "mean count",
    "cox": "Cox, {sets}",
    "cox_time_varying": "Cox, time-varying",
    "matched_difference": "{adjective} difference",
    "lee_bounds": "always-stayers (Lee bounds)",
    "tipping_point": "tipping point",
    "parallel_trends": "broken parallel trends",
    "proportional_odds": "proportional odds",
    "group_time_effects": "group-time effects",
    "two_way_fixed_effects": "two-way fixed effects",
    "within_between": "within and between people",
    "naive": "naive",
    "placebo_start": "placebo start",
}
"""Methods in the order in which tables list them."""

QUANTITIES = {
    "share_difference": "difference in the share at or above the threshold",
    "difference_over_window": "mean difference over a window",
    "growth_difference": "difference in growth in the year before",
    "difference_through_grade": "difference through the grade",
    "difference_within_grade": "difference within the grade",
    "lower_bound": "lower bound",
    "upper_bound": "upper bound",
    "seen_difference": "difference in the share seen",
    "to_zero": "departure that takes the estimate to zero",
    "to_interval": "departure that takes the interval to zero",
    "robust_interval": "robust interval",
    "breakdown": "breakdown",
    "detectable_trend": "trend that would have been seen",
    "effect_at": "effect at the horizon",
    "overall_effect": "effect over all months",
    "pre_trend": "test of the months before",
    "log_odds_ratio": "log odds ratio",
}
"""Quantities that their name does not tell; the others are read as they are called."""

NONE = "none"


def method_name(results: Results, method: str) -> str:
    """A method of estimation in words, which name the groups as the design made them."""
    words = method_words(results.study.groups)
    name = METHODS.get(method, method.replace("_", " "))
    return name.format(sets=words.sets, adjective=words.adjective)


def quantity_name(quantity: str) -> str:
    """A quantity in words; one in SDs is named as the same in points."""
    start, told = "standardised_", quantity
    is_standardised = quantity.startswith(start) and quantity != "standardised_difference"
    if is_standardised:
        told = quantity.removeprefix(start)
    words = QUANTITIES.get(told, told.replace("_", " "))
    return f"{words}, in SDs" if is_standardised else words


def variant_name(results: Results, variant: str) -> str:
    """A variant in words, which name the groups as the design made them."""
    if variant == ON_LAST_VALUE:
        return method_words(results.study.groups).on_last_value
    return results.in_words(variant)


def with_interval(row, *, sign: bool = True) -> str:
    """Estimate and interval in the row's unit, or `none`; sign: a plus before what is above 0."""
    if row is None or not np.isfinite(row.estimate):
        return NONE
    shown = in_unit(row.estimate, row.unit, sign=sign)
    return f"{shown} ({interval(row.ci_low, row.ci_high, row.unit)})"


def ratio_with_interval(row) -> str:
    """A log hazard ratio as a ratio with its interval, or `none`."""
    if row is None or not np.isfinite(row.estimate):
        return NONE
    estimate, low, high = (math.exp(value) for value in (row.estimate, row.ci_low, row.ci_high))
    return f"{estimate:.2f} ({low:.2f} to {high:.2f})"


def p_value(value: float) -> str:
    """To three decimals without a leading zero; empty where there is none."""
    if not np.isfinite(value):
        return ""
    return "< .001" if value < 0.001 else f"{value:.3f}".lstrip("0")


def capitalised(words: str) -> str:
    """With a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def with_figure(
    results: Results,
    figures: Mapping[str, Mapping[str, str]],
    figure: str,
    caption: str,
    **words: str,
) -> list[dict[str, object]]:
    """A figure with its caption, into which level, since and until are set; none if not drawn."""
    if figure not in figures:
        return []
    section = results.study.study
    said = caption.format(
        level=f"{results.study.analysis.confidence:.0%}",
        since=section.observed_from.year,
        until=section.observed_to.year,
        **words,
    )
    return [blocks.figure(figure, figures[figure]["description"], said)]
