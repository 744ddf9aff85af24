"""The same question about pay or a scale asked in other ways, as rows of the technical report."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import (
    ON_LAST_VALUE,
    capitalised,
    p_value,
    variant_name,
    with_interval,
)
from mentor_outcomes.reports.method_words import method_words
from mentor_outcomes.reports.numbers import interval, off_zero
from mentor_outcomes.reports.panel_cells import Told, as_ratio, told
from mentor_outcomes.reports.results import Results

MATCHED, TWO_WAY, LEE = "matched_difference", "two_way_fixed_effects", "lee_bounds"
GROUPS, WITHIN, ODDS = "group_time_effects", "within_between", "proportional_odds"
WITHOUT_WEIGHTS = "without weights"
IN_WAYS = (WITHOUT_WEIGHTS, ON_LAST_VALUE)
"""Variants of the headline difference that stand among the ways of asking."""
NO_HORIZON = np.nan
_OTHER_EXPOSURE = {"started": ("current exposure", "while mentored"), "current": ("", "")}


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking.

    name, how   in words
    rows        the rows of estimates it tells of one outcome: the first's effect it is
    say         the cell of one outcome
    """

    name: str
    how: str
    rows: Callable[[Results, str], list]
    say: Callable[[Results, str], Told]


def ways(results: Results) -> list[Way]:
    """Every way of asking, the main one first; what a study has no rows of is left out later."""
    return [*_of_the_sets(results), *_of_everybody(results)]


def _of_the_sets(results: Results) -> Iterator[Way]:
    words = method_words(results.study.groups)
    yield _simple(
        f"{words.adjective.capitalize()} difference (main)",
        "Change since the last value before the start, mentored less comparators; those seen are "
        "weighted for those who left and, of scales, kept silent.",
        (MATCHED, "difference"),
    )
    first, last = _window(results)
    yield _simple(
        f"Mean over months {first:g} to {last:g}",
        "The same change, averaged over these months or the surveys in them, each counted alike.",
        (MATCHED, "difference_over_window", last),
    )
    yield _simple(
        "Without weights",
        "The main one among those seen, as if leaving and silence hung on nothing that matters.",
        (MATCHED, "difference", None, WITHOUT_WEIGHTS),
    )
    yield _simple(
        capitalised(variant_name(results, ON_LAST_VALUE)),
        "Groups made anew, alike in the last value before the start as well. A sensitivity: a "
        "value that happened to be high falls back by itself.",
        (MATCHED, "difference", None, ON_LAST_VALUE),
    )
    yield Way(
        "Always-stayers (Lee bounds)",
        "Lowest and highest effect on those who would be seen in either arm: of the arm that is "
        "seen more, a share is cut off at either end (Lee 2009). In brackets: interval of the "
        "effect; behind it: the arm that is cut.",
        lambda results, name: _rows(results, name, (LEE, "lower_bound"), (LEE, "upper_bound")),
        _bounds,
    )
    yield Way(
        "Share at or above the threshold",
        "The main one, of the share of people with at least so many points; per 100 people.",
        lambda results, name: _rows(results, name, (MATCHED, "share_difference")),
        lambda results, name: told(results, results.row(name, MATCHED, "share_difference")),
    )
    yield Way(
        "Proportional odds",
        "Odds of a higher score, given the score before; a ratio, with no points in it. Behind it: "
        "p of the ratio being the same at every score.",
        lambda results, name: _rows(results, name, (ODDS, "log_odds_ratio")),
        _odds,
    )


def _of_everybody(results: Results) -> Iterator[Way]:
    yield _simple(
        "Group-time effects",
        f"Those who start in one {results.study.analysis.group_starts_by} (of scales: between two "
        "surveys) against all not mentored yet, weighted to stand for those alike mentored since; "
        "from the last period before, averaged over starts (Callaway & Sant\u2019Anna 2021).",
        (GROUPS, "effect_at"),
    )
    yield _simple(
        "Group-time, all months",
        "The same, averaged over all periods after the start too, so that early ones weigh most.",
        (GROUPS, "overall_effect", NO_HORIZON),
    )
    yield _simple(
        "Two-way fixed effects",
        "What is constant in a person or common to a period is held fixed. Known weakness: people "
        "already mentored serve as comparators of later starters, so that an effect that grows is "
        "made too small, or turned round (Goodman-Bacon 2021). Who was chosen, if on another "
        "course, pulls it either way.",
        (TWO_WAY, "coefficient", NO_HORIZON),
    )
    variant, words = _OTHER_EXPOSURE[results.study.exposure.measure]
    if variant:
        yield _simple(
            f"Two-way, {words}",
            "Mentored only from the start to the end of a mentorship: what lasts after it counts "
            "against it.",
            (TWO_WAY, "coefficient", NO_HORIZON, variant),
        )
    yield Way(
        "Between people",
        "People mentored for more of their time against others (Mundlak 1978); behind it the "
        "change within people, periods held fixed, and p of both being alike (Hausman 1978, "
        "robust). A small p: who people are is in the comparison.",
        lambda results, name: _rows(results, name, (WITHIN, "between_coefficient", NO_HORIZON)),
        _between,
    )
    yield _simple(
        "Naive",
        "Ever against never mentored, all periods. It counts who was chosen, and for how long, as "
        "an effect; shown as a warning.",
        ("naive", "difference", NO_HORIZON),
    )


