"""What people feel, half-year by half-year, before mentoring adds to it.

A trait is a stable person part plus a part that fades (autoregressive), each driven partly by one
factor that all traits share, so that satisfied people also mean to stay.
"""

import numpy as np

from mentor_outcomes.simulation.draws import Draws
from mentor_outcomes.simulation.organisation import Stays
from mentor_outcomes.simulation.parameters import TRAITS, Parameters

HALF_YEAR = 6
"""Months. Half-years are counted from the first month of the warm-up."""

_FACTOR = len(TRAITS)


def trait_path(
    name: str, stays: Stays, draws: Draws, n_half_years: int, p: Parameters
) -> np.ndarray:
    """Level of a trait in SDs, shape (half-years, stays); mean 0 and SD 1 over people, nearly."""
    trait = p.traits[name]
    shared = _path(_FACTOR, stays, draws, n_half_years, p)
    own = _path(list(TRAITS).index(name), stays, draws, n_half_years, p)
    unexplained = 1 - trait.loading**2 - trait.promise_loading**2
    return (
        trait.loading * shared
        + trait.promise_loading * stays.promise
        + np.sqrt(max(unexplained, 0.0)) * own
    )


def _path(code: int, stays: Stays, draws: Draws, n_half_years: int, p: Parameters) -> np.ndarray:
    """Standard normal per stay and half-year, correlated over time."""
    stable_share = p.surveys.stable_share
    rho = p.surveys.half_year_correlation
    stable = draws.normal("trait", code)[stays.draw]
    passing = draws.normal("trait", code, 0)[stays.draw]
    path = np.empty((n_half_years, len(stays)), dtype="float32")
    for half_year in range(n_half_years):
        path[half_year] = np.sqrt(stable_share) * stable + np.sqrt(1 - stable_share) * passing
        news = draws.normal("trait", code, half_year + 1)[stays.draw]
        passing = rho * passing + np.sqrt(1 - rho**2) * news
    return path
