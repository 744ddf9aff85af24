"""Whether starts come as often as the model of starts says."""

import pandas as pd
from matplotlib.figure import Figure

from mentor_outcomes.figures.style import INK, QUIET, TEXT_WIDTH_INCHES, titled
from mentor_outcomes.study import Figures

_BAR = 1.96
"""Standard errors on each side: 95 of 100 bars would hold the line, were the model true."""


def calibration_figure(
    calibration: pd.DataFrame, *, title: str, period: str, settings: Figures
) -> Figure:
    """Observed against predicted starts per 1,000 person-periods, by tenth of the prediction.

    calibration   rows of `calibration` of one contrast; hidden tenths are left out
    period        month, quarter or year: what a row of the panel is
    """
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 2.5), layout="constrained")
    titled(figure, title, settings)
    axes = figure.subplots()
    shown = calibration.dropna(subset=["observed_share", "mean_predicted"]).sort_values("tenth")
    predicted, observed = (1000 * shown[name] for name in ("mean_predicted", "observed_share"))
    bars = 1000 * _BAR * shown["gap_error"]
    end = 1.08 * max(predicted.max(), (observed + bars).max())
    axes.plot([0, end], [0, end], color=QUIET, linewidth=0.9, linestyle=":")
    axes.errorbar(
        predicted,
        observed,
        yerr=bars,
        fmt="o",
        color=settings.mentored_colour,
        ecolor=settings.mentored_colour,
        elinewidth=1,
        markersize=4.5,
        markeredgecolor="white",
        markeredgewidth=0.5,
        zorder=3,
    )
    axes.annotate(
        "as predicted",
        (end * 0.94, end * 0.94),
        xytext=(-4, 1),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=QUIET,
    )
    axes.set_xlim(0, end)
    axes.set_ylim(0, end)
    axes.set_xlabel(f"predicted starts per 1,000 person-{period}s")
    axes.set_ylabel("observed")
    axes.tick_params(colors=QUIET, labelcolor=INK)
    return figure
