"""Who is still observed at the main horizon: shares by arm, and whether weights mend a gap."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import Calendar, days_of_months
from mentor_outcomes.estimates.panel.matched_waves import WINDOW_MONTHS
from mentor_outcomes.estimates.panel.member_periods import member_periods


@dataclass(frozen=True, slots=True)
class Observation:
    """Shares still observed, weighted as in the sets, among those the study lasts long enough for.

    n_smallest          distinct people in the smallest of four cells: each arm, observed or not
    gap_after_weights   standardised difference between the arms in the last value before the
                        start, among those still observed with the weights of the analysis: near
                        0 where the weights make up for who was lost
    """

    mentored: float
    comparison: float
    gap_after_weights: float
    n_smallest: int


def still_employed(
    sets: pd.DataFrame,
    person_months: pd.DataFrame,
    follow_up: pd.DataFrame,
    value_before: pd.Series,
    *,
    calendar: Calendar,
    months: float,
) -> Observation:
    """Employed at the end of the period so many months after that of the start.

    follow_up     set_id, person_id, period, weight: members followed to a period's end
    value_before  last value of the outcome before the start, aligned with `sets`
    """
    then = calendar.period_of(sets["time_zero"]) + round(months / calendar.months_per_period)
    members = _with_value(sets, value_before).assign(period=then.astype("int64"))
    members = members[members["period"] < calendar.n_periods]
    present = person_months[["person_id", "period"]].assign(is_observed=True)
    rows = members.merge(present, on=["person_id", "period"], how="left")
    place = member_periods(follow_up, members).find(
        np.arange(len(members)), members["period"].to_numpy()
    )
    weight = np.full(len(members), np.nan)
    weight[place >= 0] = follow_up["weight"].to_numpy()[place[place >= 0]]
    return _observation(rows.assign(weight_then=weight))


def still_answering(
    sets: pd.DataFrame,
    person_waves: pd.DataFrame,
    response: pd.DataFrame,
    value_before: pd.Series,
    *,
    months: float,
) -> Observation:
    """Answered the last wave opened in the half year up to so many months after the start.

    Among those employed when that wave opened. response: person_id, wave, response_weight.
    """
    members = _with_value(sets, value_before)
    waves = person_waves[["person_id", "wave", "opened_on", "answered"]]
    rows = members.merge(waves, on="person_id")
    since = (rows["opened_on"] - rows["time_zero"]).dt.days
    inside = (since > days_of_months(months - WINDOW_MONTHS)) & (since <= days_of_months(months))
    rows = rows[inside]
    latest = rows.groupby(["set_id", "person_id"])["opened_on"].transform("max")
    rows = rows[rows["opened_on"] == latest].merge(
        response.rename(columns={"response_weight": "weight_then"}),
        on=["person_id", "wave"],
        how="left",
    )
    return _observation(rows.assign(is_observed=rows["answered"]))


def last_score_before(sets: pd.DataFrame, person_waves: pd.DataFrame, scale: str) -> pd.Series:
    """The member's score in the last wave opened before time zero, aligned with `sets`.

    An answer given on time zero or later is none before.
    """
    waves = person_waves[["wave", "opened_on"]].drop_duplicates().sort_values("opened_on")
    days = waves["opened_on"].to_numpy()
    place = np.searchsorted(days, sets["time_zero"].to_numpy(), side="left") - 1
    wave = np.where(place >= 0, waves["wave"].to_numpy()[place], -1) if len(waves) else -1
    answers = person_waves.set_index(["person_id", "wave"])[[scale, "answered_on"]]
    key = pd.MultiIndex.from_arrays(
        [sets["person_id"], np.broadcast_to(wave, len(sets))], names=["person_id", "wave"]
    )
    answers = answers.reindex(key)
    is_late = answers["answered_on"].to_numpy() >= sets["time_zero"].to_numpy()
    scores = answers[scale].to_numpy(dtype="float64")
    return pd.Series(np.where(is_late, np.nan, scores), index=sets.index)


def last_value_before(
    sets: pd.DataFrame, person_months: pd.DataFrame, outcome: str, calendar: Calendar
) -> pd.Series:
    """The value at the end of the period before that of time zero, aligned with `sets`."""
    before = calendar.period_of(sets["time_zero"]).astype("int64") - 1
    values = person_months.set_index(["person_id", "period"])[outcome]
    key = pd.MultiIndex.from_arrays([sets["person_id"], before], names=["person_id", "period"])
    return pd.Series(values.reindex(key).to_numpy(dtype="float64"), index=sets.index)


def _with_value(sets: pd.DataFrame, value_before: pd.Series) -> pd.DataFrame:
    """Members whose outcome is known before the start: only they can show a change."""
    columns = ["set_id", "person_id", "time_zero", "is_mentored", "weight"]
    return sets[columns].assign(value_before=value_before)[value_before.notna()]


def _observation(members: pd.DataFrame) -> Observation:
    is_observed = members["is_observed"].eq(True).to_numpy()
    arm = members["is_mentored"].to_numpy(dtype="bool")
    weight = members["weight"].to_numpy(dtype="float64")
    shares = [_mean(is_observed[arm == side], weight[arm == side]) for side in (True, False)]
    after = weight * members["weight_then"].to_numpy(dtype="float64")
    used = is_observed & np.isfinite(after)
    value = members["value_before"].to_numpy()
    means = [
        _mean(value[used & (arm == side)], after[used & (arm == side)]) for side in (True, False)
    ]
    sd = np.std(value[arm]) if arm.any() else np.nan
    gap = (means[0] - means[1]) / sd if sd > 0 else np.nan
    cells = [
        members.loc[(arm == side) & (is_observed == seen), "person_id"].nunique()
        for side in (True, False)
        for seen in (True, False)
    ]
    return Observation(*shares, gap_after_weights=float(gap), n_smallest=min(cells))


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    return float(weights @ values / weights.sum()) if weights.sum() > 0 else np.nan
