"""Answers to survey waves."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Scale
from mentor_outcomes.tables.checks import refuse_repeated, refuse_strangers
from mentor_outcomes.tables.parsing import parse
from mentor_outcomes.tables.received import Received, place

CODES_NAMED = 5


def answers_of(
    received: Received, rows: pd.DataFrame, people: pd.Series, scales: Mapping[str, Scale]
) -> pd.DataFrame:
    """One row per person and wave, with a column per item of the declared scales, in points.

    Other questions of the survey are left out: an answer in free text may name anybody.
    """
    refuse_strangers(received, rows, "person_id", people)
    refuse_repeated(received, rows, ["person_id", "wave"])
    items = sorted({item for scale in scales.values() for item in scale.items})
    received.require(items)
    answers = {item: parse(received, item, "number") for item in items}
    for name, scale in scales.items():
        for item in scale.items:
            _refuse_outside(received, answers[item], name, scale)
    return pd.concat([rows, pd.DataFrame(answers, index=rows.index)], axis="columns")


def _refuse_outside(received: Received, answers: pd.Series, name: str, scale: Scale) -> None:
    """Answers beyond the scale's points are refused; the codes seen say what they may mean."""
    outside = ((answers < scale.lowest) | (answers > scale.highest)).to_numpy()
    if not outside.any():
        return
    codes = np.unique(answers[outside])
    seen = ", ".join(f"{code:g}" for code in codes[:CODES_NAMED])
    more = f" and {len(codes) - CODES_NAMED} more" if len(codes) > CODES_NAMED else ""
    raise SourceError(
        f"{answers.name} has {int(outside.sum())} answers outside {scale.lowest}-{scale.highest} "
        f"in {place(received, outside)} (codes seen: {seen}{more}).",
        expected=f"{scale.lowest}-{scale.highest}, as scales.{name} of params.yaml says, or "
        "nothing where a question was not answered.",
        remedy=f"correct lowest and highest of scales.{name}; if these codes mean `not "
        "applicable`, export them as empty.",
    )
