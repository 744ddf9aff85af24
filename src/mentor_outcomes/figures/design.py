"""Figures of a design, which need no outcome: likeness, preference scores, the model of starts."""

from collections.abc import Mapping

import pandas as pd

from mentor_outcomes.figures.balance import LIMIT, characteristic, covariate_label, love_figure
from mentor_outcomes.figures.calibration import calibration_figure
from mentor_outcomes.figures.preference import EQUIPOISE, preference_figure
from mentor_outcomes.figures.style import Drawing, drawn
from mentor_outcomes.figures.titles import (
    balance_title,
    calibration_title,
    capitalised,
    preference_title,
)
from mentor_outcomes.study import ArmWords, Figures


def design_drawings(
    tables: Mapping[str, pd.DataFrame], settings: Figures, *, words: ArmWords, period: str
) -> list[Drawing | None]:
    """The figures of the groups compared: balance, preference, calibration. Call within `styled`.

    tables   released rows of one role and contrast, of everybody, by the name of the table. Of a
             figure whose numbers were hidden or never made, None.
    """
    return [
        _balance(tables["balance"], settings),
        _preference(tables["preference"], tables["overlap"], words, settings),
        _calibration(tables["calibration"], period, settings),
    ]


def _balance(balance: pd.DataFrame, settings: Figures) -> Drawing | None:
    shown = balance.dropna(subset=["smd_before", "smd_after"])
    if shown.empty:
        return None
    sizes = shown.assign(size=shown["smd_after"].abs())
    worst = sizes.loc[sizes.groupby("covariate")["size"].idxmax()]
    by_characteristic = worst.groupby(worst["covariate"].map(characteristic))["size"].max()
    title = balance_title(by_characteristic, LIMIT)
    top = worst.sort_values(["size", "covariate"], ascending=[False, True]).iloc[0]
    description = (
        f"{title}. Absolute standardised differences of {len(by_characteristic)} characteristics "
        f"in everybody eligible and in those compared; the largest of these is {top['size']:.2f}, "
        f"{capitalised(covariate_label(top['covariate']))}."
    )
    figure = love_figure(shown, title=title, settings=settings)
    return drawn("balance", title, description, figure)


def _preference(
    preference: pd.DataFrame, overlap: pd.DataFrame, words: ArmWords, settings: Figures
) -> Drawing | None:
    shown = preference.dropna(subset=["share"])
    told = overlap.dropna(subset=["equipoise_share"])
    if shown.empty or told.empty:
        return None
    # The widest design: the others leave people out of it.
    design = told.sort_values(["n_mentored_matched", "eligibility"]).iloc[-1]
    rows = shown[shown["eligibility"] == design["eligibility"]]
    if set(rows["arm"]) != {"mentored", "comparison"}:
        return None
    title = preference_title(design["equipoise_share"])
    peaks = rows.loc[rows.groupby("arm")["share"].idxmax()].set_index("arm")["preference_from"]
    description = (
        f"{title}. Mirrored histogram of preference scores before the groups were made, those "
        f"{words.mentored} upward. Between {EQUIPOISE[0]:g} and {EQUIPOISE[1]:g} lie "
        f"{design['equipoise_share_mentored']:.0%} of those {words.mentored} and "
        f"{design['equipoise_share_comparison']:.0%} of those {words.comparison}; the "
        f"fullest ranges begin at {peaks['mentored']:.2f} and {peaks['comparison']:.2f}."
    )
    figure = preference_figure(rows, title=title, words=words, settings=settings)
    return drawn("preference", title, description, figure)


def _calibration(calibration: pd.DataFrame, period: str, settings: Figures) -> Drawing | None:
    shown = calibration.dropna(subset=["observed_share", "mean_predicted"])
    if len(shown) < 3:
        return None
    gap = (shown["observed_share"] - shown["mean_predicted"]).abs()
    within = int((gap <= 1.96 * shown["gap_error"]).sum())
    title = calibration_title(within, len(shown), is_all=len(shown) == len(calibration))
    low, high = shown.loc[shown["tenth"].idxmin()], shown.loc[shown["tenth"].idxmax()]
    description = (
        f"{title}. Observed against predicted starts per 1,000 person-{period}s in "
        f"{len(shown)} groups of rising prediction: {1000 * low['observed_share']:.1f} where "
        f"{1000 * low['mean_predicted']:.1f} were predicted at the lower end, "
        f"{1000 * high['observed_share']:.1f} where {1000 * high['mean_predicted']:.1f} were at "
        f"the upper."
    )
    figure = calibration_figure(shown, title=title, period=period, settings=settings)
    return drawn("calibration", title, description, figure)
