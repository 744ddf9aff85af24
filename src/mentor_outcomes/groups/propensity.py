"""Who starts when: the hazard of a first mentorship from what was known the period before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SeparationError
from mentor_outcomes.groups.records import Records, days, period_of_days
from mentor_outcomes.logit import Encoding, PooledLogit, design_matrix, pooled_logit
from mentor_outcomes.study import Groups, StudySection

MOST_LEVELS = 30
"""Exact columns with more levels than this are matched on but left out of the model of starts:
within a set everybody has the same level anyway."""


@dataclass(frozen=True, slots=True)
class Propensity:
    """Scores of all person-months, for a start in the period after.

    score        log odds of starting; missing where it cannot be known, or a start is impossible
    prevalence   log odds of starting of all at risk in that period; missing likewise
    caliper      largest distance of scores allowed in that period
    model        None where nobody starts
    encodings    how covariates became columns
    refusal      why there is no model although somebody starts; None where there is one
    """

    score: np.ndarray
    prevalence: np.ndarray
    caliper: np.ndarray
    model: PooledLogit | None
    encodings: tuple[Encoding, ...]
    refusal: str | None = None


def starting_propensity(
    person_months: pd.DataFrame,
    records: Records,
    in_contrast: np.ndarray,
    *,
    settings: Groups,
    section: StudySection,
) -> Propensity:
    """Log odds of a first mentorship of the contrast's kind in the next period.

    Pooled logit with an intercept per period, over the person-months at risk: employed and not
    away at the period's end, employed for the minimum, never mentored so far. A first mentorship
    of another kind ends the risk without an event. `in_contrast` says of each person whether
    their first mentorship is of the kind.

    Nobody is scored in a period, or at a level of text or of an exact column, in which nobody at
    risk starts, or everybody: there, no comparison exists. Nor is anybody where starts are too few
    for the covariates and the model has no finite answer: `refusal` then says so, and the other
    contrasts of the study go on.
    """
    at_risk, starts = _at_risk(person_months, records, in_contrast, settings, section)
    model_columns = [*settings.covariates, *_few_levels(person_months, settings.exact)]
    usable = _compared(
        person_months, records.month_period, model_columns, settings, at_risk, starts
    )
    nothing = np.full(len(person_months), np.nan)
    if not (usable & starts).any():
        return Propensity(nothing, nothing, nothing, None, ())
    design = design_matrix(person_months[usable], model_columns, categories=settings.exact)
    periods = records.month_period
    try:
        model = pooled_logit(starts[usable], design.columns, intercepts=periods[usable])
    except SeparationError as error:
        return Propensity(nothing, nothing, nothing, None, (), error.found)
    unmentored = records.started[records.month_person] > days(person_months["period_end"])
    scored = unmentored & np.isin(periods, model.codes)
    score = nothing.copy()
    score[scored] = model.log_odds(design.like(person_months[scored]), periods[scored])
    score[~np.isfinite(score)] = np.nan
    prevalence, spread = _by_period(periods, at_risk & np.isfinite(score), starts, score)
    return Propensity(score, prevalence, settings.caliper_sd * spread, model, design.encodings)


def _at_risk(person_months, records, in_contrast, settings, section):
    """Person-months that may be followed by a start, and whether one follows."""
    person = records.month_person
    started = records.started[person]
    at_risk = (
        (started > days(person_months["period_end"]))
        & ~records.is_prevalent[person]
        & ~person_months["is_on_leave"].to_numpy(dtype=bool)
        & (person_months["tenure_months"].to_numpy(dtype="float64") >= settings.min_tenure_months)
        & (records.month_period < section.calendar.n_periods - 1)
    )
    starts = np.zeros(len(person_months), dtype=bool)
    rows = np.flatnonzero(at_risk & in_contrast[person])
    starts[rows] = period_of_days(section.calendar, started[rows]) == records.month_period[rows] + 1
    return at_risk, starts


def _compared(person_months, periods, names, settings, at_risk, starts) -> np.ndarray:
    """Rows at risk in periods and at levels that have both starts and people who do not start.

    Leaving out rows may leave a period or level with one kind only, so it goes on until none is.
    """
    groupings = [np.unique(periods, return_inverse=True)[1]]
    for name in names:
        values = person_months[name]
        if name in settings.exact or not pd.api.types.is_numeric_dtype(values):
            groupings.append(pd.factorize(values, use_na_sentinel=False)[0])
    usable, n_before = at_risk, -1
    while n_before != usable.sum():
        n_before = usable.sum()
        for codes in groupings:
            n = np.bincount(codes, usable)
            n_starts = np.bincount(codes, usable & starts)
            usable = usable & ((n_starts > 0) & (n_starts < n))[codes]
    return usable


def _few_levels(person_months: pd.DataFrame, exact: Sequence[str]) -> list[str]:
    return [name for name in exact if person_months[name].nunique() <= MOST_LEVELS]


def _by_period(periods, rows, starts, score):
    """Log odds of starting, and SD of the scores, of all at risk in each row's period."""
    codes, positions = np.unique(periods, return_inverse=True)
    n = np.bincount(positions, rows, len(codes))
    share = _ratio(np.bincount(positions, rows & starts, len(codes)), n)
    filled = np.where(rows, score, 0.0)
    mean = _ratio(np.bincount(positions, filled, len(codes)), n)
    squares = np.where(rows, (filled - mean[positions]) ** 2, 0.0)
    spread = np.sqrt(_ratio(np.bincount(positions, squares, len(codes)), n))
    with np.errstate(divide="ignore"):
        prevalence = np.log(share) - np.log1p(-share)
    return prevalence[positions], spread[positions]


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    return np.divide(
        numerator, denominator, out=np.full(len(denominator), np.nan), where=denominator > 0
    )
