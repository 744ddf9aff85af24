"""How a covariate becomes columns of numbers: learnt once, used on any rows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import StudyError
from mentor_outcomes.logit.splines import spline_knots, spline_pieces

_ORDINALS = ("second", "third")
"""Of the columns of a curve of four knots; the first is the covariate itself."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one covariate becomes columns, as learnt from the rows a model is fitted on.

    centre   of numbers of which some are missing: the mean of those observed; else 0
    levels   of text: every level seen, the most frequent first (of equals, the first by alphabet)
    knots    of numbers that may bend: where their restricted cubic spline does; else none
    """

    covariate: str
    is_text: bool
    has_missing: bool
    centre: float = 0.0
    levels: tuple[str, ...] = ()
    knots: tuple[float, ...] = ()

    def columns(self, values: pd.Series) -> dict[str, np.ndarray]:
        """The covariate's columns for these rows; missing where nothing is known of such a value.

        That is: a level, or that a value is missing, that was never seen.
        """
        is_missing = values.isna().to_numpy()
        columns = self._levels(values) if self.is_text else self._numbers(values, is_missing)
        if self.has_missing:
            columns[f"{self.covariate}_missing"] = is_missing.astype("float64")
        return columns

    def _numbers(self, values: pd.Series, is_missing: np.ndarray) -> dict[str, np.ndarray]:
        numbers = values.to_numpy(dtype="float64", na_value=np.nan)
        columns = {self.covariate: numbers - self.centre}
        if self.knots:
            pieces = spline_pieces(numbers, self.knots)
            for ordinal, piece in zip(_ORDINALS, pieces.T, strict=True):
                columns[f"{self.covariate} (spline, {ordinal})"] = piece
        if self.has_missing:
            columns = {name: np.where(is_missing, 0.0, own) for name, own in columns.items()}
        return columns

    def _levels(self, values: pd.Series) -> dict[str, np.ndarray]:
        codes, is_unseen = self.codes(values)
        return {
            f"{self.covariate}={level}": np.where(is_unseen, np.nan, codes == place)
            for place, level in enumerate(self.levels)
            if place > 0
        }

    def codes(self, values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Place of each row's level; -1 if missing or never seen; and which are never seen."""
        text = as_text(values)
        codes = pd.Index(self.levels).get_indexer(text)
        return codes, (codes < 0) & ~(text.isna().to_numpy() & self.has_missing)


def learnt_encoding(values: pd.Series, is_category: bool, may_bend: bool) -> Encoding:
    """How these values become columns.

    Raises StudyError for dates, and for a spline of what is no number.
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        raise StudyError(
            f"the covariate {values.name} holds dates.",
            expected="numbers, text or flags.",
            remedy="use a length of time instead, such as tenure_months.",
        )
    has_missing = bool(values.isna().any())
    if is_category or _is_text(values):
        if may_bend:
            raise StudyError(
                f"groups.splines names {values.name}, whose values count as levels.",
                expected="covariates that are numbers: a curve needs more and less.",
                remedy=f"remove {values.name} from groups.splines.",
            )
        counts = as_text(values).value_counts()
        levels = sorted(counts.index, key=lambda level: (-counts[level], level))
        return Encoding(values.name, True, has_missing, levels=tuple(levels))
    observed = values.to_numpy(dtype="float64", na_value=np.nan)
    some = has_missing and not np.isnan(observed).all()
    centre = float(np.nanmean(observed)) if some else 0.0
    knots = spline_knots(observed) if may_bend else ()
    return Encoding(values.name, False, has_missing, centre, knots=knots)


def as_text(values: pd.Series) -> pd.Series:
    """Levels as text; whole numbers without a decimal point; missing stays missing."""
    if _is_text(values):
        return values.astype("str")
    numbers = values.astype("float64")
    levels = {number: f"{number:g}" for number in numbers.dropna().unique()}
    return numbers.map(levels).astype("str")


def _is_text(values: pd.Series) -> bool:
    return not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values))
