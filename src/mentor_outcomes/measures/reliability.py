"""How reliable a scale's score is: alpha, omega, Spearman-Brown, and items keyed the wrong way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from mentor_outcomes.errors import EstimationError, SchemaError
from mentor_outcomes.measures.answer_sheets import (
    Sheets,
    complete_sheets,
    refuse_outside,
    refuse_unfit,
)
from mentor_outcomes.measures.one_factor import fewest_people, fit_one_factor
from mentor_outcomes.measures.one_factor_parameters import Moments, one_factor_layout

FEWEST_FOR_ALPHA = 3
"""With two people the variance of the items has one degree of freedom, and so has the interval."""
_NO_RELIABILITY = 1e-6
"""Omega below which loadings of both signs cancel out, and the logit has no use."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A reliability with its interval; all missing where it is not defined."""

    estimate: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Reliability of one scale on complete answer sheets.

    alpha            Cronbach's alpha, with the F interval
    omega_total      of the one-factor model, with the delta-method interval; two items: none
    spearman_brown   two items only
    items            one row per item: item, is_reverse_keyed, item_rest_correlation, is_key_error
    n_people         complete sheets, which all figures use;  n_left_out   the others
    """

    alpha: Coefficient
    omega_total: Coefficient
    spearman_brown: Coefficient
    items: pd.DataFrame
    n_people: int
    n_left_out: int
    confidence: float

    @property
    def key_errors(self) -> tuple[str, ...]:
        """Items that go against the rest: their key is probably wrong."""
        return tuple(self.items.loc[self.items["is_key_error"], "item"])

    def tidy(self) -> pd.DataFrame:
        """One row per coefficient; `note` says how its interval is made, or why it is missing."""
        rows = [
            {
                "coefficient": name,
                "estimate": coefficient.estimate,
                "ci_low": coefficient.ci_low,
                "ci_high": coefficient.ci_high,
                "confidence": self.confidence,
                "n_people": self.n_people,
                "n_left_out": self.n_left_out,
                "note": coefficient.note,
            }
            for name in ("alpha", "omega_total", "spearman_brown")
            for coefficient in [getattr(self, name)]
        ]
        return pd.DataFrame(rows)


def reliability(
    items: pd.DataFrame,
    *,
    reverse_keyed: Sequence[str] = (),
    lowest: float,
    highest: float,
    confidence: float = 0.95,
) -> Reliability:
    """Alpha, omega total and corrected item-rest correlations of one scale.

    Alpha (Cronbach 1951) is the reliability of the sum if all items measure one thing equally well;
    omega total (McDonald 1999) lets their loadings differ. Both assume that errors of items are
    uncorrelated. With two items loadings cannot be told from the one correlation: omega is not
    defined, and the Spearman-Brown coefficient is the better figure (Eisinga, te Grotenhuis &
    Pelzer 2013, Int. J. Public Health 58:637).

    Parameters
    ----------
    items : one row per answer sheet, one column per item, in points as answered
    reverse_keyed : items to be turned first, lowest + highest - answer
    lowest, highest : the scale's points
    confidence : of the intervals

    Returns
    -------
    Reliability; sheets with a missing answer are left out and counted

    Raises
    ------
    SchemaError       answers that are no numbers or beyond the points; fewer than two items; a
                      reversed item that is none of the items
    EstimationError   too few people, an item without variation or that repeats others; a one-factor
                      model that does not converge or has a variance below zero

    Worked by hand in tests/spec; as in R's psych and lavaan in tests/reference.
    """
    refuse_confidence(confidence)
    sheets, is_turned = _checked(items, reverse_keyed, lowest, highest)
    keyed = np.where(is_turned, lowest + highest - sheets.answers, sheets.answers)
    refuse_unfit(sheets.items, keyed, fewest=FEWEST_FOR_ALPHA, where="the scale")
    return Reliability(
        alpha=alpha_with_interval(keyed, confidence),
        omega_total=omega_total(keyed, sheets.items, confidence),
        spearman_brown=spearman_brown(keyed, confidence),
        items=_item_rows(sheets.items, is_turned, keyed),
        n_people=len(keyed),
        n_left_out=sheets.n_left_out,
        confidence=confidence,
    )


def _checked(
    items: pd.DataFrame, reverse_keyed: Sequence[str], lowest: float, highest: float
) -> tuple[Sheets, np.ndarray]:
    """Complete sheets, and whether each item is reversed."""
    strangers = [name for name in reverse_keyed if name not in items.columns]
    if strangers or items.shape[1] < 2:
        raise SchemaError(
            f"there are {items.shape[1]} items, {len(strangers)} reversed ones not among them.",
            expected="two items or more, and reversed items among them.",
            remedy="pass one column per item, and name reversed items as the columns.",
        )
    sheets = complete_sheets(items)
    refuse_outside(items, lowest, highest)
    return sheets, np.array([name in reverse_keyed for name in items.columns])


def _item_rows(items: Sequence[str], is_turned: np.ndarray, keyed: np.ndarray) -> pd.DataFrame:
    correlations = item_rest_correlations(keyed)
    return pd.DataFrame(
        {
            "item": items,
            "is_reverse_keyed": is_turned,
            "item_rest_correlation": correlations,
            "is_key_error": correlations < 0,
        }
    )


def cronbach_alpha(items: np.ndarray) -> float:
    """Cronbach's alpha, k/(k-1) (1 - sum of item variances / variance of the sum), 1951.

    items   shape (n_people, n_items), reverse-keyed items turned, no missing answer

    Missing where it is not defined: fewer than two items or people, or everyone's sum the same.
    """
    n_people, n_items = items.shape
    if n_people < 2 or n_items < 2:
        return np.nan
    variance_of_sum = items.sum(axis=1).var(ddof=1)
    if variance_of_sum == 0:
        return np.nan
    return n_items / (n_items - 1) * (1 - items.var(axis=0, ddof=1).sum() / variance_of_sum)


def alpha_with_interval(keyed: np.ndarray, confidence: float = 0.95) -> Coefficient:
    """Alpha with the interval of Feldt (1965) and Koning & Franses (2003).

    (1 - alpha) / (1 - its estimate) follows F with n - 1 and (n - 1)(k - 1) degrees of freedom,
    exactly so for normal items of equal covariances.
    """
    estimate = cronbach_alpha(keyed)
    n_people, n_items = keyed.shape
    if not np.isfinite(estimate):
        return Coefficient(note="alpha is not defined: the sum of the items does not vary")
    tails = np.array([(1 + confidence) / 2, (1 - confidence) / 2])
    quantiles = stats.f.ppf(tails, n_people - 1, (n_people - 1) * (n_items - 1))
    low, high = 1 - (1 - estimate) * quantiles
    return Coefficient(float(estimate), float(low), float(high), "F interval (Feldt 1965)")


def omega_total(keyed: np.ndarray, items: Sequence[str], confidence: float = 0.95) -> Coefficient:
    """Omega total, (sum of loadings)^2 over that plus the residual variances.

    Of the one-factor model of covariances, fitted by maximum likelihood: the reliability of the sum
    in points, not of standardised items. The interval is the delta method's on the logit, which
    keeps it between 0 and 1 (Raykov & Marcoulides 2011; compared with others by Kelley &
    Pornprasertmanit 2016, Psychol. Methods 21:69), from the expected information.
    """
    n_items = keyed.shape[1]
    if n_items < 3:
        return Coefficient(note="omega is not defined for two items")
    refuse_unfit(items, keyed, fewest=fewest_people(n_items), where="the scale")
    fit = fit_one_factor([Moments.of(keyed)], one_factor_layout(n_items, 1), items)
    loadings, residuals = fit.values[0, :n_items], fit.values[0, n_items : 2 * n_items]
    common, unique = loadings.sum() ** 2, residuals.sum()
    estimate = common / (common + unique)
    if estimate < _NO_RELIABILITY:
        return Coefficient(float(estimate), note="no interval: the loadings cancel out")
    # The logit of omega is log(common) - log(unique).
    slope = np.repeat([2 / loadings.sum(), -1 / unique], n_items)
    covariance = fit.covariance[: 2 * n_items, : 2 * n_items]
    reach = stats.norm.ppf((1 + confidence) / 2) * np.sqrt(slope @ covariance @ slope)
    low, high = _share(np.log(common / unique) + reach * np.array([-1, 1]))
    return Coefficient(float(estimate), float(low), float(high), "delta method on the logit")


def spearman_brown(keyed: np.ndarray, confidence: float = 0.95) -> Coefficient:
    """2 r / (1 + r) of two items, with Fisher's z interval of r carried over."""
    if keyed.shape[1] != 2:
        return Coefficient(note="of two items only")
    r = np.corrcoef(keyed, rowvar=False)[0, 1]
    if len(keyed) <= 3:
        return Coefficient(float(2 * r / (1 + r)), note="no interval: three people or fewer")
    reach = stats.norm.ppf((1 + confidence) / 2) / np.sqrt(len(keyed) - 3)
    estimate, low, high = (
        2 * each / (1 + each) for each in np.tanh(np.arctanh(r) + reach * np.array([0, -1, 1]))
    )
    return Coefficient(float(estimate), float(low), float(high), "Fisher's z")


def item_rest_correlations(keyed: np.ndarray) -> np.ndarray:
    """Correlation of each item with the sum of the others; missing where one does not vary."""
    rest = keyed.sum(axis=1, keepdims=True) - keyed
    item_gaps, rest_gaps = keyed - keyed.mean(axis=0), rest - rest.mean(axis=0)
    spread = np.sqrt((item_gaps**2).sum(axis=0) * (rest_gaps**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, (item_gaps * rest_gaps).sum(axis=0) / spread, np.nan)


def refuse_confidence(confidence: float) -> None:
    """Nothing, or an error about a level that is no share."""
    if not 0 < confidence < 1:
        raise EstimationError(
            f"confidence is {confidence:g}.",
            expected="a share between 0 and 1, such as 0.95.",
            remedy="correct `confidence`.",
        )


def _share(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))
