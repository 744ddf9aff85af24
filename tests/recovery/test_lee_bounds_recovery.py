"""Lee bounds find their true values, and their interval the effect, in invented panels.

300 samples of 600 people each. Who is seen hangs on something hidden that goes with the outcome;
being mentored moves being seen one way. Values are rounded, so that many tie at the cut.
"""

from functools import cache
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from mentor_outcomes.estimates import lee_bounds

N_SAMPLES, N_PEOPLE, N_TRUTH = 300, 600, 400_000
SHIFTS = (-0.4, 0.0, 0.4)
"""How much more is seen of the mentored, on the hidden scale; 0: both arms alike."""


def drawn(rng: np.random.Generator, n: int, shift: float) -> pd.DataFrame:
    """One row per person: both outcomes, and whether seen in either case."""
    hidden = rng.normal(size=n)
    score = 0.6 * hidden + 0.8 * rng.normal(size=n)
    staying = hidden + 0.7 * rng.normal(size=n)
    return pd.DataFrame(
        {
            "without": np.round(2 * score) / 2,
            "with": np.round(2 * (score + 0.3 + 0.1 * hidden)) / 2,
            "seen_without": staying > -0.6,
            "seen_with": staying > -0.6 - shift,
            "mentored": rng.random(n) < 0.4,
        }
    )


def bounds(people: pd.DataFrame, minimum_trimmed: int = 0):
    arm = people["mentored"]
    frame = pd.DataFrame(
        {
            "score": people["with"].where(arm, people["without"]),
            "mentored": arm,
            "seen": people["seen_with"].where(arm, people["seen_without"]),
        }
    )
    return lee_bounds(
        frame,
        outcome="score",
        mentored="mentored",
        seen="seen",
        minimum_trimmed=minimum_trimmed,
    )


@cache
def samples(shift: float, minimum_trimmed: int = 0):
    """Per sample: bounds, errors, interval; and the true bounds and effect."""
    everybody = drawn(np.random.default_rng(1), N_TRUTH, shift)
    limit = bounds(everybody)
    always = everybody["seen_with"] & everybody["seen_without"]
    effect = (everybody["with"] - everybody["without"])[always].mean()
    rng = np.random.default_rng(7)
    rows = []
    for _ in range(N_SAMPLES):
        found = bounds(drawn(rng, N_PEOPLE, shift), minimum_trimmed)
        low, high = found.interval()
        errors = found.std_errors
        known = found.direction_is_known()
        rows.append((found.lower, found.upper, errors[0], errors[1], low, high, known))
    columns = ["lower", "upper", "error_lower", "error_upper", "low", "high", "known"]
    return pd.DataFrame(rows, columns=columns), limit, effect


@pytest.mark.parametrize("shift", SHIFTS)
def test_the_interval_holds_the_effect_and_each_bound(shift):
    """At 95 %: of 300 fewer than 273 would happen once in 1,000 times."""
    found, limit, effect = samples(shift)
    for value in (effect, limit.lower, limit.upper):
        assert ((found["low"] <= value) & (value <= found["high"])).sum() >= 273


@pytest.mark.parametrize("shift", [-0.4, 0.4])
def test_bounds_and_errors_are_right_where_the_direction_is_plain(shift):
    found, limit, _ = samples(shift)
    assert found["known"].mean() > 0.7
    for bound in ("lower", "upper"):
        spread = found[bound].std(ddof=1)
        error = found[bound].mean() - getattr(limit, bound)
        # Three errors of the mean, and a hundredth for the truth's own.
        assert abs(error) < 3 * spread / np.sqrt(N_SAMPLES) + 0.01
        assert found[f"error_{bound}"].mean() == pytest.approx(spread, rel=0.13)


def test_where_both_arms_are_alike_bounds_lie_too_far_apart_and_never_too_near():
    found, _, effect = samples(0.0)
    assert found["known"].mean() < 0.12
    assert found["lower"].mean() < effect < found["upper"].mean()
    is_held = (found["low"] <= effect) & (effect <= found["high"])
    assert is_held.mean() > 0.97


@pytest.mark.parametrize("shift", [-0.1, 0.0, 0.2])
def test_the_interval_holds_the_effect_where_at_least_some_are_cut_off(shift):
    """20 of some 170 or 250 seen: at .2 about as many as the shares ask for, elsewhere more."""
    found, _, effect = samples(shift, 20)
    assert ((found["low"] <= effect) & (effect <= found["high"])).sum() >= 273
    plain, limit, _ = samples(shift)
    assert (found["lower"] <= plain["lower"] + 1e-12).all()
    assert (found["upper"] >= plain["upper"] - 1e-12).all()
    assert found["lower"].mean() < limit.lower < limit.upper < found["upper"].mean()


@pytest.mark.parametrize(("share_lost", "minimum_trimmed"), [(0.08, 10), (0.12, 10), (0.12, 20)])
def test_the_interval_holds_an_effect_that_is_the_bound_itself(share_lost, minimum_trimmed):
    """Without a mentor just the highest scores are lost, so that the lower bound is the effect, 0.

    10 of some 170 are .06 of them, less than is lost; 20 are as much. Of 500 fewer than 459 would
    happen once in 1,000 times.
    """
    rng, n, n_held = np.random.default_rng(5), 400, 0
    cut = NormalDist().inv_cdf(1 - share_lost)
    for _ in range(500):
        frame = pd.DataFrame({"score": rng.normal(size=n), "mentored": rng.random(n) < 0.5})
        is_kept = frame["mentored"] | (frame["score"] < cut)
        frame["seen"] = (rng.random(n) < 0.85) & is_kept
        low, high = lee_bounds(
            frame,
            outcome="score",
            mentored="mentored",
            seen="seen",
            minimum_trimmed=minimum_trimmed,
        ).interval()
        n_held += low <= 0 <= high
    assert n_held >= 459
