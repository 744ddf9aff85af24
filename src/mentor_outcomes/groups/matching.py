"""Each mentored person with the nearest unmentored people of the same day."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups.arms import check_columns

SCORE_UNIT = 1e-9
"""Scores are compared after rounding to this, so that equal people tie on every machine."""


def risk_set_match(
    candidates: pd.DataFrame,
    *,
    set_id: str,
    is_mentored: str,
    person: str,
    score: str,
    exact: Sequence[str] = (),
    ratio: int = 3,
    caliper: float | str | None = None,
    preferred: str | None = None,
) -> pd.DataFrame:
    """One row per set and person: each mentored person and the nearest comparators, weighted.

    With k' = min(ratio, comparators available), m of them strictly closer than the k'-th distance
    and t at that distance, each closer one weighs 1/k' and each of the t tied ones
    (k' - m) / (t k'): all that tie are kept and share, so that no order of rows or names decides
    (Abadie & Imbens 2006, Econometrica 74:235). Comparators of a set sum to 1, the mentored
    weighs 1. People may serve in several sets. A set without an available comparator is left out.

    With `preferred`, such as being on the waiting list that day, every preferred comparator comes
    before every other, however near: places go to the preferred, nearest first, and those left
    over to the nearest others. `Closer` and `tied` above are then by preference first, distance
    second, so ties at the last place share it within their class only. Exact columns and the
    caliper hold for both classes alike.

    Parameters
    ----------
    candidates   one row per set and person eligible on the set's day, exactly one of them mentored
    set_id, is_mentored, person, score   names of its columns; scores are finite numbers
    exact        columns in which a comparator must equal the mentored; missing equals nothing
    ratio        comparators per mentored person
    caliper      largest distance of scores, or the column that holds it (the mentored row counts)
    preferred    column of flags: whom to take first; of the mentored it says nothing

    Returns
    -------
    the rows of `candidates` that are in a set, in their order and with their index, and `weight`

    Raises
    ------
    StudyError       a column that is not there, or a ratio below 1
    EstimationError  a set without exactly one mentored person, a person twice in a set, a score
                     that is no number

    Examples
    --------
    >>> day = pd.DataFrame({"start": 1, "who": list("mabc"), "mentored": [1, 0, 0, 0]})
    >>> names = {"set_id": "start", "is_mentored": "mentored", "person": "who", "score": "age"}
    >>> risk_set_match(day.assign(age=[40, 41, 45, 39]), **names, ratio=2)["weight"].tolist()
    [1.0, 0.5, 0.5]

    Checked in tests/spec/test_matching.py by hand and tests/properties/test_groups.py against
    brute force.
    """
    named = [name for name in (caliper, preferred) if isinstance(name, str)]
    check_columns(candidates, [set_id, is_mentored, person, score, *exact, *named], of="candidates")
    if ratio < 1:
        raise StudyError(
            f"a ratio of {ratio}.", expected="1 or more comparators.", remedy="correct it."
        )
    sets, _ = pd.factorize(candidates[set_id])
    mentored = candidates[is_mentored].to_numpy(dtype=bool)
    _check(candidates, sets, mentored, person, set_id, score)
    row_of_mentored = np.empty(int(mentored.sum()), dtype=np.int64)
    row_of_mentored[sets[mentored]] = np.flatnonzero(mentored)
    reference = row_of_mentored[sets]
    scores = whole_score_units(candidates[score].to_numpy(dtype="float64"))
    distance = np.abs(scores - scores[reference])
    available = ~mentored & (distance <= _limit(candidates, caliper)[reference])
    for name in exact:
        codes, _ = pd.factorize(candidates[name])
        available &= (codes == codes[reference]) & (codes >= 0)
    rows = np.flatnonzero(available)
    is_other = _others(candidates, preferred)
    kept, weights = _nearest(sets[rows], is_other[rows], distance[rows], ratio)
    weight = np.zeros(len(candidates))
    weight[rows[kept]] = weights
    weight[row_of_mentored[np.unique(sets[rows])]] = 1.0
    return candidates.assign(weight=weight)[weight > 0]


def whole_score_units(scores: np.ndarray) -> np.ndarray:
    """Scores as whole numbers of `SCORE_UNIT`: differences of these are exact."""
    return np.rint(np.asarray(scores) / SCORE_UNIT).astype(np.int64)


def _others(candidates: pd.DataFrame, preferred: str | None) -> np.ndarray:
    """Whether each row comes after the preferred ones; none does where nobody is preferred."""
    if preferred is None:
        return np.zeros(len(candidates), dtype=bool)
    flags = candidates[preferred]
    n_unfit = int((~flags.isin([False, True])).sum())
    if n_unfit:
        raise EstimationError(
            f"{n_unfit} of {len(flags)} rows say neither true nor false in {preferred}.",
            expected="a column of flags.",
            remedy="decide for each row whether it is preferred.",
        )
    return ~flags.to_numpy(dtype=bool)


def _nearest(
    sets: np.ndarray, is_other: np.ndarray, distance: np.ndarray, ratio: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the available comparators are kept, and their weights."""
    if len(sets) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    order = np.lexsort((distance, is_other, sets))
    sets, is_other, distance = sets[order], is_other[order], distance[order]
    first = np.flatnonzero(np.r_[True, sets[1:] != sets[:-1]])
    n_available = np.diff(np.r_[first, len(sets)])
    n_chosen = np.minimum(ratio, n_available)
    group = np.repeat(np.arange(len(first)), n_available)
    last = (first + n_chosen - 1)[group]
    is_same_class = is_other == is_other[last]
    is_tied = is_same_class & (distance == distance[last])
    is_closer = (is_other < is_other[last]) | (is_same_class & (distance < distance[last]))
    n_closer = np.bincount(group, is_closer)[group]
    n_tied = np.bincount(group, is_tied)[group]
    n_chosen = n_chosen[group]
    weight = np.where(is_closer, 1 / n_chosen, (n_chosen - n_closer) / (n_tied * n_chosen))
    kept = is_closer | is_tied
    return order[kept], weight[kept]


def _limit(candidates: pd.DataFrame, caliper: float | str | None) -> np.ndarray:
    """Largest distance allowed, per row, in whole score units."""
    if caliper is None:
        return np.full(len(candidates), np.iinfo(np.int64).max)
    if isinstance(caliper, str):
        values = candidates[caliper].to_numpy(dtype="float64")
    else:
        values = np.full(len(candidates), float(caliper))
    return whole_score_units(np.where(np.isfinite(values), values, -1.0))


def _check(candidates, sets, mentored, person: str, set_id: str, score: str) -> None:
    n_sets = int(sets.max()) + 1 if len(sets) else 0
    n_odd = int((np.bincount(sets[mentored], minlength=n_sets) != 1).sum())
    if n_odd:
        raise EstimationError(
            f"{n_odd} of {n_sets} sets have no mentored person, or more than one.",
            expected="exactly one mentored row per set.",
            remedy="give each start a set of its own, also when several start on one day.",
        )
    n_repeated = int(candidates.duplicated([set_id, person]).sum())
    if n_repeated:
        raise EstimationError(
            f"{n_repeated} rows repeat a person within a set.",
            expected="one row per set and person.",
            remedy="keep one row per set and person.",
        )
    usable = np.abs(candidates[score].to_numpy(dtype="float64")) < np.iinfo(np.int64).max / 4e9
    if not usable.all():
        raise EstimationError(
            f"{int((~usable).sum())} of {len(candidates)} candidates have no usable score.",
            expected="a finite number in every row.",
            remedy="leave out, with a count, those who cannot be scored.",
        )
