"""One event asked in several ways: ever against never, by the day, and from the start on."""

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from mentor_outcomes.figures.intervals import IntervalRow, draw_intervals
from mentor_outcomes.figures.style import INK, QUIET, TEXT_WIDTH_INCHES, Drawing, drawn, titled
from mentor_outcomes.figures.titles import capitalised, contrasts_title, signed
from mentor_outcomes.study import Figures, Outcome

_RATIO_MARKS = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10)
_GAPS = 5
"""Marks are at least this part of the axis apart, lest their numbers touch."""
NAIVE, EMULATED = "ever against never", "emulated trial"
TIME_VARYING, ON_SETS = "everyone, day by day", "emulated trial"
_RISKS = {NAIVE: "naive", EMULATED: "cumulative_incidence"}
_RATIOS = {TIME_VARYING: "cox_time_varying", ON_SETS: "cox"}


def contrast_drawings(
    estimates: pd.DataFrame,
    outcomes: Mapping[str, Outcome],
    labels: Mapping[str, str],
    verdicts: Mapping[str, str],
    settings: Figures,
    *,
    months: float,
) -> list[Drawing | None]:
    """One figure per event, `contrasts_NAME`; None without both differences. Call within `styled`.

    estimates   released main rows of one role and contrast, of everybody
    months      the horizon of the risk differences
    """
    return [
        _drawing(
            estimates[estimates["outcome"] == name],
            name,
            labels[name],
            verdicts.get(name, "not_measured") != "not_reliable",
            settings,
            months,
        )
        for name, outcome in outcomes.items()
        if outcome.kind == "event"
    ]


def _drawing(
    rows: pd.DataFrame, name: str, label: str, is_reliable: bool, settings: Figures, months: float
) -> Drawing | None:
    at_horizon = rows[(rows["quantity"] == "risk_difference") & (rows["horizon_months"] == months)]
    risks = _picked(at_horizon, _RISKS)
    if set(risks) != set(_RISKS):
        return None
    ratios = _picked(rows[rows["quantity"] == "log_hazard_ratio"], _RATIOS)
    title = contrasts_title(
        label, risks[NAIVE]["estimate"], risks[EMULATED]["estimate"], is_reliable=is_reliable
    )
    told = [f"{capitalised(way)} {_difference(row)}" for way, row in risks.items()]
    told_ratios = [f"{way} {_ratio(row)}" for way, row in ratios.items()]
    ratio_words = f" Hazard ratios: {'; '.join(told_ratios)}." if told_ratios else ""
    description = (
        f"{title}. Risk differences per 100 people after {months:g} months with their intervals: "
        f"{'; '.join(told)}.{ratio_words}"
    )
    figure = contrasts_figure(
        risks, ratios, title=title, months=months, is_reliable=is_reliable, settings=settings
    )
    return drawn(f"contrasts_{name}", title, description, figure)


def _picked(rows: pd.DataFrame, ways: Mapping[str, str]) -> dict[str, pd.Series]:
    """The estimated row of each way that has one."""
    known = rows.dropna(subset=["estimate"]).drop_duplicates("method").set_index("method")
    return {way: known.loc[method] for way, method in ways.items() if method in known.index}


def contrasts_figure(
    risks: Mapping[str, pd.Series],
    ratios: Mapping[str, pd.Series],
    *,
    title: str,
    months: float,
    is_reliable: bool,
    settings: Figures,
) -> Figure:
    """Risk differences at one horizon to the left, hazard ratios on a log scale to the right.

    risks, ratios   way of asking -> released row; of ratios the rows hold logarithms
    """
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 1.5), layout="constrained")
    figure.get_layout_engine().set(wspace=0.06)
    titled(figure, title, settings)
    panels = figure.subplots(1, 2 if ratios else 1, squeeze=False)[0]
    looks = _looks(settings, is_reliable)
    draw_intervals(
        panels[0],
        [_interval_row(way, row, looks[way], _difference(row)) for way, row in risks.items()],
        no_effect=0,
    )
    panels[0].locator_params(axis="x", nbins=5)
    panels[0].set_xlabel(f"difference per 100 after {months:g} months", labelpad=1)
    if ratios:
        _draw_ratios(panels[1], ratios, looks)
    return figure


def _looks(settings: Figures, is_reliable: bool) -> dict[str, tuple[str, str, bool]]:
    """Colour, marker and filling of each way; what is not reliable is a hollow cross."""
    emulated = (settings.mentored_colour, "o", True) if is_reliable else (QUIET, "X", False)
    return {NAIVE: (QUIET, "s", False), TIME_VARYING: (INK, "D", True), EMULATED: emulated}


def _interval_row(
    way: str, row: pd.Series, look: tuple[str, str, bool], told: str, *, is_log: bool = False
) -> IntervalRow:
    values = [row[name] for name in ("estimate", "ci_low", "ci_high")]
    if is_log:
        values = [math.exp(value) for value in values]
    return IntervalRow(way, *values, *look, told)


def _draw_ratios(axes: Axes, ratios: Mapping[str, pd.Series], looks) -> None:
    rows = [
        _interval_row(way, row, looks[way], _ratio(row), is_log=True) for way, row in ratios.items()
    ]
    axes.set_xscale("log")
    draw_intervals(axes, rows, no_effect=1)
    low, high = min(1.0, *(row.ci_low for row in rows)), max(1.0, *(row.ci_high for row in rows))
    marks = _apart([mark for mark in _RATIO_MARKS if low / 1.1 <= mark <= high * 1.1])
    axes.xaxis.set_major_locator(FixedLocator(marks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("hazard ratio (log scale)", labelpad=1)


def _apart(marks: list[float]) -> list[float]:
    """Of the marks 1, and the others inward to it that are far enough from those kept."""
    if len(marks) < 2:
        return marks
    least = math.log(marks[-1] / marks[0]) / _GAPS
    kept = [1.0]
    for mark in sorted(marks, key=lambda mark: -abs(math.log(mark))):
        if all(abs(math.log(mark / other)) >= least for other in kept):
            kept.append(mark)
    return sorted(kept)


def _difference(row: pd.Series) -> str:
    return f"{signed(row['estimate'])} ({_plain(row['ci_low'])} to {_plain(row['ci_high'])})"


def _ratio(row: pd.Series) -> str:
    estimate, low, high = (math.exp(row[name]) for name in ("estimate", "ci_low", "ci_high"))
    return f"{estimate:.2f} ({low:.2f} to {high:.2f})"


def _plain(value: float) -> str:
    return signed(value).removeprefix("+")
