"""Each treated person of any data frame with the nearest others, whatever the day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError, StudyError
from mentor_outcomes.groups.arms import check_columns, treated_flags
from mentor_outcomes.groups.matching import SCORE_UNIT, risk_set_match, whole_score_units
from mentor_outcomes.groups.nearby import Pool, Starts, nearby
from mentor_outcomes.groups.overlap import effective_sample_size

_LARGEST = 2.0**62
"""Cells times range of scores, in whole score units, that a place in their order can hold."""


@dataclass(frozen=True, slots=True)
class NearestMatch:
    """Sets of the treated and those nearest to them, and what became of everybody.

    sets             one row per set and person, the treated first: the columns of `people`,
                     `set_id` (index of the treated person) and `weight` (1 for the treated; those
                     compared with them sum to 1)
    weights          one per person, with the index of `people`: its weights summed over sets
    n_treated        treated people, of whom the next three find nobody
    n_exact_unknown  some exact column is missing
    n_no_one_alike   nobody of the comparison arm equals them in the exact columns
    n_too_far        such people are there, but none within the caliper
    """

    sets: pd.DataFrame
    weights: pd.Series
    n_treated: int
    n_exact_unknown: int
    n_no_one_alike: int
    n_too_far: int

    @property
    def n_matched(self) -> int:
        return self.n_treated - self.n_exact_unknown - self.n_no_one_alike - self.n_too_far

    def tidy(self) -> pd.DataFrame:
        """One row: treated people, matched and not, and the people they are compared with."""
        others = self.sets.loc[self.sets.index != self.sets["set_id"]]
        n_sets = others.index.value_counts()
        row = {
            "n_treated": self.n_treated,
            "n_matched": self.n_matched,
            "n_exact_unknown": self.n_exact_unknown,
            "n_no_one_alike": self.n_no_one_alike,
            "n_too_far": self.n_too_far,
            "n_comparison": len(n_sets),
            "effective_comparison": effective_sample_size(
                others.groupby(level=0)["weight"].sum().to_numpy()
            ),
            "largest_reuse": int(n_sets.max()),
        }
        return pd.DataFrame([row])


def nearest_match(
    people: pd.DataFrame,
    *,
    is_treated: str,
    score: str,
    exact: Sequence[str] = (),
    ratio: int = 1,
    caliper: float | str | None = None,
) -> NearestMatch:
    """Each treated person with the `ratio` nearest comparison people, reused, ties sharing.

    The rule and the weights are those of `risk_set_match`, with one set per treated person and
    everybody of the comparison arm available to it: a comparison person may serve in several sets,
    and all that tie at the last distance are kept and share its weight, so that neither the order
    of rows nor their names decide (Abadie & Imbens 2006, Econometrica 74:235). Scores are compared
    after rounding to 1e-9: give log odds rather than very small probabilities. The effect that
    such sets tell of is the one on the treated who find somebody (att).

    Parameters
    ----------
    people      one row per person, each with an index of its own
    is_treated  column of flags, or of 0 and 1
    score       column of finite numbers, such as log odds of treatment
    exact       columns in which the two must be equal; missing equals nothing
    ratio       comparison people per treated person
    caliper     largest distance of scores, or the column that holds it for the treated

    Returns
    -------
    NearestMatch: `sets` per set and person, `weights` per person, counts of the treated who find
    nobody and why, `tidy()`

    Raises
    ------
    StudyError       a column that is not there, or `set_id` or `weight` that is; ratio or caliper
    EstimationError  an arm is empty, an index repeats, a score is no number or ranges too far, or
                     nobody of the treated finds anybody

    Examples
    --------
    >>> people = pd.DataFrame({"age": [40, 41, 45, 39], "treated": [1, 0, 0, 0]}, list("mabc"))
    >>> nearest_match(people, is_treated="treated", score="age", ratio=2).weights.to_dict()
    {'m': 1.0, 'a': 0.5, 'b': 0.0, 'c': 0.5}

    The cost grows with people times log people, and memory with the pairs that are kept.

    Checked in tests/spec/test_nearest_match.py by hand and in tests/properties against brute force.
    """
    _check(people, is_treated, score, exact, ratio, caliper)
    flags = treated_flags(people, is_treated)
    treated, others = np.flatnonzero(flags), np.flatnonzero(~flags)
    units, cell = _units(people, score), _cells(people, exact)
    limit = _limit(people, caliper, span=int(np.ptp(units)))
    pool = others[cell[others] >= 0]
    has_alike = np.isin(cell[treated], cell[pool])
    seeking = treated[has_alike & (limit[treated] >= 0)]
    members = _members(*_pairs(seeking, pool, cell, units, limit, ratio), people[score], ratio)
    rows, weight = members["row"].to_numpy(), members["weight"].to_numpy()
    n_unknown, n_alike = int((cell[treated] < 0).sum()), int(has_alike.sum())
    if members.empty:
        raise _nobody_matched(len(treated), n_unknown, n_alike)
    return NearestMatch(
        sets=people.iloc[rows].assign(set_id=people.index[members["set"]], weight=weight),
        weights=pd.Series(np.bincount(rows, weight, len(people)), people.index, name="weight"),
        n_treated=len(treated),
        n_exact_unknown=n_unknown,
        n_no_one_alike=len(treated) - n_alike - n_unknown,
        n_too_far=n_alike - members["set"].nunique(),
    )


def _pairs(treated, pool, cell, units, limit, ratio) -> tuple[np.ndarray, np.ndarray]:
    """Rows of treated and comparison people, among which are all that matching would choose."""
    _check_range(cell[pool], units)
    same_day, on_it = np.zeros(len(pool), dtype=np.int64), np.zeros(len(treated), dtype=np.int64)
    own, row = nearby(
        Pool(pool, cell[pool], units[pool], same_day, same_day),
        Starts(treated, cell[treated], units[treated], on_it, limit[treated]),
        ratio,
    )
    return treated[own], pool[row]


def _members(treated, others, score: pd.Series, ratio: int) -> pd.DataFrame:
    """One row per set and person, both as rows of `people`: each of the treated before theirs."""
    heads = np.unique(treated)
    candidates = pd.DataFrame(
        {
            "set": np.r_[heads, treated],
            "row": np.r_[heads, others],
            "is_treated": np.r_[np.ones(len(heads), bool), np.zeros(len(others), bool)],
        }
    ).sort_values(["set", "is_treated", "row"], ascending=[True, False, True])
    return risk_set_match(
        candidates.assign(score=score.to_numpy(dtype="float64")[candidates["row"]]),
        set_id="set",
        is_mentored="is_treated",
        person="row",
        score="score",
        ratio=ratio,
    )


def _units(people: pd.DataFrame, score: str) -> np.ndarray:
    values = people[score].to_numpy(dtype="float64", na_value=np.nan)
    n_unfit = int((~np.isfinite(values)).sum())
    if n_unfit:
        raise EstimationError(
            f"{n_unfit} of {len(values)} people have no usable {score}.",
            expected="a finite number for everybody.",
            remedy="leave out, with a count, those who cannot be scored.",
        )
    if np.abs(values).max() >= _LARGEST * SCORE_UNIT / 4:
        raise _too_wide(score)
    return whole_score_units(values)


def _cells(people: pd.DataFrame, exact: Sequence[str]) -> np.ndarray:
    """A whole number per combination of the exact columns; -1 where one of them is missing."""
    cell = np.zeros(len(people), dtype=np.int64)
    is_known = np.ones(len(people), dtype=bool)
    for name in exact:
        codes, levels = pd.factorize(people[name])
        is_known &= codes >= 0
        cell = np.unique(cell * (len(levels) + 1) + codes, return_inverse=True)[1]
    return np.where(is_known, cell, -1)


def _limit(people: pd.DataFrame, caliper: float | str | None, span: int) -> np.ndarray:
    """Largest distance per row, in whole score units; -1 where it is missing: nobody is so near."""
    if caliper is None:
        return np.full(len(people), span)
    if isinstance(caliper, str):
        values = people[caliper].to_numpy(dtype="float64", na_value=np.nan)
    else:
        values = np.full(len(people), float(caliper))
    known = np.where(np.isnan(values), -SCORE_UNIT, values)
    return whole_score_units(np.clip(known, -SCORE_UNIT, span * SCORE_UNIT))


def _check_range(cell: np.ndarray, units: np.ndarray) -> None:
    if len(np.unique(cell)) * (float(np.ptp(units)) + 1) >= _LARGEST:
        raise _too_wide("the score")


def _nobody_matched(n_treated: int, n_unknown: int, n_alike: int) -> EstimationError:
    return EstimationError(
        f"none of {n_treated} treated people finds anybody: of {n_unknown} an exact column is "
        f"missing, {n_treated - n_alike - n_unknown} have nobody alike in these, {n_alike} nobody "
        "within the caliper.",
        expected="somebody of the comparison arm for some of the treated.",
        remedy="widen the caliper, or match exactly on fewer columns.",
    )


def _too_wide(score: str) -> EstimationError:
    return EstimationError(
        f"{score} ranges too far to be compared to 1e-9.",
        expected="scores such as log odds.",
        remedy="divide the score, and the caliper, by a power of ten.",
    )


def _check(people, is_treated, score, exact, ratio, caliper) -> None:
    of_caliper = [caliper] if isinstance(caliper, str) else []
    check_columns(people, [is_treated, score, *exact, *of_caliper])
    if not people.index.is_unique or people.index.nlevels > 1:
        raise EstimationError(
            f"an index of {people.index.nlevels} levels, which "
            f"{int(people.index.duplicated().sum())} rows repeat.",
            expected="one row per person, each with an index of its own, of one level.",
            remedy="use people.reset_index(), or the person's id as index.",
        )
    taken = [name for name in ("set_id", "weight") if name in people.columns]
    if taken:
        raise StudyError(
            f"people already have {' and '.join(taken)}.",
            expected="columns that matching does not make itself.",
            remedy="rename or drop them.",
        )
    is_number = caliper is not None and not of_caliper
    if ratio < 1 or (is_number and not caliper >= 0):
        raise StudyError(
            f"a ratio of {ratio} and a caliper of {caliper}.",
            expected="a ratio of 1 or more, and a caliper of 0 or more, or none.",
            remedy="correct them.",
        )
