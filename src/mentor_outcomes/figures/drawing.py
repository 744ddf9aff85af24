"""All figures of a study, by name, each with its title and a description in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.figures.contrasts import contrast_drawings
from mentor_outcomes.figures.design import design_drawings
from mentor_outcomes.figures.effects import ForestRow, forest_figure
from mentor_outcomes.figures.icons import icon_figure
from mentor_outcomes.figures.incidence import incidence_figure
from mentor_outcomes.figures.over_time import over_time_drawings
from mentor_outcomes.figures.placebo import METHOD as PLACEBO
from mentor_outcomes.figures.placebo import placebo_drawing
from mentor_outcomes.figures.style import Drawing, drawn, styled
from mentor_outcomes.figures.titles import (
    DID,
    capitalised,
    forest_title,
    people_title,
)
from mentor_outcomes.study import ARM_WORDS, Analysis, ArmWords, Figures, Outcome

_HEADLINE = {
    "event": ("cumulative_incidence", "risk_difference"),
    "panel": ("matched_difference", "difference"),
    "scale": ("matched_difference", "standardised_difference"),
}


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the figures are made from: released tables of one role and contrast, and settings."""

    tables: Mapping[str, pd.DataFrame]
    outcomes: Mapping[str, Outcome]
    months: float
    horizons: tuple[float, ...]
    settings: Figures
    words: ArmWords
    period: str

    def label(self, name: str) -> str:
        return self.outcomes[name].label or name.replace("_", " ")

    def verdict(self, name: str) -> str:
        verdicts = self.tables["verdicts"].set_index("outcome")["verdict"]
        return verdicts.get(name, "not_measured")

    def points(self, name: str, arms: tuple[str, ...]) -> pd.DataFrame:
        curves = self.tables["curves"]
        rows = curves[(curves["outcome"] == name) & curves["arm"].isin(arms)]
        return rows.dropna(subset=["estimate"])

    def estimate(self, name: str, method: str, quantity: str) -> pd.Series | None:
        """The estimated row at the main horizon, if there is one."""
        rows = self.tables["estimates"]
        rows = rows[
            (rows["outcome"] == name)
            & (rows["method"] == method)
            & (rows["quantity"] == quantity)
            & (rows["horizon_months"] == self.months)
        ].dropna(subset=["estimate"])
        return None if rows.empty else rows.iloc[0]

    def risks(self, name: str) -> pd.Series | None:
        rows = {
            arm: self.estimate(name, "cumulative_incidence", f"risk_{arm}")
            for arm in ("mentored", "comparison")
        }
        if any(row is None for row in rows.values()):
            return None
        return pd.Series({arm: row["estimate"] for arm, row in rows.items()})


def draw_all(
    tables: Mapping[str, pd.DataFrame],
    outcomes: Mapping[str, Outcome],
    analysis: Analysis,
    settings: Figures,
    *,
    role: str = "protege",
    contrast: str = "any",
    period: str = "month",
) -> dict[str, Drawing]:
    """Every figure that the released tables allow, by name.

    incidence_*, icons_*, contrasts_* for events; effect_*, two_way_* for pay; effects_scales;
    forest; placebo; balance, preference, calibration. A figure whose numbers were hidden or never
    estimated is absent.
    """
    scene = _scene(tables, outcomes, analysis, settings, role, contrast, period)
    with styled(settings):
        drawings = [
            drawing
            for name, outcome in outcomes.items()
            if outcome.kind == "event"
            for drawing in (_incidence(scene, name, outcome), _icons(scene, name, outcome))
        ]
        drawings += _over_time(scene, analysis)
        drawings += [_forest(scene), *_of_warning(scene), *_of_design(scene)]
    return {drawing.name: drawing for drawing in drawings if drawing is not None}


def draw_design(
    tables: Mapping[str, pd.DataFrame],
    outcomes: Mapping[str, Outcome],
    analysis: Analysis,
    settings: Figures,
    *,
    role: str = "protege",
    contrast: str = "any",
    period: str = "month",
) -> dict[str, Drawing]:
    """The figures that need no outcome, by name; the same that `draw_all` draws."""
    scene = _scene(tables, outcomes, analysis, settings, role, contrast, period)
    with styled(settings):
        drawings = _of_design(scene)
    return {drawing.name: drawing for drawing in drawings if drawing is not None}


def _over_time(scene: _Scene, analysis: Analysis) -> list[Drawing | None]:
    """Pay and scales by months since the start."""
    headlines = {
        name: scene.estimate(name, "matched_difference", "difference") for name in scene.outcomes
    }
    return over_time_drawings(
        scene.tables["curves"],
        {name: each.kind for name, each in scene.outcomes.items()},
        {name: scene.label(name) for name in scene.outcomes},
        {name: scene.verdict(name) for name in scene.outcomes},
        headlines,
        scene.settings,
        words=scene.words,
        analysis=analysis,
    )


