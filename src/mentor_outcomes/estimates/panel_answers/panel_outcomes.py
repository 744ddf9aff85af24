"""One declared outcome that is measured again and again: its rows of estimates and curves."""

from dataclasses import dataclass

import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.matched_difference import NOT_TESTED, JointTest
from mentor_outcomes.estimates.panel_answers.attrition import attrition_rows
from mentor_outcomes.estimates.panel_answers.group_time_rows import (
    blocked_group_time,
    group_time_rows,
)
from mentor_outcomes.estimates.panel_answers.leads_and_lags import blocked_leads, leads_and_lags
from mentor_outcomes.estimates.panel_answers.leaving import blocked_leaving_rows, leaving_rows
from mentor_outcomes.estimates.panel_answers.matched_on_last import (
    LastValueDesign,
    blocked_last_value,
    last_value_rows,
)
from mentor_outcomes.estimates.panel_answers.members_of_question import PanelTables
from mentor_outcomes.estimates.panel_answers.ordinal_rows import (
    blocked_proportional_odds_rows,
    proportional_odds_rows,
)
from mentor_outcomes.estimates.panel_answers.panel_headline import (
    blocked_headline_rows,
    curve_rows,
    headline_rows,
)
from mentor_outcomes.estimates.panel_answers.panel_matched import (
    Matched,
    matched_periods,
    matched_waves,
)
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.panel_answers.panel_windows import blocked_windows, window_rows
from mentor_outcomes.estimates.panel_answers.parallel_trends_rows import (
    blocked_parallel_trends,
    parallel_trends_rows,
)
from mentor_outcomes.estimates.panel_answers.share_rows import blocked_share_rows, share_rows
from mentor_outcomes.estimates.panel_answers.whole_panel import (
    blocked_whole_panel,
    whole_panel_rows,
)
from mentor_outcomes.estimates.result_rows import as_reason, as_table
from mentor_outcomes.estimates.weights.censoring import follow_up_weights

ELIGIBILITY = "employed"


@dataclass(frozen=True, slots=True, eq=False)
class PanelAnswer:
    """Rows of `estimates`, `curves` and `attrition` of one outcome, and the joint test."""

    estimates: pd.DataFrame
    curves: pd.DataFrame
    attrition: pd.DataFrame
    trend: JointTest


def panel_rows(
    question: PanelQuestion,
    tables: PanelTables,
    *,
    no_weights: str | None = None,
    last_value: LastValueDesign | None = None,
) -> PanelAnswer:
    """What is found of one outcome of kind panel or scale, for one contrast.

    matched_difference      the headline: effect on the mentored had nobody left, h months after
                            the start. Pay: from the end of the period before the start to that of
                            the period h months later. Scales: as `matched_wave_difference`, in
                            points and in SDs of the comparators before; in shares at or above a
                            declared threshold. Over windows; without weights; pay also as growth,
                            and by what moving grade explains
    parallel_trends         how far it hangs on both arms moving alike without mentoring
    lee_bounds, tipping_point   what those who left or kept silent could change
    proportional_odds       scales as an order only
    group_time_effects      by cohorts of starts, everybody not yet mentored compared
    two_way_fixed_effects, within_between   regressions over everybody, periods from 0 on
    naive                   ever against never mentored

    The joint test asks whether the arms moved apart earlier, half a year apart, up to two years
    before the reference; an earlier value that is itself a matching covariate is left out. Its
    `smallest_detectable` is a trend, as what it would amount to over the main horizon, in the
    unit of `smallest_worthwhile`. `n_left_out` of a matched difference: distinct people of the
    sets without a value before any start they are compared at. What cannot be estimated has its
    row all the same, blocked.

    no_weights   why there are no censoring or response weights: no matched difference then
    last_value   the design that is matched on the last values too; asked for by a sensitivity
    """
    source = tables.person_waves if question.is_scale else tables.person_months
    if question.name not in source.columns or source[question.name].isna().all():
        reason = f"the records hold no value of {question.name}"
        return _answer([*_blocked_matched(question, reason), *_blocked_beside(question, reason)])
    beside, curve = _of_everybody(question, tables)
    reason = _why_not_matched(question, tables) or no_weights
    if reason:
        return _answer([*_blocked_matched(question, reason), *beside], curve)
    follow_up = follow_up_weights(tables.weights)
    try:
        matched = (
            matched_waves(question, tables.sets, follow_up, tables.person_waves, tables.response)
            if question.is_scale
            else matched_periods(question, tables.sets, follow_up, tables.person_months)
        )
    except EstimationError as error:
        return _answer([*_blocked_matched(question, as_reason(error)), *beside], curve)
    rows, own_curve = _of_the_matched(question, tables, matched, follow_up)
    if last_value is not None:
        rows += last_value_rows(question, last_value, tables)
    attrition = attrition_rows(question, tables)
    return _answer([*rows, *beside], [*own_curve, *curve], attrition, matched.test)


