"""Rows of the within-between model: changes within people beside differences between them."""

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.hausman import hausman_of_means
from mentor_outcomes.estimates.panel.random_effects import random_effects
from mentor_outcomes.estimates.panel_answers.panel_of_everybody import Everybody
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated

METHOD = "within_between"
ESTIMANDS = {
    "within_coefficient": "association within people, beyond the period's",
    "between_coefficient": "association between people, by the share of their time mentored",
    "hausman": "whether people mentored for more of their time differ by no more than the changes "
    "within people say",
}
_CURRENT_ONE_KIND = "made for the contrast 'any' only where exposure goes on and off"


def within_between_rows(question: PanelQuestion, panel: Everybody) -> list[dict]:
    """Two coefficients of the declared exposure, and the test that all pairs are alike.

    within_coefficient    that of two-way fixed effects but for people with one value, who count
                          between alone
    between_coefficient   of the share of a person's periods in which they are mentored; it holds
                          whatever else differs between people, and is no effect
    hausman               estimate: the robust test's chi-square statistic, of the exposure and
                          every column of `adjust_for`; with its p-value

    Period effects in both parts; errors clustered by person. `n_left_out`: people without a value.
    """
    exposure, covariates = question.regressor, question.analysis.adjust_for
    if question.contrast != "any" and exposure == "is_mentored_now":
        return blocked_within_between(question, _CURRENT_ONE_KIND)
    regressors = (exposure, *covariates)
    complete = panel.rows.dropna(subset=[question.name, *covariates])
    counts = panel.counts(complete, exposure)
    try:
        fit = random_effects(
            panel.rows,
            unit="person_id",
            period="time",
            outcome=question.name,
            regressors=regressors,
            period_effects=True,
        )
        test = hausman_of_means(fit, regressors)
    except EstimationError as problem:
        return blocked_within_between(question, as_reason(problem), **counts)
    table = fit.tidy(question.analysis.confidence).set_index(["term", "part"])
    rows = [
        estimated(
            _about(question, f"{part}_coefficient") | {"error_type": fit.error_type},
            table.loc[(exposure, part)],
            **counts,
        )
        for part in ("within", "between")
    ]
    figures = {"estimate": test.chi_square, "p_value": test.p_value}
    about = _about(question, "hausman") | {"error_type": fit.error_type}
    return [*rows, estimated(about, figures, **counts)]


def blocked_within_between(question: PanelQuestion, reason: str, **counts: float) -> list[dict]:
    """The same rows without figures."""
    return [blocked(_about(question, quantity), reason, **counts) for quantity in ESTIMANDS]


def _about(question: PanelQuestion, quantity: str) -> dict:
    about = question.about(METHOD, quantity, ESTIMANDS[quantity])
    return about | ({"unit": "chi-square"} if quantity == "hausman" else {})
