"""The numbers behind the figures of the technical report, month by month."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.reports import blocks
from mentor_outcomes.reports.estimate_words import capitalised
from mentor_outcomes.reports.numbers import in_unit, interval, people, plain
from mentor_outcomes.reports.panel_ways import MATCHED, TWO_WAY
from mentor_outcomes.reports.results import Results

ABOUT = (
    "Of events, months between those shown are hidden: too few people had one in between. Of pay "
    "and scales the band is for all moments together. People: of the smaller arm."
)


def behind_the_figures(results: Results) -> dict[str, object]:
    """One table per curve that is drawn of the first declared contrast."""
    curves = results.rows("curves").dropna(subset=["estimate"])
    points = {name: curves[curves["outcome"] == name] for name in results.study.outcomes}
    label = {name: capitalised(results.label(name)) for name in points}
    of_events = [
        _event_table(label[name], points[name])
        for name in results.named("event")
        if len(points[name])
    ]
    of_pay = [
        table for name in results.named("panel") for table in _pay_table(label[name], points[name])
    ]
    of_scales = [
        table
        for name in results.named("scale")
        for table in _scale_table(label[name], points[name])
    ]
    tables = [
        *([blocks.columns(of_events)] if of_events else []),
        *of_pay,
        *([blocks.columns(of_scales)] if of_scales else []),
    ]
    title = "Data behind the figures" if results.is_headline else "Month by month"
    return blocks.section(
        title + results.mark,
        blocks.text(ABOUT if tables else "No curve could be published."),
        *tables,
    )


def _on_sets(points: pd.DataFrame) -> pd.DataFrame:
    is_drawn = (points["method"] == MATCHED) & (points["quantity"] == "difference")
    return points[is_drawn & (points["arm"] == "difference")].sort_values("months")


def _scale_table(label: str, points: pd.DataFrame) -> list[dict[str, object]]:
    rows = _on_sets(points)
    if rows.empty:
        return []
    unit = rows["unit"].iloc[0]
    return [
        blocks.table(
            f"{label}, {unit}",
            ("Months", "Difference (interval)", "Band", "People"),
            [_of_month(row) for row in rows.itertuples()],
            numeric=range(4),
            widths=(0.75, 2.2, 1.6, 0.7),
            size=7,
        )
    ]


def _pay_table(label: str, points: pd.DataFrame) -> list[dict[str, object]]:
    """The difference in the sets beside the leads and lags, one row per month of either."""
    on_sets = {row.months: row for row in _on_sets(points).itertuples()}
    is_two_way = (points["method"] == TWO_WAY) & (points["arm"] == "difference")
    two_way = {row.months: row for row in points[is_two_way].itertuples()}
    months = sorted({*on_sets, *two_way})
    if not months:
        return []
    return [
        blocks.table(
            f"{label}, {points['unit'].iloc[0]}",
            (
                "Months",
                "Difference (interval)",
                "Band",
                "People",
                *(("Two-way fixed effects", "People") if two_way else ()),
            ),
            [
                (
                    *(
                        _of_month(on_sets[month])
                        if month in on_sets
                        else (_month(month), *3 * [""])
                    ),
                    *((_of_two_way(two_way.get(month))) if two_way else ()),
                )
                for month in months
            ],
            numeric=range(6 if two_way else 4),
            widths=(0.7, 2, 1.5, 0.7, 2, 0.7) if two_way else (0.7, 2, 1.5, 0.7),
            size=7,
        )
    ]


def _of_month(row) -> tuple[str, str, str, str]:
    """Month, difference with its interval, band, people of the smaller arm."""
    has_band = np.isfinite(row.band_low)
    band = interval(row.band_low, row.band_high, row.unit) if has_band else ""
    return _month(row.months), _with_interval(row), band, people(row.n_at_risk)


def _of_two_way(row) -> tuple[str, str]:
    return ("", "") if row is None else (_with_interval(row), people(row.n_at_risk))


def _with_interval(row) -> str:
    return f"{in_unit(row.estimate, row.unit)} ({interval(row.ci_low, row.ci_high, row.unit)})"


def _month(months: float) -> str:
    return plain(months, 0)


def _event_table(label: str, points: pd.DataFrame) -> dict[str, object]:
    by_month = {arm: rows.set_index("months") for arm, rows in points.groupby("arm")}
    months = sorted(set(by_month.get("mentored", points).index))
    unit = points["unit"].iloc[0]
    return blocks.table(
        f"{label}, {unit}",
        ("Months", "Mentored, followed", "Comparison, followed"),
        [
            (
                f"{month:g}",
                *(_cell(by_month, arm, month, unit) for arm in ("mentored", "comparison")),
            )
            for month in months
        ],
        numeric=(0, 1, 2),
        widths=(0.6, 2, 2),
        size=7,
    )


def _cell(by_month: Mapping[str, pd.DataFrame], arm: str, month: float, unit: str) -> str:
    row = by_month[arm].loc[month]
    shown = f"{in_unit(row['estimate'], unit)} ({interval(row['ci_low'], row['ci_high'], unit)})"
    return f"{shown}, {people(row['n_at_risk'])}"
