"""Restricted cubic splines: curves that are straight beyond the outer knots."""

from collections.abc import Sequence

import numpy as np

KNOT_QUANTILES = (0.05, 0.35, 0.65, 0.95)
"""Four knots (Harrell 2001, Regression Modeling Strategies, table 2.3)."""
_CLOSEST = 1e-6
"""Knots nearer to each other than this share of their range leave the pieces to rounding."""


def spline_knots(values: np.ndarray) -> tuple[float, ...]:
    """Knots at the quantiles of the values observed; none where these do not all differ.

    Then the values are too few, or too many of them equal, to bend a curve by.
    """
    observed = values[~np.isnan(values)]
    if len(observed) == 0:
        return ()
    knots = np.quantile(observed, KNOT_QUANTILES)
    if not (np.diff(knots) > _CLOSEST * (knots[-1] - knots[0])).all():
        return ()
    return tuple(float(knot) for knot in knots)


def spline_pieces(values: np.ndarray, knots: Sequence[float]) -> np.ndarray:
    """What a restricted cubic spline has beside its straight line: shape (n, n_knots - 2).

    Truncated powers, in units of the values: the cube over the squared distance of the outer
    knots, less what keeps the curve straight beyond them (Harrell 2001, equation 2.25; the basis
    of `rms::rcs`). With k knots the curve has k - 1 columns, the values themselves the first.

    Checked in tests/reference/test_starts_as_in_r.py against R's `splines::ns`, which spans the
    same curves.
    """
    *inner, before_last, last = knots
    scale = (last - knots[0]) ** 2

    def cubed(knot: float) -> np.ndarray:
        return np.maximum(values - knot, 0.0) ** 3

    pieces = [
        cubed(knot)
        - cubed(before_last) * (last - knot) / (last - before_last)
        + cubed(last) * (before_last - knot) / (last - before_last)
        for knot in inner
    ]
    return np.stack(pieces, axis=1) / scale
