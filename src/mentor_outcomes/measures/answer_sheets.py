"""Answer sheets as numbers: complete ones kept, and what no model can be fitted to refused."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, SchemaError

_REPEATED_BELOW = 1e-10
"""Smallest eigenvalue of the items' correlations; below it, only rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """Complete answer sheets.

    answers      shape (n_people, n_items), in points
    is_complete  of the sheets given, in their order, which are these
    """

    items: tuple[str, ...]
    answers: np.ndarray
    is_complete: np.ndarray

    @property
    def n_left_out(self) -> int:
        return int((~self.is_complete).sum())


def complete_sheets(items: pd.DataFrame) -> Sheets:
    """The sheets on which every item is answered; a missing answer leaves out its sheet.

    Raises
    ------
    SchemaError   for an item named twice, or whose answers are no finite numbers
    """
    names = [str(name) for name in items.columns]
    repeated = sorted({name for name in names if names.count(name) > 1})
    unfit = [
        name
        for place, name in enumerate(names)
        if not _is_numeric(items.iloc[:, place]) or np.isinf(items.iloc[:, place]).any()
    ]
    if repeated or unfit:
        raise SchemaError(
            f"of the items, {', '.join(repeated or unfit)} "
            f"{'stand there twice' if repeated else 'hold no finite numbers'}.",
            expected="one column per item, each once, answers as numbers in points.",
            remedy="choose the scale's columns once each, and turn text into points.",
        )
    answers = items.to_numpy(dtype="float64")
    is_complete = ~np.isnan(answers).any(axis=1)
    return Sheets(tuple(names), answers[is_complete], is_complete)


def refuse_outside(items: pd.DataFrame, lowest: float, highest: float) -> None:
    """Nothing, or an error that counts the answers beyond the scale's points."""
    if not lowest < highest:
        raise SchemaError(
            f"the scale goes from {lowest:g} to {highest:g}.",
            expected="a lowest point below the highest.",
            remedy="correct lowest and highest.",
        )
    is_outside = (items < lowest) | (items > highest)
    if is_outside.to_numpy().any():
        named = [str(name) for name in items.columns[is_outside.any()]]
        raise SchemaError(
            f"{int(is_outside.to_numpy().sum())} answers to {', '.join(named)} lie outside the "
            f"scale's points.",
            expected=f"answers from {lowest:g} to {highest:g}, or none.",
            remedy="correct lowest and highest, or empty codes such as `not applicable`.",
        )


def refuse_unfit(items: Sequence[str], answers: np.ndarray, *, fewest: int, where: str) -> None:
    """Nothing, or an error about too few people, an item without variation, or repeated items.

    fewest   people needed;  where   whose answers these are, for the message
    """
    if len(answers) < fewest:
        raise EstimationError(
            f"{where} has {len(answers)} people with complete answers, fewer than {fewest}.",
            expected=f"complete answers of {fewest} people or more.",
            remedy="wait for more answers, put groups together, or leave this question open.",
        )
    is_constant = answers.min(axis=0) == answers.max(axis=0)
    if is_constant.any():
        constant = [item for item, same in zip(items, is_constant, strict=True) if same]
        raise EstimationError(
            f"everybody of {where} gave the same answer to {', '.join(constant)}.",
            expected="items that people answer differently.",
            remedy="see whether the export filled in a default; otherwise leave the item out.",
        )
    correlations = np.corrcoef(answers, rowvar=False)
    if np.linalg.eigvalsh(correlations)[0] < _REPEATED_BELOW:
        raise EstimationError(
            f"the items {', '.join(items)} repeat each other: in {where} the answers to one "
            "follow from those to the others.",
            expected="items that each add something.",
            remedy="see whether a column was copied, and leave it out.",
        )


def _is_numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
