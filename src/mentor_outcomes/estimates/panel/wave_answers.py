"""Survey answers as matched differences need them: waves in time's order, answers by place."""

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.risk_intervals import (
    days,
    require_columns,
    require_known,
    weights_of,
    whole_numbers,
)
from mentor_outcomes.estimates.panel.fixed_effects_rows import with_missing


def opened_waves(waves: pd.DataFrame) -> pd.DataFrame:
    """One row per wave, by the day it opened, numbered from 0: wave, opened_on, period.

    waves   one row per person and wave: person_id, wave, opened_on, period

    Refuses waves without a day or a whole number as period, or with more than one of either.
    """
    require_columns(waves, ["person_id", "wave", "opened_on", "period"])
    require_known(waves, ["person_id", "wave"])
    days(waves, "opened_on")
    whole = waves[["wave", "opened_on"]].assign(period=whole_numbers(waves, "period"))
    opened = whole.drop_duplicates()
    n_several = opened.loc[opened["wave"].duplicated(), "wave"].nunique()
    if n_several:
        n_waves = opened["wave"].nunique()
        raise EstimationError(
            f"{n_several} of {n_waves} waves have several opening days or periods.",
            expected="one day and one period per wave, the same for everybody who was asked.",
            remedy="write the day on which the wave opened; the day of an answer is answered_on.",
        )
    return opened.sort_values(["opened_on", "wave"]).reset_index(drop=True)


def answers_by_place(
    waves: pd.DataFrame, opened: pd.DataFrame, outcome: str, response: pd.DataFrame | None
) -> pd.DataFrame:
    """One row per person and wave answered: person_id, place, score, answered_on, response_weight.

    place   of the wave among `opened`; no wave has -1

    Refuses scores that are text or infinite, weights that are missing or below zero, and rows that
    repeat the person and wave of another.
    """
    require_columns(waves, [outcome])
    _refuse_repeated(waves, "the waves")
    if "answered_on" not in waves.columns:
        waves = waves.assign(answered_on=pd.NaT)
    days(waves, "answered_on", may_lack=True)
    answers = waves[["person_id", "wave", "answered_on"]].assign(score=with_missing(waves, outcome))
    answers = answers[answers["score"].notna()]
    if response is None:
        answers = answers.assign(response_weight=1.0)
    elif len(response):
        require_columns(response, ["person_id", "wave", "response_weight"])
        _refuse_repeated(response, "the response weights")
        weighted = response[["person_id", "wave"]].assign(
            response_weight=weights_of(response, "response_weight")
        )
        answers = answers.merge(weighted, on=["person_id", "wave"])
    else:
        answers = answers.iloc[:0].assign(response_weight=np.nan)
    place = pd.Index(opened["wave"]).get_indexer(answers["wave"])
    return answers.drop(columns="wave").assign(place=place)


def _refuse_repeated(frame: pd.DataFrame, name: str) -> None:
    n_repeated = int(frame.duplicated(["person_id", "wave"]).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} rows of {name} repeat the person and wave of another.",
            expected="one row per person and wave.",
            remedy="keep one row of each.",
        )
