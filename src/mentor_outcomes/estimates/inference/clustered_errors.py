"""Small-sample corrections of clustered covariances, by the names that programs give them."""

from collections.abc import Callable
from dataclasses import dataclass

from mentor_outcomes.errors import EstimationError


@dataclass(frozen=True, slots=True)
class Sizes:
    """What corrections are made of.

    n_effects_of_periods   effects of periods, beyond the constant
    n_effects              effects of units and periods together, the constant among them
    """

    n_rows: int
    n_clusters: int
    n_regressors: int
    n_effects_of_periods: int
    n_effects: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A factor of the covariance, what it is in words, and who calls it how."""

    words: str
    known_as: str
    factor: Callable[[Sizes], float]


def _clusters(sizes: Sizes) -> float:
    return sizes.n_clusters / (sizes.n_clusters - 1)


CORRECTIONS = {
    "HC0": Correction(
        "without correction", "plm vcovHC(type='HC0', cluster='group')", lambda sizes: 1.0
    ),
    "sss": Correction(
        "times G/(G-1) x (n-1)/(n-K), K regressors",
        "plm vcovHC(type='sss', cluster='group'); pyfixest CRV1 with ssc(k_fixef='none')",
        lambda s: _clusters(s) * (s.n_rows - 1) / (s.n_rows - s.n_regressors),
    ),
    "xtreg": Correction(
        "times G/(G-1) x (n-1)/(n-K), K regressors, period effects and the constant",
        "Stata xtreg, fe with period dummies and vce(cluster)",
        lambda s: (
            _clusters(s) * (s.n_rows - 1) / (s.n_rows - s.n_regressors - s.n_effects_of_periods - 1)
        ),
    ),
    "areg": Correction(
        "times G/(G-1) x (n-1)/(n-K), K regressors and all effects",
        "Stata areg; sandwich vcovCL(type='HC1') of lm with dummies; pyfixest ssc(k_fixef='full')",
        lambda s: _clusters(s) * (s.n_rows - 1) / (s.n_rows - s.n_regressors - s.n_effects),
    ),
}
"""The covariance's factor by name. Effects nested in the clusters need no degrees of freedom, so
that `areg` is too wide by them (Cameron & Miller 2015, J. Human Resources 50:317, III.B)."""


def correction(name: str) -> Correction:
    if name not in CORRECTIONS:
        raise EstimationError(
            f"errors with the correction {name} were asked for.",
            expected=f"one of {', '.join(CORRECTIONS)}.",
            remedy="take sss, unless the numbers of another program are to be met.",
        )
    return CORRECTIONS[name]


def correction_factor(name: str, sizes: Sizes) -> float:
    """The covariance's factor; refuses a single cluster, and more effects than rows bear."""
    if sizes.n_clusters < 2:
        raise EstimationError(
            "all rows are in one cluster.",
            expected="two clusters or more, better dozens.",
            remedy="cluster by what was drawn, as a rule the unit.",
        )
    left = sizes.n_rows - sizes.n_regressors - sizes.n_effects
    if left <= 0 and name == "areg":
        raise EstimationError(
            f"{sizes.n_rows} rows for {sizes.n_regressors} regressors and {sizes.n_effects} "
            "effects.",
            expected="more rows than these together.",
            remedy="observe units in more periods, or take the correction sss.",
        )
    return correction(name).factor(sizes)
