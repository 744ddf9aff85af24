"""Scores of members of sets: of the last wave before the start and of the wave at a horizon."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import days_of_months
from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.panel.matched_waves import WINDOW_MONTHS


@dataclass(frozen=True, slots=True, eq=False)
class MemberScores:
    """Shape (n_members,): score and response weight before the start and at the horizon.

    before, then               in points; missing: not answered (or, before, answered too late)
    weight_before, weight_then   missing where there is no score
    is_due                     a wave other than that before opened in the window of the horizon
    period                     that holds this wave; -1 where none is due
    """

    before: np.ndarray
    weight_before: np.ndarray
    then: np.ndarray
    weight_then: np.ndarray
    is_due: np.ndarray
    period: np.ndarray


def member_scores(
    sets: pd.DataFrame,
    waves: pd.DataFrame,
    response: pd.DataFrame,
    *,
    outcome: str,
    months: float,
) -> MemberScores:
    """Scores by the rule of `matched_wave_difference`, for those who answered and for the silent.

    Before: the last wave opened before time zero, if answered before it. At the horizon: the last
    wave opened more than `months` - 6 and up to `months` after time zero, if it is another one.
    Equal to that function's rule: tests/spec/test_members_at_horizon.py.
    """
    opened = waves[["wave", "opened_on", "period"]].drop_duplicates()
    opened = opened.sort_values(["opened_on", "wave"]).reset_index(drop=True)
    days, zero = opened["opened_on"].to_numpy(), sets["time_zero"].reset_index(drop=True)
    first = np.searchsorted(days, zero, side="left") - 1
    end, begin = (
        (zero + pd.Timedelta(days=float(days_of_months(m)))).to_numpy()
        for m in (months, months - WINDOW_MONTHS)
    )
    last = np.searchsorted(days, end, side="right") - 1
    is_due = (last >= 0) & (last != first)
    is_due &= days[np.maximum(last, 0)] > begin if len(days) else False
    last = np.where(is_due, last, -1)
    answers = _answers(waves, response, outcome)
    before, weight_before, answered_on = _of_wave(sets, first, opened, answers)
    is_late = answered_on >= zero.to_numpy()
    then, weight_then, _ = _of_wave(sets, last, opened, answers)
    period = opened["period"].to_numpy(dtype="int64")[np.maximum(last, 0)] if len(days) else last
    return MemberScores(
        before=np.where(is_late, np.nan, before),
        weight_before=np.where(is_late, np.nan, weight_before),
        then=then,
        weight_then=weight_then,
        is_due=is_due,
        period=np.where(is_due, period, -1),
    )


def _answers(waves: pd.DataFrame, response: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """One row per person and wave answered: score, response weight and day of the answer."""
    if "answered_on" not in waves.columns:
        waves = waves.assign(answered_on=pd.NaT)
    answers = waves.loc[waves[outcome].notna(), ["person_id", "wave", "answered_on", outcome]]
    key = ["person_id", "wave"]
    n_repeated = int(answers.duplicated(key).sum()) + int(response.duplicated(key).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} answers or response weights repeat the person and wave of another.",
            expected="one row per person and wave.",
            remedy="keep one row of each.",
        )
    weighted = answers.merge(response[[*key, "response_weight"]], on=key)
    return weighted.rename(columns={outcome: "score"}).set_index(key)


def _of_wave(sets, position, opened, answers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each member's score, weight and day of the answer in the wave at this position; -1: none."""
    waves = opened["wave"].to_numpy()
    wave = np.where(position >= 0, waves[np.maximum(position, 0)], -1) if len(waves) else position
    key = pd.MultiIndex.from_arrays([sets["person_id"], wave], names=["person_id", "wave"])
    found = answers.reindex(key)
    return (
        found["score"].to_numpy(dtype="float64"),
        found["response_weight"].to_numpy(dtype="float64"),
        found["answered_on"].to_numpy(dtype="datetime64[us]"),
    )
