"""How alike the arms are, before and after matching, covariate by covariate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from mentor_outcomes.logit import Encoding, as_text

_ROUNDING = 1e-9
"""A difference of means below this share of the SD is rounding in sums over many rows."""
_KS_DIGITS = 12
"""Beyond these a distance is rounding, and equal distributions are to be 0 apart."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Rows of one arm: which row of the columns, how much each counts, and whose it is."""

    row: np.ndarray
    weight: np.ndarray
    person: np.ndarray


@dataclass(frozen=True, slots=True)
class Arms:
    """Both arms before matching (all eligible on the same days) and after."""

    mentored_before: Arm
    comparison_before: Arm
    mentored_after: Arm
    comparison_after: Arm


def balance_table(columns: pd.DataFrame, arms: Arms) -> pd.DataFrame:
    """One row per column: means, standardised differences, variance ratios and KS distances.

    A standardised difference is the mentored mean less the comparison mean, over the SD of all
    eligible mentored people (Austin 2009, Stat. Med. 28:3083); where these do not vary, over
    the SD of all eligible comparators. `mean_mentored` is of the matched. Weights are those of the
    sets; values that are missing are left out, and have a column of their own. Variances are
    divided by the sum of the weights. The variance ratio, mentored over comparison, is missing
    for 0/1 columns.

    The counts are of distinct people: per arm those with a value and, of 0/1 columns, those with
    a 1 on some day, after matching and before; they say which figures are about too few.

    `smd_after_p_value` tests that the matched means are equal: the difference over its error
    clustered by person, since a person may serve in several sets and in both arms (Gaussian,
    factor G/(G - 1) for G people).
    """
    rows = [_balance_of(name, columns[name].to_numpy(), arms) for name in columns.columns]
    return pd.DataFrame(rows)


def described(frame: pd.DataFrame, encodings: Sequence[Encoding]) -> pd.DataFrame:
    """Columns whose balance is shown: numbers as they are, text level by level, missing marks.

    Of two levels of text one is shown, the rarer; of more, all.
    """
    columns: dict[str, np.ndarray] = {}
    for encoding in encodings:
        values = frame[encoding.covariate]
        if encoding.is_text:
            shown = encoding.levels if len(encoding.levels) != 2 else encoding.levels[1:]
            text = as_text(values).to_numpy(dtype=object, na_value=None)
            for level in shown:
                columns[f"{encoding.covariate}={level}"] = (text == level).astype("float64")
        else:
            columns[encoding.covariate] = values.to_numpy(dtype="float64", na_value=np.nan)
        if encoding.has_missing:
            columns[f"{encoding.covariate}_missing"] = values.isna().to_numpy(dtype="float64")
    return pd.DataFrame(columns, index=frame.index)


def _balance_of(name: str, values: np.ndarray, arms: Arms) -> dict:
    before = [_observed(values, arm) for arm in (arms.mentored_before, arms.comparison_before)]
    after = [_observed(values, arm) for arm in (arms.mentored_after, arms.comparison_after)]
    is_binary = all(((x == 0) | (x == 1)).all() for x, _, _ in before)
    (mean_before, variance_before), (mean_after, variance_after) = (
        _moments(pair, is_binary) for pair in (before, after)
    )
    sd = np.sqrt(variance_before[0] if variance_before[0] > 0 else variance_before[1])
    return {
        "covariate": name,
        "mean_mentored": mean_after[0],
        "mean_comparison_before": mean_before[1],
        "mean_comparison_after": mean_after[1],
        "smd_before": _standardised(mean_before, sd),
        "smd_after": _standardised(mean_after, sd),
        "smd_after_p_value": _p_value(*after, sd),
        "variance_ratio_before": np.nan if is_binary else _ratio(*variance_before),
        "variance_ratio_after": np.nan if is_binary else _ratio(*variance_after),
        "ks_before": _distance(before, mean_before, is_binary),
        "ks_after": _distance(after, mean_after, is_binary),
        **_people(after, is_binary, when=""),
        **_people(before, is_binary, when="_before"),
    }


