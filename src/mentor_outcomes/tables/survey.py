"""Answers to survey waves."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import SourceError
from mentor_outcomes.study import Scale
from mentor_outcomes.tables.checks import refuse_repeated, refuse_strangers
from mentor_outcomes.tables.parsing import parse
from mentor_outcomes.tables.received import Received, counted, place

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
    _require_items(received, items, scales)
    answers = {item: parse(received, item, "number") for item in items}
    for name, scale in scales.items():
        for item in scale.items:
            _refuse_outside(received, answers[item], name, scale)
    return pd.concat([rows, pd.DataFrame(answers, index=rows.index)], axis="columns")


def _require_items(received: Received, items: Sequence[str], scales: Mapping[str, Scale]) -> None:
    headers = set(received.frame.columns)
    lacking = [name for name, scale in scales.items() if not headers.issuperset(scale.items)]
    received.require(
        items,
        remedy="export the file again with what it lacks, or correct items of "
        f"{' and '.join(f'scales.{name}' for name in lacking)} in params.yaml, or name the "
        f"provider's own header under sources.{received.name}.columns.",
    )


def _refuse_outside(received: Received, answers: pd.Series, name: str, scale: Scale) -> None:
    """Answers beyond the scale's points are refused; the codes seen say what they may mean."""
    outside = ((answers < scale.lowest) | (answers > scale.highest)).to_numpy()
    if not outside.any():
        return
    codes = np.unique(answers[outside])
    seen = ", ".join(f"{code:g}" for code in codes[:CODES_NAMED])
    more = f" and {len(codes) - CODES_NAMED} more" if len(codes) > CODES_NAMED else ""
    n_outside = int(outside.sum())
    those = "that answer" if n_outside == 1 else "those answers"
    code = "it is a code" if len(codes) == 1 else "one of them is a code"
    raise SourceError(
        f"{answers.name} has {counted(n_outside, 'answer')} outside "
        f"{scale.lowest}-{scale.highest} in {place(received, outside)} "
        f"({'code' if len(codes) == 1 else 'codes'} seen: {seen}{more}).",
        expected=f"{scale.lowest}-{scale.highest}, as scales.{name} of params.yaml says, or "
        "nothing where a question was not answered.",
        remedy=f"correct or empty {those} at {'its' if n_outside == 1 else 'their'} source; if "
        f"{code} for `not applicable`, empty it when the file is made; if the scale has "
        f"other points, correct lowest and highest of scales.{name} in params.yaml.",
    )
