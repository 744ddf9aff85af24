"""How likely a mentor was in both groups: preference scores, mirrored, before matching."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mentor_outcomes.figures.style import FAINT, INK, QUIET, TEXT_WIDTH_INCHES, arms, titled
from mentor_outcomes.study import ArmWords, Figures

EQUIPOISE = (0.3, 0.7)
RANGE = 0.05
_SIDES = {"mentored": 1, "comparison": -1}


def preference_figure(
    preference: pd.DataFrame, *, title: str, words: ArmWords, settings: Figures
) -> Figure:
    """Share of each group in each range of preference scores; the mentored upward.

    preference   rows of `preference` of one design; hidden ranges are gaps
    """
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 2.6), layout="constrained")
    titled(figure, title, settings)
    axes = figure.subplots()
    axes.axvspan(*EQUIPOISE, color=FAINT, alpha=0.45, linewidth=0)
    shown = preference.dropna(subset=["share"])
    looks = arms(settings, words)
    for arm, side in _SIDES.items():
        rows = shown[shown["arm"] == arm]
        axes.bar(
            rows["preference_from"],
            side * 100 * rows["share"],
            width=RANGE,
            align="edge",
            color=looks[arm].colour,
            edgecolor="white",
            linewidth=0.8,
            hatch=None if arm == "mentored" else "////",
        )
    axes.axhline(0, color=INK, linewidth=0.8)
    highest = 100 * shown["share"].max() * 1.3  # room for the words above the bars
    axes.set_ylim(-highest, highest)
    axes.set_xlim(0, 1)
    _label(axes, looks, highest)
    axes.set_xlabel(f"preference score: {words.chance}, how common that is taken out")
    axes.set_ylabel("% of the group")
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    return figure


def _label(axes: Axes, looks, highest: float) -> None:
    for arm, side in _SIDES.items():
        axes.annotate(
            looks[arm].label,
            (0.012, side * highest * 0.93),
            va="top" if side > 0 else "bottom",
            color=looks[arm].colour,
            fontweight=600,
        )
    axes.annotate(
        "equipoise: either course was plausible",
        (EQUIPOISE[1] - 0.008, highest * 0.97),
        ha="right",
        va="top",
        color=QUIET,
    )
