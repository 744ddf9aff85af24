"""Dots with their intervals, one row each: what several small figures are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from mentor_outcomes.figures.style import INK, QUIET

_GAP = 0.36
"""Between rows of one label, where labels are 1 apart."""


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One estimate as it is drawn. Marker and filling differ too: colour is never the only sign.

    told   the numbers in words, set to the right of the row; empty: none
    """

    label: str
    estimate: float
    ci_low: float
    ci_high: float
    colour: str
    marker: str
    is_filled: bool = True
    told: str = ""


def draw_intervals(axes: Axes, rows: Sequence[IntervalRow], *, no_effect: float) -> None:
    """The rows from top to bottom, those of one label together, and a line at no effect."""
    labels = list(dict.fromkeys(row.label for row in rows))
    axes.axvline(no_effect, color=QUIET, linewidth=0.8)
    for top, label in enumerate(labels):
        together = [row for row in rows if row.label == label]
        for order, row in enumerate(together):
            shift = _GAP * ((len(together) - 1) / 2 - order)
            _draw(axes, row, len(labels) - 1 - top + shift)
    axes.set_yticks(list(range(len(labels)))[::-1], labels)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(labels) - 0.4)


def _draw(axes: Axes, row: IntervalRow, place: float) -> None:
    axes.plot([row.ci_low, row.ci_high], [place, place], color=row.colour, linewidth=1.4)
    axes.plot(
        row.estimate,
        place,
        marker=row.marker,
        markersize=5.5,
        color=row.colour,
        markerfacecolor=row.colour if row.is_filled else "white",
    )
    if row.told:
        axes.annotate(
            row.told,
            (1, place),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=row.colour,
        )
