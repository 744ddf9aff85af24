"""The year before a mentor: differences where mentoring cannot have worked yet."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from mentor_outcomes import schema
from mentor_outcomes.figures.intervals import IntervalRow, draw_intervals
from mentor_outcomes.figures.style import QUIET, TEXT_WIDTH_INCHES, Drawing, drawn, titled
from mentor_outcomes.figures.titles import capitalised, placebo_title
from mentor_outcomes.study import Figures

METHOD = "placebo_start"
MADE_BEFORE, COMPARED = "groups made a year before", schema.MAIN
"""Variants of the rows: groups made anew a year before the start, and those of the effect."""
_WHOSE = {MADE_BEFORE: "groups made a year before", COMPARED: "groups compared"}
_PANELS = {
    "per 100 people": "per 100 people",
    "log points": "log points",
    "points": "points of the scale",
}
_IN_LABEL = {"in_doubt": " (in doubt)", "failed": " (failed)"}


def placebo_drawing(
    estimates: pd.DataFrame,
    checks: pd.DataFrame,
    labels: Mapping[str, str],
    settings: Figures,
) -> Drawing | None:
    """The figure `placebo`, or None where no such row may be shown. Call within `styled`.

    estimates   released rows of the method, of one role and contrast, of both variants
    checks      released checks of the same
    """
    rows = estimates[estimates["variant"].isin(_WHOSE) & estimates["unit"].isin(_PANELS)]
    rows = rows.dropna(subset=["estimate"])
    names = [name for name in labels if name in set(rows["outcome"])]
    if not names:
        return None
    results = checks[checks["check"] == METHOD].set_index("outcome")["result"]
    n_passed = sum(results.get(name) == "passed" for name in names)
    title = placebo_title(n_passed, len(names))
    by_unit: dict[str, list[IntervalRow]] = {}
    told = []
    for name in names:
        for variant, whose in _WHOSE.items():
            for row in rows[(rows["outcome"] == name) & (rows["variant"] == variant)].itertuples():
                label = labels[name] + _IN_LABEL.get(results.get(name), "")
                by_unit.setdefault(row.unit, []).append(
                    _interval_row(row, label, settings.mentored_colour)
                )
                told.append(
                    f"{capitalised(labels[name])}, {whose}: {row.estimate:g} {row.unit} "
                    f"({row.ci_low:g} to {row.ci_high:g})."
                )
    description = (
        f"{title}. Differences between the arms over the 12 months before the start, with their "
        f"intervals. {' '.join(told)}"
    )
    ordered = {unit: by_unit[unit] for unit in _PANELS if unit in by_unit}
    figure = placebo_figure(ordered, title=title, settings=settings)
    return drawn("placebo", title, description, figure)


def _interval_row(row, label: str, colour: str) -> IntervalRow:
    """Hollow squares are of groups made a year before, filled circles of those compared."""
    look = (colour, "o", True) if row.variant == COMPARED else (QUIET, "s", False)
    return IntervalRow(label, row.estimate, row.ci_low, row.ci_high, *look)


def placebo_figure(
    by_unit: Mapping[str, Sequence[IntervalRow]], *, title: str, settings: Figures
) -> Figure:
    """Differences in the year before the start, one panel per unit, side by side."""
    most = max(len({row.label for row in rows}) for rows in by_unit.values())
    figure = Figure(figsize=(TEXT_WIDTH_INCHES, 0.95 + 0.32 * most), layout="constrained")
    figure.get_layout_engine().set(wspace=0.06)
    titled(figure, title, settings)
    panels = figure.subplots(1, len(by_unit), squeeze=False)[0]
    for axes, (unit, rows) in zip(panels, by_unit.items(), strict=True):
        draw_intervals(axes, rows, no_effect=0)
        axes.set_xlabel(_PANELS[unit], labelpad=1)
        axes.locator_params(axis="x", nbins=4)
    return figure
