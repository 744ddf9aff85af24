"""Observed against expected events of each group, and the chi-square test that all are alike."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentor_outcomes.errors import EstimationError
from mentor_outcomes.estimates.inference.all_zero import all_zero_test
from mentor_outcomes.estimates.inference.intervals import with_interval

_NO_VARIANCE = 1e-10  # of a direction, relative to the largest: mere rounding


@dataclass(frozen=True, slots=True, eq=False)
class EqualityTest:
    """A chi-square test that all groups are alike.

    test                what was tested, and with which weight
    groups              values of `by`
    n_rows              (groups,) rows
    observed, expected  (groups,) events, and events expected if all were alike, weighted by time
                        with the test's weight; both sum to the same
    covariance          (groups, groups) of observed less expected, if all were alike
    chi_square, degrees_of_freedom, p_value    of the whole test
    """

    test: str
    groups: tuple[str, ...]
    n_rows: np.ndarray
    observed: np.ndarray
    expected: np.ndarray
    covariance: np.ndarray
    chi_square: float
    degrees_of_freedom: int
    p_value: float
    error_type: str

    def tidy(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per group: observed less expected events; p_value is that of the whole test."""
        frame = pd.DataFrame(
            {
                "term": list(self.groups),
                "quantity": "observed_less_expected",
                "estimate": self.observed - self.expected,
                "std_error": np.sqrt(np.maximum(np.diag(self.covariance), 0.0)),
                "n_rows": self.n_rows,
                "observed": self.observed,
                "expected": self.expected,
            }
        )
        return with_interval(frame, confidence, test=False).assign(
            p_value=self.p_value,
            chi_square=self.chi_square,
            degrees_of_freedom=self.degrees_of_freedom,
            test=self.test,
            error_type=self.error_type,
        )


def equality_test(
    test: str,
    groups: tuple[str, ...],
    n_rows: np.ndarray,
    observed: np.ndarray,
    expected: np.ndarray,
    covariance: np.ndarray,
    compared: np.ndarray,
    error_type: str,
) -> EqualityTest:
    """The chi-square of the `compared` groups, (groups,) flags, the last of them left out.

    Those are at risk, with others, at some event. Which one is left out changes nothing: observed
    less expected sums to 0. Of each a direction of its own is asked: `all_zero_test` would take
    groups that are never at risk together as following from others.
    """
    kept = np.flatnonzero(compared)[:-1]
    inner = covariance[np.ix_(kept, kept)]
    if len(kept) == 0:
        raise _never_together(groups)
    _refuse_no_variance(np.diag(covariance)[compared], inner, groups)
    difference = (observed - expected)[kept]
    found = all_zero_test(difference, inner)
    return EqualityTest(
        test=test,
        groups=groups,
        n_rows=n_rows,
        observed=observed,
        expected=expected,
        covariance=covariance,
        chi_square=found.chi_square,
        degrees_of_freedom=found.degrees_of_freedom,
        p_value=found.p_value,
        error_type=error_type,
    )


def _refuse_no_variance(variances: np.ndarray, inner: np.ndarray, groups: tuple[str, ...]) -> None:
    """Refuse a covariance that none can be, or that says that groups are not linked."""
    is_positive = bool(variances.min() > _NO_VARIANCE * variances.max())
    if is_positive:
        scale = np.sqrt(np.diag(inner))
        lowest = np.linalg.eigvalsh(inner / np.outer(scale, scale))[0]
        if lowest > _NO_VARIANCE:
            return
        if lowest > -_NO_VARIANCE:
            raise _never_together(groups)
    raise EstimationError(
        f"there are too few people for this many ties in {len(groups)} groups: a variance of "
        "observed less expected events is not positive.",
        expected="at most event times several people of each group, some of whom go on.",
        remedy="join small groups, or compare cumulative incidences at stated times.",
    )


def _never_together(groups: tuple[str, ...]) -> EstimationError:
    return EstimationError(
        f"the {len(groups)} groups are not at risk of an event at the same times (within a "
        "stratum), all of them linked by others.",
        expected="event times at which several groups are at risk.",
        remedy="join groups or strata, or leave out groups that overlap with no other.",
    )
