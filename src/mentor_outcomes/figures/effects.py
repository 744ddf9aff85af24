"""All outcomes side by side, beside the smallest effect that would matter."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mentor_outcomes.figures.style import FAINT, INK, QUIET, TEXT_WIDTH_INCHES, titled
from mentor_outcomes.study import Figures


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One outcome in the forest: what is drawn, in which panel, and whether it may be relied on."""

    label: str
    unit: str
    estimate: float
    ci_low: float
    ci_high: float
    smallest_worthwhile: float
    better: str
    is_reliable: bool


_PANELS = {
    "per 100 people": "difference per 100 people",
    "log points": "difference in log points (0.01 is about 1%)",
    "SD": "difference in standard deviations",
    "points": "difference in points of the scale",
}


def forest_figure(rows: list[ForestRow], *, title: str, settings: Figures) -> Figure:
    """All outcomes: estimate, interval and smallest worthwhile effect, one panel per unit."""
    units = [unit for unit in _PANELS if any(row.unit == unit for row in rows)]
    by_unit = {unit: [row for row in rows if row.unit == unit] for unit in units}
    heights = [len(by_unit[unit]) + 1.1 for unit in units]
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 0.5 + 0.34 * sum(heights)), layout="constrained")
    titled(figure, title, settings)
    panels = figure.subplots(len(units), 1, height_ratios=heights, squeeze=False)[:, 0]
    for axes, unit in zip(panels, units, strict=True):
        _draw_panel(axes, by_unit[unit], settings)
        axes.set_xlabel(_PANELS[unit], labelpad=1)
    return figure


def _draw_panel(axes: Axes, rows: list[ForestRow], settings: Figures) -> None:
    places = range(len(rows))[::-1]
    axes.axvline(0, color=QUIET, linewidth=0.8)
    for place, row in zip(places, rows, strict=True):
        worth = row.smallest_worthwhile
        axes.fill_between([-worth, worth], place - 0.38, place + 0.38, color=FAINT, linewidth=0)
        colour = settings.mentored_colour if row.is_reliable else QUIET
        axes.plot([row.ci_low, row.ci_high], [place, place], color=colour, linewidth=1.4)
        axes.plot(
            row.estimate,
            place,
            marker="o" if row.is_reliable else "X",
            markersize=6,
            color=colour,
            markerfacecolor=colour if row.is_reliable else "white",
        )
    axes.set_yticks(list(places), [_row_label(row) for row in rows])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(rows) - 0.4)


def _row_label(row: ForestRow) -> str:
    note = "" if row.is_reliable else ", not reliable"
    return f"{row.label} ({row.better} is better{note})"
