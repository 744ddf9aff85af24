"""Hazard ratios of an event: on the matched sets, and on everyone with a switching exposure.

Of each model: one ratio for all of the follow-up, the ratios before and after 12 months, and a test
of whether one ratio will do.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Final

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.event_answers.event_question import (
    ARMS,
    COLUMNS,
    EventQuestion,
    in_words,
    n_absent,
    people,
    why_nothing,
)
from mentor_outcomes.estimates.event_answers.follow_up import EVENT
from mentor_outcomes.estimates.event_answers.hazard_periods import (
    FLAG_OF,
    before_and_after,
    by_time_since_start,
)
from mentor_outcomes.estimates.event_answers.mentor_clusters import (
    BY_MENTOR,
    PERSON_AND_MENTOR,
    with_mentors,
)
from mentor_outcomes.estimates.event_answers.spell_hazards import (
    EXPOSURE,
    covariates_of,
    time_varying_cox,
)
from mentor_outcomes.estimates.result_rows import blocked, estimated
from mentor_outcomes.estimates.survival.cox import CoxResult, cox_regression
from mentor_outcomes.estimates.survival.cox_diagnostics import proportionality

_RATIO = ("log_hazard_ratio", "log hazard ratio")
_TEST = ("proportionality_chi_square", "chi-square (1 df)")
ALONG: Final = "events"
"""The test's scale of time: the rank among event times, which no cut of rows and no small risk set
early in a tenure bends."""
_NOBODY_THEN = "nobody in one arm, or in both, is followed in these months"


def set_hazard_rows(
    question: EventQuestion,
    records: pd.DataFrame,
    estimand: str,
    *,
    first_mentorships: pd.DataFrame,
) -> list[dict]:
    """Cause-specific Cox on the sets by time since time zero, weighted, not stratified by set.

    The ratio, within and after 12 months, with errors by person and mentor, and the test.
    """
    about = question.about("cox", *_RATIO, estimand)
    role = question.subject["role"]

    def by_mentor() -> CoxResult:
        known = with_mentors(records, first_mentorships, role=role)
        return set_cox(known, cluster=PERSON_AND_MENTOR)

    fit = cache(partial(set_cox, records))
    return [
        _ratio_row(question, about, records, fit),
        _test_row(question, question.about("cox", *_TEST, estimand), records, fit),
        _ratio_row(question, _as(about, BY_MENTOR), records, by_mentor),
        *(
            _part_row(question, _as(about, variant), records, part, partial(set_cox, part))
            for variant, part in before_and_after(records).items()
        ),
    ]


def set_cox(records: pd.DataFrame, *, cluster: str | tuple[str, str] = "person_id") -> CoxResult:
    """The weighted log hazard ratio of the arms of `follow_up.set_records`."""
    exposed = records.assign(
        is_mentored=records["arm"] == "mentored", event=records["cause"] == EVENT
    )
    return cox_regression(
        exposed,
        event="event",
        covariates=[EXPOSURE],
        weights="weight",
        **COLUMNS | {"cluster": cluster},
    )


def spell_hazard_rows(
    question: EventQuestion,
    spells: pd.DataFrame,
    estimand: str,
    stretches_of: Callable[[], pd.DataFrame],
) -> list[dict]:
    """Cox on everyone's stretches of employment; see `spell_hazards.spell_records`.

    Its arms are exposed and not exposed; people change from one to the other. The 12 months are
    those since the mentorship began.

    stretches_of   makes the records, or refuses with an EstimationError
    """
    about = question.about("cox_time_varying", *_RATIO, estimand)
    of_test = question.about("cox_time_varying", *_TEST, estimand)
    try:
        stretches = by_time_since_start(stretches_of())
    except EstimationError as problem:
        abouts = [about, of_test, *(_as(about, variant) for variant in FLAG_OF)]
        return [blocked(each, _reason(problem)) for each in abouts]
    records = stretches.assign(
        arm=np.where(stretches[EXPOSURE], *ARMS),
        cause=np.where(stretches["event"], EVENT, ""),
    )
    adjust_for = [name for name in covariates_of(stretches) if name not in FLAG_OF.values()]
    n_left_out = n_absent(spells, stretches)
    fit = cache(partial(time_varying_cox, records, adjust_for=adjust_for))
    return [
        _ratio_row(question, about, records, fit, n_left_out),
        _test_row(question, of_test, records, fit, n_left_out),
        *_rows_since_start(question, about, records, adjust_for, n_left_out),
    ]


def _rows_since_start(
    question: EventQuestion,
    about: dict,
    records: pd.DataFrame,
    adjust_for: list[str],
    n_left_out: int,
) -> list[dict]:
    """The hazard ratios within and after 12 months of being mentored, from one model.

    Where the mentored have no event in one of the two, that ratio is zero, and people so exposed
    add nothing to any risk set: the other ratio is estimated without them.
    """
    own = {
        variant: records[~records[EXPOSURE] | records[flag]] for variant, flag in FLAG_OF.items()
    }
    answerable = [variant for variant in own if _why_none(question, own[variant]) is None]
    flags = [FLAG_OF[variant] for variant in answerable]
    used = records[~records[EXPOSURE] | records[flags].any(axis="columns")]
    fit = partial(time_varying_cox, used, exposure=flags, adjust_for=adjust_for)
    return [
        _part_row(question, _as(about, variant), records, part, fit, n_left_out, FLAG_OF[variant])
        for variant, part in own.items()
    ]


def _as(about: Mapping, variant: str) -> dict:
    return {**about, "variant": variant}


def _ratio_row(
    question: EventQuestion,
    about: dict,
    records: pd.DataFrame,
    fit: Callable[[], CoxResult],
    n_left_out: int = 0,
    term: str = EXPOSURE,
) -> dict:
    """The log hazard ratio of `term`, or why there is none; fitted only if there can be one."""

    def found() -> tuple[pd.Series, str]:
        result = fit()
        terms = result.tidy(question.analysis.confidence).set_index("term")
        return terms.loc[term], result.error_type

    return _row(question, about, records, found, n_left_out)


def _part_row(
    question: EventQuestion,
    about: dict,
    records: pd.DataFrame,
    part: pd.DataFrame,
    fit: Callable[[], CoxResult],
    n_left_out: int = 0,
    term: str = EXPOSURE,
) -> dict:
    """The log hazard ratio of a part of the follow-up in `records`, which may not reach so far."""
    reason = why_nothing(question, records)
    if reason is None and part["arm"].nunique() == len(ARMS):
        return _ratio_row(question, about, part, fit, n_left_out, term)
    return blocked(about, reason or _NOBODY_THEN, **_counts(question, part, n_left_out))


def _test_row(
    question: EventQuestion,
    about: dict,
    records: pd.DataFrame,
    fit: Callable[[], CoxResult],
    n_left_out: int = 0,
) -> dict:
    """The test that the hazard ratio does not change along the model's time.

    That is time since time zero on the sets, and time in grade or tenure on everyone. Its variance
    is by person, as the ratio's is: people stand in several sets, cut into rows, with weights, and
    the model's own variance would find change too often (tests/recovery).
    """

    def found() -> tuple[pd.Series, str]:
        test = proportionality(fit(), ALONG, clustered=True)
        own = test.tidy().set_index("term").loc[EXPOSURE]
        return own.rename({"chi_square": "estimate"}), f"score test, {test.error_type}"

    return _row(question, about, records, found, n_left_out)


def _row(
    question: EventQuestion,
    about: dict,
    records: pd.DataFrame,
    found: Callable[[], tuple[pd.Series, str]],
    n_left_out: int,
) -> dict:
    counts = _counts(question, records, n_left_out)
    reason = _why_none(question, records)
    if reason:
        return blocked(about, reason, **counts)
    try:
        figures, error_type = found()
    except EstimationError as problem:
        return blocked(about, _reason(problem), **counts)
    return estimated(about | {"error_type": in_words(error_type)}, figures, **counts)


def _counts(question: EventQuestion, records: pd.DataFrame, n_left_out: int) -> dict[str, float]:
    return {} if question.refusal else people(records, n_left_out=n_left_out)


def _reason(problem: EstimationError) -> str:
    return in_words(problem.found.rstrip("."))


def _why_none(question: EventQuestion, records: pd.DataFrame) -> str | None:
    """Why the records have no hazard ratio, as far as counting tells."""
    reason = why_nothing(question, records)
    if reason:
        return reason
    if records.loc[records["cause"] == EVENT, "arm"].nunique() < len(ARMS):
        return "all events are in one arm: there is no finite hazard ratio"
    if records["person_id"].nunique() < 2:
        return "there is one person only: no error can be estimated"
    return None
