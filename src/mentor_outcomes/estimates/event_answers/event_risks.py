"""Risks of an event by each horizon, the time gained, and curves by month; two arms."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import DAYS_PER_MONTH, days_of_months
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.event_answers.event_question import (
    ARMS,
    COLUMNS,
    NO_VARIANCE,
    PER_100,
    EventQuestion,
    in_words,
    n_with_event,
    not_in_both,
    people,
    too_few_at_risk,
    why_nothing,
)
from mentor_outcomes.estimates.event_answers.follow_up import EVENT
from mentor_outcomes.estimates.event_answers.mentor_clusters import (
    BY_MENTOR,
    PERSON_AND_MENTOR,
    with_mentors,
)
from mentor_outcomes.estimates.result_rows import blocked, estimated
from mentor_outcomes.estimates.survival.incidence import cumulative_incidence
from mentor_outcomes.estimates.survival.incidence_result import IncidenceResult
from mentor_outcomes.estimates.survival.mean_time import mean_time

RISK = "cumulative_incidence"


def risk_rows(question: EventQuestion, records: pd.DataFrame, estimand: str) -> list[dict]:
    """Per horizon: risk difference, both risks, and difference in mean time since the event.

    `records` as of `follow_up.set_records`.
    """
    horizons = question.analysis.horizons_months
    if why_nothing(question, records):
        return _all_blocked(question, records, lambda months: _abouts(question, months, estimand))
    risks = _risks(records, horizons)
    gains = mean_time(
        records, cause="cause", by="arm", weights="weight", at=days_of_months(horizons), **COLUMNS
    )
    rows = []
    for months in horizons:
        found = _risk_figures(risks, months, question.analysis.confidence)
        gain = _at(gains.difference(*ARMS, question.analysis.confidence), months)
        scaled = [*((figures, 100.0) for figures in found), (gain, 1 / DAYS_PER_MONTH)]
        abouts = _abouts(question, months, estimand)
        rows += _rows(question, records, risks, months, abouts, scaled)
    return rows


def risk_rows_by_mentor(
    question: EventQuestion,
    records: pd.DataFrame,
    estimand: str,
    *,
    first_mentorships: pd.DataFrame,
) -> list[dict]:
    """Per horizon the risk difference again, its error clustered by person and mentor."""

    def abouts(months: float) -> list[dict]:
        at = {"horizon_months": float(months), "variant": BY_MENTOR}
        return [question.about(RISK, "risk_difference", PER_100, estimand, **at)]

    if why_nothing(question, records):
        return _all_blocked(question, records, abouts)
    horizons = question.analysis.horizons_months
    try:
        known = with_mentors(records, first_mentorships, role=question.subject["role"])
    except EstimationError as problem:
        reason = problem.found.rstrip(".")
        return [
            blocked(about, reason, **people(records, months))
            for months in horizons
            for about in abouts(months)
        ]
    risks = _risks(known, horizons, cluster=PERSON_AND_MENTOR)
    rows = []
    for months in horizons:
        found = _risk_figures(risks, months, question.analysis.confidence)[:1]
        scaled = [(figures, 100.0) for figures in found]
        rows += _rows(question, known, risks, months, abouts(months), scaled)
    return rows


def naive_risk_rows(
    question: EventQuestion, records: pd.DataFrame, estimand: str, *, n_left_out: int
) -> list[dict]:
    """Per horizon the risk difference of the arms as they come; see `naive_events`."""

    def abouts(months: float) -> list[dict]:
        at = {"horizon_months": float(months)}
        return [question.about("naive", "risk_difference", PER_100, estimand, **at)]

    return _difference_rows(question, records, abouts, n_left_out)


def risk_difference_rows(
    question: EventQuestion, records: pd.DataFrame, estimand: str, *, variant: str
) -> list[dict]:
    """Per horizon the risk difference on the sets alone, of a sensitivity."""

    def abouts(months: float) -> list[dict]:
        at = {"horizon_months": float(months), "variant": variant}
        return [question.about(RISK, "risk_difference", PER_100, estimand, **at)]

    return _difference_rows(question, records, abouts)


def _difference_rows(
    question: EventQuestion,
    records: pd.DataFrame,
    abouts: Callable[[float], list[dict]],
    n_left_out: int = 0,
) -> list[dict]:
    if why_nothing(question, records):
        return _all_blocked(question, records, abouts, n_left_out)
    horizons = question.analysis.horizons_months
    risks = _risks(records, horizons)
    rows = []
    for months in horizons:
        found = _risk_figures(risks, months, question.analysis.confidence)[:1]
        scaled = [(figures, 100.0) for figures in found]
        rows += _rows(question, records, risks, months, abouts(months), scaled, n_left_out)
    return rows


def risk_curves(question: EventQuestion, records: pd.DataFrame) -> list[dict]:
    """One point per whole month and arm, and of the difference.

    At risk behind the difference is the smaller of the two numbers. Points that nobody is
    followed to are missing; so are errors as long as an arm has no event.
    """
    if why_nothing(question, records):
        return []
    confidence = question.analysis.confidence
    months = np.arange(np.floor(max(question.analysis.horizons_months)) + 1)
    risks = _risks(records, months)
    about = question.about(RISK, RISK, PER_100, "none", subgroup="all")
    arms = risks.tidy(confidence)
    tables = {arm: arms[(arms["group"] == arm) & (arms["state"] == EVENT)] for arm in ARMS}
    difference = risks.difference(*ARMS, confidence)
    of_event = records[records["cause"] == EVENT]
    tables["difference"] = difference[difference["state"] == EVENT].assign(
        n_at_risk=np.minimum(*(tables[arm]["n_at_risk"].to_numpy() for arm in ARMS)),
        n_events=[n_with_event(of_event, month) for month in months],
    )
    return [
        about | {"arm": arm, "months": month} | _per_100(point)
        for arm, table in tables.items()
        for month, point in zip(months, table.to_dict("records"), strict=True)
    ]


def _per_100(point: dict) -> dict:
    shares = ("estimate", "std_error", "ci_low", "ci_high")
    counts = {name: point[name] for name in ("n_at_risk", "n_events")}
    return {name: 100 * point[name] for name in shares} | counts


def _risks(
    records: pd.DataFrame, months: Sequence[float], cluster: str | tuple[str, str] = "person_id"
) -> IncidenceResult:
    times = days_of_months(months)
    named = COLUMNS | {"cluster": cluster}
    return cumulative_incidence(
        records, cause="cause", by="arm", weights="weight", at=times, **named
    )


def _rows(
    question: EventQuestion,
    records: pd.DataFrame,
    risks: IncidenceResult,
    months: float,
    abouts: list[dict],
    scaled: Iterable[tuple[pd.Series, float]],
    n_left_out: int = 0,
) -> list[dict]:
    """The rows of one horizon: all of them estimated or all of them blocked."""
    counts = people(records, months, n_left_out=n_left_out)
    has_happened = min(counts[f"n_events_{arm}"] for arm in ARMS) > 0
    reason = _why_blocked(question, risks, months, has_happened=has_happened)
    if reason:
        return [blocked(about, reason, **counts) for about in abouts]
    return [
        estimated(
            about | {"error_type": in_words(risks.error_type)}, figures, scale=scale, **counts
        )
        for about, (figures, scale) in zip(abouts, scaled, strict=True)
    ]


def _all_blocked(
    question: EventQuestion, records: pd.DataFrame, abouts_of, n_left_out: int = 0
) -> list[dict]:
    reason = why_nothing(question, records)
    counts = {} if question.refusal else people(records, n_left_out=n_left_out)
    horizons = question.analysis.horizons_months
    return [blocked(about, reason, **counts) for months in horizons for about in abouts_of(months)]


def _abouts(question: EventQuestion, months: float, estimand: str) -> list[dict]:
    """The four rows of a horizon on the matched sets."""
    is_main = months == question.analysis.main_horizon_months
    headline = {"horizon_months": float(months), "is_headline": True}
    beside = {"horizon_months": float(months)}
    is_primary = question.is_primary and is_main
    return [
        question.about(
            RISK, "risk_difference", PER_100, estimand, is_primary=is_primary, **headline
        ),
        question.about(RISK, "risk_mentored", PER_100, estimand, **beside),
        question.about(RISK, "risk_comparison", PER_100, estimand, **beside),
        question.about("mean_time", "mean_time_difference", "months", estimand, **headline),
    ]


def _risk_figures(risks: IncidenceResult, months: float, confidence: float) -> list[pd.Series]:
    by_arm = risks.tidy(confidence).set_index("group")
    difference = risks.difference(*ARMS, confidence)
    return [_at(difference, months), *(_at(by_arm.loc[arm], months) for arm in ARMS)]


def _at(table: pd.DataFrame, months: float) -> pd.Series:
    is_row = (table["state"] == EVENT) & (table["time"] == float(days_of_months(months)))
    return table[is_row].iloc[0]


def _why_blocked(
    question: EventQuestion, risks: IncidenceResult, months: float, *, has_happened: bool
) -> str | None:
    """Why a horizon cannot be estimated, if so; tells no small count."""
    place = int(np.flatnonzero(risks.times == float(days_of_months(months)))[0])
    n_at_risk = dict(zip(risks.groups, risks.n_at_risk[:, place], strict=True))
    few = too_few_at_risk(question, n_at_risk, months)
    if few:
        return few
    if np.isnan(_at(risks.difference(*ARMS), months)["std_error"]):
        return NO_VARIANCE if has_happened else not_in_both(question, months)
    return None
