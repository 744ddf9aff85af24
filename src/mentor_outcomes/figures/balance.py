"""How alike both groups were before the start: all eligible, and those compared (love plot)."""

import pandas as pd
from matplotlib.figure import Figure

from mentor_outcomes.figures.style import INK, QUIET, TEXT_WIDTH_INCHES, titled
from mentor_outcomes.study import Figures

LIMIT = 0.1
_LOOKS = {"everybody eligible": ("s", "white"), "those compared": ("o", INK)}
_DESIGNS = {"employed": "all who started", "below_top_grade": "those below the top grade"}


def love_figure(balance: pd.DataFrame, *, title: str, settings: Figures) -> Figure:
    """Absolute standardised differences of each covariate, one panel per design.

    balance   rows of `balance` of one role and contrast; hidden covariates are left out
    """
    shown = balance.dropna(subset=["smd_before", "smd_after"])
    order = _order(shown)
    designs = [name for name in _DESIGNS if name in set(shown["eligibility"])]
    height = 1.15 + 0.19 * len(order)
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, height), layout="constrained")
    titled(figure, title, settings)
    panels = figure.subplots(1, len(designs), sharey=True, sharex=True, squeeze=False)[0]
    for axes, design in zip(panels, designs, strict=True):
        _draw_design(axes, shown[shown["eligibility"] == design], order)
        axes.set_title(_DESIGNS[design], fontweight=400, color=QUIET)
        axes.set_xlabel("absolute standardised difference")
    panels[0].set_yticks(range(len(order)), [covariate_label(name) for name in order])
    panels[0].set_ylim(len(order) - 0.4, -0.6)
    panels[0].set_xlim(-0.012, None)  # room for marks at 0
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def _order(shown: pd.DataFrame) -> list[str]:
    """Covariates from the most to the least different before."""
    largest = shown.assign(size=shown["smd_before"].abs()).groupby("covariate")["size"].max()
    return list(largest.sort_index().sort_values(ascending=False, kind="stable").index)


def _draw_design(axes, rows: pd.DataFrame, order: list[str]) -> None:
    import seaborn

    long = pd.concat(
        [
            pd.DataFrame({"size": rows[column].abs(), "when": when, "covariate": rows["covariate"]})
            for when, column in zip(_LOOKS, ("smd_before", "smd_after"), strict=True)
        ]
    )
    long["place"] = long["covariate"].map({name: place for place, name in enumerate(order)})
    axes.axvline(LIMIT, color=QUIET, linewidth=0.8, linestyle=":")
    axes.grid(axis="y", color="#E6E9EC", linewidth=0.6)
    axes.set_axisbelow(True)
    seaborn.scatterplot(
        long,
        x="size",
        y="place",
        hue="when",
        style="when",
        hue_order=list(_LOOKS),
        style_order=list(_LOOKS),
        markers=[marker for marker, _ in _LOOKS.values()],
        palette=[face for _, face in _LOOKS.values()],
        edgecolor=INK,
        linewidth=0.9,
        s=26,
        zorder=3,
        ax=axes,
    )
    axes.get_legend().remove()
    axes.tick_params(axis="y", length=0)
    axes.set_ylabel("")


def characteristic(covariate: str) -> str:
    """What a row is of: `gender=f` of gender, `last_rating_missing` of last_rating."""
    return covariate.split("=", 1)[0].removesuffix("_missing")


def covariate_label(name: str) -> str:
    """`past_promotions` as `past promotions`, `gender=f` as `gender: f`, `x_missing` likewise."""
    if name.endswith("_missing"):
        name = f"{name.removesuffix('_missing')}: missing"
    return name.replace("_", " ").replace("=", ": ")
