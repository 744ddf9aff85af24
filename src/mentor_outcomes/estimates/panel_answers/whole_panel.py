"""Everybody in every period: two-way fixed effects, within-between, and the naive contrast."""

import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.panel.fixed_effects import fixed_effects
from mentor_outcomes.estimates.panel.mean_changes import NOTHING_VARIES
from mentor_outcomes.estimates.panel.mean_difference import BY_PERSON
from mentor_outcomes.estimates.panel.naive_panel import naive_difference
from mentor_outcomes.estimates.panel_answers.panel_of_everybody import (
    EXPOSURES,
    Everybody,
    everybody,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.panel_answers.within_between_rows import (
    blocked_within_between,
    within_between_rows,
)
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated
from mentor_outcomes.schema import MAIN

TWO_WAY = ("two_way_fixed_effects", "coefficient", "association within people, beyond the period's")
NAIVE = ("naive", "difference", "association, ever against never mentored")
VARIANTS = {"is_mentored_ever": "ever mentored", "is_mentored_now": "current exposure"}
"""What the exposure that the study does not declare is called as a variant."""
_ROUNDING = 1e-12  # an error of means that do not vary, relative to them
_OF_ONE_KIND = (
    "whether a mentorship of this kind is going on is not on record: the kind is known of first "
    "mentorships alone"
)


def whole_panel_rows(
    question: PanelQuestion,
    person_months: pd.DataFrame,
    person_waves: pd.DataFrame,
    first_mentorships: pd.DataFrame | None = None,
) -> list[dict]:
    """Rows of two-way fixed effects, one per exposure, of within-between, and the naive contrast.

    two_way_fixed_effects   coefficient; main: the exposure that the study declares; the other one,
                            "current exposure" or "ever mentored", as a variant
    within_between          within_coefficient, between_coefficient, hausman; see there
    naive                   difference

    Of a contrast other than any, who is ever mentored had a first mentorship of that kind; those
    whose first was of another kind are left out from its start on (in the naive contrast
    altogether), as the matched design does. That needs `first_mentorships`: without, blocked.

    `n_left_out`: of those employed (asked, for scales) since recording began, people without a
    value (of one kind: or mentored otherwise all along); for two-way fixed effects also those with
    a single one, which shows no change.
    """
    if question.contrast != "any" and first_mentorships is None:
        return blocked_whole_panel(question, "made for the contrast 'any' only")
    panel = everybody(question, person_months, person_waves, first_mentorships)
    return [
        *(two_way_row(question, panel, exposure) for exposure in _exposures(question)),
        *within_between_rows(question, panel),
        _naive_row(question, panel),
    ]


def blocked_whole_panel(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows without figures."""
    abouts = [_about_two_way(question, exposure) for exposure in _exposures(question)]
    return [
        *(blocked(about, reason) for about in abouts),
        *blocked_within_between(question, reason),
        blocked(question.about(*NAIVE), reason),
    ]


def _exposures(question: PanelQuestion) -> list[str]:
    """The declared exposure, then the other."""
    return sorted(EXPOSURES, key=lambda name: name != question.regressor)


def _about_two_way(question: PanelQuestion, exposure: str) -> dict:
    variant = MAIN if exposure == question.regressor else VARIANTS[exposure]
    return question.about(*TWO_WAY, variant=variant)


def two_way_row(question: PanelQuestion, panel: Everybody, exposure: str) -> dict:
    """The coefficient of being mentored, with the study's `adjust_for` beside it."""
    covariates = question.analysis.adjust_for
    about = _about_two_way(question, exposure)
    if question.contrast != "any" and exposure == "is_mentored_now":
        return blocked(about, _OF_ONE_KIND)
    complete = panel.rows.dropna(subset=[question.name, *covariates])
    try:
        fit = fixed_effects(
            panel.rows,
            unit="person_id",
            period="time",
            outcome=question.name,
            regressors=[exposure, *covariates],
        )
    except EstimationError as problem:
        return blocked(about, as_reason(problem), **panel.counts(complete, exposure))
    counts = panel.counts(complete[complete["person_id"].isin(fit.units)], exposure)
    term = fit.tidy(question.analysis.confidence).set_index("term").loc[exposure]
    return estimated(about | {"error_type": fit.error_type}, term, **counts)


def _naive_row(question: PanelQuestion, panel: Everybody) -> dict:
    """The mean of everyone ever mentored less that of everyone never mentored."""
    about = question.about(*NAIVE)
    rows = panel.rows[~panel.rows["person_id"].isin(panel.others)]
    try:
        contrast = naive_difference(
            rows, unit="person_id", outcome=question.name, is_mentored="is_mentored_ever"
        )
    except EstimationError as problem:
        return blocked(about, as_reason(problem))
    counts = {"n_mentored": contrast.n_mentored, "n_comparison": contrast.n_comparison}
    without = [words for words, n in zip(("ever", "never"), counts.values(), strict=True) if n == 0]
    counts["n_left_out"] = panel.n_asked - sum(counts.values())
    if without:
        reason = f"nobody {' and nobody '.join(without)} mentored has a value"
        return blocked(about, reason, **counts)
    if contrast.std_error <= _ROUNDING * (
        abs(contrast.mean_mentored) + abs(contrast.mean_comparison)
    ):
        return blocked(about, NOTHING_VARIES, **counts)
    frame = pd.DataFrame({"estimate": [contrast.estimate], "std_error": [contrast.std_error]})
    figures = with_interval(frame, question.analysis.confidence).iloc[0]
    return estimated(about | {"error_type": BY_PERSON}, figures, **counts)
