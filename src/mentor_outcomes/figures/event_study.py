"""Differences by months since the start: of one outcome, of all scales, of two models at once."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, MultipleLocator

from mentor_outcomes.figures.style import INK, QUIET, TEXT_WIDTH_INCHES, titled
from mentor_outcomes.study import Figures

_BEFORE, _OF_MONTHS, _OF_ALL = "#F1F3F5", 0.30, 0.13
"""Ground before the start; opacity of the intervals of each month, and of the band for all."""
_PER_ROW = 4


def effect_figure(
    points: pd.DataFrame, *, title: str, ylabel: str, confidence: float, settings: Figures
) -> Figure:
    """Difference of the mentored from their comparators by months since the start.

    points   rows of `curves` of one outcome, method and quantity, arm difference; negative months
             lie before the start
    """
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 2.75), layout="constrained")
    titled(figure, title, settings)
    axes = figure.subplots()
    shown = points.sort_values("months")
    _draw(axes, shown, settings)
    _label_start(axes)
    axes.set_xlabel("months since the start (negative: before)", labelpad=1)
    axes.set_ylabel(ylabel)
    axes.xaxis.set_major_locator(MultipleLocator(_step(shown["months"])))
    _add_legend(figure, shown, confidence, settings)
    return figure


def scales_figure(
    points: Mapping[str, pd.DataFrame], *, title: str, confidence: float, settings: Figures
) -> Figure:
    """The same of several scales, a small panel each, all on one axis.

    points   name of the scale in words -> its rows
    """
    n_rows = -(-len(points) // _PER_ROW)
    n_columns = min(len(points), _PER_ROW)
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 0.85 + 1.5 * n_rows), layout="constrained")
    titled(figure, title, settings)
    panels = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, (name, rows) in zip(panels, points.items(), strict=False):
        _draw(axes, rows.sort_values("months"), settings)
        axes.set_title(name, fontweight=600, color=INK)
        axes.xaxis.set_major_locator(MultipleLocator(12))
        axes.tick_params(labelbottom=True, labelleft=True)
    for axes in panels[len(points) :]:
        axes.set_visible(False)
    for axes in panels[max(0, len(points) - n_columns) : len(points)]:
        axes.set_xlabel("months since the start", labelpad=1)
    for axes in panels[::n_columns]:
        axes.set_ylabel("points")
    together = pd.concat(points.values())
    _add_legend(figure, together, confidence, settings)
    return figure


def two_way_figure(
    leads_and_lags: pd.DataFrame,
    on_sets: pd.DataFrame,
    *,
    title: str,
    ylabel: str,
    settings: Figures,
) -> Figure:
    """Leads and lags of the two-way model, with the difference of the sets as a line beside it."""
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 2.3), layout="constrained")
    titled(figure, title, settings)
    axes = figure.subplots()
    rows = leads_and_lags.sort_values("months")
    axes.axvspan(rows["months"].min(), 0, color=_BEFORE, linewidth=0)
    axes.axhline(0, color=QUIET, linewidth=0.8)
    bars = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
    axes.errorbar(
        rows["months"],
        rows["estimate"],
        yerr=bars,
        fmt="D",
        markersize=2.6,
        color=INK,
        ecolor=INK,
        elinewidth=0.7,
        label="two-way fixed effects, everybody",
    )
    beside = on_sets.sort_values("months")
    axes.plot(
        beside["months"],
        beside["estimate"],
        color=settings.mentored_colour,
        linewidth=1.8,
        label="difference in the sets",
    )
    _label_start(axes)
    axes.set_xlabel("months since the start (negative: before)", labelpad=1)
    axes.set_ylabel(ylabel)
    axes.xaxis.set_major_locator(MultipleLocator(_step(rows["months"])))
    axes.margins(x=0.01)
    axes.legend(loc="upper left", bbox_to_anchor=(0, 0.88))
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, settings: Figures) -> None:
    """Band for all months, intervals of each, the line, and the reference as a hollow mark."""
    colour, months = settings.mentored_colour, rows["months"]
    if months.min() < 0:
        axes.axvspan(months.min(), 0, color=_BEFORE, linewidth=0)
    axes.axhline(0, color=QUIET, linewidth=0.8)
    if rows["band_low"].notna().any():
        _fill(axes, rows, "band", colour, _OF_ALL)
    _fill(axes, rows, "ci", colour, _OF_MONTHS)
    axes.plot(months, rows["estimate"], color=colour, marker="o", markersize=2.8, linewidth=1.3)
    reference = rows[rows["std_error"] == 0]
    axes.plot(
        reference["months"],
        reference["estimate"],
        linestyle="none",
        marker="o",
        markersize=5,
        color=colour,
        markerfacecolor="white",
        zorder=4,
    )
    axes.margins(x=0.01)
    axes.yaxis.set_major_locator(MaxNLocator(5))


def _fill(axes: Axes, rows: pd.DataFrame, which: str, colour: str, alpha: float) -> None:
    low, high = (rows[f"{which}_{end}"] for end in ("low", "high"))
    axes.fill_between(rows["months"], low, high, color=colour, alpha=alpha, linewidth=0)


def _label_start(axes: Axes) -> None:
    axes.axvline(0, color=QUIET, linewidth=0.8, linestyle=":")
    axes.annotate(
        "start",
        (0, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -2),
        textcoords="offset points",
        va="top",
        color=QUIET,
    )


def _add_legend(figure: Figure, rows: pd.DataFrame, confidence: float, settings: Figures) -> None:
    """Both shades and the reference, in words."""
    colour, level = settings.mentored_colour, f"{confidence:.0%}"
    entries = {f"{level} interval of each moment": Patch(color=colour, alpha=_OF_MONTHS + _OF_ALL)}
    if rows["band_low"].notna().any():
        entries[f"{level} band for all moments together"] = Patch(color=colour, alpha=_OF_ALL)
    if (rows["std_error"] == 0).any():
        entries["reference"] = Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markersize=5,
            color=colour,
            markerfacecolor="white",
        )
    figure.legend(
        list(entries.values()), list(entries), loc="outside lower center", ncols=len(entries)
    )


def _step(months: pd.Series) -> int:
    return 6 if np.ptp(months) <= 60 else 12
