"""Everybody in every period: two-way fixed effects, and the naive contrast beside it."""

import pandas as pd

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.estimates.fixed_effects import fixed_effects
from mentor_outcomes.estimates.intervals import with_interval
from mentor_outcomes.estimates.mean_difference import ERROR_TYPE
from mentor_outcomes.estimates.naive_panel import naive_difference
from mentor_outcomes.estimates.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import blocked, estimated

TWO_WAY = ("two_way_fixed_effects", "coefficient", "association within people, beyond the period's")
NAIVE = ("naive", "difference", "association, ever against never mentored")


def whole_panel_rows(
    question: PanelQuestion, person_months: pd.DataFrame, person_waves: pd.DataFrame
) -> list[dict]:
    """A row of two-way fixed effects and one of the naive contrast.

    `n_left_out`: of those employed (asked, for scales) since recording began, people without a
    value; for two-way fixed effects also those with a single one, which shows no change.
    """
    if question.contrast != "any":
        return blocked_whole_panel(question, "made for the contrast 'any' only")
    panel = _panel(question, person_months, person_waves)
    asked = person_waves if question.is_scale else person_months
    n_asked = asked.loc[asked["period"] >= 0, "person_id"].nunique()
    return [_two_way_row(question, panel, n_asked), _naive_row(question, panel, n_asked)]


def blocked_whole_panel(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows without figures."""
    return [blocked(question.about(*names), reason) for names in (TWO_WAY, NAIVE)]


def _panel(
    question: PanelQuestion, person_months: pd.DataFrame, person_waves: pd.DataFrame
) -> pd.DataFrame:
    """One row per person and period (from 0 on), or wave, with the outcome and who is mentored.

    Of a wave, who is mentored and the covariates are as of the end of the period before it
    opened; people without a row there (hired since) are left out.
    """
    covariates = question.analysis.adjust_for
    missing = [name for name in covariates if name not in person_months.columns]
    if missing:
        raise StudyError(
            f"analysis.adjust_for names {', '.join(missing)}, which the person-months lack.",
            expected=f"columns of the person-months: {', '.join(person_months.columns)}.",
            remedy="carry the column along under `extra` of its source, or correct the name.",
        )
    columns = ["person_id", "period", "is_mentored_ever", "is_mentored_now", *covariates]
    if not question.is_scale:
        panel = person_months[[*columns, question.name]]
        return panel[panel["period"] >= 0].rename(columns={"period": "time"})
    asked = person_waves[["person_id", "wave", "period", question.name]]
    before = person_months[columns].assign(period=person_months["period"] + 1)
    rows = asked[asked["period"] >= 0].merge(
        before, on=["person_id", "period"], validate="many_to_one"
    )
    return rows.drop(columns="period").rename(columns={"wave": "time"})


def _two_way_row(question: PanelQuestion, panel: pd.DataFrame, n_asked: int) -> dict:
    """The coefficient of being mentored, with the study's `adjust_for` beside it."""
    regressor, covariates = question.regressor, question.analysis.adjust_for
    about = question.about(*TWO_WAY)
    complete = panel.dropna(subset=[question.name, *covariates])
    counts = _counts(complete, regressor, n_asked)
    try:
        fit = fixed_effects(
            panel,
            unit="person_id",
            period="time",
            outcome=question.name,
            regressors=[regressor, *covariates],
        )
    except EstimationError as problem:
        return blocked(about, problem.found, **counts)
    counts = _counts(complete[complete["person_id"].isin(fit.units)], regressor, n_asked)
    term = fit.tidy(question.analysis.confidence).set_index("term").loc[regressor]
    return estimated(about | {"error_type": fit.error_type}, term, **counts)


def _counts(used: pd.DataFrame, regressor: str, n_asked: int) -> dict[str, int]:
    """People of `used` ever and never mentored in it, and how many of those asked are not in it."""
    is_mentored = used[regressor].groupby(used["person_id"]).any()
    return {
        "n_mentored": int(is_mentored.sum()),
        "n_comparison": int((~is_mentored).sum()),
        "n_left_out": n_asked - len(is_mentored),
    }


def _naive_row(question: PanelQuestion, panel: pd.DataFrame, n_asked: int) -> dict:
    """The mean of everyone ever mentored less that of everyone never mentored."""
    about = question.about(*NAIVE)
    contrast = naive_difference(
        panel, unit="person_id", outcome=question.name, is_mentored="is_mentored_ever"
    )
    counts = {"n_mentored": contrast.n_mentored, "n_comparison": contrast.n_comparison}
    without = [words for words, n in zip(("ever", "never"), counts.values(), strict=True) if n == 0]
    counts["n_left_out"] = n_asked - sum(counts.values())
    if without:
        reason = f"nobody {' and nobody '.join(without)} mentored has a value"
        return blocked(about, reason, **counts)
    frame = pd.DataFrame({"estimate": [contrast.estimate], "std_error": [contrast.std_error]})
    figures = with_interval(frame, question.analysis.confidence).iloc[0]
    return estimated(about | {"error_type": ERROR_TYPE}, figures, **counts)
