"""Rows of matched differences that are means over declared windows of months."""

import pandas as pd

from mentor_outcomes.estimates.estimand_words import if_as_assigned, of_whom
from mentor_outcomes.estimates.panel.matched_difference_result import ALIKE
from mentor_outcomes.estimates.panel_answers.panel_headline import KNOWN_BEFORE, METHOD
from mentor_outcomes.estimates.panel_answers.panel_matched import Matched
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.result_rows import blocked, estimated

QUANTITY = "difference_over_window"


def window_rows(question: PanelQuestion, matched: Matched) -> list[dict]:
    """A row per declared window, at the horizon of its last month.

    The mean of the differences at the moments within the window, each counted alike: of pay every
    period, of scales the waves that horizons of half years take. A window of twelve months holds
    one yearly pay round for everybody, whenever they start, and averages over its place there.
    """
    windows = question.analysis.windows
    if not windows:
        return []
    found = matched.regular.over_windows(windows, question.analysis.confidence)
    rows = []
    for window, figures in zip(windows, found.to_dict("records"), strict=True):
        counts = {name: figures[name] for name in ("n_mentored", "n_comparison")}
        counts["n_left_out"] = matched.difference.n_left_out
        about = _about(question, window)
        if pd.notna(figures["reason"]):
            rows.append(blocked(about, figures["reason"], **counts))
        else:
            rows.append(estimated(about, figures, **counts))
    return rows


def blocked_windows(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows without figures."""
    return [blocked(_about(question, window), reason) for window in question.analysis.windows]


def _about(question: PanelQuestion, window: tuple[float, float]) -> dict:
    first, last = window
    who = f"{of_whom(question.groups)} and {KNOWN_BEFORE[question.outcome.kind]}, had nobody left"
    when = f", mean over months {first:g} to {last:g} after the start, each counted alike"
    return question.about(
        METHOD,
        QUANTITY,
        who + if_as_assigned(question.groups) + when,
        horizon_months=last,
        error_type=question.error_type + ALIKE,
    )
