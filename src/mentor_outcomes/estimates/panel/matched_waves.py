"""Matched differences of survey scores: the last wave before the start against waves after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.calendar import days_of_months
from mentor_outcomes.estimates.inference.clustering import PEOPLE_AND_SETS
from mentor_outcomes.estimates.inference.risk_intervals import (
    days,
    flags,
    require_columns,
    weights_of,
)
from mentor_outcomes.estimates.panel.matched_difference_result import MatchedDifference
from mentor_outcomes.estimates.panel.mean_changes import (
    Changes,
    difference_of_changes,
    members_of,
)
from mentor_outcomes.estimates.panel.member_periods import (
    MemberPeriods,
    member_periods,
    period_weights,
)
from mentor_outcomes.estimates.panel.wave_answers import answers_by_place, opened_waves

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
    cluster: Sequence[str] = PEOPLE_AND_SETS,
    seed: int = 0,
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
                missing where not answered; day and period of a wave are the same for everybody
    follow_up   as for `matched_difference`; a member counts in a wave if followed to the end of
                the period that holds it
    response    one row per person and wave answered: person_id, wave, response_weight; weights
                are multiplied by those of both waves. Without it: 1

    Before the start a set counts where a mentored member and a comparator have both scores, and
    its comparators' weights are made to sum to those of its mentored, as in
    `matched_difference`. Members without a score before have no change, and are counted. With a
    column `answered_on` in `waves`, an answer counts as before only if given before time zero.
    Raises EstimationError for records that cannot be read so, as `matched_difference` does.
    Worked by hand in tests/spec/test_matched_difference.py.
    """
    asked = _asked(sets, waves, outcome, response)
    members = members_of(sets, cluster)
    moments = sorted(set(months_since_start))
    still = None if follow_up is None else member_periods(follow_up, sets)

    def changes_at(months: float) -> Changes:
        pairs = asked.pairs(months)
        if months >= 0 and still is not None:
            pairs = _followed(pairs, still, follow_up)
        change = (pairs["score_then"] - pairs["score_before"]).to_numpy()
        found = Changes(months, pairs["member"].to_numpy(), change, pairs["weight"].to_numpy())
        return found if months >= 0 else found.of_complete_sets(members)

    result = difference_of_changes(
        members,
        (changes_at(months) for months in moments),
        n_moments=len(moments),
        outcome=outcome,
        minimum_people=minimum_people,
        has_before=asked.before["score_before"].notna().to_numpy(),
        largest_value=float(asked.answers["score"].abs().max()),
        seed=seed,
    )
    return result, _sd_before(asked.before)


def scores_around(
    sets: pd.DataFrame,
    waves: pd.DataFrame,
    *,
    outcome: str,
    months: float,
    follow_up: pd.DataFrame | None = None,
    response: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per member with a score before the start and another so many months after it.

    Whose change `matched_wave_difference` takes at that horizon, with the weight that it has there:
    member (position in `sets`), score_before, score_then, weight. Parameters as there.
    """
    pairs = _asked(sets, waves, outcome, response).pairs(months)
    if follow_up is not None:
        pairs = _followed(pairs, member_periods(follow_up, sets), follow_up)
    return pairs[["member", "score_before", "score_then", "weight"]]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Rows of the sets with the last score before their start, and all answers.

    opened    of `opened_waves`: one row per wave
    before    the rows of the sets: place_before (of the wave), score_before, weight_before
    answers   of `answers_by_place`: one row per person and wave answered
    """

    opened: pd.DataFrame
    before: pd.DataFrame
    answers: pd.DataFrame

    def pairs(self, months: float) -> pd.DataFrame:
        """Members with a score before and another so many months after, its period, the weight."""
        place = _last_within(self.before["time_zero"], months, self.opened)
        has_before = self.before["score_before"].notna().to_numpy()
        is_asked = (place >= 0) & (place != self.before["place_before"].to_numpy()) & has_before
        rows = _scored(self.before[is_asked], place[is_asked], self.answers, "then")
        rows = rows.assign(
            member=np.flatnonzero(is_asked),
            weight=rows["weight"] * rows["weight_before"] * rows["weight_then"],
            period=self.opened["period"].to_numpy()[place[is_asked]],
        )
        return rows[rows["score_then"].notna()]


def _asked(
    sets: pd.DataFrame, waves: pd.DataFrame, outcome: str, response: pd.DataFrame | None
) -> _Asked:
    named = ["set_id", "person_id", "time_zero", "is_mentored", "weight"]
    require_columns(sets, named, of="sets")
    sets = sets.assign(
        time_zero=days(sets, "time_zero"),
        is_mentored=flags(sets, "is_mentored"),
        weight=weights_of(sets, "weight"),
    )
    opened = opened_waves(waves)
    answers = answers_by_place(waves, opened, outcome, response)
    place = np.searchsorted(opened["opened_on"], sets["time_zero"], side="left") - 1
    before = _scored(sets, place, answers, "before")
    is_late = before["answered_on_before"] >= before["time_zero"]
    return _Asked(opened, before.assign(score_before=before["score_before"].mask(is_late)), answers)


def _followed(pairs: pd.DataFrame, still: MemberPeriods, follow_up: pd.DataFrame) -> pd.DataFrame:
    """Those still followed in the period that holds their later wave, with the weight for it."""
    place = still.find(pairs["member"].to_numpy(), pairs["period"].to_numpy())
    kept = place >= 0
    factor = period_weights(follow_up)[place[kept]]
    return pairs[kept].assign(weight=pairs["weight"][kept] * factor)


def _last_within(time_zero: pd.Series, months: float, opened: pd.DataFrame) -> np.ndarray:
    """Place of the wave last opened in the window that ends `months` after each day; -1: none."""
    end = time_zero + pd.Timedelta(days=float(days_of_months(months)))
    begin = time_zero + pd.Timedelta(days=float(days_of_months(months - WINDOW_MONTHS)))
    place = np.searchsorted(opened["opened_on"], end, side="right") - 1
    is_inside = opened["opened_on"].to_numpy()[np.maximum(place, 0)] > begin.to_numpy()
    return np.where(is_inside, place, -1)


def _scored(rows: pd.DataFrame, place: np.ndarray, answers: pd.DataFrame, when: str):
    """`rows` with the place of a wave, each person's score in it (if any), and its weight."""
    name = f"place_{when}"
    right = answers.rename(
        columns={
            "place": name,
            "answered_on": f"answered_on_{when}",
            "score": f"score_{when}",
            "response_weight": f"weight_{when}",
        }
    )
    return rows.assign(**{name: place}).merge(right, on=["person_id", name], how="left")


def _sd_before(before: pd.DataFrame) -> float:
    """SD of the comparators' scores before the start, in points; each person as in their sets.

    Missing where there are none, or all are alike: nothing can be put in SDs then.
    """
    rows = before[~before["is_mentored"] & before["score_before"].notna()]
    weight = (rows["weight"] * rows["weight_before"]).to_numpy()
    if weight.sum() == 0:
        return np.nan
    score = rows["score_before"].to_numpy()
    mean = weight @ score / weight.sum()
    sd = float(np.sqrt(weight @ (score - mean) ** 2 / weight.sum()))
    return sd if sd > 1e-9 * abs(mean) else np.nan
