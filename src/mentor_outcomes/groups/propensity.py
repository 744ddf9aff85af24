"""Who starts when: the hazard of a first mentorship from what was known the period before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SeparationError
from mentor_outcomes.groups.records import Records, days, period_of_days
from mentor_outcomes.logit import (
    Encoding,
    PooledLogit,
    design_of_starts,
    many_levelled,
    pooled_logit,
)
from mentor_outcomes.study import Groups, StudySection


@dataclass(frozen=True, slots=True)
class Propensity:
    """Scores of all person-months, for a start in the period after.

    score        log odds of starting; missing where it cannot be known, or a start is impossible
    prevalence   log odds of starting of all at risk in that period; missing likewise
    caliper      largest distance of scores allowed in that period
    model        None where nobody starts
    encodings    how covariates became columns
    in_model     whether the model was fitted on each person-month
    starts_next  whether each is at risk and followed by a start of the contrast
    refusal      why there is no model although somebody starts; None where there is one
    dropped      what was left out of the model -> why
    many         exact columns of too many levels for the model, among those at risk by the last
                 start
    """

    score: np.ndarray
    prevalence: np.ndarray
    caliper: np.ndarray
    model: PooledLogit | None
    encodings: tuple[Encoding, ...]
    in_model: np.ndarray
    starts_next: np.ndarray
    refusal: str | None = None
    dropped: Mapping[str, str] = field(default_factory=dict)
    many: tuple[str, ...] = ()


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

    Nobody is scored in a period, or at a level of text or of an exact column or a combination of
    levels that interact, in which nobody at risk starts, or everybody: there, no comparison
    exists. Nor is anybody where starts are too few for the covariates and the model has no finite
    answer: `refusal` then says so, and the other contrasts of the study go on.

    Fitted probabilities are those of a logit with dummy columns and the same spline columns:
    tests/reference/test_starts_as_in_r.py (R's glm and splines::ns) and tests/spec.
    """
    at_risk, starts = _at_risk(person_months, records, in_contrast, settings, section)
    # What happens after the last start may decide nothing, not even which columns enter.
    last = records.month_period[starts].max(initial=np.iinfo(np.int64).min)
    counted = person_months[at_risk & (records.month_period <= last)]
    many = tuple(many_levelled(counted, settings.exact))
    usable = _compared(
        _levels(person_months, records.month_period, settings, many), at_risk, starts
    )
    nothing = np.full(len(person_months), np.nan)
    if not (usable & starts).any():
        nobody = np.zeros_like(starts)
        return Propensity(nothing, nothing, nothing, None, (), nobody, starts, many=many)
    design = design_of_starts(person_months[usable], settings, without=many)
    periods = records.month_period
    try:
        model = pooled_logit(
            starts[usable],
            design.columns,
            intercepts=periods[usable],
            covariates_of=design.covariates_of,
        )
    except SeparationError as error:
        nobody = np.zeros_like(starts)
        return Propensity(
            nothing, nothing, nothing, None, (), nobody, starts, error.found, many=many
        )
    unmentored = records.started[records.month_person] > days(person_months["period_end"])
    scored = unmentored & np.isin(periods, model.codes)
    score = nothing.copy()
    score[scored] = model.log_odds(design.like(person_months[scored]), periods[scored])
    score[~np.isfinite(score) | _of_other_level(person_months, design.encodings)] = np.nan
    prevalence, spread = _by_period(periods, at_risk & np.isfinite(score), starts, score)
    caliper = settings.caliper_sd * spread
    return Propensity(
        score,
        prevalence,
        caliper,
        model,
        design.encodings,
        usable,
        starts,
        dropped=design.dropped,
        many=many,
    )


def _of_other_level(person_months, encodings: Sequence[Encoding]) -> np.ndarray:
    """Rows of another level than the only one seen of a covariate.

    One level makes no column, so the columns of such a row do not show that it is unlike all.
    """
    is_other = np.zeros(len(person_months), dtype=bool)
    for encoding in encodings:
        if encoding.is_text and len(encoding.levels) < 2:
            is_other |= encoding.codes(person_months[encoding.covariate])[1]
    return is_other


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


def _levels(person_months, periods, settings: Groups, left_out) -> list[np.ndarray]:
    """Groupings of the rows: by period, by each column of levels, by levels that interact."""
    names = [name for name in (*settings.covariates, *settings.exact) if name not in left_out]
    codes = {
        name: pd.factorize(person_months[name], use_na_sentinel=False)[0]
        for name in names
        if name in settings.exact or not pd.api.types.is_numeric_dtype(person_months[name])
    }
    crossed = [
        codes[first] * (codes[second].max(initial=0) + 1) + codes[second]
        for first, second in settings.interactions
        if first in codes and second in codes
    ]
    return [np.unique(periods, return_inverse=True)[1], *codes.values(), *crossed]


def _compared(groupings, at_risk: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Rows at risk in periods and at levels that have both starts and people who do not start.

    Leaving out rows may leave a period or level with one kind only, so it goes on until none is.
    """
    usable, n_before = at_risk, -1
    while n_before != usable.sum():
        n_before = usable.sum()
        for codes in groupings:
            n = np.bincount(codes, usable)
            n_starts = np.bincount(codes, usable & starts)
            usable = usable & ((n_starts > 0) & (n_starts < n))[codes]
    return usable


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
