"""Matched differences of survey scores: the last wave before the start against waves after it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import days_of_months
from mentor_outcomes.estimates.matched_difference import (
    Changes,
    MatchedDifference,
    difference_of_changes,
)
from mentor_outcomes.estimates.member_periods import member_periods
from mentor_outcomes.estimates.risk_intervals import require_columns

WINDOW_MONTHS = 6
"""A horizon of h months takes the last wave opened more than h - 6 and up to h months after."""


def matched_wave_difference(
    sets: pd.DataFrame,
    waves: pd.DataFrame,
    *,
    outcome: str,
    months_since_start: Sequence[float],
    follow_up: pd.DataFrame | None = None,
    response: pd.DataFrame | None = None,
    minimum_people: int = 2,
) -> tuple[MatchedDifference, float]:
    """Mean change in score of the mentored less that of their comparators; and the SD before.

    The change runs from the last wave opened before time zero to the last one opened more than
    h - 6 and up to h months after time zero, for each h of `months_since_start`; negative h: the
    placebo of earlier waves. Scores are in points. The second value is the SD of the comparators'
    scores before the start, weighted as in their sets, to put differences in SDs of it (taken as
    known).

    Parameters
    ----------
    sets        one row per set and person: set_id, person_id, time_zero, is_mentored, weight
    waves       one row per person and wave: person_id, wave, opened_on, period and the outcome,
                missing where not answered
    follow_up   as for `matched_difference`; a member counts in a wave if followed to the end of
                the period that holds it
    response    one row per person and wave answered: person_id, wave, response_weight; weights
                are multiplied by those of both waves. Without it: 1

    Before the start a set counts where a mentored member and a comparator have both scores, and
    its comparators' weights are made to sum to those of its mentored, as in
    `matched_difference`. Members without a score before have no change, and are counted. With a
    column `answered_on` in `waves`, an answer counts as before only if given before time zero.
    Worked by hand in tests/spec/test_matched_difference.py.
    """
    require_columns(sets, ["set_id", "person_id", "time_zero", "is_mentored", "weight"])
    require_columns(waves, ["person_id", "wave", "opened_on", "period", outcome])
    opened = waves[["wave", "opened_on", "period"]].drop_duplicates()
    opened = opened.sort_values(["opened_on", "wave"])
    answers = _answers(waves, outcome, response)
    before = _scored(sets, _last_before(sets["time_zero"], opened), answers, "before")
    is_late = before["answered_on_before"] >= before["time_zero"]
    before = before.assign(score_before=before["score_before"].mask(is_late))
    moments = sorted(set(months_since_start))
    still = None if follow_up is None else member_periods(follow_up, sets)

    def changes_at(months: float) -> Changes:
        found = _changes(before, months, opened, answers)
        if months < 0:
            return found.of_complete_sets(sets)
        if still is None:
            return found
        wave = _last_within(sets["time_zero"], months, opened).to_numpy()[found.member]
        period = opened.set_index("wave")["period"].reindex(wave).to_numpy(dtype=np.int64)
        place = still.find(found.member, period)
        kept = place >= 0
        factor = follow_up["weight"].to_numpy()[place[kept]]
        return Changes(months, found.member[kept], found.change[kept], found.weight[kept] * factor)

    result = difference_of_changes(
        sets,
        (changes_at(months) for months in moments),
        outcome=outcome,
        minimum_people=minimum_people,
        has_before=before["score_before"].notna().to_numpy(),
    )
    return result, _sd_before(before)


def _answers(waves: pd.DataFrame, outcome: str, response: pd.DataFrame | None) -> pd.DataFrame:
    """One row per person and wave answered: score, day of the answer and response weight."""
    if "answered_on" not in waves.columns:
        waves = waves.assign(answered_on=pd.NaT)
    answers = waves.loc[waves[outcome].notna(), ["person_id", "wave", "answered_on", outcome]]
    answers = answers.rename(columns={outcome: "score"})
    if response is None:
        return answers.assign(response_weight=1.0)
    return answers.merge(
        response[["person_id", "wave", "response_weight"]],
        on=["person_id", "wave"],
        validate="one_to_one",
    )


def _changes(
    before: pd.DataFrame, months: float, opened: pd.DataFrame, answers: pd.DataFrame
) -> Changes:
    """Members with a score before and another so many months after: change and weight."""
    wave = _last_within(before["time_zero"], months, opened)
    is_asked = (wave != before["wave_before"]) & before["score_before"].notna()
    rows = _scored(before[is_asked], wave[is_asked], answers, "then")
    has_both = rows["score_then"].notna().to_numpy()
    rows = rows[has_both]
    return Changes(
        months,
        np.flatnonzero(is_asked)[has_both],
        (rows["score_then"] - rows["score_before"]).to_numpy(),
        (rows["weight"] * rows["weight_before"] * rows["weight_then"]).to_numpy(),
    )


def _last_before(time_zero: pd.Series, opened: pd.DataFrame) -> pd.Series:
    """Wave last opened before each day; -1: none."""
    position = np.searchsorted(opened["opened_on"], time_zero, side="left") - 1
    return _wave_at(position, opened, time_zero)


def _last_within(time_zero: pd.Series, months: float, opened: pd.DataFrame) -> pd.Series:
    """Wave last opened in the window that ends `months` after each day; -1: none."""
    end = time_zero + pd.Timedelta(days=float(days_of_months(months)))
    begin = time_zero + pd.Timedelta(days=float(days_of_months(months - WINDOW_MONTHS)))
    position = np.searchsorted(opened["opened_on"], end, side="right") - 1
    is_inside = opened["opened_on"].to_numpy()[np.maximum(position, 0)] > begin.to_numpy()
    return _wave_at(np.where(is_inside, position, -1), opened, time_zero)


def _wave_at(position: np.ndarray, opened: pd.DataFrame, like: pd.Series) -> pd.Series:
    waves = opened["wave"].to_numpy()[np.maximum(position, 0)]
    return pd.Series(np.where(position >= 0, waves, -1), index=like.index)


def _scored(rows: pd.DataFrame, wave: pd.Series, answers: pd.DataFrame, when: str) -> pd.DataFrame:
    """`rows` with the wave, each person's score in it (if any) and its response weight."""
    name = f"wave_{when}"
    right = answers.rename(
        columns={
            "wave": name,
            "answered_on": f"answered_on_{when}",
            "score": f"score_{when}",
            "response_weight": f"weight_{when}",
        }
    )
    return rows.assign(**{name: wave}).merge(
        right, on=["person_id", name], how="left", validate="many_to_one"
    )


def _sd_before(before: pd.DataFrame) -> float:
    """SD of the comparators' scores before the start, in points; each person as in their sets."""
    rows = before[~before["is_mentored"] & before["score_before"].notna()]
    weight = (rows["weight"] * rows["weight_before"]).to_numpy()
    if weight.sum() == 0:
        return np.nan
    score = rows["score_before"].to_numpy()
    mean = weight @ score / weight.sum()
    return float(np.sqrt(weight @ (score - mean) ** 2 / weight.sum()))
