"""The study's records as cohorts of starts: a row per person and quarter, year or wave."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import DAYS_PER_MONTH, MONTHS_PER_PERIOD
from mentor_outcomes.estimates.panel_answers.panel_matched import MONTHS_BEFORE, TEST_STEP_MONTHS
from mentor_outcomes.estimates.panel_answers.panel_question import PanelQuestion
from mentor_outcomes.estimates.weights.unstarted import CHANCE, with_chances
from mentor_outcomes.logit import design_of_starts, many_levelled

_COVARIATE = "covariate {}"
_DAYS_APART = 31
"""Waves are evenly spaced if none is later or earlier by more than a month."""


@dataclass(frozen=True, slots=True, eq=False)
class StartsPanel:
    """A panel as `group_time_effects` wants it.

    rows          person_id, period, start (the period that holds it; missing: never), the outcome,
                  chance_unstarted, and the covariates as columns of numbers
    months_apart  months from the end of a period to that of the next; missing: uneven waves
    is_waves      periods are waves: each runs from the day after one opens to the day the next
                  does, and the outcome is as of that day
    """

    rows: pd.DataFrame
    covariates: tuple[str, ...]
    months_apart: float
    is_waves: bool

    def since_start(self, months: float) -> float:
        """The periods since the start's that stand for so many months after it; missing: none.

        Pay: that end so many months after the period of the start does. Waves: the last of which
        one can say of every start in the period that it was no longer ago, as in
        `matched_wave_difference`.
        """
        if not np.isfinite(self.months_apart):
            return np.nan
        periods = months / self.months_apart
        if self.is_waves:
            return float(np.floor(periods + 0.01) - 1) if periods >= 0.99 else np.nan
        return periods if periods == np.round(periods) else np.nan

    @property
    def span(self) -> str:
        """How long ago the starts of one period are, beside the horizon, in words; may be none.

        A horizon that is no whole number of waves counts to the last wave before it.
        """
        if not np.isfinite(self.months_apart):
            return ""
        length = f"up to {self.months_apart:g} months"
        if self.is_waves:
            return f"at the last wave by the horizon after the start or {length} sooner, "
        return f"at the horizon after the start or {length} later, "

    def tested_before(self, matched_months: float | None = None) -> tuple[float, ...]:
        """Periods since the start for the test of the time before: as the matched difference's.

        Every half year up to two years before the reference; or as often as periods end.
        matched_months   before the reference, of an earlier value that is itself a covariate
        """
        if not np.isfinite(self.months_apart):
            return ()
        step = max(TEST_STEP_MONTHS, self.months_apart)
        months = np.arange(step, MONTHS_BEFORE + 1, step)
        return tuple(-1 - m / self.months_apart for m in months if m != matched_months)


def starts_panel(
    question: PanelQuestion,
    person_months: pd.DataFrame,
    person_waves: pd.DataFrame,
    first_mentorships: pd.DataFrame,
    chances: pd.DataFrame,
) -> StartsPanel:
    """The outcome at the end of every quarter or year, or at every wave, with covariates.

    Pay is as of the last day of each whole quarter or year (`analysis.group_starts_by`; the
    study's own period if that is longer), the period before the window included. Of a monthly
    panel the first quarter and the year begin in `analysis.group_starts_from_month`: what drives
    starts should be on file at the reference, and a yearly rating that becomes known between it
    and the start is not (measured: benchmarks/group_time_coverage.py). An answer given
    on or after the day of the start, to a wave opened before it, counts as none: it is no value
    before. Covariates are those that the study's comparison groups rest on (`groups.covariates`
    and `exact`, as columns of numbers: means with a mark where missing), as of the same day; of a
    wave, as of the end of the period before it opened; so are the chances of not having been
    mentored yet, `chances_unstarted`.
    """
    own = first_mentorships[first_mentorships["role"] == question.role]
    started_on = own.set_index("person_id")["started_on"]
    if question.is_scale:
        return _of_waves(question, person_months, person_waves, started_on, chances)
    own_period, by = question.section.period, question.analysis.group_starts_by
    length = max(MONTHS_PER_PERIOD[own_period], MONTHS_PER_PERIOD[by])
    last_day = person_months["period_end"]
    month = _months(last_day, question)
    is_end = (month % length == length - 1) & last_day.dt.is_month_end
    kept = person_months[is_end]
    began = _months(_started(kept["person_id"], started_on), question) // length
    rows = kept[["person_id", question.name]].assign(
        period=month[is_end] // length,
        start=began,
        **{CHANCE: with_chances(kept, chances, kept["period"])},
    )
    columns = _covariates(question, kept)
    return StartsPanel(
        pd.concat([rows, columns], axis=1), tuple(columns.columns), float(length), is_waves=False
    )


def _started(people: pd.Series, started_on: pd.Series) -> pd.Series:
    """Day of each row's start; missing: never."""
    days = started_on.reindex(people).to_numpy(dtype="datetime64[us]")
    return pd.Series(days, index=people.index)


def _months(days: pd.Series, question: PanelQuestion) -> pd.Series:
    """Calendar months from the first of some quarter's and year's, as the study groups starts."""
    first = question.analysis.group_starts_from_month
    offset = first - 1 if question.months_per_period == 1 else 0
    return (days.dt.year - question.section.observed_from.year) * 12 + days.dt.month - 1 - offset


def _of_waves(
    question: PanelQuestion,
    person_months: pd.DataFrame,
    person_waves: pd.DataFrame,
    started_on: pd.Series,
    chances: pd.DataFrame,
) -> StartsPanel:
    opened = person_waves[["wave", "opened_on"]].drop_duplicates().sort_values("opened_on")
    days = opened["opened_on"].to_numpy()
    rows = person_waves.reset_index(drop=True)
    began_on = _started(rows["person_id"], started_on)
    began = pd.Series(np.searchsorted(days, began_on, side="left"), rows.index, dtype="float64")
    place = np.searchsorted(days, rows["opened_on"])
    is_late = (rows["answered_on"] >= began_on) & (rows["opened_on"] < began_on)
    known = person_months.assign(period=person_months["period"] + 1)
    known = known.drop(columns=[question.name], errors="ignore")
    before = rows[["person_id", "period"]].merge(
        known, on=["person_id", "period"], how="left", validate="many_to_one"
    )
    columns = _covariates(question, before)
    panel = pd.DataFrame(
        {
            "person_id": rows["person_id"],
            "period": place,
            "start": began.where(began_on.notna()),
            question.name: rows[question.name].mask(is_late),
            CHANCE: with_chances(rows, chances, rows["period"] - 1),
        }
    )
    apart = np.diff(days).astype("timedelta64[s]").astype("float64") / 86400
    even = len(apart) > 0 and np.ptp(apart) <= _DAYS_APART
    return StartsPanel(
        pd.concat([panel, columns], axis=1),
        tuple(columns.columns),
        float(np.round(apart.mean() / DAYS_PER_MONTH)) if even else np.nan,
        is_waves=True,
    )


def _covariates(question: PanelQuestion, rows: pd.DataFrame) -> pd.DataFrame:
    """What the model of starts takes, under names that cannot be an outcome's."""
    many = many_levelled(rows, question.groups.exact)
    columns = design_of_starts(rows, question.groups, without=many).columns
    return columns.rename(columns=_COVARIATE.format)
