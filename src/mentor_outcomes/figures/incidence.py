"""How many had an event by each month, with and without a mentor, and how many are followed."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mentor_outcomes.figures.style import QUIET, TEXT_WIDTH_INCHES, Arm, arms, titled
from mentor_outcomes.study import ARM_WORDS, ArmWords, Figures

FEWER_LATER = "fewer later: had it happen, left, began recently, or (comparison) began since"
"""Why people are no longer followed; began since: comparators, where these are censored then."""


def incidence_figure(
    points: pd.DataFrame,
    *,
    title: str,
    ylabel: str,
    months_shown: list[float],
    settings: Figures,
    words: ArmWords = ARM_WORDS["protege"],
) -> Figure:
    """Cumulative incidence of one event with its band; numbers still followed beneath.

    points         rows of `curves` of one outcome, arms mentored and comparison
    months_shown   where the axis is marked and the numbers still followed are told
    """
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 2.75), layout="constrained")
    titled(figure, title, settings)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[4.5, 1])
    groups = arms(settings, words)
    shown = points[points["arm"].isin(groups)].dropna(subset=["estimate"])
    last = {
        arm: shown[shown["arm"] == arm].sort_values("months")["estimate"].iloc[-1] for arm in groups
    }
    for arm, look in groups.items():
        is_upper = last[arm] == max(last.values())
        _draw_arm(above, shown[shown["arm"] == arm].sort_values("months"), look, is_upper)
    above.set_ylim(0, None)
    above.set_xlim(0, max(months_shown) * 1.13)
    above.set_ylabel(ylabel)
    above.tick_params(axis="x", length=0, labelbottom=False)
    above.grid(axis="y", color="#E6E9EC", linewidth=0.6)
    above.set_axisbelow(True)
    _tell_numbers(below, shown, groups, months_shown, settings)
    return figure


def _draw_arm(axes: Axes, rows: pd.DataFrame, look: Arm, is_upper: bool) -> None:
    axes.fill_between(
        rows["months"], rows["ci_low"], rows["ci_high"], color=look.colour, alpha=0.13, linewidth=0
    )
    axes.plot(
        rows["months"],
        rows["estimate"],
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markersize=3.2,
    )
    end = rows.iloc[-1]
    axes.annotate(
        look.label,
        (end["months"], end["estimate"]),
        xytext=(6, 1 if is_upper else -1),
        textcoords="offset points",
        va="bottom" if is_upper else "top",
        color=look.colour,
        fontweight=600,
    )


def _tell_numbers(
    axes: Axes,
    points: pd.DataFrame,
    groups: dict[str, Arm],
    months_shown: list[float],
    settings: Figures,
) -> None:
    """Numbers still followed, one line per group, in the group's colour and with its name."""
    axes.set_ylim(-0.6, 1.6)
    axes.set_yticks([1, 0], [look.label for look in groups.values()])
    axes.tick_params(axis="y", length=0, pad=18)  # clear of the number at month 0
    axes.set_xticks(months_shown, [f"{month:g}" for month in months_shown])
    axes.set_xlabel("months since the start")
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="x", length=0)
    axes.set_title(
        f"people still followed ({FEWER_LATER})",
        fontsize=settings.font_size - 1,
        color=QUIET,
        fontweight=400,
        loc="left",
        pad=2,
    )
    for height, (arm, look) in zip((1, 0), groups.items(), strict=True):
        counts = points[points["arm"] == arm].set_index("months")["n_at_risk"]
        for month in months_shown:
            count = counts.get(month)
            text = "hidden" if count is None or pd.isna(count) else f"{count:,.0f}"
            axes.text(month, height, text, ha="center", va="center", color=look.colour)
