"""Declared covariates become columns of numbers: one rule for all models of who starts or stays."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one covariate becomes columns, as learnt from the rows a model is fitted on.

    centre   of numbers of which some are missing: the mean of those observed; else 0
    levels   of text: every level seen, the most frequent first (of equals, the first by alphabet)
    """

    covariate: str
    is_text: bool
    has_missing: bool
    centre: float = 0.0
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DesignMatrix:
    """Columns of numbers for the rows of a frame, in its order and with its index.

    columns     numbers as they are; `name=level` for each level of text but the most frequent;
                `name_missing` for a missing value, the number then being 0 after centring
    encodings   how each covariate was turned into columns
    dropped     column -> why it was left out: it is constant, or equals another
    """

    columns: pd.DataFrame
    encodings: tuple[Encoding, ...]
    dropped: dict[str, str]

    def like(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The same columns for other rows.

        Missing where a level of text, or that a value is missing, was never seen before: such a
        row has no score, and its count is for the caller to report.
        """
        return _encoded(frame, self.encodings)[list(self.columns.columns)]


def design_matrix(
    frame: pd.DataFrame,
    covariates: Sequence[str],
    *,
    categories: Collection[str] = (),
    where: str = "groups.covariates",
) -> DesignMatrix:
    """One column of numbers per covariate, level or missing mark.

    Parameters
    ----------
    frame        one row per person and period
    covariates   baseline columns of the panel, or columns carried along
    categories   those that count as levels although they are numbers, such as a grade
    where        the setting that names the covariates, for messages

    Raises StudyError where a covariate does not exist, is no baseline, or is a date.
    """
    names = tuple(dict.fromkeys(covariates))
    check_covariates(names, frame.columns, where=where)
    encodings = tuple(_learnt(frame[name], name in categories) for name in names)
    columns = _encoded(frame, encodings)
    dropped = _redundant(columns)
    return DesignMatrix(columns.drop(columns=list(dropped)), encodings, dropped)


def check_covariates(names: Sequence[str], available: Sequence[str], *, where: str) -> None:
    """Refuse names that are not there, or that are not known before a start."""
    table = schema.PERSON_MONTHS
    promised = {column.name: column.role for column in table.columns}
    baseline = [name for name, role in promised.items() if role == "baseline"]
    baseline += [name for name in available if name not in promised]
    for name in names:
        role = promised.get(name, "baseline")
        if role != "baseline":
            raise StudyError(
                f"{where} names {name}, which is of the role {role}.",
                expected=f"baseline columns: {', '.join(baseline)}.",
                remedy=_instead(name, role, baseline, where),
            )
        if name not in available:
            close = difflib.get_close_matches(name, baseline, n=1, cutoff=0.0)
            raise StudyError(
                f"{where} names {name}, which is no column of {table.name}.",
                expected=f"one of {', '.join(baseline)}.",
                remedy=f"did you mean {close[0]}?" if close else f"remove it from {where}.",
            )


def _instead(name: str, role: str, baseline: Sequence[str], where: str) -> str:
    earlier = [other for other in baseline if other.startswith(f"{name}_") and "before" in other]
    if role == "outcome" and earlier:
        return f"an outcome may not choose its own comparison; use {earlier[0]}, its earlier value."
    return f"remove it from {where}."


def _is_text(values: pd.Series) -> bool:
    return not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values))


def _learnt(values: pd.Series, is_category: bool) -> Encoding:
    if pd.api.types.is_datetime64_any_dtype(values):
        raise StudyError(
            f"the covariate {values.name} holds dates.",
            expected="numbers, text or flags.",
            remedy="use a length of time instead, such as tenure_months.",
        )
    has_missing = bool(values.isna().any())
    if not (is_category or _is_text(values)):
        observed = values.to_numpy(dtype="float64", na_value=np.nan)
        some = has_missing and not np.isnan(observed).all()
        return Encoding(
            values.name, False, has_missing, float(np.nanmean(observed)) if some else 0.0
        )
    counts = as_text(values).value_counts()
    levels = sorted(counts.index, key=lambda level: (-counts[level], level))
    return Encoding(values.name, True, has_missing, levels=tuple(levels))


def as_text(values: pd.Series) -> pd.Series:
    """Levels as text; whole numbers without a decimal point; missing stays missing."""
    if _is_text(values):
        return values.astype("str")
    numbers = values.astype("float64")
    levels = {number: f"{number:g}" for number in numbers.dropna().unique()}
    return numbers.map(levels).astype("str")


def _encoded(frame: pd.DataFrame, encodings: Sequence[Encoding]) -> pd.DataFrame:
    columns: dict[str, np.ndarray] = {}
    for encoding in encodings:
        values = frame[encoding.covariate]
        is_missing = values.isna().to_numpy()
        if encoding.is_text:
            columns |= _indicators(as_text(values), encoding)
        else:
            numbers = values.to_numpy(dtype="float64", na_value=np.nan) - encoding.centre
            columns[encoding.covariate] = (
                np.where(is_missing, 0.0, numbers) if encoding.has_missing else numbers
            )
        if encoding.has_missing:
            columns[f"{encoding.covariate}_missing"] = is_missing.astype("float64")
    return pd.DataFrame(columns, index=frame.index, dtype="float64")


def _indicators(values: pd.Series, encoding: Encoding) -> dict[str, np.ndarray]:
    codes = pd.Index(encoding.levels).get_indexer(values)
    is_missing = values.isna().to_numpy()
    is_unseen = (codes < 0) & ~(is_missing & encoding.has_missing)
    return {
        f"{encoding.covariate}={level}": np.where(is_unseen, np.nan, codes == place)
        for place, level in enumerate(encoding.levels)
        if place > 0
    }


def _redundant(columns: pd.DataFrame) -> dict[str, str]:
    """Columns that say nothing: constant, or the same as one before them."""
    dropped: dict[str, str] = {}
    seen: dict[bytes, str] = {}
    for name in columns.columns:
        values = np.ascontiguousarray(columns[name].to_numpy())
        if len(values) and (values == values[0]).all():
            dropped[name] = "constant"
            continue
        content = values.tobytes()
        if content in seen:
            dropped[name] = f"equal to {seen[content]}"
        else:
            seen[content] = name
    return dropped
