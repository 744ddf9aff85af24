"""How two covariates are multiplied: learnt once, used on any rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.logit.encoding import Encoding

Columns = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Interaction:
    """The product of two covariates: of levels, of numbers, or of one with the other.

    shifts   taken off the numbers before they are multiplied: their means, so that main effects
             are those of somebody average; 0 of levels. Spline pieces take no part: the product
             is that of the straight lines
    is_seen  of two covariates with levels: which combinations occur, shape (levels + 1, levels +
             1), a missing value last; else None
    empty    products that say nothing, since the combinations that would tell them apart do not
             occur
    """

    first: Encoding
    second: Encoding
    shifts: tuple[float, float]
    is_seen: np.ndarray | None = None
    empty: tuple[str, ...] = ()

    def columns(self, main: dict[str, Columns]) -> Columns:
        """Products of the covariates' own columns."""
        products = _products(
            _parts(self.first, main, self.shifts[0]), _parts(self.second, main, self.shifts[1])
        )
        return {name: values for name, values in products.items() if name not in self.empty}

    def is_unknown(self, frame: pd.DataFrame) -> np.ndarray:
        """Rows of levels that never met in the rows learnt from: what they do is not known."""
        if self.is_seen is None:
            return np.zeros(len(frame), dtype=bool)
        places = [e.codes(frame[e.covariate])[0] for e in (self.first, self.second)]
        return ~self.is_seen[places[0], places[1]]


def learnt_interaction(frame: pd.DataFrame, first: Encoding, second: Encoding) -> Interaction:
    """How two covariates are multiplied, as learnt from the rows a model is fitted on."""
    shifts = tuple(
        0.0 if e.is_text or e.has_missing else float(frame[e.covariate].mean())
        for e in (first, second)
    )
    if not (first.is_text and second.is_text):
        return Interaction(first, second, shifts)
    is_seen = np.zeros((len(first.levels) + 1, len(second.levels) + 1), dtype=bool)
    is_seen[first.codes(frame[first.covariate])[0], second.codes(frame[second.covariate])[0]] = True
    return Interaction(first, second, shifts, is_seen, _empty(first, second, is_seen))


def encoded_terms(
    frame: pd.DataFrame, encodings: Sequence[Encoding], interactions: Sequence[Interaction]
) -> dict[tuple[str, ...], Columns]:
    """Columns of every covariate, then of every interaction, by the covariates they are made of."""
    main = {e.covariate: e.columns(frame[e.covariate]) for e in encodings}
    products = {(i.first.covariate, i.second.covariate): i.columns(main) for i in interactions}
    return {(name,): columns for name, columns in main.items()} | products


def _parts(encoding: Encoding, main: dict[str, Columns], shift: float) -> Columns:
    """The columns that are multiplied: of numbers the straight line, of levels all."""
    own = main[encoding.covariate]
    if encoding.is_text:
        return own
    return {encoding.covariate: own[encoding.covariate] - shift}


def _products(own: Columns, other: Columns) -> Columns:
    return {
        f"{name} x {beside}": values * others
        for name, values in own.items()
        for beside, others in other.items()
    }


def _empty(first: Encoding, second: Encoding, is_seen: np.ndarray) -> tuple[str, ...]:
    """Products that follow from what stands before them in the combinations that occur.

    With c combinations of a and b levels that occur there are c - (a + b - 1) products to learn,
    fewer than (a - 1) (b - 1) if some do not occur, whichever levels are the bases.
    """
    cells = np.nonzero(is_seen)
    own, other = (_of_cells(e, place) for e, place in zip((first, second), cells, strict=True))
    products = _products(own, other)
    basis = np.zeros((len(cells[0]), 0))
    for values in (np.ones(len(cells[0])), *own.values(), *other.values()):
        basis = _extended(basis, values)
    empty = []
    for name, values in products.items():
        wider = _extended(basis, values)
        if wider.shape[1] == basis.shape[1]:
            empty.append(name)
        basis = wider
    return tuple(empty)


def _of_cells(encoding: Encoding, place: np.ndarray) -> Columns:
    """The covariate's own columns, for cells by the place of their level (missing: the last)."""
    columns = {
        f"{encoding.covariate}={level}": (place == code).astype("float64")
        for code, level in enumerate(encoding.levels)
        if code > 0
    }
    if encoding.has_missing:
        is_missing = place == len(encoding.levels)
        columns[f"{encoding.covariate}_missing"] = is_missing.astype("float64")
    return columns


def _extended(basis: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The orthonormal basis with one more direction, if `values` has one that is new."""
    left = values - basis @ (basis.T @ values)
    left -= basis @ (basis.T @ left)
    size = np.linalg.norm(left)
    # Columns are zeros and ones: what is left of one that follows from others is rounding.
    return np.column_stack([basis, left / size]) if size > 1e-8 else basis
