"""Rows of the robustness of a scale's effect to what the steps between its answers are worth."""

import numpy as np
import pandas as pd
from scipy.stats import chi2

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.estimand_words import if_as_assigned, the_people
from mentor_outcomes.estimates.panel.matched_waves import scores_around
from mentor_outcomes.estimates.panel.proportional_odds import proportional_odds
from mentor_outcomes.estimates.panel_answers.panel_headline import KNOWN_BEFORE
from mentor_outcomes.estimates.panel_answers.panel_matched import Matched
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import as_reason, blocked, estimated

METHOD = "proportional_odds"
RATIO = ("log_odds_ratio", "log odds")
PROPORTIONALITY = ("proportionality_chi_square", "chi-square (1 df)")


def proportional_odds_rows(
    question: PanelQuestion,
    matched: Matched,
    sets: pd.DataFrame,
    follow_up: pd.DataFrame,
    person_waves: pd.DataFrame,
    response: pd.DataFrame,
) -> list[dict]:
    """Two rows at the main horizon: the log odds ratio of a higher score, and its proportionality.

    Scores of mentored and comparators in the wave at the horizon, given the score before the start
    (`proportional_odds`): means of items are taken as an order only, all distinct scores as levels.
    People and weights are those of `matched`, the difference in points, each arm's weights made to
    sum to 1; errors by person. The score before is a covariate here, while the difference in points
    takes it off: another assumption about how the arms would have moved, which agrees with that one
    where both started alike. Above 0: a higher score is likelier with a mentor, also where a low
    one is good. The second row tests that one odds ratio holds from the lowest to the highest score
    (estimate: chi-square with one degree of freedom; p_value).
    """
    months = question.analysis.main_horizon_months
    pairs = scores_around(
        sets,
        person_waves,
        outcome=question.name,
        months=months,
        follow_up=follow_up,
        response=response,
    )
    rows = _model_rows(sets, pairs)
    counts = {
        "n_mentored": rows.loc[rows["is_mentored"] == 1, "person"].nunique(),
        "n_comparison": rows.loc[rows["is_mentored"] == 0, "person"].nunique(),
        "n_left_out": matched.difference.n_left_out,
    }
    few = question.analysis.minimum_at_risk
    if min(counts["n_mentored"], counts["n_comparison"]) < few:
        reason = (
            f"{months:g} months after the start fewer than {few} of the mentored, or of their "
            "comparators, have a score and had one before"
        )
        return blocked_proportional_odds_rows(question, reason, **counts)
    if _is_constant(rows["score_then"]):
        reason = f"{months:g} months after the start all have the same score: none is higher"
        return blocked_proportional_odds_rows(question, reason, **counts)
    # A score before that all share tells nobody from another.
    before = [] if _is_constant(rows["score_before"]) else ["score_before"]
    try:
        fit = proportional_odds(
            rows,
            outcome="score_then",
            covariates=["is_mentored", *before],
            weights="weight",
            cluster="person",
        )
    except EstimationError as error:
        return blocked_proportional_odds_rows(question, as_reason(error), **counts)
    term = fit.tidy(question.analysis.confidence).iloc[0]
    about = _about(question, RATIO) | {"error_type": fit.error_type}
    return [estimated(about, term, **counts), _proportionality(question, term, counts)]


def blocked_proportional_odds_rows(
    question: PanelQuestion, reason: str, **counts: float
) -> list[dict]:
    """The same rows without figures."""
    return [
        blocked(_about(question, quantity), reason, **counts)
        for quantity in (RATIO, PROPORTIONALITY)
    ]


def _model_rows(sets: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """A row per member with both scores: person, is_mentored, the scores, weight in the arm."""
    members = sets.iloc[pairs["member"].to_numpy()]
    is_mentored = members["is_mentored"].to_numpy(dtype=bool)
    weight = pairs["weight"].to_numpy()
    total = np.where(is_mentored, weight[is_mentored].sum(), weight[~is_mentored].sum())
    rows = pairs.assign(
        person=members["person_id"].to_numpy(),
        is_mentored=is_mentored.astype("float64"),
        weight=weight / total,
    )
    # A weight of 0 counts for nothing.
    return rows[rows["weight"] > 0].reset_index(drop=True)


def _is_constant(scores: pd.Series) -> bool:
    """Up to the rounding of means of items."""
    return bool(np.ptp(scores) <= 1e-9 * scores.abs().max())


def _proportionality(question: PanelQuestion, term: pd.Series, counts: dict) -> dict:
    about = _about(question, PROPORTIONALITY)
    statistic = term["proportionality_chi_square"]
    if not np.isfinite(statistic):
        return blocked(about, "only two different scores were given: one odds ratio", **counts)
    figures = {"estimate": statistic, "p_value": float(chi2.sf(statistic, 1))}
    return estimated(about | {"error_type": "score test, clustered by person"}, figures, **counts)


def _about(question: PanelQuestion, quantity: tuple[str, str]) -> dict:
    name, unit = quantity
    estimand = (
        f"log odds ratio of a higher score between people with one score before, of "
        f"{the_people(question.groups)} and {KNOWN_BEFORE['scale']}, had nobody left; "
        "conditional on that score and not collapsible: no average of effects over people"
    )
    about = question.about(
        METHOD,
        name,
        estimand + if_as_assigned(question.groups),
        horizon_months=question.analysis.main_horizon_months,
    )
    return about | {"unit": unit}