def _people(pair, is_binary: bool, when: str) -> dict[str, float]:
    """Distinct people of both arms with a value and, of a 0/1 column, with a 1."""
    counts = {}
    for arm, (x, _, person) in zip(("mentored", "comparison"), pair, strict=True):
        n_level = _n_distinct(person[x == 1]) if is_binary else np.nan
        counts |= {
            f"n_{arm}_known{when}": _n_distinct(person),
            f"n_{arm}_level{when}": n_level,
        }
    return counts


def _n_distinct(person: np.ndarray) -> float:
    return float(np.count_nonzero(np.bincount(person))) if len(person) else 0.0


def _moments(pair, is_binary: bool):
    """Means and variances of both arms; a 0/1 column's variance follows from its mean."""
    means = [_mean(x, w) for x, w, _ in pair]
    if is_binary:
        vary = [len(x) > 0 and x.min() < x.max() for x, _, _ in pair]
        return means, [m * (1 - m) if v else 0.0 for m, v in zip(means, vary, strict=True)]
    return means, [_variance(x, w) for x, w, _ in pair]


def _distance(arms, means, is_binary: bool) -> float:
    if is_binary:  # the distribution functions differ at 0 only
        return round(abs(means[0] - means[1]), _KS_DIGITS)
    return kolmogorov_smirnov(*arms[0][:2], *arms[1][:2])


def kolmogorov_smirnov(
    values: np.ndarray, weights: np.ndarray, others: np.ndarray, other_weights: np.ndarray
) -> float:
    """Largest distance of two weighted distribution functions; missing if a sample is empty."""
    if weights.sum() == 0 or other_weights.sum() == 0:
        return float("nan")
    points, place = np.unique(np.concatenate([values, others]), return_inverse=True)
    own = np.bincount(place[: len(values)], weights / weights.sum(), len(points))
    other = np.bincount(place[len(values) :], other_weights / other_weights.sum(), len(points))
    return round(float(np.abs(np.cumsum(own - other)).max()), _KS_DIGITS)


def _observed(values: np.ndarray, arm: Arm):
    """Values, weights and people of an arm, where there is a value."""
    own = values[arm.row]
    known = ~np.isnan(own)
    if known.all():
        return own, arm.weight, arm.person
    return own[known], arm.weight[known], arm.person[known]


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean; of one and the same value exactly that value, whatever the weights sum to."""
    total = weights.sum()
    if total > 0 and np.ptp(values) == 0:
        return float(values[0])
    return float(weights @ values / total) if total > 0 else float("nan")


def _variance(values: np.ndarray, weights: np.ndarray) -> float:
    if weights.sum() == 0 or np.ptp(values) == 0:
        return 0.0
    return _mean((values - _mean(values, weights)) ** 2, weights)


def _standardised(means: Sequence[float], sd: float) -> float:
    difference = means[0] - means[1]
    if abs(difference) <= _ROUNDING * sd:
        return 0.0
    return difference / sd if sd > 0 else float("nan")


def _ratio(mentored: float, comparison: float) -> float:
    return mentored / comparison if comparison > 0 else float("nan")


def _p_value(mentored, comparison, sd: float) -> float:
    """Two-sided, of equal means, errors clustered by person."""
    if mentored[1].sum() == 0 or comparison[1].sum() == 0:
        return float("nan")
    difference = _mean(*mentored[:2]) - _mean(*comparison[:2])
    if abs(difference) <= _ROUNDING * sd:
        return 1.0
    influence = [(x - _mean(x, w)) * w / w.sum() for x, w, _ in (mentored, comparison)]
    people, place = np.unique(np.concatenate([mentored[2], comparison[2]]), return_inverse=True)
    by_person = np.bincount(place, np.concatenate([influence[0], -influence[1]]))
    n_people = len(people)
    variance = (by_person**2).sum() * n_people / (n_people - 1) if n_people > 1 else np.nan
    if not variance > 0:
        return float("nan")
    return float(2 * ndtr(-abs(difference) / np.sqrt(variance)))
