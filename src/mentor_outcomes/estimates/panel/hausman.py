"""Do levels between units say the same as changes within them? Hausman's question, two ways."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.all_zero import AllZeroTest, all_zero_test
from mentor_outcomes.estimates.inference.intervals import with_interval
from mentor_outcomes.estimates.panel.random_effects import random_effects
from mentor_outcomes.estimates.panel.random_effects_result import (
    BETWEEN,
    BOTH,
    WITHIN,
    RandomEffects,
)

CLASSICAL, ROBUST = "classical", "robust"


@dataclass(frozen=True, slots=True, eq=False)
class HausmanTest:
    """A chi-square test that the unit effects have nothing to do with the regressors.

    kind           "classical": fixed less random effects; "robust": between less within coefficient
    difference     (n_regressors,) as `kind` says, in units of the outcome
    covariance     (n_regressors, n_regressors) of the difference
    chi_square, degrees_of_freedom, p_value    of the whole test
    """

    kind: str
    regressors: tuple[str, ...]
    difference: np.ndarray
    covariance: np.ndarray
    chi_square: float
    degrees_of_freedom: int
    p_value: float
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per regressor: its difference; p_value is that of the whole test."""
        frame = pd.DataFrame(
            {
                "term": list(self.regressors),
                "quantity": "difference",
                "estimate": self.difference,
                "std_error": np.sqrt(np.diag(self.covariance)),
            }
        )
        return with_interval(frame, confidence, test=False).assign(
            p_value=self.p_value,
            chi_square=self.chi_square,
            degrees_of_freedom=self.degrees_of_freedom,
            test=self.kind,
            error_type=self.error_type,
        )


def hausman(
    panel: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    regressors: Sequence[str],
    constants: Sequence[str] = (),
    kind: str = ROBUST,
    period_effects: bool = False,
    cluster: str | None = None,
    error: str = "sss",
) -> HausmanTest:
    """Whether random effects without the units' means would be right, by one of two tests.

    Parameters
    ----------
    kind    `classical` (Hausman 1978, Econometrica 46:1251): fixed less random effects against the
            difference of their model-based covariances, right only if rows of a unit hang together
            by its effect alone; equals plm's `phtest`. `robust`: that the coefficients of the
            units' means beside the regressors (between less within) are all zero, with clustered
            errors (Mundlak 1978; Wooldridge 2010, section 10.7.3): holds whatever hangs together
    others  as in `random_effects`; cluster and error serve the robust test

    A small p-value says that units with higher means differ in other ways too: the coefficient
    between them is then no effect. A large one does not say that they do not.

    Raises EstimationError on what `random_effects` refuses, and where the differences are not
    testable by the rule of `all_zero_test`: the classical difference of covariances may be none,
    and there may be too few clusters.

    Checked against R's plm on real panels in tests/reference.
    """
    if kind not in (CLASSICAL, ROBUST):
        raise EstimationError(
            f"a {kind} test was asked for.",
            expected=f"{CLASSICAL} or {ROBUST}.",
            remedy=f"take {ROBUST}: it needs no assumption about errors.",
        )
    model = {
        "unit": unit,
        "period": period,
        "outcome": outcome,
        "regressors": regressors,
        "constants": constants,
        "period_effects": period_effects,
        "cluster": cluster,
        "error": error,
    }
    with_means = random_effects(panel, means=True, **model)
    if kind == ROBUST:
        return hausman_of_means(with_means, tuple(regressors))
    return _classical(panel, with_means, tuple(regressors), model)


def hausman_of_means(fit: RandomEffects, regressors: tuple[str, ...]) -> HausmanTest:
    """The robust test from a fit with the units' means."""
    within, between = fit.of(WITHIN), fit.of(BETWEEN)[: len(regressors)]
    difference = fit.coefficients[between] - fit.coefficients[within]
    contrast = np.zeros((len(regressors), len(fit.coefficients)))
    contrast[np.arange(len(regressors)), between] = 1.0
    contrast[np.arange(len(regressors)), within] = -1.0
    covariance = contrast @ fit.covariance @ contrast.T
    found = all_zero_test(difference, covariance)
    if np.isnan(found.p_value):
        raise EstimationError(
            f"there are too few clusters to test {len(regressors)} differences at once.",
            expected="more clusters than regressors.",
            remedy="name fewer regressors, or cluster by smaller groups.",
        )
    return _as_result(ROBUST, regressors, difference, covariance, found, fit.error_type)


def _classical(panel, with_means, regressors, model) -> HausmanTest:
    """Fixed effects from `with_means`, with the variance of the within regression alone."""
    plain = random_effects(panel, means=False, **model)
    within, both = with_means.of(WITHIN), plain.of(BOTH)[: len(regressors)]
    difference = with_means.coefficients[within] - plain.coefficients[both]
    scale = with_means.components.within / with_means.variance
    fixed = with_means.model_covariance[np.ix_(within, within)] * scale
    covariance = fixed - plain.model_covariance[np.ix_(both, both)]
    found = all_zero_test(difference, covariance)
    if np.isnan(found.p_value):
        raise EstimationError(
            "the covariance of fixed less random effects is not positive definite: by their own "
            "formulas some coefficient is surer with fixed effects than with random ones.",
            expected="random effects that are the surer ones, as they are if their model is right.",
            remedy=f"take the test '{ROBUST}', which needs no such difference; the finding itself "
            "speaks against the random effects model.",
        )
    words = "model-based, difference of covariances"
    return _as_result(CLASSICAL, regressors, difference, covariance, found, words)


def _as_result(
    kind, regressors, difference, covariance, found: AllZeroTest, error_type
) -> HausmanTest:
    return HausmanTest(
        kind=kind,
        regressors=regressors,
        difference=difference,
        covariance=covariance,
        chi_square=found.chi_square,
        degrees_of_freedom=found.degrees_of_freedom,
        p_value=found.p_value,
        error_type=error_type,
    )