def _of_warning(scene: _Scene) -> list[Drawing | None]:
    """What would mislead, beside the effect; and the year before, where there can be none."""
    tables, settings = scene.tables, scene.settings
    labels = {name: scene.label(name) for name in scene.outcomes}
    verdicts = {name: scene.verdict(name) for name in scene.outcomes}
    estimates, months = tables["estimates"], scene.months
    return [
        *contrast_drawings(estimates, scene.outcomes, labels, verdicts, settings, months=months),
        placebo_drawing(tables[PLACEBO], tables["checks"], labels, settings),
    ]


def _of_design(scene: _Scene) -> list[Drawing | None]:
    return design_drawings(scene.tables, scene.settings, words=scene.words, period=scene.period)


def _scene(tables, outcomes, analysis, settings, role: str, contrast: str, period: str) -> _Scene:
    """Rows of one role and contrast, of everybody, of no sensitivity."""
    mine = {
        name: frame[(frame["role"] == role) & (frame["contrast"] == contrast)]
        for name, frame in tables.items()
        if "contrast" in frame.columns
    }
    mine = {
        name: frame[frame["subgroup"] == "all"] if "subgroup" in frame.columns else frame
        for name, frame in mine.items()
    }
    if "estimates" in mine:
        mine[PLACEBO] = mine["estimates"][mine["estimates"]["method"] == PLACEBO]
        mine["estimates"] = schema.main_rows(mine["estimates"])
    months, horizons = analysis.main_horizon_months, analysis.horizons_months
    return _Scene(mine, outcomes, months, horizons, settings, ARM_WORDS[role], period)


def _incidence(scene: _Scene, name: str, outcome: Outcome) -> Drawing | None:
    words = scene.words
    points = scene.points(name, ("mentored", "comparison"))
    risks = scene.risks(name)
    if risks is None or points.groupby("arm")["months"].nunique().min() < 3:
        return None
    shown = [0.0, *(month for month in scene.horizons if month <= points["months"].max())]
    title = people_title(
        scene.label(name), outcome.event, scene.verdict(name), scene.months, risks, words
    )
    did = DID[outcome.event]
    told = " ".join(
        f"At {month:g} months: {_at(points, 'mentored', month)} {words.mentored}, "
        f"{_at(points, 'comparison', month)} {words.comparison}."
        for month in shown[1:]
    )
    description = (
        f"{title}. Two curves of how many of 100 people {did}, by months since the start. {told}"
    )
    figure = incidence_figure(
        points,
        title=title,
        ylabel="of 100 people",
        months_shown=shown,
        words=words,
        settings=scene.settings,
    )
    return drawn(f"incidence_{name}", title, description, figure)


def _at(points: pd.DataFrame, arm: str, month: float) -> str:
    rows = points[(points["arm"] == arm) & (points["months"] == month)]
    return f"{rows['estimate'].iloc[0]:.1f}" if len(rows) else "not told"


def _icons(scene: _Scene, name: str, outcome: Outcome) -> Drawing | None:
    words = scene.words
    risks = scene.risks(name)
    if risks is None or scene.verdict(name) == "not_reliable":
        return None
    title = people_title(
        scene.label(name), outcome.event, scene.verdict(name), scene.months, risks, words
    )
    mentored, comparison = (round(float(risks[arm])) for arm in ("mentored", "comparison"))
    did = DID[outcome.event]
    description = (
        f"{title}. Two groups of 100 people after {scene.months:g} months: {mentored} of those "
        f"{words.mentored} and {comparison} of those {words.comparison} {did}."
    )
    figure = icon_figure(risks, title=title, did=did, words=words, settings=scene.settings)
    return drawn(f"icons_{name}", title, description, figure)


def _forest(scene: _Scene) -> Drawing | None:
    worth = scene.tables["verdicts"].set_index("outcome")["smallest_worthwhile"]
    rows = []
    for name, outcome in scene.outcomes.items():
        row = scene.estimate(name, *_HEADLINE[outcome.kind])
        if row is not None:
            rows.append(
                ForestRow(
                    label=scene.label(name),
                    unit=row["unit"],
                    estimate=row["estimate"],
                    ci_low=row["ci_low"],
                    ci_high=row["ci_high"],
                    smallest_worthwhile=float(worth.get(name, 0.0)),
                    better=outcome.better,
                    is_reliable=scene.verdict(name) != "not_reliable",
                )
            )
    if not rows:
        return None
    title = forest_title(pd.Series([scene.verdict(name) for name in scene.outcomes]))
    told = " ".join(
        f"{capitalised(row.label)}: {row.estimate:g} {row.unit} ({row.ci_low:g} to "
        f"{row.ci_high:g})."
        for row in rows
    )
    description = f"{title}. Estimates and intervals after {scene.months:g} months. {told}"
    figure = forest_figure(rows, title=title, settings=scene.settings)
    return drawn("forest", title, description, figure)
