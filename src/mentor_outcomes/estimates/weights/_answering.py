"""Chances of answering a survey, from the history recorded one period before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.weights._hazards import encoded_columns, fitted_logit
from mentor_outcomes.logit import DesignMatrix
from mentor_outcomes.study import Groups

PER_PRODUCT = 10
"""Answers, and silences, that one more coefficient of an arm asks for (Peduzzi et al. 1996)."""
OWN_SLOPES = "answers weighted by a logit whose slopes may differ among the mentored"
ONE_SLOPE = "answers weighted by a logit with the same slopes for both arms"
TOO_FEW = f"{ONE_SLOPE}, as answers are too few to tell them apart"
NO_MODEL = "answers weighted without a model: no wave has both answers and silences to learn from"
NO_OWN_SLOPES = f"{ONE_SLOPE}, as slopes of their own have no finite answer"


@dataclass(frozen=True, slots=True, eq=False)
class AnswerChances:
    """Shape (n_asked,): chance of answering, and whether mentored by the end of the period before.

    model   in words, which of the models of who answers was fitted
    """

    probability: np.ndarray
    is_mentored: np.ndarray
    model: str


def answer_chances(
    asked: pd.DataFrame, person_months: pd.DataFrame, groups: Groups
) -> AnswerChances:
    """Of each row of `asked`, which holds person_id, wave, period and has_answered.

    Those without a row in the period before share the share of them that answered.
    """
    columns = list(dict.fromkeys([*groups.covariates, *groups.exact]))
    earlier = person_months[["person_id", "period", "is_mentored_ever", *columns]]
    earlier = earlier.assign(period=earlier["period"] + 1, is_known=True)
    rows = asked.merge(earlier, on=["person_id", "period"], how="left", validate="many_to_one")
    is_known = rows["is_known"].notna().to_numpy()
    is_mentored = rows["is_mentored_ever"].eq(True).to_numpy()
    answered = rows["has_answered"].to_numpy()
    probability = np.full(len(rows), answered[~is_known].mean() if (~is_known).any() else np.nan)
    # Of those with a history: one asked without any who is silent leaves their answers certain.
    all_answered = rows["has_answered"].where(is_known, True).groupby(rows["wave"]).transform("all")
    modelled = is_known & ~all_answered.to_numpy(dtype="bool")
    probability[is_known & ~modelled] = 1.0
    model = NO_MODEL
    if answered[modelled].any():
        probability[modelled], model = _modelled(
            rows[modelled], is_mentored[modelled], answered[modelled], groups
        )
    return AnswerChances(probability, is_mentored, model)


def _modelled(
    known: pd.DataFrame, is_mentored: np.ndarray, answered: np.ndarray, groups: Groups
) -> tuple[np.ndarray, str]:
    """Chances by a logit with an intercept per wave, and which one it is.

    Where a product leaves it without an answer it is fitted without products: less is mended then,
    but the scale keeps its weights.
    """
    encoded = encoded_columns(known, groups)
    plain = encoded.columns.assign(is_mentored=is_mentored.astype("float64"))
    products = _products(encoded.columns, is_mentored, answered)
    if products is not None and len(products.columns):
        try:
            return _chances(answered, plain.join(products), known, encoded), OWN_SLOPES
        except EstimationError:
            return _chances(answered, plain, known, encoded), NO_OWN_SLOPES
    chances = _chances(answered, plain, known, encoded)
    return chances, TOO_FEW if products is None else ONE_SLOPE


def _chances(
    answered: np.ndarray, design: pd.DataFrame, known: pd.DataFrame, encoded: DesignMatrix
) -> np.ndarray:
    fit = fitted_logit("answered", answered, design, known["wave"], encoded)
    return fit.hazard(design, known["wave"])


def _products(
    columns: pd.DataFrame, is_mentored: np.ndarray, answered: np.ndarray
) -> pd.DataFrame | None:
    """Products of whether mentored with every column of numbers; None where they are too many.

    Silence may hang on the record in another way among the mentored: with one slope for both,
    the arms' answers would stay unlike after weighting. Too many are products with fewer than
    `PER_PRODUCT` answers, or silences, of either arm for each.
    """
    # A column of 0 and 1 is a level, of which an arm may have none that is silent.
    numbers = [name for name in columns if not columns[name].isin((0.0, 1.0)).all()]
    cells = [(is_mentored == arm) & (answered == said) for arm in (0, 1) for said in (0, 1)]
    if min(cell.sum() for cell in cells) < PER_PRODUCT * len(numbers):
        return None
    centred = columns[numbers] - columns[numbers].mean()
    return centred.mul(is_mentored.astype("float64"), axis=0).add_prefix("is_mentored x ")
