"""Of 100 people with a mentor and 100 without: how many had the event."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path

from mentor_outcomes.figures.style import TEXT_WIDTH_INCHES, Arm, arms, titled
from mentor_outcomes.study import ArmWords, Figures

_PER_ROW = 20


def icon_figure(
    risks: pd.Series, *, title: str, did: str, words: ArmWords, settings: Figures
) -> Figure:
    """Two arrays of 100 people; those who had the event are filled and come first.

    risks   per 100 people, index mentored and comparison
    did     what they did, in the past tense
    """
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 1.62), layout="constrained")
    titled(figure, title, settings)
    for axes, (arm, look) in zip(figure.subplots(1, 2), arms(settings, words).items(), strict=True):
        n_events = round(float(risks[arm]))
        _draw_hundred(axes, n_events, look)
        axes.set_title(
            f"{n_events} of 100 {look.label}", color=look.colour, fontsize=settings.font_size + 1
        )
        axes.set_xlabel(f"filled: those who {did}")
    return figure


def _draw_hundred(axes: Axes, n_events: int, look: Arm) -> None:
    places = np.arange(100)
    column, row = places % _PER_ROW, -(places // _PER_ROW)
    had_event = places < n_events
    common = {"marker": person(), "s": 80, "linewidths": 0.7, "edgecolors": look.colour}
    axes.scatter(column[had_event], 1.6 * row[had_event], facecolors=look.colour, **common)
    axes.scatter(column[~had_event], 1.6 * row[~had_event], facecolors="white", **common)
    axes.set_xlim(-0.8, _PER_ROW - 0.2)
    axes.set_ylim(-1.6 * (100 // _PER_ROW - 1) - 1.0, 1.0)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def person() -> Path:
    """The outline of a person, one unit high: a head above a rounded body."""
    head = Path.circle((0.0, 0.62), 0.27)
    body = Path(
        [
            (-0.42, -0.9),
            (-0.42, -0.1),
            (-0.42, 0.24),
            (-0.1, 0.24),
            (0.1, 0.24),
            (0.42, 0.24),
            (0.42, -0.1),
            (0.42, -0.9),
            (-0.42, -0.9),
        ],
        [
            Path.MOVETO,
            Path.LINETO,
            Path.CURVE3,
            Path.CURVE3,
            Path.LINETO,
            Path.CURVE3,
            Path.CURVE3,
            Path.LINETO,
            Path.CLOSEPOLY,
        ],
    )
    return Path.make_compound_path(head, body)
