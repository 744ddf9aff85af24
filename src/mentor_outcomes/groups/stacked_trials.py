"""A trial per period: all who start in it, beside everybody eligible on its last start day.

Nobody is in both arms of a trial, and nobody's later start is looked at. Each row has a time zero
of its own, so that both arms are followed from the day after it: no immortal time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups.design_flow import LastCriterion
from mentor_outcomes.groups.diagnostics import as_of_the_day
from mentor_outcomes.groups.eligibility import EligibleDays, MentoredStarts, days_in_panel
from mentor_outcomes.groups.flow import among
from mentor_outcomes.groups.propensity import Propensity
from mentor_outcomes.groups.raw_weights import Trimming
from mentor_outcomes.groups.records import Records
from mentor_outcomes.groups.sets import SetsOfDesign
from mentor_outcomes.groups.stack_weights import StackWeights, level_codes, weigh_stack
from mentor_outcomes.logit import design_of_starts
from mentor_outcomes.study import Groups

IN_WORDS = {
    "overlap_weights": "overlap weights",
    "entropy_balancing": "entropy balancing",
    "inverse_probability": "inverse probability weights",
}


@dataclass(frozen=True, slots=True)
class WeightedTrials:
    """The sets of one design, a set per trial.

    sets         members have, beside the columns of `SetsOfDesign`, their trial and day, which is
                 their own time zero; the start of comparison rows is -1
    further      what a start must meet beyond being comparable -> whether each start does
    last         what the members meet last
    n_truncated  comparison rows whose weight was cut to the declared quantile
    """

    sets: SetsOfDesign
    further: Mapping[str, np.ndarray] = field(default_factory=dict)
    last: LastCriterion = field(default_factory=LastCriterion)
    n_truncated: int = 0


def weigh_design(
    person_months: pd.DataFrame,
    spells: pd.DataFrame,
    starts: MentoredStarts,
    days: EligibleDays,
    records: Records,
    propensity: Propensity,
    settings: Groups,
) -> WeightedTrials:
    """Stack the trials of a design and weigh their rows by `settings.method`.

    Where the weights have no answer nobody is in a set, and the last criterion says why.
    """
    _check_exact(propensity, settings)
    there = stacked(starts, days, records, propensity)
    in_words, trial_day = IN_WORDS[settings.method], there["day"][~there["is_mentored"]].unique()
    stack = there[there["is_comparable"]].reset_index(drop=True)
    nobody = SetsOfDesign(stack.iloc[:0], _eligible(there), trial_day)
    if not stack["is_mentored"].any():
        return WeightedTrials(nobody, last=_last(in_words))
    names = [encoding.covariate for encoding in propensity.encodings]
    known = as_of_the_day(person_months, spells, records, stack, names)
    try:
        found = weigh_stack(
            known,
            pd.factorize(stack["trial"], sort=True)[0],
            stack["is_mentored"].to_numpy(),
            levels_of=level_codes(known, names, settings.exact, settings.interactions),
            make_design=lambda rows: design_of_starts(rows, settings),
            method=settings.method,
            trim=Trimming(settings.trim_weights_at, settings.trim_propensity),
        )
    except EstimationError as error:
        return WeightedTrials(nobody, last=_last(f"{in_words} (none: {error.found.rstrip('.')})"))
    has_weight = found.weight > 0
    members = stack.assign(weight=found.weight)[has_weight].reset_index(drop=True)
    return WeightedTrials(
        replace(nobody, members=members),
        _further(starts, stack, found, settings),
        _last(in_words),
        int((found.is_truncated & has_weight).sum()),
    )


def stacked(
    starts: MentoredStarts, days: EligibleDays, records: Records, propensity: Propensity
) -> pd.DataFrame:
    """One row per trial and person: trial, person, is_mentored, start, day, stretch, month, score.

    A trial is a period in which somebody who can be compared starts. Its comparison rows are
    people eligible on the last day of such a start; `is_comparable` are those among them whose
    exact columns and score are known.
    """
    own = np.flatnonzero(starts.can_be_compared())
    parts = [
        pd.DataFrame(
            {
                "trial": starts.period[own],
                "person": starts.person[own],
                "is_mentored": True,
                "start": own,
                "day": starts.day[own],
                "stretch": starts.stretch[own],
                "month": starts.month[own],
                "is_comparable": True,
            }
        )
    ]
    for period in np.unique(starts.period[own]):
        last_day = starts.day[own][starts.period[own] == period].max()
        parts.append(_comparison(period, last_day, days, records, propensity))
    rows = pd.concat(parts, ignore_index=True)
    score = propensity.score[rows["month"].to_numpy(dtype=np.int64)]
    flags = rows[["is_mentored", "is_comparable"]].astype(bool)
    return rows.assign(**flags, score=score, weight=0.0)


def _comparison(
    period: int, day: int, days: EligibleDays, records: Records, propensity: Propensity
) -> pd.DataFrame:
    there = days.rows((days.first <= day) & (days.last >= day))
    there, month = days_in_panel(there, records, propensity, period)
    return pd.DataFrame(
        {
            "trial": period,
            "person": there.person,
            "is_mentored": False,
            "start": -1,
            "day": day,
            "stretch": there.stretch,
            "month": month,
            "is_comparable": there.is_comparable,
        }
    )


def _eligible(there: pd.DataFrame) -> pd.DataFrame:
    """Comparison rows; each start spreads a weight of 1 over those of its trial."""
    is_mentored = there["is_mentored"].to_numpy(dtype=bool)
    codes, labels = pd.factorize(there["trial"])
    n_starts = np.bincount(codes, is_mentored, len(labels))
    n_others = np.bincount(codes, ~is_mentored, len(labels))
    share = np.divide(n_starts, n_others, out=np.zeros(len(labels)), where=n_others > 0)
    others = there[["person", "stretch", "month", "is_comparable"]].assign(weight=share[codes])
    return others[~is_mentored].reset_index(drop=True)


def _last(in_words: str) -> LastCriterion:
    return LastCriterion(f"{in_words} in a trial with both arms", f"{in_words} in some trial")


def _further(
    starts: MentoredStarts, stack: pd.DataFrame, found: StackWeights, settings: Groups
) -> dict[str, np.ndarray]:
    """What keeps starts that could be compared from having a weight, in turn."""

    def of_starts(rows: np.ndarray) -> np.ndarray:
        place = stack["start"].to_numpy()[rows & stack["is_mentored"].to_numpy()]
        return among(len(starts.person), place)

    alike = "somebody else in the trial, and at each level of the covariates, who did not start"
    further = {alike: of_starts(found.has_counterpart)}
    if settings.trim_propensity != (0.0, 1.0):
        low, high = settings.trim_propensity
        further[f"a propensity of {low:g} to {high:g} within the trial"] = of_starts(
            found.has_counterpart & ~found.is_outside_range
        )
    return further


def _check_exact(propensity: Propensity, settings: Groups) -> None:
    """Levels too many for the model would be balanced by no weights, and nobody would notice."""
    if propensity.many:
        raise StudyError(
            f"groups.exact names columns of many levels: {', '.join(propensity.many)}.",
            expected=f"columns of few levels with the method {settings.method}, which balances "
            "levels and matches none.",
            remedy="remove them from groups.exact, or set groups.method to risk_set_matching.",
        )