def _answer(
    rows: list[dict],
    curve: list[dict] | None = None,
    attrition: list[dict] | None = None,
    trend: JointTest = NOT_TESTED,
) -> PanelAnswer:
    return PanelAnswer(
        as_table(rows, schema.ESTIMATES),
        as_table(curve or [], schema.CURVES),
        as_table(attrition or [], schema.ATTRITION),
        trend,
    )


def _of_everybody(question: PanelQuestion, tables: PanelTables) -> tuple[list[dict], list[dict]]:
    """What is asked of all people and periods, not of the matched sets."""
    records = (tables.person_months, tables.person_waves, tables.first_mentorships)
    tests, curve = leads_and_lags(question, *records)
    of_cohorts = group_time_rows(question, *records, tables.chances)
    rows = [*whole_panel_rows(question, *records), *tests, *of_cohorts]
    return rows, curve


def _blocked_beside(question: PanelQuestion, reason: str) -> list[dict]:
    return [
        *blocked_whole_panel(question, reason),
        *blocked_leads(question, reason),
        *blocked_group_time(question, reason),
    ]


def _of_the_matched(
    question: PanelQuestion, tables: PanelTables, matched: Matched, follow_up: pd.DataFrame
) -> tuple[list[dict], list[dict]]:
    rows = [
        *headline_rows(question, matched),
        *window_rows(question, matched),
        *parallel_trends_rows(question, matched),
        *leaving_rows(question, tables, matched.sd),
    ]
    curve = curve_rows(question, matched)
    if question.is_scale:
        records = (matched, tables.sets, follow_up, tables.person_waves, tables.response)
        shares, of_shares = share_rows(question, *records)
        rows += [*shares, *proportional_odds_rows(question, *records)]
        curve += of_shares
    return rows, curve


def _blocked_matched(question: PanelQuestion, reason: str) -> list[dict]:
    """The same rows without figures."""
    rows = [
        *blocked_headline_rows(question, reason),
        *blocked_windows(question, reason),
        *blocked_parallel_trends(question, reason),
        *blocked_leaving_rows(question, reason),
        *blocked_last_value(question, reason),
    ]
    if question.is_scale:
        rows += blocked_share_rows(question, reason)
        rows += blocked_proportional_odds_rows(question, reason)
    return rows


def of_panel_design(frame: pd.DataFrame, question: PanelQuestion) -> pd.DataFrame:
    """Rows of sets or weights of the design that answers for outcomes of kind panel and scale."""
    return frame[
        (frame["role"] == question.role)
        & (frame["contrast"] == question.contrast)
        & (frame["eligibility"] == ELIGIBILITY)
    ]


def _why_not_matched(question: PanelQuestion, tables: PanelTables) -> str | None:
    if question.exposure.measure == "current":
        months = tables.person_months
        observed = months[months["period"] >= 0]
        first = observed[observed["period"] == observed["period"].min()]
        n_first = int(first["is_mentored_now"].sum())
        return (
            f"{n_first} of {observed['person_id'].nunique()} people were already mentored when "
            "recording began, and exposure goes on and off: only panel models apply"
        )
    if tables.sets.empty:
        return "nobody who was mentored could be compared with anyone"
    return None
