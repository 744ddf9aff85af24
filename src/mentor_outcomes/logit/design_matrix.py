"""Declared covariates become columns of numbers: one rule for all models of who starts or stays."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mentor_outcomes import schema
from mentor_outcomes.errors import StudyError
from mentor_outcomes.logit.encoding import Encoding, learnt_encoding
from mentor_outcomes.logit.interactions import (
    Interaction,
    encoded_terms,
    learnt_interaction,
)
from mentor_outcomes.study import Groups

MOST_LEVELS = 30
"""Exact columns with more levels than this are matched on but left out of the model of starts."""


@dataclass(frozen=True, slots=True)
class DesignMatrix:
    """Columns of numbers for the rows of a frame, in its order and with its index.

    columns        numbers as they are; `name=level` for each level of text but the most frequent;
                   `name_missing` for a missing value, the number then being 0 after centring;
                   `name (spline, second)` of a curve beside its straight line; `a x b` of products
    encodings      how each covariate was turned into columns
    dropped        what was left out -> why: constant, equal to another, too few values for a curve
    interactions   how pairs of covariates were multiplied
    covariates_of  column -> the covariates that it is made of; the bases of levels among them
    """

    columns: pd.DataFrame
    encodings: tuple[Encoding, ...]
    dropped: dict[str, str]
    interactions: tuple[Interaction, ...] = ()
    covariates_of: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def like(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The same columns for other rows.

        Missing where a level of text, that a value is missing, or a combination of levels that
        interact, was never seen before: such a row has no score, and its count is for the caller
        to report.
        """
        terms = encoded_terms(frame, self.encodings, self.interactions)
        columns = _frame(terms, frame.index)[list(self.columns.columns)]
        for interaction in self.interactions:
            columns.loc[interaction.is_unknown(frame)] = np.nan
        return columns


def design_matrix(
    frame: pd.DataFrame,
    covariates: Sequence[str],
    *,
    categories: Collection[str] = (),
    splines: Collection[str] = (),
    interactions: Sequence[Sequence[str]] = (),
    where: str = "groups.covariates",
) -> DesignMatrix:
    """One column of numbers per covariate, level or missing mark, bend and product.

    Parameters
    ----------
    frame         one row per person and period
    covariates    baseline columns of the panel, or columns carried along
    categories    those that count as levels although they are numbers, such as a grade
    splines       covariates whose curve may bend: restricted cubic splines of four knots
                  (`logit.splines`), learnt from these rows; straight where values are too few
    interactions  pairs of covariates, multiplied beside their own columns
    where         the setting that names the covariates, for messages

    Raises StudyError where a covariate does not exist, is no baseline, or is a date; where a
    spline is one of levels; where a spline or interaction names what is no covariate.
    """
    names = tuple(dict.fromkeys(covariates))
    check_covariates(names, frame.columns, where=where)
    _check_members("groups.splines", splines, names)
    _check_members("groups.interactions", [n for pair in interactions for n in pair], names)
    encodings = tuple(
        learnt_encoding(frame[name], name in categories, name in splines) for name in names
    )
    own = {e.covariate: e for e in encodings}
    products = tuple(
        learnt_interaction(frame, own[first], own[second]) for first, second in interactions
    )
    terms = encoded_terms(frame, encodings, products)
    columns = _frame(terms, frame.index)
    dropped = _redundant(columns)
    empty = {
        name: "no such people, or nobody to tell them from" for i in products for name in i.empty
    }
    straight = {
        f"{name} (spline)": "too few distinct values for four knots: a straight line"
        for name in names
        if name in splines and not own[name].knots
    }
    return DesignMatrix(
        columns.drop(columns=list(dropped)),
        encodings,
        {**dropped, **empty, **straight},
        products,
        _covariates_of(encodings, terms),
    )


def design_of_starts(
    frame: pd.DataFrame, settings: Groups, *, without: Collection[str] = ()
) -> DesignMatrix:
    """The columns that foretell who starts, leaves or answers, as `groups` declares them.

    Covariates, then exact columns as levels, with the declared splines and interactions. Columns
    named in `without` (see `many_levelled`) stay out, with their interactions; `dropped` says so.
    """
    design = design_matrix(
        frame,
        [name for name in (*settings.covariates, *settings.exact) if name not in without],
        categories=settings.exact,
        splines=settings.splines,
        interactions=[pair for pair in settings.interactions if not set(pair) & set(without)],
    )
    left_out = {name: "too many levels: matched on only" for name in without}
    return replace(design, dropped={**design.dropped, **left_out})


def many_levelled(frame: pd.DataFrame, exact: Sequence[str]) -> list[str]:
    """Exact columns with more than `MOST_LEVELS` levels: within a set all have the same anyway."""
    return [name for name in exact if frame[name].nunique() > MOST_LEVELS]


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


def _check_members(where: str, named: Collection[str], covariates: Sequence[str]) -> None:
    strangers = [name for name in named if name not in covariates]
    if strangers:
        raise StudyError(
            f"{where} names {strangers[0]}, which is not among the covariates.",
            expected=f"some of {', '.join(covariates) or 'none: no covariate is declared'}.",
            remedy=f"add {strangers[0]} to groups.covariates, or remove it from {where}.",
        )


def _covariates_of(encodings: Sequence[Encoding], terms) -> dict[str, tuple[str, ...]]:
    """Column -> covariates; the base of each covariate with levels first, though no column."""
    bases = {f"{e.covariate}={e.levels[0]}": (e.covariate,) for e in encodings if e.levels}
    return bases | {column: made_of for made_of, own in terms.items() for column in own}


def _frame(terms: dict[tuple[str, ...], dict[str, np.ndarray]], index: pd.Index) -> pd.DataFrame:
    columns = {name: values for own in terms.values() for name, values in own.items()}
    return pd.DataFrame(columns, index=index, dtype="float64")


def _redundant(columns: pd.DataFrame) -> dict[str, str]:
    """Columns that say nothing: constant, or the same as one before them."""
    dropped: dict[str, str] = {}
    seen: dict[bytes, str] = {}
    for name in columns.columns:
        # Zero is added since -0 equals 0 but is written otherwise.
        values = np.ascontiguousarray(columns[name].to_numpy()) + 0.0
        if len(values) and (values == values[0]).all():
            dropped[name] = "constant"
            continue
        content = values.tobytes()
        if content in seen:
            dropped[name] = f"equal to {seen[content]}"
        else:
            seen[content] = name
    return dropped
