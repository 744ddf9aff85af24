"""Group-time effects find effects that grow and differ between cohorts; two-way effects do not."""

import numpy as np
import pandas as pd

from mentor_outcomes.estimates import fixed_effects, group_time_effects

YEARS = np.arange(6)
N_PEOPLE, N_REPLICATIONS = 300, 50
Z = 1.959963984540054


def starts(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """In year 2 rather for high x, never rather for low x, else in year 4."""
    chance = np.array([1 + x, np.ones(len(x)), 2 - x]).clip(0.3)
    draw = rng.random(len(x)) * chance.sum(axis=0)
    place = (draw[None, :] > chance.cumsum(axis=0)).sum(axis=0)
    return np.array([2.0, 4.0, np.nan])[place]


def truth() -> float:
    """The mean over all who start of each one's mean effect from the start on.

    Effects are .5, 1, 1.5, 2 in the years 2 to 5 of the first cohort, .2 and .4 in the second.
    """
    rng = np.random.default_rng(1)
    start = starts(rng.normal(size=1_000_000), rng)
    n_first, n_second = (start == 2).sum(), (start == 4).sum()
    return float((n_first * 1.25 + n_second * 0.3) / (n_first + n_second))


def invented(rng: np.random.Generator, slope: float = 0.15) -> pd.DataFrame:
    """People who start in year 2, 4 or never; starts hang on x, and by `slope` so do changes."""
    x = rng.normal(size=N_PEOPLE)
    start = starts(x, rng)
    growth = np.where(start == 2, 0.5, 0.2)[:, None]
    since = YEARS - start[:, None] + 1
    untreated = (
        rng.normal(size=(N_PEOPLE, 1))
        + 0.3 * YEARS
        + slope * x[:, None] * YEARS
        + rng.normal(size=(N_PEOPLE, len(YEARS))).cumsum(axis=1) * 0.4
    )
    panel = pd.DataFrame(
        {
            "person": np.repeat(np.arange(N_PEOPLE), len(YEARS)),
            "year": np.tile(YEARS, N_PEOPLE),
            "start": np.repeat(start, len(YEARS)),
            "x": np.repeat(x, len(YEARS)),
            "pay": (untreated + np.where(since > 0, growth * since, 0.0)).ravel(),
        }
    )
    return panel.assign(mentored=panel["year"] >= panel["start"])


def found(panel: pd.DataFrame, comparison: str, covariates=("x",)) -> pd.Series:
    effects = group_time_effects(
        panel,
        unit="person",
        period="year",
        start="start",
        outcome="pay",
        comparison=comparison,
        covariates=covariates,
    )
    return effects.tidy(aggregate="group").iloc[-1]


def test_two_way_effects_fall_short_of_effects_that_grow_and_group_time_effects_do_not():
    rng, expected = np.random.default_rng(3), truth()
    rows = []
    for _ in range(30):
        panel = invented(rng, slope=0.0)
        two_way = fixed_effects(
            panel, unit="person", period="year", outcome="pay", regressors=["mentored"]
        )
        rows.append((found(panel, "not_yet", ())["estimate"], float(two_way.coefficients[0])))
    estimate, two_way = np.array(rows).T
    assert abs(estimate.mean() - expected) < 3 * estimate.std() / np.sqrt(len(rows))
    assert two_way.mean() < expected - 5 * two_way.std() / np.sqrt(len(rows))


def test_growing_effects_are_covered_where_a_covariate_drives_starts_and_changes():
    rng, expected = np.random.default_rng(20210531), truth()
    rows = []
    for _ in range(N_REPLICATIONS):
        row = found(invented(rng), "not_yet")
        rows.append((row["estimate"], row["std_error"]))
    estimate, std_error = np.array(rows).T
    error = estimate - expected
    monte_carlo = error.std() / np.sqrt(N_REPLICATIONS)
    assert abs(error.mean()) < 3 * monte_carlo
    # 95 % and 1, each within three errors of so few replications.
    assert np.mean(np.abs(error) < Z * std_error) >= 0.86
    assert 0.7 < std_error.mean() / error.std() < 1.3


def test_without_the_covariate_that_drives_starts_it_is_biased():
    rng = np.random.default_rng(7)
    estimates = [found(invented(rng), "never", ())["estimate"] for _ in range(10)]
    assert np.mean(estimates) > truth() + 0.15
