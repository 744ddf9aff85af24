"""A known subdistribution, found and covered; errors as large as the spread."""

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import fine_gray

N_STUDIES = 200
SPREAD = 0.15  # of an SD over 200 studies by chance: three times 1 / sqrt(2 x 200)
COVERAGE = (0.90, 0.99)  # of 95 % intervals over 200 studies: 3 SDs of chance either side
TRUTH = 0.5
EVER = 0.5  # share ever promoted with x = 0


def careers(rng, n: int) -> pd.DataFrame:
    """1 - (1 - EVER (1 - exp(-t)))^exp(x TRUTH) are promoted by t; the others leave instead.

    The generator of Fine & Gray (1999, section 4), in years. Censoring depends on the office,
    as x does, so that it must be estimated by office.
    """
    office = rng.random(n) < 0.5
    x = (rng.random(n) < np.where(office, 0.7, 0.3)).astype(float)
    ratio = np.exp(TRUTH * x)
    ever = 1 - (1 - EVER) ** ratio
    is_promoted = rng.random(n) < ever
    share = rng.random(n) * ever
    promoted_at = -np.log1p(-(1 - (1 - share) ** (1 / ratio)) / EVER)
    left_at = rng.exponential(np.exp(-0.7 * x))
    event_at = np.where(is_promoted, promoted_at, left_at)
    censored_at = rng.exponential(np.where(office, 0.7, 3.0))
    cause = np.where(is_promoted, "promoted", "left")
    return pd.DataFrame(
        {
            "exit": np.minimum(event_at, censored_at),
            "cause": np.where(event_at <= censored_at, cause, ""),
            "x": x,
            "office": office,
            "person": np.arange(n),
        }
    )


def fitted(records: pd.DataFrame, **more):
    return fine_gray(records, exit="exit", cause="cause", of="promoted", covariates=["x"], **more)


def assert_recovered(estimates, errors) -> None:
    estimates, errors = np.array(estimates), np.array(errors)
    sd = estimates.std(ddof=1)
    assert estimates.mean() == pytest.approx(TRUTH, abs=3.5 * sd / np.sqrt(len(estimates)))
    assert errors.mean() / sd == pytest.approx(1, abs=SPREAD)
    covered = np.mean(np.abs(estimates - TRUTH) < 1.96 * errors)
    assert COVERAGE[0] <= covered <= COVERAGE[1]


def test_the_ratio_is_found_and_covered_with_censoring_that_depends_on_the_office():
    """Everyone is listed twice, as in sets that share people: only clustered errors know."""
    rng = np.random.default_rng(20241125)
    estimates, errors, plain = [], [], []
    for _ in range(N_STUDIES):
        once = careers(rng, 300)
        twice = pd.concat([once, once])
        fit = fitted(twice, by_censoring="office", cluster="person")
        estimates.append(fit.coefficients[0])
        errors.append(np.sqrt(fit.covariance[0, 0]))
        plain.append(np.sqrt(fitted(twice, by_censoring="office").covariance[0, 0]))
    assert_recovered(estimates, errors)
    assert np.mean(plain) / np.std(estimates) < 0.8  # too small by the root of 2


def half_years(rng, n: int, n_periods: int = 6) -> pd.DataFrame:
    """Hazard of promotion 0.08 exp(x TRUTH) per half-year; who is censored in one was not promoted
    in it. Those never promoted leave."""
    x = (rng.random(n) < 0.5).astype(float)
    draws = rng.random((n, n_periods)) < (0.08 * np.exp(TRUTH * x))[:, None]
    is_promoted = draws.any(axis=1)
    promoted_at = draws.argmax(axis=1) + 1
    left_at = rng.geometric(0.15 + 0.25 * x)
    event_at = np.where(is_promoted, promoted_at, left_at)
    censored_at = np.minimum(rng.geometric(0.2, n), n_periods)
    cause = np.where(is_promoted, "promoted", "left")
    return pd.DataFrame(
        {
            "exit": np.minimum(event_at, censored_at),
            "cause": np.where(event_at <= censored_at, cause, ""),
            "x": x,
        }
    )


def test_with_few_tied_times_only_censoring_after_events_is_unbiased():
    rng = np.random.default_rng(20241126)
    after, with_events, errors = [], [], []
    for _ in range(N_STUDIES):
        records = half_years(rng, 2000)
        fit = fitted(records)
        after.append(fit.coefficients[0])
        errors.append(np.sqrt(fit.covariance[0, 0]))
        with_events.append(fitted(records, tied_censoring="with_events").coefficients[0])
    assert_recovered(after, errors)
    bias = np.array(with_events) - np.array(after)
    assert bias.mean() < -0.01
    assert bias.mean() + 4 * bias.std() / np.sqrt(N_STUDIES) < 0
