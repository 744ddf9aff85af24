"""Why a logit has no answer, in the names its user knows: what repeats what, what foretells it."""

from collections.abc import Mapping, Sequence

import numpy as np

from mentor_outcomes.errors import EstimationError, SeparationError

_SINGLED_OUT = {
    True: "all those so singled out have it",
    False: "none of those so singled out has it",
    None: "it divides those with the event from those without",
}
CoveredBy = Mapping[str, tuple[str, ...]]
"""Column -> the covariates that it is made of; a column that is not there is its own.

The first column of a covariate with levels is that of its most frequent level, the base with which
the model compares the others."""
_SAME = 1e-9
"""Share of a column's variance that others leave unexplained, below which it repeats them."""
_INVOLVED = 1e-4
"""Coefficients of standardised columns below this are rounding."""
_RUNS_AWAY = 0.1
"""Share of the largest move of log odds below which a column is not part of what runs away."""


def repeats(names: Sequence[str], correlation: np.ndarray) -> list[tuple[str, tuple[str, ...]]]:
    """Each column that is a fixed sum of earlier ones within every period, and these.

    `correlation` is the information about the columns, scaled to a unit diagonal.
    """
    limit, found = _SAME * len(names), []
    while not found:
        kept: list[int] = []
        for j in range(len(names)):
            share = np.linalg.solve(correlation[np.ix_(kept, kept)], correlation[kept, j])
            if correlation[j, j] - correlation[j, kept] @ share > limit:
                kept.append(j)
            else:
                others = [names[k] for k, b in zip(kept, share, strict=True) if abs(b) > _INVOLVED]
                found.append((names[j], tuple(others)))
        limit *= 10
    return found


def collinear(
    found: Sequence[tuple[str, tuple[str, ...]]],
    covariates_of: CoveredBy,
    nested: Sequence[str],
    *,
    n_periods: int,
) -> EstimationError:
    """Columns repeat each other; `nested` are sentences about levels within levels."""
    told = [
        f"{others[0]} and {column} repeat each other"
        if len(others) == 1
        else f"{column} follows from {_listed(others)}"
        for column, others in found
    ]
    involved = _covariates(
        [c for column, others in found for c in (column, *others)], covariates_of
    )
    return EstimationError(
        f"{'within each period ' if n_periods > 1 else ''}{'; '.join(told)}."
        f"{''.join(f' {sentence}' for sentence in nested)}",
        expected="columns that each say something the others do not.",
        remedy=_remove_one(involved, [column for column, _ in found]),
    )


def fixed_in_periods(columns: Sequence[str], covariates_of: CoveredBy) -> EstimationError:
    """Columns that are the same for everybody of a period."""
    verb = "does" if len(columns) == 1 else "do"
    involved = _covariates(columns, covariates_of)
    return EstimationError(
        f"{_listed(columns)} {verb} not vary within any period.",
        expected="columns in which people of one period differ: what they share is the period's "
        "own intercept.",
        remedy=f"remove {_listed(involved)} from the covariates, or its interactions.",
    )


def certain_periods(periods: Sequence[object]) -> EstimationError:
    """Periods in which everybody at risk has the event."""
    shown = ", ".join(map(str, periods[:5])) + (", ..." if len(periods) > 5 else "")
    return EstimationError(
        f"in {len(periods)} periods everybody who can have the event has it: it is certain there "
        f"({'period' if len(periods) == 1 else 'periods'} {shown}).",
        expected="somebody at risk without the event in every period that has one.",
        remedy="a certain start leaves nobody to compare with; shorten the window, or widen "
        "who counts as at risk.",
    )


def certain_level(columns: Sequence[str], covariates_of: CoveredBy) -> SeparationError:
    """0/1 columns that always go with the event."""
    return SeparationError(
        f"the logit has no finite answer: everybody with {' or with '.join(columns)} has the "
        "event.",
        expected="people with and without the event at every level.",
        remedy=_apart(columns, covariates_of),
    )


def separated(
    columns: Sequence[str], happens: bool | None, covariates_of: CoveredBy
) -> SeparationError:
    """A combination of columns that foretells the event.

    `happens`: those it singles out all have the event (True), none of them (False), or the
    combination divides those with from those without (None).
    """
    foretell = "foretells" if len(columns) == 1 else "together foretell"
    return SeparationError(
        f"the logit has no finite answer: {_listed(columns)} {foretell} the event; "
        f"{_SINGLED_OUT[happens]}.",
        expected="people with and without the event at every value of the regressors.",
        remedy=_apart(columns, covariates_of),
    )


def foretelling(
    step: np.ndarray, spread: np.ndarray, change: np.ndarray
) -> tuple[list[int], bool | None]:
    """Which columns run away, the fastest first, and what becomes of the rows they move.

    Near the end each step of Newton moves the log odds of rows whose event is foretold by about
    one, up or down, and those of no others. `step` is by standardised column, `spread` the range
    of each, `change` by row.
    """
    moves = np.abs(step) * spread
    up, down = bool((change > 0.5).any()), bool((change < -0.5).any())
    fastest = np.argsort(-moves, kind="stable")
    runs_away = [int(j) for j in fastest if moves[j] > _RUNS_AWAY * moves[fastest[0]]]
    return runs_away, None if up == down else up


def with_bases(
    signs: Mapping[str, float],
    happens: bool | None,
    names: Sequence[str],
    covariates_of: CoveredBy,
) -> list[str]:
    """The columns that run away; where it is the base of a covariate's levels, that one instead.

    The base is singled out where all other levels run away from what becomes of those rows.
    """
    if happens is None:
        return list(signs)
    away = -1.0 if happens else 1.0
    own: dict[str, list[str]] = {}
    for column, made_of in covariates_of.items():
        if len(made_of) == 1:
            own.setdefault(made_of[0], []).append(column)
    columns = list(signs)
    for base, *_ in own.values():
        levels = [c for c in names if covariates_of.get(c) == covariates_of[base]]
        if base not in names and levels and all(signs.get(c) == away for c in levels):
            columns[columns.index(levels[0])] = base
            columns = [c for c in columns if c not in levels]
    return columns


def _apart(columns: Sequence[str], covariates_of: CoveredBy) -> str:
    """What to do about a combination that foretells the event."""
    ways = []
    pairs = sorted({covariates_of[c] for c in columns if len(covariates_of.get(c, ())) == 2})
    bends = sorted(
        {covariates_of[c][0] for c in columns if " (spline, " in c and c in covariates_of}
    )
    if pairs:
        ways.append(f"remove {_listed([_pair(p) for p in pairs])} from groups.interactions")
    if bends:
        ways.append(f"remove {_listed(bends)} from groups.splines")
    involved = _covariates(columns, covariates_of)
    ways.append(f"remove {' or '.join(involved)} from the covariates")
    ways.append("merge rare levels")
    return f"{', '.join(ways)}, or match on {' or '.join(involved)} exactly."


def _remove_one(involved: Sequence[str], repeated: Sequence[str]) -> str:
    products = [column for column in repeated if " x " in column]
    way = f"remove {' or '.join(involved)} from the covariates"
    if products:
        way = f"remove the interaction behind {_listed(products)}, or {way}"
    return f"{way}; columns of groups.exact enter by themselves."


def _covariates(columns: Sequence[str], covariates_of: CoveredBy) -> list[str]:
    return list(dict.fromkeys(name for c in columns for name in covariates_of.get(c, (c,))))


def _pair(pair: Sequence[str]) -> str:
    return f"[{', '.join(pair)}]"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
