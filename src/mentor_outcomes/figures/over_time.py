"""Pay and scales over time: which curves are drawn, their titles and their descriptions."""

import math
from collections.abc import Mapping

import pandas as pd

from mentor_outcomes.figures.event_study import effect_figure, scales_figure, two_way_figure
from mentor_outcomes.figures.style import Drawing, drawn
from mentor_outcomes.figures.titles import (
    capitalised,
    effect_title,
    scales_title,
    two_way_title,
)
from mentor_outcomes.study import Analysis, ArmWords, Figures

MATCHED, TWO_WAY = "matched_difference", "two_way_fixed_effects"
SCALES = "effects_scales"
_FEWEST = 3
"""Points from which on a curve is drawn."""


def over_time_drawings(
    curves: pd.DataFrame,
    kinds: Mapping[str, str],
    labels: Mapping[str, str],
    verdicts: Mapping[str, str],
    headlines: Mapping[str, pd.Series | None],
    settings: Figures,
    *,
    words: ArmWords,
    analysis: Analysis,
) -> list[Drawing | None]:
    """effect_NAME and two_way_NAME of each pay outcome, effects_scales of all scales at once.

    curves      released rows of one role and contrast, of everybody
    kinds, labels, verdicts   of each outcome, in the order of the study file
    headlines   the difference at the main horizon, where one is told
    """
    drawings: list[Drawing | None] = []
    for name, kind in kinds.items():
        if kind != "panel":
            continue
        title = _title(labels[name], verdicts[name], headlines[name], analysis)
        drawings.append(_effect(curves, name, title, words, settings, analysis))
        drawings.append(_two_way(curves, name, labels[name], settings))
    scales = [name for name, kind in kinds.items() if kind == "scale"]
    drawings.append(_scales(curves, scales, labels, verdicts, settings, analysis))
    return drawings


def _points(curves: pd.DataFrame, name: str, method: str, quantity: str) -> pd.DataFrame:
    rows = curves[
        (curves["outcome"] == name)
        & (curves["arm"] == "difference")
        & (curves["method"] == method)
        & (curves["quantity"] == quantity)
    ]
    return rows.dropna(subset=["estimate"])


def _title(label: str, verdict: str, headline: pd.Series | None, analysis: Analysis) -> str:
    estimate = math.nan if headline is None else headline["estimate"]
    unit = "" if headline is None else headline["unit"]
    return effect_title(label, verdict, analysis.main_horizon_months, estimate, unit)


def _effect(
    curves: pd.DataFrame,
    name: str,
    title: str,
    words: ArmWords,
    settings: Figures,
    analysis: Analysis,
) -> Drawing | None:
    points = _points(curves, name, MATCHED, "difference")
    if len(points) < _FEWEST:
        return None
    unit = points["unit"].iloc[0]
    description = (
        f"{title}. Difference of those {words.mentored} from their comparators in {unit}, "
        f"with the interval of each month and a band for all, from {points['months'].min():g} to "
        f"{points['months'].max():g} months since the start. {_at_horizons(points, analysis)}"
    )
    figure = effect_figure(
        points,
        title=title,
        ylabel=f"difference, {unit}",
        confidence=analysis.confidence,
        settings=settings,
    )
    return drawn(f"effect_{name}", title, description, figure)


def _at_horizons(points: pd.DataFrame, analysis: Analysis) -> str:
    """The numbers at the horizons, for those who cannot see the curve."""
    told = points[points["months"].isin(analysis.horizons_months)]
    return " ".join(
        f"At {row.months:g} months: {row.estimate:g} ({row.ci_low:g} to {row.ci_high:g})."
        for row in told.itertuples()
    )


def _two_way(curves: pd.DataFrame, name: str, label: str, settings: Figures) -> Drawing | None:
    leads_and_lags = _points(curves, name, TWO_WAY, "coefficient")
    sets = _points(curves, name, MATCHED, "difference")
    if min(len(leads_and_lags), len(sets)) < _FEWEST:
        return None
    unit = sets["unit"].iloc[0]
    title = two_way_title(label)
    first = leads_and_lags.sort_values("months").iloc[0]
    description = (
        f"{title}. Leads and lags of the two-way model in {unit}, with intervals, and as a line "
        f"the difference in the sets. {-first['months']:g} months before the start the model has "
        f"{first['estimate']:g} ({first['ci_low']:g} to {first['ci_high']:g})."
    )
    figure = two_way_figure(
        leads_and_lags, sets, title=title, ylabel=f"difference, {unit}", settings=settings
    )
    return drawn(f"two_way_{name}", title, description, figure)


def _scales(
    curves: pd.DataFrame,
    names: list[str],
    labels: Mapping[str, str],
    verdicts: Mapping[str, str],
    settings: Figures,
    analysis: Analysis,
) -> Drawing | None:
    points = {name: _points(curves, name, MATCHED, "difference") for name in names}
    points = {name: rows for name, rows in points.items() if len(rows) >= _FEWEST}
    if not points:
        return None
    title = scales_title(pd.Series([verdicts[name] for name in names]))
    told = " ".join(
        f"{capitalised(labels[name])}: {_at_horizons(rows, analysis)}"
        for name, rows in points.items()
    )
    description = (
        f"{title}. Differences in points by months since the start, one panel per scale. {told}"
    )
    figure = scales_figure(
        {capitalised(labels[name]): rows for name, rows in points.items()},
        title=title,
        confidence=analysis.confidence,
        settings=settings,
    )
    return drawn(SCALES, title, description, figure)