def _simple(name: str, how: str, asked: tuple) -> Way:
    return Way(
        name,
        how,
        lambda results, outcome: _rows(results, outcome, asked),
        lambda results, outcome: told(results, results.row(outcome, *asked)),
    )


def _rows(results: Results, name: str, *asked: tuple) -> list:
    found = [results.row(name, *each) for each in asked]
    return [row for row in found if row is not None]


def _window(results: Results) -> tuple[float, float]:
    """The window that ends at the main horizon, else the last; without any the last year to it."""
    windows = results.study.analysis.windows
    ending = [window for window in windows if window[1] == results.months]
    found = ending or list(windows) or [(results.months - 11, results.months)]
    return found[-1][0], found[-1][-1]


def _bounds(results: Results, name: str) -> Told:
    return bounds_at(results, name, results.months)


def bounds_at(results: Results, name: str, months: float) -> Told:
    """Both bounds with the interval of the effect, and the arm of which a share was cut off."""
    low, high = (results.row(name, LEE, f"{end}_bound", months) for end in ("lower", "upper"))
    cell = told(results, low)
    if low is None or high is None or cell.why or not np.isfinite(high.estimate):
        return cell
    between = interval(low.estimate, high.estimate, low.unit)
    return Told(f"{between} ({interval(low.ci_low, low.ci_high, low.unit)}){_cut(low.error_type)}")


def _cut(error_type: str) -> str:
    found = re.search(r"trimmed: (mentored|comparison)", error_type)
    return f"; {found.group(1)}" if found else ""


def _odds(results: Results, name: str) -> Told:
    test = results.row(name, ODDS, "proportionality_chi_square")
    p = "" if test is None else p_value(test.p_value)
    row = results.row(name, ODDS, "log_odds_ratio")
    return told(results, row, lambda row: as_ratio(row) + (f"; p {p}" if p else ""))


def _between(results: Results, name: str) -> Told:
    test = results.row(name, WITHIN, "hausman", NO_HORIZON)
    p = "" if test is None else p_value(test.p_value)
    within = results.row(name, WITHIN, "within_coefficient", NO_HORIZON)
    beside = f"; within {size(within)}" if within is not None and _is_known(within) else ""
    beside += f"; p {p}" if p else ""
    row = results.row(name, WITHIN, "between_coefficient", NO_HORIZON)
    return told(results, row, lambda row: with_interval(row) + beside)


def _is_known(row) -> bool:
    return bool(np.isfinite(row.estimate))


def whose_table(results: Results, names: list[str], asked: list[Way]) -> list[dict[str, object]]:
    """A table of whose effect each way tells, where any has a row."""
    rows = whose(results, names, asked)
    if not rows:
        return []
    table = blocks.table(
        "Whose effect each way tells",
        ("Ways", "Effect, and of whom"),
        rows,
        widths=(2.4, 5),
        size=7,
    )
    return [table]


def whose(results: Results, names: list[str], asked: list[Way]) -> list[tuple[str, str]]:
    """Ways with the same estimand, and it in the words of the rows; one row per estimand.

    Where outcomes differ in more than their thresholds, the way names them.
    """
    by_estimand: dict[str, list[str]] = {}
    for way in asked:
        told_of: dict[str, list[str]] = {}
        for name in names:
            for row in way.rows(results, name)[:1]:
                told_of.setdefault(row.estimand, []).append(name)
        told_of = _without_thresholds(told_of)
        for estimand, mine in told_of.items():
            of_some = f" ({', '.join(map(results.label, mine))})" if len(told_of) > 1 else ""
            by_estimand.setdefault(estimand, []).append(way.name + of_some)
    return [
        ("; ".join(mine), capitalised(results.in_words(text))) for text, mine in by_estimand.items()
    ]


_THRESHOLD = re.compile(r"with [\d.]+ points or more")
OF_THE_SCALE = "with the threshold of the scale or more"


def _without_thresholds(told_of: dict[str, list[str]]) -> dict[str, list[str]]:
    """Outcomes by estimand; thresholds that differ between them are not named."""
    if len(told_of) < 2:
        return told_of
    together: dict[str, list[str]] = {}
    for estimand, names in told_of.items():
        together.setdefault(_THRESHOLD.sub(OF_THE_SCALE, estimand), []).extend(names)
    return together


def size(row) -> str:
    """The estimate alone, signed; one that is not zero is not told as zero."""
    return off_zero(row.estimate, row.unit, sign=True)
